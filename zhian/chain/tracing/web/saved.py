"""Saved views: kept under a name, opened again, shared, removed."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhian.chain.tracing import policies, services
from zhian.chain.tracing.models import SavedView
from zhian.chain.tracing.selectors import trace_lot
from zhian.chain.tracing.web.forms import TraceForm
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, NotKnown

LONGEST = 8000  # characters of an address


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the drawing in the address under a name; only of a trace one may see."""
    user = signed_in(request.user)
    address = request.POST.get("address", "")
    if len(address) > LONGEST:
        raise BadInput(_("This view is too long to be saved."))
    query = QueryDict(address)
    lot, number = query.get("lot", ""), request.POST.get("investigation", "")
    investigation = int(number) if number.isdecimal() else None
    _require_sight(user, lot, investigation)
    form = TraceForm(query)
    as_of = form.cleaned_data.get("as_of") if form.is_valid() else None
    view = services.save_view(
        acting_user=user,
        text=services.ViewText(
            name=request.POST.get("name", ""),
            address=address,
            lot="" if investigation else lot,
            investigation_id=investigation,
            as_of=as_of or clock.now(),
            is_shared=request.POST.get("is_shared") == "1",
        ),
    )
    messages.success(request, _("Saved: %(name)s") % {"name": view.name})
    return HttpResponseRedirect(view.get_absolute_url())


def _require_sight(user: User, lot: str, investigation: int | None) -> None:
    if investigation is not None:
        if not policies.investigations_visible_to(user).filter(pk=investigation).exists():
            raise NotKnown
    elif not lot or not policies.trace_visible_to(user, trace_lot(lot).site_keys):
        raise NotKnown


@require_GET
def view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Open a view: the page asks again who may see it."""
    saved = get_object_or_404(policies.views_visible_to(signed_in(request.user)), pk=view_id)
    return HttpResponseRedirect(address_of(saved))


def address_of(saved: SavedView) -> str:
    """The page as it was saved, knowing what was known then."""
    query = QueryDict(saved.address, mutable=True)
    if saved.investigation_id:
        page = reverse("tracing:investigation", args=[saved.investigation_id])
    else:
        page = reverse("tracing:lot")
        moment = clock.beijing(saved.as_of + timedelta(microseconds=999))  # never cut a record off
        query["as_of"] = moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{page}?{query.urlencode()}"


@require_POST
def drop(request: HttpRequest, view_id: int) -> HttpResponse:
    """Remove a view of one's own."""
    services.drop_view(acting_user=signed_in(request.user), view_id=view_id)
    messages.success(request, _("The view is removed."))
    return HttpResponseRedirect(reverse("tracing:index"))
