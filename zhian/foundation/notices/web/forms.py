"""What an officer fills in before the addressee's door: the camera first, then little."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhian.foundation.ledger.vocabulary import subject_link
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, TooLarge, Unsupported
from zhian.kernel.forms import DeedForm

Keep = Callable[[str, bytes], UUID]
PAPER = forms.ClearableFileInput(
    attrs={"accept": "image/*,application/pdf", "capture": "environment"}
)
MINUTES = "%Y-%m-%dT%H:%M"


class OnSiteForm(DeedForm):
    """The paper is kept as soon as it arrives: a form that is wrong elsewhere loses nothing."""

    paper_needed = True

    proof = forms.FileField(label=_("Photograph or signed receipt"), widget=PAPER)
    kept = forms.UUIDField(required=False, widget=forms.HiddenInput)
    at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(format=MINUTES, attrs={"type": "datetime-local"}),
    )
    remark = forms.CharField(
        label=_("Remark on the service"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, keep: Keep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keep = keep
        now = clock.beijing(clock.now())
        self.fields["at"].initial = now.replace(second=0, microsecond=0, tzinfo=None)
        self.fields["proof"].required = self.paper_needed and not self.data.get("kept")

    def clean_proof(self) -> None:
        """Keep a new paper at once, and remember its number in the form."""
        file = self.cleaned_data["proof"]
        if file is None:
            return
        try:
            kept = self._keep(file.name, file.read())
        except (BadInput, TooLarge, Unsupported) as error:
            raise forms.ValidationError(str(error.message)) from error
        data = cast(QueryDict, self.data).copy()
        data["kept"] = str(kept)
        self.data = data

    def clean(self) -> dict[str, Any]:
        """Say beside the field that the paper need not be taken again."""
        cleaned = super().clean() or {}
        if cleaned.get("kept"):
            self["proof"].help_text = _already_kept(cleaned["kept"])
        return cleaned


def _already_kept(item: UUID) -> SafeString:
    return format_html(
        '<a href="{}" target="_blank">{}</a> {}',
        subject_link("evidence.item", str(item)),
        gettext("Your photograph is kept."),
        gettext("Choose another only to replace it."),
    )


class ServeForm(OnSiteForm):
    """Who took it."""

    receiver_name = forms.CharField(label=_("Received by"), max_length=100)
    receiver_role = forms.CharField(
        label=_("Role there"), max_length=80, help_text=_("For example manager, clerk or guard.")
    )
    field_order = ("proof", "kept", "receiver_name", "receiver_role", "at", "remark")


class RefuseForm(OnSiteForm):
    """Why it was not taken, and who or what shows it."""

    paper_needed = False

    reason = forms.CharField(
        label=_("Reason for refusal"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    witness = forms.CharField(
        label=_("Witness"),
        max_length=200,
        required=False,
        help_text=_("Name and office. Without a witness, a recording above is needed."),
    )
    field_order = ("proof", "kept", "reason", "witness", "at", "remark")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof"].label = _("Recording: photograph or scan")
