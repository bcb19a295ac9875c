"""What a changed setting takes out of the forward reach of the observed elements (trace 3.7)."""

from collections import defaultdict
from dataclasses import dataclass

from zhian.chain.tracing.engine import scores
from zhian.chain.tracing.engine.model import Model

_KG = {"kg": 1.0, "g": 0.001, "t": 1000.0}


@dataclass(frozen=True)
class ReachChange:
    """Stations and deliveries that drop out or come in, and how much that is by unit."""

    before: int
    after: int
    stations_dropped: tuple[str, ...]
    stations_added: tuple[str, ...]
    amount_dropped: dict[str, float]


def reach_change(before: Model, after: Model) -> ReachChange:
    """Compare two settings of one model."""
    old, new = scores.run(before), scores.run(after)
    gone = set(old["deliveriesForward"]) - set(new["deliveriesForward"])
    dropped: dict[str, float] = defaultdict(float)
    for delivery in before.deliveries:
        if delivery.id in gone and delivery.amount is not None:
            known = _KG.get(delivery.unit.casefold())
            dropped["kg" if known else delivery.unit] += delivery.amount * (known or 1.0)
    one, other = set(old["stationsForward"]), set(new["stationsForward"])
    return ReachChange(
        len(one), len(other), tuple(sorted(one - other)), tuple(sorted(other - one)), dict(dropped)
    )
