"""What is wrong with a document: a code, where, and a plain sentence in English.

The sentences are msgids: the web layer passes `template` through gettext and fills in `params`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

MAX_FINDINGS = 200


class Severity(StrEnum):
    """An error refuses the document; a warning is reported and the document accepted."""

    ERROR = "error"
    WARNING = "warning"


def _(text: str) -> str:
    """Marks a msgid for translation; the engine itself speaks English."""
    return text


TEMPLATES: dict[str, str] = {
    "too-large": _("The document has %(size)s bytes; the limit is %(limit)s."),
    "too-many-events": _("The document has %(count)s events; the limit is %(limit)s."),
    "too-deep": _("The document is nested too deeply."),
    "not-utf8": _("The document is not UTF-8 text."),
    "not-json": _("The document is not valid JSON: %(reason)s."),
    "not-xml": _("The document is not well-formed XML: %(reason)s."),
    "document-type": _("A document type or entity is declared; this is not allowed in EPCIS."),
    "unknown-element": _(
        "The element “%(name)s” is not part of EPCIS here; "
        "an extension needs a namespace of its own."
    ),
    "element-order": _("The element “%(name)s” must stand before “%(after)s”."),
    "repeated-element": _("The element “%(name)s” is given more than once."),
    "duplicate-key": _("The field “%(name)s” is written more than once."),
    "event-id-twice": _("The event has two identifiers; the last one is used."),
    "not-a-number": _("“%(value)s” is not a JSON number."),
    "number-out-of-range": _("The number %(value)s is too large or too precise to be stored."),
    "forbidden-character": _("The text contains a character that cannot be stored."),
    "not-an-object": _("An object is expected here."),
    "not-a-list": _("A list is expected here."),
    "not-text": _("Text is expected here."),
    "not-numeric": _("A number is expected here, not “%(value)s”."),
    "not-boolean": _("true or false is expected here."),
    "not-hexadecimal": _("Hexadecimal digits are expected here."),
    "empty-list": _("At least one entry is needed here."),
    "repeated-entry": _("“%(value)s” is listed more than once."),
    "missing-field": _("The required field “%(name)s” is missing."),
    "unknown-field": _(
        "The field “%(name)s” is not part of EPCIS 2.0; "
        "an extension field needs a namespace prefix, such as example:%(name)s."
    ),
    "unknown-document": _(
        "“%(value)s” is neither an EPCIS document nor an event type of EPCIS 2.0."
    ),
    "unsupported-version": _("Version “%(value)s” of EPCIS is not supported in JSON; 2.0 is."),
    "bad-version": _("“%(value)s” is not a version number."),
    "bad-context": _("The @context must be an address, an object of prefixes, or a list of these."),
    "bad-uri": _("“%(value)s” is not a URI."),
    "too-long": _("The text has %(length)s bytes; the limit is %(limit)s."),
    "bad-time": _(
        "“%(value)s” is not a date and time with an offset, such as 2026-03-01T08:00:00+08:00."
    ),
    "bad-offset": _("“%(value)s” is not a time zone offset, such as +08:00."),
    "bad-choice": _("“%(value)s” is not allowed here; allowed are: %(allowed)s."),
    "unknown-word": _(
        "“%(value)s” is not a value of the Core Business Vocabulary 2.0 for %(name)s; "
        "a private value must be written as a full URI."
    ),
    "bad-uom": _("“%(value)s” is not a unit code of two or three capital letters or digits."),
    "unknown-unit": _("“%(value)s” is not a unit of UN/ECE Recommendation 20."),
    "fraction-of-pieces": _("%(value)s without a unit would be a fraction of a piece."),
    "uom-without-quantity": _("A unit is given without a quantity."),
    "negative-quantity": _("The quantity %(value)s is negative."),
    "bad-identifier": _("“%(value)s” is not a well-formed GS1 identifier (%(scheme)s)."),
    "bad-check-digit": _("“%(value)s” has a wrong check digit; %(expected)s is expected."),
    "ilmd-not-allowed": _("ILMD is only allowed when the action is ADD."),
    "nothing-observed": _(
        "The event names no goods: epcList, quantityList, "
        "or sensor data with a read point is needed."
    ),
    "no-children": _(
        "Children (childEPCs or childQuantityList) are needed with the action %(action)s."
    ),
    "no-parent": _("The parentID is needed with the action %(action)s."),
    "no-goods": _("epcList or quantityList is needed with the action %(action)s."),
    "no-inputs": _("A transformation without transformationID needs inputs."),
    "no-outputs": _("A transformation without transformationID needs outputs."),
    "neither-input-nor-output": _("A transformation needs inputs or outputs."),
    "sensor-twice": _("“%(name)s” is given both in sensorMetadata and in sensorReport."),
    "sensor-time-late": _("The sensor time %(value)s is later than the event."),
    "sensor-interval": _("The sensor interval ends before it starts."),
    "event-id-differs": _(
        "The event identifier is a hash, but not the CBV 2.0 hash of this event."
    ),
    "event-id-taken": _("Another event is already known under the identifier “%(value)s”."),
    "profile-no-kind": _("The event is none of the kinds of the profile: %(kinds)s."),
    "profile-need": _("The profile needs %(what)s."),
    "one-event": _("One event is expected here, not %(count)s."),
    "already-known": _("This event is known already; it was not stored again."),
    "too-many-findings": _("There are more problems; only the first %(limit)s are listed."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem at one place; `event` is the index in the event list, None outside events."""

    code: str
    path: str
    event: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    line: int | None = None

    @property
    def template(self) -> str:
        """The English sentence before its values are filled in (a gettext msgid)."""
        return TEMPLATES[self.code]

    @property
    def message(self) -> str:
        """The English sentence."""
        return self.template % self.params

    def as_dict(self) -> dict[str, object]:
        """For JSON: code, severity, event, path, line (of XML) and message."""
        found: dict[str, object] = {
            "code": self.code,
            "severity": self.severity.value,
            "event": self.event,
            "path": self.path,
            "message": self.message,
        }
        if self.line is not None:
            found["line"] = self.line
        return found


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

    @property
    def silent(self) -> bool:
        """Nothing was found, not even a warning."""
        return not self._errors and not self._warnings

    def add(self, code: str, path: str, /, **params: str) -> None:
        """Record an error."""
        self._record(self._errors, Finding(code, path, self.event, params))

    def add_at(self, line: int | None, code: str, path: str, /, **params: str) -> None:
        """Record an error at a line of an XML document."""
        self._record(self._errors, Finding(code, path, self.event, params, line=line))

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

    def excuse(self, code: str, path: re.Pattern[str]) -> None:
        """What is an error elsewhere is only reported at these paths."""
        kept = []
        for found in self._errors:
            if found.code == code and path.search(found.path):
                self._record(self._warnings, replace(found, severity=Severity.WARNING))
            else:
                kept.append(found)
        self._errors = kept

    def locate(self, line_of: Callable[[str], int | None]) -> None:
        """Give every finding the line its path stands on."""
        for found in (self._errors, self._warnings):
            found[:] = [
                replace(one, line=line_of(one.path)) if one.line is None else one for one in found
            ]

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
