"""The slow obvious twin of the trace: every set written out as section 3 words it, exact sums."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from zhian.chain.tracing.engine.dates import may_feed
from zhian.chain.tracing.engine.model import Delivery, Model


class Twin:
    """One model, traced element by element."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.goods = {d.id: d for d in model.deliveries}
        self.successors = self._successors()

    def _out(self, station: str) -> list[Delivery]:
        return [d for d in self.goods.values() if self.model.merge(d.origin) == station]

    def _in(self, station: str) -> list[Delivery]:
        return [d for d in self.goods.values() if self.model.merge(d.recipient) == station]

    def _may(self, a: Delivery, b: Delivery) -> bool:
        return not self.model.enforce_temporal_order or may_feed(
            a.arrival or a.departure, b.departure or b.arrival
        )

    def _successors(self) -> dict[str, set[str]]:
        after: dict[str, set[str]] = {id_: set() for id_ in self.goods}
        for first, second in self.model.links:
            after[first].add(second)
        for station in self.model.settings.station_cross:
            for a in self._in(station):
                after[a.id] |= {b.id for b in self._out(station) if self._may(a, b)} - {a.id}
        self._share(after)
        self._kill(after)
        return after

    def _kill(self, after: dict[str, set[str]]) -> None:
        for station in self.model.settings.station_kill:
            closed = {d.id for d in self._out(station)}
            for d in self._in(station):
                after[d.id].clear()
            for nexts in after.values():
                nexts.difference_update(closed)
        for id_ in self.model.settings.delivery_kill:
            after[id_].clear()

    def _share(self, after: dict[str, set[str]]) -> None:
        before = {id_: set(nexts) for id_, nexts in after.items()}
        groups: dict[str, list[str]] = defaultdict(list)
        for id_ in self.model.settings.delivery_cross:
            groups[self.model.merge(self.goods[id_].recipient)].append(id_)
        for members in groups.values():
            for member in members:
                for other in set(members) - {member}:
                    after[member] |= {
                        nxt
                        for nxt in before[other] - {member}
                        if self._may(self.goods[member], self.goods[nxt])
                    }

    def forward(self, id_: str) -> set[str]:
        """Forward deliveries of a delivery, without itself."""
        return self._search(self.successors, id_)

    def backward(self, id_: str) -> set[str]:
        """Backward deliveries of a delivery, without itself."""
        before: dict[str, set[str]] = {other: set() for other in self.goods}
        for first, nexts in self.successors.items():
            for second in nexts:
                before[second].add(first)
        return self._search(before, id_)

    @staticmethod
    def _search(edges: dict[str, set[str]], start: str) -> set[str]:
        found: set[str] = set()
        todo = list(edges[start])
        while todo:
            id_ = todo.pop()
            if id_ not in found:
                found.add(id_)
                todo.extend(edges[id_])
        return found - {start}

    def recipients(self, ids: Iterable[str]) -> set[str]:
        """Stations reached by these deliveries; a killed one reaches none."""
        killed = self.model.settings.delivery_kill
        return {self.model.merge(self.goods[i].recipient) for i in ids if i not in killed}

    def suppliers(self, ids: Iterable[str]) -> set[str]:
        """Stations these deliveries come from; a killed one is never reached backward."""
        found = {self.model.merge(self.goods[i].origin) for i in ids}
        return found - self.model.settings.station_kill

    def shipped(self, station: str) -> set[str]:
        """Forward deliveries of a station."""
        if station in self.model.settings.station_kill:
            return set()
        return {i for d in self._out(station) for i in {d.id} | self.forward(d.id)}

    def received(self, station: str) -> set[str]:
        """Backward deliveries of a station."""
        killed = self.model.settings.delivery_kill
        return {
            i for d in self._in(station) if d.id not in killed for i in {d.id} | self.backward(d.id)
        }

    def weight(self, stations: Iterable[str], deliveries: Iterable[str]) -> Fraction:
        """Exact share of the evidence that these elements carry."""
        s, d = self.model.settings.station_weight, self.model.settings.delivery_weight
        values = [Fraction(w) for w in [*s.values(), *d.values()]]
        total = max(
            sum((w for w in values if w > 0), Fraction()),
            -sum((w for w in values if w < 0), Fraction()),
        )
        if not total:
            return Fraction()
        own = sum((Fraction(s.get(i, 0)) for i in stations), Fraction())
        return (own + sum((Fraction(d.get(i, 0)) for i in deliveries), Fraction())) / total

    def delivery_score(self, id_: str) -> Fraction:
        """Score of a delivery."""
        goods = self.forward(id_) | {id_}
        return self.weight(self.recipients(goods), goods)

    def station_score(self, station: str) -> Fraction:
        """Score of a station."""
        goods = self.shipped(station)
        return self.weight(self.recipients(goods) | {station}, goods)

    def lot_score(self, id_: str) -> Fraction:
        """Score of the lot of a delivery."""
        lot = [d.id for d in self.goods.values() if d.lot_key == self.goods[id_].lot_key]
        goods = {i for member in lot for i in self.forward(member)}
        return self.weight(self.recipients(goods | set(lot)), goods)


def run(model: Model) -> dict[str, Any]:
    """The same output as `scores.run`, the slow way, in exact fractions."""
    twin = Twin(model)
    settings = model.settings
    flags: dict[str, set[str]] = {key: set() for key in ("sf", "sb", "df", "db")}
    for id_ in settings.observed_deliveries:
        flags["df"] |= twin.forward(id_)
        flags["db"] |= twin.backward(id_)
        flags["sf"] |= twin.recipients(twin.forward(id_) | {id_})
        flags["sb"] |= twin.suppliers(twin.backward(id_) | {id_})
    for station in settings.observed_stations:
        flags["df"] |= twin.shipped(station)
        flags["db"] |= twin.received(station)
        flags["sf"] |= twin.recipients(twin.shipped(station))
        flags["sb"] |= twin.suppliers(twin.received(station))
    shown = [d.id for d in model.deliveries if d.id not in model.internal]
    best: dict[str, Fraction] = {}
    for d in model.deliveries:
        lot = twin.lot_score(d.id)
        best[model.merge(d.origin)] = max(best.get(model.merge(d.origin), lot), lot)
    return {
        "stationScore": {s: twin.station_score(s) for s in model.traced_stations},
        "deliveryScore": {i: twin.delivery_score(i) for i in shown},
        "stationsForward": sorted(flags["sf"]),
        "stationsBackward": sorted(flags["sb"]),
        "deliveriesForward": sorted(flags["df"] - model.internal),
        "deliveriesBackward": sorted(flags["db"] - model.internal),
        "lotScore": {i: twin.lot_score(i) for i in shown},
        "maxLotScore": best,
    }
