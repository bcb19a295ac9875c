"""Sending documents by hand, and what became of each."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.chain.events import policies, selectors
from zhian.chain.events.engine.markup.parsing import looks_like_xml
from zhian.chain.events.models import CaptureJob, CaptureState
from zhian.chain.events.selectors.rendering import in_words, stored_finding
from zhian.chain.events.services import PROCEED, ROLLBACK, submit_document
from zhian.chain.events.services.refusals import RefusedDocument
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.exchange.writing import write_table
from zhian.kernel.lists import Action, ChoiceFilter, DateFilter, ListColumn, ListPage
from zhian.kernel.pages import render

_COLOURS = {
    CaptureState.RUNNING: "yellow",
    CaptureState.SUCCEEDED: "green",
    CaptureState.PARTIAL: "yellow",
    CaptureState.FAILED: "red",
}
_SHOWN = 200


@require_GET
def jobs(request: HttpRequest) -> HttpResponseBase:
    """The documents that came in, newest first."""
    user = signed_in(request.user)
    page = ListPage(
        title=_("Captured documents"),
        queryset=policies.jobs_visible_to(user),
        columns=[
            ListColumn("created_at", _("Sent"), sort="created_at"),
            ListColumn(
                "state",
                _("State"),
                value=lambda job: CaptureState(job.state).label,
                badge=lambda job: _COLOURS[CaptureState(job.state)],
            ),
            ListColumn("captured_by", _("Sent by")),
            ListColumn("events", _("New events"), numeric=True, sort="events"),
            ListColumn("duplicates", _("Known events"), numeric=True, sort="duplicates"),
            ListColumn("errors", _("Errors"), numeric=True, value=lambda job: len(job.errors)),
            ListColumn("size", _("Bytes"), numeric=True, sort="size"),
        ],
        search=("captured_by__display_name__icontains", "sha256__startswith"),
        filters=[
            ChoiceFilter("state", _("State"), CaptureState.choices),
            DateFilter("created_at", _("Sent"), moment=True),
        ],
        default_sort="-created_at",
        empty=_("No document has come in yet. Send the first one."),
        export_name="captures",
        row_url=lambda job: reverse("events:job", args=[job.capture_id]),
        actions=_actions(user),
    )
    return page.respond(request)


def _actions(user: User) -> list[Action]:
    """What this person may do here."""
    found = [Action(_("Master data proposals"), reverse("events:proposals"))]
    if policies.operator_id_of(user) is not None:
        found.append(Action(_("Enter purchases from Excel"), reverse("events:purchases")))
    if policies.can_capture(user):
        found.append(Action(_("Send a document"), reverse("events:upload")))
    return found


@require_GET
def job(request: HttpRequest, capture_id: UUID) -> HttpResponse:
    """What became of one document."""
    found = selectors.capture_job(signed_in(request.user), capture_id)
    context = {
        "title": _("Captured document"),
        "job": found,
        "state": CaptureState(found.state).label,
        "colour": _COLOURS[CaptureState(found.state)],
        "errors": [stored_finding(error) for error in found.errors[:_SHOWN]],
        "warnings": [stored_finding(warning) for warning in found.warnings[:_SHOWN]],
        "events": _events_of(request, found),
    }
    return render(request, "events/job.html", context)


def _events_of(request: HttpRequest, found: CaptureJob) -> list[object]:
    visible = policies.events_visible_to(signed_in(request.user))
    return list(visible.filter(job=found).defer("context", "document").order_by("pk")[:_SHOWN])


@require_GET
def errors(request: HttpRequest, capture_id: UUID) -> FileResponse:
    """Errors and warnings of a document as a workbook."""
    found = selectors.capture_job(signed_in(request.user), capture_id)
    findings = [stored_finding(one) for one in (*found.errors, *found.warnings)]
    headers = [_("Event"), _("Where in the document"), _("Kind"), _("What is wrong")]
    kinds = {"error": gettext("error"), "warning": gettext("warning")}
    rows = [
        [
            "" if one["event"] is None else one["event"] + 1,
            one["path"],
            kinds[one["severity"]],
            one["message"],
        ]
        for one in findings
    ]
    stream = write_table(gettext("Errors"), headers, rows)
    return FileResponse(stream, as_attachment=True, filename=f"errors-{capture_id}.xlsx")


@require_GET
def document(request: HttpRequest, capture_id: UUID) -> HttpResponse:
    """The document exactly as it was sent, as a download."""
    found = selectors.capture_job(signed_in(request.user), capture_id)
    ending = "xml" if "xml" in found.media_type else "json"
    return HttpResponse(
        selectors.captured_bytes(found),
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{capture_id}.{ending}"'},
    )


class UploadForm(forms.Form):
    """A document and what to do with its faulty events."""

    file = forms.FileField(
        label=_("EPCIS 2.0 document"),
        help_text=_("A JSON, JSON-LD or XML file of at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,.jsonld,.xml,application/json,text/xml"}),
    )
    error_behaviour = forms.ChoiceField(
        label=_("When an event has an error"),
        choices=[
            (ROLLBACK, _("refuse the whole document")),
            (PROCEED, _("take the other events")),
        ],
        initial=ROLLBACK,
    )


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Send a document from the browser."""
    user = signed_in(request.user)
    require(policies.can_capture(user))
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                raw = form.cleaned_data["file"].read()
                made = submit_document(
                    acting_user=user,
                    raw=raw,
                    media_type="application/xml" if looks_like_xml(raw) else "application/ld+json",
                    error_behaviour=form.cleaned_data["error_behaviour"],
                )
                messages.success(request, _("The document was taken."))
                return redirect("events:job", made.capture_id)
            except RefusedDocument as refusal:
                _show(form, refusal)
    context = {
        "title": _("Send a document"),
        "form": form,
        "submit_label": _("Send the document"),
        "cancel_url": reverse("events:jobs"),
        "explanation": _("It is judged at once: either all of its events are stored, or none."),
    }
    return render(request, "form.html", context, status=status)


def _show(form: UploadForm, refusal: RefusedDocument) -> None:
    """The first errors beside the file; all of them are kept with the capture job."""
    for finding in refusal.findings[:20]:
        form.add_error("file", f"{finding.path}: {in_words(finding)}")
