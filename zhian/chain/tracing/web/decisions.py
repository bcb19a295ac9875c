"""Pages that help to decide: open points by operator, what to ask next, what changed since."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhian.chain.tracing.selectors import (
    Change,
    PartyGaps,
    Proposal,
    Question,
    Step,
    contradictions,
    difference,
    gaps_in,
    next_requests,
)
from zhian.chain.tracing.vocabulary import GapWord, ReasonWord, RingWord
from zhian.chain.tracing.web.asking import Asked
from zhian.chain.tracing.web.lots import answered
from zhian.chain.tracing.web.presenting import lot_text, lots_in_words
from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, FieldError
from zhian.kernel.exchange import write_table
from zhian.kernel.pages import render
from zhian.registry.products.selectors import products_of_lots
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects.policies import operators_visible_to

SHOWN_CHANGES = 500


def _frame(request: HttpRequest, question: Asked) -> dict[str, Any]:
    """What every page of decisions shows of its question."""
    lots = question.question.lots
    query = request.GET.urlencode()
    return {
        "asked": question,
        "lot_text": lots_in_words(lots, products_of_lots(lots)),
        "query": query,
        "explorer_url": f"{reverse('tracing:lot')}?{query}",
    }


def _names(keys: Iterable[str]) -> dict[str, str]:
    """Sites by key; a key nobody registered stays itself."""
    found = subjects.sites_by_sgln(set(keys))
    return {key: str(site) for key, site in found.items()}


@require_GET
def gaps(request: HttpRequest) -> HttpResponseBase:
    """Who must answer which open question, heaviest first; as a workbook with `export=xlsx`."""
    result, question = answered(request)
    parties = gaps_in(result)
    ends = {
        end for party in parties for gap in party.gaps.gaps for end in (gap.site, gap.counterpart)
    }
    names = _names({*result.site_keys, *filter(None, ends)})
    if request.GET.get("export") == "xlsx":
        headers = [_("Operator"), _("What is open"), _("Lot"), _("Site"), _("Other end"), _("kg"),
                   _("When")]  # fmt: skip
        rows = (line for party in parties for line in _gap_lines(party, names))
        stream = write_table(_("Open points"), headers, rows)
        return FileResponse(stream, as_attachment=True, filename="open-points.xlsx")
    user = signed_in(request.user)
    known = {party.operator_id for party in parties if party.operator_id}
    seen = set(operators_visible_to(user).filter(pk__in=known).values_list("pk", flat=True))
    context = {
        "parties": [
            (party, _gap_lines(party, names), party.operator_id in seen) for party in parties
        ],
        **_frame(request, question),
    }
    return render(request, "tracing/gap_list.html", context)


def _gap_lines(party: PartyGaps, names: dict[str, str]) -> list[list[object]]:
    return [
        [
            party.name,
            str(GapWord(gap.kind.value).label),
            lot_text(gap.lot),
            names.get(gap.site or "", gap.site or ""),
            names.get(gap.counterpart or "", gap.counterpart or ""),
            gap.kg,
            gap.at,
        ]
        for gap in party.gaps.gaps
    ]


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Samples and documents that would shrink the scope most, and records that contradict."""
    _result, question = answered(request)
    proposals = next_requests(question.question)
    contradicting = contradictions(question.question)
    sites = {p.request.site for p in proposals} | {s for c in contradicting for s in c.sites}
    names = _names(sites)
    lots = {p.request.lot for p in proposals if p.request.lot} | {
        lot for c in contradicting for lot in c.lots
    }
    products = products_of_lots(lots)
    context = {
        "proposals": [_proposal(one, names, products) for one in proposals],
        "contradictions": [
            {
                "kg": one.kg,
                "smallest": one.is_smallest,
                "sites": [names.get(site, site) for site in one.sites],
                "lots": lots_in_words(one.lots, products),
                "events": one.event_ids,
            }
            for one in contradicting
        ],
        **_frame(request, question),
    }
    return render(request, "tracing/requests.html", context)


def _proposal(one: Proposal, names: dict[str, str], products: Any) -> dict[str, Any]:
    request = one.request
    return {
        "word": request.kind.label,
        "site": names.get(request.site, request.site),
        "lot": lots_in_words([request.lot], products) if request.lot else "",
        "chance": round(100 * request.chance),
        "kg": one.kg_dropped,
        "expected": one.expected_kg,
        "sites": one.sites_dropped,
        "lines": one.lines_dropped,
    }


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """The scope as known at two moments: each line that differs, with the record or rule."""
    _result, question = answered(request)
    since = _since(request)
    found: list[Change] = []
    if since is not None:
        now = question.question
        before = Question(now.lots, now.direction, since, now.rules)
        found = difference(before, now)
    names = _names(change.line.site_key for change in found)
    products = products_of_lots({change.line.lot for change in found})
    context = {
        "since": since,
        "total": len(found),
        "changes": [_change(one, names, products) for one in found[:SHOWN_CHANGES]],
        **_frame(request, question),
    }
    return render(request, "tracing/difference.html", context)


def _since(request: HttpRequest) -> datetime | None:
    text = request.GET.get("since", "")
    if not text:
        return None
    try:
        found = parse_datetime(text if "T" in text or " " in text else f"{text}T00:00")
    except ValueError:
        found = None
    if found is None:
        raise BadInput(fields=[FieldError("since", _("Give day and time."))])
    return found if found.tzinfo else found.replace(tzinfo=clock.BEIJING)


def _change(one: Change, names: dict[str, str], products: Any) -> dict[str, Any]:
    line = one.line
    if one.before is None:
        word, colour = _("came in"), "red"
    elif one.after is None:
        word, colour = _("dropped out"), "green"
    else:
        word, colour = _("ring or reason changed"), "yellow"
    return {
        "word": word,
        "colour": colour,
        "site": names.get(line.site_key, line.site_key),
        "lot": lots_in_words([line.lot], products),
        "kg": line.kg_on_hand,
        "ring": RingWord(line.ring.value).label,
        "reason": ReasonWord(line.reason.value).label,
        "because": None if one.because is None else [_step(step) for step in one.because],
    }


def _step(step: Step) -> dict[str, Any]:
    words = {
        "new_record": _("recorded since"),
        "withdrawn_record": _("withdrawn since"),
        "rule_added": _("supposed now"),
        "rule_removed": _("no longer supposed"),
        "source": _("another source lot"),
    }
    return {"word": words[step.kind], "event": step.event_id}
