"""The proof sheet of a result tried against the library; nothing is stored."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import BadInput, FieldError
from zhian.registry.standards.selectors.proof import Proven, proof_pdf
from zhian.registry.standards.web.forms import JudgeForm


@require_GET
def proof_page(request: HttpRequest) -> HttpResponse:
    """The PDF of what the page "Try a result" shows, in the reader's language or `?language=`."""
    signed_in(request.user)
    form = JudgeForm(request.GET)
    if not form.is_valid():
        raise BadInput(
            fields=[FieldError(name, str(errors[0])) for name, errors in form.errors.items()]
        )
    found = form.judgement()
    proven = Proven(
        outcome_code=found.outcome_code,
        reason_zh=found.reason_zh,
        reason_en=found.reason_en,
        clause=found.clause,
        limit=found.limit,
        proof=found.proof,
    )
    asked = request.GET.get("language") or get_language() or "zh"
    pdf = proof_pdf(proven, "en" if asked.startswith("en") else "zh")
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="proof.pdf"'},
    )
