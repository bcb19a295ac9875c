"""What people type about a duty."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import Officer


class NoteForm(forms.Form):
    """A note in words; the label says what it is."""

    note = forms.CharField(
        label=_("Note"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: object = None, *, label: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        if label is not None:
            self.fields["note"].label = label  # type: ignore[assignment]


class AssignForm(forms.Form):
    """One officer of the office that owes the duty."""

    officer = forms.ChoiceField(label=_("Officer"))

    def __init__(self, data: object = None, *, officers: Iterable[Officer] = ()) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        choices = [(post.user_id, f"{post.user.display_name} · {post.title}") for post in officers]
        self.fields["officer"] = forms.ChoiceField(label=_("Officer"), choices=choices)


class NothingForm(forms.Form):
    """A deed that needs no words."""
