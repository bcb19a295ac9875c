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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from zhian.chain.tracing.engine.index.deriving import Told
from zhian.chain.tracing.engine.index.segments import Torn, read_segment, sync_folder
from zhian.chain.tracing.engine.index.telling import together

MANIFEST = "manifest.json"
VERSION = 2


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


def rebuild(
    folder: Path, told: Told, event: int, *, missed: Callable[[], tuple[Told, int]] | None = None
) -> Manifest:
    """Write a new index and make it the present one; the old one is read until that moment.

    `missed` tells, when nobody else writes, what was captured while `told` was being read.
    """
    # the compiler is read here and not at start: no page, command or worker waits for it in vain
    from zhian.chain.tracing.engine.index.base import write_base

    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder, "building"):
        generation = _last_generation(folder) + 1
        path = folder / f"base-{generation}.seg"
        size = write_base(path, told)
        manifest = Manifest(VERSION, generation, event, Piece(path.name, size))
        with _alone(folder):
            later = missed() if missed else None
            _publish(folder, manifest)
            if later and (later[0].lots or later[0].grown):
                manifest = _add(folder, manifest, *later)
            _sweep_out(folder, manifest)
    return manifest


def adopt(folder: Path, path: Path, size: int) -> Manifest:
    """Make a segment that somebody else wrote the whole of a new index (for measuring)."""
    generation = int(path.stem.partition("-")[2])
    manifest = Manifest(VERSION, generation, 0, Piece(path.name, size))
    with _alone(folder):
        _publish(folder, manifest)
    return manifest


def append(folder: Path, told: Told, event: int) -> Manifest:
    """Add what was told of some lots; Torn when there is no whole index to add to."""
    return append_read(folder, lambda: (told, event))


def append_read(folder: Path, read: Callable[[], tuple[Told, int]]) -> Manifest:
    """Add what `read` tells; it reads when nobody else writes, so that no older word comes later.

    Torn when there is no whole index to add to.
    """
    with _alone(folder):
        return _add(folder, _present(folder), *read())


def merge(folder: Path) -> Manifest:
    """Write the segment and what was told since as one new segment; no event is read.

    What is told meanwhile stays beside the new segment; readers keep the files they have mapped.
    """
    from zhian.chain.tracing.engine.index.compacting import write_merged

    with _alone(folder, "building"):
        before = _present(folder)
        arrays = read_segment(folder / before.base.file, before.base.size)
        generation = _last_generation(folder) + 1
        path = folder / f"base-{generation}.seg"
        size = write_merged(path, arrays, together(read_told(folder, before)))
        with _alone(folder):
            now = _present(folder)
            later = now.told[len(before.told) :]
            manifest = Manifest(VERSION, generation, now.event, Piece(path.name, size), later)
            _publish(folder, manifest)
            _sweep_out(folder, manifest)
    return manifest


def _present(folder: Path) -> Manifest:
    manifest = read_manifest(folder)
    if manifest is None:
        raise Torn("there is no index")
    return manifest


def _add(folder: Path, manifest: Manifest, told: Told, event: int) -> Manifest:
    raw = msgspec.msgpack.encode(told)
    number = 1 + max((int(one.file[:-4].rpartition("-")[2]) for one in manifest.told), default=0)
    name = f"told-{manifest.generation}-{number}.bin"
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


def lots_told_since(folder: Path, before: Manifest | None) -> set[str]:
    """The lots of which something was told after `before` was the manifest."""
    try:
        manifest = read_manifest(folder)
        told = read_told(folder, manifest) if manifest else []
    except Torn:
        return set()
    known = {piece.file for piece in before.told} if before else set()
    pieces = manifest.told if manifest else ()
    return {
        lot
        for piece, one in zip(pieces, told, strict=True)
        if piece.file not in known
        for lot in (*one.lots, *one.grown)
    }


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
    named = {manifest.base.file, *(piece.file for piece in manifest.told)}
    for path in (*folder.glob("base-*"), *folder.glob("told-*")):
        if path.name not in named:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(folder: Path, name: str = "lock") -> Iterator[None]:
    """One writer at a time (one builder of segments at a time, who does not keep writers waiting).

    The system lets go of the lock when a process dies.
    """
    with (folder / name).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
