"""What a person asks of a trace."""

from datetime import date, datetime, time

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.chain.tracing.selectors import Asked
from zhian.chain.tracing.vocabulary import Direction
from zhian.kernel import clock

_PLACE = "https://id.gs1.org/414/"


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LotSearchForm(forms.Form):
    """What is known when the lot number is not; everything given must fit."""

    gtin = forms.RegexField(r"^\d{8,14}$", label=_("Bar code (GTIN)"), required=False)
    site = forms.CharField(label=_("Site number (GLN)"), max_length=200, required=False)
    region = forms.RegexField(r"^\d{2,12}$", label=_("Region code"), required=False)
    since = forms.DateField(label=_("First day"), required=False, widget=_day())
    until = forms.DateField(label=_("Last day"), required=False, widget=_day())

    def asked(self) -> Asked | None:
        """The question; None when nothing was given, or nothing that can be asked."""
        said = self.cleaned_data if self.is_valid() else {}
        if not any(said.values()):
            return None
        site = said["site"].strip()
        return Asked(
            gtin=said["gtin"],
            site=f"{_PLACE}{site}" if site.isdecimal() else site,
            region=said["region"],
            since=_moment(said["since"], time()),
            until=_moment(said["until"], time(23, 59, 59, 999_999)),
        )


def _moment(day: date | None, hour: time) -> datetime | None:
    """A Beijing day's first or last moment."""
    return None if day is None else datetime.combine(day, hour, tzinfo=clock.BEIJING)


class TraceForm(forms.Form):
    """Lot, direction, and the moment whose knowledge counts (Beijing time)."""

    lot = forms.CharField(label=_("Lot number"), max_length=2048)
    direction = forms.ChoiceField(
        label=_("Direction"), choices=Direction.choices, required=False, initial=Direction.BOTH
    )
    as_of = forms.DateTimeField(
        label=_("As known at"),
        required=False,
        input_formats=[
            "%Y-%m-%dT%H:%M",
            "%Y-%m-%dT%H:%M:%S",
            "%Y-%m-%dT%H:%M:%S.%f",
            "%Y-%m-%d %H:%M",
            "%Y-%m-%d",
            "%Y-%m-%dT%H:%M:%S%z",
        ],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def clean_direction(self) -> str:
        """Both ways where nothing is chosen."""
        return str(self.cleaned_data["direction"] or Direction.BOTH)
