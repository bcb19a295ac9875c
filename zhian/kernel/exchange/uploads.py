"""Files between preview and commit: `<data>/uploads/<sha256>`, gone after a day.

Not the session (the preview may be confirmed from another device) and not evidence (nothing has
been decided yet). The form carries a signed token that names file, sheet and person.
"""

import hashlib
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from zhian.kernel.errors import BadInput, Conflict
from zhian.kernel.exchange.sheets import RowError

LIFETIME_S = 24 * 3600
_SALT = "zhian.exchange.upload"


@dataclass(frozen=True)
class Upload:
    """A kept file, as its token names it."""

    sha256: str
    filename: str
    sheet: str
    user_id: int

    @property
    def token(self) -> str:
        """What the form carries; nobody can make or change one."""
        return signing.dumps(asdict(self), salt=_SALT, compress=True)

    def data(self) -> bytes:
        """The bytes; BadInput once the file expired."""
        try:
            return (_folder() / self.sha256).read_bytes()
        except FileNotFoundError:
            raise BadInput(_("This upload has expired; choose the file again")) from None

    def claim(self) -> None:
        """Take the one right to commit it; Conflict when it was committed already."""
        try:
            os.close(os.open(self._mark("done"), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            raise Conflict(_("This file has already been imported")) from None

    def committed(self) -> bool:
        """Whether its rows have been written."""
        return self._mark("done").exists()

    def release(self) -> None:
        """Give the right back after a failure, so that it can be tried again."""
        self._mark("done").unlink(missing_ok=True)

    def keep_errors(self, errors: list[RowError]) -> None:
        """Remember what the commit refused, for the error file."""
        self._mark("errors").write_bytes(msgspec.json.encode(errors))

    def errors(self) -> list[RowError]:
        """What the commit refused; empty before a commit."""
        path = self._mark("errors")
        if not path.exists():
            return []
        return msgspec.json.decode(path.read_bytes(), type=list[RowError])

    def _mark(self, kind: str) -> Path:
        """One mark per file, sheet and person."""
        name = hashlib.sha256(f"{self.sha256}:{self.sheet}:{self.user_id}".encode()).hexdigest()
        return _folder() / f"{name}.{kind}"


def keep(*, data: bytes, filename: str, sheet: str, user_id: int) -> Upload:
    """Store the bytes until they are committed or expire; the same file again starts afresh."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    upload = Upload(hashlib.sha256(data).hexdigest(), filename[-120:], sheet, user_id)
    path = folder / upload.sha256
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(data)
    partial.replace(path)
    upload.release()
    upload.keep_errors([])
    return upload


def opened(token: str, *, sheet: str, user_id: int) -> Upload:
    """The upload a token names; BadInput for a forged, foreign or expired one."""
    try:
        upload = Upload(**signing.loads(token, salt=_SALT, max_age=LIFETIME_S))
    except (signing.BadSignature, TypeError):
        raise BadInput(_("This upload has expired; choose the file again")) from None
    if (upload.sheet, upload.user_id) != (sheet, user_id):
        raise BadInput(_("This upload has expired; choose the file again"))
    return upload


def _folder() -> Path:
    return Path(settings.ZHIAN_DATA) / "uploads"


def _sweep(folder: Path) -> None:
    oldest = time.time() - LIFETIME_S
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except FileNotFoundError:
            continue  # another process swept it
