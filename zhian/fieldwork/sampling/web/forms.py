"""What people type about samples and reports."""

from collections.abc import Sequence
from typing import Any, Self

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhian.fieldwork.sampling.vocabulary import Outcome, SampleOrigin
from zhian.foundation.offices import policies as offices_policies
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Line
from zhian.kernel.forms import DeedForm
from zhian.registry.products import selectors as products
from zhian.registry.standards.models import Edition
from zhian.registry.standards.vocabulary import market_name
from zhian.registry.subjects import policies as subjects

MOST_RESULTS = 40


class PlaceFields(DeedForm):
    """Where it happens; the device fills the degrees in."""

    @classmethod
    def of(cls, request: HttpRequest, **arguments: Any) -> Self:
        """Filled from what was posted, photo included."""
        if request.method != "POST":
            return cls(**arguments)
        return cls(request.POST, request.FILES, **arguments)

    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    longitude = forms.DecimalField(
        label=_("Longitude"), max_digits=9, decimal_places=6, required=False
    )
    latitude = forms.DecimalField(
        label=_("Latitude"), max_digits=9, decimal_places=6, required=False
    )
    photo = forms.FileField(label=_("Photo of the seal"), required=False)


class DrawForm(PlaceFields):
    """The sampling sheet."""

    origin = forms.ChoiceField(label=_("Origin of the sample"), choices=SampleOrigin.choices)
    site = forms.CharField(
        label=_("Place of sampling"),
        max_length=120,
        help_text=_("Number or name of the site, as in the register."),
    )
    product = forms.ChoiceField(label=_("Product"))
    lot_text = forms.CharField(label=_("Lot as printed"), max_length=80)
    produced_on = forms.DateField(
        label=_("Produced on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=18, decimal_places=3)
    unit = forms.CharField(label=_("Unit"), max_length=20, initial="kg")
    spare_quantity = forms.DecimalField(
        label=_("Spare sample"), max_digits=18, decimal_places=3, required=False
    )
    population_size = forms.IntegerField(
        label=_("Packs counted in the lot"), min_value=1, required=False
    )
    random_index = forms.IntegerField(label=_("Pack drawn at random"), min_value=1, required=False)
    seal_number = forms.CharField(label=_("Seal number"), max_length=40)
    second_officer = forms.ChoiceField(label=_("Second officer"), required=False)
    laboratory = forms.ChoiceField(label=_("Laboratory"), required=False)
    sender_name = forms.CharField(
        label=_("Sent by"), max_length=120, required=False, help_text=_("Only for sent samples.")
    )

    field_order = (
        "origin", "site", "product", "lot_text", "produced_on", "quantity", "unit",
        "spare_quantity", "population_size", "random_index", "seal_number", "second_officer",
        "laboratory", "sender_name", "place", "longitude", "latitude", "photo",
    )  # fmt: skip

    def offer(self, user: User) -> None:
        """Choices this person has: colleagues, laboratories, goods."""
        office = offices.office_of(user)
        colleagues = offices.officers_in(office) if office is not None else []
        empty = [("", "—")]
        others = [one.user for one in colleagues if one.user_id != user.pk]
        labs = offices_policies.offices_visible_to(user).filter(department__line=Line.LABORATORY)
        people = [(str(one.pk), one.display_name) for one in others]
        self._choose("second_officer", empty + people)
        self._choose("laboratory", empty + [(str(one.pk), one.name) for one in labs])
        self._choose("product", [(str(one.pk), str(one)) for one in products.products()])
        self.user = user

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_site(self) -> int:
        """The one site with this number or name in the person's territory."""
        asked = str(self.cleaned_data["site"]).strip()
        visible = subjects.sites_visible_to(self.user)
        found = list(visible.filter(sgln=asked)[:2]) or list(
            visible.filter(name_zh=asked)[:2] or visible.filter(name_zh__icontains=asked)[:2]
        )
        if len(found) != 1:
            raise forms.ValidationError(
                _("Several sites are called so; give the number of the site.")
                if found
                else _("No site in your territory has this number or name.")
            )
        return found[0].pk


class HandOverForm(PlaceFields):
    """Who takes the sample, and what the seal looks like."""

    to_user = forms.ChoiceField(label=_("To (officer or analyst)"), required=False)
    to_name = forms.CharField(label=_("To (carrier)"), max_length=120, required=False)
    seal_intact = forms.BooleanField(label=_("The seal is intact"), required=False, initial=True)

    field_order = (
        "to_user", "to_name", "seal_intact", "place", "longitude", "latitude", "photo",
    )  # fmt: skip

    def offer(self, people: list[tuple[str, str]]) -> None:
        """People of the office and of the laboratory."""
        field = self.fields["to_user"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *people]


class ReceiveForm(PlaceFields):
    """What the laboratory sees when it takes the sample in."""

    seal_intact = forms.BooleanField(label=_("The seal is intact"), required=False, initial=True)

    field_order = ("seal_intact", "place", "longitude", "latitude", "photo")


class ReportForm(DeedForm):
    """Method and instrument of a report."""

    method = forms.CharField(label=_("Method"), max_length=120)
    equipment = forms.CharField(
        label=_("Instrument and calibration"), max_length=200, required=False
    )


class ResultForm(forms.Form):
    """One measured item; our verdict is not typed, the laboratory's own stands beside it."""

    item_zh = forms.CharField(label=_("Item"), max_length=120, required=False)
    value_text = forms.CharField(label=_("Result"), max_length=80, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    lod = forms.CharField(label=_("Limit of detection"), max_length=40, required=False)
    laboratory_outcome = forms.ChoiceField(
        label=_("Verdict of the laboratory"), choices=[("", "—"), *Outcome.choices], required=False
    )

    def clean(self) -> dict[str, Any]:
        """Item and result come together or not at all."""
        values = super().clean() or self.cleaned_data
        if bool(values.get("item_zh")) != bool(values.get("value_text")):
            raise forms.ValidationError(_("Item and result are both needed."))
        return values


ResultForms = forms.formset_factory(ResultForm, extra=5, max_num=MOST_RESULTS)


class SignForm(DeedForm):
    """The signatory's PIN."""

    pin = forms.CharField(
        label=_("PIN of your signing key"),
        max_length=64,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class ReasonForm(DeedForm):
    """A reason in words."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DeclareForm(DeedForm):
    """Which lot of which goods is meant for which market."""

    product = forms.ChoiceField(label=_("Product"))
    lot_text = forms.CharField(label=_("Lot as printed"), max_length=80)
    market = forms.ChoiceField(label=_("Market"))

    def offer(self, markets: Sequence[str]) -> None:
        """Goods of the register, and the markets whose limits are loaded."""
        goods, there = self.fields["product"], self.fields["market"]
        assert isinstance(goods, forms.ChoiceField)
        assert isinstance(there, forms.ChoiceField)
        goods.choices = [(str(one.pk), str(one)) for one in products.products()]
        there.choices = [(one, market_name(one)) for one in markets]
        if not markets:
            there.help_text = _("No limits of another market are loaded yet; have them imported.")


class RejudgeForm(ReasonForm):
    """By which edition, and why."""

    edition = forms.ChoiceField(label=_("Edition"))

    field_order = ("edition", "reason")

    def offer(self, editions: Sequence[Edition]) -> None:
        """The editions in force for their dates."""
        field = self.fields["edition"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(one.pk), one.code) for one in editions]
