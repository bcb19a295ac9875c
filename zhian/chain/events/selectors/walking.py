"""Events of a place or of lots in the order of their time, found by the rows that name them.

A place may have a hundred thousand events, of which a page shows thirty. They are looked up by the
place's own rows, which carry both times, in the order asked for: as many at a time as the page
will want by what was found before, until it is full. In the order of recording that costs what is
passed over; in the order of happening all rows of the place are read, but in the index alone.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from zhian.chain.events.engine.grammar.predicates import Goods, Order, Predicate
from zhian.chain.events.models import Event, EventLot, EventParty
from zhian.chain.events.selectors.paths import Condition
from zhian.chain.events.selectors.pinning import among, bounds, rows_at, rows_of

# rows looked up at once, at least and at most
FIRST, MOST = 30, 5_000
_JOINS = "SELECT set_config('enable_hashjoin', %s, true), set_config('enable_mergejoin', %s, true)"

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
    with _one_by_one():
        return _walk(events, rows, order, after, wanted, time.monotonic() + seconds)


@contextmanager
def _one_by_one() -> Iterator[None]:
    """Have predicates asked of each event by its number.

    PostgreSQL takes the few events named for more, and would rather read all rows of a product.
    """
    with connection.cursor() as cursor:
        cursor.execute(_JOINS, ["off", "off"])
        yield
        cursor.execute(_JOINS, ["on", "on"])


def _walk(
    events: QuerySet[Event], rows: Rows, order: Order, after: Key | None, wanted: int, until: float
) -> list[Event]:
    field = f"-{order.field}" if order.down else order.field
    found, looked = list[Event](), 0
    size = _at_first(wanted)
    while True:
        batch = _batch(rows, order, after, size)
        some = events.filter(among({row[:2] for row in batch})).order_by(
            field, "-pk" if order.down else "pk"
        )
        found += some[: wanted - len(found)] if batch else ()
        if len(found) == wanted or len(batch) < size:
            return found
        if time.monotonic() > until:
            raise TooLong
        looked += len(batch)
        after, size = (batch[-1][-1], batch[-1][0]), _next(wanted, len(found), looked)


def _at_first(wanted: int) -> int:
    return min(MOST, max(FIRST, wanted + wanted // 4))


def _next(wanted: int, found: int, looked: int) -> int:
    """Rows that will bring what is missing, if they are like those before."""
    each = looked / found if found else looked
    return min(MOST, max(_at_first(wanted), int(1.5 * each * (wanted - found))))


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


def _batch(rows: Rows, order: Order, after: Key | None, size: int) -> list[Any]:
    """The next rows in the order of a time: the number, the time of recording, that time."""
    sign = "-" if order.down else ""
    if after is not None:
        behind = f"({{0}}, {{1}}) {'<' if order.down else '>'} (%s, %s)"
        rows = rows.filter(Condition(behind, after, order.field, "event_id"))
    columns = ("event_id", *dict.fromkeys(("record_time", order.field)))
    return list(
        rows.order_by(f"{sign}{order.field}", f"{sign}event_id").values_list(*columns)[:size]
    )
