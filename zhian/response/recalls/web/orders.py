"""The holders' orders as officers see them."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.duties import selectors as duties
from zhian.foundation.evidence import selectors as evidence
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ChoiceFilter, ListColumn, ListPage, TextFilter
from zhian.kernel.pages import render
from zhian.response.recalls import policies, selectors, services
from zhian.response.recalls.models import Order
from zhian.response.recalls.vocabulary import OrderState
from zhian.response.recalls.web.forms import ReasonForm
from zhian.response.recalls.web.views import holder_name, visible_recall

STATE_BADGES = {
    OrderState.ISSUED: "red",
    OrderState.SERVED: "yellow",
    OrderState.ACKNOWLEDGED: "blue",
    OrderState.COUNTED: "blue",
    OrderState.RETURNED: "green",
    OrderState.DESTROYED: "green",
    OrderState.CLOSED: "grey",
}


@require_GET
def order_list(request: HttpRequest, recall_id: int) -> HttpResponseBase:
    """Every holder's order with its masses; the Excel holds exactly the same."""
    recall, user = visible_recall(request, recall_id), signed_in(request.user)
    mine = policies.orders_visible_to(user).filter(recall=recall).values("pk")
    actions = []
    if policies.can_handle(user, recall):
        actions.append(
            Action(_("Close open orders"), reverse("recalls:close_orders", args=[recall.pk]))
        )
    return ListPage(
        title=_("Recall orders of %(alert)s") % {"alert": recall.alert},
        queryset=selectors.orders_of(recall).filter(pk__in=mine),
        columns=_columns(),
        search=("site__name_zh__icontains", "operator__name_zh__icontains", "site_key"),
        filters=[
            ChoiceFilter("state", _("State"), OrderState.choices),
            ChoiceFilter(
                "answered",
                _("Acknowledged"),
                [("yes", _("yes")), ("no", _("no"))],
                narrow_by=lambda rows, v: rows.filter(acknowledged_at__isnull=v == "no"),
            ),
            ChoiceFilter(
                "open",
                _("Goods missing"),
                [("yes", _("yes"))],
                narrow_by=lambda rows, _v: rows.filter(missing_kg__gt=0),
            ),
            TextFilter("tier", _("Tier"), narrow_by=_by_tier),
            TextFilter("region", _("Region code"), lookup="region__code__startswith"),
        ],
        default_sort="tier",
        empty=_("No order yet. Orders are issued when the scope is confirmed."),
        export_name="orders",
        row_url=lambda one: one.get_absolute_url(),
        actions=actions,
    ).respond(request)


def _by_tier(rows: Any, value: str) -> Any:
    return rows.filter(tier=int(value)) if value.isdigit() and len(value) < 5 else rows.none()


def _columns() -> list[ListColumn]:
    return [
        ListColumn("holder", _("Holder of the goods"), value=holder_name),
        ListColumn("region", _("Region"), value=lambda one: one.region and one.region.name),
        ListColumn("tier", _("Tier"), numeric=True, sort="tier"),
        ListColumn(
            "state",
            _("State"),
            value=lambda one: one.get_state_display(),
            badge=lambda one: STATE_BADGES[OrderState(one.state)],
            sort="state",
        ),
        ListColumn("served_at", _("Served"), sort="served_at"),
        ListColumn("acknowledged_at", _("Acknowledged"), sort="acknowledged_at"),
        ListColumn("ordered_kg", _("Ordered, kg"), numeric=True, sort="ordered_kg"),
        ListColumn("counted_kg", _("Counted, kg"), numeric=True, sort="counted_kg"),
        ListColumn("recovered_kg", _("Recovered, kg"), numeric=True, sort="recovered_kg"),
        ListColumn("destroyed_kg", _("Destroyed with proof, kg"), numeric=True,
                   sort="destroyed_kg"),
        ListColumn("reappeared_kg", _("Reappeared, kg"), numeric=True, sort="reappeared_kg"),
        ListColumn("missing_kg", _("Missing, kg"), numeric=True, sort="missing_kg"),
    ]  # fmt: skip


@require_GET
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One holder: what was ordered, answered, counted and proved."""
    found, user = _visible_order(request, order_id), signed_in(request.user)
    disposals = list(found.disposals.select_related("to_order__site"))
    files = evidence.items_by_id([one.evidence for one in disposals])
    return render(
        request,
        "recalls/order.html",
        {
            "order": found,
            "recall": found.recall,
            "knows_recall": policies.recalls_visible_to(user).filter(pk=found.recall_id).exists(),
            "holder": holder_name(found),
            "badge_colour": STATE_BADGES[OrderState(found.state)],
            "disposals": [(one, files.get(one.evidence)) for one in disposals],
            "missing_kg": selectors.missing_kg(found),
            "duties": duties.duties_about(found),
        },
    )


def _visible_order(request: HttpRequest, order_id: int) -> Order:
    found = policies.orders_visible_to(signed_in(request.user)).filter(pk=order_id).first()
    if found is None:
        raise NotKnown
    return found


@require_http_methods(["GET", "POST"])
def close_orders(request: HttpRequest, recall_id: int) -> HttpResponse:
    """Close every order that is still open, with one reason that stays on each."""
    recall, user = visible_recall(request, recall_id), signed_in(request.user)
    require(policies.can_handle(user, recall))
    unsettled = selectors.unsettled_orders(recall)
    count = unsettled.count()
    kg = sum((selectors.missing_kg(one) for one in unsettled), Decimal(0))

    def act(values: dict[str, Any]) -> str:
        services.close_orders(
            acting_user=user,
            recall_id=recall.pk,
            order_ids=[one.pk for one in unsettled],
            reason=values["reason"],
        )
        return recall.get_absolute_url()

    return answer(
        request, ReasonForm.of(request), act,
        title=_("Close open orders of %(alert)s") % {"alert": recall.alert},
        consequence=ngettext(
            "%(n)d holder has not settled %(kg)s kg. The masses stay in the balance as they are.",
            "%(n)d holders have not settled %(kg)s kg. The masses stay in the balance as they are.",
            count,
        )
        % {"n": count, "kg": selectors.plain(kg)},
        submit_label=ngettext("Close %(n)d order", "Close %(n)d orders", count) % {"n": count},
        danger=True,
        cancel_url=recall.get_absolute_url(),
        template="confirm.html",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def lift_block(request: HttpRequest, block_id: int) -> HttpResponse:
    """Let a blocked lot move again."""
    user = signed_in(request.user)
    block = selectors.block(block_id)
    recall = visible_recall(request, block.reappearance.recall_id)
    require(policies.can_handle(user, recall))

    def act(values: dict[str, Any]) -> str:
        services.lift_block(acting_user=user, block_id=block.pk, reason=values["reason"])
        return recall.get_absolute_url()

    return answer(
        request, ReasonForm.of(request), act,
        title=_("Lift the block on %(lot)s") % {"lot": block.lot_key},
        consequence=_("The lot may be sold and used again."),
        submit_label=_("Lift the block"),
        danger=True,
        cancel_url=recall.get_absolute_url(),
        template="confirm.html",
    )  # fmt: skip
