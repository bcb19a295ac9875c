"""Questions across standards: comparisons with counts that open to rows, ages, gaps, mappings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ChoiceFilter, ListColumn, ListPage, TextFilter
from zhian.kernel.pages import render
from zhian.registry.standards import policies, services
from zhian.registry.standards.models import (
    Comparison,
    ComparisonLine,
    Edition,
    FoodMapping,
    UnlimitedItem,
)
from zhian.registry.standards.selectors import questions
from zhian.registry.standards.selectors.questions import FindingCount
from zhian.registry.standards.selectors.uniform import uniform_rules
from zhian.registry.standards.vocabulary import (
    FINDING_COLOURS,
    HOME,
    Finding,
    market_name,
)
from zhian.registry.standards.web.forms import ReasonForm


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every market beside ours: how many limits, how many of ours are laxer; our own troubles."""
    user = signed_in(request.user)
    today = clock.today()
    asked = [HOME, *questions.markets()]
    found = {market: questions.comparison_of(market) for market in asked}
    old = questions.editions_by_age(today).filter(questions.review_due(today))
    context = {
        "title": _("Questions across standards"),
        "markets": [_market(market, comparison) for market, comparison in found.items()],
        "review_years": questions.review_years(today),
        "old_count": old.count(),
        "unlimited_count": policies.unlimited_items_visible_to(user).count(),
        "mapping_count": questions.mappings().count(),
        "may_compare": policies.can_import(user),
    }
    return render(request, "standards/questions.html", context)


def _market(market: str, comparison: Comparison | None) -> dict[str, Any]:
    """One card: the market's name, the comparison's headline, each count with its address."""
    card: dict[str, Any] = {"market": market, "name": market_name(market), "home": market == HOME}
    if comparison is None:
        return card
    head = questions.headline(comparison)
    rows = reverse("standards:comparison", args=[market])
    counts = [
        {"count": one, "colour": FINDING_COLOURS[one.finding], "label": one.finding.label,
         "by_default": by_default,
         "url": f"{rows}{_rows_of(market, one, by_default)}"}
        for by_default, found in ((False, head.counts), (True, head.by_default))
        for one in found
    ]  # fmt: skip
    return card | {
        "comparison": comparison,
        "stale": head.stale,
        "counts": counts,
        "rules": uniform_rules(market, comparison.on),
    }


def _rows_of(market: str, one: FindingCount, by_default: bool) -> str:
    """The query that shows the rows behind one count."""
    side = "" if market == HOME else f"&their={'default' if by_default else 'own'}"
    return f"?finding={one.finding.value}{side}"


@require_POST
def compare(request: HttpRequest, market: str) -> HttpResponse:
    """Compare anew and show the rows."""
    user = signed_in(request.user)
    policies.require_clerk(user)
    services.compare_market(acting_user=user, market=market)
    return redirect("standards:comparison", market)


@require_GET
def comparison(request: HttpRequest, market: str) -> HttpResponseBase:
    """The rows of one comparison, by finding, substance and food."""
    signed_in(request.user)
    found = questions.comparison_of(market)
    if found is None:
        raise NotKnown
    home = market == HOME
    title = _("Conflicts and duplicates among our limits") if home else (
        _("Our limits beside: %(market)s") % {"market": market_name(market)}
    )  # fmt: skip
    return ListPage(
        title=title,
        queryset=questions.lines_of(found),
        columns=_columns(home),
        search=(
            "substance__name_zh__icontains", "substance__name_en__icontains",
            "our_node__name_zh__icontains", "their_node__name_zh__icontains",
        ),
        filters=[
            ChoiceFilter("finding", _("Finding"), Finding.choices),
            *([] if home else [_whose()]),
            TextFilter("substance", _("Substance"), lookup="substance__name_zh__icontains"),
            TextFilter("food", _("Food category"), lookup="our_node__name_zh__icontains"),
        ],
        default_sort="-ratio" if not home else "substance",
        empty=_("No such limit."),
        export_name=f"comparison-{market}",
        actions=[Action(_("All questions"), reverse("standards:questions"))],
    ).respond(request, template="standards/comparison.html", chart=_chart(found))  # fmt: skip


def _chart(found: Comparison) -> dict[str, Any]:
    """Bars of the counts, the most first; each opens its rows."""
    head = questions.headline(found)
    counts = [(one, False) for one in head.counts] + [(one, True) for one in head.by_default]
    counts.sort(key=lambda pair: pair[0].lines)
    if not counts:
        return {}
    bars = [
        {"value": one.lines,
         "url": _rows_of(found.market, one, by_default)}
        for one, by_default in counts
    ]  # fmt: skip
    names = [
        f"{one.finding.label}\n({_('default limit')})" if by_default else str(one.finding.label)
        for one, by_default in counts
    ]
    return {
        "grid": {"left": 8, "right": 64, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": names},
        "series": [{"type": "bar", "data": bars, "label": {"show": True, "position": "right"}}],
        "tooltip": {},
    }


def _whose() -> ChoiceFilter:
    """Their own limits, or the default that applies where they have none."""
    return ChoiceFilter(
        "their",
        _("Their side"),
        [("own", _("own limit")), ("default", _("default limit"))],
        narrow_by=lambda rows, chosen: (
            rows.exclude(uniform="") if chosen == "default" else rows.filter(uniform="")
        ),
    )


def _columns(home: bool) -> list[ListColumn]:
    first = _("One limit") if home else _("Our limit")
    second = _("The other") if home else _("Their limit")
    return [
        ListColumn("substance", _("Substance"), sort="substance__name_zh"),
        ListColumn("finding", _("Finding"), value=_finding, badge=_colour),
        ListColumn("ours", first, value=_ours, href=lambda line: _limit(line.ours_id)),
        ListColumn("theirs", second, value=_theirs, href=lambda line: _limit(line.theirs_id)),
        ListColumn("ratio", _("Times laxer"), value=_times, numeric=True, sort="times"),
        ListColumn("our_node", _("Our food category"), sort="our_node__name_zh"),
        ListColumn("their_node", _("Their food category"), sort="their_node__name_zh"),
        ListColumn("reason", _("Why"), value=lambda line: line.why),
    ]


def _finding(line: ComparisonLine) -> str:
    return str(Finding(line.finding).label)


def _colour(line: ComparisonLine) -> str:
    return FINDING_COLOURS[Finding(line.finding)]


def _ours(line: ComparisonLine) -> str:
    return f"{line.ours.shown} ({line.ours.edition})" if line.ours else ""


def _theirs(line: ComparisonLine) -> str:
    if line.uniform:
        return _("%(limit)s by default (%(clause)s)") % {
            "limit": line.uniform,
            "clause": line.uniform_clause,
        }
    return f"{line.theirs.shown} ({line.theirs.edition})" if line.theirs else ""


def _times(line: ComparisonLine) -> str:
    return f"{line.ratio:.4g}" if line.ratio is not None else ""


def _limit(limit_id: int | None) -> str | None:
    return reverse("standards:limit", args=[limit_id]) if limit_id else None


@require_GET
def ages(request: HttpRequest) -> HttpResponseBase:
    """Our editions in force by age; those past the review age are marked. B69."""
    signed_in(request.user)
    today = clock.today()
    years = questions.review_years(today)

    def age(edition: Edition) -> int:
        return (today - edition.effective_from).days * 100 // 36525

    return ListPage(
        title=_("Age of our standards"),
        queryset=questions.editions_by_age(today),
        columns=[
            ListColumn("code", _("Edition"), sort="code",
                       href=lambda one: reverse("standards:edition", args=[one.pk])),
            ListColumn("name", _("Standard"), value=lambda one: one.standard.name),
            ListColumn("effective_from", _("In force from"), sort="effective_from"),
            ListColumn("age", _("Years"), value=age, numeric=True, sort="effective_from"),
            ListColumn("due", _("Review"),
                       value=lambda one: _("due") if age(one) >= years else _("not yet"),
                       badge=lambda one: "yellow" if age(one) >= years else "green"),
        ],
        search=("code__icontains", "standard__name_zh__icontains"),
        filters=[ChoiceFilter("review", _("Review"), [("due", _("due"))],
                              narrow_by=lambda rows, _due: rows.filter(
                                  questions.review_due(today)))],
        default_sort="effective_from",
        empty=_("No edition is in force."),
        export_name="standards-age",
    ).respond(request)  # fmt: skip


@require_GET
def unlimited(request: HttpRequest) -> HttpResponseBase:
    """Sampled items for which the library holds no limit, the most asked for first."""
    user = signed_in(request.user)
    return ListPage(
        title=_("Sampled items without limit"),
        queryset=policies.unlimited_items_visible_to(user),
        columns=[
            ListColumn("item", _("Test item"), sort="item"),
            ListColumn("product", _("Product"), sort="product"),
            ListColumn("market", _("Market"), value=lambda one: market_name(one.market)),
            ListColumn("reason", _("Why"), value=_why_unlimited),
            ListColumn("times", _("Times"), numeric=True, sort="times"),
            ListColumn("first_on", _("First"), sort="first_on"),
            ListColumn("last_on", _("Last"), sort="last_on"),
        ],
        search=("item__icontains", "product__icontains"),
        default_sort="-times",
        empty=_("Every sampled item had a limit."),
        export_name="items-without-limit",
    ).respond(request)


def _why_unlimited(one: UnlimitedItem) -> str:
    return questions.reason_words(one.reason)


@require_GET
def mapping_list(request: HttpRequest) -> HttpResponseBase:
    """Which food categories officers mapped to each other."""
    user = signed_in(request.user)
    may = bool(policies.can_import(user))
    actions = [Action(_("Import a mapping"), reverse("standards:map"))] if may else []
    columns = [
        ListColumn("ours", _("Our food category"), value=lambda one: one.ours.name),
        ListColumn("our_standard", _("Our standard"), value=lambda one: one.ours.standard.code),
        ListColumn("theirs", _("Their food category"), value=lambda one: one.theirs.name),
        ListColumn("standard", _("Their standard"), value=lambda one: one.theirs.standard.code),
        ListColumn("market", _("Market"), value=lambda one: market_name(one.market)),
        ListColumn("source", _("Source")),
    ]
    if may:
        columns.append(ListColumn("undo", _("Take back"), value=lambda _one: _("Take back"),
                                  href=_undo))  # fmt: skip
    return ListPage(
        title=_("Food categories mapped"),
        queryset=questions.mappings(),
        columns=columns,
        search=("ours__name_zh__icontains", "theirs__name_zh__icontains",
                "theirs__standard__code__icontains"),
        default_sort="pk",
        empty=_("Nobody mapped a food category yet: limits of two trees meet only through this."),
        export_name="food-mappings",
        actions=actions,
    ).respond(request)  # fmt: skip


def _undo(mapping: FoodMapping) -> str:
    return reverse("standards:unmap", args=[mapping.pk])


@require_http_methods(["GET", "POST"])
def unmap(request: HttpRequest, mapping_id: int) -> HttpResponse:
    """Take a mapping back, with the reason."""
    user = signed_in(request.user)
    policies.require_clerk(user)
    found = questions.mappings().filter(pk=mapping_id).first()
    if found is None:
        raise NotKnown

    def deed(values: dict[str, Any]) -> str:
        services.unmap_foods(acting_user=user, mapping_id=mapping_id, reason=values["reason"])
        return reverse("standards:mappings")

    return answer(
        request,
        ReasonForm.of(request),
        deed,
        title=_("Take back: %(mapping)s") % {"mapping": found},
        submit_label=_("Take back"),
        cancel_url=reverse("standards:mappings"),
        done=_("The mapping is taken back; compare again to see what changes."),
    )
