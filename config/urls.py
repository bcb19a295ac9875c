"""Every address of the site: each room brings its own, this table puts them together."""

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from config.api import api
from config.rooms import ROOMS
from zhian.kernel.pages import public

PREFIXES = {
    "desk": "",
    "offices": "",
    "portal": "",
    "events": "events/",
    "tracing": "trace/",
    "subjects": "operators/",
    "sampling": "samples/",
}


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the web process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def _room_urls() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for room in ROOMS:
        name = room.rsplit(".", 1)[1]
        for part, prefix in (("api", ""), ("web", PREFIXES.get(name, f"{name}/"))):
            module = f"{room}.{part}.urls"
            if find_spec(f"{room}.{part}") is not None and find_spec(module) is not None:
                import_module(module)
                found.append(path(prefix, include(module)))
    return found


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/", api.urls),
    path("i18n/setlang/", public(require_POST(set_language)), name="set_language"),
    *_room_urls(),
]

# A database that is coming back is no fault of the reader: 503 and when to try again.
handler500 = "zhian.kernel.pages.server_error"
