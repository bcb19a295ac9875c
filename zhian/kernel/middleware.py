"""The frame round every request: reading or writing, the language, errors as pages or problems."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from zhian.kernel import use_cases
from zhian.kernel.errors import NotKnown, Refused, ZhianError
from zhian.kernel.pages import MACHINE

Answer = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

# No inline script or style anywhere; pictures may be drawn by a page itself (data:, blob:).
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def is_for_machines(request: HttpRequest) -> bool:
    """Whether the caller wants problems as JSON."""
    return request.path.startswith(MACHINE)


def answer_error(request: HttpRequest, error: ZhianError) -> HttpResponse:
    """The error as RFC 7807 for a client, as a page for a person."""
    if is_for_machines(request):
        return JsonResponse(
            error.problem(), status=error.status, content_type="application/problem+json"
        )
    return render(request, "error.html", {"error": error}, status=error.status)


class ErrorsMiddleware:
    """Turns our errors into answers; anything else stays a loud 500."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what people can act upon."""
        if isinstance(error, ZhianError):
            return answer_error(request, error)
        if isinstance(error, Http404):
            return answer_error(request, NotKnown())
        if isinstance(error, PermissionDenied):
            return answer_error(request, Refused(str(error)))
        return None


class ReadOnlyGetMiddleware:
    """A GET never writes: whatever tries is refused by the connection."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; safe methods inside `reading()`."""
        if request.method in SAFE:
            with use_cases.reading():
                return self.get_response(request)
        return self.get_response(request)


class PolicyMiddleware:
    """Security headers on every answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self)")
        return response


class LanguageMiddleware:
    """The switch in the header, else the browser's language, Chinese when it asks for neither."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the reader."""
        language = choose_language(
            request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
            request.headers.get("Accept-Language", ""),
        )
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            return response


def choose_language(cookie: str, accepted: str) -> str:
    """`zh-hans` or `en`: the cookie first, then the best accepted of the two, else Chinese."""
    known = {"zh-hans", "en"}
    if cookie in known:
        return cookie
    for tag, _weight in parse_accept_lang_header(accepted.lower()):
        if tag.split("-")[0] == "zh":
            return "zh-hans"
        if tag.split("-")[0] == "en":
            return "en"
    return "zh-hans"
