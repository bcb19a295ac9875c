"""What every page shares: who may see it without signing in, and its frame."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as django_render
from django.utils.translation import gettext_lazy as _

from zhian.kernel.errors import Refused

V = TypeVar("V", bound=Callable[..., Any])


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
