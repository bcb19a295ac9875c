"""Where an outbreak probably came from, over captured events (trace 3.13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from zhian.chain.events import selectors as events
from zhian.chain.tracing.engine.goods.ledger import Ledger, build_ledger, with_rules
from zhian.chain.tracing.engine.goods.rules import NO_RULES, Rules
from zhian.chain.tracing.engine.goods.supply import Illness, illness_model
from zhian.chain.tracing.engine.ranking import METHODS, PRODUCT, rank_sources
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.selectors.facts import expand, inputs, outputs
from zhian.kernel import clock
from zhian.registry.products.vocabulary import class_prefix_of

RANKED = ("station", "lot", PRODUCT)
SEARCHED = timedelta(days=90)  # before the first case, for what came to the places
MOST_LOTS = 2_000  # lots of the places; the latest count


@dataclass(frozen=True, slots=True)
class Suspect:
    """One hypothesis: a site, a lot (with its supplying site), a product, or None for a source
    that nobody recorded. `value` is a probability, or the score in the mode `fcl-score`."""

    kind: str
    key: str | None
    site: str | None
    value: float
    explains: float
    contradicted: float


@dataclass(frozen=True)
class Suspicion:
    """The ranking, best first within each kind, and every site it rests on."""

    method: str
    suspects: tuple[Suspect, ...]
    site_keys: tuple[str, ...]

    def of(self, kind: str) -> list[Suspect]:
        """The hypotheses of one kind ("station", "lot", "product"), best first."""
        return [one for one in self.suspects if one.kind == kind]


def rank_outbreak(
    illness: Illness,
    *,
    method: str = METHODS[0],
    rules: Rules = NO_RULES,
    as_of: datetime | None = None,
) -> Suspicion:
    """Rank sites, lots and products by the records of what came to the places of the cases."""
    ledger = outbreak_ledger(illness, rules, as_of)
    raw = illness_model(ledger, illness, _product, _day)
    rows = {row["id"]: row for row in raw["deliveries"]}
    found = rank_sources(read_model(raw), method=method, kinds=RANKED)["ranking"]
    suspects = []
    for entry in found:
        key, site = entry["id"], None
        if entry["kind"] == "lot" and key is not None:
            key, site = rows[key]["lot"], rows[key]["from"]
        value = entry["score" if method == "fcl-score" else "probability"]
        suspects.append(
            Suspect(entry["kind"], key, site, value, entry["explains"], entry["contradicted"])
        )
    return Suspicion(method, tuple(suspects), tuple(row["id"] for row in raw["stations"]))


def outbreak_ledger(illness: Illness, rules: Rules, as_of: datetime | None) -> Ledger:
    """Everything that came to the places, what it was made of, and where all that went."""
    lots = _lots_at(illness, as_of)
    upstream = expand(lots, (inputs,), as_of)
    made_of = {item.lot for fact in upstream.values() for item in (*fact.inputs, *fact.outputs)}
    facts = expand(made_of | set(lots), (outputs,), as_of)
    applied = Rules() if illness.survives_kill else rules
    return with_rules(build_ledger((upstream | facts).values()), applied)


def _lots_at(illness: Illness, as_of: datetime | None) -> list[str]:
    """Lots named at the places in the time before the cases, the latest first."""
    days = [case.on for case in illness.cases if case.on is not None]
    found: dict[str, None] = {}
    for site in illness.sites:
        rows = events.events_at(site)
        if as_of is not None:
            rows = rows.filter(record_time__lte=as_of)
        if days:
            first = datetime.combine(min(days), time(0), clock.BEIJING) - SEARCHED
            last = datetime.combine(max(days), time(23, 59, 59), clock.BEIJING)
            rows = rows.filter(event_time__gte=first, event_time__lte=last)
        lots = rows.values_list("lots__lot", flat=True)[:MOST_LOTS]
        found.update(dict.fromkeys(_named(lots)))
    return list(found)[:MOST_LOTS]


def _named(lots: Iterable[str | None]) -> list[str]:
    return [lot for lot in lots if lot]


def _product(lot: str) -> str:
    return class_prefix_of(lot) or lot.rpartition(".")[0]


def _day(at: datetime) -> str:
    return at.astimezone(clock.BEIJING).date().isoformat()
