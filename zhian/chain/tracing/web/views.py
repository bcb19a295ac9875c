"""Where a trace begins: find a lot; investigations and saved views beside it."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from zhian.chain.events import policies as events_policies
from zhian.chain.events import selectors as events
from zhian.chain.tracing import policies, selectors
from zhian.chain.tracing.web.forms import LotSearchForm
from zhian.chain.tracing.web.presenting import (
    lots_in_words,
)
from zhian.foundation.offices.policies import Person, require, signed_in
from zhian.kernel.pages import render
from zhian.registry.products.selectors import products_of_lots

FOUND_AT_MOST = 30
SHOWN_VIEWS = 30


@require_GET
def index(request: HttpRequest) -> HttpResponseBase:
    """Ask for a lot; one hit leads straight to its trace, several are listed."""
    user = signed_in(request.user)
    require(policies.can_trace(user))
    asked = request.GET.get("lot", "").strip()
    form = LotSearchForm(request.GET)
    known = None if asked else form.asked()
    found = _lots_named(user, asked) if known is None else selectors.lots_asked_for(user, known)
    if asked and len(found) == 1:
        return HttpResponseRedirect(_address(found[0]))
    products = products_of_lots(found)
    lots = [
        {"key": key, "text": lots_in_words([key], products), "url": _address(key)} for key in found
    ]
    views = policies.views_visible_to(user)[:SHOWN_VIEWS]
    searched = bool(asked or known)
    context = {"asked": asked, "searched": searched, "form": form, "lots": lots, "views": views}
    return render(request, "tracing/index.html", context, status=422 if form.errors else 200)


def _address(lot: str, name: str = "tracing:lot", **more: str) -> str:
    return f"{reverse(name)}?{urlencode({'lot': lot, **more})}"


def _lots_named(user: Person, asked: str) -> list[str]:
    """Lots in sight whose number or text is the one asked for; the latest made when none is."""
    seen = events_policies.events_visible_to(user)
    if asked:
        named = seen.filter(lots__lot__endswith=f".{asked}").order_by()
        keys = set(named.values_list("lots__lot", flat=True)[: FOUND_AT_MOST * 20])
        keys = {key for key in keys if key.endswith(f".{asked}")}
        whole = events.naming_lot(seen, asked).order_by()
        starts = whole.values_list("lots__lot", flat=True)[: FOUND_AT_MOST * 20]
        keys |= {key for key in starts if key.startswith(asked)}
        return sorted(keys)[:FOUND_AT_MOST]
    latest = seen.filter(kind__in=["commission", "transform"]).order_by("-event_time", "-pk")
    rows = latest.filter(lots__role__in=["epc", "output"]).values_list("lots__lot", flat=True)
    return list(dict.fromkeys(rows[:FOUND_AT_MOST]))
