"""Events of a place or of lots in the order of their time, found by the rows that name them.

A place may have a hundred thousand events, of which a page shows thirty. They are looked up by the
place's own rows, which carry both times: some hundreds at a time in the order asked for, all
predicates asked of them, until the page is full. In the order of recording that costs what is
passed over; in the order of happening all rows of the place are read, but in the index alone.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import QuerySet

from zhian.chain.events.engine.grammar.predicates import Goods, Order, Predicate
from zhian.chain.events.models import Event, EventLot, EventParty
from zhian.chain.events.selectors.paths import Condition
from zhian.chain.events.selectors.pinning import among, bounds, rows_at, rows_of

# rows looked up at first, and at most
FIRST, MOST = 100, 5_000

Key = tuple[datetime, int]
Rows = QuerySet[EventParty] | QuerySet[EventLot]


class TooLong(Exception):
    """The walk passed over more than there was time for."""


def along_rows(
    events: QuerySet[Event],
    predicates: Iterable[Predicate],
    order: Order,
    after: Key | None,
    wanted: int,
    seconds: float,
) -> list[Event] | None:
    """The first events behind a moment and number; None when this is no way to find them.

    `events` are narrowed by all predicates already. TooLong after so many seconds.
    """
    asked = list(predicates)
    rows = _rows(asked, order)
    if rows is None:
        return None
    field = f"-{order.field}" if order.down else order.field
    until, found = time.monotonic() + seconds, list[Event]()
    for batch in _batches(rows, order, after):
        found += events.filter(among(batch)).order_by(field, "-pk" if order.down else "pk")
        if len(found) >= wanted:
            break
        if time.monotonic() > until:
            raise TooLong
    return found[:wanted]


def _rows(asked: list[Predicate], order: Order) -> Rows | None:
    """The rows of the first lots named, else of the first place; None: neither helps."""
    if order.name is not None:
        return None
    goods = [one for one in asked if isinstance(one, Goods)]
    recorded = bounds(asked, "record_time")
    if goods:  # the rows of lots do not tell when an event happened
        return rows_of(goods[0]).filter(**recorded) if order.field == "record_time" else None
    for one in asked:
        rows = rows_at(one)
        if rows is not None:
            return rows.filter(**bounds(asked, "event_time"), **recorded)
    return None


def _batches(rows: Rows, order: Order, after: Key | None) -> Iterator[set[tuple[int, datetime]]]:
    """Numbers and times of recording of the events, in the order of a time."""
    size, sign = FIRST, "-" if order.down else ""
    behind = f"({{0}}, {{1}}) {'<' if order.down else '>'} (%s, %s)"
    ordered = rows.order_by(f"{sign}{order.field}", f"{sign}event_id")
    while True:
        rest = ordered
        if after is not None:
            rest = ordered.filter(Condition(behind, after, order.field, "event_id"))
        batch = list(rest.values_list(order.field, "event_id", "record_time")[:size])
        if batch:
            yield {(number, recorded) for _, number, recorded in batch}
        if len(batch) < size:
            return
        after, size = batch[-1][:2], min(size * 4, MOST)
