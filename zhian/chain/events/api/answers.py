"""How the EPCIS interface answers: exact JSON or XML, with the headers of EPCIS 2.0."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhian.chain.events.api import negotiation
from zhian.chain.events.engine.documents import MAX_EVENTS
from zhian.chain.events.engine.reading import MAX_BYTES
from zhian.chain.events.selectors.querying import Answer
from zhian.chain.events.selectors.rendering import as_xml, query_document, to_json
from zhian.chain.events.vocabulary.problems import AddressTooLong

VERSIONS = {
    "GS1-EPCIS-Version": "2.0.0",
    "GS1-CBV-Version": "2.0.0",
    "GS1-Extensions": "zhian=urn:zhian:",
    "GS1-Vendor-Version": "zhian-0.1.0",
}
LIMITS = {
    "GS1-EPCIS-Min": "2.0.0",
    "GS1-EPCIS-Max": "2.0.0",
    "GS1-CBV-Min": "2.0.0",
    "GS1-CBV-Max": "2.0.0",
    "GS1-EPC-Format": "No_Preference, Always_GS1_Digital_Link, Always_EPC_URN, Never_Translates",
    "GS1-CBV-XML-Format": "Never_Translates",
    "GS1-EPCIS-Capture-Limit": str(MAX_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(MAX_BYTES),
    "GS1-Capture-Error-Behaviour": "rollback, proceed",
}
LONGEST_ADDRESS = 16_384
View = Callable[..., HttpResponse]


def endpoint(*methods: str) -> Callable[[View], View]:
    """An address of the interface: OPTIONS tells its methods, an overlong address is a 414."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @require_http_methods([*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])])
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if len(request.get_full_path()) > LONGEST_ADDRESS:
                raise AddressTooLong(
                    _("An address has %(most)d characters at most; keep the query under a name.")
                    % {"most": LONGEST_ADDRESS}
                )
            if request.method == "OPTIONS":
                return options(request, *methods)
            negotiation.check_versions(request)
            return view(request, *args, **kwargs)

        return answer

    return decorate


def json_answer(
    value: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A JSON body with the version headers."""
    return HttpResponse(
        to_json(value),
        status=status,
        content_type="application/json",
        headers={**VERSIONS, **(headers or {})},
    )


def document_answer(
    request: HttpRequest, found: Answer, *, name: str = "SimpleEventQuery"
) -> HttpResponse:
    """Events as a query document in the form asked for, with the link to the next page."""
    kind = negotiation.media_type(request, *negotiation.DOCUMENTS)
    negotiation.check_cbv_format(request)
    document = query_document(found.events, negotiation.epc_format(request), name=name)
    body = as_xml(document) if kind == negotiation.XML else to_json(document)
    headers = {**VERSIONS, **paging(request, found.next_token, found.token_expires)}
    return HttpResponse(body, content_type=kind, headers=headers)


def paging(request: HttpRequest, token: str, expires: Any) -> dict[str, str]:
    """The headers that lead to the next page; none on the last."""
    if not token:
        return {}
    kept = [(n, v) for n, values in request.GET.lists() for v in values if n != "nextPageToken"]
    query = urlencode([*kept, ("nextPageToken", token)])
    address = request.build_absolute_uri(request.path)
    headers = {"Link": f'<{address}?{query}>; rel="next"'}
    if expires is not None:
        headers["GS1-Next-Page-Token-Expires"] = expires.isoformat()
    return headers


def options(request: HttpRequest, *methods: str) -> HttpResponse:
    """What this address can do."""
    allowed = {"Allow": ", ".join((*methods, "OPTIONS"))}
    return HttpResponse(status=204, headers={**VERSIONS, **LIMITS, **allowed})
