"""What a ranking's probabilities are worth: among hypotheses given p, the source is one with p.

Made-up outbreaks of `simulation.py` are ranked; every probability is set against the truth. The
naive baseline knows sales only: candidates in order of the kilograms they sent towards shops.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from zhian.chain.tracing.engine.ranking import rank_sources
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.engine.simulation import Outbreak, World, outbreak

EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Hypotheses with a probability in one span: how many, their mean, how many were true."""

    least: float
    most: float
    count: int
    predicted: float
    observed: float

    @property
    def sigmas(self) -> float:
        """Distance of observed from predicted in standard errors of a calibrated ranking."""
        spread = math.sqrt(max(self.predicted * (1 - self.predicted), 1e-12) / self.count)
        return abs(self.observed - self.predicted) / spread


@dataclass(frozen=True)
class Calibration:
    """Result of many made-up outbreaks ranked one by one.

    `brier` is the mean over outbreaks of the summed squared error of all probabilities (0 best,
    2 worst), `error` the mean distance of predicted from observed, weighted by probability mass.
    Hit rates: the source was first, or among the first three; `unrecorded` counts as a hypothesis.
    """

    runs: int
    kind: str
    method: str
    brier: float
    baseline_brier: float
    error: float
    top1: float
    top3: float
    baseline_top1: float
    baseline_top3: float
    bins: tuple[Bin, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values for the command line."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Run:
    """One outbreak ranked: probability and truth of each hypothesis, places of the truth."""

    pairs: tuple[tuple[float, bool], ...]
    rank: int
    naive_rank: int
    naive_brier: float


def calibrate(
    runs: int,
    *,
    seed: int = 1,
    kind: str = "lot",
    method: str = "posterior",
    world: World | None = None,
) -> Calibration:
    """Rank so many outbreaks; the same seed gives the same figures."""
    done = [
        _ranked(outbreak(seed * 1_000_003 + n, kind=kind, world=world), method) for n in range(runs)
    ]
    pairs = [pair for one in done for pair in one.pairs]
    bins = reliability(pairs)
    mass = math.fsum(one.count * one.predicted for one in bins)
    return Calibration(
        runs=runs,
        kind=kind,
        method=method,
        brier=math.fsum((p - true) ** 2 for p, true in pairs) / runs,
        baseline_brier=math.fsum(one.naive_brier for one in done) / runs,
        error=math.fsum(b.count * abs(b.predicted - b.observed) for b in bins) / mass,
        top1=sum(one.rank < 1 for one in done) / runs,
        top3=sum(one.rank < 3 for one in done) / runs,
        baseline_top1=sum(one.naive_rank < 1 for one in done) / runs,
        baseline_top3=sum(one.naive_rank < 3 for one in done) / runs,
        bins=tuple(bins),
    )


def reliability(pairs: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Probabilities against truth, by span; empty spans are left out."""
    found = []
    for least, most in pairwise(EDGES):
        inside = [pair for pair in pairs if least <= pair[0] < most or pair[0] == most == 1.0]
        if inside:
            count = len(inside)
            predicted = math.fsum(p for p, _ in inside) / count
            found.append(Bin(least, most, count, predicted, sum(t for _, t in inside) / count))
    return found


def _ranked(story: Outbreak, method: str) -> _Run:
    entries = rank_sources(read_model(story.model), method=method)["ranking"]
    mine = [entry for entry in entries if entry["kind"] == story.kind]
    pairs = tuple((entry["probability"], entry["id"] == story.truth) for entry in mine)
    order = [entry["id"] for entry in mine]
    weights = naive(story)
    naive_order = sorted(weights, key=lambda id_: (-weights[id_], id_))
    total = math.fsum(weights.values())
    squares = math.fsum((w / total - (id_ == story.truth)) ** 2 for id_, w in weights.items())
    missed = 0 if story.truth in weights else 1
    return _Run(
        pairs,
        order.index(story.truth),
        naive_order.index(story.truth) if story.truth in weights else len(naive_order),
        squares + missed,
    )


def naive(story: Outbreak) -> dict[str | None, float]:
    """Kilograms that each candidate sent: who sells most is suspected most."""
    weights: dict[str | None, float] = defaultdict(float)
    lots: dict[tuple[str, str], str] = {}
    for one in story.model["deliveries"]:
        name = one["from"]
        if story.kind == "lot":
            name = lots.setdefault((one["from"], one["lot"]), one["id"])
        weights[name] += one["amount"]
    return dict(weights)
