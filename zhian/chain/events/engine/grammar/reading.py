"""A query as it was given, in an address or as JSON, becomes the neutral tree."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from zhian.chain.events.engine.grammar import parameters
from zhian.chain.events.engine.grammar.faults import QueryFault
from zhian.chain.events.engine.grammar.predicates import Order, Query
from zhian.chain.events.engine.grammar.spelling import name_of
from zhian.chain.events.engine.grammar.values import Asked

MOST_PARAMETERS = 60
MOST_VALUES = 1_000
MOST_EVENTS = 1_000_000
MOST_PER_PAGE = 1_000
_COLUMNS = {"eventTime": "event_time", "recordTime": "record_time"}
_PAGING = ("perPage", "nextPageToken")
# parameters whose value is taken as it is; everywhere else `|` separates alternatives
_WHOLE = frozenset({*_PAGING, *parameters.SHAPING})
Given = dict[str, tuple[str, ...]]


def from_address(pairs: Iterable[tuple[str, str]], prefixes: Mapping[str, str]) -> Query:
    """The query of an address; `a|b` and a repeated parameter are alternatives."""
    given: Given = {}
    for name, text in pairs:
        values = (text,) if name in _WHOLE else tuple(text.split("|"))
        given[name] = (*given.get(name, ()), *values)
    return read(given, prefixes)


def from_json(body: Mapping[str, object], prefixes: Mapping[str, str]) -> Query:
    """The query of a JSON object (the query schema of EPCIS 2.0)."""
    given = {name: _texts(name, value) for name, value in body.items() if name != "@context"}
    return read(given, {**prefixes, **_declared(body.get("@context"))})


def _declared(context: object) -> dict[str, str]:
    entries = context if isinstance(context, list) else [context]
    return {
        prefix: namespace
        for entry in entries
        if isinstance(entry, dict)
        for prefix, namespace in entry.items()
        if isinstance(namespace, str)
    }


def _texts(name: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(_text(name, item) for item in (value if isinstance(value, list) else [value]))


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)), "f")
    raise QueryFault("not-text", name, value)


def read(given: Given, prefixes: Mapping[str, str]) -> Query:
    """The tree of the parameters; QueryFault names the first that is wrong."""
    if len(given) > MOST_PARAMETERS:
        raise QueryFault("too-many-parameters", "query", most=str(MOST_PARAMETERS))
    predicates = []
    for name, values in given.items():
        _check(name, values)
        if name in _WHOLE:
            continue
        predicate = parameters.build(Asked(name, values, prefixes))
        if predicate is not None:
            predicates.append(predicate)
    shaping = {name: Asked(name, given[name], prefixes) for name in given if name in _WHOLE}
    limit, most = _limits(shaping)
    return Query(
        tuple(predicates),
        _order(shaping, prefixes),
        ordered="orderBy" in shaping,
        limit=limit,
        most=most,
        per_page=_count(shaping, "perPage", MOST_PER_PAGE * MOST_PER_PAGE),
        token=shaping["nextPageToken"].text() if "nextPageToken" in shaping else None,
    )


def _check(name: str, values: tuple[str, ...]) -> None:
    if len(values) > MOST_VALUES:
        raise QueryFault("too-many-values", name, most=str(MOST_VALUES))
    for text in (name, *values):
        if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise QueryFault("unusable", name.replace("\x00", "�"))


def _count(shaping: Mapping[str, Asked], name: str, most: int) -> int | None:
    return shaping[name].count(most) if name in shaping else None


def _limits(shaping: Mapping[str, Asked]) -> tuple[int | None, int | None]:
    """eventCountLimit cuts an ordered answer, maxEventCount refuses a larger one; never both."""
    limit = _count(shaping, "eventCountLimit", MOST_EVENTS)
    most = _count(shaping, "maxEventCount", MOST_EVENTS)
    if limit is not None and most is not None:
        raise QueryFault("exclusive", "eventCountLimit")
    if limit is not None and "orderBy" not in shaping:
        raise QueryFault("needs-order", "eventCountLimit")
    return limit, most


def _order(shaping: Mapping[str, Asked], prefixes: Mapping[str, str]) -> Order:
    """By default in the order of recording, the oldest first; with orderBy the newest first."""
    direction = shaping.get("orderDirection")
    if direction is not None:
        direction.one_of(("ASC", "DESC"))
    if "orderBy" not in shaping:
        if direction is not None:
            raise QueryFault("needs-order", "orderDirection")
        return Order()
    down = direction is None or direction.text() == "DESC"
    field = shaping["orderBy"].text()
    if field in _COLUMNS:
        return Order(_COLUMNS[field], None, down)
    name = name_of(field, prefixes)
    if name is None:
        allowed = "eventTime, recordTime"
        raise QueryFault("bad-choice", "orderBy", field, allowed=allowed)
    return Order("", name, down)
