"""The fast walk: reach and mass fractions in one sweep over ascending node numbers.

That is right wherever links lead on in the order of numbers and masses are known; a link that
leads back (a return, rework) and a mass that nobody recorded are *knots*, which the careful walk
unties. Moments live in the order of links: a node is entered at its first link that left after
the goods arrived. Backward the same sweep runs over descending numbers.
"""

import numpy as np

from zhian.chain.tracing.engine.index.bits import add, low_bit, take_lowest
from zhian.chain.tracing.engine.index.kernels import kernel, prefetch, whole
from zhian.chain.tracing.engine.index.nouns import F8, I8, TARGET, U4
from zhian.chain.tracing.engine.index.rows import (
    find,
    grams_of,
    slot_of,
    total_of,
)

ROWS, LINKS = 0, 1  # the first and second step of looking ahead; the third asks for targets
STRIDE = 4  # words of 32 nodes between two of these steps
MOST_ASKED = 8  # links of a node whose targets are asked for
OPEN = float(1 << 32)  # the mark of a node from which every link may be used; minus what is barred


@kernel
def _ask_for(offsets: U4, totals: U4, pairs: U4, state: F8, word: int, left: int, turn: int,
             stage: int) -> None:  # fmt: skip
    """Ask memory for what the nodes of one word of the set will want, one step of it."""
    while left != 0:
        node = abs(turn - ((word << 5) | low_bit(left)))
        left &= left - 1
        if node >= len(totals):
            continue  # of the patch, which is small
        if stage == ROWS:
            prefetch(offsets, node)
            prefetch(totals, node)
            prefetch(state, 2 * node)
            continue
        first, last = whole(offsets[node]), whole(offsets[node + 1])
        if stage == LINKS:
            prefetch(pairs, 2 * first)
            continue
        for link in range(first, min(last, first + MOST_ASKED)):
            prefetch(state, 2 * (whole(pairs[2 * link]) & TARGET))


@kernel
def _look_ahead(offsets: U4, totals: U4, pairs: U4, state: F8, bits: U4, words: int, before: int,
                word: int, turn: int) -> None:  # fmt: skip
    """Ask for what comes next while this word is swept: rows, then links, then their targets.

    The walk goes through memory in the order of nodes, so what it will read is known in advance;
    three reads that depend on each other wait at the same time as those of other nodes.
    """
    for stage in range(3):
        away = (3 - stage) * STRIDE
        for ahead in range(max(before + away, word) + 1, min(word + away, words - 1) + 1):
            left = whole(bits[ahead])
            if left != 0:
                _ask_for(offsets, totals, pairs, state, ahead, left, turn, stage)


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
def _total_of_root(roots: U4, root_totals: F8, node: int) -> float:
    """What a source with unknown inputs is supposed to be made of; 0 for all other nodes."""
    place = find(roots, node)
    return float(root_totals[place]) if place < len(roots) and roots[place] == node else 0.0


@kernel
def sweep(
    offsets: U4, pairs: U4, skip_links: U4, skips: U4, totals: U4, odd_totals: F8,
    odd_grams: F8, touched: U4, patched: U4, new_offsets: U4, new_pairs: U4,
    new_skip_links: U4, new_skips: U4, new_totals: U4, new_odd_totals: F8,
    state: F8, bits: U4, starts: I8, nodes: U4, shares: F8,
    roots: U4, weights: F8, root_totals: F8, forward: bool,
) -> tuple[int, int, I8, F8]:  # fmt: skip
    """Reached nodes in order with their shares: how many, links walked, knots and their marks.

    All arrays one by one, because a tuple of tuples takes longer to hand over than a small walk.
    The board keeps the marks until `wipe`. The order is that of `abs(turn - node)`.
    """
    turn = 0 if forward else (len(state) >> 1) - 1
    knots, marks = [0], [0.0]
    for row in range(len(roots)):
        state[2 * whole(roots[row])] = -weights[row]
        state[2 * whole(roots[row]) + 1] = OPEN
        add(bits, starts, abs(turn - whole(roots[row])))
    count, walked, key, word = 0, 0, 0, -1
    words = starts[1] if len(starts) > 1 else 1
    while True:
        key = take_lowest(bits, starts, key)
        if key < 0:
            break
        if key >> 5 != word:
            _look_ahead(offsets, totals, pairs, state, bits, words, word, key >> 5, turn)
            word = key >> 5
        node = abs(turn - key)
        slot = slot_of(touched, patched, len(totals), node)
        if slot < 0:
            total = total_of(totals, odd_totals, node)
        else:
            total = total_of(new_totals, new_odd_totals, slot)
        if total < 0:
            total = _total_of_root(roots, root_totals, node)
            knots.append(node)  # a source among the knots is left as it is
            marks.append(state[2 * node + 1])
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
            first, last = whole(new_offsets[slot]) + barred, whole(new_offsets[slot + 1])
            _spread(offsets, totals, new_pairs, new_skip_links, new_skips, odd_grams, first,
                    last, key, turn, scale, state, bits, starts, knots, marks)  # fmt: skip
        walked += max(0, last - first)
    return count, walked, np.array(knots[1:], np.int64), np.array(marks[1:], np.float64)


@kernel
def wipe(state: F8, nodes: U4, count: int) -> None:
    """Leave the boards clean for the next walk."""
    for row in range(count):
        node = whole(nodes[row])
        state[2 * node] = 0.0
        state[2 * node + 1] = 0.0
