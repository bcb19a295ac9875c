"""Compiled passes over all links, each one sequential on at least one side."""

import numpy as np

from zhian.chain.tracing.engine.index.kernels import kernel, whole
from zhian.chain.tracing.engine.index.nouns import BARRED, F8, ODD, TARGET, U4, UNKNOWN, VAGUE


@kernel
def order_of(keys: U4, ranks: U4, scratch: U4) -> None:
    """The rank of each row when they are sorted by key, equal keys in their order (radix)."""
    size = len(keys)
    counts = np.zeros(65537, np.int64)
    for row in range(size):
        counts[(whole(keys[row]) & 0xFFFF) + 1] += 1
    for digit in range(65536):
        counts[digit + 1] += counts[digit]
    for row in range(size):
        digit = whole(keys[row]) & 0xFFFF
        scratch[counts[digit]] = row
        counts[digit] += 1
    counts[:] = 0
    for row in range(size):
        counts[(whole(keys[row]) >> 16) + 1] += 1
    for digit in range(65536):
        counts[digit + 1] += counts[digit]
    for place in range(size):
        row = whole(scratch[place])
        digit = whole(keys[row]) >> 16
        ranks[row] = counts[digit]
        counts[digit] += 1


@kernel
def relabel(numbers: U4, ranks: U4) -> None:
    """Replace old numbers by new ones, in place."""
    for row in range(len(numbers)):
        numbers[row] = ranks[whole(numbers[row])]


@kernel
def count_rows(numbers: U4, offsets: U4) -> None:
    """Where each node's links begin; `offsets` has one place more than there are nodes."""
    for row in range(len(numbers)):
        offsets[whole(numbers[row]) + 1] += 1
    for node in range(len(offsets) - 1):
        offsets[node + 1] += offsets[node]


@kernel
def scatter(here: U4, there: U4, grams: U4, near: U4, far: U4, cursor: U4, pairs: U4, leaves: U4,
            enters: U4) -> None:  # fmt: skip
    """Lay each link into its node's row, with the moments at this end and at the other."""
    for row in range(len(here)):
        node = whole(here[row])
        place = whole(cursor[node])
        cursor[node] = place + 1
        pairs[2 * place] = there[row]
        pairs[2 * place + 1] = grams[row]
        leaves[place] = near[row]
        enters[place] = far[row]


@kernel
def _later(a: int, b: int, forward: bool) -> bool:
    """Whether a link of moment a stands behind one of moment b."""
    return a > b if forward else a < b


@kernel
def _insert(first: int, last: int, pairs: U4, leaves: U4, enters: U4, forward: bool) -> None:
    """Sort a short row; nearly always it is in order already."""
    for place in range(first + 1, last):
        at = whole(leaves[place])
        if not _later(whole(leaves[place - 1]), at, forward):
            continue
        target, grams, enter = pairs[2 * place], pairs[2 * place + 1], enters[place]
        hole = place
        while hole > first and _later(whole(leaves[hole - 1]), at, forward):
            pairs[2 * hole] = pairs[2 * hole - 2]
            pairs[2 * hole + 1] = pairs[2 * hole - 1]
            leaves[hole] = leaves[hole - 1]
            enters[hole] = enters[hole - 1]
            hole -= 1
        pairs[2 * hole], pairs[2 * hole + 1] = target, grams
        leaves[hole], enters[hole] = at, enter


@kernel
def _sort_long(first: int, last: int, pairs: U4, leaves: U4, enters: U4, forward: bool) -> None:
    """Sort the row of a hub."""
    keys = leaves[first:last].astype(np.int64)
    if not forward:
        keys = -keys
    order = np.argsort(keys, kind="mergesort")
    row = pairs[2 * first : 2 * last].copy()
    moments = leaves[first:last].copy()
    others = enters[first:last].copy()
    for place in range(last - first):
        source = order[place]
        pairs[2 * (first + place)] = row[2 * source]
        pairs[2 * (first + place) + 1] = row[2 * source + 1]
        leaves[first + place] = moments[source]
        enters[first + place] = others[source]


@kernel
def sort_rows(offsets: U4, pairs: U4, leaves: U4, enters: U4, forward: bool) -> None:
    """Each row in the order of its own moments, ascending forward, descending backward."""
    for node in range(len(offsets) - 1):
        first, last = whole(offsets[node]), whole(offsets[node + 1])
        if last - first <= 48:
            _insert(first, last, pairs, leaves, enters, forward)
        else:
            _sort_long(first, last, pairs, leaves, enters, forward)


@kernel
def _barred(first: int, last: int, leaves: U4, enter: int, forward: bool) -> int:
    """How many links of a row come before a moment of entry (behind it, backward)."""
    low, high = first, last
    while low < high:
        middle = (low + high) >> 1
        if _later(enter, whole(leaves[middle]), forward):
            low = middle + 1
        else:
            high = middle
    return low - first


@kernel
def bar(offsets: U4, pairs: U4, leaves: U4, enters: U4, forward: bool) -> int:
    """Mark the links that may not use all links of their target; `enters` becomes how many."""
    found = 0
    for link in range(len(enters)):
        target = whole(pairs[2 * link]) & TARGET
        first, last = whole(offsets[target]), whole(offsets[target + 1])
        enter = whole(enters[link])
        if first == last or not _later(enter, whole(leaves[first]), forward):
            enters[link] = 0
            continue
        enters[link] = _barred(first, last, leaves, enter, forward)
        pairs[2 * link] = target | BARRED
        found += 1
    return found


@kernel
def gather_skips(enters: U4, links: U4, skips: U4) -> None:
    """List the barred links."""
    found = 0
    for link in range(len(enters)):
        if enters[link] != 0:
            links[found] = link
            skips[found] = enters[link]
            found += 1


@kernel
def _known(codes: U4, place: int, odd_grams: F8) -> float:
    """A mass in grams, 0 when it is not known."""
    code = whole(codes[place])
    if code < ODD:
        return float(code)
    return 0.0 if code == UNKNOWN else float(odd_grams[code - ODD])


@kernel
def add_up(offsets: U4, pairs: U4, totals: U4) -> int:
    """Whole grams that came in at each node, on top of the outside mass that stands there.

    A node whose sum is odd, or has an unknown part, becomes UNKNOWN for now; how many did.
    """
    odd = 0
    for node in range(len(offsets) - 1):
        total, plain = whole(totals[node]), whole(totals[node]) < ODD
        for link in range(whole(offsets[node]), whole(offsets[node + 1])):
            code = whole(pairs[2 * link + 1])
            plain = plain and code < ODD
            total += code
        if plain and total < ODD:
            totals[node] = total
        else:
            totals[node] = UNKNOWN
            odd += 1
    return odd


@kernel
def add_up_odd(offsets: U4, pairs: U4, odd_grams: F8, outside: U4, odd_outside: F8, totals: U4,
               odd_totals: F8) -> None:  # fmt: skip
    """The sums of the nodes that are UNKNOWN so far, by their number in a table."""
    found = 0
    for node in range(len(totals)):
        if totals[node] != UNKNOWN:
            continue
        total, mark = _known(outside, node, odd_outside), ODD
        for link in range(whole(offsets[node]), whole(offsets[node + 1])):
            total += _known(pairs, 2 * link + 1, odd_grams)
            if pairs[2 * link + 1] == UNKNOWN:
                mark = VAGUE
        odd_totals[found] = total
        totals[node] = mark + found
        found += 1
