"""Uniform limits in a comparison of markets: what binds where a market has no limit of its own.

Japan's positive list and the pesticide regulation of the EU set one value for every substance they
do not list for a food; a comparison that leaves it out calls such foods free. Source: S127, S130.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from zhian.registry.standards.engine.questions import (
    Compared,
    Line,
    MarketLimit,
    Relation,
    compare,
)

# what may be put in says nothing of what may be found
ADDED = "MAXIMUM_USE"


@dataclass(frozen=True, slots=True)
class Uniform:
    """What a market demands of a substance for which it has no limit of its own in a food."""

    demand: str
    clause: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the comparison; `uniform` where their side is their default limit."""

    line: Line
    uniform: Uniform | None = None


def with_defaults(
    lines: Iterable[Line],
    ours: Iterable[MarketLimit],
    theirs: Iterable[MarketLimit],
    uniform: Mapping[int, Uniform],
) -> Iterator[Answer]:
    """Every line; "none there" becomes an answer where a default (by substance) applies.

    A substance they list for no food at all is under the default in every food, so our limits on
    it are answered even where nobody mapped the food.
    """
    listed = {limit.substance for limit in theirs}
    answered: set[int] = set()
    for line in lines:
        if line.ours is not None:
            answered.add(line.ours.key)
        free = line.compared.relation is Relation.NONE_THERE and line.ours is not None
        default = uniform.get(line.ours.substance) if free and line.ours is not None else None
        if default is None or line.ours is None:
            yield Answer(line)
        else:
            yield Answer(replace(line, compared=_against(line.ours, default)), default)
    for limit in ours:
        default = uniform.get(limit.substance)
        if default is not None and limit.key not in answered and limit.substance not in listed:
            yield Answer(Line(_against(limit, default), limit, None, limit.node), default)


def _against(limit: MarketLimit, default: Uniform) -> Compared:
    if limit.use == ADDED:
        return Compared(Relation.NOT_COMPARABLE, "meaning_differs")
    return compare(limit.demand, default.demand, limit.direction)
