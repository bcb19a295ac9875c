"""The default limits of a market: which substances fall under one on a day."""

from dataclasses import dataclass
from datetime import date

from zhian.kernel import clock
from zhian.registry.standards import packs
from zhian.registry.standards.engine.defaults import Uniform
from zhian.registry.standards.models import Substance
from zhian.registry.standards.selectors.library import complete_lists
from zhian.registry.standards.vocabulary import SubstanceKind


@dataclass(frozen=True)
class UniformRule:
    """A market's default for every substance of a kind that its list does not name in a food."""

    kind: SubstanceKind
    uniform: Uniform


def uniform_rules(market: str, on: date) -> list[UniformRule]:
    """The market's defaults that apply: only beside a list of it that is loaded and in force.

    Without the list nobody could tell what it names.
    """
    known = packs.jurisdictions(clock.today())
    found = known.get(market) or known.get(market.partition(":")[0])
    loaded = {one.kind for one in complete_lists() if one.market == market and one.in_force(on)}
    return [
        UniformRule(SubstanceKind(one.kind), Uniform(one.demand, one.clause))
        for one in (found.unlisted if found else ())
        if one.list_kind in loaded
    ]


def uniform_limits(market: str, on: date) -> dict[int, Uniform]:
    """The default limit by substance."""
    by_kind = {rule.kind.value: rule.uniform for rule in uniform_rules(market, on)}
    if not by_kind:
        return {}
    found = Substance.objects.filter(kind__in=by_kind).values_list("pk", "kind")
    return {key: by_kind[kind] for key, kind in found}
