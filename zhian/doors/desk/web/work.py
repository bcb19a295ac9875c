"""My work first: one queue of duties by due time."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from zhian.foundation.duties import selectors as duties
from zhian.foundation.duties.models import Duty
from zhian.foundation.duties.vocabulary import Deed, Light
from zhian.foundation.offices.policies import at_work
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
    user = at_work(request.user)
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
    return _timed(rows).filter(_colours()[Light(light)])


def _timed(rows: QuerySet[Duty]) -> QuerySet[Duty]:
    third = (F("due_at") - F("started_at")) / 3
    return rows.annotate(
        left=ExpressionWrapper(F("due_at") - clock.now(), output_field=DurationField()),
        third=ExpressionWrapper(third, output_field=DurationField()),
    )


def _colours() -> dict[Light, Q]:
    none_left = timedelta(0)
    return {
        Light.RED: Q(left__lt=none_left),
        Light.YELLOW: Q(left__gte=none_left, left__lte=F("third")),
        Light.GREEN: Q(left__gte=none_left, left__gt=F("third")),
    }


def _tiles(owed: QuerySet[Duty]) -> list[dict[str, Any]]:
    counts = _timed(owed.order_by()).aggregate(
        **{light.value: Count("pk", filter=colour) for light, colour in _colours().items()}
    )
    return [
        {
            "light": light.value,
            "label": light.label,
            "count": counts[light.value],
            "url": f"?light={light.value}",
        }
        for light in _colours()
    ]
