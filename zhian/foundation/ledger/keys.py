"""The platform's own signing key: `keys/ledger.pem` in the data folder, readable by its owner."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext_lazy as _

from zhian.foundation.ledger.engine.audit import signed_bytes
from zhian.kernel.errors import Unavailable


def key_path(data: Path) -> Path:
    """Where the key lies."""
    return data / "keys" / "ledger.pem"


def create_key(data: Path) -> Path:
    """Make the key once; an existing one is kept, a half-written one cannot be left behind."""
    path = key_path(data)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    made = path.with_name(f".ledger.{os.getpid()}.pem")
    with os.fdopen(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(made, path)
    except FileExistsError:
        return path
    finally:
        made.unlink()
    return path


def load_key(data: Path) -> Ed25519PrivateKey:
    """The key; Unavailable when `zhian init` has not made one."""
    path = key_path(data)
    if not path.exists():
        raise Unavailable(_("The ledger has no signing key yet: run zhian init."))
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Unavailable(_("The ledger's signing key is not an Ed25519 key."))
    return key


def public_key(key: Ed25519PrivateKey) -> str:
    """The public half, 32 bytes in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def signed(statement: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """The statement with the public key and the signature over all of it."""
    named = {**statement, "public_key": public_key(key)}
    return {**named, "signature": key.sign(signed_bytes(named)).hex()}
