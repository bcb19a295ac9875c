"""What people type to try a result."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.kernel.errors import Text
from zhian.kernel.forms import DeedForm
from zhian.kernel.lists import Filter
from zhian.registry.standards import selectors
from zhian.registry.standards.vocabulary import Described


@dataclass(frozen=True)
class InForceOn(Filter):
    """Limits that bind goods produced on a day."""

    key: str
    label: Text

    def fields(self) -> dict[str, forms.Field]:
        """One day."""
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return {self.key: forms.DateField(label=str(self.label), required=False, widget=widget)}

    def narrow(self, queryset: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        """Editions begun by the day and not ended before it."""
        day = values.get(self.key)
        if not day:
            return queryset
        endless = Q(edition__effective_to__isnull=True) | Q(edition__effective_to__gte=day)
        return queryset.filter(endless, edition__effective_from__lte=day)


class JudgeForm(forms.Form):
    """One result, the goods and the day they were made."""

    product = forms.CharField(label=_("Product"), max_length=200, required=False)
    category = forms.CharField(label=_("Category"), max_length=200, required=False)
    item = forms.CharField(label=_("Test item"), max_length=200)
    result = forms.CharField(label=_("Result"), max_length=200)
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    lod = forms.CharField(label=_("Detection limit"), max_length=60, required=False)
    produced_on = forms.DateField(
        label=_("Produced on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    printed_limit = forms.CharField(
        label=_("Printed limit"),
        max_length=200,
        required=False,
        help_text=_("empty: the limit in force on the day of production"),
    )

    def judgement(self) -> selectors.Judgement:
        """The verdict on what was typed."""
        values = self.cleaned_data
        return selectors.judge(
            Described(values["product"], values["category"]),
            values["item"],
            values["result"],
            values["unit"],
            values["produced_on"],
            printed_limit=values["printed_limit"] or None,
            lod=values["lod"] or None,
        )


class ReasonForm(DeedForm):
    """Why an imported edition is thrown away."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
