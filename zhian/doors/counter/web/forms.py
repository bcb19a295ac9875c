"""What an operator fills in: as little as possible."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.kernel.templatetags.zhian import name_in_language
from zhian.response.recalls.vocabulary import DisposalKind


class CountForm(forms.Form):
    """How much is left."""

    counted_kg = forms.DecimalField(
        label=_("Counted and set aside, kg"), min_value=Decimal(0), max_digits=15, decimal_places=3
    )
    photo = forms.FileField(
        label=_("Photo of the goods set aside"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


class DisposalForm(forms.Form):
    """Where the goods went, with the proof."""

    kind = forms.ChoiceField(
        label=_("What happened to the goods"),
        choices=DisposalKind.choices,
        widget=forms.RadioSelect,
    )
    to_order = forms.ChoiceField(label=_("Returned to"), required=False)
    kg = forms.DecimalField(
        label=_("Quantity, kg"), min_value=Decimal("0.001"), max_digits=15, decimal_places=3
    )
    witness = forms.CharField(label=_("Witness"), max_length=120)
    proof = forms.FileField(label=_("Photo or document as proof"))

    def __init__(self, *args: Any, receivers: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to_order"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "—"),
            *((str(one.pk), name_in_language(one.operator)) for one in receivers),
        ]
