"""What a person asks of a trace."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.chain.tracing.vocabulary import Direction


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
