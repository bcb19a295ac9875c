"""What stands in the index about one node or one link."""

from zhian.chain.tracing.engine.index.kernels import kernel, whole
from zhian.chain.tracing.engine.index.nouns import (
    F8,
    ODD,
    U4,
    UNKNOWN,
    VAGUE,
    Graph,
)

ROUNDING = 1e-13  # of a total: less than that is the rounding of a sum, no mass


@kernel
def find(numbers: U4, wanted: int) -> int:
    """Where a number stands in an ascending list that holds it (or where it would)."""
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) >> 1
        if numbers[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def slot_of(touched: U4, changed: U4, size: int, node: int) -> int:
    """The row of a changed node in the patch, -1 for the others; `size` nodes in the segment."""
    if len(changed) == 0:
        return -1
    if node < size and (whole(touched[node >> 5]) >> (node & 31)) & 1 == 0:
        return -1
    return find(changed, node)


@kernel
def grams_of(odd_grams: F8, code: int) -> float:
    """The mass of a link; -1 when none was recorded."""
    if code < ODD:
        return float(code)
    return -1.0 if code == UNKNOWN else float(odd_grams[code - ODD])


@kernel
def total_of(totals: U4, odd_totals: F8, row: int) -> float:
    """Everything that came in at a node; -1 when an input has no mass."""
    code = whole(totals[row])
    if code < ODD:
        return float(code)
    return -1.0 if code >= VAGUE else float(odd_totals[code - ODD])


@kernel
def known_part(totals: U4, odd_totals: F8, row: int) -> float:
    """Grams that came in by records with a mass."""
    code = whole(totals[row])
    if code < ODD:
        return float(code)
    return float(odd_totals[code - (VAGUE if code >= VAGUE else ODD)])


@kernel
def supposed(known: float, with_mass: int, without: int) -> tuple[float, float]:
    """Total when unknown inputs count as the mean of the known ones, and that mean."""
    each = known / with_mass if known > 0 else 1.0
    return known + each * without, each


@kernel
def _inputs(offsets: U4, pairs: U4, odd_grams: F8, row: int, total: float) -> tuple[int, int]:
    """How many inputs have a mass (all outside mass is one of them), and how many have none."""
    known, unknown, grams = 0, 0, 0.0
    for link in range(whole(offsets[row]), whole(offsets[row + 1])):
        mass = grams_of(odd_grams, whole(pairs[2 * link + 1]))
        if mass < 0:
            unknown += 1
        else:
            known += 1
            grams += mass
    return (known + 1 if total - grams > ROUNDING * total else known), unknown


@kernel
def incoming(graph: Graph, node: int) -> tuple[float, int, int]:
    """What came in at a node: known grams, inputs with a mass and without."""
    patch, nodes = graph.patch, graph.nodes
    slot = slot_of(patch.touched, patch.nodes, len(nodes.totals), node)
    if slot < 0:
        total = known_part(nodes.totals, nodes.odd_totals, node)
        half = graph.backward
        counts = _inputs(half.offsets, half.pairs, graph.odd_grams, node, total)
    else:
        total = known_part(patch.facts.totals, patch.facts.odd_totals, slot)
        half = patch.backward
        counts = _inputs(half.offsets, half.pairs, graph.odd_grams, slot, total)
    return total, counts[0], counts[1]
