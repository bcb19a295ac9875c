"""When a subscriber is told: chosen in a form, said in words, and the next times it comes."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.engine.schedule import FIELDS, BadSchedule, next_after, read_schedule
from zhian.kernel import clock
from zhian.kernel.forms import DeedForm
from zhian.kernel.templatetags.zhian import beijing

OTHER = "other"
_NAMES: dict[str, Promise] = {
    "month": _("month"),
    "dayOfMonth": _("day of the month"),
    "dayOfWeek": _("day of the week"),
    "hour": _("hour"),
    "minute": _("minute"),
    "second": _("second"),
}
_DAYS: list[tuple[int, Promise]] = [
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")),
    (5, _("Friday")), (6, _("Saturday")), (7, _("Sunday")),
]  # fmt: skip
_PLAIN = {
    frozenset({"minute"}): _("every hour at minute %(minute)s"),
    frozenset({"hour", "minute"}): _("every day at %(hour)s:%(minute)s"),
    frozenset({"dayOfWeek", "hour", "minute"}): _("%(day)s at %(hour)s:%(minute)s"),
}
_ANY: dict[str, Any] = {"max_length": 200, "required": False}
_ELEMENT = re.compile(r"(?:\*|(\d+)|\[?(\d+)-(\d+)\]?)(?:/(\d+))?")
_SPAN = re.compile(r"(?<![\[\d])(\d+-\d+)(?![\]\d])")


def schedule_text(schedule: Mapping[str, object] | None) -> str:
    """When a subscriber is told, in words."""
    if not schedule:
        return gettext("at once")
    said = {name: str(value) for name, value in schedule.items()}
    plain = _PLAIN.get(frozenset(said)) if all(map(str.isdecimal, said.values())) else None
    if plain is not None:
        day = _value("dayOfWeek", said.get("dayOfWeek", ""))
        hour, minute = int(said.get("hour", 0)), int(said["minute"])
        return str(plain) % {"day": day, "hour": f"{hour:02}", "minute": f"{minute:02}"}
    parts = [_part(name, said[name]) for name in _NAMES if name in said]
    return pgettext("between parts of a time", "; ").join(parts)


def _part(name: str, text: str) -> str:
    """The values of one field: “hour 1, 3 to 5”; days of the week speak for themselves."""
    values = [_element(name, part) for part in text.replace(" ", "").split(",")]
    joined = pgettext("between values", ", ").join(values)
    if name == "dayOfWeek":
        return joined
    return gettext("%(field)s %(values)s") % {"field": _NAMES[name], "values": joined}


def _element(name: str, text: str) -> str:
    parts = _ELEMENT.fullmatch(text)
    if parts is None:
        return text
    number, first, last, step = parts.groups()
    if first is not None:
        found = gettext("%(first)s to %(last)s") % {
            "first": _value(name, first), "last": _value(name, last),
        }  # fmt: skip
    else:
        found = pgettext("part of a time", "any") if number is None else _value(name, number)
    if step is None:
        return found
    return gettext("%(span)s in steps of %(step)s") % {"span": found, "step": step}


def _value(name: str, text: str) -> str:
    if name != "dayOfWeek" or not text.isdecimal():
        return text
    return str(dict(_DAYS).get(int(text), text))


def told_text(schedule: Mapping[str, object] | None, at: datetime) -> str:
    """A sentence: when a subscription made at a moment is told, and the next three times."""
    if not schedule:
        return gettext("Told at once, whenever something is captured.")
    read, times, moment = read_schedule(schedule), [], at.astimezone(clock.BEIJING)
    for _number in range(3):
        moment = next_after(read, moment)
        times.append(_moment_text(moment))
    first, second, third = times
    words = capfirst(schedule_text(schedule))
    return gettext(
        "%(words)s. Next on %(first)s, then on %(second)s and on %(third)s, Beijing time."
    ) % {
        "words": words,
        "first": first,
        "second": second,
        "third": third,
    }


def _moment_text(moment: datetime) -> str:
    return gettext("%(day)s %(moment)s") % {
        "day": dict(_DAYS)[moment.isoweekday()],
        "moment": f"{beijing(moment)}:{moment:%S}",
    }


class ScheduleForm(forms.Form):
    """The six fields of a schedule of EPCIS, each a number, several, or a span of them."""

    month = forms.CharField(label=_("Month"), help_text=_("1 to 12"), **_ANY)
    dayOfMonth = forms.CharField(  # noqa: N815 — EPCIS's name
        label=_("Day of the month"), help_text=_("1 to 31"), **_ANY
    )
    dayOfWeek = forms.CharField(  # noqa: N815 — EPCIS's name
        label=_("Day of the week"), help_text=_("1 is Monday, 7 is Sunday"), **_ANY
    )
    hour = forms.CharField(label=_("Hour"), help_text=_("0 to 23"), **_ANY)
    minute = forms.CharField(label=_("Minute"), help_text=_("0 to 59"), **_ANY)
    second = forms.CharField(
        label=pgettext_lazy("part of a time", "Second"), help_text=_("0 to 59"), **_ANY
    )

    def clean(self) -> dict[str, Any]:
        """Each field by itself, then whether the day ever comes."""
        given = {name: as_standard(text) for name, text in self.cleaned_data.items() if text}
        for name, text in given.items():
            if not _readable({name: text}):
                self.add_error(name, _wrong(name))
        if not given and not self.errors:
            self.add_error(None, gettext("Fill in at least one of these."))
        elif not self.errors and not _readable(given):
            self.add_error("dayOfMonth", gettext("This day never comes in the months given."))
        return given


def as_standard(text: str) -> str:
    """The values as EPCIS writes them: spans in brackets; full-width signs are read as well."""
    plain = unicodedata.normalize("NFKC", text).replace("、", ",").replace("–", "-")
    return _SPAN.sub(r"[\1]", plain.replace(" ", ""))


def _readable(schedule: Mapping[str, object]) -> bool:
    try:
        read_schedule(schedule)
    except BadSchedule:
        return False
    return True


def _wrong(name: str) -> str:
    low, high = FIELDS[name]
    return gettext("Numbers from %(low)s to %(high)s: one, several (1,3) or a span ([1-3]).") % {
        "low": low,
        "high": high,
    }


class WhenForm(DeedForm):
    """When: at once, one of the usual schedules, or any other."""

    when = forms.ChoiceField(
        label=_("When"),
        choices=[("", _("at once")), ("hour", _("every hour")), ("day", _("every day")),
                 ("week", _("every week")), (OTHER, _("another schedule"))],
        required=False,
    )  # fmt: skip
    hour = forms.IntegerField(
        label=_("At which hour"), min_value=0, max_value=23, initial=8, required=False,
        help_text=_("Beijing time; for every day and every week."),
    )  # fmt: skip
    weekday = forms.ChoiceField(label=_("On which day"), choices=_DAYS, initial=1, required=False)

    def __init__(self, data: QueryDict | None, **more: Any) -> None:
        super().__init__(data, **more)
        self.other = ScheduleForm(data if self.data.get("when") == OTHER else None, prefix="at")

    def clean(self) -> dict[str, Any]:
        """Another schedule has its own fields and tells itself what is wrong with them."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("when") == OTHER and not self.other.is_valid():
            self.add_error("when", gettext("The other schedule cannot be read: see its fields."))
        return cleaned

    def schedule(self) -> dict[str, object] | None:
        """The schedule that was chosen, None for at once."""
        said = self.cleaned_data
        if said["when"] == OTHER:
            return dict(self.other.cleaned_data)
        hour = {"hour": str(said["hour"] or 0), "minute": "0"}
        schedules: dict[str, dict[str, object]] = {
            "hour": {"minute": "0"},
            "day": {**hour},
            "week": {**hour, "dayOfWeek": said["weekday"] or "1"},
        }
        return schedules.get(said["when"])
