"""What one capture adds to the index: little, also where very many events name a lot.

A lot that few events name is told whole. Of a crowded one only the holdings that the new events
bear on are told, from what is recorded at their sites. That is exact while the pairing of
dispatches and receipts at these sites depends on nothing recorded elsewhere; where it may (goods
on the way over carriers and stores, packed goods, dispatches to nobody knows whom, corrections)
the lot is told whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from zhian.chain.events import selectors as events
from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.engine.index.deriving import Key, Told, tell
from zhian.chain.tracing.selectors.indexing import facts_of_lots
from zhian.foundation.offices.selectors import system_user

CROWDED = 1_000  # events that name a lot; more are not read for each capture
MOST = 2_000  # facts around the new ones; with more the lot is told whole
MOST_PAPERS = 2_000
_MOVES = frozenset({EventKind.SHIP, EventKind.RETURN_})


@dataclass
class _Grown:
    """What is told of crowded lots."""

    lots: set[str] = field(default_factory=set)
    cells: set[Key] = field(default_factory=set)
    facts: dict[str, EventFact] = field(default_factory=dict)


def told_of_capture(capture_id: str, lots: Iterable[str]) -> Told:
    """The links of the lots that a capture names, as far as it can have changed them."""
    job = events.capture_job(system_user(), UUID(capture_id))
    named, fresh, grown = set(lots), events.facts_of(job), _Grown()
    crowded = set() if events.takes_back(job) else events.crowded_lots(named, CROWDED)
    for lot in sorted(crowded):
        around = _around(lot, [fact for fact in fresh if _names(fact, lot)])
        if around is not None:
            cells, facts = around
            grown.lots.add(lot)
            grown.cells |= {(site, lot) for site in cells}
            grown.facts |= {fact.event_id: fact for fact in facts}
    facts_by_id, known = facts_of_lots(named - grown.lots)
    new = {fact.event_id: fact for fact in fresh} if grown.lots else {}
    return tell(
        (facts_by_id | grown.facts | new).values(),
        known - grown.lots,
        cells=grown.cells,
        fresh=new,
        grown=grown.lots,
    )


def _names(fact: EventFact, lot: str) -> bool:
    return any(item.lot == lot for item in (*fact.inputs, *fact.outputs))


def _around(lot: str, fresh: Sequence[EventFact]) -> tuple[set[str], list[EventFact]] | None:
    """The sites whose holdings of the lot the new events bear on, and all that leads there."""
    cells = {site for fact in fresh for site in _cells(fact, lot)}
    if "" in cells or events.is_hard_to_follow(lot):
        return None
    facts = events.facts_leading_to(lot, cells, MOST)
    if facts is None or _may_pass_over(lot, facts) or _may_pass_on(lot, facts, cells):
        return None
    papers = {paper for fact in (*facts, *fresh) for paper in fact.documents}
    if len(papers) > MOST_PAPERS or _meet(events.facts_on_papers(lot, papers)):
        return None
    return cells, facts


def _cells(fact: EventFact, lot: str) -> Iterable[str]:
    """Where a fact can change what came in; empty text when it does not say where."""
    if fact.kind in _MOVES:
        yield fact.destination_site or ""
    elif fact.kind is not EventKind.TRANSFORM:
        yield fact.site or fact.destination_site or ""
    elif any(item.lot == lot for item in fact.outputs):
        yield fact.site or ""


def _origin(fact: EventFact) -> str | None:
    return fact.source_site if fact.kind is EventKind.RECEIVE else fact.source_site or fact.site


def _place(fact: EventFact) -> str | None:
    return fact.site or fact.destination_site


def _may_pass_over(lot: str, facts: Sequence[EventFact]) -> bool:
    """Whether one sender to a site had the goods from another sender to it."""
    senders: dict[str | None, set[str]] = {}
    for fact in facts:
        if fact.kind in _MOVES:
            senders.setdefault(fact.destination_site, set()).add(_origin(fact) or "")
    for several in senders.values():
        if len(several) > 1:
            came = events.facts_leading_to(lot, several, MOST)
            if came is None or any(
                fact.kind is EventKind.RECEIVE and (_origin(fact) or "") in several for fact in came
            ):
                return True
    return False


def _may_pass_on(lot: str, facts: Sequence[EventFact], cells: set[str]) -> bool:
    """Whether goods that came to a site may have been on the way to where it sent them on."""
    came = [f for f in facts if f.kind is EventKind.RECEIVE and _place(f) in cells]
    if not came:
        return False
    sent = events.facts_sent_from(lot, {_place(fact) or "" for fact in came}, MOST)
    if not sent:
        return sent is None
    around = events.facts_leading_to(lot, {fact.destination_site or "" for fact in sent}, MOST)
    senders = {_origin(fact) for fact in came}
    if around is None or any(f.kind in _MOVES and _origin(f) in senders for f in around):
        return True
    return _meet([*came, *sent])


def _meet(facts: Iterable[EventFact]) -> bool:
    """Whether a receipt at a site and a dispatch from it name the same document."""
    arrived, left = set[tuple[str | None, str]](), set[tuple[str | None, str]]()
    for fact in facts:
        named = {(_place(fact), paper) for paper in fact.documents}
        if fact.kind is EventKind.RECEIVE:
            arrived |= named
        elif fact.kind in _MOVES:
            left |= {(_origin(fact), paper) for paper in fact.documents}
    return not arrived.isdisjoint(left)
