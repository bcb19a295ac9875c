"""The folder of the index: a segment, what was told since, and the manifest that names both.

    manifest.json   one line of JSON and its sum; renamed into place, so never half
    base-7.seg      everything up to an event
    told-7-1.bin    what was told since; a lot told again replaces the earlier word

Losing the folder loses nothing: everything in it is derived from captured events.
"""

import contextlib
import fcntl
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from zhian.chain.tracing.engine.index.deriving import Told
from zhian.chain.tracing.engine.index.segments import Torn, read_segment, sync_folder

MANIFEST = "manifest.json"
VERSION = 1


class Piece(msgspec.Struct, frozen=True):
    """One file of the index."""

    file: str
    size: int
    sum: int = 0


class Manifest(msgspec.Struct, frozen=True):
    """What the index consists of, and the last event it knows."""

    version: int
    generation: int
    event: int
    base: Piece
    told: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Stamp:
    """By what a reader sees that the index changed."""

    inode: int
    at: int


def stamp(folder: Path) -> Stamp | None:
    """The present manifest's stamp, None when there is no index."""
    try:
        found = (folder / MANIFEST).stat()
    except FileNotFoundError:
        return None
    return Stamp(found.st_ino, found.st_mtime_ns)


def read_manifest(folder: Path) -> Manifest | None:
    """What the index consists of; None when there is none, Torn when it is not what was written."""
    try:
        line, _newline, wanted = (folder / MANIFEST).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    if f"{zlib.crc32(line):08x}".encode() != wanted.strip():
        raise Torn("the manifest is torn")
    if json.loads(line).get("version") != VERSION:
        raise Torn("the index is of another version")
    return msgspec.json.decode(line, type=Manifest)


def rebuild(folder: Path, told: Told, event: int) -> Manifest:
    """Write a new index and make it the present one; the old one is read until that moment."""
    # the compiler is read here and not at start: no page, command or worker waits for it in vain
    from zhian.chain.tracing.engine.index.base import write_base

    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        generation = _last_generation(folder) + 1
        path = folder / f"base-{generation}.seg"
        size = write_base(path, told)
        manifest = Manifest(VERSION, generation, event, Piece(path.name, size))
        _publish(folder, manifest)
        _sweep_out(folder, manifest)
    return manifest


def append(folder: Path, told: Told, event: int) -> Manifest:
    """Add what was told of some lots; Torn when there is no whole index to add to."""
    with _alone(folder):
        manifest = read_manifest(folder)
        if manifest is None:
            raise Torn("there is no index")
        raw = msgspec.msgpack.encode(told)
        name = f"told-{manifest.generation}-{len(manifest.told) + 1}.bin"
        _write(folder / name, raw)
        manifest = msgspec.structs.replace(
            manifest,
            event=max(event, manifest.event),
            told=(*manifest.told, Piece(name, len(raw), zlib.crc32(raw))),
        )
        _publish(folder, manifest)
    return manifest


def read_told(folder: Path, manifest: Manifest) -> list[Told]:
    """What was told since the segment was written, the latest last."""
    return [_read_piece(folder, piece) for piece in manifest.told]


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """Torn when a file is missing, cut short or of another make; quick, it reads no array."""
    read_segment(folder / manifest.base.file, manifest.base.size)
    for piece in manifest.told:
        path = folder / piece.file
        if not path.is_file() or path.stat().st_size != piece.size:
            raise Torn(f"{piece.file} is not whole")


def check(folder: Path) -> Manifest | None:
    """Read every byte of the index; Torn when one is wrong, None when there is no index."""
    manifest = read_manifest(folder)
    if manifest is not None:
        read_segment(folder / manifest.base.file, manifest.base.size, check=True)
        read_told(folder, manifest)
    return manifest


def _read_piece(folder: Path, piece: Piece) -> Told:
    try:
        raw = (folder / piece.file).read_bytes()
    except OSError as error:
        raise Torn(f"{piece.file} is not there") from error
    if len(raw) != piece.size or zlib.crc32(raw) != piece.sum:
        raise Torn(f"{piece.file} is torn")
    return msgspec.msgpack.decode(raw, type=Told)


def _write(path: Path, raw: bytes) -> None:
    """Write beside, wait for the disk, rename."""
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def _publish(folder: Path, manifest: Manifest) -> None:
    line = msgspec.json.encode(manifest)
    _write(folder / MANIFEST, line + f"\n{zlib.crc32(line):08x}\n".encode())


def _last_generation(folder: Path) -> int:
    """The highest number that any segment has or had, so that a name never means two things."""
    found = [int(path.stem.partition("-")[2]) for path in folder.glob("base-*.seg")]
    with contextlib.suppress(Torn):
        manifest = read_manifest(folder)
        found.append(manifest.generation if manifest else 0)
    return max(found, default=0)


def _sweep_out(folder: Path, manifest: Manifest) -> None:
    """Remove what no manifest names any more; who still reads it keeps it until they let go."""
    for path in (*folder.glob("base-*"), *folder.glob("told-*")):
        if path.name != manifest.base.file:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time; the system lets go of the lock when a process dies."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
