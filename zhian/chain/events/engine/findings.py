"""What is wrong with a document: a code, where, and a plain sentence in English.

The sentences are msgids: the web layer passes `template` through gettext and fills in `params`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MAX_FINDINGS = 200


class Severity(StrEnum):
    """An error refuses the document; a warning is reported and the document accepted."""

    ERROR = "error"
    WARNING = "warning"


TEMPLATES: dict[str, str] = {
    "too-large": "The document has %(size)s bytes; the limit is %(limit)s.",
    "too-many-events": "The document has %(count)s events; the limit is %(limit)s.",
    "too-deep": "The document is nested too deeply.",
    "not-utf8": "The document is not UTF-8 text.",
    "not-json": "The document is not valid JSON: %(reason)s.",
    "duplicate-key": "The field “%(name)s” is written more than once.",
    "event-id-twice": "The event has two identifiers; the last one is used.",
    "not-a-number": "“%(value)s” is not a JSON number.",
    "number-out-of-range": "The number %(value)s is too large or too precise to be stored.",
    "forbidden-character": "The text contains a character that cannot be stored.",
    "not-an-object": "An object is expected here.",
    "not-a-list": "A list is expected here.",
    "not-text": "Text is expected here.",
    "not-numeric": "A number is expected here, not “%(value)s”.",
    "not-boolean": "true or false is expected here.",
    "not-hexadecimal": "Hexadecimal digits are expected here.",
    "empty-list": "At least one entry is needed here.",
    "repeated-entry": "“%(value)s” is listed more than once.",
    "missing-field": "The required field “%(name)s” is missing.",
    "unknown-field": (
        "The field “%(name)s” is not part of EPCIS 2.0; "
        "an extension field needs a namespace prefix, such as example:%(name)s."
    ),
    "unknown-document": (
        "“%(value)s” is neither an EPCIS document nor an event type of EPCIS 2.0."
    ),
    "unsupported-version": "Version “%(value)s” of EPCIS is not supported in JSON; 2.0 is.",
    "bad-version": "“%(value)s” is not a version number.",
    "bad-context": "The @context must be an address, an object of prefixes, or a list of these.",
    "bad-uri": "“%(value)s” is not a URI.",
    "too-long": "The text has %(length)s bytes; the limit is %(limit)s.",
    "bad-time": (
        "“%(value)s” is not a date and time with an offset, such as 2026-03-01T08:00:00+08:00."
    ),
    "bad-offset": "“%(value)s” is not a time zone offset, such as +08:00.",
    "bad-choice": "“%(value)s” is not allowed here; allowed are: %(allowed)s.",
    "unknown-word": (
        "“%(value)s” is not a value of the Core Business Vocabulary 2.0 for %(name)s; "
        "a private value must be written as a full URI."
    ),
    "bad-uom": "“%(value)s” is not a unit code of two or three capital letters or digits.",
    "uom-without-quantity": "A unit is given without a quantity.",
    "negative-quantity": "The quantity %(value)s is negative.",
    "bad-identifier": "“%(value)s” is not a well-formed GS1 identifier (%(scheme)s).",
    "bad-check-digit": "“%(value)s” has a wrong check digit; %(expected)s is expected.",
    "ilmd-not-allowed": "ILMD is only allowed when the action is ADD.",
    "nothing-observed": (
        "The event names no goods: epcList, quantityList, "
        "or sensor data with a read point is needed."
    ),
    "no-children": (
        "Children (childEPCs or childQuantityList) are needed with the action %(action)s."
    ),
    "no-parent": "The parentID is needed with the action %(action)s.",
    "no-goods": "epcList or quantityList is needed with the action %(action)s.",
    "no-inputs": "A transformation without transformationID needs inputs.",
    "no-outputs": "A transformation without transformationID needs outputs.",
    "neither-input-nor-output": "A transformation needs inputs or outputs.",
    "sensor-twice": "“%(name)s” is given both in sensorMetadata and in sensorReport.",
    "event-id-differs": "The event identifier is a hash, but not the CBV 2.0 hash of this event.",
    "event-id-taken": "Another event is already known under the identifier “%(value)s”.",
    "too-many-findings": "There are more problems; only the first %(limit)s are listed.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem at one place; `event` is the index in the event list, None outside events."""

    code: str
    path: str
    event: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = Severity.ERROR

    @property
    def template(self) -> str:
        """The English sentence before its values are filled in (a gettext msgid)."""
        return TEMPLATES[self.code]

    @property
    def message(self) -> str:
        """The English sentence."""
        return self.template % self.params

    def as_dict(self) -> dict[str, object]:
        """For JSON: code, severity, event, path and message."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "event": self.event,
            "path": self.path,
            "message": self.message,
        }


class Findings:
    """Collects findings of one document and stops counting at a limit."""

    def __init__(self, limit: int = MAX_FINDINGS) -> None:
        self._limit = limit
        self._errors: list[Finding] = []
        self._warnings: list[Finding] = []
        self.event: int | None = None

    @property
    def full(self) -> bool:
        """No further error is recorded; the caller may stop looking."""
        return len(self._errors) >= self._limit

    def add(self, code: str, path: str, /, **params: str) -> None:
        """Record an error."""
        self._record(self._errors, Finding(code, path, self.event, params))

    def warn(self, code: str, path: str, /, **params: str) -> None:
        """Record a warning."""
        found = Finding(code, path, self.event, params, Severity.WARNING)
        self._record(self._warnings, found)

    def _record(self, found: list[Finding], finding: Finding) -> None:
        if len(found) < self._limit - 1:
            found.append(finding)
        elif len(found) < self._limit:
            limit = {"limit": str(self._limit - 1)}
            found.append(Finding("too-many-findings", "$", None, limit, finding.severity))

    def errors(self) -> tuple[Finding, ...]:
        """What refuses the document."""
        return tuple(self._errors)

    def warnings(self) -> tuple[Finding, ...]:
        """What is merely reported."""
        return tuple(self._warnings)


def shown(value: object, limit: int = 80) -> str:
    """A value as it is quoted in a message: one line, cut when long."""
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\n", " ")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def child(path: str, name: str) -> str:
    """The JSON path of a member."""
    return f"{path}.{name}" if name.isidentifier() else f"{path}['{shown(name)}']"
