"""The events of a kept query as they arrive, through a socket the page keeps open."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhian.chain.events.selectors import standing as reading
from zhian.chain.events.services import tickets
from zhian.chain.events.web.words import STEPS, TYPES
from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.errors import Conflict
from zhian.kernel.middleware import POLICY
from zhian.kernel.pages import render

POLICY_HEADER = "Content-Security-Policy"


@require_GET
def live(request: HttpRequest, query_id: int) -> HttpResponse:
    """The page; its script may speak to the process that holds sockets, and to nobody else."""
    one = reading.query_of(signed_in(request.user), query_id)
    context = {"title": one.name, "query": one, "held": tickets.are_sockets_held()}
    if not context["held"]:
        return render(request, "events/live.html", context)
    data = {
        "socket": reverse("events:live_socket", args=[one.pk]),
        "events": reverse("events:list"),
        "since": clock.now().isoformat(),
        "words": _words(),
    }
    answer = render(request, "events/live.html", {**context, "data": data})
    origin = tickets.origin(request.get_host(), secure=request.is_secure())
    answer.headers[POLICY_HEADER] = POLICY.replace(
        "connect-src 'self'", f"connect-src 'self' {origin}"
    )
    return answer


def _words() -> dict[str, object]:
    """What the script says, in the reader's language."""
    return {
        "connecting": _("Connecting …"),
        "open": _("Connected. What is captured from now on appears here."),
        "paused": _("Paused. Events that arrive meanwhile wait: {count}"),
        "lost": _("The connection is lost. It is tried again in {seconds} s; nothing is missed."),
        "gone": _("This query can no longer be watched. Reload the page."),
        "pause": _("Pause"),
        "resume": _("Go on"),
        "more": _("and {count} more"),
        "types": {name: str(word) for name, word in TYPES.items()},
        "steps": {name: str(word) for name, word in STEPS.items()},
    }


@require_GET
def live_socket(request: HttpRequest, query_id: int) -> HttpResponse:
    """The address of a socket, with a ticket that is good for a minute."""
    user = signed_in(request.user)
    one = reading.query_of(user, query_id)
    if not tickets.are_sockets_held():
        raise Conflict(_("Subscriptions by websocket are not served here"))
    asked = {"stream": "true"}
    if since := request.GET.get("since"):
        asked["initialRecordTime"] = since
    origin = tickets.origin(request.get_host(), secure=request.is_secure())
    answer = JsonResponse({"address": origin + tickets.socket_path(one.name, user, asked)})
    answer.headers["Cache-Control"] = "no-store"
    return answer
