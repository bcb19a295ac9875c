"""The event hash id of CBV 2.0: one name for one event, however it was written.

`ni:///sha-256;…?ver=CBV2.0` over a canonical string of the event's fields in the order of the
standard (CBV 2.0 section 8.9). What names or files the event is left out: eventID, recordTime,
errorDeclaration, certificationInfo.

Capturing spends much of its time here, so values met before are remembered; `hashing_twin` says
the same without any of that.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from zhian.chain.events.engine.hashing_order import (
    COMMENT,
    EPC_LISTS,
    METADATA,
    NUMBER,
    ORDER,
    PAIRS,
    QUANTITY_LISTS,
    REPORT,
    STANDARD_PREFIXES,
    TIMES,
    VERBATIM,
    VOCABULARIES,
)
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.markup.extensions import ATTRIBUTE, TEXT
from zhian.chain.events.engine.markup.names import prefixes_in
from zhian.chain.events.engine.values import moment
from zhian.chain.events.engine.words import Vocabulary

# values remembered under one set of prefixes: so many, none longer
_REMEMBERED, _LONGEST = 32_768, 128
_SPECIAL = frozenset({*VERBATIM, *TIMES, *VOCABULARIES, "stringValue"})

Members = Mapping[str, object]
Writer = Callable[[str, object], str]


class Accepted(Protocol):
    """A document the judge let pass: its events and the prefixes they are written with."""

    @property
    def events(self) -> tuple[dict[str, object], ...]: ...

    @property
    def prefixes(self) -> Mapping[str, str]: ...


def hash_ids(document: Accepted) -> list[str]:
    """The hash id of every event of an accepted document, in order."""
    return [hash_id(event, document.prefixes) for event in document.events]


def hash_id(event: Members, prefixes: Mapping[str, str]) -> str:
    """`ni:///sha-256;…?ver=CBV2.0` of one accepted event."""
    return named(canonical_text(event, prefixes))


def named(canonical: str) -> str:
    """The hash id of a pre-hash string."""
    return f"ni:///sha-256;{sha256(canonical.encode()).hexdigest()}?ver=CBV2.0"


def canonical_text(event: Members, prefixes: Mapping[str, str]) -> str:
    """The pre-hash string of one accepted event."""
    if "@context" in event:
        prefixes = {**prefixes, **prefixes_in(event["@context"])}
    return _canon(tuple(prefixes.items())).event(event)


@lru_cache(maxsize=4)
def _canon(prefixes: tuple[tuple[str, str], ...]) -> "_Canon":
    return _Canon({**STANDARD_PREFIXES, **dict(prefixes)})


class _Canon:
    """Writes the parts of events under one set of prefixes."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._values: dict[str, str] = {}
        self._words: dict[str, dict[str, str]] = {name: {} for name in (*VOCABULARIES, *PAIRS)}
        self._order: list[tuple[str, Writer]] = [(name, self._writer(name)) for name in ORDER]

    def _writer(self, name: str) -> Writer:
        if name in EPC_LISTS:
            return self._epcs
        if name in QUANTITY_LISTS:
            return self._quantities
        special: dict[str, Writer] = {
            "eventTime": self._time,
            "eventTimeZoneOffset": self._as_written,
            "action": self._as_written,
            "bizStep": self._named,
            "disposition": self._named,
            "sensorElementList": self._sensors,
            "persistentDisposition": self._change,
            "readPoint": self._where,
            "bizLocation": self._where,
        }
        return special.get(name, self._scalar)

    def event(self, event: Members) -> str:
        parts = [f"eventType={self._expanded(str(event['type']))}"]
        parts += [write(name, event[name]) for name, write in self._order if name in event]
        rest = [self._pairs(name, event[name]) for name in PAIRS if event.get(name)]
        ilmd = event.get("ilmd")
        if isinstance(ilmd, dict) and ilmd:
            rest.append("ilmd" + self._extensions(ilmd))
        for name, value in event.items():
            if ":" in name and name != COMMENT:
                rest += self._extension_field(name, value)
        rest.sort()
        return "".join(parts) + "".join(rest)

    def _epcs(self, name: str, value: object) -> str:
        return self._sequence(name, [self._scalar("epc", item) for item in _items(value)])

    def _quantities(self, name: str, value: object) -> str:
        return self._sequence(name, [self._quantity(item) for item in _items(value)])

    def _sensors(self, name: str, value: object) -> str:
        return self._sequence(name, [self._sensor(item) for item in _items(value)])

    @staticmethod
    def _sequence(name: str, entries: list[str]) -> str:
        entries.sort()
        return name + "".join(entries) if entries else ""

    def _change(self, name: str, value: object) -> str:
        fields = value if isinstance(value, dict) else {}
        sets = (
            sorted(self._scalar(key, item) for item in _items(fields.get(key)))
            for key in ("set", "unset")
        )
        return name + "".join("".join(words) for words in sets)

    def _where(self, name: str, value: object) -> str:
        assert isinstance(value, dict)
        uri = value["id"]
        place = f"{name}id={self._values.get(uri) or self._value(uri)}"
        return place if len(value) == 1 else place + self._extensions(value)

    def _quantity(self, element: object) -> str:
        assert isinstance(element, dict)
        uri = element["epcClass"]
        text = f"quantityElementepcClass={self._values.get(uri) or self._value(uri)}"
        if "quantity" in element:
            text += f"quantity={_text(element['quantity'])}"
        return text + f"uom={element['uom']}" if "uom" in element else text

    def _pairs(self, name: str, entries: object) -> str:
        field, vocabulary = PAIRS[name]
        words, values = self._words[name], self._values
        written = []
        for entry in _items(entries):
            assert isinstance(entry, dict)
            uri, kind = entry[field], entry.get("type")
            text = f"{field}={values.get(uri) or self._value(uri)}"
            if kind is not None:
                text = f"type={words.get(kind) or self._word(name, vocabulary, kind)}{text}"
            written.append(text)
        written.sort()
        return name + "".join(written)

    def _sensor(self, element: object) -> str:
        assert isinstance(element, dict)
        parts = ["sensorElement"]
        metadata = element.get("sensorMetadata")
        if isinstance(metadata, dict) and metadata:
            parts.append("sensorMetadata" + self._listed(metadata, METADATA))
        reports = [
            "sensorReport" + self._listed(report, REPORT)
            for report in _items(element.get("sensorReport"))
            if isinstance(report, dict)
        ]
        return "".join([*parts, *sorted(reports), self._extensions(element)])

    def _listed(self, fields: Members, order: tuple[str, ...]) -> str:
        parts = [self._scalar(name, fields[name]) for name in order if name in fields]
        return "".join(parts) + self._extensions(fields)

    def _extensions(self, fields: Members) -> str:
        parts: list[str] = []
        for name, value in fields.items():
            if ":" in name and name != COMMENT:
                parts += self._extension_field(name, value)
        parts.sort()
        return "".join(parts)

    def _extension_field(self, name: str, value: object) -> list[str]:
        named = self._name(name)
        return [self._extension(named, item) for item in _items(value)]

    def _extension(self, name: str, value: object) -> str:
        """An extension field; an object opens its members, which need no prefix inside it."""
        if isinstance(value, dict):
            inner: list[str] = []
            if TEXT in value or any(key.startswith(ATTRIBUTE) for key in value):
                name, value = self._attributed(name, value)
            for key, member in value.items():
                inner += self._extension_field(key, member)
            return name + "".join(sorted(inner))
        if isinstance(value, list):  # a list directly inside a list
            return "".join(sorted(self._extension(name, item) for item in value))
        text = canonical(_text(value))
        return f"{name}={text}" if text else name

    def _attributed(self, name: str, value: Mapping[str, object]) -> tuple[str, dict[str, object]]:
        """An element of XML with attributes: its text belongs to its name."""
        members = {key.removeprefix(ATTRIBUTE): member for key, member in value.items()}
        text = canonical(_text(members.pop(TEXT, None)))
        return f"{name}={text}" if text else name, members

    def _name(self, name: str) -> str:
        """`{namespace}local` of a prefixed name or of a full URI; a bare name stays bare."""
        prefix, _, local = name.partition(":")
        namespace = self._prefixes.get(prefix)
        if namespace is not None:
            return f"{{{namespace}}}{local}"
        cut = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
        return f"{{{name[:cut]}}}{name[cut:]}" if cut else name

    @staticmethod
    def _time(name: str, value: object) -> str:
        return f"{name}={_milliseconds(str(value))}"

    @staticmethod
    def _as_written(name: str, value: object) -> str:
        return f"{name}={value}"

    def _named(self, name: str, value: object) -> str:
        word = str(value)
        known = self._words[name].get(word)
        return f"{name}={known or self._word(name, VOCABULARIES[name], word)}"

    def _scalar(self, name: str, value: object) -> str:
        if name in _SPECIAL:
            text = self._special(name, value)
        elif isinstance(value, str):
            text = self._values.get(value) or self._value(value)
        else:
            text = _text(value)
        return f"{name}={text}" if text else ""

    def _special(self, name: str, value: object) -> str:
        """A field that is no plain value: as it is, a time, a word of a vocabulary, free text."""
        text = _text(value)
        if not text or name in VERBATIM:
            return text
        if name in TIMES:
            return _milliseconds(text)
        if name in VOCABULARIES:
            return self._word(name, VOCABULARIES[name], text)
        return canonical(text)

    def _value(self, value: str) -> str:
        text = canonical(self._expanded(value.strip()))
        return _remember(self._values, value, text)

    def _word(self, name: str, vocabulary: Vocabulary, value: str) -> str:
        known = self._words[name]
        found = known.get(value)
        if found is not None:
            return found
        full = vocabulary.full(value)
        text = full if full != value else canonical(self._expanded(value))
        return _remember(known, value, text)

    def _expanded(self, value: str) -> str:
        prefix, colon, local = value.partition(":")
        namespace = self._prefixes.get(prefix) if colon and not local.startswith("//") else None
        return value if namespace is None else namespace + local


def _remember(known: dict[str, str], value: str, text: str) -> str:
    if len(value) <= _LONGEST:
        if len(known) >= _REMEMBERED:
            known.clear()
        known[value] = text
    return text


def canonical(text: str) -> str:
    """Numbers without superfluous zeros, GS1 keys as canonical Digital Links."""
    if ":" in text:
        return identify(text).canonical
    return plain(Decimal(text)) if NUMBER.fullmatch(text) else text


def _items(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if value is not None else ""


def plain(number: Decimal) -> str:
    """A number without exponent, sign plus or superfluous zeros."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text[0] in "0-+":
        whole, dot, fraction = text.lstrip("+-").partition(".")
        text = (whole.lstrip("0") or "0") + dot + fraction
        return f"-{text}" if number < 0 else text
    return text


def _milliseconds(text: str) -> str:
    at = moment(text)
    assert at is not None, "only events that passed the judge are hashed"
    return milliseconds(at)


def milliseconds(at: datetime) -> str:
    """UTC with three digits of a second, half rounded up."""
    beyond = at.microsecond % 1000
    if beyond:
        at += timedelta(microseconds=(1000 if beyond >= 500 else 0) - beyond)
    return at.isoformat(timespec="milliseconds")[:-6] + "Z"
