"""Files to look at and download, for whom their room lets; one's own signing key."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.evidence import policies, selectors, services
from zhian.foundation.evidence.engine.media import SHOWN_IN_PAGE
from zhian.foundation.evidence.models import Item
from zhian.foundation.evidence.web.forms import PinForm
from zhian.foundation.ledger.vocabulary import subject_link, subject_name
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.pages import render

# A kept file is shown as what it is and can do nothing: no script, no frame, no guessing.
LOCKED = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=31536000, immutable",
}


def _readable(request: HttpRequest, item_id: UUID) -> Item:
    item = selectors.item(item_id)
    if not policies.can_read(signed_in(request.user), item):
        raise NotKnown
    return item


@require_GET
def item_detail(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One file: what it proves, who added it when, and its hash."""
    item = _readable(request, item_id)
    context = {
        "title": item.filename,
        "item": item,
        "subject": subject_name(item.subject_type),
        "subject_url": subject_link(item.subject_type, item.subject_id),
        "is_picture": item.media_type in SHOWN_IN_PAGE,
    }
    return render(request, "evidence/item.html", context)


@require_GET
def item_file(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The bytes themselves, checked against their hash; pictures and PDF open in the page."""
    item = _readable(request, item_id)
    shown = item.media_type in SHOWN_IN_PAGE or item.media_type == "application/pdf"
    disposition = content_disposition_header(not shown, item.filename) or "attachment"
    headers = {**LOCKED, "Content-Disposition": disposition}
    return HttpResponse(selectors.read(item), content_type=item.media_type, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def signing_key(request: HttpRequest) -> HttpResponse:
    """One's own signing key: make one, or replace it when the PIN was lost."""
    user = signed_in(request.user)
    form = PinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.create_signing_key(acting_user=user, pin=form.cleaned_data["pin"])
        messages.success(request, _("Your signing key is ready."))
        return redirect("evidence:signing_key")
    key = selectors.signing_key_of(user)
    context = {
        "title": _("My signing key"),
        "key": key,
        "form": form,
        "explanation": _("A new key replaces the present one; what was signed stays valid.")
        if key
        else _("You sign with this key and its PIN. The key never leaves the platform."),
        "submit_label": _("Replace my signing key") if key else _("Create my signing key"),
    }
    return render(request, "evidence/signing_key.html", context, status=422 if form.errors else 200)
