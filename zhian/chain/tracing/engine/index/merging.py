"""What a segment holds and what was told since, as one set of links: for a patch, or for merging.

Told whole, a lot's holdings and the makings that name it replace what stood; of a lot that grew
only single holdings do, and its other links are taken from the segment. No event is read.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhian.chain.tracing.engine.index.building import build
from zhian.chain.tracing.engine.index.deriving import MAKING, Key, Told
from zhian.chain.tracing.engine.index.encoding import codes_of, order_of, seconds_of
from zhian.chain.tracing.engine.index.entries import entries
from zhian.chain.tracing.engine.index.nouns import (
    BARRED,
    F8,
    I8,
    ODD,
    TARGET,
    U4,
    UNKNOWN,
    Graph,
    Half,
    Links,
    Nodes,
    Patch,
    Supply,
)
from zhian.chain.tracing.engine.index.standing import Flat, Standing, among, chosen, joined
from zhian.chain.tracing.engine.index.telling import Spoken


class Numbered(NamedTuple):
    """Links between numbered nodes, and the nodes' own facts, as the builder wants them."""

    links: Links
    supply: Supply
    table: I8
    born: I8


class Changes:
    """What was told since a segment was written, by the segment's numbers."""

    def __init__(self, base: Standing, told: Told) -> None:
        self.base, self.told = base, told
        self._spoken = Spoken()
        self._spoken.add(told)
        keys = [key for key, _at, _outside in told.nodes]
        known = [base.directory.number_of(key) for key in keys]
        self.new_keys = [keys[row] for row in order_of(told) if known[row] is None]
        fresh = {key: base.size + row for row, key in enumerate(self.new_keys)}
        self.numbers: dict[Key, int] = {
            key: fresh[key] if number is None else number
            for key, number in zip(keys, known, strict=True)
        }
        self.whole = self._nodes_of(told.lots)
        self.gone = np.setdiff1d(self.whole, np.array(list(self.numbers.values()), np.int64))
        self._events = self._numbers_of([(MAKING, event) for event in told.events])
        self._cells = self._numbers_of(told.cells)

    def _nodes_of(self, lots: list[str]) -> I8:
        found = [self.base.directory.nodes_of(lot) for lot in lots]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *found])).astype(np.int64)

    def _numbers_of(self, keys: list[Key]) -> I8:
        found = (self.base.directory.number_of(key) for key in keys)
        return np.unique(np.array([one for one in found if one is not None], np.int64))

    def touched(self) -> I8:
        """The nodes of the segment whose links may have changed, ascending."""
        held = np.union1d(self.whole, self._nodes_of(self.told.grown))
        return np.unique(np.concatenate([held, self._events, self.base.makings_at(held)]))

    def what_stays(self, links: Flat) -> Flat:
        """The links of the segment that were not told anew."""
        whole = np.union1d(self.whole, self._events)
        into = np.union1d(whole, self._cells)
        return chosen(links, ~(among(links.sources, whole) | among(links.targets, into)))

    def told_links(self) -> tuple[Flat, F8]:
        """What was told, and its odd masses; their numbers follow those of the segment."""
        links = self.told.links
        keys = [key for key, _at, _outside in self.told.nodes]
        codes, odd = _after(self.base.graph.odd_grams, [link[2] for link in links])
        number = np.array([self.numbers[key] for key in keys], np.int64)
        ends = np.array([link[:2] for link in links], np.int64).reshape(-1, 2)
        moments = np.array([link[3:] for link in links], np.int64).reshape(-1, 2)
        here, there = number[ends].T
        left, came = moments.T
        return Flat(here, there, codes, left, came), odd

    def numbered(self, links: Flat, nodes: I8, odd: F8) -> Numbered:
        """Links whose ends are rows of `nodes` already, with what is known of these nodes."""
        table, ticks = np.unique(
            np.concatenate([links.departed, links.arrived]), return_inverse=True
        )
        count = len(links.sources)
        left, came = (half.astype(np.uint32) for half in (ticks[:count], ticks[count:]))
        born, supply = self._supply(nodes)
        return Numbered(
            Links(
                links.sources.astype(np.uint32), links.targets.astype(np.uint32), links.grams,
                left, came, odd,
            ),
            supply, table, born,
        )  # fmt: skip

    def _supply(self, nodes: I8) -> tuple[I8, Supply]:
        base = self.base
        outside_of, odd_of = base.outside
        stood = nodes < base.size
        born, outside = np.zeros(len(nodes), np.int64), np.zeros(len(nodes), np.uint32)
        born[stood] = base.born[nodes[stood]]
        outside[stood] = outside_of[nodes[stood]]
        spoken = [
            row
            for row in self.told.nodes
            if self.numbers[row[0]] >= base.size or self._spoken.is_about(row[0])
        ]
        told = np.array([self.numbers[key] for key, _at, _mass in spoken], np.int64)
        codes, odd = _after(odd_of, [mass for _key, _at, mass in spoken])
        order = np.argsort(told)
        wanted = among(nodes, told[order])
        rows = order[np.searchsorted(told[order], nodes[wanted])]
        born[wanted] = np.array([at for _key, at, _mass in spoken], np.int64)[rows]
        outside[wanted] = codes[rows]
        return born, Supply(seconds_of(born), outside, odd)


def _after(standing: F8, masses: list[float | None]) -> tuple[U4, F8]:
    """Masses in 32 bits; the odd ones follow those that stand in a table."""
    codes, odd = codes_of(masses)
    codes[(codes >= ODD) & (codes != UNKNOWN)] += np.uint32(len(standing))
    return codes, np.concatenate([standing, odd])


def patch_of(changes: Changes) -> tuple[Patch, F8]:
    """The rows of the changed and the new nodes, and the table of odd masses of all."""
    base = changes.base
    stood = changes.touched()
    fresh = np.arange(len(changes.new_keys)) + base.size
    told, odd = changes.told_links()
    links = joined(changes.what_stays(base.links_around(stood)), told)
    changed = np.concatenate([stood, fresh])
    ends = np.unique(np.concatenate([links.sources, links.targets]))
    numbers = np.concatenate([changed, ends[~among(ends, changed)]])
    rows = np.argsort(numbers, kind="stable")
    local = links._replace(
        sources=rows[np.searchsorted(numbers[rows], links.sources)],
        targets=rows[np.searchsorted(numbers[rows], links.targets)],
    )
    given = changes.numbered(local, numbers, odd)
    graph = build(given.links, given.supply)
    count = len(changed)
    patch = Patch(
        _touched(stood, base.size),
        changed.astype(np.uint32),
        _half(graph.forward, base.graph.forward, numbers, count),
        _half(graph.backward, base.graph.backward, numbers, count),
        _facts(graph, count),
    )
    return patch, odd


def _facts(graph: Graph, count: int) -> Nodes:
    nodes = graph.nodes
    return Nodes(nodes.totals[:count].copy(), nodes.odd_totals, nodes.days[:count].copy())


def _touched(numbers: I8, size: int) -> U4:
    bits = np.zeros((size + 31) // 32, np.uint32)
    np.bitwise_or.at(bits, numbers >> 5, np.uint32(1) << (numbers & 31).astype(np.uint32))
    return bits


def _half(local: Half, base: Half, numbers: I8, count: int) -> Half:
    """The rows of the changed nodes, with the numbers of the whole graph.

    How many links a target bars is told by the target's own row: for changed ones that of the
    patch, for the others that of the segment.
    """
    offsets = local.offsets[: count + 1].copy()
    pairs = local.pairs[: 2 * int(offsets[-1])].copy()
    words = pairs[0::2]
    targets = (words & TARGET).astype(np.int64)
    barred = np.zeros(len(words), np.uint32)
    within = local.skip_links < len(words)
    barred[local.skip_links[within]] = local.skips[within]
    lengths: NDArray[np.int64] = offsets[1:].astype(np.int64) - offsets[:-1]
    sources = np.repeat(numbers[:count], lengths)
    outward = np.flatnonzero(targets >= count)
    ends = sources[outward], numbers[targets[outward]]
    barred[outward] = entries(base.offsets, base.pairs, base.skip_links, base.skips, *ends)
    words[:] = numbers[targets]
    links = np.flatnonzero(barred)
    words[links] |= np.uint32(BARRED)
    return Half(offsets, pairs, links.astype(np.uint32), barred[links])
