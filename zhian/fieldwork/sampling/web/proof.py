"""The proof sheet of one result: the verdict with its limit, clause and steps, to be signed."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from zhian.fieldwork.sampling import selectors
from zhian.fieldwork.sampling.models import TestReport, TestResult
from zhian.fieldwork.sampling.vocabulary import ReportState
from zhian.fieldwork.sampling.web.reports import visible_report
from zhian.kernel.errors import NotKnown
from zhian.registry.standards import selectors as standards


@require_GET
def proof_page(request: HttpRequest, report_id: int, position: int) -> HttpResponse:
    """The PDF in the reader's language, or `?language=`; as signed, or as judged now in a draft."""
    report = visible_report(request, report_id)
    result = report.results.filter(position=position).first()
    if result is None:
        raise NotKnown
    asked = request.GET.get("language") or get_language() or "zh"
    english = asked.startswith("en")
    # names as the sheet's reader reads them, whatever language the page is in
    with translation.override("en" if english else "zh-hans"):
        proven = _proven(report, result)
    pdf = standards.proof_pdf(proven, "en" if english else "zh")
    name = f"proof-{report.pk}-{position}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _proven(report: TestReport, result: TestResult) -> standards.Proven:
    """The stored verdict once the report was signed; before, the one it would get."""
    draft = report.state == ReportState.DRAFT
    judged = selectors.judged(report, [result])[0] if draft else result
    return standards.Proven(
        outcome_code=judged.outcome,
        reason_zh=judged.reason_zh,
        reason_en=judged.reason_en,
        clause=judged.clause,
        limit=judged.limit,
        proof=judged.proof,
        number=f"{report.number} – {result.position}",
        product=report.sample.product.name,
        lot=report.sample.lot_text or report.sample.lot_key,
        laboratory=report.laboratory.name,
        method=report.method,
        analyst=report.analyst.display_name,
        signatory=report.signed_by.display_name if report.signed_by else "",
        signed_at=report.signed_at,
        laboratory_outcome=result.laboratory_outcome,
    )
