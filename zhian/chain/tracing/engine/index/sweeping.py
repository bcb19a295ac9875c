"""The fast walk: reach and mass fractions in one sweep over ascending node numbers.

That is right wherever links lead on in the order of numbers and masses are known; a link that
leads back (a return, rework) and a mass that nobody recorded are *knots*, which the careful walk
unties. Moments live in the order of links: a node is entered at its first link that left after
the goods arrived. Backward the same sweep runs over descending numbers.
"""

from typing import NamedTuple

import numpy as np

from zhian.chain.tracing.engine.index.bits import add, levels_for, take_lowest
from zhian.chain.tracing.engine.index.kernels import kernel, prefetch, whole
from zhian.chain.tracing.engine.index.nouns import F8, I8, TARGET, U4, Graph
from zhian.chain.tracing.engine.index.rows import (
    find,
    grams_of,
    incoming,
    slot_of,
    supposed,
    total_of,
)

OPEN = float(1 << 32)  # the mark of a node from which every link may be used; minus what is barred
Knots = tuple[list[int], list[float]]  # where to look again, and with which mark


class Boards(NamedTuple):
    """What a walk writes on: as large as the graph, clean between walks, one set for a thread."""

    state: F8  # for each node the mass that came (a source: minus its weight) and its mark
    bits: U4
    starts: I8


def boards_for(nodes: int) -> Boards:
    """Clean boards; the system gives their memory page by page as a walk touches it."""
    return Boards(np.zeros(2 * nodes), *levels_for(nodes))


@kernel
def _spread(offsets: U4, totals: U4, pairs: U4, skip_links: U4, skips: U4, odd_grams: F8,
            first: int, last: int, key: int, turn: int, scale: float, state: F8, bits: U4,
            starts: I8, knots: list[int], marks: list[float]) -> None:  # fmt: skip
    """Hand a node's share on along its links; what leads back or has no mass becomes a knot."""
    for link in range(first, last):
        word = whole(pairs[2 * link])
        target = word & TARGET
        if state[2 * target] < 0:
            continue  # a source is all source, whatever came in
        mark = OPEN
        if word > TARGET:
            mark = OPEN - skips[find(skip_links, link)]
        grams = grams_of(odd_grams, whole(pairs[2 * link + 1]))
        ahead = abs(turn - target)
        if grams < 0 or ahead <= key:
            knots.append(target)
            marks.append(mark)
            if ahead <= key:
                continue
        if state[2 * target + 1] < mark:
            if state[2 * target + 1] == 0:
                add(bits, starts, ahead)
                prefetch(offsets, target)
                prefetch(totals, target)
            state[2 * target + 1] = mark
        state[2 * target] += max(grams, 0.0) * scale


@kernel
def _share(state: F8, node: int, total: float, forward: bool) -> float:
    """What a node holds when all that leads to it has been swept."""
    if state[2 * node] < 0:
        return -float(state[2 * node])
    if not forward:
        return float(state[2 * node])
    return float(state[2 * node]) / total if total > 0 else 0.0


@kernel
def _vague(graph: Graph, node: int, state: F8, knots: list[int], marks: list[float]) -> float:
    """What a node with unknown inputs is supposed to be made of; a source is no knot."""
    if state[2 * node] >= 0:
        knots.append(node)
        marks.append(state[2 * node + 1])
    known, with_mass, without = incoming(graph, node)
    return supposed(known, with_mass, without)[0]


@kernel
def sweep(graph: Graph, forward: bool, roots: U4, weights: F8, boards: Boards,
          nodes: U4, shares: F8) -> tuple[int, int, Knots]:  # fmt: skip
    """Reached nodes in order with their shares: how many, links walked, knots to untie.

    The boards keep the marks until `wipe`. The order is that of `abs(turn - node)`.
    """
    half = graph.forward if forward else graph.backward
    changed = graph.patch.forward if forward else graph.patch.backward
    offsets, pairs, skip_links, skips = half.offsets, half.pairs, half.skip_links, half.skips
    totals, odd_totals, odd_grams = graph.nodes.totals, graph.nodes.odd_totals, graph.odd_grams
    touched, patched, facts = graph.patch.touched, graph.patch.nodes, graph.patch.facts
    state, bits, starts = boards.state, boards.bits, boards.starts
    turn = 0 if forward else (len(state) >> 1) - 1
    knots, marks = [0], [0.0]
    for row in range(len(roots)):
        state[2 * whole(roots[row])] = -weights[row]
        state[2 * whole(roots[row]) + 1] = OPEN
        add(bits, starts, abs(turn - whole(roots[row])))
    count, walked, key = 0, 0, 0
    while True:
        key = take_lowest(bits, starts, key)
        if key < 0:
            break
        node = abs(turn - key)
        slot = slot_of(touched, patched, len(totals), node)
        if slot < 0:
            total = total_of(totals, odd_totals, node)
        else:
            total = total_of(facts.totals, facts.odd_totals, slot)
        if total < 0:
            total = _vague(graph, node, state, knots, marks)
        share = _share(state, node, total, forward)
        nodes[count], shares[count] = node, share
        count += 1
        scale = share if forward else (share / total if total > 0 else 0.0)
        barred = whole(OPEN - state[2 * node + 1])
        if slot < 0:
            first, last = whole(offsets[node]) + barred, whole(offsets[node + 1])
            _spread(offsets, totals, pairs, skip_links, skips, odd_grams, first, last, key,
                    turn, scale, state, bits, starts, knots, marks)  # fmt: skip
        else:
            first, last = whole(changed.offsets[slot]) + barred, whole(changed.offsets[slot + 1])
            _spread(offsets, totals, changed.pairs, changed.skip_links, changed.skips, odd_grams,
                    first, last, key, turn, scale, state, bits, starts, knots, marks)  # fmt: skip
        walked += max(0, last - first)
    return count, walked, (knots, marks)


@kernel
def wipe(state: F8, nodes: U4, count: int) -> None:
    """Leave the boards clean for the next walk."""
    for row in range(count):
        node = whole(nodes[row])
        state[2 * node] = 0.0
        state[2 * node + 1] = 0.0
