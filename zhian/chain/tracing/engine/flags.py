"""Whose trace is shown: forward and backward flags of the observed elements (trace 3.7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhian.chain.tracing.engine.network import Network

SELF_FREE = -1  # an origin that may flag every delivery: a station is no delivery


@dataclass(frozen=True, slots=True)
class Flags:
    """Ids reached from (forward) or leading to (backward) the observed elements."""

    stations_forward: frozenset[str]
    stations_backward: frozenset[str]
    deliveries_forward: frozenset[str]
    deliveries_backward: frozenset[str]


def flag(net: Network) -> Flags:
    """Forward and backward sets of 3.5, united over all observed elements."""
    settings = net.model.settings
    observed = sorted(net.number[id_] for id_ in settings.observed_deliveries)
    shipped = [
        i
        for station in settings.observed_stations
        if station not in net.killed_stations
        for i in net.outgoing[station]
    ]
    received = [
        i
        for station in settings.observed_stations
        for i in net.incoming[station]
        if not net.is_killed[i]
    ]
    forward = _reached(net, net.successors, observed, shipped)
    backward = _reached(net, net.predecessors, observed, received)
    ends = {net.recipient[i] for i in [*forward, *observed] if not net.is_killed[i]}
    starts = {net.origin[i] for i in [*backward, *observed]} - net.killed_stations
    return Flags(
        frozenset(ends),
        frozenset(starts),
        frozenset(net.ids[i] for i in forward),
        frozenset(net.ids[i] for i in backward),
    )


def _reached(
    net: Network,
    edges: Sequence[Sequence[int]],
    observed: Iterable[int],
    at_stations: Iterable[int],
) -> set[int]:
    """Deliveries reached from another element than themselves.

    A delivery on a cycle reaches itself, which does not count; so every node remembers up to two
    different origins, and an observed delivery needs one that is not itself.
    """
    origins: list[tuple[int, ...]] = [()] * len(edges)
    queue: list[tuple[int, int]] = [(i, SELF_FREE) for i in at_stations]
    for start in observed:
        queue.extend((nxt, start) for nxt in edges[start])
    while queue:
        node, origin = queue.pop()
        known = origins[node]
        if origin in known or len(known) == 2:
            continue
        origins[node] = (*known, origin)
        queue.extend((nxt, origin) for nxt in edges[node])
    return {node for node in range(net.count) if any(origin != node for origin in origins[node])}
