"""A private key sealed by a PIN: scrypt stretches the PIN, AES-256-GCM seals and proves it.

Layout of a sealed key: version (1 byte), salt (16), nonce (12), ciphertext with tag (48).
"""

import os

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

VERSION = b"\x01"
SALT, NONCE = 16, 12
COST = 2**15  # 32 MiB and some 60 ms a try: slow for a thief, bearable for the signatory


class WrongPin(ValueError):
    """The PIN does not open this key, or the sealed bytes were changed."""


def new_key() -> Ed25519PrivateKey:
    """A fresh signing key."""
    return Ed25519PrivateKey.generate()


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public half, 32 bytes in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def seal(key: Ed25519PrivateKey, pin: str, *, cost: int = COST) -> bytes:
    """The key, sealed; the same key sealed twice looks different."""
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    secret = AESGCM(_stretch(pin, salt, cost)).encrypt(nonce, key.private_bytes_raw(), VERSION)
    return VERSION + salt + nonce + secret


def open_sealed(sealed: bytes, pin: str, *, cost: int = COST) -> Ed25519PrivateKey:
    """The key again; WrongPin when the PIN is not the one it was sealed with."""
    version, salt = sealed[:1], sealed[1 : 1 + SALT]
    nonce, secret = sealed[1 + SALT : 1 + SALT + NONCE], sealed[1 + SALT + NONCE :]
    try:
        raw = AESGCM(_stretch(pin, salt, cost)).decrypt(nonce, secret, version)
    except (InvalidTag, ValueError):
        raise WrongPin from None
    return Ed25519PrivateKey.from_private_bytes(raw)


def _stretch(pin: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(pin.encode())


def holds(public_key: str, signature: str, payload: bytes) -> bool:
    """Whether the signature over the payload was made with the key's private half."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), payload)
    except (ValueError, InvalidSignature):
        return False
    return True
