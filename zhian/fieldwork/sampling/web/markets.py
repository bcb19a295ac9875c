"""Lots declared for other markets: which, by whom, and what stopped them there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.fieldwork.sampling import policies, services
from zhian.fieldwork.sampling.models import MarketDeclaration
from zhian.fieldwork.sampling.web.forms import DeclareForm
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ListColumn, ListPage
from zhian.registry.products import selectors as products
from zhian.registry.standards import selectors as standards
from zhian.registry.standards.vocabulary import market_name


@require_GET
def declarations(request: HttpRequest) -> HttpResponseBase:
    """Lots declared for other markets by the offices of one's territory."""
    user = signed_in(request.user)
    may = bool(policies.can_declare(user))
    return ListPage(
        title=_("Lots for other markets"),
        queryset=policies.declarations_visible_to(user),
        columns=[
            ListColumn("lot_key", _("Lot"), sort="lot_key", code=True),
            ListColumn("product", _("Product"), value=lambda one: one.product.name),
            ListColumn("market", _("Market"), value=lambda one: market_name(one.market)),
            ListColumn("state", _("State"), value=_state, badge=_colour),
            ListColumn("why", _("What fails there"), value=_why),
            ListColumn("results", _("Results judged"), numeric=True),
            ListColumn("declared_at", _("Declared"), sort="declared_at"),
            ListColumn("office", _("Office"), value=lambda one: one.office.name),
        ],
        search=("lot_key__icontains", "product__name_zh__icontains"),
        default_sort="-declared_at",
        empty=_("No lot was declared for another market yet."),
        export_name="lots-for-markets",
        actions=[Action(_("Declare a lot"), reverse("sampling:declare"))] if may else [],
    ).respond(request)


def _state(one: MarketDeclaration) -> str:
    return str(_("Stopped there") if one.stopped_at else _("Declared"))


def _colour(one: MarketDeclaration) -> str:
    return "red" if one.stopped_at else "green"


def _why(one: MarketDeclaration) -> str:
    return "; ".join(str(standards.Block(**block)) for block in one.blocks)


@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Declare a lot for a market; refused with the clause where a result fails there."""
    user = signed_in(request.user)
    require(policies.can_declare(user))
    form = DeclareForm.of(request)
    form.offer(standards.markets())

    def act(values: dict[str, Any]) -> str:
        product = products.product(int(values["product"]))
        lot_key = product.lot_key(values["lot_text"])
        services.declare_for_market(
            acting_user=user, product_id=product.pk, lot_key=lot_key, market=values["market"]
        )
        return reverse("sampling:markets")

    return answer(
        request,
        form,
        act,
        title=_("Declare a lot for another market"),
        submit_label=_("Declare"),
        cancel_url=reverse("sampling:markets"),
        explanation=_(
            "The signed results on the lot are judged by the limits of that market. What fails "
            "there blocks the lot for that market only; it stays free for every other."
        ),
        done=_("The lot is declared for the market."),
    )
