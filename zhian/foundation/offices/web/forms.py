"""What people type about accounts, posts and offices."""

from __future__ import annotations

from typing import Any, Self

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import Department, Office
from zhian.foundation.offices.vocabulary import OFFICE_ROLES, Language, OfficeLevel, UserKind
from zhian.foundation.regions.vocabulary import AreaClass
from zhian.kernel.errors import BadInput


class Form(forms.Form):
    """A form that can show what a use case refused, beside the field it names."""

    required_css_class = "required"

    @classmethod
    def of(cls, request: HttpRequest, initial: dict[str, Any] | None = None) -> Self:
        """Filled from what was posted, even when that is nothing at all."""
        return cls(request.POST if request.method == "POST" else None, initial=initial)

    def show(self, error: BadInput) -> None:
        """Put the refused fields of a use case into the form."""
        for problem in error.fields:
            name = problem.field if problem.field in self.fields else None
            self.add_error(name, str(problem.message))
        if not error.fields:
            self.add_error(None, str(error.message))


def password_field(label: Any, autocomplete: str) -> forms.CharField:
    """A password as browsers and password managers know it; blanks belong to it."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=200)


class SignInForm(Form):
    """Name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    password = password_field(_("Password"), "current-password")


class PasswordForm(Form):
    """The present password and the new one, typed twice."""

    old = password_field(_("Present password"), "current-password")
    new = password_field(_("New password"), "new-password")
    again = password_field(_("New password again"), "new-password")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("The two new passwords differ."))
        return data


class LanguageForm(Form):
    """The language of the pages."""

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class TokenForm(Form):
    """A new bearer token."""

    label = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("For example: EPCIS of our warehouse")
    )


class UserForm(Form):
    """A new account; its first password is made up and shown once."""

    username = forms.CharField(label=_("User name"), max_length=32)
    display_name = forms.CharField(label=_("Full name"), max_length=80)
    kind = forms.ChoiceField(
        label=_("Kind of account"),
        choices=[(kind.value, kind.label) for kind in UserKind if kind != UserKind.SYSTEM],
        initial=UserKind.OFFICER,
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class AppointForm(Form):
    """A post: office, title, roles."""

    office = forms.CharField(
        label=_("Office code"),
        max_length=40,
        help_text=_("As the list of offices shows it, for example qts-130123"),
    )
    title_zh = forms.CharField(label=_("Chinese title"), max_length=60)
    title_en = forms.CharField(label=_("English title"), max_length=120)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role.value, role.label) for role in OFFICE_ROLES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    is_head = forms.BooleanField(label=_("Head of the office"), required=False)
    since = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_office(self) -> Office:
        office = Office.objects.filter(code=self.cleaned_data["office"].strip()).first()
        if office is None:
            raise forms.ValidationError(_("No office has this code."))
        return office


class ReasonForm(Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class OfficeForm(Form):
    """A new office outside the usual ones."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=240)
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.all())
    region_code = forms.CharField(
        label=_("Region code"),
        max_length=12,
        required=False,
        help_text=_("Empty for the whole country and for a port"),
    )
    level = forms.TypedChoiceField(label=_("Level"), choices=OfficeLevel.choices, coerce=int)
    superior = forms.CharField(
        label=_("Code of the superior office"), max_length=40, required=False
    )

    def clean_superior(self) -> int | None:
        code = self.cleaned_data["superior"].strip()
        if not code:
            return None
        office = Office.objects.filter(code=code).first()
        if office is None:
            raise forms.ValidationError(_("No office has this code."))
        return office.pk


class DelegationForm(Form):
    """A dated act that hands field work to another office."""

    to_office = forms.CharField(label=_("Code of the receiving office"), max_length=40)
    matter = forms.CharField(label=_("Matter"), max_length=200)
    document_ref = forms.CharField(label=_("Document"), max_length=120)
    since = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_to_office(self) -> Office:
        office = Office.objects.filter(code=self.cleaned_data["to_office"].strip()).first()
        if office is None:
            raise forms.ValidationError(_("No office has this code."))
        return office


class AreaForm(Form):
    """Another class for an area than the computed one."""

    region_code = forms.CharField(label=_("Region code"), max_length=12)
    area_class = forms.ChoiceField(label=_("Area class"), choices=AreaClass.choices)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class TaskForm(Form):
    """Another owner for a task."""

    department = forms.ModelChoiceField(
        label=_("Owner department"), queryset=Department.objects.all()
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The decision and its number")
    )
