"""`zhian bench trace --deep HOPS`: chains and loops of so many hops through every engine.

None of the engines recurses, and none takes more than a time in proportion to the hops. Goods are
made into the next lot and moved to the next site in turn.
"""

import resource
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import click
import numpy as np

from zhian.chain.events.vocabulary import EventFact, EventKind, LotQuantity
from zhian.chain.tracing.engine.goods.ledger import build_ledger
from zhian.chain.tracing.engine.goods.trace import trace_forward
from zhian.chain.tracing.engine.goods.upstream import trace_backward
from zhian.chain.tracing.engine.index.building import build
from zhian.chain.tracing.engine.index.nouns import Graph, Links, Supply, no_f8
from zhian.chain.tracing.engine.index.walking import Walker
from zhian.chain.tracing.engine.mass import trace_mass
from zhian.chain.tracing.engine.mass_model import read_mass_model
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.engine.scores import run

_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
_STEP = timedelta(seconds=60)


def index(hops: int) -> bool:
    """A chain to its ends both ways, and the same closed to a loop."""
    chain, loop = Walker(_links(hops, closed=False)), Walker(_links(hops, closed=True))
    forward, backward = chain.forward([0]), chain.backward([hops])
    return (
        len(forward.nodes) == len(backward.nodes) == hops + 1
        and bool((forward.values == 1).all() and (backward.values == 1).all())
        and len(loop.forward([0]).nodes) == hops + 1
    )


def _links(hops: int, *, closed: bool) -> Graph:
    sources = np.arange(hops + closed, dtype=np.uint32)
    targets = ((sources.astype(np.int64) + 1) % (hops + 1)).astype(np.uint32)
    grams = np.full(len(sources), 1_000, np.uint32)
    born, outside = np.arange(hops + 1, dtype=np.uint32), np.zeros(hops + 1, np.uint32)
    outside[0] = 1_000
    links = Links(sources, targets, grams, sources, sources, no_f8())
    return build(links, Supply(born, outside, no_f8()))


def mass(hops: int) -> bool:
    """Mass fractions of the neutral model: all of the last lot stems from the first."""
    raw = {
        "lots": [{"id": f"{lot}", "time": lot} for lot in range(hops + 1)],
        "inputs": [{"parent": f"{n}", "child": f"{n + 1}", "mass": 1} for n in range(hops)],
        "roots": ["0"],
    }
    fractions = trace_mass(read_mass_model(raw)).as_json()["fraction"]
    return len(fractions) == hops + 1 and fractions[f"{hops}"]["value"] == 1


def scores(hops: int) -> bool:
    """A loop of deliveries: each leads to all the others."""
    raw = {
        "stations": [{"id": f"{n}"} for n in range(hops)],
        "deliveries": [{"id": n, "from": n, "to": (n + 1) % hops} for n in range(hops)],
        "links": [[n, (n + 1) % hops] for n in range(hops)],
        "settings": {"stationWeight": {"0": 1}, "observedDeliveries": [0]},
    }
    out = run(read_model(raw))
    reached = len(out["deliveriesForward"]) == hops - 1
    return reached and set(out["deliveryScore"].values()) == {1.0}


def goods(hops: int) -> bool:
    """Events as they are captured: makings and movements in turn, traced both ways."""
    ledger = build_ledger(_facts(hops))
    last = f"lot{hops // 2}"
    forward, backward = trace_forward(ledger, "lot0"), trace_backward(ledger, last)
    return (
        forward.nodes[-1].tier == hops // 2
        and forward.lots[last].value == 1
        and len(forward.path_to(f"site{hops // 2}", last)) == 2 * (hops // 2)
        and len(backward.nodes) >= hops // 2
    )


def _facts(hops: int) -> list[EventFact]:
    facts: list[EventFact] = []

    def add(kind: EventKind, **more: Any) -> None:
        at = _BEGAN + _STEP * len(facts)
        facts.append(EventFact(f"e{len(facts)}", kind, at, at, **more))

    begun = _lot(0)
    add(EventKind.COMMISSION, site="site0", outputs=begun)
    for number in range(hops // 2):
        used, made = _lot(number), _lot(number + 1)
        here, there = f"site{number}", f"site{number + 1}"
        add(EventKind.TRANSFORM, site=here, inputs=used, outputs=made)
        add(EventKind.SHIP, site=here, destination_site=there, inputs=made)
        add(EventKind.RECEIVE, site=there, source_site=here, outputs=made)
    return facts


def _lot(number: int) -> tuple[LotQuantity, ...]:
    return (LotQuantity(f"lot{number}", Decimal(1)),)


ENGINES = (index, mass, scores, goods)


def measured(hops: int) -> dict[str, Any]:
    """Seconds of each engine, and megabytes at the peak so far; an error when one is wrong."""
    found: dict[str, Any] = {"hops": hops}
    for engine in ENGINES:
        started = time.perf_counter()
        if not engine(hops):
            raise click.ClickException(f"{engine.__name__}: not all {hops} hops were traced")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found[engine.__name__] = {
            "s": round(time.perf_counter() - started, 2),
            "peak_mb": round(peak),
        }
    return found
