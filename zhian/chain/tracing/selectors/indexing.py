"""The trace index as the room reads it, and what the events say for it.

The events stay the truth: whoever needs goods, kilograms or evidence reads them. The index knows
in milliseconds how far goods went, up to an event that it names; without an index, or with one
that must be rebuilt, everything works from the events alone.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from zhian.chain.events import policies as event_policies
from zhian.chain.events import selectors as events
from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.engine.index import folder as folders
from zhian.chain.tracing.engine.index.deriving import Told, tell
from zhian.chain.tracing.engine.index.segments import Torn
from zhian.chain.tracing.vocabulary import Direction
from zhian.foundation.offices.selectors import system_user

if TYPE_CHECKING:
    from zhian.chain.tracing.engine.index.opened import Held, Index

_PACKING = {EventKind.AGGREGATE, EventKind.DISAGGREGATE}
_mine = threading.local()  # one index for each thread, because a walk needs its own boards


@dataclass(frozen=True)
class KnownReach:
    """Who holds what a walk reached, by what the index knows up to an event of the store."""

    holdings: tuple[Held, ...]
    event: int
    links: int


def folder() -> Path:
    """Where the index lies."""
    return Path(settings.ZHIAN_DATA) / "trace"


def present() -> Index | None:
    """The index as it is now; None when there is none or when it must be rebuilt."""
    stamp = folders.stamp(folder())
    known = getattr(_mine, "known", None)
    if known is None or known[:2] != (folder(), stamp):
        try:
            known = (folder(), stamp, _opened() if stamp else None)
        except Torn:
            known = (folder(), stamp, None)
        _mine.known = known
    index: Index | None = known[2]
    return index


def _opened() -> Index | None:
    # the compiler is read with the first index, not at the start of every process
    from zhian.chain.tracing.engine.index.opened import open_index

    return open_index(folder())


def reach(lots: Iterable[str], direction: str = Direction.FORWARD) -> KnownReach | None:
    """Every holding that goods of the lots reached, or came from, with its share.

    None without an index. The records alone lead on, and only in the order of time.
    """
    index = present()
    if index is None:
        return None
    walk = index.reach(lots, forward=Direction(direction) != Direction.BACKWARD)
    return KnownReach(tuple(index.held(walk)), index.manifest.event, walk.links)


def lots_ahead(lots: Collection[str], *, forward: bool, backward: bool) -> set[str]:
    """Lots whose events a trace of these will want, as far as the index knows."""
    index = present()
    if index is None:
        return set()
    found: set[str] = set()
    for way in (True,) * forward + (False,) * backward:
        found |= index.lots_met(lots, forward=way)
    return found


def last_event() -> int:
    """The number of the event stored last."""
    newest = event_policies.events_visible_to(system_user()).order_by("-pk")
    return newest.values_list("pk", flat=True).first() or 0


def everything_told() -> tuple[Told, int]:
    """All links that the events show, and the last event they are taken from."""
    until = last_event()
    return tell(events.all_facts()), until


def told_of(lots: Collection[str]) -> Told:
    """All links of some lots, and of what lies in the containers among them."""
    facts, known = facts_of_lots(lots)
    return tell(facts.values(), known)


def facts_of_lots(lots: Collection[str]) -> tuple[dict[str, EventFact], set[str]]:
    """All that is said of some lots and of what the containers among them hold; and which."""
    wanted, known = set(lots), set[str]()
    facts: dict[str, EventFact] = {}
    while fresh := wanted - known:
        known |= fresh
        found = events.facts_for_lots(fresh)
        facts.update((fact.event_id, fact) for fact in found)
        for fact in found:
            if fact.kind in _PACKING and fact.parent:
                wanted.add(fact.parent)
                if fact.parent in known:
                    wanted.update(item.lot for item in (*fact.inputs, *fact.outputs))
    return facts, known


def lots_since(event: int) -> set[str]:
    """Every lot that events stored after this one name."""
    newer = event_policies.events_visible_to(system_user()).filter(pk__gt=event)
    return {lot for lot in newer.order_by().values_list("lots__lot", flat=True).distinct() if lot}


def lots_of_capture(capture_id: str) -> list[str]:
    """Every lot that the events of one capture name."""
    job = events.capture_job(system_user(), UUID(capture_id))
    named = events.events_of(job).order_by().values_list("lots__lot", flat=True).distinct()
    return sorted(lot for lot in named if lot)
