"""What a list of permissions does not name: forbidden, unless an ingredient brought it along.

GB 2760 3.4 (carry-over principle, 带入原则): an additive may stand in a food through an ingredient
that may hold it, in no higher amount than that ingredient brings. Conditions about the process and
the level needed can only be confirmed by a person, so carry-over never passes goods by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from zhian.registry.standards.engine.choosing import StoredLimit
from zhian.registry.standards.engine.terms import Demand, read_limit
from zhian.registry.standards.engine.text import tidy
from zhian.registry.standards.engine.units import plain
from zhian.registry.standards.engine.verdict import Outcome, Step, Verdict, step

FORBIDDEN = "不得使用"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A part of the goods: its node in the standard's tree, its share of the mass in percent."""

    node: str
    percent: Fraction


@dataclass(frozen=True, slots=True)
class Unlisted:
    """An additive the standard's complete table does not permit in this food."""

    substance: str
    standard: str
    edition: str
    food: str
    made: str
    market: str
    demand: str = FORBIDDEN


class Permissions(Protocol):
    """The part of a library that knows what an ingredient may hold."""

    def permitted(self, unlisted: Unlisted, node: str) -> Sequence[StoredLimit]: ...


def carried_over(
    verdict: Verdict,
    unlisted: Unlisted,
    ingredients: Sequence[Ingredient],
    against: Callable[[str], Verdict],
    library: Permissions,
) -> Verdict:
    """The verdict on an additive that is not listed for the food, given the ingredients.

    `against` judges the same result by another demand.
    """
    clause = f"{unlisted.edition} 3.4"
    lead = step("not_listed", food=unlisted.food, edition=unlisted.edition)
    verdict = replace(verdict, clause=unlisted.edition, steps=(lead, *verdict.steps))
    if verdict.outcome is not Outcome.NONCONFORMING:
        return verdict
    if not ingredients:
        return _opened(verdict, step("carried_over_or_forbidden", clause=clause))
    brought = _brought(unlisted, ingredients, library)
    if isinstance(brought, Step):
        return _opened(verdict, brought)
    if brought is None:
        found = step("no_ingredient_permits", clause=clause)
        return replace(verdict, reason=found, clause=clause)
    total, unit = brought
    limit = f"≤{plain(total)}{unit}"
    held = against(limit)
    steps = (*verdict.steps, step("carried_over_at_most", limit=limit), *held.steps)
    if held.outcome is Outcome.NONCONFORMING:
        return replace(held, clause=clause, limit=limit, steps=steps)
    opened = replace(held, clause=clause, limit=limit, steps=steps)
    return _opened(opened, step("carried_over_conditions", limit=limit, clause=clause))


def _opened(verdict: Verdict, reason: Step) -> Verdict:
    return replace(verdict, outcome=Outcome.NEEDS_PERSON, reason=reason)


def _brought(
    unlisted: Unlisted, ingredients: Sequence[Ingredient], library: Permissions
) -> tuple[Fraction, str] | Step | None:
    """The most the ingredients may bring, summed by their shares; None where none may hold it."""
    total, unit = Fraction(0), ""
    for one in ingredients:
        for limit in library.permitted(unlisted, one.node)[:1]:
            term = read_limit(tidy(limit.demand))[0]
            if term.demand is not Demand.MAXIMUM or term.upper is None or limit.condition:
                return step("ingredient_needs_person", limit=limit.demand, food=limit.node_name)
            if unit and unit != term.unit:
                return step("ingredient_needs_person", limit=limit.demand, food=limit.node_name)
            total, unit = total + term.upper * one.percent / 100, term.unit
    return (total, unit) if unit else None
