"""Segments: files of named arrays, written once, checked by sums, mapped into memory read-only.

    magic and version | arrays, each at a page of its own | contents as JSON | where they are

The last bytes are written last, so a file that was torn has none of them. A reader checks size,
contents and, on demand, every array against its sum.
"""

import json
import os
import struct
import zlib
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"ZHTRACE1"
PAGE = 4096
_END = struct.Struct("<QQI8s")  # offset and length of the contents, their sum, magic
_CHUNK = 1 << 24


class Torn(RuntimeError):
    """A file of the index is not what was written; the index must be rebuilt."""


class SegmentWriter:
    """Writes one segment beside its final name and renames it when it is whole and on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._draft = path.with_suffix(".new")
        self._blocks: dict[str, dict[str, Any]] = {}
        self._arrays: dict[str, NDArray[Any]] = {}
        self._end = PAGE
        self._draft.write_bytes(MAGIC.ljust(PAGE, b"\0"))

    def room(self, name: str, size: int, kind: str = "<u4") -> NDArray[Any]:
        """An array to fill, mapped from the file."""
        bytes_needed = size * np.dtype(kind).itemsize
        self._blocks[name] = {"kind": kind, "size": size, "at": self._end}
        array: NDArray[Any] = np.empty(0, kind)
        if size:
            at, self._end = self._end, self._end + -(-bytes_needed // PAGE) * PAGE
            os.truncate(self._draft, self._end)
            mapped = np.memmap(self._draft, dtype=kind, mode="r+", offset=at, shape=(size,))
            array = mapped.view(np.ndarray)
        self._arrays[name] = array
        return array

    def put(self, name: str, array: NDArray[Any]) -> None:
        """An array that is ready."""
        self.room(name, len(array), array.dtype.newbyteorder("<").str)[:] = array

    def publish(self) -> int:
        """Write the contents, wait for the disk, rename; the size of the file in bytes."""
        for name, block in self._blocks.items():
            block["sum"] = _sum(self._arrays[name])
        self._arrays.clear()
        contents = json.dumps(self._blocks).encode()
        with self._draft.open("r+b") as file:
            file.seek(self._end)
            file.write(contents)
            file.write(_END.pack(self._end, len(contents), zlib.crc32(contents), MAGIC))
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        self._draft.replace(self.path)
        sync_folder(self.path.parent)
        return size

    def __enter__(self) -> "SegmentWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sum(array: NDArray[Any]) -> int:
    """CRC-32 of an array's bytes, in pieces."""
    raw = np.ascontiguousarray(array).view(np.uint8)
    found = 0
    for start in range(0, len(raw), _CHUNK):
        found = zlib.crc32(raw[start : start + _CHUNK].data, found)
    return found


def read_segment(path: Path, size: int, *, check: bool = False) -> dict[str, NDArray[Any]]:
    """The arrays of a segment of that size; Torn when it is not whole. `check` sums them all."""
    try:
        blocks = _contents(path, size)
    except (OSError, ValueError, struct.error) as error:
        raise Torn(f"{path.name}: {error}") from error
    arrays = {name: _mapped(path, block) for name, block in blocks.items()}
    if check:
        for name, array in arrays.items():
            if _sum(array) != blocks[name]["sum"]:
                raise Torn(f"{path.name}: the sum of {name} is wrong")
    return arrays


def _contents(path: Path, size: int) -> dict[str, dict[str, Any]]:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) != size:
            raise ValueError("not as long as it was written")
        file.seek(0)
        if file.read(len(MAGIC)) != MAGIC:
            raise ValueError("another format or version")
        file.seek(size - _END.size)
        at, length, wanted, magic = _END.unpack(file.read(_END.size))
        file.seek(min(at, size))
        raw = file.read(length)
    if magic != MAGIC or zlib.crc32(raw) != wanted:
        raise ValueError("its contents are torn")
    found: dict[str, dict[str, Any]] = json.loads(raw)
    return found


def _mapped(path: Path, block: dict[str, Any]) -> NDArray[Any]:
    if block["size"] == 0:
        return np.empty(0, block["kind"])
    kind, shape = block["kind"], (block["size"],)
    mapped = np.memmap(path, dtype=kind, mode="r", offset=block["at"], shape=shape)
    return mapped.view(np.ndarray)
