"""Twenty queries as people ask them, each with several values picked from the store: milliseconds.

Asked as the platform's own account, which sees everything; from the text of the address to the
JSON of the answer, without HTTP. The first asking of each query is not counted.
"""

import random
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection

from zhian.chain.events.models import Event
from zhian.chain.events.selectors import querying
from zhian.chain.events.selectors.rendering import event_json, to_json
from zhian.chain.events.vocabulary import LotRole
from zhian.foundation.offices import selectors as offices

_TIMES = 15
Pairs = list[tuple[str, str]]


def measured() -> dict[str, Any]:
    """p50 and p95 over all askings, the p95 of each query, and how many events came back."""
    user = offices.system_user()
    all_ms: list[float] = []
    by_name: dict[str, float] = {}
    found = 0
    chosen = list(_events(_TIMES + 1))
    for name in _named(chosen[0]):
        spent = []
        for event in chosen:
            pairs = _named(event)[name]
            began = time.perf_counter()
            query = querying.read_address(pairs, {})
            page = querying.answer(user, query).events
            to_json([event_json(one) for one in page])
            spent.append((time.perf_counter() - began) * 1000)
            found += len(page)
        all_ms += spent[1:]
        by_name[name] = _p95(spent[1:])
    return {
        "queries": len(by_name),
        "asked": len(all_ms),
        "events_found": found,
        "p50_ms": round(statistics.median(all_ms), 1),
        "p95_ms": _p95(all_ms),
        "p95_ms_by_query": by_name,
    }


def _p95(spent: list[float]) -> float:
    return round(sorted(spent)[max(0, round(len(spent) * 0.95) - 1)], 1)


def _events(count: int) -> Iterator[Event]:
    """Some shipments from all over the store, the same ones for the same store."""
    pick = random.Random(1)  # noqa: S311 - nothing secret is picked
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM events_event")
        least, most = cursor.fetchone()
    for _ in range(count):
        start = pick.randint(least, most - 100)
        yield Event.objects.filter(pk__gte=start, kind="ship").order_by("pk")[0]


def _lot(event: Event, *roles: LotRole) -> str:
    """A lot in one of the roles, of this event or of one soon after."""
    rows = event.lots.model._default_manager.filter(event_id__gte=event.pk, role__in=roles)
    return str(rows.order_by("event_id")[0].lot)


def _named(event: Event) -> dict[str, Pairs]:
    """The twenty queries about an event: what, where, when, why, with which papers."""
    at = event.event_time

    def around(**span: float) -> Pairs:
        before, after = at - timedelta(**span), at + timedelta(**span)
        return [("GE_eventTime", before.isoformat()), ("LT_eventTime", after.isoformat())]

    lot, site = _lot(event, LotRole.EPC), event.site
    paper = event.document["bizTransactionList"][0]["bizTransaction"]
    recorded = ("GE_recordTime", event.record_time.isoformat())
    newest = [("orderBy", "eventTime"), ("orderDirection", "DESC")]
    return {
        "lot": [("MATCH_epcClass", lot)],
        "lot in any role": [("MATCH_anyEPCClass", lot)],
        "lots of a product": [("MATCH_epcClass", lot.rpartition(".")[0] + ".*")],
        "ingredient": [("MATCH_inputEPCClass", _lot(event, LotRole.INPUT))],
        "product": [("MATCH_outputEPCClass", _lot(event, LotRole.OUTPUT))],
        "logistic unit": [("MATCH_parentID", _lot(event, LotRole.PARENT))],
        "event number": [("EQ_eventID", event.event_id)],
        "three event numbers": [("EQ_eventID", f"{event.event_id}|urn:x:none|urn:x:nil")],
        "place": [("EQ_readPoint", site)],
        "place, a month": [("EQ_readPoint", site), *around(days=15)],
        "place, newest first": [("EQ_readPoint", site), *newest],
        "goods at a place": [("EQ_bizLocation", site), ("EQ_disposition", "active")],
        "sent from": [("EQ_source_location", site), *around(days=15)],
        "sent to": [("EQ_destination_location", event.destination_site), *around(days=15)],
        "shipments of a place": [
            ("EQ_bizStep", "shipping"), ("EQ_readPoint", site), *around(days=30),
        ],
        "processing at a place": [
            ("eventType", "TransformationEvent"), ("EQ_bizLocation", site),
        ],
        "trade document": [("EQ_bizTransaction_desadv", paper)],
        "an hour": around(minutes=30),
        "recorded since": [recorded, ("orderBy", "recordTime"), ("orderDirection", "ASC")],
        "newest": newest,
    }  # fmt: skip
