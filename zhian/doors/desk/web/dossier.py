"""The dossier of an operator: all that the rooms below know of it, on one screen (S009)."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from zhian.doors.desk.web.duties import rows_of
from zhian.fieldwork.sampling import policies as sampling
from zhian.foundation.duties import selectors as duties
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import at_work
from zhian.kernel import clock
from zhian.kernel.pages import render
from zhian.kernel.templatetags.zhian import beijing, name_in_language
from zhian.registry.permits import selectors as permits
from zhian.registry.permits.vocabulary import StandingState
from zhian.registry.subjects import policies as subjects
from zhian.registry.subjects import selectors as register
from zhian.registry.subjects.models import Operator
from zhian.response.alerts import policies as alerts
from zhian.response.cases import policies as cases
from zhian.response.recalls import policies as recalls

SHOWN = 10
_COLOURS = {
    StandingState.COMPLETE: "green",
    StandingState.NOT_REQUIRED: "grey",
    StandingState.INCOMPLETE: "yellow",
    StandingState.EXPIRED: "red",
    StandingState.SUSPENDED: "red",
    StandingState.OUT_OF_SCOPE: "red",
    StandingState.NONE: "red",
}


@dataclass(frozen=True)
class PartRow:
    """One line of a part of the dossier."""

    text: str
    url: str
    note: str


@dataclass(frozen=True)
class Part:
    """One room's part of the dossier: how many in all, and the newest."""

    title: object
    total: int
    rows: list[PartRow]
    empty: object


@require_safe
def dossier(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Everything about one operator that the reader may know."""
    user = at_work(request.user)
    operator = subjects.visible_operator(user, operator_id)
    context = {
        "operator": operator,
        "sites": _sites(operator),
        "no_officer": _("No officer in charge"),
        "duties": rows_of(duties.duties_of_operator(operator.pk)),
        "parts": [
            _part(_("Samples"), _("Never sampled."), sampling.samples_visible_to(user)
                  .filter(site__operator=operator).order_by("-drawn_at"),
                  lambda row: PartRow(row.number, reverse("sampling:detail", args=[row.pk]),
                                      f"{beijing(row.drawn_at)} · {row.get_state_display()}")),
            _part(_("Incidents"), _("No incident was found here."), alerts.alerts_visible_to(user)
                  .filter(operator=operator).order_by("-opened_at"),
                  lambda row: PartRow(row.number, reverse("desk:incident", args=[row.pk]),
                                      name_in_language(row, "hazard"))),
            _part(_("Recall orders"), _("No recall order."), recalls.orders_visible_to(user)
                  .filter(operator=operator).order_by("-issued_at"),
                  lambda row: PartRow(str(row.recall), reverse("recalls:order", args=[row.pk]),
                                      row.get_state_display())),
            _part(_("Cases"), _("No case."), cases.cases_visible_to(user)
                  .filter(operator=operator).order_by("-opened_at"),
                  lambda row: PartRow(row.number, reverse("cases:detail", args=[row.pk]),
                                      row.get_state_display())),
        ],
    }  # fmt: skip
    return render(request, "desk/dossier.html", context)


def _part(title: object, empty: object, rows: Any, row: Any) -> Part:
    return Part(title, rows.count(), [row(one) for one in rows[:SHOWN]], empty)


def _sites(operator: Operator) -> list[dict[str, Any]]:
    sites = list(register.sites_of(operator.pk))
    today = clock.today()
    ids = [site.pk for site in sites]
    standing = permits.standing_on(ids, today)
    supervision = register.supervision_on(ids, today)
    return [
        {
            "site": site,
            "supervision": supervision.get(site.pk),
            "standing_label": StandingState(standing[site.pk].state).label,
            "standing_colour": _COLOURS[standing[site.pk].state],
            "instruments": standing[site.pk].instruments,
            "missing": [
                _("Missing: %(name)s") % {"name": name_in_language(_Named(name))}
                for name in (
                    standing[site.pk].type_names[code] for code in standing[site.pk].missing_types
                )
            ],
        }
        for site in sites
    ]


class _Named:
    """A text of a rule pack under the names the templates read."""

    def __init__(self, text: Any) -> None:
        self.name_zh, self.name_en = text.zh, text.en


def operators_named(user: User, text: str) -> list[PartRow]:
    """Operators for the search page."""
    found = subjects.operators_visible_to(user).filter(search_text__contains=text.casefold())[
        : SHOWN + 1
    ]
    return [
        PartRow(name_in_language(one), reverse("desk:dossier", args=[one.pk]), str(one.uscc or ""))
        for one in found
    ]
