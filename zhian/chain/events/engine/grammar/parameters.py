"""Every parameter of SimpleEventQuery: 60 with fixed names, 108 with a pattern of names.

Source: EPCIS 2.0 8.2.7.1 and its query-schema.json. `FIXED` and `PATTERNED` are the table;
each entry builds one predicate (None when it asks for nothing).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from zhian.chain.events.engine.grammar.faults import QueryFault
from zhian.chain.events.engine.grammar.patterns import read_pattern
from zhian.chain.events.engine.grammar.predicates import (
    Among,
    Compared,
    Depth,
    Described,
    Extended,
    Goods,
    Listed,
    Measured,
    Op,
    Place,
    Predicate,
    Present,
    Stored,
    Test,
    Timed,
    Valued,
    Within,
)
from zhian.chain.events.engine.grammar.spelling import (
    key_spellings,
    place_spellings,
    word_spellings,
)
from zhian.chain.events.engine.grammar.values import Asked
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.keys import site_key
from zhian.chain.events.engine.words import (
    ACTIONS,
    BIZ_STEP,
    BIZ_TRANSACTION_TYPE,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENT,
    SOURCE_DESTINATION_TYPE,
    Vocabulary,
    is_uri,
)

REGION, OPERATOR = "urn:zhian:region:", "urn:zhian:operator:"
EVENT_TYPES = (
    "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent",
    "AssociationEvent",
)  # fmt: skip
Build = Callable[[Asked], Predicate | None]
Path = tuple[str, ...]

_ELEMENT: Path = ("sensorElementList",)
_METADATA: Path = (*_ELEMENT, "sensorMetadata")
_REPORT: Path = (*_ELEMENT, "sensorReport")
_DECLARATION: Path = ("errorDeclaration",)
_EPCS, _CLASSES = ("epcList", "childEPCs"), ("quantityList", "childQuantityList")
_QUANTITIES: tuple[Path, ...] = (
    ("quantityList",), ("childQuantityList",), ("inputQuantityList",), ("outputQuantityList",),
)  # fmt: skip
_HOLDERS: dict[str, Path] = {
    "": (),
    "ILMD": ("ilmd",),
    "ERROR_DECLARATION": _DECLARATION,
    "SENSORELEMENT": _ELEMENT,
    "SENSORMETADATA": _METADATA,
    "SENSORREPORT": _REPORT,
    "readPoint": ("readPoint",),
    "bizLocation": ("bizLocation",),
}


# --- builders -----------------------------------------------------------------------------------
def _event_type(asked: Asked) -> Predicate:
    for value in asked.texts():
        if value not in EVENT_TYPES and not is_uri(value):
            raise QueryFault("bad-choice", asked.name, value, allowed=", ".join(EVENT_TYPES))
    return Stored("type", frozenset({*asked.values, *map(asked.expanded, asked.values)}))


def _word(column: str, vocabulary: Vocabulary) -> Build:
    return lambda asked: Stored(column, asked.words(vocabulary))


def _timed(column: str, op: Op) -> Build:
    return lambda asked: Timed(column, op, asked.moment())


def _goods(*fields: str) -> Build:
    def build(asked: Asked) -> Predicate:
        patterns = []
        for value in asked.uris():
            pattern = read_pattern(value)
            if pattern is None:
                raise QueryFault("bad-pattern", asked.name, value)
            patterns.append(pattern)
        return Goods(fields, tuple(patterns))

    return build


def _place(field: str) -> Build:
    def build(asked: Asked) -> Predicate:
        uris = asked.uris()
        spellings = frozenset[str]().union(*map(place_spellings, uris))
        return Place(field, spellings, frozenset(map(site_key, uris)))

    return build


def _within(field: str) -> Build:
    def build(asked: Asked) -> Predicate:
        regions = {u.removeprefix(REGION) for u in asked.uris() if u.startswith(REGION)}
        operators = {u.removeprefix(OPERATOR) for u in asked.uris() if u.startswith(OPERATOR)}
        places = [u for u in asked.uris() if not u.startswith((REGION, OPERATOR))]
        whole = {u for u in places if identify(site_key(u)).canonical == identify(u).canonical}
        doors = frozenset[str]().union(*(place_spellings(u) for u in places if u not in whole))
        return Within(
            field, frozenset(map(site_key, whole)), doors, frozenset(regions), frozenset(operators)
        )

    return build


def _texts(*paths: Path) -> Build:
    return lambda asked: Valued(paths, Among(frozenset(asked.texts())))


def _keys(*paths: Path) -> Build:
    def build(asked: Asked) -> Predicate:
        return Valued(paths, Among(frozenset[str]().union(*map(key_spellings, asked.uris()))))

    return build


def _words(vocabulary: Vocabulary, *paths: Path) -> Build:
    def build(asked: Asked) -> Predicate:
        forms = (word_spellings(vocabulary, value) for value in asked.words(vocabulary))
        return Valued(paths, Among(frozenset[str]().union(*forms)))

    return build


def _hexadecimal(path: Path) -> Build:
    def build(asked: Asked) -> Predicate:
        found = asked.hexadecimal()
        forms = {form for value in found for form in (value, value.upper(), value.lower())}
        return Valued((path,), Among(frozenset(forms)))

    return build


def _boolean(path: Path) -> Build:
    return lambda asked: Valued((path,), Among(frozenset({str(asked.boolean()).lower()})))


def _at(op: Op, *paths: Path) -> Build:
    return lambda asked: Valued(paths, Compared(op, moment=asked.moment()))


def _number(op: Op, path: Path) -> Build:
    return lambda asked: Valued((path,), Compared(op, number=asked.number()))


def _exists(path: Path) -> Build:
    return lambda asked: Valued((path,), Present()) if asked.exists() else None


def _measured(holders: tuple[Path, ...], field: str, op: str) -> Build:
    def build(asked: Asked) -> Predicate:
        numbers = asked.numbers() if op == "EQ" else (asked.number(),)
        values = tuple(Fraction(number) for number in numbers)
        side = None if op == "EQ" else Op(op)
        return Measured(holders, field, side, values, asked.parts.get("uom", ""))

    return build


def _listed(field: str, member: str, vocabulary: Vocabulary) -> Build:
    def build(asked: Asked) -> Predicate:
        written = asked.parts["type"]
        if not vocabulary.allows(written):
            raise QueryFault("not-word", asked.name, written)
        types = word_spellings(vocabulary, written) | {asked.expanded(written)}
        forms = (key_spellings(uri) | place_spellings(uri) for uri in asked.uris())
        return Listed(field, member, types, frozenset[str]().union(*forms))

    return build


def _extended(holder: Path, depth: Depth, op: str) -> Build:
    def build(asked: Asked) -> Predicate | None:
        test: Test
        if op == "EXISTS":
            if not asked.exists():
                return None
            test = Present()
        else:
            test = asked.tested(op)
        return Extended(holder, depth, asked.field(), test)

    return build


def _local(attribute: str) -> str:
    """`name` of `cbvmda:name` and of `urn:epcglobal:cbv:mda#name`."""
    return re.split(r"[#/:]", attribute)[-1]


def _has_attribute(asked: Asked) -> Predicate:
    return Described(asked.parts["field"], frozenset(map(_local, asked.texts())))


def _equal_attribute(asked: Asked) -> Predicate:
    attribute = frozenset({_local(asked.parts["attribute"])})
    return Described(asked.parts["field"], attribute, frozenset(asked.texts()))


# --- the table ----------------------------------------------------------------------------------
def _sided(name: str, build: Callable[[Op], Build], *ops: str) -> dict[str, Build]:
    return {f"{op}_{name}": build(Op(op)) for op in ops}


FIXED: dict[str, Build] = {
    "eventType": _event_type,
    **_sided("eventTime", lambda op: _timed("event_time", op), "GE", "LT"),
    **_sided("recordTime", lambda op: _timed("record_time", op), "GE", "LT"),
    "EQ_action": lambda asked: Stored("action", asked.one_of(ACTIONS)),
    "EQ_bizStep": _word("biz_step", BIZ_STEP),
    "EQ_disposition": _word("disposition", DISPOSITION),
    "EQ_persistentDisposition_set": _words(DISPOSITION, ("persistentDisposition", "set")),
    "EQ_persistentDisposition_unset": _words(DISPOSITION, ("persistentDisposition", "unset")),
    "EQ_quantity": _measured(_QUANTITIES, "quantity", "EQ"),
    **_sided("quantity", lambda op: _measured(_QUANTITIES, "quantity", op), "GT", "GE", "LT", "LE"),
    "EQ_readPoint": _place("readPoint"),
    "WD_readPoint": _within("readPoint"),
    "EQ_bizLocation": _place("bizLocation"),
    "WD_bizLocation": _within("bizLocation"),
    "EQ_transformationID": _keys(("transformationID",)),
    "MATCH_epc": _goods(*_EPCS),
    "MATCH_parentID": _goods("parentID"),
    "MATCH_inputEPC": _goods("inputEPCList"),
    "MATCH_outputEPC": _goods("outputEPCList"),
    "MATCH_anyEPC": _goods(*_EPCS, "parentID", "inputEPCList", "outputEPCList"),
    "MATCH_epcClass": _goods(*_CLASSES),
    "MATCH_inputEPCClass": _goods("inputQuantityList"),
    "MATCH_outputEPCClass": _goods("outputQuantityList"),
    "MATCH_anyEPCClass": _goods(*_CLASSES, "inputQuantityList", "outputQuantityList"),
    "EQ_eventID": lambda asked: Stored("event_id", frozenset(asked.texts())),
    "EXISTS_errorDeclaration": _exists(_DECLARATION),
    **_sided(
        "errorDeclaration_Time", lambda op: _at(op, (*_DECLARATION, "declarationTime")), "GE", "LT"
    ),
    "EQ_errorReason": _words(ERROR_REASON, (*_DECLARATION, "reason")),
    "EQ_correctiveEventID": _texts((*_DECLARATION, "correctiveEventIDs")),
    "EXISTS_sensorElementList": _exists(_ELEMENT),
    **_sided("time", lambda op: _at(op, (*_METADATA, "time"), (*_REPORT, "time")), "GE", "LT"),
    **_sided("startTime", lambda op: _at(op, (*_METADATA, "startTime")), "GE", "LT"),
    **_sided("endTime", lambda op: _at(op, (*_METADATA, "endTime")), "GE", "LT"),
    "EQ_type": _words(MEASUREMENT, (*_REPORT, "type")),
    "EQ_deviceID": _keys((*_METADATA, "deviceID"), (*_REPORT, "deviceID")),
    "EQ_dataProcessingMethod": _keys(
        (*_METADATA, "dataProcessingMethod"), (*_REPORT, "dataProcessingMethod")
    ),
    "EQ_microorganism": _texts((*_REPORT, "microorganism")),
    "EQ_chemicalSubstance": _texts((*_REPORT, "chemicalSubstance")),
    "EQ_bizRules": _keys((*_METADATA, "bizRules")),
    "EQ_stringValue": _texts((*_REPORT, "stringValue")),
    "EQ_booleanValue": _boolean((*_REPORT, "booleanValue")),
    "EQ_hexBinaryValue": _hexadecimal((*_REPORT, "hexBinaryValue")),
    "EQ_uriValue": _texts((*_REPORT, "uriValue")),
    **_sided("percRank", lambda op: _number(op, (*_REPORT, "percRank")), "GE", "LT", "GT", "LE"),
}
# what the OpenAPI of the standard calls otherwise than its query schema
ALIASES = {
    "GE_errorDeclarationTime": "GE_errorDeclaration_Time",
    "LT_errorDeclarationTime": "LT_errorDeclaration_Time",
}
# how the answer is cut and ordered: read by `reading`, they build no predicate
SHAPING = ("orderBy", "orderDirection", "eventCountLimit", "maxEventCount")


@dataclass(frozen=True, slots=True)
class Family:
    """Parameters whose names follow a pattern; `example` is one of them."""

    example: str
    pattern: re.Pattern[str]
    build: Build


def _family(example: str, pattern: str, build: Build) -> Family:
    return Family(example, re.compile(pattern), build)


_FIELD = r"(?P<field>[^|\s]*:[^|\s]+)"
_UOM = r"(?P<uom>[A-Z0-9]{2,4})"
_LISTS = {
    "bizTransaction": ("bizTransactionList", BIZ_TRANSACTION_TYPE, "po"),
    "source": ("sourceList", SOURCE_DESTINATION_TYPE, "location"),
    "destination": ("destinationList", SOURCE_DESTINATION_TYPE, "location"),
}
_OPS = ("EQ", "GT", "GE", "LT", "LE")
_SIDES = _OPS[1:]


def _list_families() -> list[Family]:
    return [
        _family(f"EQ_{member}_{example}", rf"EQ_{member}_(?P<type>.+)", _listed(field, member, voc))
        for member, (field, voc, example) in _LISTS.items()
    ]


def _field_families() -> list[Family]:
    """Extension fields of every holder; the longer beginnings first."""
    found = []
    for depth, inner in ((Depth.INNER, "INNER_"), (Depth.TOP, "")):
        for scope, holder in sorted(_HOLDERS.items(), key=lambda one: -len(one[0])):
            start = f"{inner}{scope}_" if scope else inner
            for op in (*_OPS, "EXISTS"):
                found.append(
                    _family(
                        f"{op}_{start}ex:field",
                        rf"{op}_{start}{_FIELD}",
                        _extended(holder, depth, op),
                    )
                )
    return found


def _measure_families() -> list[Family]:
    fields = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
    found = [
        _family(f"{op}_{field}_CEL", rf"{op}_{field}_{_UOM}", _measured((_REPORT,), field, op))
        for field in fields
        for op in _OPS
    ]
    return found + [
        _family(
            f"{op}_quantity_KGM",
            rf"{op}_quantity_{_UOM}",
            _measured(_QUANTITIES, "quantity", op),
        )
        for op in _OPS
    ]


PATTERNED: tuple[Family, ...] = (
    *_list_families(),
    _family("HASATTR_ex:field", r"HASATTR_(?P<field>[^|\s]+)", _has_attribute),
    _family(
        "EQ_ATTR_bizLocation_name",
        r"EQ_?ATTR_(?P<field>[^|\s]+?)_(?P<attribute>[^|\s]+)",
        _equal_attribute,
    ),
    *_measure_families(),
    *_field_families(),
)


def build(asked: Asked) -> Predicate | None:
    """The predicate of one parameter; QueryFault names what is wrong with it."""
    fixed = FIXED.get(ALIASES.get(asked.name, asked.name))
    if fixed is not None:
        return fixed(asked)
    for family in PATTERNED:
        found = family.pattern.fullmatch(asked.name)
        if found is not None:
            return family.build(Asked(asked.name, asked.values, asked.prefixes, found.groupdict()))
    raise QueryFault("unknown", asked.name)
