"""The successor relation of trace 3.4, held in linear space.

Cross-contamination feeds every outgoing from every incoming delivery; written out, a wholesaler
with a thousand of each would have a million pairs. Goods that arrived by day t may feed exactly
the deliveries that can leave on or after t, so a *ladder* says it all: one rung per outgoing
delivery in order of latest departure, each rung leading to its delivery and to the next rung.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator

from zhian.chain.tracing.engine.dates import DAWN, DUSK, Day
from zhian.chain.tracing.engine.graph import reach
from zhian.chain.tracing.engine.model import Model


class Network:
    """Deliveries as numbers 0..n-1 in file order, ladder rungs above; kills already applied."""

    def __init__(self, model: Model, *, with_kills: bool = True) -> None:
        self.model = model
        self.count = len(model.deliveries)
        self.ids = [d.id for d in model.deliveries]
        self.number = {id_: i for i, id_ in enumerate(self.ids)}
        self.origin = [model.merge(d.origin) for d in model.deliveries]
        self.recipient = [model.merge(d.recipient) for d in model.deliveries]
        self._arrives = [self._timed(d.earliest_arrival, DAWN) for d in model.deliveries]
        self._leaves = [self._timed(d.latest_departure, DUSK) for d in model.deliveries]
        settings = model.settings
        self.killed_stations = settings.station_kill if with_kills else frozenset()
        killed = settings.delivery_kill if with_kills else frozenset()
        self.is_killed = [id_ in killed for id_ in self.ids]
        self.outgoing: dict[str, list[int]] = defaultdict(list)
        self.incoming: dict[str, list[int]] = defaultdict(list)
        for i in range(self.count):
            self.outgoing[self.origin[i]].append(i)
            self.incoming[self.recipient[i]].append(i)
        self.successors: list[list[int]] = [[] for _ in range(self.count)]
        self._link()
        self._mix_at_stations(settings.station_cross)
        self._mix_deliveries(settings.delivery_cross)
        self._kill()
        self.predecessors = self._reversed()

    def _timed(self, day: Day, always: Day) -> Day:
        """The day that counts in the temporal test; one that always passes when it is off."""
        return day if self.model.enforce_temporal_order else always

    def _link(self) -> None:
        for first, second in self.model.links:
            self.successors[self.number[first]].append(self.number[second])

    def _mix_at_stations(self, stations: Iterable[str]) -> None:
        self._shared: list[tuple[list[int], list[int]]] = []
        for station in sorted(stations):
            self._shared.append((self.incoming[station], self.outgoing[station]))

    def _mix_deliveries(self, listed: Iterable[str]) -> None:
        """Members of a group share their *recorded* successors.

        What a member gained at its station in step 3 needs no sharing: every other member that
        may feed it in time has gained it there as well.
        """
        groups: dict[str, list[int]] = defaultdict(list)
        for id_ in sorted(listed):
            groups[self.recipient[self.number[id_]]].append(self.number[id_])
        for members in groups.values():
            if len(members) > 1:
                pool = {nxt for member in members for nxt in self.successors[member]}
                self._shared.append((members, sorted(pool)))
        for feeders, fed in self._shared:
            self._add_ladder(feeders, fed)

    def _add_ladder(self, feeders: list[int], fed: list[int]) -> None:
        steps = sorted(fed, key=lambda i: self._leaves[i])
        days = [self._leaves[i] for i in steps]
        base = len(self.successors)
        for rung, delivery in enumerate(steps):
            onward = [base + rung + 1] if rung + 1 < len(steps) else []
            self.successors.append([delivery, *onward])
        for feeder in feeders:
            first = bisect_left(days, self._arrives[feeder])
            if first < len(steps):
                self.successors[feeder].append(base + first)

    def _kill(self) -> None:
        """Kills come last: they win over every link and every mixing."""
        closed = {i for i in range(self.count) if self.origin[i] in self.killed_stations}
        for node, nexts in enumerate(self.successors):
            if node < self.count and (
                self.is_killed[node] or self.recipient[node] in self.killed_stations
            ):
                nexts.clear()
            elif closed:
                self.successors[node] = [nxt for nxt in nexts if nxt not in closed]

    def _reversed(self) -> list[list[int]]:
        back: list[list[int]] = [[] for _ in self.successors]
        for node, nexts in enumerate(self.successors):
            for nxt in nexts:
                back[nxt].append(node)
        return back

    def fed_by(self, delivery: int) -> set[int]:
        """The successors of a delivery, ladders followed; never itself."""
        return self._neighbours(delivery, self.successors)

    def _neighbours(self, delivery: int, edges: list[list[int]]) -> set[int]:
        def rungs_only(node: int) -> Iterator[int]:
            return iter(edges[node]) if node >= self.count else iter(())

        found = reach(edges[delivery], rungs_only)
        return {node for node in found if node < self.count and node != delivery}

    def successor_ids(self) -> dict[str, set[str]]:
        """The whole successor relation written out by ids (quadratic where goods mix)."""
        return {id_: {self.ids[n] for n in self.fed_by(i)} for i, id_ in enumerate(self.ids)}
