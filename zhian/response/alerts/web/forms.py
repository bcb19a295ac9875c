"""What people type about alerts."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.kernel.forms import DeedForm
from zhian.response.alerts.vocabulary import Grade, RecallClass

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def words(label: "_StrOrPromise") -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class ReportUpwardForm(DeedForm):
    """The officer's own words to the superior office."""

    text = words(_("What you report"))


class ClassForm(DeedForm):
    """Another class, with a reason."""

    recall_class = forms.TypedChoiceField(
        label=_("Recall class"), choices=RecallClass.choices, coerce=int
    )
    reason = words(_("Reason"))


class GradeForm(DeedForm):
    """The grade of the incident, with a reason."""

    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)
    reason = words(_("Reason"))


class ConfirmForm(DeedForm):
    """Nothing to fill in: the button is the deed."""
