"""What people type about permits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import Office
from zhian.kernel.forms import DeedForm
from zhian.kernel.rules import Text
from zhian.registry.permits.services import InstrumentFacts
from zhian.registry.permits.vocabulary import InstrumentTypes
from zhian.registry.subjects.models import Site


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def in_words(name: Text) -> str:
    """A pack's text in the reader's language."""
    return name.zh if (get_language() or "zh").startswith("zh") else name.en


class GrantForm(DeedForm):
    """A permit as it is granted by the own office."""

    type_code = forms.ChoiceField(label=_("Type of permit"))
    number = forms.CharField(label=_("Number"), max_length=60)
    site = forms.ChoiceField(
        label=_("Site"),
        required=False,
        help_text=_("A business licence is for the whole operator."),
    )
    scope = forms.CharField(
        label=_("Scope"),
        max_length=400,
        required=False,
        help_text=_("Food classes, with ; between them"),
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput())
    valid_to = forms.DateField(label=_("Valid to"), required=False, widget=DayInput())

    def __init__(
        self, *args: Any, types: InstrumentTypes, office: Office, sites: list[Site], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        own = {
            code: one
            for code, one in types.types.items()
            if office.department_id in one.departments
        }
        self._choose("type_code", [(code, in_words(one.name)) for code, one in own.items()])
        self._choose("site", [("", "—"), *((str(site.pk), site.name) for site in sites)])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def facts(self, operator_id: int, office_id: int) -> InstrumentFacts:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        scope = data["scope"].replace("；", ";").replace("、", ";")
        return InstrumentFacts(
            type_code=data["type_code"],
            number=data["number"],
            operator_id=operator_id,
            issuing_office_id=office_id,
            site_id=int(data["site"]) if data["site"] else None,
            scope=tuple(word.strip() for word in scope.split(";") if word.strip()),
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
        )


class ReasonForm(DeedForm):
    """Why a step is taken."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
