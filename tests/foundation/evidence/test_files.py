"""Files are kept by their hash, told by their beginning, and shown to whom their room lets."""

import hashlib
import io
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.casting import Cast
from zhian.foundation.evidence import policies, selectors, services, storage
from zhian.foundation.evidence.engine.media import media_type
from zhian.foundation.evidence.models import Item
from zhian.foundation.evidence.vocabulary import EvidenceKind
from zhian.foundation.ledger.models import Entry
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, NotKnown, TooLarge, Unavailable, Unsupported

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@pytest.fixture(autouse=True)
def data_folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.ZHIAN_DATA = tmp_path
    return tmp_path


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "_readers", {})


def keep(cast: Cast, data: bytes = PNG, **more) -> Item:
    more.setdefault("filename", "现场.png")
    return services.keep(
        acting_user=cast.wang, subject=cast.county, kind=EvidenceKind.PHOTO, data=data, **more
    )


def office_file(part: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(part, "<x/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"%PDF-1.7", "application/pdf"),
        (office_file("xl/workbook.xml"),
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (office_file("word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (office_file("evil.exe"), None),
        (b'{"a": 1}', "application/json"),
        (b"[1]", "application/json"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "application/xml"),
        ("封条编号 12".encode(), "text/plain"),
        ("封条".encode("gb18030"), None),
        (b"  ", None),
        (b"<html><script>", None),
        (b"MZ\x90\x00", None),
    ],
)  # fmt: skip
def test_a_file_is_what_it_begins_with(data: bytes, expected: str | None) -> None:
    assert media_type(data) == expected


def test_a_kept_file_lies_under_its_hash(cast: Cast, data_folder: Path) -> None:
    item = keep(cast, longitude=126.5351234, latitude=Decimal("45.8"), taken_at=clock.now())
    sha256 = hashlib.sha256(PNG).hexdigest()
    path = data_folder / "files" / sha256[:2] / sha256[2:]
    assert path.read_bytes() == PNG
    assert [one.name for one in path.parent.iterdir()] == [sha256[2:]]
    assert (item.sha256, item.size, item.media_type) == (sha256, len(PNG), "image/png")
    assert (item.longitude, item.latitude) == (Decimal("126.535123"), Decimal("45.8"))
    assert selectors.read(item) == PNG
    assert str(item) == "现场.png"
    entry = Entry.objects.get()
    assert (entry.kind, entry.pk) == ("evidence.item.kept", item.entry_id)
    assert entry.data["sha256"] == sha256
    assert list(selectors.items_about(cast.county)) == [item]
    assert list(selectors.items_about("regions.region", cast.county.pk)) == [item]
    assert selectors.items_by_id([item.pk]) == {item.pk: item}


def test_the_same_bytes_are_kept_once(cast: Cast, data_folder: Path) -> None:
    first, second = keep(cast), keep(cast, filename="again.png")
    assert (first.sha256, first.pk) == (second.sha256, first.pk)
    assert first.pk != second.pk
    assert sum(1 for path in (data_folder / "files").rglob("*") if path.is_file()) == 1


def test_a_damaged_or_missing_file_is_not_shown(cast: Cast) -> None:
    item = keep(cast)
    path = storage.path_of(item.sha256)
    path.write_bytes(PNG + b"!")
    with pytest.raises(Unavailable, match="changed"):
        selectors.read(item)
    path.unlink()
    with pytest.raises(Unavailable, match="missing"):
        selectors.read(item)


def test_a_write_that_fails_leaves_nothing(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        storage.write(PNG)
    assert not [path for path in (data_folder / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("现场 照片.png", "现场 照片.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.png", "a.png"),
        ("a\x00\nb.png", "ab.png"),
        ("..", "file"),
        ("x" * 300 + ".png", "x" * 251 + ".png"),
    ],
)
def test_a_file_name_is_only_a_name(cast: Cast, given: str, kept: str) -> None:
    assert keep(cast, filename=given).filename == kept


def test_what_cannot_be_kept_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_FILE_BYTES", 100)
    tomorrow = clock.now() + timedelta(days=1)
    for error, more in (
        (BadInput, {"data": b""}),
        (TooLarge, {"data": PNG * 3}),
        (Unsupported, {"data": b"MZ\x90\x00"}),
        (BadInput, {"taken_at": tomorrow}),
        (BadInput, {"longitude": 200}),
        (BadInput, {"latitude": float("nan")}),
    ):
        with pytest.raises(error):
            keep(cast, **more)
    assert not Item.objects.exists()
    assert not Entry.objects.exists()


def test_nobody_reads_a_file_but_whom_its_room_lets(cast: Cast, readers: None) -> None:
    item = keep(cast)
    assert policies.can_read(cast.wang, item)
    assert policies.can_read(cast.system, item)
    for user in (cast.li, cast.zhao, cast.dian, cast.admin, cast.public):
        assert not policies.can_read(user, item)
    policies.register_reader("regions.region", lambda user, key: (user, key) == (cast.li, "130123"))
    assert policies.can_read(cast.li, item)
    assert not policies.can_read(cast.zhao, item)


def test_the_page_of_a_file_is_a_404_for_strangers(
    cast: Cast, client: Client, readers: None
) -> None:
    item = keep(cast)
    address = f"/evidence/{item.pk}/"
    for user, status in ((cast.wang, 200), (cast.li, 404), (cast.zhao, 404), (cast.dian, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status
        assert client.get(address + "file").status_code == status
    client.force_login(cast.wang)
    assert "现场.png" in client.get(address).content.decode()
    assert client.post(address).status_code == 405
    assert client.get(f"/evidence/{uuid4()}/").status_code == 404
    client = Client()
    assert client.get(address).status_code == 302


def test_a_downloaded_file_can_do_nothing(cast: Cast, client: Client) -> None:
    picture, text = keep(cast), keep(cast, data="封条".encode(), filename="说明.txt")
    client.force_login(cast.wang)
    shown, saved = (client.get(f"/evidence/{one.pk}/file") for one in (picture, text))
    assert shown.content == PNG
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Disposition"].startswith("inline")
    assert saved["Content-Disposition"].startswith("attachment")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert shown["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_item_is_not_known(db: None) -> None:
    with pytest.raises(NotKnown):
        selectors.item(uuid4())
