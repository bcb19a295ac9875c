"""The quick walk: from goods that reached few others, through a part of the graph in good order.

It gives what `sweeping` gives, to the last bit, but on boards that fit into the processor's own
memory instead of one as large as the graph; most lots reach a few hundred others, and for them
that board is what takes the time. It declines, and leaves its boards clean, when it meets what is
not its business: more nodes than it has room for, a knot, a mass out of the table of odd ones, a
node that changed since the segment was written.

A node that was met is a *record*, numbered as they were met. The next node is the lowest of a heap
of numbers with their records; a hash table finds the record of a node.
"""

import numpy as np

from zhian.chain.tracing.engine.index.kernels import inlined, kernel, prefetch, whole
from zhian.chain.tracing.engine.index.nouns import BARRED, F8, I8, ODD, TARGET, U4
from zhian.chain.tracing.engine.index.rows import find
from zhian.chain.tracing.engine.index.sweeping import OPEN

MOST = 1 << 12  # records
PLACES = MOST << 2  # of the hash table: a quarter of it is full at most
DECLINED = -1
_BITS = 12  # of a key in the heap that are the record


def boards() -> tuple[I8, F8, U4]:
    """Hash table, heap and met nodes; masses, marks and shares; what was reached."""
    return np.zeros(PLACES + 2 * MOST, np.int64), np.zeros(3 * MOST), np.zeros(MOST, np.uint32)


@inlined
def place_of(table: I8, met: I8, node: int) -> int:
    """Where a node stands in the hash table, or would."""
    place = ((node * 2_654_435_769) >> 9) & (PLACES - 1)
    while table[place] != 0 and met[table[place] - 1] != node:
        place = (place + 1) & (PLACES - 1)
    return place


@inlined
def push(heap: I8, size: int, key: int) -> None:
    """Put a key into a heap of so many."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if heap[above] <= key:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = key


@inlined
def pop(heap: I8, size: int) -> int:
    """Take the lowest key out of a heap of so many."""
    lowest, last = heap[0], heap[size - 1]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size - 1:
            break
        if below + 1 < size - 1 and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= last:
            break
        heap[place] = heap[below]
        place = below
    heap[place] = last
    return whole(lowest)


@inlined
def _hand_on(pairs: U4, skip_links: U4, skips: U4, ints: I8, masses: F8, marks: F8, key: int,
             first: int, last: int, scale: float, turn: int, nodes: int, most: int, found: int,
             size: int, offsets: U4, totals: U4) -> tuple[int, int]:  # fmt: skip
    """Hand a node's share on along its links: records found and keys waiting, -1 to decline."""
    table, heap, met = ints[:PLACES], ints[PLACES : PLACES + MOST], ints[PLACES + MOST :]
    for link in range(first, last):
        word, code = whole(pairs[2 * link]), whole(pairs[2 * link + 1])
        target = word & TARGET
        place = place_of(table, met, target)
        record = whole(table[place]) - 1
        if record >= 0 and masses[record] < 0:
            continue  # a source is all source, whatever came in
        ahead = abs(turn - target)
        if code >= ODD or ahead <= key or target >= nodes:
            return found, -1
        if record < 0:
            if found == most:
                return found, -1
            record = found
            found += 1
            table[place], met[record], masses[record], marks[record] = found, target, 0.0, 0.0
            prefetch(offsets, target)
            prefetch(totals, target)
            push(heap, size, (ahead << _BITS) | record)
            size += 1
        mark = OPEN
        if word >= BARRED:
            mark = OPEN - skips[find(skip_links, link)]
        marks[record] = max(marks[record], mark)
        masses[record] += float(code) * scale
    return found, size


@inlined
def _begin(ints: I8, masses: F8, marks: F8, roots: U4, weights: F8, turn: int, nodes: int,
           most: int) -> int:  # fmt: skip
    """Enter the sources; how many, 0 to decline."""
    table, heap, met = ints[:PLACES], ints[PLACES : PLACES + MOST], ints[PLACES + MOST :]
    if len(roots) > most:
        return 0
    for record in range(len(roots)):
        if roots[record] >= nodes:
            return 0
    for record in range(len(roots)):
        root = whole(roots[record])
        table[place_of(table, met, root)] = record + 1
        met[record], masses[record], marks[record] = root, -weights[record], OPEN
        push(heap, record, (abs(turn - root) << _BITS) | record)
    return len(roots)


@inlined
def _wipe(ints: I8, found: int) -> None:
    """Empty the hash table, the last one that came in first."""
    table, met = ints[:PLACES], ints[PLACES + MOST :]
    for record in range(found - 1, -1, -1):
        table[place_of(table, met, whole(met[record]))] = 0


@kernel
def quick(
    offsets: U4, pairs: U4, skip_links: U4, skips: U4, totals: U4, touched: U4,
    ints: I8, floats: F8, reached: U4, turn: int, most: int, forward: bool, roots: U4, weights: F8,
) -> tuple[int, int]:  # fmt: skip
    """How many nodes were reached, and links walked; (-1, 0) when this walk is not for it.

    The nodes stand in `reached`, their shares in the last third of `floats`. Rows and links are
    asked for two nodes before they are read, so that memory answers meanwhile.
    """
    heap, met = ints[PLACES : PLACES + MOST], ints[PLACES + MOST :]
    masses, marks, shares = floats[:MOST], floats[MOST : 2 * MOST], floats[2 * MOST :]
    found = size = _begin(ints, masses, marks, roots, weights, turn, len(totals), most)
    count, walked, asked, known, fresh = 0, 0, 0, 0, 0
    if found == 0:
        count = DECLINED
    while size > 0:
        key = pop(heap, size)
        node, record = abs(turn - (key >> _BITS)), key & (MOST - 1)
        for other in range(asked, known):
            prefetch(pairs, 2 * whole(offsets[met[other]]))
        asked, known, fresh = known, fresh, found
        total = whole(totals[node])
        changed = len(touched) > 0 and (whole(touched[node >> 5]) >> (node & 31)) & 1 == 1
        if total >= ODD or changed:
            count = DECLINED
            break
        share = masses[record]
        if share < 0:
            share = -share
        elif forward:
            share = share / total if total > 0 else 0.0
        reached[count], shares[count] = node, share
        count += 1
        scale = share if forward else (share / total if total > 0 else 0.0)
        first = whole(offsets[node]) + whole(OPEN - marks[record])
        last = whole(offsets[node + 1])
        found, size = _hand_on(pairs, skip_links, skips, ints, masses, marks, key >> _BITS, first,
                               last, scale, turn, len(totals), most, found, size - 1, offsets,
                               totals)  # fmt: skip
        walked += max(0, last - first)
        if size < 0:
            count = DECLINED
    _wipe(ints, found)
    return count, walked
