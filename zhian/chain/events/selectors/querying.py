"""SimpleEventQuery answered: one page of events, and a token that continues behind its last.

The token is signed and names the last event, not a number of pages: events that arrive meanwhile
move nothing. It belongs to one query of one account and ends after a day or when given back.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core import signing
from django.db import OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled

from zhian.chain.events import policies
from zhian.chain.events.engine.grammar import reading
from zhian.chain.events.engine.grammar.faults import TEMPLATES, QueryFault
from zhian.chain.events.engine.grammar.predicates import Predicate, Query
from zhian.chain.events.models import ClosedToken, Event
from zhian.chain.events.selectors.compiling import narrowed, order_expression
from zhian.chain.events.selectors.paths import Condition, Ordered
from zhian.chain.events.selectors.pinning import pinned
from zhian.chain.events.selectors.rendering import to_json
from zhian.chain.events.selectors.walking import TooLong, along_rows
from zhian.chain.events.vocabulary.problems import BadQuery, QueryTooComplex, QueryTooLarge
from zhian.foundation.offices.policies import Person
from zhian.kernel import clock

PER_PAGE = 30
TOKEN_AGE = timedelta(days=1)
# how long one query may keep the database busy
MOST_SECONDS = 20
_SALT = "zhian.events.page"
_VALUE = "value_ordered_by"


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of events; the token of the next, empty on the last, and when it ends."""

    events: list[Event]
    next_token: str = ""
    token_expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page ends: the value ordered by, the event, how many may follow."""

    value: object
    pk: int
    left: int | None


def read_address(pairs: Sequence[tuple[str, str]], prefixes: Mapping[str, str]) -> Query:
    """The query of an address; BadQuery names the parameter that is wrong."""
    try:
        return reading.from_address(pairs, prefixes)
    except QueryFault as fault:
        raise as_problem(fault) from fault


def read_definition(body: Mapping[str, object], prefixes: Mapping[str, str]) -> Query:
    """The query of a definition in JSON; BadQuery names the parameter that is wrong."""
    try:
        return reading.from_json(body, prefixes)
    except QueryFault as fault:
        raise as_problem(fault) from fault


def with_paging(kept: Query, asked: Query) -> Query:
    """A kept query, paged and (where it says nothing itself) ordered as the address asks."""
    ordered = kept.ordered or not asked.ordered
    return replace(
        kept,
        order=kept.order if ordered else asked.order,
        limit=kept.limit or asked.limit,
        most=kept.most or asked.most,
        per_page=asked.per_page or kept.per_page,
        token=asked.token,
    )


def as_problem(fault: QueryFault) -> BadQuery | QueryTooComplex:
    """The fault as the answer of the interface, in the reader's language."""
    text = gettext(TEMPLATES[fault.code]) % fault.params
    kind = QueryTooComplex if fault.too_complex else BadQuery
    return kind.at(fault.name, text)


def answer(user: Person, query: Query, *, also: Sequence[Predicate] = ()) -> Answer:
    """One page of the events the user may see and the query lets pass; `also` narrows further."""
    predicates = (*query.predicates, *also)
    mark = _fingerprint(user, query, predicates)
    with bounded():
        events = narrowed(policies.events_visible_to(user), predicates)
        if query.most is not None and query.token is None:
            _refuse_more_than(query.most, pinned(events, predicates))
        return _page(events, query, predicates, mark)


def _walked(
    events: QuerySet[Event],
    query: Query,
    predicates: Sequence[Predicate],
    place: _Place | None,
    wanted: int,
) -> list[Event] | None:
    """The events of a place or of lots, found by their rows; None when that is no way."""
    after = None
    if query.order.name is None and place is not None:
        after = (datetime.fromisoformat(str(place.value)), place.pk)
    try:
        return along_rows(events, predicates, query.order, after, wanted, MOST_SECONDS)
    except TooLong as error:
        raise _too_long() from error


def _too_long() -> QueryTooComplex:
    return QueryTooComplex(
        _("The query took longer than %(seconds)d seconds; narrow it down.")
        % {"seconds": MOST_SECONDS}
    )


@contextmanager
def bounded() -> Iterator[None]:
    """QueryTooComplex when the database needs longer than one query may take."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = '{MOST_SECONDS}s'")
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise _too_long() from error
        raise


def _refuse_more_than(most: int, events: QuerySet[Event]) -> None:
    if events.order_by()[: most + 1].count() > most:
        raise QueryTooLarge(
            _("More than %(most)d events satisfy the query (maxEventCount).") % {"most": most}
        )


def _page(
    events: QuerySet[Event], query: Query, predicates: Sequence[Predicate], mark: str
) -> Answer:
    place = _read_token(query.token, mark)
    left = query.limit if place is None else place.left
    size = min(query.per_page or PER_PAGE, reading.MOST_PER_PAGE)
    if left is not None:
        size = min(size, left)
    ordered_by = order_expression(query.order)
    if query.order.name is not None:
        events = events.annotate(**{_VALUE: ordered_by})
    if place is not None:
        events = _after(events, query, place)
    rows = _walked(events, query, predicates, place, size + 1)
    if rows is None:
        rows = list(pinned(events, predicates).order_by(*_ordering(query))[: size + 1])
    if len(rows) <= size or left == size:
        return Answer(rows[:size])
    last = rows[size - 1]
    kept = [mark, _value(last, query), last.pk, None if left is None else left - size]
    token = signing.dumps(kept, salt=_SALT, compress=True)
    return Answer(rows[:size], token, clock.now() + TOKEN_AGE)


def _ordering(query: Query) -> list[OrderBy]:
    field = _VALUE if query.order.name is not None else query.order.field
    if query.order.down:
        return [F(field).desc(), F("pk").desc()]
    return [F(field).asc(), F("pk").asc()]


def _value(event: Event, query: Query) -> object:
    """What the last event of a page is ordered by, as the token keeps it."""
    if query.order.name is not None:
        return to_json(getattr(event, _VALUE)).decode()
    at: datetime = getattr(event, query.order.field)
    return at.isoformat()


def _after(events: QuerySet[Event], query: Query, place: _Place) -> QuerySet[Event]:
    sign = "<" if query.order.down else ">"
    if query.order.name is not None:
        expression = order_expression(query.order)
        assert isinstance(expression, Ordered)
        sql = f"({expression.sql}, {{1}}) {sign} (%s::jsonb, %s)"
        given = [*expression.parameters, place.value, place.pk]
        return events.filter(Condition(sql, given, "document", "pk"))
    field = query.order.field
    at = datetime.fromisoformat(str(place.value))
    # the first bound alone lets PostgreSQL leave out the months before
    bound = Q(**{f"{field}__{'lte' if query.order.down else 'gte'}": at})
    return events.filter(
        bound, Condition(f"({{0}}, {{1}}) {sign} (%s, %s)", [at, place.pk], field, "pk")
    )


# --- tokens -------------------------------------------------------------------------------------
def _fingerprint(user: Person, query: Query, predicates: Sequence[Predicate]) -> str:
    """What a token belongs to: the account, what is asked and in which order."""
    asked = sorted(_said(predicate) for predicate in predicates)
    text = repr((getattr(user, "pk", None), asked, query.order, query.limit))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _said(value: object) -> str:
    """A predicate as text that is the same in every process (sets have no order)."""
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_said, value)))}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_said, value))})"
    names = getattr(value, "__slots__", ())
    if not names or isinstance(value, str | int):
        return repr(value)
    return f"{type(value).__name__}{[_said(getattr(value, name)) for name in names]}"


def token_digest(token: str) -> str:
    """Under which a token that was given back is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(token: str) -> bool:
    """Whether this is a token we gave out and that has not ended."""
    try:
        _loaded(token)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return not is_closed(token)


def is_closed(token: str) -> bool:
    """Whether the token was given back."""
    return ClosedToken.objects.filter(digest=token_digest(token)).exists()


def _loaded(token: str) -> tuple[str, object, int, int | None]:
    mark, value, pk, left = signing.loads(token, salt=_SALT, max_age=TOKEN_AGE)
    return mark, value, pk, left


def _read_token(token: str | None, mark: str) -> _Place | None:
    if token is None:
        return None
    if not is_token(token):
        raise BadQuery(_("The nextPageToken is not valid or no longer so."))
    owner, value, pk, left = _loaded(token)
    if owner != mark:
        raise BadQuery(_("The nextPageToken belongs to another query."))
    return _Place(value, pk, left)
