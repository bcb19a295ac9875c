"""The careful walk: unties what a sweep could not, and leaves the rest as it stands.

Everything downstream of a knot is looked at again: which of it is reached at all, which of it
feeds itself and is therefore one mixture (strong components, without recursion), and between
which bounds its share lies when masses are unknown (trace 3.14).
"""

from typing import NamedTuple

import numpy as np

from zhian.chain.tracing.engine.index.kernels import kernel, whole
from zhian.chain.tracing.engine.index.nouns import F8, I8, TARGET, U4, Graph, Half
from zhian.chain.tracing.engine.index.rows import find, grams_of, slot_of
from zhian.chain.tracing.engine.index.sweeping import OPEN


class Tangle(NamedTuple):
    """What lies downstream of the knots: its nodes and the links that lead into it."""

    nodes: I8
    origins: I8  # local number, or -1 - row among the swept nodes
    targets: I8  # local number
    grams: F8  # -1: unknown


@kernel
def _grown(numbers: I8) -> I8:
    """Twice the room."""
    wider = np.empty(2 * len(numbers), np.int64)
    wider[: len(numbers)] = numbers
    return wider


@kernel
def _wider(masses: F8) -> F8:
    """Twice the room."""
    wider = np.empty(2 * len(masses), np.float64)
    wider[: len(masses)] = masses
    return wider


@kernel
def _look_at(half: Half, row: int, mark: float, done: float, todo: list[tuple[int, float]]) -> None:
    """Note where the links lead that a mark opens and an earlier mark did not."""
    first = whole(half.offsets[row]) + whole(OPEN - mark)
    last = whole(half.offsets[row + 1])
    if done > 0:
        last = min(last, first + whole(mark - done))
    for link in range(first, last):
        word = whole(half.pairs[2 * link])
        entry = half.skips[find(half.skip_links, link)] if word > TARGET else 0
        todo.append((word & TARGET, OPEN - entry))


@kernel
def cone(graph: Graph, forward: bool, state: F8, knots: I8, marks: F8, local: U4) -> I8:
    """Everything downstream of the knots with its final marks; `local` numbers it from 1."""
    half = graph.forward if forward else graph.backward
    changed = graph.patch.forward if forward else graph.patch.backward
    touched, patched, size = graph.patch.touched, graph.patch.nodes, len(graph.nodes.totals)
    nodes, count = np.empty(64, np.int64), 0
    done = np.empty(64, np.float64)  # the mark with which a node was looked at last
    todo = [(0, 0.0)]
    for row in range(len(knots)):
        todo.append((knots[row], marks[row]))
    while len(todo) > 1:
        node, mark = todo.pop()
        if state[2 * node] < 0:
            continue
        place = whole(local[node]) - 1
        if place < 0:
            if count == len(nodes):
                nodes, done = _grown(nodes), _wider(done)
            place, count = count, count + 1
            local[node], nodes[place], done[place] = count, node, 0.0
        mark = max(mark, state[2 * node + 1])
        if done[place] >= mark:
            continue
        state[2 * node + 1] = mark
        slot = slot_of(touched, patched, size, node)
        if slot < 0:
            _look_at(half, node, mark, done[place], todo)
        else:
            _look_at(changed, slot, mark, done[place], todo)
        done[place] = mark
    return nodes[:count]


@kernel
def _count_in(offsets: U4, pairs: U4, row: int, mark: float, local: U4) -> int:
    """How many links of a row lead into the tangle."""
    found = 0
    first = whole(offsets[row]) + whole(OPEN - mark)
    for link in range(first, whole(offsets[row + 1])):
        if local[whole(pairs[2 * link]) & TARGET] != 0:
            found += 1
    return found


@kernel
def _put_in(half: Half, odd_grams: F8, row: int, mark: float, origin: int, local: U4,
            found: Tangle, count: int) -> None:  # fmt: skip
    """Write down the links of a row that lead into the tangle."""
    first = whole(half.offsets[row]) + whole(OPEN - mark)
    for link in range(first, whole(half.offsets[row + 1])):
        target = whole(local[whole(half.pairs[2 * link]) & TARGET])
        if target != 0:
            found.origins[count], found.targets[count] = origin, target - 1
            found.grams[count] = grams_of(odd_grams, whole(half.pairs[2 * link + 1]))
            count += 1


@kernel
def tangle(graph: Graph, forward: bool, state: F8, swept: U4, nodes: I8, local: U4) -> Tangle:
    """All links that are used and lead into the tangle, from inside and from around it."""
    half = graph.forward if forward else graph.backward
    changed = graph.patch.forward if forward else graph.patch.backward
    touched, patched, size = graph.patch.touched, graph.patch.nodes, len(graph.nodes.totals)
    edge = np.flatnonzero(local[swept] == 0)
    rows, slots = (
        np.empty(len(edge) + len(nodes), np.int64),
        np.empty(len(edge) + len(nodes), np.int64),
    )
    counts = np.zeros(len(rows) + 1, np.int64)
    for place in range(len(rows)):
        node = whole(swept[edge[place]]) if place < len(edge) else nodes[place - len(edge)]
        slot = slot_of(touched, patched, size, node)
        rows[place], slots[place] = node, slot
        mark = state[2 * node + 1]
        if slot < 0:
            counts[place + 1] = _count_in(half.offsets, half.pairs, node, mark, local)
        else:
            counts[place + 1] = _count_in(changed.offsets, changed.pairs, slot, mark, local)
    for place in range(len(rows)):
        counts[place + 1] += counts[place]
    total = counts[len(rows)]
    found = Tangle(
        nodes, np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, np.float64)
    )
    for place in range(len(rows)):
        if counts[place] == counts[place + 1]:
            continue
        origin = -1 - edge[place] if place < len(edge) else place - len(edge)
        mark = state[2 * rows[place] + 1]
        if slots[place] < 0:
            _put_in(half, graph.odd_grams, rows[place], mark, origin, local, found, counts[place])
        else:
            _put_in(
                changed, graph.odd_grams, slots[place], mark, origin, local, found, counts[place]
            )
    return found


@kernel
def grouped(keys: I8, groups: int) -> tuple[I8, I8]:
    """Row numbers by key (counting sort), and where each group begins; no negative keys."""
    offsets = np.zeros(groups + 1, np.int64)
    for row in range(len(keys)):
        if keys[row] >= 0:
            offsets[keys[row] + 1] += 1
    for group in range(groups):
        offsets[group + 1] += offsets[group]
    cursor = offsets.copy()
    rows = np.empty(offsets[groups], np.int64)
    for row in range(len(keys)):
        if keys[row] >= 0:
            rows[cursor[keys[row]]] = row
            cursor[keys[row]] += 1
    return rows, offsets


@kernel
def components(origins: I8, targets: I8, size: int) -> tuple[I8, int]:
    """The strong component of each node, numbered so that links lead to lower numbers (Tarjan)."""
    rows, offsets = grouped(origins, size)
    component = np.full(size, -1, np.int64)
    index, low = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    path, stack, cursor = np.empty(size, np.int64), np.empty(size, np.int64), offsets.copy()
    found, counter, on_stack = 0, 0, 0
    for start in range(size):
        depth = 0
        if index[start] < 0:
            path[0], depth = start, 1
        while depth > 0:
            node = path[depth - 1]
            if index[node] < 0:
                index[node], low[node] = counter, counter
                counter += 1
                stack[on_stack] = node
                on_stack += 1
            deeper = _next_child(node, rows, offsets, cursor, targets, index, low, component)
            if deeper >= 0:
                path[depth] = deeper
                depth += 1
                continue
            depth -= 1
            if depth > 0:
                low[path[depth - 1]] = min(low[path[depth - 1]], low[node])
            if low[node] == index[node]:
                on_stack = _close(node, stack, on_stack, component, found)
                found += 1
    return component, found


@kernel
def _next_child(node: int, rows: I8, offsets: I8, cursor: I8, targets: I8, index: I8, low: I8,
                component: I8) -> int:  # fmt: skip
    """The next node to go down to, -1 when there is none; lowers `low` by the others."""
    while cursor[node] < offsets[node + 1]:
        child = targets[rows[cursor[node]]]
        cursor[node] += 1
        if index[child] < 0:
            return int(child)
        if component[child] < 0:
            low[node] = min(low[node], index[child])
    return -1


@kernel
def _close(node: int, stack: I8, on_stack: int, component: I8, number: int) -> int:
    """Take a finished component off the stack."""
    while True:
        on_stack -= 1
        member = stack[on_stack]
        component[member] = number
        if member == node:
            return on_stack
