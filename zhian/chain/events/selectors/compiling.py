"""The tree of a query as SQL: columns, rows by lot and place, JSON paths of the document.

What finds few events comes first as a semi-join on `EventLot` or `EventParty`; what the rows
cannot tell is asked of the document. Its twin is `engine/grammar/evaluation`.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    Expression,
    F,
    Field,
    Func,
    JSONField,
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
    Name,
    Order,
    Pattern,
    Place,
    Predicate,
    Present,
    Stored,
    Test,
    Timed,
    Valued,
    Within,
)
from zhian.chain.events.engine.grammar.spelling import name_of, place_spellings
from zhian.chain.events.engine.grammar.units import in_every_unit
from zhian.chain.events.engine.keys import site_key
from zhian.chain.events.models import Event, EventLot, EventParty
from zhian.chain.events.selectors import names
from zhian.chain.events.vocabulary import LotRole, PartyRole
from zhian.registry.subjects import selectors as subjects

Clause = Q | Expression
_LOOKUPS = {"GT": "gt", "GE": "gte", "LT": "lt", "LE": "lte"}
_SIGNS = {"GT": ">", "GE": ">=", "LT": "<", "LE": "<="}
_ROLES = {
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
_PLACES = {"readPoint": PartyRole.READ_POINT, "bizLocation": PartyRole.BIZ_LOCATION}
_PLACE_COLUMNS = {"readPoint": "read_point", "bizLocation": "biz_location"}
_LIST_ROLES = {"sourceList": PartyRole.SOURCE, "destinationList": PartyRole.DESTINATION}
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
_HEADS = ("id", "idpat", "class")
_DIGITS_KEPT = 80
_WIDE = Context(prec=400)


class Condition(Func):
    """A condition in SQL; `{0}`, `{1}` … stand for the columns named."""

    output_field: Field[Any, Any] = BooleanField()

    def __init__(self, sql: str, parameters: Sequence[object], *columns: str | Expression) -> None:
        super().__init__(*columns)
        self.sql, self.parameters = sql, tuple(parameters)

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[object]]:
        """The condition with its columns put in."""
        compiled = [compiler.compile(one) for one in self.get_source_expressions()]
        assert not any(parameters for _, parameters in compiled), "columns only"
        return self.sql.format(*(sql for sql, _ in compiled)), list(self.parameters)


class Ordered(Condition):
    """A JSON value events are ordered by."""

    output_field = JSONField()


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
    return Q(**{f"{wanted.column}__{_LOOKUPS[wanted.op]}": wanted.at})


def _goods(wanted: Goods) -> Clause:
    roles = sorted({_ROLES[field].value for field in wanted.fields})
    classes = any(field.endswith("uantityList") for field in wanted.fields)
    rows = EventLot.objects.filter(event=OuterRef("pk"), role__in=roles).filter(
        Condition(_IS_CLASS if classes else _IS_ITEM, (), "role", "lot", "quantity",
                  OuterRef("document"))
    )  # fmt: skip
    plain = [pattern for pattern in wanted.patterns if not pattern.whole]
    clause: Clause = Q(pk__in=[])
    if plain:
        named = Q(lot__in=sorted(frozenset[str]().union(*(pattern.keys for pattern in plain))))
        for pattern in plain:
            named |= _patterned(pattern)
        clause = Q(Exists(rows.filter(named)))
    for pattern in wanted.patterns:
        if pattern.whole:
            clause |= Q(Exists(rows.filter(lot__in=sorted(pattern.keys)))) & _spelled(
                wanted.fields, pattern.whole
            )
    return clause


def _spelled(fields: Iterable[str], values: Iterable[str]) -> Q:
    """One of the fields holds one of the spellings, letter by letter."""
    clause = Q(pk__in=[])
    for field in fields:
        item = "@.epcClass" if field.endswith("uantityList") else "@"
        clause |= Q(path_exists(field, f"$[*] ? ({_any_text(item, values)})"))
    return clause


def _patterned(pattern: Pattern) -> Q:
    if pattern.start:
        return Q(lot__startswith=pattern.start)
    if not pattern.scheme:
        return Q()
    fixed = ""
    for part in pattern.parts:
        if not part.literal:
            break
        fixed += part.literal + "."
    begins = Q()
    for head in _HEADS:
        begins |= Q(lot__startswith=f"urn:epc:{head}:{pattern.scheme}:{fixed}")
    return begins & Q(_parts_fit(pattern))


def _parts_fit(pattern: Pattern) -> Condition:
    """The whole key fits; ranges are compared as numbers once the form is known to be right."""
    written = [
        re.escape(part.literal) if part.literal else "[0-9]+" if part.low is not None else "[^.]+"
        for part in pattern.parts
    ]
    if pattern.parts[-1].anything:
        written[-1] = ".+"
    head = f"^urn:epc:(?:{'|'.join(_HEADS)}):{pattern.scheme}:"
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
        event=OuterRef("pk"), role=_PLACES[wanted.field].value, site__in=sorted(wanted.sites)
    )
    column = _PLACE_COLUMNS[wanted.field]
    return Q(Exists(rows)) & Q(**{f"{column}__in": sorted(wanted.spellings)})


def _within(wanted: Within) -> Clause:
    rows = EventParty.objects.filter(event=OuterRef("pk"), role=_PLACES[wanted.field].value)
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
    entry = f"({_any_text('@.type', wanted.types)})"
    value = f"({_any_text(f'@.{wanted.member}', wanted.values)})"
    clause = Q(path_exists(wanted.field, f"$[*] ? ({entry} && {value})"))
    role = _LIST_ROLES.get(wanted.field)
    if role is not None:
        sites = sorted(set(map(site_key, wanted.values)))
        rows = EventParty.objects.filter(event=OuterRef("pk"), role=role.value, site__in=sites)
        clause &= Q(Exists(rows))
    return clause


def _described(wanted: Described) -> Clause:
    sites = subjects.sites_described(wanted.attributes, wanted.values)
    role = _PLACES.get(wanted.field)
    if role is not None:
        rows = EventParty.objects.filter(event=OuterRef("pk"), role=role.value)
        return Q(Exists(rows.filter(site__in=sites.values("sgln"))))
    name = name_of(wanted.field, {})
    if name is None:
        return Q(pk__in=[])
    keys = sites.exclude(sgln=None).values_list("sgln", flat=True)
    forms = frozenset[str]().union(*(place_spellings(str(key)) for key in keys))
    return _extended(Extended((), Depth.TOP, name, Among(forms)))


# --- what the document says ---------------------------------------------------------------------
def path_exists(root: str, path: str) -> Condition:
    """Whether a JSON path finds something below a field of the document (`""`: in all of it)."""
    return Condition(f"{_below(root)} @? %s::jsonpath", [path], "document")


def _below(root: str) -> str:
    assert root.isalnum() or not root, "names of the standard's own fields"
    return f"({{0}} -> '{root}')" if root else "{0}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _any_text(item: str, values: Iterable[str]) -> str:
    """A filter: the item is one of these texts; there is always something to compare with."""
    tests = [f"{item} == {_quoted(value)}" for value in sorted(values)]
    return " || ".join(tests) if tests else "1 == 0"


def _steps(path: Iterable[str]) -> str:
    return "".join(f".{_quoted(step)}" for step in path)


def _valued(wanted: Valued) -> Clause:
    clause = Q(pk__in=[])
    for root, *rest in wanted.paths:
        clause |= Q(_tested(root, f"${_steps(rest)}", wanted.test))
    return clause


def _tested(root: str, path: str, test: Test) -> Condition:
    """Some value a path reaches passes a test."""
    if isinstance(test, Present):
        return path_exists(root, f"{path}[*]" if root else path)
    if isinstance(test, Among) and not (test.numbers or test.moments):
        return path_exists(root, f"{path} ? ({_among_texts(test.texts)})")
    parameters: list[object] = [f"{path}[*][*]"]
    if isinstance(test, Among):
        checks = (
            "(jsonb_typeof(v) IN ('string', 'boolean') AND v #>> '{{}}' = ANY(%s::text[]))"
            " OR events_number(v) = ANY(%s::numeric[])"
            " OR events_moment(v) = ANY(%s::timestamptz[])"
        )
        parameters += [sorted(test.texts), list(test.numbers), list(test.moments)]
    else:
        checks, sides = _sides(_SIGNS[test.op], test.number, test.moment)
        parameters += sides
    sql = f"EXISTS (SELECT FROM jsonb_path_query({_below(root)}, %s::jsonpath) v WHERE {checks})"
    return Condition(sql, parameters, "document")


def _sides(sign: str, number: object, at: object) -> tuple[str, list[object]]:
    compared = [("events_number(v)", number), ("events_moment(v)", at)]
    given = [(reader, value) for reader, value in compared if value is not None]
    return (
        " OR ".join(f"{reader} {sign} %s" for reader, _ in given),
        [value for _, value in given],
    )


def _among_texts(texts: frozenset[str]) -> str:
    written = _any_text("@", texts)
    for word in sorted(texts & {"true", "false"}):
        written += f" || @ == {word}"
    return written


def _extended(wanted: Extended) -> Clause:
    root, *rest = wanted.holder or ("",)
    start = f"${_steps(rest)}"
    if wanted.depth is Depth.INNER:
        every = wanted.holder == ("ilmd",)
        start += ".*.**" if every else '.keyvalue() ? (@.key like_regex ":").value.**'
    clause = Q(pk__in=[])
    for key, certain in names.spellings(wanted.name).items():
        found = Q(_tested_field(root, f"{start}.{_quoted(key)}", wanted.test))
        clause |= found if certain else found & Q(_means(key, wanted.name))
    return clause


def _tested_field(root: str, path: str, test: Test) -> Condition:
    """As `_tested`; an extension field is there even when it holds an empty list."""
    return path_exists(root, path) if isinstance(test, Present) else _tested(root, path, test)


def _means(key: str, name: Name) -> Condition:
    """The prefix of the key stands for the namespace in this very event."""
    sql = "events_namespace({0}, {1}, %s) = %s"
    return Condition(sql, [key.partition(":")[0], name.namespace], "context", "document")


# --- amounts ------------------------------------------------------------------------------------
def _measured(wanted: Measured) -> Clause:
    tests = list(_amounts(wanted))
    clause = Q(pk__in=[])
    for root, *rest in wanted.holders:
        if tests:
            clause |= Q(path_exists(root, f"${_steps(rest)}[*] ? ({' || '.join(tests)})"))
    return clause


def _amounts(wanted: Measured) -> Iterable[str]:
    sign = "==" if wanted.op is None else _SIGNS[wanted.op]
    for value in wanted.values:
        if not wanted.uom:
            yield f"@.{wanted.field} {sign} {_number(value)}"
            continue
        for code, same in in_every_unit(value, wanted.uom).items():
            # no decimal number equals a value like 1/3
            if wanted.op is not None or _is_decimal(same):
                yield f'(@.uom == "{code}" && @.{wanted.field} {sign} {_number(same)})'


def _is_decimal(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _number(value: Fraction) -> str:
    """A number in decimal digits: exact, or cut behind more digits than a stored one can have."""
    scaled = value * 10**_DIGITS_KEPT
    whole = scaled.numerator // scaled.denominator
    text = format(Decimal(whole).scaleb(-_DIGITS_KEPT, _WIDE), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_COMPILERS: dict[type, Callable[[Any], Clause]] = {
    Stored: _stored,
    Timed: _timed,
    Goods: _goods,
    Place: _place,
    Within: _within,
    Listed: _listed,
    Valued: _valued,
    Extended: _extended,
    Measured: _measured,
    Described: _described,
}
