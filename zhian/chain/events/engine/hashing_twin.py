"""The slow obvious twin of the event hash: every field written out as CBV 2.0 section 8.9 words it.

The platform never runs it; the tests hold `hashing` against it.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from zhian.chain.events.engine.documents import prefixes_in
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
from zhian.chain.events.engine.values import moment
from zhian.chain.events.engine.words import Vocabulary


def canonical_text(event: Mapping[str, object], prefixes: Mapping[str, str]) -> str:
    """The pre-hash string of one accepted event."""
    return _Canon({**STANDARD_PREFIXES, **prefixes, **prefixes_in(event.get("@context"))}).event(
        event
    )


class _Canon:
    """Writes the parts of one event under the prefixes in force."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes

    def event(self, event: Mapping[str, object]) -> str:
        parts = [f"eventType={self._expanded(str(event['type']))}"]
        parts += [self._field(name, event[name]) for name in ORDER if name in event]
        rest = [self._pairs(name, event[name]) for name in PAIRS if event.get(name)]
        ilmd = event.get("ilmd")
        if isinstance(ilmd, dict) and ilmd:
            rest.append("ilmd" + self._extensions(ilmd))
        rest += self._extension_list(event)
        return "".join(parts) + "".join(sorted(rest))

    def _field(self, name: str, value: object) -> str:
        if name in EPC_LISTS:
            return self._sequence(name, [self._scalar("epc", item) for item in _items(value)])
        if name in QUANTITY_LISTS:
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
        field, vocabulary = PAIRS[name]
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
            parts.append("sensorMetadata" + self._listed(metadata, METADATA))
        reports = [
            "sensorReport" + self._listed(report, REPORT)
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
            if ":" in name and name != COMMENT:
                parts += [self._extension(self._name(name), item) for item in _items(value)]
        return parts

    def _extension(self, name: str, value: object) -> str:
        """An extension field; an object opens its members, which need no prefix inside it."""
        if isinstance(value, dict):
            inner: list[str] = []
            if TEXT in value:
                name = f"{name}={self._canonical(_text(value[TEXT]))}"
            members = {k.removeprefix(ATTRIBUTE): m for k, m in value.items() if k != TEXT}
            for key, member in members.items():
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
        if name in TIMES:
            text = _milliseconds(text)
        elif name in VOCABULARIES:
            text = self._word(VOCABULARIES[name], text)
        elif name not in VERBATIM:
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
        if NUMBER.fullmatch(text):
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
