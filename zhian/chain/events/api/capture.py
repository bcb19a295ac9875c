"""`/epcis/capture`: documents come in, capture jobs tell what became of them."""

from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhian.chain.events import policies, selectors
from zhian.chain.events.api.answers import json_answer, options
from zhian.chain.events.engine.reading import MAX_BYTES
from zhian.chain.events.models import CaptureJob
from zhian.chain.events.selectors.rendering import job_json
from zhian.chain.events.services import submit_document
from zhian.chain.events.services.refusals import CaptureLimitExceeded
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown

_JOBS_SHOWN = 100


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def jobs(request: HttpRequest) -> HttpResponse:
    """POST a document: 202 and the job's address. GET: the latest jobs one may know of."""
    if request.method == "OPTIONS":
        return options(request, "GET", "POST")
    if request.method != "POST":
        latest = policies.jobs_visible_to(signed_in(request.user))[:_JOBS_SHOWN]
        return json_answer([job_json(one) for one in latest])
    made = capture_body(request)
    return json_answer(
        job_json(made),
        status=202,
        headers={
            "Location": reverse("epcis:job", args=[made.capture_id]),
            "GS1-Capture-Error-Behaviour": made.error_behaviour,
        },
    )


def capture_body(request: HttpRequest) -> CaptureJob:
    """Hand the body of the request to the service."""
    return submit_document(
        acting_user=signed_in(request.user),
        raw=body_of(request),
        media_type=request.headers.get("Content-Type", ""),
        error_behaviour=request.headers.get("GS1-Capture-Error-Behaviour", "rollback").lower(),
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


@csrf_exempt
@require_http_methods(["GET", "HEAD", "OPTIONS"])
def job(request: HttpRequest, capture_id: str) -> HttpResponse:
    """One capture job."""
    if request.method == "OPTIONS":
        return options(request, "GET")
    try:
        number = UUID(capture_id)
    except ValueError as error:
        raise NotKnown from error
    return json_answer(job_json(selectors.capture_job(signed_in(request.user), number)))
