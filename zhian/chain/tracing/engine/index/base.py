"""The segment that holds everything: both halves of the graph, and the names of its nodes."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhian.chain.tracing.engine.index.building import build, renumber
from zhian.chain.tracing.engine.index.deriving import MAKING, Key, Told
from zhian.chain.tracing.engine.index.encoding import arrays_of, order_of
from zhian.chain.tracing.engine.index.names import Names, written
from zhian.chain.tracing.engine.index.nouns import (
    I8,
    U4,
    Graph,
    Half,
    Links,
    Nodes,
    Supply,
    frozen,
    no_patch,
    no_u4,
)
from zhian.chain.tracing.engine.index.segments import SegmentWriter

Arrays = dict[str, NDArray[Any]]
IS_MAKING = 0xFFFFFFFF  # in the place of a site's number
_HALF = ("offsets", "pairs", "skip_links", "skips")


def write_base(path: Path, told: Told) -> int:
    """Write everything that was told as one segment; its size in bytes."""
    links, supply, table = arrays_of(told)
    ranks = np.empty(len(told.nodes), np.uint32)
    ranks[order_of(told)] = np.arange(len(told.nodes), dtype=np.uint32)
    born = np.empty(len(ranks), np.int64)
    born[ranks] = np.array([at for _key, at, _outside in told.nodes], np.int64)
    with SegmentWriter(path) as writer:
        put_graph(writer, links, renumber(links, supply, ranks), table, born)
        _put_names(writer, told, ranks)
        return writer.publish()


def put_graph(writer: SegmentWriter, links: Links, supply: Supply, table: I8, born: I8) -> None:
    """Both halves, and beside them what later additions need of the links and nodes."""
    put_sums(writer, build(links, supply, room=writer.room, moments=True))
    writer.put("moments.table", table)
    writer.put("nodes.born", born)
    writer.put("nodes.outside", supply.outside)
    writer.put("odd_outside", supply.odd_grams)


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
    put_directory(writer, named, placed, len(lots), len(events))


def put_directory(writer: SegmentWriter, named: U4, placed: U4, lots: int, events: int) -> None:
    """Which name and place each node has, and where the nodes of a name are."""
    writer.put("nodes.named", named)
    writer.put("nodes.placed", placed)
    for name, count, chosen in (
        ("lots", lots, placed != IS_MAKING), ("events", events, placed == IS_MAKING),
    ):  # fmt: skip
        nodes = np.flatnonzero(chosen).astype(np.uint32)
        nodes = nodes[np.lexsort((placed[nodes], named[nodes]))]
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

    def columns(self) -> tuple[U4, U4]:
        """The number of the name and of the place of each node."""
        return self._arrays["nodes.named"], self._arrays["nodes.placed"]

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

    def number_of(self, key: Key) -> int | None:
        """The number of a node, None when the segment has none of that key."""
        if key[0] == MAKING:
            made = self._nodes("events", key[1])
            return int(made[0]) if len(made) else None
        nodes = self._nodes("lots", key[1])
        place = self.names["sites"].find(key[0]) if len(nodes) else None
        if place is None:
            return None
        # the nodes of a lot stand in the order of their places; a lot may be in a million of them
        places = _Places(self._arrays["nodes.placed"], nodes)
        row = bisect_left(places, place)
        return int(nodes[row]) if row < len(nodes) and places[row] == place else None

    def nodes_of(self, lot: str) -> U4:
        """The numbers of all holdings of a lot."""
        return self._nodes("lots", lot)

    def _nodes(self, kind: str, name: str) -> U4:
        number = self.names[kind].find(name)
        if number is None:
            return no_u4()
        rows = self._arrays[f"{kind}.rows"]
        nodes: U4 = self._arrays[f"{kind}.nodes"][int(rows[number]) : int(rows[number + 1])]
        return nodes


class _Places(Sequence[int]):
    """The places of some nodes, read one by one where halving asks for them."""

    def __init__(self, placed: U4, nodes: U4) -> None:
        self._placed, self._nodes = placed, nodes

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, row: Any) -> Any:
        return int(self._placed[self._nodes[row]])
