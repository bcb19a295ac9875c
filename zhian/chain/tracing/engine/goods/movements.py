"""Pairs dispatches with receipts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.engine.goods.nouns import Movement

CLOCK_SLACK = timedelta(days=1)  # clocks of two firms differ; a receipt may seem to come first


@dataclass(slots=True)
class _Leg:
    """One side's record of one lot going from one place to another."""

    lot: str
    origin: str | None
    destination: str | None
    at: datetime
    kg: Decimal | None
    event_id: str
    documents: frozenset[str]
    is_return: bool
    receipts: list["_Leg"] = field(default_factory=list)

    def is_open(self) -> bool:
        """Whether more of this dispatch can still arrive."""
        if not self.receipts:
            return True
        got = [r.kg for r in self.receipts]
        if self.kg is None or None in got:
            return False
        return sum((kg for kg in got if kg is not None), Decimal(0)) < self.kg

    def may_be(self, receipt: "_Leg") -> bool:
        """Whether the receipt can be of this dispatch."""
        return self.at <= receipt.at + CLOCK_SLACK and self.fits(receipt)

    def fits(self, receipt: "_Leg") -> bool:
        """Whether more can arrive and the receipt names no other sender."""
        return self.is_open() and (
            self.origin == receipt.origin or receipt.origin is None or self.origin is None
        )


def movements_of(facts: Iterable[EventFact]) -> list[Movement]:
    """All movements, each dispatch with the receipts that answer it, in order of time."""
    sent: dict[tuple[str, str | None], list[_Leg]] = defaultdict(list)
    received: list[_Leg] = []
    for fact in facts:
        if fact.kind in {EventKind.SHIP, EventKind.RETURN_}:
            for leg in _sent(fact):
                sent[leg.lot, leg.destination].append(leg)
        elif fact.kind is EventKind.RECEIVE:
            received.extend(_received(fact))
    _route_over_stores(sent, received)
    # Papers first, over all receipts: otherwise a receipt without papers could take the dispatch
    # that another one names.
    papers: dict[tuple[str, str], list[_Leg]] = defaultdict(list)
    for legs in sent.values():
        for leg in legs:
            for document in leg.documents:
                papers[leg.lot, document].append(leg)
    left = [leg for leg in received if not _named_by_papers(leg, papers)]
    cursors: dict[tuple[str, str | None], int] = {}
    alone = [leg for leg in left if not _answers(leg, sent, cursors)]
    pairs = [_movement(leg) for legs in sent.values() for leg in legs]
    return sorted(
        [*pairs, *(_unsent(leg) for leg in alone)],
        key=lambda m: (m.shipped_at or m.received_at, m.lot, m.event_ids),
    )


def _route_over_stores(
    sent: dict[tuple[str, str | None], list[_Leg]], received: list[_Leg]
) -> None:
    """Transport and storage legs: what a carrier took in and sent on went there first.

    The sender names the last receiver; a carrier or store on the way records the arrival and the
    departure of the same goods. Such a pair, by its papers or by its two named ends, becomes two
    movements.
    """
    leaving: dict[tuple[str, str | None], list[_Leg]] = defaultdict(list)
    papers: dict[tuple[str, str], list[_Leg]] = defaultdict(list)
    for leg in [leg for legs in sent.values() for leg in legs]:
        leaving[leg.lot, leg.origin].append(leg)
        for paper in leg.documents:
            papers[leg.lot, paper].append(leg)
    for stop in sorted(received, key=lambda leg: leg.at):
        away = leaving.get((stop.lot, stop.destination), ())
        onward = [leg for leg in away if leg.at >= stop.at]
        near = _near(stop, onward, sent, papers) if onward else ()
        first = [leg for leg in near if _passes(leg, stop)]
        if first:
            leg = min(first, key=lambda leg: (stop.at - leg.at, leg.event_id))
            sent[leg.lot, leg.destination].remove(leg)
            leg.destination = stop.destination
            sent[leg.lot, leg.destination].append(leg)


def _near(
    stop: _Leg,
    onward: list[_Leg],
    sent: dict[tuple[str, str | None], list[_Leg]],
    papers: dict[tuple[str, str], list[_Leg]],
) -> list[_Leg]:
    """Dispatches under a paper of the stop and of what left it, or between the ends of the two."""
    common = stop.documents & frozenset().union(*(after.documents for after in onward))
    under = [leg for paper in sorted(common) for leg in papers.get((stop.lot, paper), ())]
    ends = dict.fromkeys(after.destination for after in onward)
    between = [leg for end in ends for leg in sent.get((stop.lot, end), ())]
    return under + [leg for leg in between if leg.origin == stop.origin]


def _passes(leg: _Leg, stop: _Leg) -> bool:
    """Whether a dispatch was to somewhere else than this stop, and none of what left it after."""
    is_onward = leg.origin == stop.destination and leg.at >= stop.at
    return leg.at <= stop.at and leg.destination not in {stop.destination, None} and not is_onward


def _sent(fact: EventFact) -> list[_Leg]:
    origin = fact.source_site or fact.site
    goods = fact.inputs or fact.outputs
    return [
        _Leg(
            item.lot,
            origin,
            fact.destination_site,
            fact.at,
            item.kg,
            fact.event_id,
            frozenset(fact.documents),
            fact.kind is EventKind.RETURN_,
        )
        for item in goods
    ]


def _received(fact: EventFact) -> list[_Leg]:
    destination = fact.site or fact.destination_site
    goods = fact.outputs or fact.inputs
    return [
        _Leg(
            item.lot,
            fact.source_site,
            destination,
            fact.at,
            item.kg,
            fact.event_id,
            frozenset(fact.documents),
            is_return=False,
        )
        for item in goods
    ]


def _named_by_papers(receipt: _Leg, papers: dict[tuple[str, str], list[_Leg]]) -> bool:
    """Attach the receipt to the earliest dispatch with a document of the same number.

    Papers outweigh clocks: a receipt dated before its dispatch is attached and is a finding.
    """
    named = [leg for doc in sorted(receipt.documents) for leg in papers.get((receipt.lot, doc), ())]
    for leg in sorted(named, key=lambda leg: leg.at):
        if leg.destination in {receipt.destination, None} and leg.fits(receipt):
            leg.receipts.append(receipt)
            return True
    return False


def _answers(
    receipt: _Leg,
    sent: dict[tuple[str, str | None], list[_Leg]],
    cursors: dict[tuple[str, str | None], int],
) -> bool:
    """Attach the receipt to the earliest dispatch that it can answer."""
    for key in ((receipt.lot, receipt.destination), (receipt.lot, None)):
        legs: Sequence[_Leg] = sent.get(key, ())
        first = cursors.get(key, 0)
        while first < len(legs) and not legs[first].is_open():
            first += 1
        cursors[key] = first
        for leg in legs[first:]:
            if leg.may_be(receipt):
                leg.receipts.append(receipt)
                return True
    return False


def _movement(leg: _Leg) -> Movement:
    got = [r.kg for r in leg.receipts]
    known = [kg for kg in got if kg is not None]
    return Movement(
        lot=leg.lot,
        origin=leg.origin or next((r.origin for r in leg.receipts if r.origin), None),
        destination=leg.destination or next((r.destination for r in leg.receipts), None),
        shipped_at=leg.at,
        received_at=max((r.at for r in leg.receipts), default=None),
        shipped_kg=leg.kg,
        received_kg=sum(known, Decimal(0)) if known and len(known) == len(got) else None,
        event_ids=(leg.event_id, *(r.event_id for r in leg.receipts)),
        is_return=leg.is_return,
    )


def _unsent(leg: _Leg) -> Movement:
    return Movement(
        lot=leg.lot,
        origin=leg.origin,
        destination=leg.destination,
        shipped_at=None,
        received_at=leg.at,
        shipped_kg=None,
        received_kg=leg.kg,
        event_ids=(leg.event_id,),
    )
