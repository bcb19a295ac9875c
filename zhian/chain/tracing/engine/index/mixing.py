"""The shares inside a tangle, component by component, those that feed others first."""

import numpy as np

from zhian.chain.tracing.engine.index.careful import Tangle, components, grouped
from zhian.chain.tracing.engine.index.kernels import kernel, whole
from zhian.chain.tracing.engine.index.nouns import F8, I8, U4, Graph
from zhian.chain.tracing.engine.index.rows import ROUNDING, incoming, supposed


@kernel
def balances(graph: Graph, found: Tangle, component: I8, size: int) -> tuple[F8, I8, I8]:
    """For each component what comes in from outside it: grams, inputs with and without mass."""
    before, known = np.zeros(size), np.zeros(size)
    counted, blank = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for row in range(len(found.nodes)):
        total, with_mass, without = incoming(graph, found.nodes[row])
        before[component[row]] += total
        counted[component[row]] += with_mass
        blank[component[row]] += without
    known[:] = before
    for link in range(len(found.origins)):
        origin = found.origins[link]
        if origin < 0 or component[origin] != component[found.targets[link]]:
            continue
        if found.grams[link] < 0:
            blank[component[origin]] -= 1
        else:
            known[component[origin]] -= found.grams[link]
            counted[component[origin]] -= 1
    for group in range(size):
        if known[group] <= ROUNDING * before[group]:
            known[group] = 0.0
    return known, counted, blank


@kernel
def _mixed(low: float, high: float, value: float, known: float, blank: int,
           hidden: tuple[int, float, float, float],
           counted: int) -> tuple[float, float, float]:  # fmt: skip
    """Value and bounds of one mixture; low, high, value are grams of the source in known inputs.

    `hidden`: of the inputs without mass those that carry: how many, sum, lowest, highest share.
    """
    if known > 0:
        low, high, value = low / known, high / known, value / known
    if blank == 0:
        return (value, low, high) if known > 0 else (0.0, 0.0, 0.0)
    carrying, sum_of, lowest, highest = hidden
    if carrying < blank:
        lowest = 0.0
    if known <= 0:
        low, high, value = lowest, highest, sum_of / blank
    else:
        total, each = supposed(known, counted, blank)
        value = (value * known + each * sum_of) / total
        low, high = min(low, lowest), max(high, highest)
    return min(max(value, low), high), low, high


@kernel
def _forward_mix(found: Tangle, rows: I8, component: I8, shares: F8, mixes: F8, known: float,
                 counted: int, blank: int) -> tuple[float, float, float]:  # fmt: skip
    """What one component holds, by the links that lead into it."""
    low = high = value = 0.0
    carrying, sum_of, lowest, highest = 0, 0.0, 1.0, 0.0
    for link in rows:
        origin = found.origins[link]
        if origin < 0:
            share = (shares[-1 - origin], shares[-1 - origin], shares[-1 - origin])
        else:
            group = component[origin]
            share = (mixes[group, 0], mixes[group, 1], mixes[group, 2])
        grams = found.grams[link]
        if grams < 0:
            carrying += 1
            sum_of += share[0]
            lowest, highest = min(lowest, share[1]), max(highest, share[2])
        else:
            value += grams * share[0]
            low += grams * share[1]
            high += grams * share[2]
    return _mixed(low, high, value, known, blank, (carrying, sum_of, lowest, highest), counted)


@kernel
def _incoming(found: Tangle, component: I8, size: int) -> tuple[I8, I8]:
    """The links into each component from outside it."""
    into = np.empty(len(found.origins), np.int64)
    for link in range(len(found.origins)):
        origin, target = found.origins[link], found.targets[link]
        into[link] = component[target]
        if origin >= 0 and component[origin] == component[target]:
            into[link] = -1
    return grouped(into, size)


@kernel
def _own_links(found: Tangle) -> tuple[I8, I8]:
    """The ends of the links inside the tangle."""
    inside = np.flatnonzero(found.origins >= 0)
    return found.origins[inside], found.targets[inside]


@kernel
def mix_forward(graph: Graph, found: Tangle, shares: F8) -> F8:
    """Value, lower and upper share of the source in each node of the tangle."""
    component, size = components(*_own_links(found), len(found.nodes))
    known, counted, blank = balances(graph, found, component, size)
    rows, offsets = _incoming(found, component, size)
    mixes = np.zeros((size, 3))
    for group in range(size - 1, -1, -1):
        links = rows[offsets[group] : offsets[group + 1]]
        mixes[group, 0], mixes[group, 1], mixes[group, 2] = _forward_mix(
            found, links, component, shares, mixes, known[group], counted[group], blank[group]
        )
    return mixes[component]


@kernel
def mix_backward(graph: Graph, found: Tangle, swept: U4, shares: F8) -> F8:
    """The share of each node of the tangle in the source; bounds are the value itself."""
    component, size = components(*_own_links(found), len(found.nodes))
    known, counted, blank = balances(graph, found, component, size)
    rows, offsets = _incoming(found, component, size)
    mixes = np.zeros((size, 3))
    for group in range(size - 1, -1, -1):
        value = 0.0
        for link in rows[offsets[group] : offsets[group + 1]]:
            origin = found.origins[link]
            if origin < 0:
                share = shares[-1 - origin]
                mass, with_mass, without = incoming(graph, whole(swept[-1 - origin]))
            else:
                from_group = component[origin]
                share, mass = mixes[from_group, 0], known[from_group]
                with_mass, without = counted[from_group], blank[from_group]
            total, each = supposed(mass, with_mass, without)
            grams = found.grams[link] if found.grams[link] >= 0 else each
            value += grams * share / total if total > 0 else 0.0
        mixes[group, :] = value
    return mixes[component]
