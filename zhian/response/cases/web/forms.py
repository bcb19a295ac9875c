"""What people type about cases."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.kernel.forms import DeedForm
from zhian.response.cases.selectors import PossibleBasis

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def words(label: "_StrOrPromise") -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class FileForm(DeedForm):
    """Why the case is filed."""

    reason = words(_("Reason for filing"))


class ValueForm(DeedForm):
    """The value of the goods, from which the ranges follow."""

    value_yuan = forms.DecimalField(
        label=_("Value of the goods, yuan"),
        max_digits=18,
        decimal_places=2,
        help_text=_("Marked price; else the market price of like goods."),
    )


class DecideForm(DeedForm):
    """The basis chosen, why, and the decision."""

    basis = forms.ChoiceField(label=_("Legal basis"), widget=forms.RadioSelect)
    reason = words(_("Why this basis and not the others"))
    decision = words(_("Decision"))

    def offer(self, bases: list[PossibleBasis]) -> None:
        """The bases that compete, laws first."""
        field = self.fields["basis"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.id, f"{one.law} {one.article}（{one.id}）: {one.conduct}") for one in bases
        ]


class ConfirmForm(DeedForm):
    """Nothing to fill in: the button is the deed."""
