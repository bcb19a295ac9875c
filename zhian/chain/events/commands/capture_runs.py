"""The rounds of `zhian bench capture`: capture, bare COPY and the plain way take turns."""

import multiprocessing
import statistics
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from zhian.chain.events.commands import prefilling, senders, typical_queries
from zhian.chain.events.commands.bench import join
from zhian.chain.events.commands.prefilling import Say
from zhian.chain.events.commands.senders import PER_DOCUMENT, Timed
from zhian.chain.events.models import CaptureJob
from zhian.foundation.ledger import services as ledger
from zhian.foundation.offices import services as offices
from zhian.kernel.use_cases import unguarded

Facts = dict[str, Any]
_DOCUMENTS_A_ROUND = 10
_PLAIN_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, in which folder."""

    data: Path
    events: int
    senders: int
    prefill: int
    soak: int
    queries: bool
    plain: bool


class Crew:
    """The sending processes; each holds one connection."""

    def __init__(self, plan: Plan, first: int = 1) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pools = [
            ProcessPoolExecutor(1, spawn, initializer=join, initargs=(str(plan.data),))
            for _ in range(plan.senders)
        ]
        self.size = plan.senders
        self._next = first

    def write(self, documents: int) -> None:
        """Have everybody write documents that nobody has written before."""
        waiting: list[Future[None]] = []
        for pool in self._pools:
            waiting.append(pool.submit(senders.write, self._next * PER_DOCUMENT, documents))
            self._next += documents
        for one in waiting:
            one.result()

    def all(self, task: Any, among: int | None = None) -> list[Any]:
        """Have everybody, or the first of them, do something at once."""
        waiting = [pool.submit(task) for pool in self._pools[:among]]
        return [one.result() for one in waiting]

    def first(self, task: Any, *arguments: Any) -> Any:
        """Have one of them do something."""
        return self._pools[0].submit(task, *arguments).result()

    def captured(self, documents: int = _DOCUMENTS_A_ROUND) -> list[Timed]:
        """One round of captures."""
        self.write(documents)
        return self.all(senders.capture)

    def copied(self, streams: int) -> list[Timed]:
        """One round of bare COPY."""
        self.write(_DOCUMENTS_A_ROUND)
        self.all(senders.make_rows, streams)
        return self.all(senders.copy, streams)

    def stored_plainly(self) -> list[Timed]:
        """One round of the plain implementation, in one process."""
        start, self._next = self._next * PER_DOCUMENT, self._next + 1
        return [self.first(senders.capture_plainly, start, _PLAIN_EVENTS)]

    def leave(self) -> None:
        """End the processes."""
        for pool in self._pools:
            pool.shutdown()


def _rate(timed: list[Timed]) -> float:
    """Events a second by the clock on the wall."""
    seconds = max(one.ended for one in timed) - min(one.began for one in timed)
    return sum(one.events for one in timed) / seconds


def _cpu(rounds: list[list[Timed]]) -> dict[str, float]:
    """Microseconds of the processor an event took: medians of the rounds."""

    def median(spent: Callable[[Timed], float]) -> float:
        each = [sum(map(spent, timed)) / sum(t.events for t in timed) for timed in rounds]
        return round(statistics.median(each) * 1e6, 1)

    return {"python": median(lambda t: t.python), "postgres": median(lambda t: t.postgres)}


def measured(plan: Plan, say: Say) -> Facts:
    """Lay the database out, fill it, measure; what `--json` prints."""
    with unguarded("schema"):
        call_command("migrate", verbosity=0, interactive=False)
    ledger.ensure_checkpoint_key()
    offices.ensure_system_user()
    facts: Facts = {"senders": plan.senders, "per_document": PER_DOCUMENT}
    if plan.prefill:
        facts["prefill"] = prefilling.fill(plan.prefill, say)
    # a store that is kept has documents of earlier runs; none may come again
    first = 1 + 4 * CaptureJob.objects.count()
    connection.close()
    crew = Crew(plan, first)
    try:
        facts |= _rounds(crew, plan)
        if plan.soak:
            facts["soak"] = _soaked(crew, plan.soak)
        facts["memory_mb"] = crew.first(senders.memory)
    finally:
        crew.leave()
    if plan.queries:
        facts["queries"] = typical_queries.measured()
    return facts


def _rounds(crew: Crew, plan: Plan) -> Facts:
    crew.captured(2)  # the first documents open connections and lay caches
    rounds = max(1, round(plan.events / (_DOCUMENTS_A_ROUND * PER_DOCUMENT * plan.senders)))
    ways: dict[str, list[list[Timed]]] = {"capture": [], "copy": [], "copy_alone": [], "plain": []}
    for _ in range(rounds):
        ways["capture"].append(crew.captured())
        ways["copy"].append(crew.copied(plan.senders))
        if plan.senders > 1:
            ways["copy_alone"].append(crew.copied(1))
        if plan.plain:
            ways["plain"].append(crew.stored_plainly())
    rates = {name: [_rate(timed) for timed in way] for name, way in ways.items() if way}
    middle = {name: statistics.median(each) for name, each in rates.items()}
    rate, ceiling, slow = middle["capture"], middle["copy"], middle.get("plain")
    alone = middle.get("copy_alone", ceiling)
    return {
        "events": rounds * _DOCUMENTS_A_ROUND * PER_DOCUMENT * plan.senders,
        "rounds": rounds,
        "events_per_s": round(rate),
        "copy_ceiling_events_per_s": round(ceiling),
        "ratio": round(rate / ceiling, 3),
        "copy_one_stream_events_per_s": round(alone),
        "ratio_to_one_stream": round(rate / alone, 3),
        "plain_orm_events_per_s": None if slow is None else round(slow, 1),
        "times_plain": None if slow is None else round(rate / slow, 1),
        "spread": {name: [round(min(each)), round(max(each))] for name, each in rates.items()},
        "cpu_us_per_event": {name: _cpu(way) for name, way in ways.items() if way},
    }


def _soaked(crew: Crew, seconds: int) -> Facts:
    """Capture without a pause; the memory of one sender each tenth of the time."""
    end = time.time() + seconds
    rates: list[float] = []
    memory: list[float] = []
    while time.time() < end:
        rates.append(_rate(crew.captured()))
        if time.time() > end - seconds + len(memory) * seconds / 10:
            memory.append(crew.first(senders.memory)["now"])
    half = len(rates) // 2 or 1
    return {
        "seconds": seconds,
        "events": len(rates) * _DOCUMENTS_A_ROUND * PER_DOCUMENT * crew.size,
        "events_per_s_first_half": round(statistics.median(rates[:half])),
        "events_per_s_second_half": round(statistics.median(rates[-half:])),
        "rss_mb": memory,
    }
