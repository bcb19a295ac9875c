"""My work first: one queue of duties by due time."""

from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from zhian.foundation.duties import selectors as duties
from zhian.foundation.duties.models import Duty
from zhian.foundation.duties.vocabulary import Deed, Light
from zhian.foundation.offices.policies import signed_in
from zhian.foundation.offices.vocabulary import UserKind
from zhian.kernel import clock
from zhian.kernel.lists import ChoiceFilter, ListColumn, ListPage
from zhian.kernel.pages import public

_COLOURS = {Light.GREEN: "green", Light.YELLOW: "yellow", Light.RED: "red"}
_HOMES = {
    str(UserKind.OFFICER): "desk:work",
    str(UserKind.OPERATOR): "counter:home",
    str(UserKind.ADMIN): "offices:list",
}


@public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Everybody's own first page: work, counter, offices, or the portal."""
    kind = str(getattr(request.user, "kind", ""))
    return redirect(_HOMES.get(kind, "portal:home"))


@require_safe
def queue(request: HttpRequest) -> HttpResponseBase:
    """What I owe, by due time."""
    user = signed_in(request.user)
    owed = duties.open_duties_for(user)
    page = ListPage(
        title=_("My work"),
        queryset=owed,
        columns=[
            ListColumn("light", _("Light"), value=lambda row: row.light.label,
                       badge=lambda row: _COLOURS[row.light]),
            ListColumn("deed", _("Deed"), value=lambda row: row.words,
                       href=lambda row: row.get_absolute_url(), sort="deed"),
            ListColumn("subject", _("About"), value=lambda row: row.subject_label,
                       href=lambda row: row.url or None),
            ListColumn("left", _("Time left"), value=lambda row: row.remaining, sort="due_at"),
            ListColumn("basis", _("Legal basis"), value=lambda row: row.basis),
            ListColumn("who", _("Officer"), value=lambda row: row.officer or _("not taken yet")),
        ],
        search=("subject_label__icontains", "deed__icontains"),
        filters=[
            ChoiceFilter("light", _("Light"), Light.choices, narrow_by=by_light),
            ChoiceFilter("deed", _("Deed"), Deed.choices, field="deed"),
            ChoiceFilter("whose", _("Whose"), [("mine", _("Mine only"))],
                         narrow_by=lambda rows, _value: rows.filter(officer=user)),
        ],
        default_sort="due_at",
        empty=_("Nothing is due. New duties appear here by themselves, the most urgent first."),
        export_name="work",
    )  # fmt: skip
    return page.respond(request, template="desk/work.html", tiles=_tiles(owed))


def by_light(rows: QuerySet[Duty], light: str) -> QuerySet[Duty]:
    """Duties of one colour: red past due, yellow in the last third of the time, else green."""
    now = clock.now()
    if light == Light.RED:
        return rows.filter(due_at__lt=now)
    left = ExpressionWrapper(F("due_at") - now, output_field=DurationField())
    third = ExpressionWrapper((F("due_at") - F("started_at")) / 3, output_field=DurationField())
    rows = rows.filter(due_at__gte=now).annotate(left=left, third=third)
    return (
        rows.filter(left__lte=F("third"))
        if light == Light.YELLOW
        else rows.filter(left__gt=F("third"))
    )


def _tiles(owed: QuerySet[Duty]) -> list[dict[str, Any]]:
    counts = {Light.RED: 0, Light.YELLOW: 0, Light.GREEN: 0}
    for row in owed.only("due_at", "started_at", "state", "stopped_since", "stopped_total"):
        counts[row.light] += 1
    return [
        {"light": light.value, "label": light.label, "count": count, "url": f"?light={light.value}"}
        for light, count in counts.items()
    ]
