"""Names in a segment: numbered in the order of their bytes, found by halving, read from the map."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from zhian.chain.tracing.engine.index.nouns import U1

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
        wanted, low, high = name.encode(), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self._raw(low) == wanted else None


def written(names: Iterable[str]) -> tuple[dict[str, int], U1, Offsets]:
    """Number the names; their text and where each begins."""
    raw = sorted({name.encode() for name in names})
    offsets = np.zeros(len(raw) + 1, np.uint64)
    np.cumsum([len(name) for name in raw], out=offsets[1:])
    text = np.frombuffer(b"".join(raw), np.uint8)
    return {name.decode(): number for number, name in enumerate(raw)}, text, offsets
