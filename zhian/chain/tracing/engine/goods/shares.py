"""How much of every lot stems from a source lot: the goods graph handed to the mass engine.

A transformation is a mixture of its own: its inputs flow in, its outputs flow out. What came out
beyond what went in (water, unrecorded goods) is outside mass, so kilograms of the source are
never multiplied by a batch that grew. All moments are the same for the mass engine, because one
lot number can be made over several days; the only contradiction, a lot used before any event
speaks of it, is taken out here and reported as a gap.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction as Exact
from typing import cast

from zhian.chain.tracing.engine.goods.ledger import Ledger
from zhian.chain.tracing.engine.goods.nouns import Transformation
from zhian.chain.tracing.engine.mass import Fraction, trace_mass
from zhian.chain.tracing.engine.mass_model import Input, MassModel


@dataclass(frozen=True, slots=True)
class ExactShare:
    """Share of the source in a lot without rounding: best value and bounds."""

    value: Exact
    lower: Exact
    upper: Exact


def shares_of(ledger: Ledger, sources: Iterable[str], lots: Iterable[str]) -> dict[str, Fraction]:
    """Fraction of the sources in each of the lots that holds any, the sources included."""
    return _shares(ledger, sources, lots, exact=False)


def exact_shares_of(
    ledger: Ledger, sources: Iterable[str], lots: Iterable[str]
) -> dict[str, ExactShare]:
    """The same in exact fractions of the recorded kilograms."""
    found = _shares(ledger, sources, lots, exact=True)
    return {
        lot: ExactShare(Exact(share.value), Exact(share.lower), Exact(share.upper))
        for lot, share in found.items()
    }


def _shares(
    ledger: Ledger, sources: Iterable[str], lots: Iterable[str], *, exact: bool
) -> dict[str, Fraction]:
    roots = frozenset(sources)
    wanted = {*roots, *lots}
    makings = {made.event_id: made for lot in sorted(wanted) for made in ledger.makers.get(lot, ())}
    inputs: list[Input] = []
    for made in makings.values():
        inputs.extend(_into(made, ledger, wanted, exact=exact))
        inputs.extend(_out_of(made, wanted, exact=exact))
    nodes = dict.fromkeys([*sorted(wanted), *(f"\0{event_id}" for event_id in makings)], 0.0)
    model = MassModel(nodes, tuple(inputs), roots, frozenset())
    found = trace_mass(model, exact=exact)
    return {
        lot: share for lot, share in found.fraction.items() if lot in wanted and share.upper > 0
    }


def _into(made: Transformation, ledger: Ledger, wanted: set[str], *, exact: bool) -> list[Input]:
    node = f"\0{made.event_id}"
    flows = []
    for item in made.inputs:
        carries = item.lot in wanted and not ledger.is_barred(made, item.lot)
        flows.append(Input(item.lot if carries else None, node, _mass(item.kg, exact=exact)))
    added = added_mass(made)
    if added > 0:
        flows.append(Input(None, node, _mass(added, exact=exact)))
    return flows


def added_mass(made: Transformation) -> Decimal:
    """Mass that came out without having gone in; 0 where a quantity is unknown."""
    kgs = [item.kg for item in (*made.inputs, *made.outputs)]
    if None in kgs or not made.inputs:
        return Decimal(0)
    went_in = sum((item.kg or Decimal(0) for item in made.inputs), Decimal(0))
    came_out = sum((item.kg or Decimal(0) for item in made.outputs), Decimal(0))
    return came_out - went_in


def _out_of(made: Transformation, wanted: set[str], *, exact: bool) -> list[Input]:
    return [
        Input(f"\0{made.event_id}", item.lot, _mass(item.kg, exact=exact))
        for item in made.outputs
        if item.lot in wanted
    ]


def _mass(kg: Decimal | None, *, exact: bool) -> float | None:
    if kg is None:
        return None
    return cast(float, Exact(kg)) if exact else float(kg)
