"""Links that came after a segment was written: one patch over it, told lot by lot.

What is told of a lot replaces all that was said of it before. A lot's holdings and the makings
that name it are told whole; of other lots at the ends of such links only the link itself is told,
and from where on it may be used there is copied from what stands.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from zhian.chain.tracing.engine.index.building import build
from zhian.chain.tracing.engine.index.deriving import MAKING, Key, Told
from zhian.chain.tracing.engine.index.encoding import arrays_of, order_of
from zhian.chain.tracing.engine.index.nouns import (
    BARRED,
    F8,
    ODD,
    TARGET,
    U4,
    UNKNOWN,
    Graph,
    Half,
    Nodes,
    Patch,
)


def together(told: Sequence[Told]) -> Told:
    """Several tellings as one, the later ones last; a later one replaces what it speaks of."""
    lots, events = set[str](), set[str]()
    nodes: dict[Key, tuple[int, float]] = {}
    links: list[tuple[Key, Key, float | None, int, int]] = []
    for one in told:
        new_lots, new_events = set(one.lots), set(one.events)

        def replaced(key: Key, lots: set[str] = new_lots, events: set[str] = new_events) -> bool:
            return key[1] in (events if key[0] == MAKING else lots)

        links = [link for link in links if not replaced(link[0]) and not replaced(link[1])]
        keys = [key for key, _at, _outside in one.nodes]
        links += [(keys[a], keys[b], mass, left, came) for a, b, mass, left, came in one.links]
        for key, at, outside in one.nodes:
            if key not in nodes or replaced(key):
                nodes[key] = (at, outside)
        lots |= new_lots
        events |= new_events
    number = {key: row for row, key in enumerate(nodes)}
    return Told(
        sorted(lots),
        sorted(events),
        [(key, at, outside) for key, (at, outside) in nodes.items()],
        [(number[a], number[b], mass, left, came) for a, b, mass, left, came in links],
    )


class Changes:
    """A patch in the making: which nodes it holds, and their numbers in the whole graph."""

    def __init__(self, base: Graph, told: Told, number_of: Callable[[Key], int | None],
                 holdings_of: Callable[[str], Sequence[tuple[Key, int]]]) -> None:  # fmt: skip
        self.base, self.told = base, told
        self.size = len(base.nodes.totals)
        lots, events = set(told.lots), set(told.events)
        known = {key: number_of(key) for key, _at, _outside in told.nodes}
        gone = {
            key: number for lot in told.lots for key, number in holdings_of(lot) if key not in known
        }
        fresh = [row for row in order_of(told) if known[told.nodes[row][0]] is None]
        self.new_keys = [told.nodes[row][0] for row in fresh]
        for offset, key in enumerate(self.new_keys):
            known[key] = self.size + offset
        self.numbers = {key: number for key, number in known.items() if number is not None} | gone
        changed = [
            key
            for key in self.numbers
            if key[1] in (events if key[0] == MAKING else lots) or self.numbers[key] >= self.size
        ]
        changed.sort(key=lambda key: self.numbers[key])
        self.changed = changed
        among = set(changed)
        self.order = changed + [key for key in self.numbers if key not in among]

    def patch(self) -> tuple[Patch, F8]:
        """The patch, and the table of odd masses it shares with the segment."""
        row = {key: place for place, key in enumerate(self.order)}
        old = self.told.nodes
        moved = Told(
            [], [],
            [(key, 0, 0.0) for key in self.order],
            [(row[old[link[0]][0]], row[old[link[1]][0]], *link[2:]) for link in self.told.links],
        )  # fmt: skip
        for key, at, outside in old:
            moved.nodes[row[key]] = (key, at, outside)
        links, supply = arrays_of(moved)
        local = build(links, supply)
        count = len(self.changed)
        numbers = np.array([self.numbers[key] for key in self.order], np.uint32)
        totals, days = local.nodes.totals[:count], local.nodes.days[:count]
        patch = Patch(
            self._touched(numbers[:count]),
            numbers[:count].copy(),
            self._half(local.forward, self.base.forward, numbers, count),
            self._half(local.backward, self.base.backward, numbers, count),
            Nodes(totals.copy(), local.nodes.odd_totals, days.copy()),
        )
        return patch, np.concatenate([self.base.odd_grams, local.odd_grams])

    def _touched(self, numbers: U4) -> U4:
        bits = np.zeros((self.size + 31) // 32, np.uint32)
        for number in numbers[numbers < self.size].tolist():
            bits[number >> 5] |= np.uint32(1 << (number & 31))
        return bits

    def _half(self, local: Half, base: Half, numbers: U4, count: int) -> Half:
        """The rows of the changed nodes, told with the numbers of the whole graph."""
        offsets = local.offsets[: count + 1].copy()
        pairs = local.pairs[: 2 * int(offsets[-1])].copy()
        words = pairs[0::2]
        targets = words & TARGET
        skips = dict(zip(local.skip_links.tolist(), local.skips.tolist(), strict=True))
        lengths: NDArray[np.int64] = offsets[1:].astype(np.int64) - offsets[:-1]
        sources = np.repeat(np.arange(count), lengths)
        for link in np.flatnonzero(targets >= count).tolist():
            skips.pop(link, None)
            entry = _entry_in(base, int(numbers[sources[link]]), int(numbers[targets[link]]))
            if entry:
                skips[link] = entry
        words[:] = numbers[targets]
        barred = sorted(link for link in skips if link < len(words))
        words[barred] |= np.uint32(BARRED)
        grams = pairs[1::2]
        odd = (grams >= ODD) & (grams != UNKNOWN)
        grams[odd] += np.uint32(len(self.base.odd_grams))
        values = np.array([skips[link] for link in barred], np.uint32)
        return Half(offsets, pairs, np.array(barred, np.uint32), values)


def _entry_in(half: Half, source: int, target: int) -> int:
    """From where on a link of the segment may be used at its target; 0 when it is not there."""
    found = 0
    if source + 1 < len(half.offsets):
        for link in range(int(half.offsets[source]), int(half.offsets[source + 1])):
            if int(half.pairs[2 * link]) == target | BARRED:
                found = int(half.skips[np.searchsorted(half.skip_links, link)])
    return found
