"""Writes a segment and what was told since as one new segment; no event is read."""

from pathlib import Path

import numpy as np

from zhian.chain.tracing.engine.index.base import IS_MAKING, Arrays, put_directory, put_graph
from zhian.chain.tracing.engine.index.building import renumber
from zhian.chain.tracing.engine.index.deriving import MAKING, Told
from zhian.chain.tracing.engine.index.merging import Changes
from zhian.chain.tracing.engine.index.names import inserted
from zhian.chain.tracing.engine.index.nouns import I8, U4
from zhian.chain.tracing.engine.index.segments import SegmentWriter
from zhian.chain.tracing.engine.index.standing import Flat, Standing, Which, among, joined


def write_merged(path: Path, arrays: Arrays, told: Told) -> int:
    """Write the new segment; its size in bytes."""
    base = Standing(arrays)
    changes = Changes(base, told)
    added, odd = changes.told_links()
    links = joined(changes.what_stays(base.all_links()), added)
    every = np.arange(base.size + len(changes.new_keys))
    nodes = every[~among(every, changes.gone)]
    rows = np.cumsum(~among(every, changes.gone)) - 1
    links = links._replace(sources=rows[links.sources], targets=rows[links.targets])
    given = changes.numbered(links, nodes, odd)
    with SegmentWriter(path) as writer:
        named, placed, counts = _names(writer, changes, nodes)
        ranks = _ranks(links, given.born, placed == IS_MAKING)
        order = np.argsort(ranks)
        supply = renumber(given.links, given.supply, ranks)
        put_graph(writer, given.links, supply, given.table, given.born[order])
        put_directory(writer, named[order], placed[order], *counts)
        return writer.publish()


def _ranks(links: Flat, born: I8, making: Which) -> U4:
    """New numbers in the order of time; of one moment: goods, making, what was made."""
    stage = making.astype(np.int8)
    made = making[links.sources] & (links.arrived == born[links.targets])
    stage[links.targets[made]] = 2
    ranks = np.empty(len(born), np.uint32)
    ranks[np.lexsort((stage, born))] = np.arange(len(born), dtype=np.uint32)
    return ranks


def _names(writer: SegmentWriter, changes: Changes, nodes: I8) -> tuple[U4, U4, tuple[int, int]]:
    """Write all names; name and place of each node, how many lots and events there are."""
    directory, keys = changes.base.directory, changes.new_keys
    wanted = {
        "lots": {lot for site, lot in keys if site != MAKING},
        "events": {event for site, event in keys if site == MAKING},
        "sites": {site for site, _lot in keys if site != MAKING},
    }
    moved: dict[str, I8] = {}
    numbers: dict[str, dict[str, int]] = {}
    counts: dict[str, int] = {}
    for name, new in wanted.items():
        moved[name], numbers[name], text, offsets = inserted(directory.names[name], new)
        writer.put(f"{name}.text", text)
        writer.put(f"{name}.offsets", offsets)
        counts[name] = len(offsets) - 1
    stood_named, stood_placed = directory.columns()
    making = stood_placed == IS_MAKING
    named, placed = np.empty(len(making), np.uint32), np.full(len(making), IS_MAKING, np.uint32)
    placed[~making] = moved["sites"][stood_placed[~making]]
    named[making] = moved["events"][stood_named[making]]
    named[~making] = moved["lots"][stood_named[~making]]
    more = [
        (numbers["events"][name], IS_MAKING)
        if site == MAKING
        else (numbers["lots"][name], numbers["sites"][site])
        for site, name in keys
    ]
    columns = np.array(more, np.uint32).reshape(-1, 2).T
    every_named = np.concatenate([named, columns[0]])
    every_placed = np.concatenate([placed, columns[1]])
    return every_named[nodes], every_placed[nodes], (counts["lots"], counts["events"])
