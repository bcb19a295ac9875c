"""The frame of every page: what this person does, where, in which language."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# (url name, label, icon, kinds of account that need it)
_PLACES = (
    ("desk:work", _("My work"), "checklist", {"OFFICER"}),
    ("desk:incidents", _("Incidents"), "alert-triangle", {"OFFICER"}),
    ("tracing:index", _("Trace"), "route", {"OFFICER"}),
    ("sampling:list", _("Field"), "flask", {"OFFICER"}),
    ("subjects:list", _("Register"), "building-store", {"OFFICER"}),
    ("standards:list", _("Standards"), "ruler-measure", {"OFFICER"}),
    ("counter:home", _("My notices"), "bell", {"OPERATOR"}),
    ("counter:stock", _("My goods"), "package", {"OPERATOR"}),
    ("events:list", _("Traceability events"), "timeline-event", {"OFFICER", "OPERATOR"}),
    ("offices:list", _("Offices"), "building", {"ADMIN", "OFFICER"}),
    ("ledger:list", _("Ledger"), "list-details", {"ADMIN", "OFFICER"}),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation, jurisdiction and language for the templates."""
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    return {
        "navigation": _navigation(request, str(getattr(user, "kind", ""))) if signed_in else [],
        "jurisdiction_name": getattr(request, "jurisdiction_name", ""),
        "signed_in": signed_in,
        "language": get_language(),
    }


def _navigation(request: HttpRequest, kind: str) -> list[dict[str, Any]]:
    found = []
    for name, label, icon, kinds in _PLACES:
        if kind not in kinds:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        active = request.path == url or (url != "/" and request.path.startswith(url))
        found.append({"url": url, "label": label, "icon": icon, "active": active})
    return found
