"""Bytes under their SHA-256 in `files/ab/cdef…` of the data folder; written once, never changed."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhian.kernel.errors import Unavailable


def folder() -> Path:
    """Where the files of this installation lie."""
    return Path(settings.ZHIAN_DATA) / "files"


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return folder() / sha256[:2] / sha256[2:]


def write(data: bytes) -> str:
    """Keep the bytes and return their hash; on the disk before the row that names them commits.

    Temporary file, fsync, rename, fsync of the folder: after a power cut there is either the
    whole file or none. The same bytes are kept once.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256)
    if path.exists():
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return sha256


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(sha256: str) -> bytes:
    """The bytes with this hash; Unavailable when they are gone or no longer those bytes."""
    try:
        data = path_of(sha256).read_bytes()
    except FileNotFoundError:
        raise Unavailable(_("The file is missing from the store.")) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Unavailable(_("The file in the store was changed; it is not shown."))
    return data
