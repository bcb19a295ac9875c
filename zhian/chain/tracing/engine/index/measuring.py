"""Measurements of the index on an invented country: building, walking, and memory itself."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zhian.chain.tracing.engine.index.base import graph_in, put_sums
from zhian.chain.tracing.engine.index.building import build, ranks_by, renumber
from zhian.chain.tracing.engine.index.generated import Country, invented
from zhian.chain.tracing.engine.index.kernels import kernel
from zhian.chain.tracing.engine.index.nouns import F8, U4, Graph
from zhian.chain.tracing.engine.index.segments import SegmentWriter, read_segment
from zhian.chain.tracing.engine.index.walking import Walker

HOPS = 1_000_000


@dataclass(frozen=True)
class Built:
    """An index that was built for measuring."""

    graph: Graph
    seconds: float
    busy: float  # seconds of one core; less than `seconds` where others had it
    size: int  # bytes of the file
    ranks: U4  # the number that each lot got


@dataclass(frozen=True)
class Walked:
    """Walks from some lots, one after the other."""

    milliseconds: F8
    busy: F8  # milliseconds of one core; less where others had it meanwhile
    reached: F8
    links: F8


def built(country: Country, path: Path) -> Built:
    """Build the segment of a country, publish it and map it; reading the clock around all that."""
    started, busy = time.perf_counter(), time.thread_time()
    ranks = ranks_by(country.supply.born)
    supply = renumber(country.links, country.supply, ranks)
    with SegmentWriter(path) as writer:
        graph = build(country.links, supply, room=writer.room)
        put_sums(writer, graph)
        size = writer.publish()
    seconds, busy = time.perf_counter() - started, time.thread_time() - busy
    return Built(graph_in(read_segment(path, size)), seconds, busy, size, ranks)


def warm_up(folder: Path) -> None:
    """Compile everything; the first walk after that is no different from the others."""
    small = built(invented(5_000), folder / "small.seg")
    walker = Walker(small.graph)
    for root in range(0, 2_000, 100):
        walker.forward([root])
        walker.backward([root])


def walk(walker: Walker, lots: Sequence[int], *, forward: bool = True) -> Walked:
    """Reach and mass fractions from each lot."""
    rows = []
    for lot in lots:
        started, busy = time.perf_counter(), time.thread_time()
        reach = walker.forward([lot]) if forward else walker.backward([lot])
        took = 1000 * (time.perf_counter() - started), 1000 * (time.thread_time() - busy)
        rows.append((*took, len(reach.nodes), reach.links))
    return Walked(*np.array(rows, np.float64).reshape(-1, 4).T)


@kernel
def _ring(places: U4) -> None:
    """One cycle through all places without order (Sattolo)."""
    seed = 88_172_645
    for place in range(len(places)):
        places[place] = place
    for place in range(len(places) - 1, 0, -1):
        seed = (seed * 1_103_515_245 + 12_345) & 0x7FFFFFFFFFFF
        other = (seed >> 16) % place
        kept = places[place]
        places[place] = places[other]
        places[other] = kept


@kernel
def _hop(places: U4, hops: int) -> int:
    """Follow the cycle; each place must be read before the next one is known."""
    place = 0
    for _hop in range(hops):
        place = places[place]
    return place


def random_access_ns(nodes: int) -> float:
    """Nanoseconds for one read that depends on the last, in as much memory as a walk writes on."""
    places = np.empty(max(1 << 10, min(4 * nodes, 1 << 27)), np.uint32)
    _ring(places)
    _hop(places, 1)
    started = time.perf_counter()
    _hop(places, HOPS)
    return 1e9 * (time.perf_counter() - started) / HOPS
