"""The tree of a query as SQL: columns, rows by lot and place, JSON paths of the document.

What finds few events comes first as a semi-join on `EventLot` or `EventParty`; what the rows
cannot tell is asked of the document. Its twin is `engine/grammar/evaluation`.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import (
    Exists,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
)

from zhian.chain.events.engine.grammar.predicates import (
    Among,
    Depth,
    Described,
    Extended,
    Goods,
    Listed,
    Measured,
    Order,
    Pattern,
    Place,
    Predicate,
    Stored,
    Timed,
    Valued,
    Within,
)
from zhian.chain.events.engine.grammar.spelling import name_of, place_spellings
from zhian.chain.events.engine.keys import site_key
from zhian.chain.events.models import Event, EventLot, EventParty
from zhian.chain.events.selectors import names
from zhian.chain.events.selectors.paths import (
    Condition,
    Ordered,
    any_text,
    extended,
    measured,
    path_exists,
    valued,
)
from zhian.chain.events.vocabulary import LotRole, PartyRole
from zhian.registry.subjects import selectors as subjects

Clause = Q | Expression
LOOKUPS = {"GT": "gt", "GE": "gte", "LT": "lt", "LE": "lte"}
ROLES = {
    "epcList": LotRole.EPC,
    "quantityList": LotRole.EPC,
    "childEPCs": LotRole.CHILD,
    "childQuantityList": LotRole.CHILD,
    "inputEPCList": LotRole.INPUT,
    "inputQuantityList": LotRole.INPUT,
    "outputEPCList": LotRole.OUTPUT,
    "outputQuantityList": LotRole.OUTPUT,
    "parentID": LotRole.PARENT,
}
PLACES = {"readPoint": PartyRole.READ_POINT, "bizLocation": PartyRole.BIZ_LOCATION}
_PLACE_COLUMNS = {"readPoint": "read_point", "bizLocation": "biz_location"}
LIST_ROLES = {"sourceList": PartyRole.SOURCE, "destinationList": PartyRole.DESTINATION}
# whether a row stands for a single thing (a list of EPCs) or for a class of things
_ITEM_FIELD = (
    "CASE {0} WHEN 'epc' THEN 'epcList' WHEN 'child' THEN 'childEPCs' WHEN 'input' THEN"
    " 'inputEPCList' WHEN 'output' THEN 'outputEPCList' ELSE 'parentID' END"
)
_CLASS_FIELD = (
    "CASE {0} WHEN 'epc' THEN 'quantityList' WHEN 'child' THEN 'childQuantityList' WHEN 'input'"
    " THEN 'inputQuantityList' WHEN 'output' THEN 'outputQuantityList' ELSE '' END"
)
_CLASS_LIKE = r"{1} ~ '^(urn:epc:(class|idpat):|https://id\.gs1\.org/01/\d{{14}}(/10/|$))'"
_IS_ITEM = (
    f"({{2}} IS NULL AND {{3}} ? {_ITEM_FIELD} AND NOT ({{3}} ? {_CLASS_FIELD} AND {_CLASS_LIKE}))"
)
_IS_CLASS = (
    f"({{3}} ? {_CLASS_FIELD}"
    f" AND ({{2}} IS NOT NULL OR NOT {{3}} ? {_ITEM_FIELD} OR {_CLASS_LIKE}))"
)
_HEADS = ("id", "idpat")
_LOT_HEADS = ("class",)  # of lots of a product: no item, no pattern has their scheme


def narrowed(events: QuerySet[Event], predicates: Iterable[Predicate]) -> QuerySet[Event]:
    """Those of the events for which all predicates hold."""
    for predicate in predicates:
        events = events.filter(_COMPILERS[type(predicate)](predicate))
    return events


def order_expression(order: Order) -> Expression | F:
    """What an answer is ordered by."""
    if order.name is None:
        return F(order.field)
    keys = list(names.spellings(order.name))
    found = ", ".join("{0} -> %s" for _ in keys)
    return Ordered(f"COALESCE({found}, 'null'::jsonb)", keys, "document")


# --- columns, lots, places ----------------------------------------------------------------------
def _stored(wanted: Stored) -> Clause:
    return Q(**{f"{wanted.column}__in": sorted(wanted.values)})


def _timed(wanted: Timed) -> Clause:
    return Q(**{f"{wanted.column}__{LOOKUPS[wanted.op]}": wanted.at})


def _goods(wanted: Goods) -> Clause:
    roles = sorted({ROLES[field].value for field in wanted.fields})
    every = EventLot.objects.filter(event=OuterRef("pk"), role__in=roles)
    rows, classes = every, {field.endswith("uantityList") for field in wanted.fields}
    if len(classes) == 1:
        sql = _IS_CLASS if True in classes else _IS_ITEM
        rows = every.filter(Condition(sql, (), "role", "lot", "quantity", OuterRef("document")))
    plain = [pattern for pattern in wanted.patterns if not pattern.whole]
    clause: Clause = Q(pk__in=[])
    if plain:
        named = Q()
        for pattern in plain:
            named |= rows_named(pattern)
        clause = Q(Exists(rows.filter(named)))
    for pattern in wanted.patterns:
        if pattern.whole:  # an item filed under its lot: the document says which item
            named = Q(Exists(every.filter(lot__in=sorted(pattern.keys))))
            clause |= named & _spelled(wanted.fields, pattern.whole)
    return clause


def _spelled(fields: Iterable[str], values: Iterable[str]) -> Q:
    """One of the fields holds one of the spellings, letter by letter."""
    clause = Q(pk__in=[])
    for field in fields:
        item = "@.epcClass" if field.endswith("uantityList") else "@"
        clause |= Q(path_exists(field, f"$[*] ? ({any_text(item, values)})"))
    return clause


def rows_named(pattern: Pattern) -> Q:
    """Rows of lots that a pattern names or that fit it part by part.

    A key that is found by how it begins is not asked for once more: one condition alone is answered
    by the index without a look at the rows.
    """
    covered = _covered(pattern)
    keys = sorted(key for key in pattern.keys if not key.startswith(covered))
    named = Q(lot__in=keys) if keys else Q()
    for start in covered:
        named |= Q(lot__startswith=start) & (Q() if pattern.start else ~Q(lot=start))
    if pattern.scheme and not covered:
        named |= _any_beginning(pattern) & Q(_parts_fit(pattern))
    return named


def _covered(pattern: Pattern) -> tuple[str, ...]:
    """The beginnings behind which anything may follow; none where parts must be looked at."""
    if pattern.start:
        return (pattern.start,)
    plain = pattern.scheme and pattern.parts[-1].anything
    return _begins(pattern) if plain and all(p.literal for p in pattern.parts[:-1]) else ()


def _any_beginning(pattern: Pattern) -> Q:
    named = Q()
    for start in _begins(pattern):
        named |= Q(lot__startswith=start)
    return named


def _begins(pattern: Pattern) -> tuple[str, ...]:
    """How keys begin that fit a pattern with parts, up to its first part that is not literal."""
    fixed = ""
    for part in pattern.parts:
        if not part.literal:
            break
        fixed += part.literal + "."
    return tuple(f"urn:epc:{head}:{pattern.scheme}:{fixed}" for head in _heads(pattern))


def _heads(pattern: Pattern) -> tuple[str, ...]:
    return _LOT_HEADS if pattern.scheme == "lgtin" else _HEADS


def _parts_fit(pattern: Pattern) -> Condition:
    """The whole key fits; ranges are compared as numbers once the form is known to be right."""
    written = [
        re.escape(part.literal) if part.literal else "[0-9]+" if part.low is not None else "[^.]+"
        for part in pattern.parts
    ]
    if pattern.parts[-1].anything:
        written[-1] = ".+"
    head = f"^urn:epc:(?:{'|'.join(_heads(pattern))}):{pattern.scheme}:"
    sql, parameters = "{0} ~ %s", [f"{head}{_dotted(written)}$"]
    checks, bounds = [], list[object]()
    for place, part in enumerate(pattern.parts):
        if part.low is not None:
            caught = [*written[:place], f"({written[place]})", *written[place + 1 :]]
            checks.append("substring({0} from %s)::numeric BETWEEN %s AND %s")
            bounds += [f"{head}{_dotted(caught)}$", part.low, part.high]
    if checks:
        sql = f"CASE WHEN {sql} THEN {' AND '.join(checks)} ELSE false END"
    return Condition(sql, [*parameters, *bounds], "lot")


def _dotted(parts: Iterable[str]) -> str:
    return r"\.".join(parts)


def _place(wanted: Place) -> Clause:
    """The index finds the site, the event says which door of it."""
    rows = EventParty.objects.filter(
        event=OuterRef("pk"), role=PLACES[wanted.field].value, site__in=sorted(wanted.sites)
    )
    column = _PLACE_COLUMNS[wanted.field]
    return Q(Exists(rows)) & Q(**{f"{column}__in": sorted(wanted.spellings)})


def _within(wanted: Within) -> Clause:
    rows = EventParty.objects.filter(event=OuterRef("pk"), role=PLACES[wanted.field].value)
    inside = Q(site__in=sorted(wanted.sites))
    if wanted.regions or wanted.operators:
        found = subjects.sites_in(regions=wanted.regions, operators=wanted.operators)
        inside |= Q(site__in=found.values("sgln"))
    clause = Q(Exists(rows.filter(inside)))
    if wanted.doors:
        column = _PLACE_COLUMNS[wanted.field]
        clause |= Q(**{f"{column}__in": sorted(wanted.doors)})
    return clause


def _listed(wanted: Listed) -> Clause:
    entry = f"({any_text('@.type', wanted.types)})"
    value = f"({any_text(f'@.{wanted.member}', wanted.values)})"
    clause = Q(path_exists(wanted.field, f"$[*] ? ({entry} && {value})"))
    role = LIST_ROLES.get(wanted.field)
    if role is not None:
        sites = sorted(set(map(site_key, wanted.values)))
        rows = EventParty.objects.filter(event=OuterRef("pk"), role=role.value, site__in=sites)
        clause &= Q(Exists(rows))
    return clause


def _described(wanted: Described) -> Clause:
    sites = subjects.sites_described(wanted.attributes, wanted.values)
    role = PLACES.get(wanted.field)
    if role is not None:
        rows = EventParty.objects.filter(event=OuterRef("pk"), role=role.value)
        return Q(Exists(rows.filter(site__in=sites.values("sgln"))))
    name = name_of(wanted.field, {})
    if name is None:
        return Q(pk__in=[])
    keys = sites.exclude(sgln=None).values_list("sgln", flat=True)
    forms = frozenset[str]().union(*(place_spellings(str(key)) for key in keys))
    return extended(Extended((), Depth.TOP, name, Among(forms)))


_COMPILERS: dict[type, Callable[[Any], Clause]] = {
    Stored: _stored,
    Timed: _timed,
    Goods: _goods,
    Place: _place,
    Within: _within,
    Listed: _listed,
    Valued: valued,
    Extended: extended,
    Measured: measured,
    Described: _described,
}
