"""Reading events: neutral facts for the tracing room, the explorer's lists, single documents."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhian.chain.events import policies
from zhian.chain.events.engine.keys import lot_key, site_key
from zhian.chain.events.models import CapturedDocument, CaptureJob, Event, EventLot, EventParty
from zhian.chain.events.vocabulary import EventFact, EventKind, LotQuantity, LotRole
from zhian.foundation.offices.policies import Person
from zhian.kernel.errors import NotKnown

T = TypeVar("T")
_AT_ONCE = 2_000
# kinds in which the goods leave a site: they stand in `inputs`
_LEAVING = frozenset({EventKind.SHIP, EventKind.SELL, EventKind.DESTROY, EventKind.RETURN_})


def facts_for_lots(lot_keys: Iterable[str], *, as_of: datetime | None = None) -> list[EventFact]:
    """Every event that touches one of the lots, oldest first.

    `as_of`: only what the platform had recorded by then. Events declared wrong by then, and the
    declarations themselves, are left out.
    """
    keys = sorted({lot_key(key) for key in lot_keys})
    found: dict[int, datetime] = {}
    for some in _batches(keys):
        rows = EventLot.objects.filter(lot__in=some)
        if as_of is not None:
            rows = rows.filter(record_time__lte=as_of)
        found.update(rows.values_list("event_id", "record_time"))
    if not found:
        return []
    span = (min(found.values()), max(found.values()))
    return _sorted(_facts(found, as_of, span))


def facts_of_events(ids: Iterable[int]) -> list[EventFact]:
    """The facts of some events by their numbers, oldest first; nothing of those taken back."""
    return _sorted(_facts(ids, None))


def all_facts(*, as_of: datetime | None = None) -> Iterator[EventFact]:
    """Every fact of the repository in the order of recording; for building an index."""
    last = 0
    while True:
        ids = list(
            Event.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]
        )
        if not ids:
            return
        last = ids[-1]
        yield from sorted(_facts(ids, as_of), key=lambda fact: (fact.recorded_at, fact.at))


def _sorted(facts: Iterable[EventFact]) -> list[EventFact]:
    return sorted(facts, key=lambda fact: (fact.at, fact.recorded_at, fact.event_id))


def _facts(
    ids: Iterable[int], as_of: datetime | None, span: tuple[datetime, datetime] | None = None
) -> list[EventFact]:
    """The facts of some events; `span` of recording spares PostgreSQL the other partitions."""
    facts: list[EventFact] = []
    for some in _batches(sorted(ids)):
        events = list(_events_by_pk(some, as_of, span))
        wrong = declared_wrong({event.event_id for event in events}, as_of=as_of)
        lots = _lots_of(some)
        facts += [
            _fact(event, lots[event.pk])
            for event in events
            if not event.declared_wrong and event.event_id not in wrong
        ]
    return facts


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), _AT_ONCE):
        yield list(items[start : start + _AT_ONCE])


def _events_by_pk(
    ids: Sequence[int], as_of: datetime | None, span: tuple[datetime, datetime] | None
) -> QuerySet[Event]:
    """The events, without the columns that facts do not need but with their trade documents."""
    events = Event.objects.filter(pk__in=ids).defer("context")
    if span is not None:
        events = events.filter(record_time__range=span)
    return events if as_of is None else events.filter(record_time__lte=as_of)


def _lots_of(ids: Sequence[int]) -> dict[int, list[EventLot]]:
    lots: dict[int, list[EventLot]] = defaultdict(list)
    for lot in EventLot.objects.filter(event_id__in=ids).order_by("pk"):
        lots[lot.event_id].append(lot)
    return lots


def declared_wrong(event_ids: Iterable[str], *, as_of: datetime | None = None) -> set[str]:
    """Which of the events were declared wrong (by then)."""
    declarations = Event.objects.filter(event_id__in=list(event_ids), declared_wrong=True)
    if as_of is not None:
        declarations = declarations.filter(record_time__lte=as_of)
    return set(declarations.values_list("event_id", flat=True))


def _fact(event: Event, lots: Sequence[EventLot]) -> EventFact:
    kind = EventKind(event.kind)
    goods = _goods(lots, LotRole.EPC, LotRole.CHILD)
    if kind is EventKind.TRANSFORM:
        inputs, outputs = _goods(lots, LotRole.INPUT), _goods(lots, LotRole.OUTPUT)
    elif kind in _LEAVING or kind in (EventKind.AGGREGATE, EventKind.DISAGGREGATE):
        inputs, outputs = goods, ()
    else:
        inputs, outputs = (), goods
    return EventFact(
        event_id=event.event_id,
        kind=kind,
        at=event.event_time,
        recorded_at=event.record_time,
        site=event.site or None,
        source_site=event.source_site or None,
        destination_site=event.destination_site or None,
        inputs=inputs,
        outputs=outputs,
        parent=next((lot.lot for lot in lots if lot.role == LotRole.PARENT), None),
        documents=trade_documents(event),
    )


def _goods(lots: Sequence[EventLot], *roles: LotRole) -> tuple[LotQuantity, ...]:
    return tuple(LotQuantity(lot.lot, lot.kg) for lot in lots if lot.role in roles)


def trade_documents(event: Event) -> tuple[str, ...]:
    """The business documents (orders, delivery notes) the event names."""
    listed = event.document.get("bizTransactionList", ())
    return tuple(one["bizTransaction"] for one in listed)


def events_about(lot: str) -> QuerySet[Event]:
    """Every captured event that names the lot, newest first."""
    rows = EventLot.objects.filter(event=OuterRef("pk"), lot=lot_key(lot))
    return Event.objects.filter(Exists(rows)).order_by("-event_time", "-pk")


def events_at(site: str) -> QuerySet[Event]:
    """Every captured event that names the site, as place, source or destination."""
    rows = EventParty.objects.filter(event=OuterRef("pk"), site=site_key(site))
    return Event.objects.filter(Exists(rows)).order_by("-event_time", "-pk")


def naming_lot(events: QuerySet[Event], lot: str) -> QuerySet[Event]:
    """Those of the events that name a lot; a part of the key from its start suffices."""
    key = lot_key(lot.strip())
    rows = EventLot.objects.filter(event=OuterRef("pk"))
    return events.filter(Exists(rows.filter(Q(lot=key) | Q(lot__startswith=key))))


def naming_site(events: QuerySet[Event], site: str) -> QuerySet[Event]:
    """Those of the events that name a site."""
    rows = EventParty.objects.filter(event=OuterRef("pk"), site=site_key(site.strip()))
    return events.filter(Exists(rows))


def capture_job(user: Person, capture_id: UUID) -> CaptureJob:
    """One capture job; NotKnown when it does not exist or is not yours to know."""
    job = policies.jobs_visible_to(user).filter(capture_id=capture_id).first()
    if job is None:
        raise NotKnown
    return job


def captured_bytes(job: CaptureJob) -> bytes:
    """The document exactly as it was sent."""
    return bytes(CapturedDocument.objects.only("raw").get(job=job).raw)


def events_numbered(user: Person, event_id: str) -> list[Event]:
    """The event of this number and the declarations that take it back, oldest first."""
    found = policies.events_visible_to(user).filter(event_id=event_id)
    return list(found.order_by("record_time", "pk"))


def events_of(job: CaptureJob) -> QuerySet[Event]:
    """What a capture job stored."""
    return Event.objects.filter(job=job).order_by("pk")


def event_by_key(user: Person, pk: int) -> Event:
    """One event for its page."""
    found = policies.events_visible_to(user).filter(pk=pk).first()
    if found is None:
        raise NotKnown
    return found
