"""What changed between two editions: counts that open to rows, and the same as Excel."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.exchange import write_table
from zhian.kernel.lists import Pager
from zhian.kernel.pages import render
from zhian.registry.standards import policies
from zhian.registry.standards.engine.differences import Change
from zhian.registry.standards.models import Edition
from zhian.registry.standards.selectors import differences as selectors

ROWS_A_PAGE = 50
COLOURS = {
    Change.STRICTER: "red",
    Change.LOOSER: "green",
    Change.NEW: "blue",
    Change.GONE: "grey",
    Change.OTHER_TERMS: "yellow",
    Change.CLAUSE: "grey",
    Change.RESTATED: "grey",
}


@require_GET
def difference_page(request: HttpRequest, edition_id: int) -> HttpResponseBase:
    """An edition held against another import of its standard, the earlier one unless asked."""
    visible = policies.editions_visible_to(signed_in(request.user))
    edition = visible.filter(pk=edition_id).first()
    if edition is None:
        raise NotKnown
    others = selectors.editions_to_compare(edition, visible)
    other = _chosen(request, others)
    if other is None:
        context = {"title": _("Changes"), "edition": edition}
        return render(request, "standards/differences.html", context)
    report = selectors.changes_between(other, edition)
    if request.GET.get("export") == "xlsx":
        return _workbook(report)
    return _page(request, edition, others, report)


def _chosen(request: HttpRequest, others: Sequence[Edition]) -> Edition | None:
    """The edition named in the address among those that may be compared; else the nearest."""
    wanted = request.GET.get("with", "")
    return next((one for one in others if str(one.pk) == wanted), others[0] if others else None)


def _page(
    request: HttpRequest,
    edition: Edition,
    others: Sequence[Edition],
    report: selectors.ChangeReport,
) -> HttpResponse:
    change = request.GET.get("change", "")
    pages = Paginator(report.of(change), ROWS_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    base = f"?with={report.old.pk}"
    here = f"{base}&change={change}"
    pager = Pager(
        prev=f"{here}&page={page.previous_page_number()}" if page.has_previous() else None,
        next=f"{here}&page={page.next_page_number()}" if page.has_next() else None,
        number=page.number,
        count=pages.num_pages,
    )
    counts = [
        {"label": label, "number": number, "colour": COLOURS[one], "chosen": change == one.value,
         "url": f"{base}&change={one.value}"}
        for one, label, number in report.counts
    ]  # fmt: skip
    context = {
        "title": _("%(old)s → %(new)s: what changed")
        % {"old": _name(report.old), "new": _name(edition)},
        "edition": edition,
        "others": [(one, _name(one), one.pk == report.old.pk) for one in others],
        "rows": [(row, COLOURS[row.change]) for row in page],
        "counts": counts,
        "chart": _chart(counts),
        "total": len(report.rows),
        "all_url": base,
        "pager": pager,
        "export_url": f"{base}&export=xlsx",
    }
    return render(request, "standards/differences.html", context)


def _chart(counts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Bars of the counts; each opens its rows."""
    shown = [one for one in reversed(counts) if one["number"]]
    if not shown:
        return {}
    bars = [{"value": one["number"], "url": one["url"]} for one in shown]
    return {
        "grid": {"left": 8, "right": 64, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": [str(one["label"]) for one in shown]},
        "series": [{"type": "bar", "data": bars, "label": {"show": True, "position": "right"}}],
        "tooltip": {},
    }


def _name(edition: Edition) -> str:
    """The code, with the number of the import where there were several."""
    return f"{edition.code} ({edition.revision})" if edition.revision > 1 else edition.code


def _workbook(report: selectors.ChangeReport) -> FileResponse:
    title = f"{report.old.code} → {report.new.code}"
    stream = write_table(title, selectors.headers(), selectors.cells(report))
    return FileResponse(stream, as_attachment=True, filename=f"{title}.xlsx")
