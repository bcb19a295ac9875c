"""The slow twin: asks one event document, in Python, whether it satisfies the tree.

What the selector compiles to SQL must agree with this on every event and query.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from operator import ge, gt, le, lt

from zhian.chain.events.engine.documents import prefixes_in
from zhian.chain.events.engine.facts import summarise
from zhian.chain.events.engine.grammar.patterns import fits
from zhian.chain.events.engine.grammar.predicates import (
    Among,
    Compared,
    Depth,
    Described,
    Extended,
    Goods,
    Listed,
    Measured,
    Name,
    Op,
    Place,
    Predicate,
    Present,
    Query,
    Stored,
    Test,
    Timed,
    Valued,
    Within,
)
from zhian.chain.events.engine.grammar.spelling import STANDARD_PREFIXES, name_of, names_field
from zhian.chain.events.engine.grammar.units import in_unit
from zhian.chain.events.engine.grammar.values import NUMBER
from zhian.chain.events.engine.keys import lot_key, site_key
from zhian.chain.events.engine.values import moment

_SIDES: dict[Op, Callable[..., bool]] = {Op.GT: gt, Op.GE: ge, Op.LT: lt, Op.LE: le}
_CLASS_FIELDS = frozenset(
    {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"}
)


@dataclass(frozen=True, slots=True)
class Register:
    """What the registers know of places: region and operator of a site, its attributes."""

    regions: Mapping[str, str] = field(default_factory=dict)
    operators: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One event as it lies in the store."""

    document: Mapping[str, object]
    context: object
    event_id: str
    record_time: datetime

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes in force in the event."""
        own = prefixes_in(self.document.get("@context"))
        return {**STANDARD_PREFIXES, **prefixes_in(self.context), **own}


def passes(query: Query, event: Candidate, register: Register | None = None) -> bool:
    """Whether the event belongs to the answer (before order and limits)."""
    known = register or Register()
    return all(holds(predicate, event, known) for predicate in query.predicates)


def holds(predicate: Predicate, event: Candidate, register: Register) -> bool:
    """Whether one predicate holds."""
    return bool(_HOLDS[type(predicate)](predicate, event, register))


def _stored(wanted: Stored, event: Candidate, _register: Register) -> bool:
    found = summarise(event.document)
    columns = {
        "type": found.type,
        "action": found.action,
        "biz_step": found.biz_step,
        "disposition": found.disposition,
        "event_id": event.event_id,
    }
    return columns[wanted.column] in wanted.values


def _timed(wanted: Timed, event: Candidate, _register: Register) -> bool:
    at = event.record_time
    if wanted.column == "event_time":
        at = summarise(event.document).event_time
    return _SIDES[wanted.op](at, wanted.at)


def _goods(wanted: Goods, event: Candidate, _register: Register) -> bool:
    named = [str(uri) for name in wanted.fields for uri in _named(event.document, name)]
    return any(
        fits(pattern, lot_key(uri)) and (not pattern.whole or uri in pattern.whole)
        for pattern in wanted.patterns
        for uri in named
    )


def _named(document: Mapping[str, object], name: str) -> list[object]:
    items = _listed_items(document.get(name))
    if name in _CLASS_FIELDS:
        return [item["epcClass"] for item in items if isinstance(item, dict)]
    return items


def _place(wanted: Place, event: Candidate, _register: Register) -> bool:
    return bool(set(_values([event.document], (wanted.field, "id"))) & wanted.spellings)


def _within(wanted: Within, event: Candidate, register: Register) -> bool:
    for value in _values([event.document], (wanted.field, "id")):
        site = site_key(str(value))
        region = register.regions.get(site, "")
        if (
            value in wanted.doors
            or site in wanted.sites
            or any(region.startswith(code) for code in wanted.regions)
            or register.operators.get(site) in wanted.operators
        ):
            return True
    return False


def _in_list(wanted: Listed, event: Candidate, _register: Register) -> bool:
    return any(
        isinstance(entry, dict)
        and entry.get("type") in wanted.types
        and entry.get(wanted.member) in wanted.values
        for entry in _listed_items(event.document.get(wanted.field))
    )


def _valued(wanted: Valued, event: Candidate, _register: Register) -> bool:
    found = (value for path in wanted.paths for value in _values([event.document], path))
    return any(satisfies(wanted.test, value) for value in found)


def _extended(wanted: Extended, event: Candidate, _register: Register) -> bool:
    return any(satisfies(wanted.test, value) for value in _field_values(wanted, event))


def _field_values(wanted: Extended, event: Candidate) -> Iterator[object]:
    prefixes = event.prefixes
    found = _values([event.document], wanted.holder)
    for holder in [one for one in found if isinstance(one, dict)]:
        if wanted.depth is Depth.TOP:
            yield from _members(holder, wanted.name, prefixes)
            continue
        for key, value in holder.items():
            # inside the event and its parts only what extends them is looked into
            if wanted.holder == ("ilmd",) or ":" in key:
                for inside in _objects(value):
                    yield from _members(inside, wanted.name, prefixes)


def _members(
    holder: Mapping[str, object], name: Name, prefixes: Mapping[str, str]
) -> Iterator[object]:
    for key, value in holder.items():
        if names_field(name, key, prefixes):
            yield value
            yield from _flat(value)


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, dict):
        yield value
    below = value.values() if isinstance(value, dict) else _listed_items(value)
    for item in below:
        if isinstance(item, dict | list):
            yield from _objects(item)


def _measured(wanted: Measured, event: Candidate, _register: Register) -> bool:
    for path in wanted.holders:
        for element in _values([event.document], path):
            if isinstance(element, dict) and _measures(wanted, element):
                return True
    return False


def _measures(wanted: Measured, element: Mapping[str, object]) -> bool:
    number = element.get(wanted.field)
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return False
    value: Fraction | None = Fraction(number)
    if wanted.uom:
        value = in_unit(Fraction(number), str(element.get("uom", "")), wanted.uom)
    if value is None:
        return False
    if wanted.op is None:
        return value in wanted.values
    return _SIDES[wanted.op](value, wanted.values[0])


def _described(wanted: Described, event: Candidate, register: Register) -> bool:
    if wanted.field in ("bizLocation", "readPoint"):
        named = _values([event.document], (wanted.field, "id"))
    else:
        name = name_of(wanted.field, {})
        if name is None:
            return False
        named = list(_field_values(Extended((), Depth.TOP, name, Present()), event))
    for value in named:
        known = register.attributes.get(site_key(value), {}) if isinstance(value, str) else {}
        for attribute in wanted.attributes & known.keys():
            if wanted.values is None or wanted.values & known[attribute]:
                return True
    return False


_HOLDS: dict[type, Callable[..., bool]] = {
    Stored: _stored,
    Timed: _timed,
    Goods: _goods,
    Place: _place,
    Within: _within,
    Listed: _in_list,
    Valued: _valued,
    Extended: _extended,
    Measured: _measured,
    Described: _described,
}


def satisfies(test: Test, value: object) -> bool:
    """Whether one JSON value passes a test."""
    if isinstance(test, Present):
        return True
    if isinstance(value, dict | list) or value is None:
        return False
    number, at = _as_number(value), _as_moment(value)
    if isinstance(test, Among):
        return (
            (
                (not isinstance(value, int | Decimal) or isinstance(value, bool))
                and _as_text(value) in test.texts
            )
            or number in test.numbers
            or at in test.moments
        )
    return _on_side(test, number, at)


def _on_side(test: Compared, number: Decimal | None, at: datetime | None) -> bool:
    side = _SIDES[test.op]
    if test.number is not None and number is not None and side(number, test.number):
        return True
    return test.moment is not None and at is not None and side(at, test.moment)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    text = str(value)
    return Decimal(text) if text.isascii() and re.fullmatch(NUMBER, text) else None


def _as_moment(value: object) -> datetime | None:
    return moment(value) if isinstance(value, str) else None


def _values(roots: Iterable[object], path: tuple[str, ...]) -> list[object]:
    """What a path reaches; lists on the way are opened."""
    found = [item for root in roots for item in _flat(root)]
    for step in path:
        found = [
            item
            for holder in found
            if isinstance(holder, dict) and step in holder
            for item in _flat(holder[step])
        ]
    return found


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _listed_items(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
