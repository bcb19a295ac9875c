"""Builds both halves of the index from links in any order."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from zhian.chain.tracing.engine.index import counting
from zhian.chain.tracing.engine.index.nouns import (
    U4,
    Graph,
    Half,
    Links,
    Nodes,
    Supply,
    frozen,
    no_patch,
)

_DAY = 86_400


class Room(Protocol):
    """Gives an array of numbers under a name: plain memory, or a file mapped into it."""

    def __call__(self, name: str, size: int, kind: str = "<u4") -> NDArray[Any]: ...


def memory(name: str, size: int, kind: str = "<u4") -> NDArray[Any]:
    """Room in plain memory."""
    return np.empty(size, kind)


def ranks_by(born: U4) -> U4:
    """New numbers for the nodes: by the moment they came to be, so that links lead upwards."""
    ranks = np.empty(len(born), np.uint32)
    counting.order_of(born, ranks, np.empty(len(born), np.uint32))
    return ranks


def build(links: Links, supply: Supply, *, room: Room = memory, moments: bool = False) -> Graph:
    """The index over numbered nodes; `links` are used up (their arrays are not kept).

    `moments`: write down when each link was left and entered, in the order of the forward half.
    """
    counted = len(supply.born)
    forward = _half("forward", links, counted, room, forward=True, moments=moments)
    backward = _half("backward", links, counted, room, forward=False)
    nodes = _nodes(links, supply, backward, room)
    return frozen(Graph(forward, backward, nodes, links.odd_grams, no_patch()))


def renumber(links: Links, supply: Supply, ranks: U4) -> Supply:
    """Number the nodes anew: the links in place, the nodes as they are given back."""
    counting.relabel(links.sources, ranks)
    counting.relabel(links.targets, ranks)
    born, outside = np.empty_like(supply.born), np.empty_like(supply.outside)
    born[ranks] = supply.born
    outside[ranks] = supply.outside
    return Supply(born, outside, supply.odd_grams)


def _half(
    name: str, links: Links, counted: int, room: Room, *, forward: bool, moments: bool = False
) -> Half:
    here, there = (links.sources, links.targets) if forward else (links.targets, links.sources)
    near, far = (links.departed, links.arrived) if forward else (links.arrived, links.departed)
    offsets = room(f"{name}.offsets", counted + 1)
    offsets[:] = 0
    counting.count_rows(here, offsets)
    pairs = room(f"{name}.pairs", 2 * len(here))
    leaves, enters = np.empty(len(here), np.uint32), np.empty(len(here), np.uint32)
    cursor = offsets[:-1].copy()
    counting.scatter(here, there, links.grams, near, far, cursor, pairs, leaves, enters)
    counting.sort_rows(offsets, pairs, leaves, enters, forward)
    if moments:
        room("moments.departed", len(here))[:] = leaves
        room("moments.arrived", len(here))[:] = enters
    barred = counting.bar(offsets, pairs, leaves, enters, forward)
    skip_links = room(f"{name}.skip_links", barred)
    skips = room(f"{name}.skips", barred)
    counting.gather_skips(enters, skip_links, skips)
    return Half(offsets, pairs, skip_links, skips)


def _nodes(links: Links, supply: Supply, backward: Half, room: Room) -> Nodes:
    totals = room("nodes.totals", len(supply.born))
    totals[:] = supply.outside
    odd_totals = np.empty(counting.add_up(backward.offsets, backward.pairs, totals), np.float64)
    counting.add_up_odd(
        backward.offsets,
        backward.pairs,
        links.odd_grams,
        supply.outside,
        supply.odd_grams,
        totals,
        odd_totals,
    )
    days = room("nodes.days", len(supply.born), "<u2")
    np.floor_divide(supply.born, _DAY, out=days, casting="unsafe")
    return Nodes(totals, odd_totals, days)
