"""Recalls: the list, one recall with its balance, the scope."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.lists import ChoiceFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.response.alerts.vocabulary import RecallClass
from zhian.response.recalls import policies, selectors
from zhian.response.recalls.lifecycles import EXTENSION
from zhian.response.recalls.models import Recall, ScopeLine
from zhian.response.recalls.vocabulary import RecallState, Ring

STATE_BADGES = {
    RecallState.PROPOSED: "yellow",
    RecallState.RUNNING: "red",
    RecallState.FINISHED: "green",
    RecallState.CLOSED: "grey",
}


@require_GET
def recall_list(request: HttpRequest) -> HttpResponseBase:
    """Recalls that concern one's territory or office."""
    return ListPage(
        title=_("Recalls"),
        queryset=policies.recalls_visible_to(signed_in(request.user)),
        columns=[
            ListColumn("alert", _("Alert"), value=lambda one: one.alert.number),
            ListColumn("product", _("Product"), value=lambda one: one.alert.product.name),
            ListColumn("reason", _("Reason")),
            ListColumn(
                "recall_class", _("Class"), value=lambda one: one.get_recall_class_display()
            ),
            ListColumn("owner", _("Owner"), value=lambda one: one.alert.owner_office.name),
            ListColumn("proposed_at", _("Proposed"), sort="proposed_at"),
            ListColumn("confirmed_at", _("Confirmed"), sort="confirmed_at"),
            ListColumn(
                "state",
                _("State"),
                value=lambda one: one.get_state_display(),
                badge=lambda one: STATE_BADGES[RecallState(one.state)],
                sort="state",
            ),
        ],
        search=("alert__number__icontains", "source_lot__icontains", "reason_zh__icontains",
                "alert__product__name_zh__icontains"),
        filters=[
            ChoiceFilter("state", _("State"), RecallState.choices),
            ChoiceFilter("recall_class", _("Class"), RecallClass.choices),
        ],
        default_sort="-proposed_at",
        empty=_("No recall. The scope of one is computed by itself when an alert opens."),
        export_name="recalls",
        row_url=lambda one: one.get_absolute_url(),
    ).respond(request)  # fmt: skip


def visible_recall(request: HttpRequest, recall_id: int) -> Recall:
    """One recall this person may know of."""
    visible = policies.recalls_visible_to(signed_in(request.user))
    found = visible.select_related("public_notice").filter(pk=recall_id).first()
    if found is None:
        raise NotKnown
    return found


def _progress(recall: Recall, request: HttpRequest) -> dict[str, Any]:
    """The balance by tier and by region, of counties or (asked for) of townships."""
    digits = 9 if request.GET.get("by") == "township" else 6
    found = selectors.progress(recall, digits=digits)
    tables = (
        ("tier", _("By tier"), found.by_tier),
        ("region", _("By region"), found.by_region),
    )
    return {
        "recall": recall,
        "progress": found,
        "total": found.total,
        "tables": tables,
        "finer": digits == 6,
        "running": recall.state == RecallState.RUNNING,
    }


@require_GET
def detail(request: HttpRequest, recall_id: int) -> HttpResponse:
    """One recall: what is out, who answered, what is proved, what came back."""
    recall, user = visible_recall(request, recall_id), signed_in(request.user)
    extensions = list(selectors.extensions_of(recall))
    context = _progress(recall, request) | {
        "badge_colour": STATE_BADGES[RecallState(recall.state)],
        "may_handle": policies.can_handle(user, recall),
        "numbers": selectors.consequence(selectors.undecided_lines(recall)),
        "waiting": next((one for one in extensions if EXTENSION.open_steps(one.state)), None),
        "extensions": [one for one in extensions if one.decided_at],
        "reappearances": policies.reappearances_visible_to(user).filter(recall=recall),
        "blocks": selectors.blocks_of(recall),
        "notice": getattr(recall, "public_notice", None),
    }
    return render(request, "recalls/recall.html", context)


@require_GET
def progress(request: HttpRequest, recall_id: int) -> HttpResponse:
    """The part of the page that moves: asked again every few seconds."""
    recall = visible_recall(request, recall_id)
    return render(request, "recalls/_progress.html", _progress(recall, request))


def _included(line: ScopeLine) -> object:
    if line.extension is not None and line.extension.decided_at is None:
        return _("Waits for a decision")
    return line.included or f"{_('No')}: {line.excluded_reason}"


@require_GET
def scope(request: HttpRequest, recall_id: int) -> HttpResponseBase:
    """Every lot at every holder the trace reached, with the reason."""
    recall = visible_recall(request, recall_id)
    return ListPage(
        title=_("Scope of %(alert)s") % {"alert": recall.alert},
        queryset=selectors.lines_of(recall),
        columns=[
            ListColumn("holder", _("Holder of the goods"), value=holder_name),
            ListColumn("region", _("Region"), value=lambda one: one.site and one.site.region.name),
            ListColumn("tier", _("Tier"), numeric=True, sort="tier"),
            ListColumn("lot_key", _("Lot"), sort="lot_key", code=True),
            ListColumn("product", _("Product"), value=lambda one: one.product and one.product.name),
            ListColumn("ring", _("Ring"), value=lambda one: one.get_ring_display(), sort="ring"),
            ListColumn("kg_received", _("Received, kg"), numeric=True, sort="kg_received"),
            ListColumn("kg_on_hand", _("On hand, kg"), numeric=True, sort="kg_on_hand"),
            ListColumn("kg_of_source", _("Of the source lot, kg"), numeric=True),
            ListColumn("reason_text", _("Why in scope")),
            ListColumn("included", _("Included"), value=_included, sort="included"),
        ],
        search=("site__name_zh__icontains", "site_key__icontains", "lot_key__icontains"),
        filters=[ChoiceFilter("ring", _("Ring"), Ring.choices)],
        default_sort="tier",
        export_name="scope",
    ).respond(request)


def holder_name(line: Any) -> str:
    """The holder's name; for nobody registered, its key and a word that says so."""
    if line.site is None:
        return str(_("Not registered: %(key)s") % {"key": line.site_key})
    name: str = line.site.name
    return name
