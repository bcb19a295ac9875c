"""Duties to read: mine, all I may see, one with its history."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhian.foundation.duties import policies, selectors
from zhian.foundation.duties.lifecycles import DUTY
from zhian.foundation.duties.models import Duty
from zhian.foundation.duties.vocabulary import Card, Deed, DutyState, Light
from zhian.foundation.ledger import policies as ledger
from zhian.foundation.offices.policies import Decision, signed_in
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown
from zhian.kernel.lists import Action, ChoiceFilter, DateFilter, ListColumn, ListPage
from zhian.kernel.pages import render

LIGHT_COLOURS = {Light.GREEN: "green", Light.YELLOW: "yellow", Light.RED: "red"}
CARD_COLOURS = {Card.NONE: "grey", Card.YELLOW: "yellow", Card.RED: "red"}
COLUMNS = (
    ListColumn(
        "light",
        gettext_lazy("Light"),
        value=lambda duty: duty.light.label,
        badge=lambda duty: LIGHT_COLOURS[duty.light],
    ),
    ListColumn(
        "deed",
        gettext_lazy("Duty"),
        value=lambda duty: duty.words,
        href=lambda duty: duty.get_absolute_url(),
    ),
    ListColumn("subject_label", gettext_lazy("Object"), href=lambda duty: duty.url or None),
    ListColumn("remaining", gettext_lazy("Time left")),
    ListColumn("due_at", gettext_lazy("Due"), sort="due_at"),
    ListColumn(
        "office", gettext_lazy("Office"), value=lambda duty: duty.office.name if duty.office else ""
    ),
    ListColumn("officer", gettext_lazy("Officer"), value=lambda duty: duty.officer or ""),
    ListColumn("basis", gettext_lazy("Legal basis")),
)


@require_GET
def my_duties(request: HttpRequest) -> HttpResponseBase:
    """What I have to do, the most urgent first."""
    return ListPage(
        title=_("My duties"),
        queryset=selectors.open_duties_for(signed_in(request.user)),
        columns=COLUMNS,
        search=("subject_label__icontains",),
        filters=[
            ChoiceFilter("deed", _("Duty"), Deed.choices),
            DateFilter("due_at", _("Due"), moment=True),
        ],
        default_sort="due_at",
        empty=_("Nothing is due. New duties appear here by themselves, the most urgent first."),
        export_name="my-duties",
        actions=[Action(_("All duties"), reverse("duties:all"))],
    ).respond(request)


@require_GET
def all_duties(request: HttpRequest) -> HttpResponseBase:
    """Every duty I may see, done ones too."""
    late = [("late", _("Overdue or done late"))]
    return ListPage(
        title=_("All duties"),
        queryset=policies.duties_visible_to(signed_in(request.user)),
        columns=[
            *COLUMNS,
            ListColumn("state", _("State"), value=lambda duty: duty.get_state_display()),
            ListColumn(
                "card",
                _("Card"),
                value=lambda duty: duty.get_card_display(),
                badge=lambda duty: CARD_COLOURS[Card(duty.card)],
            ),
        ],
        search=("subject_label__icontains", "office__name_zh__icontains"),
        filters=[
            ChoiceFilter("state", _("State"), DutyState.choices),
            ChoiceFilter("late", _("Lateness"), late, narrow_by=_late_only),
            ChoiceFilter("card", _("Card"), Card.choices),
            ChoiceFilter("deed", _("Duty"), Deed.choices),
            DateFilter("due_at", _("Due"), moment=True),
        ],
        default_sort="-due_at",
        empty=_("No duty yet in the offices you may see."),
        export_name="duties",
    ).respond(request)


def _late_only(rows: QuerySet[Duty], _value: object) -> QuerySet[Duty]:
    return rows.filter(selectors.is_late(clock.now()))


def visible_duty(request: HttpRequest, duty_id: int) -> Duty:
    """The duty, when this person may know of it."""
    found = policies.duties_visible_to(signed_in(request.user)).filter(pk=duty_id).first()
    if found is None:
        raise NotKnown
    return found


@require_GET
def duty_detail(request: HttpRequest, duty_id: int) -> HttpResponse:
    """One duty: what, by when, why, and everything that happened to it."""
    duty = visible_duty(request, duty_id)
    known = ledger.entries_visible_to(signed_in(request.user))
    steps = selectors.steps_of(duty)
    seqs = dict(known.filter(pk__in=[one.entry_id for one in steps]).values_list("pk", "seq"))
    context = {
        "title": duty.words,
        "duty": duty,
        "card_colour": CARD_COLOURS[Card(duty.card)],
        "deeds": _deeds(request, duty),
        "steps": [
            {
                "at": one.at,
                "what": one.get_kind_display(),
                "who": one.by_name,
                "note": one.note,
                "url": reverse("ledger:entry", args=[seqs[one.entry_id]])
                if one.entry_id in seqs
                else "",
            }
            for one in steps
        ],
    }
    return render(request, "duties/duty.html", context)


def _deeds(request: HttpRequest, duty: Duty) -> list[dict[str, object]]:
    """What can be done next: the label, where, and the reason when it is closed to this person."""
    user = signed_in(request.user)
    assign, stop = policies.can_assign(user, duty), policies.can_stop(user, duty)
    table: list[tuple[str, str, object, Decision]] = [
        ("finish", "finish", _("Report as done"), policies.can_finish(user, duty)),
        ("finish", "assign", _("Assign to an officer"), assign),
        ("finish", "chase", _("Chase"), assign),
        ("stop", "stop", _("Stop the clock"), stop),
        ("resume", "resume", _("Let the clock run again"), stop),
    ]
    return [
        {
            "name": name,
            "label": label,
            "url": reverse(f"duties:{name}", args=[duty.pk]),
            "allowed": bool(decision),
            "reason": decision.reason,
        }
        for step, name, label, decision in table
        if DUTY.allows(step, duty.state)
    ]
