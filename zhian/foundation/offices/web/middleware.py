"""Who asks: every address needs a signed-in account unless its view is marked `@public`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import policies, selectors
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import Person
from zhian.foundation.offices.vocabulary import Stranger
from zhian.foundation.offices.web import sessions
from zhian.kernel.middleware import SAFE, is_for_machines

Answer = Callable[[HttpRequest], HttpResponse]
# Described in public: what the interface offers, not what it holds.
OPEN_PATHS = ("/api/openapi.json", "/api/docs")


class SignedInMiddleware:
    """Puts the account on the request and turns strangers away from what is not public."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out who asks, then answer."""
        person = person_asking(request)
        request.user = person  # type: ignore[assignment]
        # asked for by pages only: a machine, a download or a refusal costs no query for it
        request.jurisdiction_name = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: jurisdiction_name(person)
        )
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let through, send to the sign-in page, or answer 401 to a machine."""
        if getattr(view, "is_public", False) or request.path.startswith(OPEN_PATHS):
            return None
        if not request.user.is_authenticated:
            return unauthorised() if is_for_machines(request) else to_sign_in(request)
        own_password = reverse("offices:password")
        if (
            getattr(request.user, "must_change_password", False)
            and not is_for_machines(request)
            and request.path not in (own_password, reverse("offices:sign_out"))
        ):
            return HttpResponseRedirect(own_password)
        return None


def person_asking(request: HttpRequest) -> Person:
    """The account of the bearer token or of the session.

    A session does not count for writing to a machine address: those skip the check of the form's
    token, and another site could make a browser send the cookie along.
    """
    if not is_for_machines(request):
        return sessions.person_of(request)
    raw = bearer_token(request)
    if raw is not None:
        return policies.user_of_token(raw) or Stranger()
    return sessions.person_of(request) if request.method in SAFE else Stranger()


def bearer_token(request: HttpRequest) -> str | None:
    """The token of the Authorization header, when it carries one."""
    scheme, _space, raw = request.headers.get("Authorization", "").partition(" ")
    return raw.strip() if scheme.lower() == "bearer" and raw.strip() else None


def jurisdiction_name(person: Person) -> str:
    """What the head of the page says about where this person works."""
    office = selectors.office_of(person) if isinstance(person, User) else None
    return office.name if office else ""


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which leads back here; a page part asked by htmx reloads as a whole."""
    back = request.get_full_path() if request.method in SAFE else "/"
    address = f"{settings.LOGIN_URL}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def unauthorised() -> HttpResponse:
    """401 as RFC 7807 with the scheme that would help."""
    title = str(_("A valid bearer token is needed."))
    return JsonResponse(
        {"type": "urn:zhian:problem:unauthorised", "title": title, "status": 401, "detail": title},
        status=401,
        content_type="application/problem+json",
        headers={"WWW-Authenticate": 'Bearer realm="zhian"'},
    )
