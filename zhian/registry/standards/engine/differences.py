"""What changed between two editions of a standard, limit by limit, as a lawyer reads it.

A limit is the same one when substance, food, meaning and condition are the same. What only one
edition writes is held against what the other lets the food inherit from the category above: a new
line may be stricter than the old rule it replaces. Source: S127, S130; rules.md 3.16.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from zhian.registry.standards.engine.questions import Relation, compare
from zhian.registry.standards.engine.tables import NO_DEMAND
from zhian.registry.standards.engine.verdict import Direction


class Change(StrEnum):
    """What happened to a limit from the old edition to the new one."""

    STRICTER = "STRICTER"
    LOOSER = "LOOSER"
    NEW = "NEW"
    GONE = "GONE"
    OTHER_TERMS = "OTHER_TERMS"
    CLAUSE = "CLAUSE"
    RESTATED = "RESTATED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One limit of an edition."""

    key: int
    substance: str
    node: str
    demand: str
    clause: str = ""
    condition: str = ""
    note: str = ""
    use: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One change; `through` is the category above whose rule was or is inherited instead.

    `why` says what keeps the two from being compared; `ratio` is old over new of their numbers.
    """

    change: Change
    substance: str
    node: str
    old: Entry | None
    new: Entry | None
    why: str = ""
    ratio: Fraction | None = None
    through: str = ""


_Key = tuple[str, str, str, str]
Parents = Mapping[str, str]


def differences(
    old: Iterable[Entry],
    new: Iterable[Entry],
    parents: Parents,
    direction: Callable[[str], Direction],
) -> list[Difference]:
    """Every change from the old edition to the new one; limits that stayed are left out.

    `parents` is the food tree (code → parent), `direction` the way limits of a substance point.
    """
    before, after = _written(old), _written(new)
    found: list[Difference] = []
    for key in dict.fromkeys((*before, *after)):
        gone, come = _unequal(before.get(key, ()), after.get(key, ()))
        pairs = min(len(gone), len(come))
        way = direction(key[0])
        for one, other in zip(gone[:pairs], come[:pairs], strict=True):
            found.extend(_changed(one, other, way))
        found.extend(_only_old(one, after, parents, way) for one in gone[pairs:])
        found.extend(_only_new(other, before, parents, way) for other in come[pairs:])
    return found


def _written(entries: Iterable[Entry]) -> dict[_Key, list[Entry]]:
    """Limits by what makes them the same one; a line that says nothing (`/`) is no limit."""
    found: dict[_Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.demand != NO_DEMAND:
            found[(entry.substance, entry.node, entry.use, entry.condition)].append(entry)
    return dict(found)


def _unequal(old: Sequence[Entry], new: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """What is left of both when every pair that says the same is taken away."""
    left = list(new)
    gone: list[Entry] = []
    for one in old:
        same = next((other for other in left if _same(one, other)), None)
        if same is None:
            gone.append(one)
        else:
            left.remove(same)
    return sorted(gone, key=_text), sorted(left, key=_text)


def _same(one: Entry, other: Entry) -> bool:
    return (one.demand, one.clause) == (other.demand, other.clause)


def _text(entry: Entry) -> tuple[str, str]:
    return entry.demand, entry.clause


_OF = {
    Relation.LAXER: Change.STRICTER,
    Relation.STRICTER: Change.LOOSER,
    Relation.NOT_COMPARABLE: Change.OTHER_TERMS,
}


def _changed(old: Entry, new: Entry, way: Direction) -> Iterator[Difference]:
    held = compare(old.demand, new.demand, way)
    change = _OF.get(held.relation)
    if change is None and old.clause == new.clause:
        return  # the same limit in another spelling
    yield Difference(
        change or Change.CLAUSE, old.substance, old.node, old, new, held.code, held.ratio
    )


def _only_new(
    new: Entry, before: Mapping[_Key, Sequence[Entry]], parents: Parents, way: Direction
) -> Difference:
    """A line only the new edition writes, against what the old one let the food inherit."""
    old = _inherited(new, before, parents)
    if old is None:
        return Difference(Change.NEW, new.substance, new.node, None, new)
    held = compare(old.demand, new.demand, way)
    change = _OF.get(held.relation, Change.RESTATED)
    return Difference(
        change, new.substance, new.node, old, new, held.code, held.ratio, through=old.node
    )


def _only_old(
    old: Entry, after: Mapping[_Key, Sequence[Entry]], parents: Parents, way: Direction
) -> Difference:
    """A line only the old edition wrote, against what the new one lets the food inherit."""
    new = _inherited(old, after, parents)
    if new is None:
        return Difference(Change.GONE, old.substance, old.node, old, None)
    held = compare(old.demand, new.demand, way)
    change = _OF.get(held.relation, Change.RESTATED)
    return Difference(
        change, old.substance, old.node, old, new, held.code, held.ratio, through=new.node
    )


def _inherited(
    entry: Entry, written: Mapping[_Key, Sequence[Entry]], parents: Parents
) -> Entry | None:
    """The one limit the nearest category above gives, if it gives one."""
    seen = {entry.node}
    node = parents.get(entry.node, "")
    while node and node not in seen:
        above = written.get((entry.substance, node, entry.use, ""), ())
        if above:
            return above[0] if len(above) == 1 and not entry.condition else None
        seen.add(node)
        node = parents.get(node, "")
    return None


def counted(found: Iterable[Difference]) -> dict[Change, int]:
    """How many changes of each sort, in the order of `Change`."""
    counts = dict.fromkeys(Change, 0)
    for one in found:
        counts[one.change] += 1
    return counts
