"""Every problem of the EPCIS interface carries a type and the headers of the standard."""

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from django.http import HttpRequest, HttpResponse

from zhian.chain.events.api.answers import VERSIONS
from zhian.chain.events.vocabulary.problems import BY_STATUS, PREFIX

Answer = Callable[[HttpRequest], HttpResponse]
ROOT = "/epcis/"
PROBLEM, XML_PROBLEM = "application/problem+json", "application/problem+xml"


class ProblemsMiddleware:
    """Outermost: also what is refused before a view is found speaks EPCIS."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; give problems their type."""
        response = self.get_response(request)
        if not request.path.startswith(ROOT) or response.status_code < 400:
            return response
        problem = _problem(request, response)
        wants_xml = "xml" in request.headers.get("Accept", "")
        if wants_xml:
            response.content = _xml(problem)
            response.headers["Content-Type"] = XML_PROBLEM
        else:
            response.content = msgspec.json.encode(problem)
            response.headers["Content-Type"] = PROBLEM
        response.headers["Content-Length"] = str(len(response.content))
        for name, value in VERSIONS.items():
            response.headers.setdefault(name, value)
        return response


def _problem(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """What was said, with a type of the standard when it has none yet."""
    said: dict[str, Any] = {}
    if response.headers.get("Content-Type", "").startswith(PROBLEM):
        said = msgspec.json.decode(response.content)
    said.setdefault("title", response.reason_phrase)
    said["status"] = response.status_code
    if not str(said.get("type", "")).startswith(PREFIX):
        said["type"] = PREFIX + _type(request, response.status_code)
    return said


def _type(request: HttpRequest, status: int) -> str:
    if status == 404 and request.path.startswith(f"{ROOT}queries/"):
        return "NoSuchNameException"
    return BY_STATUS.get(status, "ImplementationException")


def _xml(problem: dict[str, Any]) -> bytes:
    fields = "".join(
        f"<{name}>{escape(str(problem[name]))}</{name}>"
        for name in ("type", "title", "status", "detail")
        if name in problem
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<epcis:EPCISException'
        f' xmlns:epcis="urn:epcglobal:epcis:xsd:2">{fields}</epcis:EPCISException>'
    ).encode()
