"""Limits to look up, one limit with why it applies, and a result tried against the library."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.lists import Action, ChoiceFilter, ListColumn, ListPage, TextFilter
from zhian.kernel.pages import render
from zhian.registry.standards import policies, selectors
from zhian.registry.standards.models import Limit, Standard
from zhian.registry.standards.vocabulary import OUTCOME_COLOURS, Grade, VerdictOutcome, market_name
from zhian.registry.standards.web.forms import InForceOn, JudgeForm

GRADE_COLOURS = {Grade.H: "green", Grade.M: "blue", Grade.L: "yellow"}


@require_GET
def limit_list(request: HttpRequest) -> HttpResponseBase:
    """Every limit in force, to be searched by substance, food, standard and day."""
    user = signed_in(request.user)
    codes = [(code, code) for code in Standard.objects.values_list("code", flat=True)]
    return ListPage(
        title=_("Limits"),
        queryset=policies.printed_limits_visible_to(user),
        columns=[
            ListColumn("substance", _("Substance"), href=_address, sort="substance__name_zh"),
            ListColumn("node", _("Food category"), sort="node__code"),
            ListColumn("demand", _("Limit")),
            ListColumn("condition", _("Only for")),
            ListColumn("edition", _("Edition"), sort="edition__code"),
            ListColumn("clause", _("Clause")),
            ListColumn("since", _("In force from"), value=lambda one: one.edition.effective_from),
            ListColumn("until", _("In force to"), value=lambda one: one.edition.effective_to),
            ListColumn("grade", _("Evidence grade"), value=_grade, badge=_grade_colour),
        ],
        search_by=selectors.limits_matching,
        filters=[
            ChoiceFilter("market", _("Market"), _markets(), field="edition__standard__market"),
            ChoiceFilter("standard", _("Standard"), codes, field="edition__standard__code"),
            TextFilter("food", _("Food category"), lookup="node__name_zh__icontains"),
            ChoiceFilter("grade", _("Evidence grade"), Grade.choices),
            InForceOn("on", _("For goods produced on")),
        ],
        default_sort="substance",
        empty=_("No limit loaded. Import the tables of a standard, or load the starter limits."),
        export_name="limits",
        actions=_actions(request),
    ).respond(request)  # fmt: skip


def _markets() -> list[tuple[str, str]]:
    found = Standard.objects.order_by("market").values_list("market", flat=True).distinct()
    return [(market, market_name(market)) for market in found]


def _actions(request: HttpRequest) -> list[Action]:
    found = [
        Action(_("Try a result"), reverse("standards:judge")),
        Action(_("Food tree"), reverse("standards:foods")),
        Action(_("Editions"), reverse("standards:editions")),
        Action(_("Questions across standards"), reverse("standards:questions")),
        Action(_("Standards programme"), reverse("standards:programme")),
        Action(_("Laws and regulations"), reverse("standards:regulations")),
    ]
    if policies.can_import(signed_in(request.user)):
        found.append(Action(_("Import a table"), reverse("standards:imports")))
    return found


def _address(limit: Limit) -> str:
    return reverse("standards:limit", args=[limit.pk])


def _grade(limit: Limit) -> str:
    return str(Grade(limit.grade).label)


def _grade_colour(limit: Limit) -> str:
    return GRADE_COLOURS[Grade(limit.grade)]


@require_GET
def limit_detail(request: HttpRequest, limit_id: int) -> HttpResponse:
    """One limit: where it is written, since when, for which foods, and why it binds them."""
    limit = policies.limits_visible_to(signed_in(request.user)).filter(pk=limit_id).first()
    if limit is None:
        raise NotKnown
    context = {
        "title": str(limit),
        "limit": limit,
        "grade": _grade(limit),
        "grade_colour": _grade_colour(limit),
        "path": selectors.node_path(limit.node),
        "binds": selectors.foods_bound_by(limit),
        "released": selectors.foods_released_from(limit),
        "others": selectors.same_substance(limit),
    }
    return render(request, "standards/limit.html", context)


@require_GET
def judge_page(request: HttpRequest) -> HttpResponse:
    """A result tried against the library; nothing is written."""
    signed_in(request.user)
    asked = bool(request.GET.get("item"))
    form = JudgeForm(request.GET if asked else None)
    judgement = form.judgement() if asked and form.is_valid() else None
    english = (get_language() or "").startswith("en")
    context = {"title": _("Try a result"), "form": form, "judgement": judgement}
    if judgement is not None:
        outcome = VerdictOutcome(judgement.outcome_code)
        context |= {
            "outcome": outcome.label,
            "outcome_colour": OUTCOME_COLOURS[outcome],
            "reason": judgement.reason_en if english else judgement.reason_zh,
            "steps": [step["en" if english else "zh"] for step in judgement.proof["steps"]],
        }
    return render(request, "standards/judge.html", context, status=422 if form.errors else 200)
