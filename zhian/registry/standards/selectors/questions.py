"""Questions across standards: what the comparisons found, what an export lot must meet besides."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product as pairs_of

from django.db.models import Count, F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from zhian.kernel import clock, rules
from zhian.registry.standards import packs
from zhian.registry.standards.engine.choosing import Place
from zhian.registry.standards.engine.defaults import Answer, Uniform, with_defaults
from zhian.registry.standards.engine.questions import (
    MarketLimit,
    Relation,
    Trees,
    compare_libraries,
)
from zhian.registry.standards.engine.tables import NO_DEMAND
from zhian.registry.standards.engine.verdict import step
from zhian.registry.standards.judging import reason_text
from zhian.registry.standards.models import (
    Comparison,
    ComparisonLine,
    Edition,
    FoodMapping,
    FoodNode,
    Limit,
    Standard,
    Substance,
)
from zhian.registry.standards.selectors.judging import Judgement, judge
from zhian.registry.standards.selectors.library import places_of
from zhian.registry.standards.selectors.uniform import (
    UniformRule,
    uniform_limits,
    uniform_rules,
)
from zhian.registry.standards.vocabulary import (
    HOME,
    EditionState,
    Finding,
    JudgedProduct,
    VerdictOutcome,
)

NAMED = ("ours__edition", "theirs__edition", "our_node", "their_node", "substance")


@dataclass(frozen=True)
class FindingCount:
    """How many rows, limits of theirs and substances stand behind one finding."""

    finding: Finding
    lines: int
    limits: int
    substances: int


@dataclass(frozen=True)
class Headline:
    """A comparison with its counts; `stale`: editions, mappings or defaults changed since.

    `counts` are of limits both sides set; `by_default` of ours beside the other's default.
    """

    comparison: Comparison
    counts: list[FindingCount]
    by_default: list[FindingCount]
    stale: bool


@dataclass(frozen=True)
class Demand:
    """What one market asks of one substance in one product, beside what we ask.

    `uniform`: their default, where they have no limit of their own (`theirs` is None).
    """

    finding: Finding
    substance: Substance
    theirs: Limit | None
    ours: Limit | None
    ratio: float | None
    reason: str
    uniform: Uniform | None = None


@dataclass(frozen=True)
class ExportDemands:
    """All a market asks of a product: `extra` is what the same lot at home need not meet.

    `rules`: the defaults that bind every substance of a kind that neither side names here.
    """

    extra: list[Demand]
    met: list[Demand]
    our_places: list[FoodNode]
    their_places: list[FoodNode]
    rules: list[UniformRule]


@dataclass(frozen=True)
class Standing:
    """One result as one market judges it; blocked there only when it fails there."""

    market: str
    judgement: Judgement

    @property
    def blocked(self) -> bool:
        """Whether goods with this result may not be sold on this market."""
        return self.judgement.outcome_code == VerdictOutcome.NONCONFORMING


def markets() -> list[str]:
    """Every other jurisdiction or contract of which limits are loaded."""
    found = Edition.objects.filter(state=EditionState.ACTIVE).exclude(standard__market=HOME)
    return sorted(set(found.values_list("standard__market", flat=True)))


def market_limits(market: str, on: date, nodes: Iterable[int] | None = None) -> list[MarketLimit]:
    """The limits printed and in force on a day in one market, as the comparison sees them."""
    begins = Coalesce("effective_from", "edition__effective_from")
    limits = (
        Limit.objects.alias(begins=begins, ends=Coalesce("effective_to", "edition__effective_to"))
        .filter(
            Q(ends__isnull=True) | Q(ends__gte=on),
            begins__lte=on,
            edition__state=EditionState.ACTIVE,
            edition__standard__market=market,
        )
        .exclude(demand=NO_DEMAND)
    )
    if nodes is not None:
        limits = limits.filter(node__in=list(nodes))
    rows = limits.order_by("pk").values_list(
        "pk", "substance", "edition__standard__code", "node", "demand",
        "substance__name_zh", "condition", "exceptions", "use",
    )  # fmt: skip
    policy = packs.verdict_rules(clock.today())
    return [
        MarketLimit(
            key, substance, standard, node, demand, policy.direction(name), _part(when, but), use
        )
        for key, substance, standard, node, demand, name, when, but, use in rows
    ]


def _part(condition: str, exceptions: str) -> str:
    """The part of its food a limit holds for; empty: all of it."""
    return f"{condition} − {exceptions}" if exceptions else condition


def food_paths() -> dict[int, tuple[int, ...]]:
    """Every food category's way to the root of its tree."""
    parents = dict(FoodNode.objects.order_by("pk").values_list("pk", "parent"))
    return {node: _path(node, parents) for node in parents}


def _path(node: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    path = [node]
    above = parents.get(node)
    while above is not None and above not in path:
        path.append(above)
        above = parents.get(above)
    return tuple(path)


def mapped_foods(market: str) -> list[tuple[int, int]]:
    """Pairs of (our food, their food) as officers mapped them; for home: within our own trees."""
    found = FoodMapping.objects.filter(
        ours__standard__market=HOME, theirs__standard__market=market
    ).order_by("pk")
    return list(found.values_list("ours", "theirs"))


def fingerprint(market: str) -> str:
    """What a comparison rests on: the editions and mappings of both sides; changes with them."""
    editions = Edition.objects.filter(
        state=EditionState.ACTIVE, standard__market__in=(HOME, market)
    ).order_by("pk")
    parts = [
        *editions.values_list("pk", "effective_from", "effective_to"),
        *mapped_foods(market),
        *uniform_rules(market, clock.today()),
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def comparison_of(market: str) -> Comparison | None:
    """The last comparison with a market; home: our own limits with each other."""
    return Comparison.objects.filter(market=market).first()


def headline(comparison: Comparison) -> Headline:
    """A comparison with its counts by finding, those by default limits apart."""
    lines = ComparisonLine.objects.filter(comparison=comparison)
    counts, by_default = _counts(lines.filter(uniform="")), _counts(lines.exclude(uniform=""))
    stale = comparison.editions != fingerprint(comparison.market)
    return Headline(comparison, counts, by_default, stale)


def _counts(lines: QuerySet[ComparisonLine]) -> list[FindingCount]:
    rows = (
        lines.values("finding")
        .annotate(
            lines=Count("pk"),
            limits=Count("theirs", distinct=True),
            substances=Count("substance", distinct=True),
        )
        .order_by("finding")
    )
    found = {row["finding"]: row for row in rows}
    return [
        FindingCount(finding, row["lines"], row["limits"], row["substances"])
        for finding in Finding
        if (row := found.get(finding.value)) is not None
    ]


def lines_of(comparison: Comparison) -> QuerySet[ComparisonLine]:
    """The rows behind the counts, with the names of all they show."""
    # rows without a ratio stand last where the laxest of ours come first
    times = Coalesce("ratio", Value(-1.0), output_field=FloatField())
    lines = ComparisonLine.objects.filter(comparison=comparison).annotate(times=times)
    return lines.select_related(*NAMED)


def editions_by_age(today: date) -> QuerySet[Edition]:
    """Our editions in force with the number of whole years since each came into force (B69)."""
    return Edition.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=today),
        state=EditionState.ACTIVE,
        standard__market=HOME,
        effective_from__lte=today,
    ).select_related("standard")


def review_years(today: date) -> int:
    """After how many years a standard is due for review, as the rule pack says."""
    return rules.in_force(packs.STANDARDS_WORK, on=today).content.review_years


def review_due(today: date) -> Q:
    """Editions older than the review age."""
    years = review_years(today)
    return Q(effective_from__lt=today - timedelta(days=365 * years + years // 4))


def export_demands(
    product: str, category: str, market: str, on: date, nodes: Sequence[tuple[str, str]] = ()
) -> ExportDemands:
    """What a lot for a market must meet beside what it must meet at home (S087).

    Their food is reached by an officer's mapping, else by the product's words in their tree.
    """
    here = _nodes(product, category, HOME, nodes)
    paths = food_paths()
    there = _mapped_from(here, market, paths) or _nodes(product, category, market, ())
    trees = Trees(paths, list(pairs_of([node.pk for node in here], [n.pk for n in there])))
    ours = market_limits(HOME, on, _on_paths(here, paths))
    theirs = market_limits(market, on, _on_paths(there, paths))
    lines = compare_libraries(ours, theirs, trees) if trees.pairs else ()
    demands = _demands(list(with_defaults(lines, ours, theirs, uniform_limits(market, on))))
    extra = [one for one in demands if one.finding in _EXTRA]
    met = [one for one in demands if one.finding not in _EXTRA]
    return ExportDemands(extra, met, here, there, uniform_rules(market, on))


_EXTRA = {Finding.GAP, Finding.LAXER, Finding.NOT_COMPARABLE}


def _nodes(
    product: str, category: str, market: str, nodes: Sequence[tuple[str, str]]
) -> list[FoodNode]:
    codes = Standard.objects.filter(market=market).values_list("code", flat=True)
    places: list[Place] = places_of(product, category, nodes, set(codes))
    wanted = Q(pk__in=())
    for place in places:
        wanted |= Q(standard__code=place.standard, code=place.path[0])
    return list(FoodNode.objects.filter(wanted).select_related("standard").order_by("pk"))


def _mapped_from(
    here: Sequence[FoodNode], market: str, paths: Mapping[int, Sequence[int]]
) -> list[FoodNode]:
    """Their foods mapped to ours, or to the nearest category above ours that is mapped."""
    mapped: dict[int, list[int]] = {}
    for ours, theirs in mapped_foods(market):
        mapped.setdefault(ours, []).append(theirs)
    found: set[int] = set()
    for node in here:
        found.update(next((mapped[one] for one in paths[node.pk] if one in mapped), []))
    return list(FoodNode.objects.filter(pk__in=found).select_related("standard").order_by("pk"))


def _on_paths(nodes: Sequence[FoodNode], paths: Mapping[int, Sequence[int]]) -> set[int]:
    return {one for node in nodes for one in paths[node.pk]}


def _demands(answers: Sequence[Answer]) -> list[Demand]:
    keys = {one.key for a in answers for one in (a.line.ours, a.line.theirs) if one}
    limits = Limit.objects.select_related("edition__standard", "node", "substance").in_bulk(keys)
    found = [_demand(one, limits) for one in answers if one.line.theirs or one.uniform]
    order = list(Finding)
    return sorted(found, key=lambda one: (order.index(one.finding), -(one.ratio or 0)))


def _demand(answer: Answer, limits: Mapping[int, Limit]) -> Demand:
    line = answer.line
    theirs = limits[line.theirs.key] if line.theirs else None
    ours = limits[line.ours.key] if line.ours else None
    some = theirs or ours
    assert some is not None  # a line has one side at least
    compared = line.compared
    return Demand(
        finding=FINDINGS[compared.relation],
        substance=some.substance,
        theirs=theirs,
        ours=ours,
        ratio=float(compared.ratio) if compared.ratio is not None else None,
        reason=compared.code,
        uniform=answer.uniform,
    )


FINDINGS = {relation: Finding(relation.value) for relation in Relation}


def standing_on_markets(
    product: JudgedProduct | None,
    item: str,
    result: str,
    unit: str,
    produced_on: date | None,
    *,
    wanted: Sequence[str] | None = None,
) -> list[Standing]:
    """One result judged by every market's own limits: legal here, illegal there (S087)."""
    asked = [HOME, *markets()] if wanted is None else list(wanted)
    return [
        Standing(market, judge(product, item, result, unit, produced_on, market=market))
        for market in asked
    ]


def mappings() -> QuerySet[FoodMapping]:
    """Every pair of food categories officers mapped, with the standards they stand in."""
    return FoodMapping.objects.select_related("ours__standard", "theirs__standard").annotate(
        market=F("theirs__standard__market")
    )


def reason_words(code: str) -> str:
    """Why the library gave no verdict, as the verdict itself says it."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return reason_text(step(code), language)
