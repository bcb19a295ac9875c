"""A trace on the page as a neutral model, and the sources ranked by what is supposed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhian.chain.tracing.engine import scores
from zhian.chain.tracing.engine.exports.from_trace import UNKNOWN, trade_model
from zhian.chain.tracing.engine.ranking import rank_sources
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.selectors import TraceResult
from zhian.chain.tracing.web.presenting import Row, lot_text
from zhian.kernel import clock
from zhian.registry.products.selectors import products_of_lots

SHOWN = 10  # candidates of each kind
UNLIKELY = 0.001  # candidates below are left out
MOST_DELIVERIES = 5000  # beyond, the ranking is a matter for the command line
COUNTRY = "CN"


@dataclass(frozen=True)
class Candidate:
    """A possible source: how probable, what speaks for it and what against."""

    id: str
    name: str
    probability: float
    explains: float
    contradicted: float

    @property
    def percent(self) -> float:
        """The probability in per cent, for the bar and the text."""
        return round(100 * self.probability, 1)


@dataclass(frozen=True)
class Ranking:
    """The likeliest stations and lots, how probable none of the recorded ones is, and scores."""

    stations: list[Candidate]
    lots: list[Candidate]
    unrecorded: float
    cases: float
    negatives: float
    posterior: Mapping[str, float]
    score: Mapping[str, float]

    @property
    def unrecorded_percent(self) -> float:
        """In per cent."""
        return round(100 * self.unrecorded, 1)


def neutral(result: TraceResult, rows: Iterable[Row]) -> dict[str, Any]:
    """The trace as stations, deliveries and links, with the names people know."""
    products = products_of_lots(result.lots)

    def describe(lot: str) -> dict[str, str]:
        product = products.get(lot)
        return {"product": product.name if product else "", "lot": lot_text(lot)}

    return trade_model(
        result.edges,
        [_station(row) for row in rows],
        describe,
        lambda moment: clock.beijing(moment).date().isoformat(),
    )


def _station(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"id": row.key, "name": row.name}
    if row.site:
        site = row.site
        found |= {"address": site.address or str(site.region), "country": COUNTRY}
        found |= {"typeOfBusiness": row.kind_word}
        if site.longitude is not None and site.latitude is not None:
            found |= {"longitude": float(site.longitude), "latitude": float(site.latitude)}
    return found


def ranking_of(
    model: Mapping[str, Any], evidence: Mapping[str, Any], names: Mapping[str, str]
) -> Ranking | None:
    """Posterior and scores of a model under what is supposed; None when it is too large."""
    known = {str(row["id"]) for row in model["stations"]}
    return ranking_in(supposed_in(model, evidence, known), names)


def supposed_in(
    model: Mapping[str, Any], evidence: Mapping[str, Any], known: Collection[str]
) -> dict[str, Any]:
    """The model with what is supposed added to its settings; strangers are left out."""
    settings = dict(model.get("settings") or {})
    weights = dict(settings.get("stationWeight") or {})
    weights |= {site: -1.0 for site in evidence["negative"] if site in known}
    weights |= {c["station"]: c["count"] for c in evidence["cases"] if c["station"] in known}
    settings["stationWeight"] = weights
    for key, kind in (
        ("stationKill", "kill"),
        ("stationCrossContamination", "mix"),
        ("observedStations", "follow"),
    ):
        added = [site for site in evidence[kind] if site in known]
        settings[key] = list(dict.fromkeys([*(settings.get(key) or []), *added]))
    return dict(model) | {"settings": settings}


def ranking_in(model: Mapping[str, Any], names: Mapping[str, str]) -> Ranking | None:
    """Posterior and scores of a model as it stands; None when it is too large for a page."""
    if len(model.get("deliveries") or []) > MOST_DELIVERIES:
        return None
    read = read_model(model)
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in rank_sources(read)["ranking"]:
        by_kind[line["kind"]].append(line)
    lots = {str(row["id"]): _lot_name(row, names) for row in model.get("deliveries") or []}
    weights = read.settings.station_weight.values()
    dated = sum(case.count for case in read.evidence.cases)
    return Ranking(
        stations=_candidates(by_kind["station"], names),
        lots=_candidates(by_kind["lot"], lots),
        unrecorded=_unrecorded(by_kind["station"]),
        cases=dated + sum(weight for weight in weights if weight > 0),
        negatives=sum(1 for weight in weights if weight < 0) + len(read.evidence.negative_stations),
        posterior={
            str(line["id"]): line["probability"] for line in by_kind["station"] if line["id"]
        },
        score=scores.run(read)["stationScore"],
    )


def _lot_name(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    origin = str(row["from"])
    parts = (row.get("product"), row.get("lot"))
    goods = " ".join(str(part) for part in parts if part)
    return f"{goods} · {names.get(origin, origin)}"


def _candidates(lines: list[dict[str, Any]], names: Mapping[str, str]) -> list[Candidate]:
    return [
        Candidate(
            str(line["id"]), names.get(str(line["id"]), str(line["id"])), line["probability"],
            line["explains"], line["contradicted"],
        )
        for line in lines
        if line["id"] not in {None, UNKNOWN} and line["probability"] >= UNLIKELY
    ][:SHOWN]  # fmt: skip


def _unrecorded(lines: list[dict[str, Any]]) -> float:
    """The chance that the source is nobody's record: the entry without an id."""
    return float(sum(line["probability"] for line in lines if line["id"] in {None, UNKNOWN}))
