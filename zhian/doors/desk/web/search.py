"""One search for everything I may know of: firms, lots, products, permits, samples, incidents."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from zhian.doors.desk.web.dossier import SHOWN, PartRow, operators_named
from zhian.fieldwork.sampling import policies as sampling
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import at_work
from zhian.kernel.pages import render
from zhian.kernel.templatetags.zhian import name_in_language
from zhian.registry.permits import policies as permits
from zhian.registry.products import policies as products
from zhian.response.alerts import policies as alerts


@dataclass(frozen=True)
class Group:
    """The hits of one kind."""

    title: object
    rows: list[PartRow]
    more_url: str


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What matches, group by group; kinds without a hit are left out."""
    user = at_work(request.user)
    query = request.GET.get("q", "").strip()
    groups = [group for find in _FINDERS if (group := find(user, query)).rows] if query else []
    return render(request, "desk/search.html", {"query": query, "groups": groups})


def _firms(user: User, text: str) -> Group:
    rows = operators_named(user, text)
    more = reverse("subjects:list") + f"?q={text}" if len(rows) > SHOWN else ""
    return Group(_("Operators"), rows[:SHOWN], more)


def _products(user: User, text: str) -> Group:
    found = products.products_visible_to(user).filter(
        Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(gtin__icontains=text)
    )[:SHOWN]
    rows = [
        PartRow(name_in_language(one), reverse("products:detail", args=[one.pk]), one.gtin or "")
        for one in found
    ]
    return Group(_("Products"), rows, "")


def _permits(user: User, text: str) -> Group:
    found = permits.instruments_visible_to(user).filter(number__icontains=text)[:SHOWN]
    rows = [
        PartRow(one.number, reverse("permits:detail", args=[one.pk]),
                name_in_language(one.operator))
        for one in found
    ]  # fmt: skip
    return Group(_("Permits"), rows, "")


def _samples(user: User, text: str) -> Group:
    found = sampling.samples_visible_to(user).filter(
        Q(number__icontains=text) | Q(lot_key__icontains=text) | Q(lot_text__iexact=text)
    )[:SHOWN]
    rows = [
        PartRow(one.number, reverse("sampling:detail", args=[one.pk]), one.lot_text)
        for one in found
    ]
    return Group(_("Samples"), rows, "")


def _incidents(user: User, text: str) -> Group:
    found = alerts.alerts_visible_to(user).filter(
        Q(number__icontains=text)
        | Q(lot_key__icontains=text)
        | Q(hazard_zh__icontains=text)
        | Q(hazard_en__icontains=text)
    )[:SHOWN]
    rows = [
        PartRow(one.number, reverse("desk:incident", args=[one.pk]),
                name_in_language(one, "hazard"))
        for one in found
    ]  # fmt: skip
    return Group(_("Incidents"), rows, "")


_FINDERS: tuple[Callable[[User, str], Group], ...] = (
    _incidents,
    _firms,
    _products,
    _samples,
    _permits,
)
