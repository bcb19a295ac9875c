"""The trace pages: find a lot, follow it, take the list along."""

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhian.chain.events import policies as events_policies
from zhian.chain.events import selectors as events
from zhian.chain.tracing import policies
from zhian.chain.tracing.selectors import TraceResult, trace_lot
from zhian.chain.tracing.vocabulary import Direction
from zhian.chain.tracing.web.forms import TraceForm
from zhian.chain.tracing.web.presenting import (
    Row,
    as_json,
    gap_rows,
    lot_text,
    lots_in_words,
    rows_of,
)
from zhian.foundation.offices.policies import Person, require, signed_in
from zhian.kernel.errors import BadInput, FieldError, NotKnown
from zhian.kernel.exchange import write_table
from zhian.kernel.pages import render
from zhian.registry.products.selectors import products_of_lots

FOUND_AT_MOST = 30
SHOWN_LOTS = 6  # of one product at one site; the workbook names all


@require_GET
def index(request: HttpRequest) -> HttpResponseBase:
    """Ask for a lot; one hit leads straight to its trace, several are listed."""
    user = signed_in(request.user)
    require(policies.can_trace(user))
    asked = request.GET.get("lot", "").strip()
    found = _lots_named(user, asked)
    if asked and len(found) == 1:
        return HttpResponseRedirect(_address(found[0]))
    products = products_of_lots(found)
    lots = [
        {"key": key, "text": lots_in_words([key], products), "url": _address(key)} for key in found
    ]
    context = {"asked": asked, "lots": lots}
    return render(request, "tracing/index.html", context)


def _address(lot: str, name: str = "tracing:lot", **more: str) -> str:
    return f"{reverse(name)}?{urlencode({'lot': lot, **more})}"


def _lots_named(user: Person, asked: str) -> list[str]:
    """Lots in sight whose number or text is the one asked for; the latest made when none is."""
    seen = events_policies.events_visible_to(user)
    if asked:
        named = seen.filter(lots__lot__endswith=f".{asked}").order_by()
        keys = set(named.values_list("lots__lot", flat=True)[: FOUND_AT_MOST * 20])
        keys = {key for key in keys if key.endswith(f".{asked}")}
        whole = events.naming_lot(seen, asked).order_by()
        starts = whole.values_list("lots__lot", flat=True)[: FOUND_AT_MOST * 20]
        keys |= {key for key in starts if key.startswith(asked)}
        return sorted(keys)[:FOUND_AT_MOST]
    latest = seen.filter(kind__in=["commission", "transform"]).order_by("-event_time", "-pk")
    rows = latest.filter(lots__role__in=["epc", "output"]).values_list("lots__lot", flat=True)
    return list(dict.fromkeys(rows[:FOUND_AT_MOST]))


@require_GET
def lot(request: HttpRequest) -> HttpResponse:
    """The trace of a lot as graph, map and table."""
    result, form = _asked_for(request)
    rows = rows_of(result, signed_in(request.user), SHOWN_LOTS)
    context = {
        "form": form,
        "result": result,
        "rows": rows,
        "lot_text": lots_in_words([result.source], products_of_lots([result.source])),
        "gaps": gap_rows(result, rows),
        "sites_count": len(rows),
        "data": as_json(result, rows),
        "words": _words(),
        "excel_url": _same_question(request, "tracing:lot_excel"),
    }
    return render(request, "tracing/lot.html", context)


@require_GET
def lot_data(request: HttpRequest) -> HttpResponse:
    """The same trace as JSON."""
    result, _form = _asked_for(request)
    return JsonResponse(as_json(result, rows_of(result, signed_in(request.user), SHOWN_LOTS)))


@require_GET
def lot_excel(request: HttpRequest) -> HttpResponseBase:
    """The table of the trace as a workbook."""
    result, _form = _asked_for(request)
    headers = [
        _("Tier"), _("Site"), _("Operator"), _("Kind"), _("Region"), _("Lots"), _("In (kg)"),
        _("Shipped (kg)"), _("Sold (kg)"), _("On hand (kg)"), _("Of the source lot (kg)"),
        _("What is open"),
    ]  # fmt: skip
    stream = write_table(
        _("Trace"), headers, map(_excel_row, rows_of(result, signed_in(request.user)))
    )
    name = f"trace-{lot_text(result.source)}.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name)


def _excel_row(row: Row) -> list[object]:
    node = row.node
    return [
        node.tier, row.name, row.operator, row.kind_word, row.region_word,
        row.lots_word, row.in_kg, row.shipped_kg, row.sold_kg, row.on_hand_kg,
        node.source_kg, "; ".join(row.gap_words),
    ]  # fmt: skip


def _asked_for(request: HttpRequest) -> tuple[TraceResult, TraceForm]:
    """The trace the address asks for; NotKnown when none of it lies in the user's territory."""
    user = signed_in(request.user)
    require(policies.can_trace(user))
    question = request.GET.copy()
    question.setdefault("direction", Direction.BOTH.value)
    form = TraceForm(question)
    if not form.is_valid():
        wrong = [FieldError(key, str(texts[0])) for key, texts in form.errors.items()]
        raise BadInput(_("This question cannot be answered."), fields=wrong)
    asked = form.cleaned_data
    result = trace_lot(asked["lot"], as_of=asked["as_of"], direction=asked["direction"])
    if not policies.trace_visible_to(user, result.site_keys):
        raise NotKnown
    return result, form


def _same_question(request: HttpRequest, name: str) -> str:
    return f"{reverse(name)}?{request.GET.urlencode()}"


def _words() -> dict[str, Any]:
    """Texts of the scripts in the reader's language."""
    return {
        "kg": _("kg"),
        "sites": _("sites"),
        "unknownOrigin": _("Unknown origin"),
        "country": _("Country"),
        "ofSource": _("of the source lot"),
        "events": _("events"),
        "nothing": _("Nothing selected: every site of the trace is shown."),
        "selected": _("selected"),
        "returned": _("returned"),
        "notRecorded": _("one end not recorded"),
        "licence": {
            "COMPLETE": _("licences complete"),
            "INCOMPLETE": _("licences incomplete"),
            "NONE": _("no licence or not registered"),
            "UNKNOWN": _("licences not yet computed"),
        },
        "gap": _("something is open"),
        "noGap": _("nothing is open"),
    }
