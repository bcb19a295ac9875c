"""What people type about a project and its comments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import Office, User
from zhian.kernel.forms import DeedForm
from zhian.registry.standards.models import Project
from zhian.registry.standards.services import Proposal
from zhian.registry.standards.vocabulary import Adoption, CommentAnswer, ProjectKind


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class ProposalForm(DeedForm):
    """A project as it is proposed; the clerk's own office owns it unless another code is named."""

    number = forms.CharField(label=_("Plan number"), max_length=40)
    year = forms.IntegerField(label=_("Year of the plan"), min_value=1990, max_value=2189)
    kind = forms.ChoiceField(label=_("Kind"), choices=ProjectKind.choices)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=300, required=False)
    standard_code = forms.CharField(label=_("Standard"), max_length=40, required=False)
    replaces = forms.CharField(label=_("Replaces"), max_length=200, required=False)
    due_on = _day(_("To be published by"))
    office_code = forms.CharField(
        label=_("Office code"), max_length=40, required=False, help_text=_("empty: your own office")
    )
    rapid = forms.BooleanField(label=_("Rapid mechanism"), required=False)
    trigger = forms.CharField(label=_("What triggered it"), max_length=500, required=False)
    adopts = forms.CharField(label=_("International standard"), max_length=100, required=False)
    adoption = forms.ChoiceField(
        label=_("Degree of adoption"), choices=[("", "—"), *Adoption.choices], required=False
    )

    def __init__(self, *arguments: Any, user: User, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._user = user

    def clean_office_code(self) -> Office:
        """The office of the code, or the clerk's own."""
        code = self.cleaned_data["office_code"]
        found = offices.office_by_code(code) if code else offices.office_of(self._user)
        if found is None:
            raise forms.ValidationError(_("no such office"))
        return found

    def proposal(self) -> Proposal:
        """What the service needs."""
        values = dict(self.cleaned_data)
        office = values.pop("office_code")
        kind = ProjectKind(values.pop("kind"))
        return Proposal(**values, kind=kind, office=office, officer=self._user)


class StepForm(DeedForm):
    """What one step needs to be told."""

    def __init__(self, *arguments: Any, step: str, project: Project, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if step == "open_comment":
            self.fields["draft_text"] = forms.CharField(
                label=_("Draft for comment"),
                widget=forms.Textarea(attrs={"rows": 12}),
                max_length=200_000,
                initial=project.draft_text,
            )
        if step == "publish":
            self.fields["in_force_on"] = _day(_("In force from"))
        self.fields["note"] = forms.CharField(
            label=_("Note"), max_length=500, required=step in {"stop", "back_to_draft"}
        )


class CommentAnswerForm(DeedForm):
    """What becomes of a comment."""

    answer = forms.ChoiceField(label=_("Answer"), choices=CommentAnswer.choices)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("needed unless the comment is adopted in full"),
    )
