"""Walks over an index: reach and mass fractions from one or many nodes at once."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from zhian.chain.tracing.engine.index import careful, mixing, quick, rows, sweeping
from zhian.chain.tracing.engine.index.bits import levels_for
from zhian.chain.tracing.engine.index.nouns import F8, I8, ODD, TARGET, U4, Graph

_WHOLE = np.ones(1)  # the weight of one source alone


class Reach(NamedTuple):
    """What a walk reached: ascending nodes with shares between their bounds.

    Forward: the share of the sources in each node. Backward: the share of each node in the
    source; there the bounds are the value itself.
    """

    nodes: U4
    values: F8
    lowers: F8
    uppers: F8
    links: int  # walked


def size_of(graph: Graph) -> int:
    """How many nodes a graph has, the new ones of its patch included."""
    counted = len(graph.nodes.totals)
    changed = graph.patch.nodes
    return max(counted, int(changed[-1]) + 1) if len(changed) else counted


def sources_of(graph: Graph, node: int) -> list[tuple[int, float]]:
    """The nodes whose links lead to this one, with the grams they gave (0: not recorded)."""
    patch, size = graph.patch, len(graph.nodes.totals)
    slot = rows.slot_of(patch.touched, patch.nodes, size, node)
    half, row = (graph.backward, node) if slot < 0 else (patch.backward, slot)
    pairs = half.pairs[2 * int(half.offsets[row]) : 2 * int(half.offsets[row + 1])].tolist()
    return [
        (word & TARGET, max(0.0, rows.grams_of(graph.odd_grams, code)))
        for word, code in zip(pairs[0::2], pairs[1::2], strict=True)
    ]


def _arrays(graph: Graph, *, forward: bool) -> tuple[Any, ...]:
    """What a sweep reads, one by one."""
    patch, nodes = graph.patch, graph.nodes
    half, changed = (graph.forward, patch.forward) if forward else (graph.backward, patch.backward)
    read = (*half, nodes.totals, nodes.odd_totals, graph.odd_grams, patch.touched, patch.nodes)
    return (*read, *changed, patch.facts.totals, patch.facts.odd_totals)


class Walker:
    """Walks one graph, again and again on the same boards; one for each thread.

    `most_quick`: the nodes up to which the quick walk is tried (0: never).
    """

    def __init__(self, graph: Graph, most_quick: int = quick.MOST) -> None:
        size = size_of(graph)
        self.graph = graph
        self._root = np.zeros(1, np.uint32)
        self._quick_boards = quick.boards()
        self._quick_ways: dict[bool, tuple[Any, ...]] = {
            way: (*half, graph.nodes.totals, graph.patch.touched, *self._quick_boards,
                  0 if way else size - 1, most_quick, way)
            for way, half in ((True, graph.forward), (False, graph.backward))
        }  # fmt: skip
        # a board as large as the graph; the system gives it page by page as walks touch it
        self._state = np.zeros(2 * size)
        self._nodes = np.empty(size, np.uint32)
        self._shares = np.empty(size, np.float64)
        self._local = np.zeros(size, np.uint32)
        boards = (self._state, *levels_for(size), self._nodes, self._shares)
        self._ways: dict[bool, tuple[Any, ...]] = {
            way: (*_arrays(graph, forward=way), *boards) for way in (True, False)
        }

    def forward(self, roots: Sequence[int] | U4) -> Reach:
        """Everything that may hold goods of the roots, and how much of it stems from them."""
        if len(roots) == 1:
            self._root[0] = roots[0]
            return self._walk(self._root, _WHOLE, forward=True)
        start = np.unique(np.asarray(roots, np.uint32))
        return self._walk(start, np.ones(len(start)), forward=True)

    def backward(self, roots: Sequence[int] | U4, weights: Sequence[float] | None = None) -> Reach:
        """Everything that may have gone into the roots, and its share in them together.

        `weights`: the part of each root in all of them; equal parts when None.
        """
        start, rows_of = np.unique(np.asarray(roots, np.uint32), return_index=True)
        parts = np.full(len(start), 1.0 / max(1, len(start)))
        if weights is not None:
            parts = np.asarray(weights, np.float64)[rows_of]
        return self._walk(start, parts, forward=False)

    def _walk(self, start: U4, weights: F8, *, forward: bool) -> Reach:
        given: tuple[Any, ...] = (*self._quick_ways[forward], start, weights)
        count, links = quick.quick(*given)
        if count < 0:
            return self._sweep(start, weights, forward=forward)
        _ints, floats, reached = self._quick_boards
        nodes = reached[:count].copy()
        shares = floats[2 * quick.MOST : 2 * quick.MOST + count].copy()
        if not forward:
            nodes, shares = nodes[::-1], shares[::-1]
        return Reach(nodes, shares, shares, shares, links)

    def _sweep(self, start: U4, weights: F8, *, forward: bool) -> Reach:
        question = (start, weights, self._root_totals(start), forward)
        given: tuple[Any, ...] = (*self._ways[forward], *question)
        count, links, knots, marks = sweeping.sweep(*given)
        nodes, shares = self._nodes[:count].copy(), self._shares[:count].copy()
        if len(knots) == 0:
            sweeping.wipe(self._state, nodes, count)
            turn = 1 if forward else -1
            return Reach(nodes[::turn], shares[::turn], shares[::turn], shares[::turn], links)
        return self._untie((knots, marks), nodes, shares, links, forward=forward)

    def _root_totals(self, roots: U4) -> F8:
        """What sources with unknown inputs are supposed to be made of."""
        totals = np.zeros(len(roots))
        for row, root in enumerate(roots.tolist()):
            if root >= len(self.graph.nodes.totals) or self.graph.nodes.totals[root] >= ODD:
                totals[row] = rows.supposed(*rows.incoming(self.graph, root))[0]
        return totals

    def _untie(
        self, knots: tuple[I8, F8], nodes: U4, shares: F8, links: int, *, forward: bool
    ) -> Reach:
        """Work out anew what lies downstream of the knots."""
        state, local = self._state, self._local
        inside = careful.cone(self.graph, forward, state, *knots, local)
        found = careful.tangle(self.graph, forward, state, nodes, inside, local)
        if forward:
            mixes = mixing.mix_forward(self.graph, found, shares)
        else:
            mixes = mixing.mix_backward(self.graph, found, nodes, shares)
        outside = local[nodes] == 0
        local[inside] = 0
        every = np.concatenate([nodes[outside], inside.astype(np.uint32)])
        sweeping.wipe(state, every, len(every))
        order = np.argsort(every, kind="stable")
        columns = [
            np.concatenate([shares[outside], mixes[:, column]])[order] for column in range(3)
        ]
        return Reach(every[order], columns[0], columns[1], columns[2], links + len(found.grams))
