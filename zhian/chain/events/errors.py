"""What this room's interfaces answer when something is wrong, in the words of EPCIS 2.0."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.engine.findings import Finding
from zhian.kernel.errors import Conflict, TooLarge, Unsupported, ZhianError


def in_words(finding: Finding) -> str:
    """The finding as a sentence in the active language."""
    return gettext(finding.template) % finding.params


def as_json(finding: Finding) -> dict[str, Any]:
    """The finding as JSON with its sentence in the active language."""
    return {**finding.as_dict(), "message": in_words(finding)}


class RefusedDocument(ZhianError):
    """The document has errors; nothing of it was stored."""

    code = "epcis-validation"
    status = 400
    title = _("The document is not a valid EPCIS 2.0 document")

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)

    def problem(self) -> dict[str, Any]:
        """RFC 7807 with every error: event index, JSON path, sentence."""
        return {
            **super().problem(),
            "type": "epcisException:ValidationException",
            "errors": [as_json(finding) for finding in self.findings],
        }


class BadQuery(ZhianError):
    """A query parameter is unknown or its value cannot be read."""

    code = "epcis-query-parameter"
    status = 400
    title = _("The query cannot be answered")

    def problem(self) -> dict[str, Any]:
        """RFC 7807 with the exception type of EPCIS 2.0."""
        return {**super().problem(), "type": "epcisException:QueryParameterException"}


class CaptureLimitExceeded(TooLarge):
    """More bytes or events than one document may have."""

    def problem(self) -> dict[str, Any]:
        """RFC 7807 with the exception type of EPCIS 2.0."""
        return {**super().problem(), "type": "epcisException:CaptureLimitExceededException"}


class UnreadableMediaType(Unsupported):
    """A media type this repository does not read."""

    def problem(self) -> dict[str, Any]:
        """RFC 7807 with the exception type of EPCIS 2.0."""
        return {**super().problem(), "type": "epcisException:UnsupportedMediaTypeException"}


class AlreadyKnown(Conflict):
    """The one event sent is stored already."""

    def problem(self) -> dict[str, Any]:
        """RFC 7807 with the exception type of EPCIS 2.0."""
        return {**super().problem(), "type": "epcisException:ResourceAlreadyExistsException"}
