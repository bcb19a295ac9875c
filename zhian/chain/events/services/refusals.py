"""What this room's interfaces answer when something is wrong, in the words of EPCIS 2.0."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhian.chain.events.engine.findings import Finding
from zhian.chain.events.selectors.rendering import as_json
from zhian.kernel.errors import Conflict, TooLarge, Unsupported, ZhianError


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
