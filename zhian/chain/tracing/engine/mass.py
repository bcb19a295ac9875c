"""How much of every lot stems from a source, under uniform mixing, with bounds (trace 3.14).

Lots are taken in the order in which they feed each other. Lots of one instant that feed each
other in a loop are one mixture: what they hand to each other inside cancels out, what enters
from outside the loop decides. A root is all source whatever went in, a killed lot hands nothing
on, so neither can close a loop.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction as Exact
from typing import Any, cast

from zhian.chain.tracing.engine.graph import strong_components
from zhian.chain.tracing.engine.mass_model import Input, MassModel


@dataclass(frozen=True, slots=True)
class Fraction:
    """Share of a lot that stems from the source: best value and bounds, each 0..1."""

    value: float
    lower: float
    upper: float


NOTHING = Fraction(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class MassTrace:
    """Fraction of every lot, and what in the records is odd."""

    fraction: dict[str, Fraction]
    contradictions: list[tuple[str, str]]
    loops: list[list[str]]
    without_inputs: list[str]

    def as_json(self) -> dict[str, Any]:
        """The output file; lots that surely hold nothing are left out."""
        return {
            "fraction": {
                lot: {"value": f.value, "lower": f.lower, "upper": f.upper}
                for lot, f in self.fraction.items()
                if f.upper > 0
            },
            "contradictions": [list(pair) for pair in self.contradictions],
            "loops": self.loops,
            "withoutInputs": self.without_inputs,
        }


Sum = Callable[[Iterable[float]], float]


def _exact_sum(values: Iterable[float]) -> float:
    """Rational numbers added without rounding; they do duty for floats everywhere here."""
    return cast(float, sum((Exact(value) for value in values), Exact()))


def trace_mass(model: MassModel, *, exact: bool = False) -> MassTrace:
    """Spread the source over everything made from it.

    `exact`: every share is a `fractions.Fraction` instead of a float, however long that takes.
    """
    add = _exact_sum if exact else math.fsum
    lots = list(model.time)
    number = {lot: i for i, lot in enumerate(lots)}
    inputs: dict[str, list[Input]] = defaultdict(list)
    feeds: list[list[int]] = [[] for _ in lots]
    for item in model.inputs:
        inputs[item.child].append(item)
        if item.parent is not None and item.child not in model.roots and model.carries(item):
            feeds[number[item.child]].append(number[item.parent])
    found: dict[str, Fraction] = {}
    loops = []
    for component in strong_components(feeds):  # every lot after those that feed it
        members = [lots[i] for i in sorted(component)]
        if len(members) > 1 or component[0] in feeds[component[0]]:
            loops.append(members)
        share = _fraction(model, members, inputs, found, add)
        found.update(dict.fromkeys(members, share))
    return MassTrace(
        {lot: found[lot] for lot in lots},
        [
            (item.parent, item.child)
            for item in model.inputs
            if item.parent and model.contradicts(item)
        ],
        sorted(loops),
        [lot for lot in lots if lot not in model.roots and not inputs[lot]],
    )


def _fraction(
    model: MassModel,
    members: list[str],
    inputs: dict[str, list[Input]],
    found: dict[str, Fraction],
    add: Sum,
) -> Fraction:
    """The joint fraction of one lot, or of the lots of one loop."""
    if members[0] in model.roots:
        return Fraction(add([1.0]), add([1.0]), add([1.0]))
    inside = set(members)
    known: list[tuple[float, Fraction]] = []
    unknown: list[Fraction] = []
    for member in members:
        for item in inputs[member]:
            if item.parent in inside and model.carries(item):
                continue
            parent = NOTHING
            if item.parent is not None and model.carries(item):
                parent = found[item.parent]
            if item.mass is None:
                unknown.append(parent)
            else:
                known.append((item.mass, parent))
    return _mix(known, unknown, add)


def _mix(known: list[tuple[float, Fraction]], unknown: list[Fraction], add: Sum) -> Fraction:
    total = add(mass for mass, _ in known)
    lows = [f.lower for f in unknown]
    highs = [f.upper for f in unknown]
    if total > 0:
        lows.append(_mean(((m, f.lower) for m, f in known), total, add))
        highs.append(_mean(((m, f.upper) for m, f in known), total, add))
    if not lows:
        return NOTHING
    value = _value(known, unknown, total, add)
    low, high = min(lows), max(highs)
    return Fraction(min(max(value, low), high), low, high)


def _value(
    known: list[tuple[float, Fraction]], unknown: list[Fraction], total: float, add: Sum
) -> float:
    """Unknown inputs at the mean of the known ones, or equal shares when that says nothing."""
    if total <= 0:
        return add(f.value for f in unknown) / len(unknown)
    each = total / len(known)
    parts = [(m, f.value) for m, f in known] + [(each, f.value) for f in unknown]
    return _mean(parts, add(m for m, _ in parts), add)


def _mean(parts: Iterable[tuple[float, float]], total: float, add: Sum) -> float:
    return add(mass / total * share for mass, share in parts)
