"""What people type to try a result."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.kernel.forms import DeedForm
from zhian.registry.standards import selectors


@dataclass(frozen=True)
class Described:
    """Goods known only by the words in a form."""

    name_zh: str
    category_zh: str

    def food_nodes(self) -> Sequence[tuple[str, str]]:
        """Nobody mapped them: the words decide."""
        return ()


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
