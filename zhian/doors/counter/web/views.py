"""The operator's counter: what I was told, and the four steps of a recall order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from zhian.doors.counter.web.forms import CountForm, DisposalForm
from zhian.foundation.duties import selectors as duties
from zhian.foundation.notices import selectors as notices
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import BadInput, NotKnown
from zhian.kernel.pages import render
from zhian.kernel.templatetags.zhian import name_in_language
from zhian.registry.products import selectors as products
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects.models import Operator
from zhian.response.recalls import policies, selectors, services
from zhian.response.recalls.models import Order
from zhian.response.recalls.services import Proof
from zhian.response.recalls.vocabulary import DisposalKind


def _operator(request: HttpRequest) -> Operator:
    found = subjects.operator_of(signed_in(request.user))
    if found is None:
        raise NotKnown
    return found


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My orders, my duties by due time, and every notice addressed to me."""
    operator = _operator(request)
    context = {
        "operator": operator,
        "orders": list(selectors.orders_of_operator(operator.pk)[:50]),
        "duties": list(duties.open_duties_of_operator(operator.pk)[:50]),
        "deliveries": list(notices.deliveries_for_operator(operator.pk)[:50]),
    }
    return render(request, "counter/home.html", context)


def _order(request: HttpRequest, order_id: int) -> Order:
    visible = policies.orders_visible_to(signed_in(request.user)).select_related(
        "recall__alert__product", "recall__public_notice", "site", "operator"
    )
    found: Order = get_object_or_404(visible, pk=order_id, operator=_operator(request))
    return found


def _page(request: HttpRequest, order: Order, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "order": order,
        "goods": _goods(order),
        "notice": getattr(order.recall, "public_notice", None),
        "steps": selectors.open_steps(order),
        "disposals": order.disposals.order_by("at"),
        "left_kg": selectors.left_to_dispose(order),
        "count_form": forms.get("count_form") or CountForm(),
        "disposal_form": forms.get("disposal_form")
        or DisposalForm(receivers=selectors.receivers_for(order)),
    }
    return render(request, "counter/order.html", context, status=status)


def _goods(order: Order) -> list[str]:
    """What the holder has in the shop: the product's name and the lot as printed."""
    named = products.products_of_lots(order.lots)
    return [
        f"{name_in_language(named[lot]) if lot in named else ''} {lot.rsplit('.', 1)[-1]}".strip()
        for lot in order.lots
    ]


@require_safe
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One recall order: what to do now."""
    return _page(request, _order(request, order_id))


@require_POST
def acknowledge(request: HttpRequest, order_id: int) -> HttpResponse:
    """I have read it and stopped the sale."""
    found = _order(request, order_id)
    services.acknowledge_order(acting_user=signed_in(request.user), order_id=found.pk)
    messages.success(request, _("Thank you. Now set the goods aside and count them."))
    return redirect("counter:order", found.pk)


@require_POST
def count(request: HttpRequest, order_id: int) -> HttpResponse:
    """So much is left."""
    found = _order(request, order_id)
    form = CountForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, status=422, count_form=form)
    photo = form.cleaned_data["photo"]
    services.count_stock(
        acting_user=signed_in(request.user),
        order_id=found.pk,
        counted_kg=form.cleaned_data["counted_kg"],
        photo=_proof(photo) if photo else None,
    )
    messages.success(request, _("Counted. Return or destroy the goods and send the proof."))
    return redirect("counter:order", found.pk)


@require_POST
def disposal(request: HttpRequest, order_id: int) -> HttpResponse:
    """The goods went back or were destroyed; here is the proof."""
    found = _order(request, order_id)
    form = DisposalForm(request.POST, request.FILES, receivers=selectors.receivers_for(found))
    if form.is_valid():
        try:
            _report(request, found, form.cleaned_data)
        except BadInput as error:
            for field in error.fields:
                form.add_error(
                    field.field if field.field in form.fields else None, str(field.message)
                )
        else:
            messages.success(request, _("The proof is kept. Thank you."))
            return redirect("counter:order", found.pk)
    return _page(request, found, status=422, disposal_form=form)


def _report(request: HttpRequest, order: Order, values: dict[str, Any]) -> None:
    services.report_disposal(
        acting_user=signed_in(request.user),
        order_id=order.pk,
        kind=DisposalKind(values["kind"]),
        kg=values["kg"],
        witness=values["witness"],
        proof=_proof(values["proof"]),
        to_order_id=int(values["to_order"]) if values["to_order"] else None,
    )


def _proof(file: UploadedFile[bytes]) -> Proof:
    return Proof(file.name or "proof", file.read())
