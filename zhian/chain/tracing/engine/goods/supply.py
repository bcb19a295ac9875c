"""The books as a network of deliveries: what a source ranking reads (trace 3.1, 3.13)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any

from zhian.chain.tracing.engine.exports.from_trace import trade_model
from zhian.chain.tracing.engine.goods.ledger import Ledger
from zhian.chain.tracing.engine.goods.trace import Hop


@dataclass(frozen=True, slots=True)
class CaseAt:
    """So many people who fell ill after eating goods of a site; the day may be unknown."""

    site: str
    count: float = 1.0
    on: date | None = None


@dataclass(frozen=True)
class Illness:
    """What is known of an outbreak: cases, places and lots found clean or positive, the agent.

    `incubation` in days (least, most or None); `prior` weighs hypotheses by kind ("station",
    "lot", "product") and key, absent ones 1, the key "null" for a source in no record.
    """

    cases: tuple[CaseAt, ...]
    negative_sites: tuple[str, ...] = ()
    positive_lots: tuple[str, ...] = ()
    clean_lots: tuple[str, ...] = ()
    incubation: tuple[float, float | None] = (0.0, None)
    survives_kill: bool = False
    prior: Mapping[str, Mapping[str, float]] | None = None

    @property
    def sites(self) -> list[str]:
        """Every place that the evidence speaks of, once."""
        return list(dict.fromkeys([*(case.site for case in self.cases), *self.negative_sites]))


def supply_hops(ledger: Ledger) -> Iterator[Hop]:
    """Every movement and making of the books; a making that kills hands nothing on."""
    for movement in ledger.movements:
        at = movement.shipped_at or movement.received_at
        if movement.destination and at is not None:
            yield Hop(
                "move", movement.origin, movement.destination, movement.lot, movement.lot,
                movement.kg, None, at, movement.event_ids,
            )  # fmt: skip
    for made in ledger.transformations:
        used = [item for item in made.inputs if not ledger.is_barred(made, item.lot)]
        for item, out in product(used, made.outputs):
            if made.site:
                yield Hop(
                    "make", made.site, made.site, item.lot, out.lot, item.kg, None, made.at,
                    (made.event_id,),
                )  # fmt: skip


def illness_model(
    ledger: Ledger,
    illness: Illness,
    product_of: Callable[[str], str],
    day: Callable[[datetime], str],
) -> dict[str, Any]:
    """The neutral model of an outbreak; only sites that the books or the evidence name."""
    hops = list(supply_hops(ledger))
    ends = {end for hop in hops for end in (hop.origin, hop.destination) if end}
    stations = [{"id": site} for site in sorted(ends | set(illness.sites))]

    def describe(lot: str) -> dict[str, Any]:
        return {"product": product_of(lot), "lot": lot}

    model = trade_model(hops, stations, describe, day)
    deliveries = model["deliveries"]
    weights = dict.fromkeys(illness.positive_lots, 1.0) | dict.fromkeys(illness.clean_lots, -1.0)
    least, most = illness.incubation
    return model | {
        "settings": {
            "deliveryWeight": {
                row["id"]: weights[row["lot"]] for row in deliveries if row["lot"] in weights
            },
            "stationWeight": _station_weights(illness),
        },
        "cases": [
            {"station": case.site, "count": case.count}
            | ({} if case.on is None else {"date": case.on.isoformat()})
            for case in illness.cases
        ],
        "hazard": {
            "incubationDays": {"min": least, "max": most},
            "survivesKill": illness.survives_kill,
        },
        "prior": _prior(illness, deliveries),
    }


def _station_weights(illness: Illness) -> dict[str, float]:
    """Cases for the score, which knows no days; dated cases replace them in the posterior."""
    weights = dict.fromkeys(illness.negative_sites, -1.0)
    for case in illness.cases:
        weights[case.site] = max(weights.get(case.site, 0.0), 0.0) + case.count
    return weights


def _prior(
    illness: Illness, deliveries: Iterable[Mapping[str, Any]]
) -> dict[str, dict[str, float]]:
    """Weights of lots by their key become weights of the deliveries that stand for them."""
    given = {kind: dict(weights) for kind, weights in (illness.prior or {}).items()}
    lots = given.get("lot")
    if lots:
        firsts: dict[tuple[str, str], str] = {}
        for row in deliveries:
            firsts.setdefault((row["from"], row["lot"]), row["id"])
        by_delivery = {id_: lots[lot] for (_, lot), id_ in firsts.items() if lot in lots}
        given["lot"] = by_delivery | {key: lots[key] for key in ("null",) if key in lots}
    return given
