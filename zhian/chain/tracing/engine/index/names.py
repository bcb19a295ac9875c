"""Names in a segment: numbered in the order of their bytes, found by halving, read from the map."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from zhian.chain.tracing.engine.index.nouns import I8, U1

Offsets = NDArray[np.uint64]


class Names:
    """An ascending list of names that stays on disk."""

    def __init__(self, text: U1, offsets: Offsets) -> None:
        self._text, self._offsets = text, offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> str:
        return self._raw(number).decode()

    def _raw(self, number: int) -> bytes:
        return self._text[int(self._offsets[number]) : int(self._offsets[number + 1])].tobytes()

    def find(self, name: str) -> int | None:
        """The number of a name, None when it is not listed."""
        wanted = name.encode()
        place = self.place(wanted)
        return place if place < len(self) and self._raw(place) == wanted else None

    def place(self, wanted: bytes) -> int:
        """Where a name stands, or would."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def with_more(self, fresh: list[bytes], places: I8) -> tuple[U1, Offsets]:
        """The text and where each name begins, with new names put in before some places."""
        begins = self._offsets.astype(np.int64)
        lengths = np.insert(np.diff(begins), places, [len(name) for name in fresh])
        offsets = np.zeros(len(lengths) + 1, np.uint64)
        np.cumsum(lengths, out=offsets[1:])
        kept = np.split(self._text, begins[places])
        added = [np.frombuffer(name, np.uint8) for name in fresh]
        pieces = [piece for pair in zip(kept, added, strict=False) for piece in pair]
        return np.concatenate([*pieces, kept[-1]]), offsets


def written(names: Iterable[str]) -> tuple[dict[str, int], U1, Offsets]:
    """Number the names; their text and where each begins."""
    raw = sorted({name.encode() for name in names})
    offsets = np.zeros(len(raw) + 1, np.uint64)
    np.cumsum([len(name) for name in raw], out=offsets[1:])
    text = np.frombuffer(b"".join(raw), np.uint8)
    return {name.decode(): number for number, name in enumerate(raw)}, text, offsets


def inserted(names: Names, wanted: Iterable[str]) -> tuple[I8, dict[str, int], U1, Offsets]:
    """A list with some more names in it, none of them twice.

    The new number of each old name, the number of each wanted one, the text, where each begins.
    """
    raw = sorted({name.encode() for name in wanted})
    stood = {name: names.find(name.decode()) for name in raw}
    fresh = [name for name in raw if stood[name] is None]
    places = np.array([names.place(name) for name in fresh], np.int64)
    moved = np.arange(len(names))
    moved += np.searchsorted(places, moved, side="right")
    numbers = {name.decode(): int(places[row]) + row for row, name in enumerate(fresh)}
    numbers |= {
        name.decode(): int(moved[number]) for name, number in stood.items() if number is not None
    }
    return moved, numbers, *names.with_more(fresh, places)
