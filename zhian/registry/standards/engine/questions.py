"""Two limits held against each other, and whole libraries of them: laxer, stricter, missing, cross.

A limit is what it lets pass. One is laxer than another when it lets pass all the other does and
more; where neither holds the other, or unit, basis or kind differ, the answer is "not comparable".
Food categories of two trees meet only through an explicit mapping. Source: S127, S130, B69.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from zhian.registry.standards.engine.terms import Demand, Term, is_plan, read_limit
from zhian.registry.standards.engine.text import spellings, tidy
from zhian.registry.standards.engine.units import convert, convertible, unit_named
from zhian.registry.standards.engine.verdict import Direction


class Relation(StrEnum):
    """How our limit stands to theirs."""

    LAXER = "LAXER"
    STRICTER = "STRICTER"
    EQUAL = "EQUAL"
    NOT_COMPARABLE = "NOT_COMPARABLE"
    GAP = "GAP"
    NONE_THERE = "NONE_THERE"


@dataclass(frozen=True, slots=True)
class Compared:
    """The relation, why where it is none, and how many times laxer ours is (below 1: stricter)."""

    relation: Relation
    code: str = ""
    ratio: Fraction | None = None


@dataclass(frozen=True, slots=True)
class MarketLimit:
    """A limit as the comparison needs it.

    `condition` narrows it to part of its food; `use` says what the number means (content found,
    maximum use, residue found): numbers of different meaning are never compared.
    """

    key: int
    substance: int
    standard: str
    node: int
    demand: str
    direction: Direction = Direction.UNKNOWN
    condition: str = ""
    use: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: our limit, theirs (each None where there is none), the foods that were mapped."""

    compared: Compared
    ours: MarketLimit | None
    theirs: MarketLimit | None
    our_node: int | None = None
    their_node: int | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """The results a limit lets pass, in its own unit: an interval, or the worst vector of a plan.

    `upper` None: no upper bound. `worst` lists the highest conforming results of a plan's
    sub-samples, from the highest (None: unbounded).
    """

    lower: Fraction | None = None
    upper: Fraction | None = None
    lower_open: bool = False
    upper_open: bool = False
    nothing: bool = False
    worst: tuple[Fraction | None, ...] = ()


def compare(ours: str, theirs: str, direction: Direction = Direction.UNKNOWN) -> Compared:
    """Our limit against theirs, both as printed; pure, never raises on any text."""
    mine, other = one_term(ours, direction), one_term(theirs, direction)
    for term in (mine, other):
        if isinstance(term, str):
            return Compared(Relation.NOT_COMPARABLE, term)
    assert isinstance(mine, Term)
    assert isinstance(other, Term)
    return compare_terms(mine, other)


@lru_cache(maxsize=65536)
def one_term(demand: str, direction: Direction) -> Term | str:
    """What a printed limit demands, or the code of why that is not one thing."""
    tidied = tidy(demand)
    terms = {
        replace(term, note="", text="")
        for one in spellings(tidied, commas_separate=is_plan(tidied))
        for term in read_limit(one.text)
    }
    if len(terms) != 1:
        return "limit_ambiguous"
    (term,) = terms
    if term.demand in {Demand.MISSING, Demand.UNREADABLE}:
        return "limit_unreadable"
    if term.demand is not Demand.BARE:
        return term
    if direction is Direction.MAXIMUM:
        return replace(term, demand=Demand.MAXIMUM)
    if direction is Direction.MINIMUM:
        return replace(term, demand=Demand.MINIMUM, lower=term.upper, upper=None)
    return "no_operator"


@lru_cache(maxsize=65536)
def compare_terms(ours: Term, theirs: Term) -> Compared:
    """Two demands by what they let pass; `ratio` where both end in one number on one side."""
    why = _why_not(ours, theirs)
    if why:
        return Compared(Relation.NOT_COMPARABLE, why)
    mine, other = _passing(ours), _in_unit(_passing(theirs), theirs, ours)
    holds, held = _within(other, mine), _within(mine, other)
    if holds and held:
        return Compared(Relation.EQUAL, ratio=_ratio(mine, other))
    if holds:
        return Compared(Relation.LAXER, ratio=_ratio(mine, other))
    if held:
        return Compared(Relation.STRICTER, ratio=_ratio(mine, other))
    return Compared(Relation.NOT_COMPARABLE, "limits_cross")


_WORDS = {Demand.ABSENT, Demand.AS_NEEDED}


def _why_not(ours: Term, theirs: Term) -> str:
    if ours.basis != theirs.basis:
        return "basis_differs"
    if (ours.demand is Demand.PLAN) != (theirs.demand is Demand.PLAN):
        return "plan_against_number"
    if ours.demand is Demand.PLAN and ours.n != theirs.n:
        return "plans_differ"
    if ours.demand is Demand.ABSENT is theirs.demand and ours.unit != theirs.unit:
        return "portion_differs"
    if ours.demand in _WORDS or theirs.demand in _WORDS:
        return ""
    same = convertible(unit_named(ours.unit), unit_named(theirs.unit))
    return "" if same else "unit_differs"


def _passing(term: Term) -> Set:
    if term.demand is Demand.ABSENT:
        return Set(nothing=True)
    if term.demand is Demand.AS_NEEDED:
        return Set()
    if term.demand is Demand.PLAN:
        return Set(worst=_worst(term))
    return Set(term.lower, term.upper, term.lower_open, term.upper_open)


def _worst(term: Term) -> tuple[Fraction | None, ...]:
    """c sub-samples at M, the others at m: what a plan accepts is exactly what lies below it."""
    over = min(term.c, term.n)
    return (term.ceiling,) * over + (term.upper,) * (term.n - over)


def _in_unit(one: Set, term: Term, target: Term) -> Set:
    if term.demand in _WORDS or target.demand in _WORDS or term.unit == target.unit:
        return one
    source, goal = unit_named(term.unit), unit_named(target.unit)

    def turned(value: Fraction | None) -> Fraction | None:
        return None if value is None else convert(value, source, goal)

    return replace(
        one,
        lower=turned(one.lower),
        upper=turned(one.upper),
        worst=tuple(turned(value) for value in one.worst),
    )


def _within(inner: Set, outer: Set) -> bool:
    """Whether every result the inner limit lets pass passes the outer one."""
    if inner.worst:
        pairs = zip(_sorted(inner.worst), _sorted(outer.worst), strict=True)
        return all(_at_most(high, bound) for high, bound in pairs)
    if inner.nothing:
        return outer.nothing or outer.lower is None
    if outer.nothing:
        return False
    return _above(inner, outer) and _below(inner, outer)


def _sorted(worst: tuple[Fraction | None, ...]) -> list[Fraction | None]:
    numbers = sorted((value for value in worst if value is not None), reverse=True)
    return [None] * worst.count(None) + numbers


def _at_most(value: Fraction | None, bound: Fraction | None) -> bool:
    return bound is None or (value is not None and value <= bound)


def _above(inner: Set, outer: Set) -> bool:
    if outer.lower is None or inner.lower is None:
        return outer.lower is None
    tie = inner.lower_open or not outer.lower_open
    return inner.lower > outer.lower or (inner.lower == outer.lower and tie)


def _below(inner: Set, outer: Set) -> bool:
    if outer.upper is None or inner.upper is None:
        return outer.upper is None
    tie = inner.upper_open or not outer.upper_open
    return inner.upper < outer.upper or (inner.upper == outer.upper and tie)


def _ratio(mine: Set, other: Set) -> Fraction | None:
    """How many times laxer ours is: by the maxima, or by the minima turned round."""
    if mine.lower is None and other.lower is None and mine.upper and other.upper:
        return mine.upper / other.upper
    if mine.upper is None and other.upper is None and mine.lower and other.lower:
        return other.lower / mine.lower
    return None


@dataclass(frozen=True, slots=True)
class Trees:
    """Where food nodes stand: each node's path to its root, and the mapped pairs (ours, theirs)."""

    paths: Mapping[int, Sequence[int]]
    pairs: Sequence[tuple[int, int]]


class Shelf:
    """Limits by substance and node, to find those that bind a food in each standard."""

    def __init__(self, limits: Iterable[MarketLimit]) -> None:
        self.limits = list(limits)
        self._at: dict[int, dict[int, list[MarketLimit]]] = {}
        for limit in self.limits:
            self._at.setdefault(limit.node, {}).setdefault(limit.substance, []).append(limit)

    def binding(self, path: Sequence[int]) -> dict[int, list[MarketLimit]]:
        """Every limit that binds a food, by substance: the deepest of its path wins."""
        found: dict[int, list[MarketLimit]] = {}
        for node in path:
            for substance, limits in self._at.get(node, {}).items():
                found.setdefault(substance, limits)
        return found


def compare_libraries(
    ours: Iterable[MarketLimit], theirs: Iterable[MarketLimit], trees: Trees
) -> Iterator[Line]:
    """Every limit of theirs answered at least once, and ours that have no counterpart there.

    A limit of theirs whose food nobody mapped is "not comparable: food not mapped".
    """
    mine, other = Shelf(ours), Shelf(theirs)
    answered: set[int] = set()
    seen: set[tuple[int | None, int | None, int | None]] = set()
    for their_node, our_nodes in _grouped(trees).items():
        abroad = other.binding(trees.paths[their_node])
        at_home = _bound_here(our_nodes, mine, trees)
        for line in _mapped(abroad, at_home, our_nodes[0], their_node):
            key = (_key(line.ours), _key(line.theirs), line.our_node)
            if line.theirs is not None:
                answered.add(line.theirs.key)
            if key not in seen:
                seen.add(key)
                yield line
    unmapped = Compared(Relation.NOT_COMPARABLE, "food_not_mapped")
    for limit in other.limits:
        if limit.key not in answered:
            yield Line(unmapped, None, limit, None, limit.node)


def _key(limit: MarketLimit | None) -> int | None:
    return limit.key if limit is not None else None


def _grouped(trees: Trees) -> dict[int, list[int]]:
    """Each of their mapped foods with all of ours that stand for it."""
    groups: dict[int, list[int]] = {}
    for our_node, their_node in trees.pairs:
        groups.setdefault(their_node, []).append(our_node)
    return groups


Bound = dict[int, list[tuple[int, MarketLimit]]]


def _bound_here(our_nodes: Sequence[int], mine: Shelf, trees: Trees) -> Bound:
    """Our limits on a mapped food by substance, in every standard of ours that stands for it."""
    found: Bound = {}
    for node in our_nodes:
        for substance, limits in mine.binding(trees.paths[node]).items():
            found.setdefault(substance, []).extend((node, limit) for limit in limits)
    return found


def _mapped(
    abroad: Mapping[int, Sequence[MarketLimit]], at_home: Bound, our_node: int, their_node: int
) -> Iterator[Line]:
    """One mapped food: their limits against ours; a gap only where none of ours speaks."""
    for substance, limits in abroad.items():
        for theirs in limits:
            for node, limit in at_home.get(substance, ()):
                yield Line(_pair(limit, theirs), limit, theirs, node, their_node)
            if substance not in at_home:
                yield Line(Compared(Relation.GAP), None, theirs, our_node, their_node)
    for substance in sorted(at_home.keys() - abroad.keys()):
        for node, limit in at_home[substance]:
            yield Line(Compared(Relation.NONE_THERE), limit, None, node, their_node)


def _pair(ours: MarketLimit, theirs: MarketLimit) -> Compared:
    if ours.use != theirs.use:
        return Compared(Relation.NOT_COMPARABLE, "meaning_differs")
    if ours.condition != theirs.condition:
        return Compared(Relation.NOT_COMPARABLE, "only_part_of_the_food")
    return compare(ours.demand, theirs.demand, ours.direction)


class Clash(StrEnum):
    """What is wrong between two of our own limits for one substance and food."""

    CONFLICT = "CONFLICT"
    DUPLICATE = "DUPLICATE"
    UNCLEAR = "UNCLEAR"


@dataclass(frozen=True, slots=True)
class ClashLine:
    """Two limits in force for one substance and food, and why they clash."""

    clash: Clash
    one: MarketLimit
    other: MarketLimit
    code: str = ""


def clashes(limits: Iterable[MarketLimit], trees: Trees) -> Iterator[ClashLine]:
    """Pairs of our own limits on one substance: at one node, or at nodes mapped to each other.

    Different values conflict, the same value twice is a duplicate, what cannot be compared is
    unclear. Limits for different parts of a food, or of different meaning, do not clash.
    """
    shelf = Shelf(limits)
    by_node: dict[int, list[MarketLimit]] = {}
    for limit in shelf.limits:
        by_node.setdefault(limit.node, []).append(limit)
    for here in by_node.values():
        for index, one in enumerate(here):
            yield from _clashing(one, here[index + 1 :])
    done: set[tuple[int, int]] = set()
    for node, counterpart in trees.pairs:
        there = shelf.binding(trees.paths[counterpart])
        for substance, own in shelf.binding(trees.paths[node]).items():
            for one in own:
                fresh = [o for o in there.get(substance, ()) if _is_new(one, o, done)]
                yield from _clashing(one, fresh)


def _is_new(one: MarketLimit, other: MarketLimit, done: set[tuple[int, int]]) -> bool:
    pair = (min(one.key, other.key), max(one.key, other.key))
    if one.key == other.key or one.node == other.node or pair in done:
        return False
    done.add(pair)
    return True


def _sort(limit: MarketLimit) -> tuple[int, str, str]:
    return limit.substance, limit.condition, limit.use


def _clashing(one: MarketLimit, others: Iterable[MarketLimit]) -> Iterator[ClashLine]:
    for other in others:
        if _sort(other) != _sort(one):
            continue
        compared = compare(one.demand, other.demand, one.direction)
        if compared.relation is Relation.EQUAL:
            yield ClashLine(Clash.DUPLICATE, one, other)
        elif compared.relation is Relation.NOT_COMPARABLE and compared.code != "limits_cross":
            yield ClashLine(Clash.UNCLEAR, one, other, compared.code)
        else:
            yield ClashLine(Clash.CONFLICT, one, other)
