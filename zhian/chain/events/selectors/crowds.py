"""Lots that very many events name: only those events that bear on a few of their places."""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhian.chain.events.models import CaptureJob, Event, EventLot, EventParty
from zhian.chain.events.selectors.facts import facts_of_events
from zhian.chain.events.vocabulary import EventFact, EventKind, LotRole

_PAPERS_AT_ONCE = 100
_MOVING = [EventKind.SHIP.value, EventKind.RETURN_.value]


def crowded_lots(lots: Collection[str], most: int) -> set[str]:
    """Those of the lots that more events name than `most`."""
    rows = EventLot.objects.filter(lot__in=sorted(lots)).order_by().values("lot")
    named = rows.annotate(often=Count("pk")).filter(often__gt=most)
    return set(named.values_list("lot", flat=True))


def facts_of(job: CaptureJob) -> list[EventFact]:
    """What one capture brought, oldest first."""
    return facts_of_events(Event.objects.filter(job=job).values_list("pk", flat=True))


def takes_back(job: CaptureJob) -> bool:
    """Whether a capture declares earlier events wrong."""
    return Event.objects.filter(job=job, declared_wrong=True).exists()


def facts_leading_to(lot: str, sites: Iterable[str], most: int) -> list[EventFact] | None:
    """What is said of a lot at some sites, without what goes out or is used up; None: too much."""
    return _few(_naming(lot, sites).exclude(_leaving(sites)), most)


def facts_sent_from(lot: str, sites: Iterable[str], most: int) -> list[EventFact] | None:
    """The dispatches of a lot from some sites; None: too many."""
    return _few(_naming(lot, sites).filter(_leaving(sites)), most)


def facts_on_papers(lot: str, papers: Collection[str]) -> list[EventFact]:
    """What is said of a lot under some trade documents."""
    listed, found = sorted(papers), set[int]()
    for first in range(0, len(listed), _PAPERS_AT_ONCE):
        some = listed[first : first + _PAPERS_AT_ONCE]
        asked = [Q(document__bizTransactionList__contains=[{"bizTransaction": p}]) for p in some]
        events = Event.objects.filter(reduce(or_, asked)).filter(_names(lot))
        found.update(events.order_by().values_list("pk", flat=True))
    return facts_of_events(found)


def is_hard_to_follow(lot: str) -> bool:
    """Whether a lot was ever packed into something or sent nobody knows where."""
    packed = Q(kind__in=[EventKind.AGGREGATE.value, EventKind.DISAGGREGATE.value])
    nowhere = Q(kind__in=_MOVING, destination_site="")
    return Event.objects.filter(packed | nowhere).filter(_names(lot)).exists()


def _names(lot: str) -> Exists:
    return Exists(EventLot.objects.filter(event=OuterRef("pk"), lot=lot))


def _naming(lot: str, sites: Iterable[str]) -> QuerySet[Event]:
    there = EventParty.objects.filter(site__in=sorted(sites)).values("event_id")
    named = EventLot.objects.filter(lot=lot, event_id__in=there).exclude(role=LotRole.INPUT.value)
    return Event.objects.filter(pk__in=named.values("event_id"))


def _leaving(sites: Iterable[str]) -> Q:
    return Q(kind__in=_MOVING) & ~Q(destination_site__in=sorted(sites))


def _few(events: QuerySet[Event], most: int) -> list[EventFact] | None:
    found = list(events.order_by().values_list("pk", flat=True)[: most + 1])
    return facts_of_events(found) if len(found) <= most else None
