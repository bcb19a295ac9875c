"""The event hash id of CBV 2.0: one name for one event, however it was written.

`ni:///sha-256;…?ver=CBV2.0` over a canonical string of the event's fields in the order of the
standard (CBV 2.0 section 8.9). What names or files the event is left out: eventID, recordTime,
errorDeclaration, certificationInfo.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from zhian.chain.events.engine.documents import Document, prefixes_in
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.values import moment
from zhian.chain.events.engine.words import (
    ALERT,
    BIZ_STEP,
    BIZ_TRANSACTION_TYPE,
    CBV,
    COMPONENT,
    DISPOSITION,
    GS1_VOC,
    MEASUREMENT,
    SOURCE_DESTINATION_TYPE,
    Vocabulary,
)

_STANDARD_PREFIXES = {
    "cbv": CBV,
    "gs1": GS1_VOC,
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "epcis": "https://ref.gs1.org/epcis/",
}
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,2})?")

_EPC_LISTS = ("epcList", "inputEPCList", "childEPCs", "outputEPCList")
_QUANTITY_LISTS = (
    "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"
)  # fmt: skip
_ORDER = (
    "eventTime", "eventTimeZoneOffset", "epcList", "parentID", "inputEPCList", "childEPCs",
    "quantityList", "childQuantityList", "inputQuantityList", "outputEPCList",
    "outputQuantityList", "action", "transformationID", "bizStep", "disposition",
    "persistentDisposition", "readPoint", "bizLocation", "sensorElementList",
)  # fmt: skip
_PAIRS = {
    "bizTransactionList": ("bizTransaction", BIZ_TRANSACTION_TYPE),
    "sourceList": ("source", SOURCE_DESTINATION_TYPE),
    "destinationList": ("destination", SOURCE_DESTINATION_TYPE),
}
_METADATA = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
    "dataProcessingMethod", "bizRules",
)  # fmt: skip
_REPORT = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time",
    "microorganism", "chemicalSubstance", "value", "component", "stringValue", "booleanValue",
    "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank",
    "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip
_TIMES = frozenset({"eventTime", "time", "startTime", "endTime"})
_VERBATIM = frozenset({"eventTimeZoneOffset", "action", "uom"})
_VOCABULARIES = {
    "bizStep": BIZ_STEP, "disposition": DISPOSITION, "type": MEASUREMENT, "exception": ALERT,
    "component": COMPONENT, "set": DISPOSITION, "unset": DISPOSITION,
}  # fmt: skip


def hash_ids(document: Document) -> list[str]:
    """The hash id of every event of an accepted document, in order."""
    return [hash_id(event, document.prefixes) for event in document.events]


def hash_id(event: Mapping[str, object], prefixes: Mapping[str, str]) -> str:
    """`ni:///sha-256;…?ver=CBV2.0` of one accepted event."""
    digest = hashlib.sha256(canonical_text(event, prefixes).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def canonical_text(event: Mapping[str, object], prefixes: Mapping[str, str]) -> str:
    """The pre-hash string of one accepted event."""
    return _Canon({**_STANDARD_PREFIXES, **prefixes, **prefixes_in(event.get("@context"))}).event(
        event
    )


class _Canon:
    """Writes the parts of one event under the prefixes in force."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes

    def event(self, event: Mapping[str, object]) -> str:
        parts = [f"eventType={self._expanded(str(event['type']))}"]
        parts += [self._field(name, event[name]) for name in _ORDER if name in event]
        rest = [self._pairs(name, event[name]) for name in _PAIRS if event.get(name)]
        ilmd = event.get("ilmd")
        if isinstance(ilmd, dict) and ilmd:
            rest.append("ilmd" + self._extensions(ilmd))
        rest += self._extension_list(event)
        return "".join(parts) + "".join(sorted(rest))

    def _field(self, name: str, value: object) -> str:
        if name in _EPC_LISTS:
            return self._sequence(name, [self._scalar("epc", item) for item in _items(value)])
        if name in _QUANTITY_LISTS:
            return self._sequence(name, [self._quantity(item) for item in _items(value)])
        if name == "sensorElementList":
            return self._sequence(name, [self._sensor(item) for item in _items(value)])
        if name == "persistentDisposition" and isinstance(value, dict):
            return name + "".join(self._words(key, value.get(key)) for key in ("set", "unset"))
        if isinstance(value, dict):  # readPoint, bizLocation
            return name + self._scalar("id", value["id"]) + self._extensions(value)
        return self._scalar(name, value)

    @staticmethod
    def _sequence(name: str, entries: list[str]) -> str:
        return name + "".join(sorted(entries)) if entries else ""

    def _words(self, name: str, values: object) -> str:
        return "".join(sorted(self._scalar(name, item) for item in _items(values)))

    def _quantity(self, element: object) -> str:
        fields = element if isinstance(element, dict) else {}
        parts = (self._scalar(n, fields[n]) for n in ("epcClass", "quantity", "uom") if n in fields)
        return "quantityElement" + "".join(parts)

    def _pairs(self, name: str, entries: object) -> str:
        field, vocabulary = _PAIRS[name]
        written = []
        for entry in _items(entries):
            assert isinstance(entry, dict)
            kind = entry.get("type")
            text = f"type={self._word(vocabulary, str(kind))}" if kind is not None else ""
            written.append(text + self._scalar(field, entry[field]))
        return name + "".join(sorted(written))

    def _sensor(self, element: object) -> str:
        assert isinstance(element, dict)
        parts = ["sensorElement"]
        metadata = element.get("sensorMetadata")
        if isinstance(metadata, dict) and metadata:
            parts.append("sensorMetadata" + self._listed(metadata, _METADATA))
        reports = [
            "sensorReport" + self._listed(report, _REPORT)
            for report in _items(element.get("sensorReport"))
            if isinstance(report, dict)
        ]
        return "".join([*parts, *sorted(reports), self._extensions(element)])

    def _listed(self, fields: Mapping[str, object], order: tuple[str, ...]) -> str:
        parts = [self._scalar(name, fields[name]) for name in order if name in fields]
        return "".join(parts) + self._extensions(fields)

    def _extensions(self, fields: Mapping[str, object]) -> str:
        return "".join(sorted(self._extension_list(fields)))

    def _extension_list(self, fields: Mapping[str, object]) -> list[str]:
        parts: list[str] = []
        for name, value in fields.items():
            if ":" in name:
                parts += [self._extension(self._name(name), item) for item in _items(value)]
        return parts

    def _extension(self, name: str, value: object) -> str:
        """An extension field; an object opens its members, which need no prefix inside it."""
        if isinstance(value, dict):
            inner: list[str] = []
            for key, member in value.items():
                inner += [self._extension(self._name(key), item) for item in _items(member)]
            return name + "".join(sorted(inner))
        if isinstance(value, list):  # a list directly inside a list
            return "".join(sorted(self._extension(name, item) for item in value))
        text = self._canonical(_text(value))
        return f"{name}={text}" if text else name

    def _name(self, name: str) -> str:
        """`{namespace}local` of a prefixed name or of a full URI; a bare name stays bare."""
        prefix, _, local = name.partition(":")
        namespace = self._prefixes.get(prefix)
        if namespace is not None:
            return f"{{{namespace}}}{local}"
        cut = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
        return f"{{{name[:cut]}}}{name[cut:]}" if cut else name

    def _scalar(self, name: str, value: object) -> str:
        text = _text(value)
        if not text:
            return ""
        if name in _TIMES:
            text = _milliseconds(text)
        elif name in _VOCABULARIES:
            text = self._word(_VOCABULARIES[name], text)
        elif name not in _VERBATIM:
            text = self._canonical(self._expanded(text) if name != "stringValue" else text)
        return f"{name}={text}"

    def _word(self, vocabulary: Vocabulary, value: str) -> str:
        full = vocabulary.full(value)
        return full if full != value else self._canonical(self._expanded(value))

    def _expanded(self, value: str) -> str:
        prefix, colon, local = value.partition(":")
        namespace = self._prefixes.get(prefix) if colon and not local.startswith("//") else None
        return value if namespace is None else namespace + local

    @staticmethod
    def _canonical(text: str) -> str:
        """Numbers without superfluous zeros, GS1 keys as canonical Digital Links."""
        if _NUMBER.fullmatch(text):
            return _plain(Decimal(text))
        return identify(text).canonical if ":" in text else text


def _items(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _plain(value)
    return str(value).strip() if value is not None else ""


def _plain(number: Decimal) -> str:
    """A number without exponent, sign plus or superfluous zeros."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, dot, fraction = text.lstrip("+-").partition(".")
    plain = (whole.lstrip("0") or "0") + dot + fraction
    return f"-{plain}" if number < 0 else plain


def _milliseconds(text: str) -> str:
    """UTC with three digits of a second, half rounded up."""
    at = moment(text)
    assert at is not None, "only events that passed the judge are hashed"
    exact = Decimal(at.microsecond) / 1000
    at = at.replace(microsecond=0) + timedelta(
        milliseconds=int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    )
    return at.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
