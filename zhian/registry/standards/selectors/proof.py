"""The proof sheet of a verdict: its limit, clause, every step and assumption, as a PDF."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zhian.kernel import clock
from zhian.registry.standards.engine.proof_sheet import ProofSheet, pdf_of
from zhian.registry.standards.vocabulary import Grade, VerdictOutcome, market_name

LANGUAGES = {"zh": "zh-hans", "en": "en"}
NOTHING = "–"


@dataclass(frozen=True)
class Proven:
    """A verdict as it was given, with what the sheet says of the test besides.

    `limit` and `proof` are the data a judgement keeps; `laboratory_outcome` is the laboratory's
    own verdict where it stated one (empty: none).
    """

    outcome_code: str
    reason_zh: str
    reason_en: str
    clause: str
    limit: Mapping[str, Any]
    proof: Mapping[str, Any]
    number: str = ""
    product: str = ""
    lot: str = ""
    laboratory: str = ""
    method: str = ""
    analyst: str = ""
    signatory: str = ""
    signed_at: datetime | None = None
    laboratory_outcome: str = ""


def proof_pdf(proven: Proven, language: Literal["zh", "en"]) -> bytes:
    """The sheet as PDF in one language, whatever the reader's; same verdict, same bytes."""
    with translation.override(LANGUAGES[language]):
        sheet = _sheet(proven, language)
    return pdf_of(sheet, settings.ZHIAN_BUILD / "static" / "vendor" / "fonts")


def _sheet(proven: Proven, language: str) -> ProofSheet:
    steps = [str(step.get(language) or step.get("code", "")) for step in proven.proof["steps"]]
    return ProofSheet(
        language=language,
        title=_("Proof of a verdict on a test result"),
        number=proven.number,
        case=_case(proven),
        verdict=_("Verdict: %(outcome)s") % {"outcome": _outcome(proven.outcome_code)},
        reason=proven.reason_en if language == "en" else proven.reason_zh,
        limit_heading=_("The limit used"),
        limit=_limit(proven),
        steps_heading=_("Every conversion and assumption"),
        steps=steps,
        no_steps=_("None: result and limit were compared as printed."),
        notes=_notes(proven),
        signatures=[
            (_("Laboratory, authorised signatory"), proven.signatory or NOTHING),
            (_("Checked by"), ""),
            (_("Received by the tested party"), ""),
        ],
        sign_here=_("signature, seal, date"),
        page_words=_page_words(language),
    )


def _page_words(language: str) -> tuple[str, str, str]:
    """What stands before, between and after the two numbers of a page."""
    return ("Page", "of", "") if language == "en" else ("第", "页，共", "页")


def _outcome(code: str) -> str:
    return str(VerdictOutcome(code).label)


def _case(proven: Proven) -> list[tuple[str, str]]:
    said = proven.proof
    signed = f"{clock.beijing(proven.signed_at):%Y-%m-%d %H:%M}" if proven.signed_at else ""
    rows = [
        (_("Product"), proven.product or str(said.get("product", ""))),
        (_("Lot"), proven.lot),
        (_("Produced on"), str(said.get("produced_on", ""))),
        (_("Market"), market_name(str(said.get("market") or "cn"))),
        (_("Test item"), str(said.get("item", ""))),
        (_("Result"), f"{said.get('result', '')} {said.get('unit', '')}".strip()),
        (_("Detection limit"), str(said.get("detection_limit", ""))),
        (_("Printed limit"), str(said.get("printed_limit", ""))),
        (_("Laboratory"), proven.laboratory),
        (_("Method"), proven.method),
        (_("Analyst"), proven.analyst),
        (_("Signed at"), signed),
        (_("Verdict of the laboratory"), _own(proven)),
    ]
    return [(label, text) for label, text in rows if text]


def _own(proven: Proven) -> str:
    if not proven.laboratory_outcome:
        return ""
    own = _outcome(proven.laboratory_outcome)
    if proven.laboratory_outcome == proven.outcome_code:
        return own
    return _("%(outcome)s (differs from the verdict below)") % {"outcome": own}


def _limit(proven: Proven) -> list[tuple[str, str]]:
    limit = proven.limit
    grade = limit.get("grade")
    rows = [
        (_("Limit"), str(limit.get("demand") or _("no limit was used"))),
        (_("Substance"), str(limit.get("substance", ""))),
        (_("Food category"), str(limit.get("food", ""))),
        (_("Edition"), str(limit.get("edition", ""))),
        (_("Clause"), proven.clause),
        (_("In force from"), str(limit.get("effective_from", ""))),
        (_("Evidence grade"), str(Grade(grade).label) if grade else ""),
    ]
    return [(label, text) for label, text in rows if text]


def _notes(proven: Proven) -> list[str]:
    notes = [_("The limit in force on the day of production applies; a later edition changes no "
               "verdict already given.")]  # fmt: skip
    if proven.limit.get("grade") == Grade.L:
        notes.append(_("The limit is unverified: hold it against the published standard."))
    return notes
