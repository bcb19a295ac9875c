"""The segment that holds everything: both halves of the graph, and the names of its nodes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhian.chain.tracing.engine.index.building import build, renumber
from zhian.chain.tracing.engine.index.deriving import MAKING, Key, Told
from zhian.chain.tracing.engine.index.encoding import arrays_of, order_of
from zhian.chain.tracing.engine.index.names import Names, written
from zhian.chain.tracing.engine.index.nouns import U4, Graph, Half, Nodes, frozen, no_patch
from zhian.chain.tracing.engine.index.segments import SegmentWriter

Arrays = dict[str, NDArray[Any]]
IS_MAKING = 0xFFFFFFFF  # in the place of a site's number
_HALF = ("offsets", "pairs", "skip_links", "skips")


def write_base(path: Path, told: Told) -> int:
    """Write everything that was told as one segment; its size in bytes."""
    links, supply = arrays_of(told)
    ranks = np.empty(len(told.nodes), np.uint32)
    ranks[order_of(told)] = np.arange(len(told.nodes), dtype=np.uint32)
    with SegmentWriter(path) as writer:
        graph = build(links, renumber(links, supply, ranks), room=writer.room)
        put_sums(writer, graph)
        _put_names(writer, told, ranks)
        return writer.publish()


def put_sums(writer: SegmentWriter, graph: Graph) -> None:
    """The tables of masses that 32 bits do not hold."""
    writer.put("nodes.odd_totals", graph.nodes.odd_totals)
    writer.put("odd_grams", graph.odd_grams)


def _put_names(writer: SegmentWriter, told: Told, ranks: U4) -> None:
    keys = [key for key, _at, _outside in told.nodes]
    lots = _put_list(writer, "lots", (lot for site, lot in keys if site != MAKING))
    events = _put_list(writer, "events", (event for site, event in keys if site == MAKING))
    sites = _put_list(writer, "sites", (site for site, _lot in keys if site != MAKING))
    named, placed = np.empty(len(keys), np.uint32), np.empty(len(keys), np.uint32)
    for (site, name), rank in zip(keys, ranks.tolist(), strict=True):
        making = site == MAKING
        named[rank] = events[name] if making else lots[name]
        placed[rank] = IS_MAKING if making else sites[site]
    writer.put("nodes.named", named)
    writer.put("nodes.placed", placed)
    for name, count, chosen in (
        ("lots", len(lots), placed != IS_MAKING), ("events", len(events), placed == IS_MAKING),
    ):  # fmt: skip
        nodes = np.flatnonzero(chosen).astype(np.uint32)
        nodes = nodes[np.argsort(named[nodes], kind="stable")]
        writer.put(f"{name}.nodes", nodes)
        begins = np.searchsorted(named[nodes], np.arange(count + 1))
        writer.put(f"{name}.rows", begins.astype(np.uint32))


def _put_list(writer: SegmentWriter, name: str, names: Iterable[str]) -> dict[str, int]:
    numbers, text, offsets = written(names)
    writer.put(f"{name}.text", text)
    writer.put(f"{name}.offsets", offsets)
    return numbers


def graph_in(arrays: Arrays) -> Graph:
    """The graph of a segment."""
    forward, backward = (
        Half(*(arrays[f"{way}.{name}"] for name in _HALF)) for way in ("forward", "backward")
    )
    nodes = Nodes(arrays["nodes.totals"], arrays["nodes.odd_totals"], arrays["nodes.days"])
    return frozen(Graph(forward, backward, nodes, arrays["odd_grams"], no_patch()))


class Directory:
    """Which node is which: by lot, by event, and back."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.names = {
            name: Names(arrays[f"{name}.text"], arrays[f"{name}.offsets"])
            for name in ("lots", "events", "sites")
        }

    def key_of(self, node: int) -> Key:
        """Site and lot of a holding, or the event of a making."""
        place, name = (
            int(self._arrays["nodes.placed"][node]),
            int(self._arrays["nodes.named"][node]),
        )
        if place == IS_MAKING:
            return MAKING, self.names["events"][name]
        return self.names["sites"][place], self.names["lots"][name]

    def lots_of(self, nodes: U4) -> set[str]:
        """The lots that some nodes hold."""
        held = nodes[self._arrays["nodes.placed"][nodes] != IS_MAKING]
        numbers = np.unique(self._arrays["nodes.named"][held]).tolist()
        return {self.names["lots"][number] for number in numbers}

    def holdings_of(self, lot: str) -> list[tuple[Key, int]]:
        """Every holding of a lot with its number."""
        return [(self.key_of(node), node) for node in self._nodes("lots", lot)]

    def number_of(self, key: Key) -> int | None:
        """The number of a node, None when the segment has none of that key."""
        kind = "events" if key[0] == MAKING else "lots"
        for node in self._nodes(kind, key[1]):
            if kind == "events" or self.key_of(node) == key:
                return node
        return None

    def _nodes(self, kind: str, name: str) -> list[int]:
        number = self.names[kind].find(name)
        if number is None:
            return []
        rows = self._arrays[f"{kind}.rows"]
        nodes: list[int] = self._arrays[f"{kind}.nodes"][rows[number] : rows[number + 1]].tolist()
        return nodes
