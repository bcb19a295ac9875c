"""What people type about their signing key."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.foundation.evidence.vocabulary import MIN_PIN_LENGTH


class PinForm(forms.Form):
    """A new PIN, typed twice; it is stored nowhere and cannot be recovered."""

    pin = forms.CharField(
        label=_("PIN"),
        min_length=MIN_PIN_LENGTH,
        max_length=64,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 6 characters. Nobody can look it up or reset it for you."),
    )
    again = forms.CharField(
        label=_("PIN again"),
        max_length=64,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both must agree."""
        cleaned = super().clean() or {}
        if cleaned.get("pin") != cleaned.get("again"):
            self.add_error("again", _("The two PINs differ."))
        return cleaned
