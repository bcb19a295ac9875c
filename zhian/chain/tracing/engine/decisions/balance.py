"""Records that cannot all be true: mass balance per lot, site and moment (trace 2.2-5).

Unknown are the true kilograms of every flow. A record says that a flow, or the stock at a count,
lay within a tolerance of what it wrote. Laws: no flow is negative, no stock is ever negative,
what comes out of a making is at most what went in (times the largest gain). Whether some records
and the laws can all hold is a linear programme. A conflict is a set of records of which any one
left out makes the rest possible; among few records the smallest one is found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

EXACT = 10  # so many records are tried in every combination for the smallest conflict
_FREE = 1e15  # kilograms that no store holds


@dataclass(frozen=True, slots=True)
class Claim:
    """One record: so many kilograms of a sum of flows, within a tolerance.

    `terms` are (flow, sign): one flow for a movement or a use, many for a counted stock.
    """

    record: str
    terms: tuple[tuple[int, int], ...]
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Law:
    """What holds in any case: the weighted sum of flows is not negative."""

    terms: tuple[tuple[int, float], ...]


@dataclass
class System:
    """Flows as numbers 0..n-1 with what is written and what must hold about them."""

    flows: int = 0
    claims: list[Claim] = field(default_factory=list)
    laws: list[Law] = field(default_factory=list)

    @property
    def records(self) -> list[str]:
        """Every record once, in order."""
        return list(dict.fromkeys(claim.record for claim in self.claims))


@dataclass(frozen=True, slots=True)
class Conflict:
    """Records that cannot all be true, and by how many kilograms at least one must be wrong."""

    records: tuple[str, ...]
    kg: float
    is_smallest: bool


def is_possible(system: System, records: Iterable[str]) -> bool:
    """Whether these records and the laws can all hold."""
    return violation(system, records) < _slack(system)


def violation(system: System, records: Iterable[str]) -> float:
    """Kilograms by which the records' bounds must be passed in all to satisfy the laws."""
    return pressed(system, records)[0]


def pressed(system: System, records: Iterable[str]) -> tuple[float, list[str]]:
    """The violation, and the records it presses on: by duality those alone make it as large."""
    kept = set(records)
    # scipy takes a second to read: only who asks this question pays for it
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    claims = [claim for claim in system.claims if claim.record in kept]
    if not claims:
        return 0.0, []
    cells: list[tuple[int, int, float]] = []
    limits: list[float] = []
    for column, claim in enumerate(claims, start=system.flows):
        for direction, limit in ((1.0, claim.most), (-1.0, -claim.least)):
            cells.extend((len(limits), flow, sign * direction) for flow, sign in claim.terms)
            cells.append((len(limits), column, -1.0))
            limits.append(limit)
    for law in system.laws:
        cells.extend((len(limits), flow, -factor) for flow, factor in law.terms)
        limits.append(0.0)
    rows, columns, values = zip(*cells, strict=True)
    width = system.flows + len(claims)
    matrix = coo_array((values, (rows, columns)), shape=(len(limits), width)).tocsr()
    cost = [0.0] * system.flows + [1.0] * len(claims)
    found = linprog(cost, A_ub=matrix, b_ub=limits, bounds=(0, _FREE), method="highs")
    pressure = found.ineqlin.marginals[: 2 * len(claims)].reshape(-1, 2).any(axis=1)
    named = {one.record for one, is_pressed in zip(claims, pressure, strict=True) if is_pressed}
    return float(found.fun), [record for record in system.records if record in named]


def _slack(system: System) -> float:
    largest = max((abs(claim.most) for claim in system.claims), default=0.0)
    return 1e-7 * max(largest, 1.0)


def conflicts(system: System) -> list[Conflict]:
    """Conflicts without a common record, until what is left is possible; largest first."""
    left = system.records
    found = []
    while not is_possible(system, left):
        conflict = smallest_conflict(system, left)
        found.append(conflict)
        left = [record for record in left if record not in conflict.records]
    return sorted(found, key=lambda conflict: (-conflict.kg, conflict.records))


def smallest_conflict(system: System, records: Sequence[str]) -> Conflict:
    """A conflict among impossible records: irreducible, and the smallest where they are few."""
    core = _irreducible(system, pressed(system, records)[1])
    smallest = len(records) <= EXACT
    if smallest:
        core = conflict_twin(system, records, at_most=len(core)) or core
    return Conflict(tuple(core), violation(system, core), smallest)


def _irreducible(system: System, records: list[str]) -> list[str]:
    """Leave out halves, quarters and single records while the rest stays impossible."""
    step = max(len(records) // 2, 1)
    while True:
        start = 0
        while start < len(records):
            rest = records[:start] + records[start + step :]
            if is_possible(system, rest):
                start += step
            else:
                records = rest
        if step == 1:
            return records
        step = max(step // 2, 1)


def conflict_twin(
    system: System, records: Sequence[str], *, at_most: int | None = None
) -> list[str] | None:
    """The smallest impossible set by trying all sets, small ones first; None when there is none."""
    for size in range(1, (len(records) if at_most is None else at_most) + 1):
        for some in combinations(records, size):
            if not is_possible(system, some):
                return list(some)
    return None
