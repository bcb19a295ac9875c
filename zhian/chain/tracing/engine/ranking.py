"""Which station, lot or delivery the contamination probably came from (trace 3.13).

A posterior: prior × likelihood of the evidence, candidates against each other and against "not
among the recorded ones". Cases fall on places in proportion to the exposed portions they served
(saturating), a few per cent fall anywhere; healthy exposed places and clean samples count
against a candidate by how much it would have reached them.
"""

import math
from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from zhian.chain.tracing.engine import scores
from zhian.chain.tracing.engine.dates import Day, PartialDate
from zhian.chain.tracing.engine.exposure import Matrix, Spread, Walk, exposed, joined, portions
from zhian.chain.tracing.engine.model import Model
from zhian.chain.tracing.engine.network import Network

METHODS = ("posterior", "all-paths", "fcl-score")
KINDS = ("station", "lot", "delivery")
PRODUCT = "product"  # ranked on request only: all deliveries of one product are one candidate

STRAY = 0.02  # chance that a positive sample says nothing about the source (mixed up, second hand)
# Part of the cases that no recorded path explains, unknown beforehand: each value with its prior.
STRAYS = ((0.02, 0.5), (0.06, 0.3), (0.15, 0.15), (0.3, 0.05))
ATTACK = 0.5  # chance that an exposed group or place would have shown it
DETECTION = 0.9  # chance that a test of a contaminated delivery finds it
UNRECORDED = 0.05  # prior weight of a source that nobody recorded
UNRECORDED_REACH = 0.2  # part of any place's portions that such a source is taken to reach
SATURATION = 3.0  # mean servings of a place at which exposure saturates
STALE_DAYS = 30.0  # goods older than the longest incubation fade out over so many days
SELDOM = 0.05  # least part of a place that may be in time: dates of cases can be wrong
BLOCK = 512


@dataclass(frozen=True, slots=True)
class _Case:
    """Case weight at a place (index), with the day by which the goods must have arrived."""

    place: int
    count: float
    on: PartialDate | None


@dataclass(frozen=True, slots=True)
class _Candidates:
    kind: str
    ids: list[str]
    groups: list[list[int]]


def rank_sources(
    model: Model, *, method: str = METHODS[0], kinds: Collection[str] = KINDS
) -> dict[str, Any]:
    """The ranking file; nothing depends on the order of rows but the id that names a lot.

    `all-paths` is the plain likelihood of Horn & Friedrich: cases fall where the candidate's
    kilograms were eaten; no dates, no negative findings.
    """
    bench = _Bench(model)
    found: list[dict[str, Any]] = []
    for candidates in _candidates(model, bench.net):
        if candidates.kind in kinds:
            found.extend(bench.rank(candidates, method))
    return {"method": method, "ranking": found}


def _candidates(model: Model, net: Network) -> list[_Candidates]:
    stations = sorted(model.traced_stations)
    lots: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for i, delivery in enumerate(model.deliveries):
        lots[delivery.lot_key].append(i)
    products: dict[str, list[int]] = defaultdict(list)
    for i, delivery in enumerate(model.deliveries):
        products[delivery.product].append(i)
    shown = [i for i, id_ in enumerate(net.ids) if id_ not in model.internal]
    groups = [[] if s in net.killed_stations else net.outgoing[s] for s in stations]
    return [
        _Candidates("station", stations, groups),
        _Candidates("lot", [net.ids[g[0]] for g in lots.values()], list(lots.values())),
        _Candidates("delivery", [net.ids[i] for i in shown], [[i] for i in shown]),
        _Candidates(PRODUCT, sorted(products), [products[name] for name in sorted(products)]),
    ]


class _Bench:
    """The evidence, laid out over places and deliveries."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.net = Network(model, with_kills=not model.evidence.hazard.survives_kill)
        self.sizes = portions(model)
        self._read_evidence()
        self._find_places()
        self.spread = Spread(self.net, self.sizes)

    def _read_evidence(self) -> None:
        """Cases replace positive weights of their stations; negatives come from two keys."""
        settings, evidence = self.model.settings, self.model.evidence
        dated = {case.station for case in evidence.cases}
        self.cases = [(c.station, c.count, c.on) for c in evidence.cases if c.count > 0]
        self.healthy: dict[str, float] = dict.fromkeys(evidence.negative_stations, 1.0)
        for station, weight in settings.station_weight.items():
            if weight > 0 and station not in dated:
                self.cases.append((station, weight, None))
            elif weight < 0:
                self.healthy[station] = -weight
        self.sampled = [(self.net.number[i], w) for i, w in settings.delivery_weight.items()]

    def _find_places(self) -> None:
        """Where goods are eaten: ends of the chain, and every place that evidence speaks of."""
        net, shares = self.net, self.model.evidence.sales_share
        ends = {s for s in net.incoming if net.incoming[s] and not net.outgoing.get(s)}
        ends |= {station for station, _, _ in self.cases} | set(self.healthy) | set(shares)
        self.places = sorted(ends)
        self.place = {station: i for i, station in enumerate(self.places)}
        arrived = [math.fsum(self.sizes[i] for i in net.incoming[s]) for s in self.places]
        typical = sorted(a for a in arrived if a)[len([a for a in arrived if a]) // 2 :][:1] or [1]
        served = [a or typical[0] for a in arrived]
        if shares:
            usual = math.fsum(shares.values()) / len(shares)
            served = [shares.get(s, usual) for s in self.places]
        self.served = np.array(served) / max(math.fsum(served) / max(len(served), 1), 1e-300)
        self.rows = [_Case(self.place[s], n, on) for s, n, on in self.cases]

    def _weights(self, columns: list[int]) -> Matrix:
        """Portions of each delivery (row) in each place, then in each case's own window."""
        weights = np.zeros((len(columns), len(self.places) + len(self.rows)))
        for row, i in enumerate(columns):
            place = self.place.get(self.net.recipient[i])
            if place is None or self.net.is_killed[i]:
                continue
            incoming = self.net.incoming[self.places[place]]
            part = self.sizes[i] / math.fsum(self.sizes[j] for j in incoming)
            weights[row, place] = part
            for column, case in enumerate(self.rows, start=len(self.places)):
                if case.place == place:
                    weights[row, column] = part * self._in_time(i, case.on)
        return weights

    def _in_time(self, delivery: int, on: PartialDate | None) -> float:
        """How well a delivery fits the day of a case; 0 when it came too late."""
        if on is None:
            return 1.0
        hazard = self.model.evidence.hazard
        good = self.model.deliveries[delivery]
        onset = _day(on.latest, last=True)
        arrived = _day(good.earliest_arrival, last=False)
        if onset is None or arrived is None:
            return 1.0
        gap = (onset - arrived) / timedelta(days=1)
        if gap < hazard.incubation_min:
            return 0.0
        if hazard.incubation_max is None:
            return 1.0
        return math.exp(-max(0.0, gap - hazard.incubation_max) / STALE_DAYS)

    def _in_window(self) -> Matrix:
        """Part of each case's place that arrived in time for the case, whoever sent it."""
        parts = np.ones(len(self.rows))
        for row, case in enumerate(self.rows):
            incoming = self.net.incoming.get(self.places[case.place], [])
            if incoming:
                fits = (self.sizes[i] * self._in_time(i, case.on) for i in incoming)
                parts[row] = math.fsum(fits) / math.fsum(self.sizes[i] for i in incoming)
        return np.maximum(parts, SELDOM)

    def _reach(self, candidates: _Candidates) -> tuple[Matrix, Matrix]:
        """Exposed part of each place and case window, and share in each sampled delivery."""
        finals = [i for i in range(self.net.count) if self.net.recipient[i] in self.place]
        width = len(self.places) + len(self.rows)
        reached = np.zeros((len(candidates.ids), width))
        for start in range(0, len(finals), BLOCK):
            columns = finals[start : start + BLOCK]
            share = joined(self.spread.into(columns), candidates.groups)
            reached += exposed(share) @ self._weights(columns)
        if candidates.kind == "station":
            self._add_own_place(candidates, reached)
        sampled = joined(self.spread.into([i for i, _ in self.sampled]), candidates.groups)
        return np.minimum(reached, 1.0), exposed(sampled)

    def _add_own_place(self, candidates: _Candidates, reached: Matrix) -> None:
        """A station that is the source has contaminated all it serves itself."""
        for row, station in enumerate(candidates.ids):
            place = self.place.get(station)
            if place is not None:
                reached[row, place] = 1.0
                for column, case in enumerate(self.rows, start=len(self.places)):
                    if case.place == place:
                        reached[row, column] = 1.0

    def rank(self, candidates: _Candidates, method: str) -> list[dict[str, Any]]:
        """Entries of one kind, best first."""
        reached, sampled = self._reach(candidates)
        explains, contradicted = self._counts(reached, sampled)
        entries = [
            {"kind": candidates.kind, "id": id_, "explains": e, "contradicted": c}
            for id_, e, c in zip(candidates.ids, explains, contradicted, strict=True)
        ]
        if method == "fcl-score":
            key, values = "score", self._scores(candidates)
        else:
            key = "probability"
            if method == "all-paths":
                values = self._all_paths(candidates)
            else:
                values = self._posterior(candidates, reached, sampled)
            entries.append(
                {"kind": candidates.kind, "id": None, "explains": 0.0, "contradicted": 0.0}
            )
        for entry, value in zip(entries, values, strict=True):
            entry[key] = value
        return sorted(entries, key=lambda e: (-e[key], e["id"] is None, e["id"] or ""))

    def _scores(self, candidates: _Candidates) -> list[float]:
        found = scores.score(Network(self.model))
        if candidates.kind == PRODUCT:
            return [max(found.delivery[self.net.ids[i]] for i in g) for g in candidates.groups]
        if candidates.kind == "lot":
            keys = {d.id: d.lot_key for d in self.model.deliveries}
            return [found.lot[keys[id_]] for id_ in candidates.ids]
        by_id: Mapping[str, float] = (
            found.station if candidates.kind == "station" else found.delivery
        )
        return [by_id[id_] for id_ in candidates.ids]

    def _counts(self, reached: Matrix, sampled: Matrix) -> tuple[list[float], list[float]]:
        """Case weights each candidate can reach, and negative weights it should have spared."""
        hit = reached > 0
        found = sampled > 0
        cases = np.array([case.count for case in self.rows])
        healthy = np.array([self.healthy.get(s, 0.0) for s in self.places])
        positive = np.array([max(w, 0.0) for _, w in self.sampled])
        negative = np.array([max(-w, 0.0) for _, w in self.sampled])
        places = len(self.places)
        explains = hit[:, places:] @ cases + found @ positive
        contradicted = hit[:, :places] @ healthy + found @ negative
        return explains.tolist(), contradicted.tolist()

    def _posterior(self, candidates: _Candidates, reached: Matrix, sampled: Matrix) -> list[float]:
        """Probability of each candidate, and last of a source that is not recorded."""
        places = len(self.places)
        at = [case.place for case in self.rows]
        # Nobody's goods were eaten before they came: a stray case needs goods in time as well.
        base = self.served[at] / max(self.served.sum(), 1e-300) * self._in_window()
        exposure = 1 - np.exp(-reached[:, :places] * self.served / SATURATION)
        hits = 1 - np.exp(-reached[:, places:] * self.served[at] / SATURATION)
        total = exposure.sum(axis=1, keepdims=True)
        part = np.divide(hits, total, out=np.zeros_like(hits), where=total > 0)
        counts = np.array([case.count for case in self.rows])
        healthy = np.array([self.healthy.get(s, 0.0) for s in self.places])
        positive = np.array([max(w, 0.0) for _, w in self.sampled])
        negative = np.array([max(-w, 0.0) for _, w in self.sampled])
        logs = _over_strays(part, base, counts)
        logs += np.log(1 - ATTACK * reached[:, :places]) @ healthy
        logs += np.log(STRAY + (1 - STRAY) * sampled) @ positive
        logs += np.log(1 - DETECTION * sampled) @ negative
        nobody = float(np.log(base) @ counts) + math.log(UNRECORDED_REACH) * positive.sum()
        nobody += math.log(1 - ATTACK * UNRECORDED_REACH) * healthy.sum()
        nobody += math.log(1 - DETECTION * UNRECORDED_REACH) * negative.sum()
        return self._normalised(candidates, [*logs.tolist(), nobody])

    def _all_paths(self, candidates: _Candidates) -> list[float]:
        """Probability by where the kilograms of each candidate were eaten."""
        eaten = Walk(self.net, self.sizes, self.place).eaten()
        sizes = np.array(self.sizes)
        rows = np.zeros((len(candidates.ids), len(self.places)))
        for row, group in enumerate(candidates.groups):
            if group:
                rows[row] = sizes[group] @ eaten[group] / sizes[group].sum()
            elif candidates.ids[row] in self.place:
                rows[row, self.place[candidates.ids[row]]] = 1.0
        base = self.served / max(self.served.sum(), 1e-300)
        at = [case.place for case in self.rows]
        counts = np.array([case.count for case in self.rows])
        logs = np.log((1 - STRAY) * rows[:, at] + STRAY * base[at]) @ counts
        return self._normalised(candidates, [*logs.tolist(), float(np.log(base[at]) @ counts)])

    def _normalised(self, candidates: _Candidates, logs: list[float]) -> list[float]:
        given = self.model.evidence.prior.get(candidates.kind, {})
        prior = [given.get(id_, 1.0) for id_ in candidates.ids]
        prior.append(given.get("null", UNRECORDED * (math.fsum(prior) or 1.0)))
        # Rounded, so that equal evidence gives equal probability whatever the order of the sums.
        logs = [round(value, 9) for value in logs]
        best = max((v for v, p in zip(logs, prior, strict=True) if p > 0), default=0.0)
        weights = [p * math.exp(min(v - best, 0.0)) for v, p in zip(logs, prior, strict=True)]
        total = math.fsum(weights)
        return [w / total if total else 1 / len(weights) for w in weights]


def _over_strays(part: Matrix, base: Matrix, counts: Matrix) -> Matrix:
    """Log-likelihood of the cases for each candidate, averaged over the unknown part of strays."""
    found = [
        np.log((1 - stray) * part + stray * base) @ counts + math.log(prior)
        for stray, prior in STRAYS
    ]
    return np.asarray(np.logaddexp.reduce(found, axis=0))


def _day(day: Day, *, last: bool) -> date | None:
    """A calendar day for a day of which parts may be unknown."""
    year, month, number = day
    if not 1 <= year <= 9999:
        return None
    month = (12 if last else 1) if month in {0, 99} else month
    if number not in {0, 99}:
        return date(year, month, number)
    return date(year, month, monthrange(year, month)[1] if last else 1)
