"""What people type about operators, sites and supervision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import Officer, User
from zhian.foundation.offices.policies import subtree_of
from zhian.foundation.regions.selectors import regions_under
from zhian.foundation.regions.vocabulary import RegionLevel
from zhian.kernel.forms import DeedForm
from zhian.registry.subjects.models import Operator
from zhian.registry.subjects.services import OperatorFacts, SiteFacts
from zhian.registry.subjects.vocabulary import ChainLink, FoundBy, OperatorKind

# more places than anybody scrolls through are typed by code
LISTED_PLACES = 400


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def place_field(user: User, label: Any, *, required: bool = True) -> forms.Field:
    """Counties and townships of the user's territory: by name, by code where they are many."""
    prefix = subtree_of(user) or ""
    places = regions_under(prefix).real().filter(level__gte=RegionLevel.COUNTY)
    listed = list(places.order_by("code")[: LISTED_PLACES + 1])
    if len(listed) > LISTED_PLACES:
        return forms.CharField(
            label=label, required=required, max_length=12, help_text=_("Code of 6 or 9 digits")
        )
    names = {place.code: place.name for place in listed}
    choices = [
        (code, f"{names.get(code[:6], '')} {name}" if len(code) > 6 else name)
        for code, name in names.items()
    ]
    return forms.ChoiceField(
        label=label, required=required, choices=[("", "—"), *choices] if choices else []
    )


class OperatorForm(DeedForm):
    """An operator as it was found."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=240, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=OperatorKind.choices)
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        max_length=24,
        required=False,
        help_text=_("Leave it empty for an operator that has none; it is registered all the same."),
    )
    first_responsible = forms.CharField(label=_("First responsible person"), max_length=60)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    address = forms.CharField(label=_("Address"), max_length=240, required=False)
    found_by = forms.ChoiceField(label=_("Found by"), choices=FoundBy.choices)
    found_at = forms.DateField(label=_("Found on"), required=False, widget=DayInput())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = place_field(user, _("County or township"))
        self.order_fields(["name_zh", "name_en", "kind", "uscc", "region", "address"])

    def facts(self) -> OperatorFacts:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        return OperatorFacts(
            name_zh=data["name_zh"],
            name_en=data["name_en"],
            kind=OperatorKind(data["kind"]),
            uscc=data["uscc"],
            region_code=data["region"],
            address=data["address"],
            first_responsible=data["first_responsible"],
            phone=data["phone"],
            found_by=FoundBy(data["found_by"]),
            found_at=data["found_at"],
        )

    @staticmethod
    def initial_of(operator: Operator) -> dict[str, Any]:
        """What is known already."""
        names = ("name_zh", "name_en", "kind", "uscc", "address", "phone", "first_responsible")
        known = {name: getattr(operator, name) for name in (*names, "found_by", "found_at")}
        return {**known, "region": operator.region_id}


class SiteForm(DeedForm):
    """A place of an operator."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=240, required=False)
    link = forms.ChoiceField(label=_("Link of the chain"), choices=ChainLink.choices)
    sgln = forms.CharField(
        label=_("Site number (SGLN)"),
        max_length=120,
        required=False,
        help_text=_("For example urn:epc:id:sgln:6901234.00001.0; empty: the platform gives one."),
    )
    address = forms.CharField(label=_("Address"), max_length=240, required=False)
    longitude = forms.DecimalField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, decimal_places=6
    )
    latitude = forms.DecimalField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, decimal_places=6
    )
    keeps_ledger = forms.BooleanField(label=_("Keeps a purchase ledger"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = place_field(user, _("County or township"))
        self.fields["sale_area"] = place_field(user, _("May sell only in"), required=False)
        self.order_fields(["name_zh", "name_en", "link", "sgln", "region", "address"])

    def facts(self, operator_id: int) -> SiteFacts:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        return SiteFacts(
            operator_id=operator_id,
            name_zh=data["name_zh"],
            name_en=data["name_en"],
            link=ChainLink(data["link"]),
            sgln=data["sgln"],
            region_code=data["region"],
            address=data["address"],
            longitude=data["longitude"],
            latitude=data["latitude"],
            keeps_ledger=data["keeps_ledger"],
            sale_area_code=data["sale_area"] or None,
        )


class SupervisionForm(DeedForm):
    """Which officer answers for a site from which day."""

    officer = forms.ChoiceField(label=_("Officer who answers"))
    since = forms.DateField(label=_("Answers from"), required=False, widget=DayInput())

    def __init__(self, *args: Any, officers: list[Officer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["officer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (str(one.pk), f"{one.user.display_name} · {one.title} · {one.office.name}")
            for one in officers
        ]


class CloseForm(DeedForm):
    """Why and when a site closed."""

    reason = forms.CharField(label=_("Reason"), max_length=400)
    closed_on = forms.DateField(label=_("Closed on"), required=False, widget=DayInput())
