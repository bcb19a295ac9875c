"""What a person fills in to keep a query and to subscribe to it, and a schedule in words."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.engine.grammar.formats import EpcFormat
from zhian.chain.events.models import Subscription
from zhian.chain.events.selectors.subscriptions import queries_of
from zhian.chain.events.services.queries import LONGEST_NAME
from zhian.chain.events.services.subscribing import Controls
from zhian.chain.events.web.words import STEPS, TYPES
from zhian.foundation.offices.models import User
from zhian.kernel import clock

_FIELDS = {
    "month": _("month"),
    "dayOfMonth": _("day of the month"),
    "dayOfWeek": _("day of the week"),
    "hour": _("hour"),
    "minute": _("minute"),
    "second": _("second"),
}
_ALL = [("", _("All"))]
_DAYS = [(1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")),
         (5, _("Friday")), (6, _("Saturday")), (7, _("Sunday"))]  # fmt: skip
_PLAIN = {
    frozenset({"minute"}): _("every hour at minute %(minute)s"),
    frozenset({"hour", "minute"}): _("every day at %(hour)s:%(minute)s"),
    frozenset({"dayOfWeek", "hour", "minute"}): _("%(day)s at %(hour)s:%(minute)s"),
}
_PROBLEMS = {
    "WrongControls": _("The address is not known, or messages may not go there."),
    "ConnectError": _("The receiver could not be reached."),
    "ConnectTimeout": _("The receiver could not be reached."),
    "ReadTimeout": _("The receiver took too long."),
    "WriteTimeout": _("The receiver took too long."),
    "ReadError": _("The receiver broke off."),
    "RemoteProtocolError": _("The receiver broke off."),
}


def schedule_text(one: Subscription) -> str:
    """When a subscriber is told, in words."""
    if not one.schedule:
        return gettext("at once")
    said = {name: str(value) for name, value in one.schedule.items()}
    plain = _PLAIN.get(frozenset(said)) if all(map(str.isdecimal, said.values())) else None
    if plain is not None:
        days = dict(_DAYS)
        day = days.get(int(said.get("dayOfWeek", 0)), "")
        hour, minute = int(said.get("hour", 0)), int(said["minute"])
        return str(plain) % {"day": day, "hour": f"{hour:02}", "minute": f"{minute:02}"}
    parts = [f"{label} {said[name]}" for name, label in _FIELDS.items() if name in said]
    return ", ".join(parts)


def problem_text(problem: str) -> str:
    """What went wrong with a bundle, in the reader's language."""
    kind, _colon, _rest = problem.partition(":")
    if kind.startswith("HTTP "):
        return gettext("The receiver answered with %(code)s.") % {
            "code": kind.removeprefix("HTTP ")
        }
    return str(_PROBLEMS.get(kind, problem))


class QueryForm(forms.Form):
    """The filters people use, kept under a name."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    type = forms.ChoiceField(label=_("Type"), choices=[*_ALL, *TYPES.items()], required=False)
    step = forms.ChoiceField(label=_("Step"), choices=[*_ALL, *STEPS.items()], required=False)
    lot = forms.CharField(
        label=_("Lot"),
        max_length=200,
        required=False,
        help_text=_("The lot's key, or a pattern of it with * at its end."),
    )

    def query(self) -> dict[str, object]:
        """The query as the interface reads it."""
        said = self.cleaned_data
        found: dict[str, object] = {}
        if said["type"]:
            found["eventType"] = [said["type"]]
        if said["step"]:
            found["EQ_bizStep"] = [said["step"]]
        if said["lot"]:
            found["MATCH_anyEPCClass"] = [said["lot"]]
        return found


class SubscriptionForm(forms.Form):
    """Which query, which address, when."""

    query = forms.ChoiceField(label=_("Query"))
    dest = forms.CharField(
        label=_("Address"),
        max_length=2048,
        help_text=_("An https address that takes messages."),
        widget=forms.URLInput(),
    )
    when = forms.ChoiceField(
        label=_("When"),
        choices=[("", _("at once")), ("hour", _("every hour")), ("day", _("every day")),
                 ("week", _("every week"))],
        required=False,
    )  # fmt: skip
    hour = forms.IntegerField(
        label=_("At which hour"), min_value=0, max_value=23, initial=8, required=False,
        help_text=_("Beijing time; for every day and every week."),
    )  # fmt: skip
    weekday = forms.ChoiceField(label=_("On which day"), choices=_DAYS, initial=1, required=False)
    report_if_empty = forms.BooleanField(label=_("Also tell when there is nothing"), required=False)
    signature_token = forms.CharField(
        label=_("Secret for signatures"),
        max_length=500,
        required=False,
        help_text=_("Every message is signed with it, so that the receiver knows it is from here."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    since = forms.DateField(
        label=_("Also what was recorded since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    epc_format = forms.ChoiceField(
        label=_("Keys are written"),
        choices=[("", _("as captured")), (EpcFormat.URN.value, _("as URN")),
                 (EpcFormat.DIGITAL_LINK.value, _("as web address"))],
        required=False,
    )  # fmt: skip

    def __init__(self, user: User, data: QueryDict | None, *, query: str = "") -> None:
        super().__init__(data, initial={"query": query})
        field = self.fields["query"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.name, one.name) for one in queries_of(user)]

    def controls(self) -> Controls:
        """What was asked for."""
        said = self.cleaned_data
        since = said["since"]
        return Controls(
            dest=said["dest"],
            stream=not said["when"],
            schedule=self._schedule(said),
            report_if_empty=said["report_if_empty"],
            signature_token=said["signature_token"],
            initial_record_time=None
            if since is None
            else datetime.combine(since, time(), tzinfo=clock.BEIJING),
            epc_format=said["epc_format"],
        )

    @staticmethod
    def _schedule(said: dict[str, Any]) -> dict[str, object] | None:
        hour = {"hour": str(said["hour"] or 0), "minute": "0"}
        schedules: dict[str, dict[str, object]] = {
            "hour": {"minute": "0"},
            "day": {**hour},
            "week": {**hour, "dayOfWeek": said["weekday"] or "1"},
        }
        return schedules.get(said["when"])
