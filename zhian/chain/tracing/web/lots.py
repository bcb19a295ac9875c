"""The explorer of a lot: its trace, what is supposed of it, and the files one takes along."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhian.chain.tracing import policies
from zhian.chain.tracing.engine.exports.formats import FORMATS, Order, export_model
from zhian.chain.tracing.engine.workbooks.forms import FormOrder, as_zip, request_forms
from zhian.chain.tracing.selectors import Question, TraceResult, WhatIf, trace, what_if
from zhian.chain.tracing.web.asking import Asked, asked, evidence, with_supposed
from zhian.chain.tracing.web.neutral import Ranking, neutral, ranking_of
from zhian.chain.tracing.web.presenting import (
    Row,
    as_json,
    gap_rows,
    lot_text,
    lots_in_words,
    rows_of,
)
from zhian.chain.tracing.web.supposing import chips_of, kinds_for_lot
from zhian.chain.tracing.web.words import script_words
from zhian.foundation.offices.policies import Person, require, signed_in
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown
from zhian.kernel.exchange import write_table
from zhian.kernel.languages import in_reader_language
from zhian.kernel.pages import render
from zhian.registry.products.models import Product
from zhian.registry.products.selectors import products_of_lots
from zhian.registry.subjects import selectors as subjects

MOST_CHOICES = 500  # lots offered in one list
SHOWN_LOTS = 6  # of one product at one site; the workbook names all


def answered(request: HttpRequest) -> tuple[TraceResult, Asked]:
    """The trace the address asks for; NotKnown when none of it lies in the user's territory."""
    user = signed_in(request.user)
    require(policies.can_trace(user))
    question = asked(request)
    result = trace(question.question)
    if not policies.trace_visible_to(user, result.site_keys):
        raise NotKnown
    return result, question


@require_GET
def lot(request: HttpRequest) -> HttpResponse:
    """The trace as graph, map, time and table, with the panel of what is supposed."""
    if request.GET.get("suppose"):
        return HttpResponseRedirect(f"?{with_supposed(request.GET)}")
    result, question = answered(request)
    return render(request, "tracing/lot.html", _explorer(request, result, question))


def _explorer(request: HttpRequest, result: TraceResult, question: Asked) -> dict[str, Any]:
    """Everything the page of a trace shows."""
    user = signed_in(request.user)
    products = products_of_lots({*result.sources, *result.lots})
    rows = rows_of(result, user, SHOWN_LOTS, products)
    ranking = _ranking(result, rows, question)
    changed = _changed(question)
    return {
        "asked": question,
        "form": question.form,
        "result": result,
        "rows": rows,
        "lot_text": lots_in_words(result.sources, products),
        "gaps": gap_rows(result, rows),
        "data": as_json(result, rows, ranking),
        "words": script_words(),
        "ranking": ranking,
        "ranking_wanted": question.has_cases,
        "what_if": changed,
        "dropped_sites": _names(changed),
        "query": request.GET.urlencode(),
        "views": policies.views_visible_to(user).filter(lot=result.source)[:20],
        "lots": _choices(result, products),
        "may_begin": policies.can_begin(user),
        **supposing(request, question, rows),
        **_addresses(request),
    }


def supposing(request: HttpRequest, question: Asked, rows: list[Row]) -> dict[str, Any]:
    """What the panel needs: the chips with their way back, and what can be supposed."""
    return {
        "supposed": question.supposed,
        "chips": chips_of(request, question.supposed, {row.key: row.name for row in rows}),
        "kinds": kinds_for_lot(),
        "kept": [(key, request.GET.getlist(key)) for key in request.GET],
    }


def _choices(result: TraceResult, products: Mapping[str, Product]) -> list[tuple[str, str]]:
    """Lots that could be found clean: not the sources."""
    others = [lot for lot in result.lots if lot not in result.sources][:MOST_CHOICES]
    return sorted(
        ((lot, lots_in_words([lot], products)) for lot in others), key=lambda pair: pair[1]
    )


def _addresses(request: HttpRequest) -> dict[str, Any]:
    query = request.GET.urlencode()
    return {
        "excel_url": f"{reverse('tracing:lot_excel')}?{query}",
        "export_urls": [
            (word, f"{reverse('tracing:lot_export')}?{query}&{urlencode({'format': name})}")
            for name, word in format_words().items()
        ],
        "forms_url": f"{reverse('tracing:lot_forms')}?{query}",
        "gaps_url": f"{reverse('tracing:lot_gaps')}?{query}",
        "requests_url": f"{reverse('tracing:lot_requests')}?{query}",
        "difference_url": f"{reverse('tracing:lot_difference')}?{query}",
    }


def format_words() -> dict[str, str]:
    """The formats of an export as people call them."""
    return {
        "fsma204": _("24-hour spreadsheet (FSMA 204)"),
        "eu931": _("List under (EU) 931/2011"),
        "irasff": _("Recipients list (iRASFF)"),
        "all-in-one": _("All-in-One workbook"),
        "graphml": _("Graph (GraphML)"),
        "geojson": _("Map (GeoJSON)"),
        "model": _("Trace model (JSON)"),
    }


def _ranking(result: TraceResult, rows: list[Row], question: Asked) -> Ranking | None:
    if not question.has_cases:
        return None
    names = {row.key: row.name for row in rows}
    return ranking_of(neutral(result, rows), evidence(question.supposed), names)


def _changed(question: Asked) -> WhatIf | None:
    """What the suppositions take out of the recall scope, or bring into it."""
    if not question.has_rules:
        return None
    plain = Question(question.question.lots, question.question.direction, question.question.as_of)
    return what_if(plain, question.question.rules)


def _names(changed: WhatIf | None) -> list[str]:
    """Sites that left the scope are no longer on the page: the register names them."""
    keys = changed.sites_dropped if changed else ()
    found = subjects.sites_by_sgln(keys)
    return [str(found.get(key, key)) for key in keys]


@require_GET
def lot_data(request: HttpRequest) -> HttpResponse:
    """The same trace as JSON."""
    result, question = answered(request)
    rows = rows_of(result, signed_in(request.user), SHOWN_LOTS)
    return JsonResponse(as_json(result, rows, _ranking(result, rows, question)))


@require_GET
def lot_excel(request: HttpRequest) -> HttpResponseBase:
    """The table of the trace as a workbook."""
    result, _question = answered(request)
    headers = [
        _("Tier"), _("Site"), _("Operator"), _("Kind"), _("Region"), _("Office in charge"),
        _("Lots"), _("In (kg)"), _("Shipped (kg)"), _("Sold (kg)"), _("On hand (kg)"),
        _("Of the source lot (kg)"), _("What is open"),
    ]  # fmt: skip
    stream = write_table(
        _("Trace"), headers, map(_excel_row, rows_of(result, signed_in(request.user)))
    )
    name = f"trace-{lot_text(result.source)}.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name)


def _excel_row(row: Row) -> list[object]:
    node = row.node
    return [
        node.tier, row.name, row.operator, row.kind_word, row.region_word, row.office,
        row.lots_word, row.in_kg, row.shipped_kg, row.sold_kg, row.on_hand_kg,
        node.source_kg, "; ".join(row.gap_words),
    ]  # fmt: skip


@require_GET
def lot_export(request: HttpRequest) -> HttpResponse:
    """The trace in the form another authority asks for."""
    result, _question = answered(request)
    name = request.GET.get("format", "")
    if name not in FORMATS:
        raise NotKnown
    model = neutral(result, rows_of(result, signed_in(request.user)))
    return exported(model, name, f"trace-{lot_text(result.source)}")


def exported(model: dict[str, Any], name: str, stem: str) -> HttpResponse:
    """A model in a format, as a download that names format and day."""
    chosen = FORMATS[name]
    day = clock.today()
    data = export_model(model, name, Order(reader_language()))
    return download(data, chosen.media_type, f"{stem}-{name}-{day:%Y%m%d}.{chosen.suffix}")


def reader_language() -> str:
    """`zh` or `en`, as the forms and exports call the languages."""
    return in_reader_language("zh", "en")


def download(data: bytes, media_type: str, name: str) -> HttpResponse:
    """Bytes as a file."""
    answer = HttpResponse(data, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{ascii_name(name)}"'
    return answer


def ascii_name(name: str) -> str:
    """A file name that every header may carry."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)


@require_GET
def lot_forms(request: HttpRequest) -> HttpResponse:
    """Request forms for everybody in the trace, pre-filled, in one archive."""
    result, _question = answered(request)
    user: Person = signed_in(request.user)
    model = neutral(result, rows_of(result, user))
    files = request_forms(model, FormOrder(reader_language(), contact=str(user)))
    return download(as_zip(files), "application/zip", f"forms-{lot_text(result.source)}.zip")
