"""`/epcis/capture`: documents come in, capture jobs tell what became of them."""

from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.chain.events import policies, selectors
from zhian.chain.events.api import negotiation
from zhian.chain.events.api.answers import (
    LIMITS,
    VERSIONS,
    endpoint,
    json_answer,
    paging,
)
from zhian.chain.events.engine.reading import MAX_BYTES
from zhian.chain.events.models import CaptureJob
from zhian.chain.events.selectors.jobs import job_xml
from zhian.chain.events.selectors.rendering import job_json
from zhian.chain.events.services import submit_document
from zhian.chain.events.services.refusals import CaptureLimitExceeded
from zhian.chain.events.vocabulary.problems import BadQuery, NoSuchResource
from zhian.foundation.offices.policies import signed_in

_PER_PAGE, _MOST_PER_PAGE = 30, 1000
_SIGNED_FOR = "events.capture-jobs"
_ANNOUNCED = {
    name: LIMITS[name] for name in ("GS1-EPCIS-Capture-Limit", "GS1-EPCIS-Capture-File-Size-Limit")
}


@endpoint("GET", "POST")
def jobs(request: HttpRequest) -> HttpResponse:
    """POST a document: 202 and the job's address. GET: the jobs one may know of, newest first."""
    if request.method != "POST":
        return _listed(request)
    kind = negotiation.media_type(request, negotiation.JSON, negotiation.XML)
    made = capture_body(request)
    headers = {
        "Location": reverse("epcis:job", args=[made.capture_id]),
        "GS1-Capture-Error-Behaviour": made.error_behaviour,
    }
    return _told(made, kind, status=202, headers=headers)


def _told(
    found: CaptureJob, kind: str, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    """One job in JSON or as the EPCISCaptureJob of XML."""
    extra = {**_ANNOUNCED, **(headers or {})}
    if kind != negotiation.XML:
        return json_answer(job_json(found), status=status, headers=extra)
    body = job_xml(found)
    return HttpResponse(body, status=status, content_type=kind, headers={**VERSIONS, **extra})


def _listed(request: HttpRequest) -> HttpResponse:
    negotiation.media_type(request, negotiation.JSON)
    size = _per_page(request.GET.get("perPage", str(_PER_PAGE)))
    visible = policies.jobs_visible_to(signed_in(request.user)).order_by("-pk")
    token = request.GET.get("nextPageToken")
    if token is not None:
        visible = visible.filter(pk__lt=_before(token))
    found = list(visible[: size + 1])
    following = dumps(found[size - 1].pk, salt=_SIGNED_FOR) if len(found) > size else ""
    headers = {**_ANNOUNCED, **paging(request, following, None)}
    return json_answer([job_json(one) for one in found[:size]], headers=headers)


def _per_page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST_PER_PAGE):
        raise BadQuery(_("perPage is a number from 1 to %(most)d.") % {"most": _MOST_PER_PAGE})
    return int(text)


def _before(token: str) -> int:
    try:
        return int(loads(token, salt=_SIGNED_FOR))
    except (BadSignature, ValueError) as error:
        raise BadQuery(_("The nextPageToken is not one of ours.")) from error


def capture_body(request: HttpRequest, *, single: bool = False) -> CaptureJob:
    """Hand the body of the request to the service; `single` takes one event only."""
    return submit_document(
        acting_user=signed_in(request.user),
        raw=body_of(request),
        media_type=request.headers.get("Content-Type", ""),
        error_behaviour=request.headers.get("GS1-Capture-Error-Behaviour", "rollback").lower(),
        single=single,
    )


def body_of(request: HttpRequest) -> bytes:
    """The bytes sent; CaptureLimitExceeded before reading more than we take."""
    announced = request.headers.get("Content-Length", "0")
    try:
        if announced.isdigit() and int(announced) > MAX_BYTES:
            raise RequestDataTooBig
        return request.body
    except RequestDataTooBig as error:
        raise CaptureLimitExceeded(
            _("A document may have %(limit)d bytes at most.") % {"limit": MAX_BYTES}
        ) from error


@endpoint("GET")
def job(request: HttpRequest, capture_id: str) -> HttpResponse:
    """One capture job."""
    kind = negotiation.media_type(request, negotiation.JSON, negotiation.XML)
    try:
        number = UUID(capture_id)
    except ValueError as error:
        raise NoSuchResource from error
    return _told(selectors.capture_job(signed_in(request.user), number), kind)
