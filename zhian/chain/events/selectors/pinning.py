"""The few events a query can mean, found first by the lots and places they name.

The events lie in a table a month; their lots and places do not. Whoever knows numbers and times of
recording asks few of the months, and PostgreSQL need not guess how many events name a lot. This
only narrows: every predicate is still asked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from zhian.chain.events.engine.grammar.predicates import (
    Goods,
    Listed,
    Place,
    Predicate,
    Timed,
)
from zhian.chain.events.engine.keys import site_key
from zhian.chain.events.models import Event, EventLot, EventParty
from zhian.chain.events.selectors.compiling import LIST_ROLES, LOOKUPS, PLACES, ROLES, rows_named
from zhian.chain.events.vocabulary import PartyRole

# with more events than this the months are asked one by one as well
MOST = 5_000

_Found = set[tuple[int, datetime]]
_Rows = QuerySet[Any, tuple[int, datetime]]


def pinned(events: QuerySet[Event], predicates: Iterable[Predicate]) -> QuerySet[Event]:
    """Those of the events that can pass, by number, when they are few; else the events."""
    asked = list(predicates)
    recorded = bounds(asked, "record_time")
    for rows in (*map(_naming, asked), _happened(asked)):
        if rows is None:
            continue
        found = list(rows.filter(**recorded)[: MOST + 1])
        if len(found) <= MOST:
            return events.filter(among(set(found)))
    return events


def bounds(asked: Iterable[Predicate], column: str) -> dict[str, datetime]:
    """The moments between which the column must lie, as lookups; the last one of each kind."""
    return {
        f"{column}__{LOOKUPS[one.op]}": one.at
        for one in asked
        if isinstance(one, Timed) and one.column == column
    }


def _happened(asked: Iterable[Predicate]) -> _Rows | None:
    """The events of a span of time, when both its ends are given."""
    span = bounds(asked, "event_time")
    ends = {lookup.rpartition("__")[2][0] for lookup in span}
    if ends != {"g", "l"}:
        return None
    return Event.objects.filter(**span).order_by().values_list("pk", "record_time")


def among(found: _Found) -> Q:
    """These events, in the months they were recorded in."""
    if not found:
        return Q(pk__in=[])
    times = [at for _, at in found]
    return Q(pk__in=[pk for pk, _ in found], record_time__range=(min(times), max(times)))


def _naming(wanted: Predicate) -> _Rows | None:
    """Numbers and times of recording of the events a predicate can mean; None: it cannot tell."""
    if isinstance(wanted, Goods):
        return rows_of(wanted).values_list("event_id", "record_time")
    rows = rows_at(wanted)
    return None if rows is None else rows.values_list("event_id", "record_time")


def rows_at(wanted: Predicate) -> QuerySet[EventParty] | None:
    """The rows of the places a predicate names; None: it names none."""
    if isinstance(wanted, Place):
        return _at(PLACES[wanted.field], wanted.sites)
    if isinstance(wanted, Listed) and wanted.field in LIST_ROLES:
        return _at(LIST_ROLES[wanted.field], map(site_key, wanted.values))
    return None


def rows_of(wanted: Goods) -> QuerySet[EventLot]:
    """The rows of the lots a predicate can mean."""
    named = Q(pk__in=[])
    for pattern in wanted.patterns:
        named |= Q(lot__in=sorted(pattern.keys)) if pattern.whole else rows_named(pattern)
    roles = sorted({ROLES[field].value for field in wanted.fields})
    return EventLot.objects.filter(named, role__in=roles)


def _at(role: PartyRole, sites: Iterable[str]) -> QuerySet[EventParty]:
    return EventParty.objects.filter(role=role.value, site__in=sorted(set(sites)))
