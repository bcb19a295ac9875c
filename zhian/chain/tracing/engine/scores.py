"""Scores of stations, deliveries and lots (trace 3.6), and the output file (3.8)."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhian.chain.tracing.engine.flags import flag
from zhian.chain.tracing.engine.graph import strong_components
from zhian.chain.tracing.engine.model import Model
from zhian.chain.tracing.engine.network import Network

BLOCK = 2048  # weighted elements per pass; bounds the memory of the bit masks


@dataclass(frozen=True, slots=True)
class Weighed:
    """One block of weighted elements, each with its bit."""

    station_bit: Mapping[str, int]
    delivery_bit: Mapping[int, int]
    tables: tuple[tuple[float, ...], ...]

    def weight(self, mask: int) -> float:
        """Sum of the weights of all elements in the mask."""
        parts = mask.to_bytes(len(self.tables), "little")
        return math.fsum(table[part] for table, part in zip(self.tables, parts, strict=True))


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores by id; stations after merging, all deliveries."""

    station: Mapping[str, float]
    delivery: Mapping[str, float]
    lot: Mapping[tuple[str, str, str], float]


def denominator(weights: Iterable[float]) -> float:
    """The larger of all positive and all negative evidence."""
    values = list(weights)
    return max(math.fsum(w for w in values if w > 0), math.fsum(-w for w in values if w < 0))


def score(net: Network) -> Scores:
    """Score everything; each weighted element counts once however many paths lead to it."""
    settings = net.model.settings
    total = denominator([*settings.station_weight.values(), *settings.delivery_weight.values()])
    components = strong_components(net.successors)
    parts = [_score_block(net, block, components) for block in _blocks(net)] if total else []
    return Scores(
        {s: _share(parts, 0, s, total) for s in net.model.traced_stations},
        {d: _share(parts, 1, d, total) for d in net.ids},
        {d.lot_key: _share(parts, 2, d.lot_key, total) for d in net.model.deliveries},
    )


def _share(
    parts: list[tuple[Mapping[Any, float], ...]], kind: int, key: object, total: float
) -> float:
    return math.fsum(part[kind][key] for part in parts) / total if parts else 0.0


def _blocks(net: Network) -> list[Weighed]:
    settings = net.model.settings
    stations = sorted(settings.station_weight.items())
    deliveries = sorted((net.number[id_], w) for id_, w in settings.delivery_weight.items())
    weights = [w for _, w in stations] + [w for _, w in deliveries]
    blocks = []
    for start in range(0, len(weights), BLOCK):
        end = start + BLOCK
        split = max(0, min(len(stations) - start, BLOCK))
        goods = deliveries[max(0, start - len(stations)) : max(0, end - len(stations))]
        blocks.append(
            Weighed(
                {id_: 1 << bit for bit, (id_, _) in enumerate(stations[start:end])},
                {i: 1 << (split + bit) for bit, (i, _) in enumerate(goods)},
                _tables(weights[start:end]),
            )
        )
    return blocks


def _tables(weights: list[float]) -> tuple[tuple[float, ...], ...]:
    """For each byte of the mask the weight of each of its 256 values."""
    return tuple(
        tuple(
            math.fsum(w for bit, w in enumerate(weights[start : start + 8]) if value >> bit & 1)
            for value in range(256)
        )
        for start in range(0, len(weights), 8)
    )


def _score_block(
    net: Network, block: Weighed, components: list[list[int]]
) -> tuple[Mapping[Any, float], ...]:
    reached = _masks(net, block, components)
    stations: dict[str, float] = {}
    for station in net.model.traced_stations:
        mask = block.station_bit.get(station, 0)
        if station not in net.killed_stations:
            for i in net.outgoing[station]:
                mask |= reached[i]
        stations[station] = block.weight(mask)
    known: dict[int, float] = {}
    deliveries = {
        id_: known[mask]
        if (mask := reached[i]) in known
        else known.setdefault(mask, block.weight(mask))
        for i, id_ in enumerate(net.ids)
    }
    lots: dict[tuple[str, str, str], int] = defaultdict(int)
    for i, delivery in enumerate(net.model.deliveries):
        # Its own weight does not count for its lot, unless another delivery of the lot reaches it.
        lots[delivery.lot_key] |= reached[i] & ~block.delivery_bit.get(i, 0)
    return stations, deliveries, {key: block.weight(mask) for key, mask in lots.items()}


def _masks(net: Network, block: Weighed, components: list[list[int]]) -> list[int]:
    """For each delivery the weighted elements that it is or reaches."""
    masks = [0] * len(net.successors)
    for component in components:
        mask = 0
        for node in component:
            if node < net.count:
                mask |= block.delivery_bit.get(node, 0)
                if not net.is_killed[node]:
                    mask |= block.station_bit.get(net.recipient[node], 0)
            for nxt in net.successors[node]:
                mask |= masks[nxt]
        for node in component:
            masks[node] = mask
    return masks


def run(model: Model) -> dict[str, Any]:
    """The whole trace in the words of the output file (trace 3.8)."""
    net = Network(model)
    scores = score(net)
    flags = flag(net)
    lots = {d.id: scores.lot[d.lot_key] for d in model.deliveries if d.id not in model.internal}
    best: dict[str, float] = {}
    for delivery in model.deliveries:
        supplier = model.merge(delivery.origin)
        lot = scores.lot[delivery.lot_key]
        best[supplier] = max(best.get(supplier, lot), lot)
    return {
        "stationScore": dict(scores.station),
        "deliveryScore": {d: s for d, s in scores.delivery.items() if d not in model.internal},
        "stationsForward": sorted(flags.stations_forward),
        "stationsBackward": sorted(flags.stations_backward),
        "deliveriesForward": sorted(flags.deliveries_forward - model.internal),
        "deliveriesBackward": sorted(flags.deliveries_backward - model.internal),
        "lotScore": lots,
        "maxLotScore": best,
    }
