"""The slow, obvious twin of the comparison of limits: try results, and see whom each one passes.

Every result worth trying lies on a bound, a hair beside it, or far out. One limit is laxer than
another when it passes every result tried that the other passes, and one more.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product

from zhian.registry.standards.engine.questions import MarketLimit, Relation, Trees
from zhian.registry.standards.engine.terms import Demand, Term
from zhian.registry.standards.engine.twin import obeys
from zhian.registry.standards.engine.units import convert, unit_named

_HAIR = Fraction(1, 10**12)
_FAR = Fraction(10) ** 15


def relation_slowly(ours: Term, theirs: Term) -> Relation:
    """The relation of two comparable demands on numbers, or of two plans with the same n."""
    theirs = _in_our_unit(theirs, ours.unit)
    tries = list(_results_worth_trying((ours, theirs)))
    passes = _plan_passes if ours.demand is Demand.PLAN else obeys
    vectors = list(product(tries, repeat=ours.n)) if ours.demand is Demand.PLAN else tries
    return _by_trying(vectors, lambda one: passes(one, ours), lambda one: passes(one, theirs))  # type: ignore[arg-type]


def _by_trying(
    tries: Sequence[object], ours: Callable[[object], bool], theirs: Callable[[object], bool]
) -> Relation:
    only_ours = any(ours(one) and not theirs(one) for one in tries)
    only_theirs = any(theirs(one) and not ours(one) for one in tries)
    if only_ours and only_theirs:
        return Relation.NOT_COMPARABLE
    if only_ours:
        return Relation.LAXER
    return Relation.STRICTER if only_theirs else Relation.EQUAL


def _in_our_unit(term: Term, unit: str) -> Term:
    def turned(value: Fraction | None) -> Fraction | None:
        return value and convert(value, unit_named(term.unit), unit_named(unit))

    return Term(
        term.demand,
        turned(term.lower),
        turned(term.upper),
        term.lower_open,
        term.upper_open,
        unit,
        n=term.n,
        c=term.c,
        ceiling=turned(term.ceiling),
    )


def _results_worth_trying(terms: Sequence[Term]) -> Iterator[Fraction]:
    bounds = {b for t in terms for b in (t.lower, t.upper, t.ceiling) if b is not None}
    yield -_FAR
    yield _FAR
    for bound in sorted(bounds):
        yield from (bound - _HAIR, bound, bound + _HAIR)


def _plan_passes(results: Sequence[Fraction], plan: Term) -> bool:
    """n results, at most c above m, none above M; counted as the standard says it in words."""
    over_small = sum(1 for one in results if plan.upper is not None and one > plan.upper)
    over_big = sum(1 for one in results if plan.ceiling is not None and one > plan.ceiling)
    return over_small <= plan.c and not over_big


def lines_slowly(
    ours: Sequence[MarketLimit], theirs: Sequence[MarketLimit], trees: Trees
) -> set[tuple[int | None, int | None]]:
    """Which limits meet: for every mapped pair of foods and every substance, by plain search."""
    met: set[tuple[int | None, int | None]] = set()
    for our_node, their_node in trees.pairs:
        for substance in {limit.substance for limit in (*ours, *theirs)}:
            here = _deepest(ours, substance, trees.paths[our_node])
            there = _deepest(theirs, substance, trees.paths[their_node])
            met |= {(one.key, other.key) for one in here for other in there}
            anywhere = [
                limit
                for node, counterpart in trees.pairs
                if counterpart == their_node
                for limit in _deepest(ours, substance, trees.paths[node])
            ]
            met |= {(None, other.key) for other in there if not anywhere}
            met |= {(one.key, None) for one in here if not there}
    met |= {(None, limit.key) for limit in theirs if limit.key not in {key for _, key in met}}
    return met


def _deepest(
    limits: Sequence[MarketLimit], substance: int, path: Sequence[int]
) -> list[MarketLimit]:
    for node in path:
        found = [one for one in limits if one.substance == substance and one.node == node]
        if found:
            return found
    return []


def defaults_slowly(
    ours: Sequence[MarketLimit],
    theirs: Sequence[MarketLimit],
    trees: Trees,
    covered: set[int],
) -> set[int]:
    """Which of our limits stand beside a default of theirs, by plain search.

    On a mapped food where they have no limit on the substance, or nowhere a limit on it.
    """
    found: set[int] = set()
    for our_node, their_node in trees.pairs:
        for substance in covered:
            if not _deepest(theirs, substance, trees.paths[their_node]):
                here = _deepest(ours, substance, trees.paths[our_node])
                found |= {one.key for one in here}
    listed = {limit.substance for limit in theirs}
    free = (one for one in ours if one.substance in covered and one.substance not in listed)
    return found | {one.key for one in free}
