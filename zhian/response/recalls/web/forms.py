"""What officers type about recalls."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.kernel.forms import DeedForm

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def words(label: "_StrOrPromise", *, rows: int = 4, required: bool = True) -> forms.CharField:
    """A text of some lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=4000, widget=widget, required=required)


class ConfirmScopeForm(DeedForm):
    """The opinion and what the public notice says beside the records."""

    reason = words(_("Opinion on the scope"))
    producer_contact = forms.CharField(
        label=_("Contact of the producer"),
        max_length=300,
        required=False,
        help_text=_("Left empty: address and telephone from the register."),
    )
    returns_zh = words(_("Return and compensation, in Chinese"), rows=2, required=False)
    returns_en = words(_("Return and compensation, in English"), rows=2, required=False)


class ReasonForm(DeedForm):
    """A reason in words."""

    reason = words(_("Reason"))


class FinishForm(DeedForm):
    """The summary of a recall and its effect."""

    note = words(_("Summary and effect"))


class ConfirmForm(DeedForm):
    """Nothing to fill in: the button is the deed."""
