"""A segment as one adds to it: its graph, its names, and the moments that no walk reads."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhian.chain.tracing.engine.index.base import IS_MAKING, Arrays, Directory, graph_in
from zhian.chain.tracing.engine.index.deriving import NOWHERE
from zhian.chain.tracing.engine.index.nouns import F8, I8, TARGET, U4

Which = NDArray[np.bool_]


class Flat(NamedTuple):
    """Links as columns; moments in microseconds since 1970."""

    sources: I8
    targets: I8
    grams: U4
    departed: I8
    arrived: I8


def chosen(links: Flat, which: Which) -> Flat:
    """Some of the links."""
    return Flat(
        links.sources[which],
        links.targets[which],
        links.grams[which],
        links.departed[which],
        links.arrived[which],
    )


def joined(*several: Flat) -> Flat:
    """All of them, one after the other."""
    return Flat(*(np.concatenate(columns) for columns in zip(*several, strict=True)))


def among(numbers: I8, ascending: I8) -> Which:
    """Which of the numbers stand in an ascending list."""
    if len(ascending) == 0:
        return np.zeros(len(numbers), bool)
    places = np.minimum(np.searchsorted(ascending, numbers), len(ascending) - 1)
    found: Which = ascending[places] == numbers
    return found


def rows_in(offsets: U4, nodes: I8) -> tuple[I8, I8]:
    """The links of some rows, and for each its node."""
    begins = offsets[nodes].astype(np.int64)
    counts = offsets[nodes + 1].astype(np.int64) - begins
    before = np.cumsum(counts) - counts
    links = np.arange(int(counts.sum())) + np.repeat(begins - before, counts)
    return links, np.repeat(nodes, counts)


class Standing:
    """What stands in the segment."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.graph = graph_in(arrays)
        self.directory = Directory(arrays)
        self.size = len(self.graph.nodes.totals)

    @property
    def born(self) -> I8:
        """When each node came to be."""
        born: I8 = self._arrays["nodes.born"]
        return born

    @property
    def outside(self) -> tuple[U4, F8]:
        """What came from outside at each node, and the table of masses that 32 bits do not hold."""
        return self._arrays["nodes.outside"], self._arrays["odd_outside"]

    def is_making(self, nodes: I8) -> Which:
        """Which of the nodes are makings (one in which nothing but the unknown is made is none)."""
        making: Which = self._arrays["nodes.placed"][nodes] == IS_MAKING
        nowhere = self.directory.number_of(NOWHERE)
        return making if nowhere is None else making & (nodes != nowhere)

    def all_links(self) -> Flat:
        """Every link."""
        return self.links_of(np.arange(self.size))

    def links_of(self, nodes: I8) -> Flat:
        """The links that lead on from some nodes."""
        half, table = self.graph.forward, self._arrays["moments.table"]
        links, sources = rows_in(half.offsets, nodes)
        return Flat(
            sources,
            (half.pairs[2 * links] & TARGET).astype(np.int64),
            half.pairs[2 * links + 1],
            table[self._arrays["moments.departed"][links]],
            table[self._arrays["moments.arrived"][links]],
        )

    def links_around(self, nodes: I8) -> Flat:
        """The links from or to some nodes (ascending), each once."""
        half = self.graph.backward
        links, _targets = rows_in(half.offsets, nodes)
        sources = np.unique((half.pairs[2 * links] & TARGET).astype(np.int64))
        others = self.links_of(sources[~among(sources, nodes)])
        return joined(self.links_of(nodes), chosen(others, among(others.targets, nodes)))

    def makings_at(self, nodes: I8) -> I8:
        """The makings that some nodes went into or came out of."""
        ends = []
        for half in (self.graph.forward, self.graph.backward):
            links, _nodes = rows_in(half.offsets, nodes)
            ends.append((half.pairs[2 * links] & TARGET).astype(np.int64))
        found = np.unique(np.concatenate(ends))
        return found[self.is_making(found)]
