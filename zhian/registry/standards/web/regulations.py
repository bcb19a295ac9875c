"""The library of law: search it, read it as of a day, see which rule packs rest on it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown, Text
from zhian.kernel.lists import Action, ChoiceFilter, Filter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.registry.standards import policies
from zhian.registry.standards.models import Regulation
from zhian.registry.standards.selectors import regulations
from zhian.registry.standards.vocabulary import Grade, RegulationKind
from zhian.registry.standards.web.limits import GRADE_COLOURS


@dataclass(frozen=True)
class BoundOn(Filter):
    """Laws that bound on a day."""

    key: str
    label: Text

    def fields(self) -> dict[str, forms.Field]:
        """One day."""
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return {self.key: forms.DateField(label=str(self.label), required=False, widget=widget)}

    def narrow(self, queryset: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        """Those with a version in force."""
        day = values.get(self.key)
        return queryset.filter(regulations.in_force_on(day)) if day else queryset


def _asked_day(request: HttpRequest) -> date:
    """The day of the address, or today; a text that is no day is today."""
    try:
        return parse_date(request.GET.get("on", "")) or clock.today()
    except ValueError:
        return clock.today()


@require_GET
def regulation_list(request: HttpRequest) -> HttpResponseBase:
    """Every law, with the version that bound on the day asked for."""
    user = signed_in(request.user)
    day = _asked_day(request)
    actions = [Action(_("Rule packs and their law"), reverse("standards:packs"))]
    if policies.can_import(user):
        actions.append(Action(_("Import laws"), reverse("standards:import_regulations")))

    def version(one: Regulation) -> str:
        found = regulations.version_on(one, day)
        return found.name if found else _("none on this day")

    def since(one: Regulation) -> date | None:
        found = regulations.version_on(one, day)
        return found.effective_from if found else None

    return ListPage(
        title=_("Laws and regulations"),
        queryset=regulations.regulations(),
        columns=[
            ListColumn("name", _("Law"), sort="name_zh",
                       href=lambda one: f"{_address(one)}?on={day.isoformat()}"),
            ListColumn("kind", _("Kind"), value=lambda one: RegulationKind(one.kind).label),
            ListColumn("issuer_zh", _("Issuing body")),
            ListColumn("document", _("Document number")),
            ListColumn("version", _("Version"), value=version),
            ListColumn("since", _("In force from"), value=since),
        ],
        search_by=regulations.regulations_matching,
        filters=[ChoiceFilter("kind", _("Kind"), RegulationKind.choices),
                 BoundOn("on", _("As in force on"))],
        default_sort="name",
        empty=_("No law found."),
        export_name="regulations",
        actions=actions,
    ).respond(request)  # fmt: skip


def _address(regulation: Regulation) -> str:
    return reverse("standards:regulation", args=[regulation.pk])


@require_GET
def regulation_detail(request: HttpRequest, regulation_id: int) -> HttpResponse:
    """One law as of a day: its versions, the articles read, the rule packs that rest on it."""
    signed_in(request.user)
    found = regulations.regulations().filter(pk=regulation_id).first()
    if found is None:
        raise NotKnown
    day = _asked_day(request)
    version = regulations.version_on(found, day)
    articles = regulations.articles_of(version)
    context = {
        "title": found.name,
        "regulation": found,
        "day": day,
        "version": version,
        "versions": [(one, Grade(one.grade).label, GRADE_COLOURS[Grade(one.grade)])
                     for one in found.versions.all()],
        "articles": [(one, Grade(one.grade).label, GRADE_COLOURS[Grade(one.grade)])
                     for one in articles],
        "read": {one.number for one in articles},
        "links": regulations.packs_citing(found),
    }  # fmt: skip
    return render(request, "standards/regulation.html", context)


@require_GET
def pack_list(request: HttpRequest) -> HttpResponse:
    """Every rule pack with the law its citation names; those that name none are shown first."""
    signed_in(request.user)
    names = regulations.known_names()
    known = {one.code: one for one in regulations.regulations()}
    rows = [
        {
            "link": regulations.PackLink(pack, ()),
            "grade": Grade(pack.grade).label,
            "colour": GRADE_COLOURS[Grade(pack.grade)],
            "laws": [
                (known.get(one.regulation), one.articles)
                for one in regulations.cited_by(pack, names)
            ],
        }
        for pack in regulations.all_packs()
    ]
    rows.sort(key=lambda row: bool(row["laws"]))
    context = {"title": _("Rule packs and their law"), "rows": rows}
    return render(request, "standards/packs.html", context)
