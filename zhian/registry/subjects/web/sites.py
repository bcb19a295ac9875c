"""Sites: the list with its blind spots, one site, opening, closing, who answers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices.models import Officer
from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import answer
from zhian.kernel.lists import ChoiceFilter, ListColumn, ListPage, TextFilter
from zhian.kernel.pages import render
from zhian.registry.subjects import policies, selectors, services
from zhian.registry.subjects.models import Site
from zhian.registry.subjects.vocabulary import USUAL_LINK, ChainLink, OperatorKind
from zhian.registry.subjects.web.forms import CloseForm, SiteForm, SupervisionForm


def site_url(site: Site) -> str:
    """The page of a site."""
    return reverse("subjects:site", args=[site.pk])


def _attach_supervision(sites: list[Site]) -> None:
    found = selectors.supervision_on([site.pk for site in sites], clock.today())
    for site in sites:
        site.answering = found.get(site.pk)  # type: ignore[attr-defined]


def _officer_name(site: Any) -> object:
    return site.answering.officer.user.display_name if site.answering else None


def _office_name(site: Any) -> object:
    return site.answering.office.name if site.answering else None


COLUMNS = (
    ListColumn("name", _("Site"), sort="name_zh"),
    ListColumn(
        "operator",
        _("Operator"),
        value=lambda s: s.operator.name,
        href=lambda s: reverse("subjects:detail", args=[s.operator_id]),
        sort="operator__name_zh",
    ),
    ListColumn("link", _("Link of the chain"), value=lambda s: s.get_link_display(), sort="link"),
    ListColumn("region", _("Region"), value=lambda s: s.region.name, sort="region_id"),
    ListColumn("office", _("Supervising office"), value=_office_name),
    ListColumn("officer", _("Officer who answers"), value=_officer_name),
)


def _narrow_coverage(sites: QuerySet[Site], value: str) -> QuerySet[Site]:
    blind = selectors.without_supervision(sites)
    return blind if value == "none" else sites.exclude(pk__in=blind.values("pk"))


@require_GET
def site_list(request: HttpRequest) -> HttpResponseBase:
    """Every site of my territory; the filter finds those nobody answers for (S005)."""
    user = signed_in(request.user)
    covered = [("none", _("Nobody answers")), ("named", _("A named officer answers"))]
    return ListPage(
        title=_("Sites"),
        queryset=policies.sites_visible_to(user).select_related("operator", "region"),
        columns=COLUMNS,
        search=("name_zh__icontains", "sgln__icontains", "operator__search_text__icontains"),
        filters=[
            ChoiceFilter("link", _("Link of the chain"), ChainLink.choices),
            ChoiceFilter("covered", _("Supervision"), covered, narrow_by=_narrow_coverage),
            TextFilter("region", _("Region code begins with"), lookup="region__code__startswith"),
        ],
        default_sort="name",
        empty=_("No site like this. Clear the filters, or open one from its operator."),
        export_name="sites",
        row_url=site_url,
        prepare=_attach_supervision,
    ).respond(request)


@require_GET
def site_detail(request: HttpRequest, site_id: int) -> HttpResponse:
    """One site: where it is, and who answered for it when."""
    user = signed_in(request.user)
    site = policies.visible_site(user, site_id)
    today = clock.today()
    context = {
        "title": site.name,
        "site": site,
        "place": " ".join(site.region.path_names),
        "current": selectors.supervision_on([site_id], today).get(site_id),
        "supervisions": selectors.supervisions_of(site_id),
        "can_assign": site.active and policies.can_choose_supervisor(user, site),
        "can_close": site.active and policies.can_register(user, site.region_id),
    }
    return render(request, "subjects/site.html", context)


@require_http_methods(["GET", "POST"])
def open_new(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Open a site of an operator."""
    user = signed_in(request.user)
    operator = policies.visible_operator(user, operator_id)
    offices.require(policies.can_keep_register(user))
    usual = USUAL_LINK[OperatorKind(operator.kind)]
    initial = {"name_zh": operator.name_zh, "link": usual, "region": operator.region_id}
    form = SiteForm.of(request, user=user, initial=initial)

    def deed(_data: dict[str, Any]) -> str:
        return site_url(services.open_site(acting_user=user, facts=form.facts(operator_id)))

    return answer(
        request,
        form,
        deed,
        done=_("The site is open."),
        title=_("Open a site of %(name)s") % {"name": operator.name},
        submit_label=_("Open the site"),
        cancel_url=reverse("subjects:detail", args=[operator_id]),
    )


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, site_id: int) -> HttpResponse:
    """Say which officer answers for a site from a day on."""
    user = signed_in(request.user)
    site = policies.visible_site(user, site_id)
    offices.require(policies.can_choose_supervisor(user, site))
    form = SupervisionForm.of(
        request, officers=_candidates(user, site), initial={"since": clock.today()}
    )

    def deed(data: dict[str, Any]) -> str:
        services.assign_supervision(
            acting_user=user, site_id=site_id, officer_id=int(data["officer"]), since=data["since"]
        )
        return site_url(site)

    return answer(
        request,
        form,
        deed,
        done=_("The officer answers for this site now."),
        title=_("Who answers for %(name)s") % {"name": site.name},
        explanation=_("Whoever answered before stays responsible for the time until then."),
        submit_label=_("Hand the site over"),
        cancel_url=site_url(site),
    )


def _candidates(user: Any, site: Site) -> list[Officer]:
    """Officers of the own office and those below it that reach the place."""
    own = office_selectors.office_of(user)
    if own is None:
        raise NotKnown
    ids = {own.pk, *office_selectors.subordinate_ids(own)}
    return [
        one
        for one in office_selectors.officers_at(ids, clock.today())
        if policies.can_assign_supervision(user, one.office, site.region_id)
    ]


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, site_id: int) -> HttpResponse:
    """Close a site; its history stays."""
    user = signed_in(request.user)
    site = policies.visible_site(user, site_id)
    offices.require(policies.can_register(user, site.region_id))
    form = CloseForm.of(request, initial={"closed_on": clock.today()})

    def deed(data: dict[str, Any]) -> str:
        services.close_site(acting_user=user, site_id=site_id, **data)
        return site_url(site)

    return answer(
        request,
        form,
        deed,
        done=_("The site is closed."),
        template="confirm.html",
        title=_("Close %(name)s") % {"name": site.name},
        consequence=_("Nobody answers for the site any more from the next day; records stay."),
        submit_label=_("Close the site"),
        cancel_url=site_url(site),
        danger=True,
    )
