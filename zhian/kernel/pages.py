"""What every page shares: who may see it without signing in, and its frame."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render as django_render
from django.template.loader import get_template
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhian.kernel.errors import Refused, Unavailable, ZhianError

V = TypeVar("V", bound=Callable[..., Any])
# Addresses whose callers want problems as JSON.
MACHINE = ("/api/", "/epcis/")
TRY_AGAIN_SECONDS = 5


def public(view: V) -> V:
    """Let people see this page without signing in; every other page asks them to."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def render(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page in its frame."""
    return django_render(request, template, context, status=status)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was not ours or too old: say how to mend it."""
    error = Refused(_("This form has expired. Go back, reload the page and send it again."))
    return render(request, "error.html", {"error": error}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw: 500; a database that is away for a moment: 503 and when to try again.

    No request context here: looking up who asks would need the database that has just failed.
    """
    away = isinstance(sys.exc_info()[1], OperationalError)
    problem = Unavailable() if away else ZhianError()
    if request.path.startswith(MACHINE):
        response: HttpResponse = JsonResponse(
            problem.problem(), status=problem.status, content_type="application/problem+json"
        )
    else:
        page = get_template("500.html").render({"language": get_language()})
        response = HttpResponse(page, status=problem.status)
    if away:
        response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response
