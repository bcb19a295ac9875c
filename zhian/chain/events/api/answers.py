"""How the EPCIS interface answers: JSON with exact numbers and the version headers."""

from django.http import HttpRequest, HttpResponse

from zhian.chain.events.engine.documents import MAX_EVENTS
from zhian.chain.events.engine.reading import MAX_BYTES
from zhian.chain.events.selectors.rendering import to_json

VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0", "GS1-Extensions": ""}
LIMITS = {
    "GS1-EPCIS-Min": "2.0.0",
    "GS1-EPCIS-Max": "2.0.0",
    "GS1-CBV-Min": "2.0.0",
    "GS1-CBV-Max": "2.0.0",
    "GS1-EPC-Format": "Never_Translates",
    "GS1-EPCIS-Capture-Limit": str(MAX_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(MAX_BYTES),
    "GS1-Capture-Error-Behaviour": "rollback",
}


def json_answer(
    value: object, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    """A JSON body with the version headers."""
    return HttpResponse(
        to_json(value),
        status=status,
        content_type="application/json",
        headers={**VERSIONS, **(headers or {})},
    )


def options(request: HttpRequest, *methods: str) -> HttpResponse:
    """What this address can do."""
    allowed = {"Allow": ", ".join((*methods, "OPTIONS"))}
    return HttpResponse(status=204, headers={**VERSIONS, **LIMITS, **allowed})
