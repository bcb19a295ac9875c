"""REST: questions across standards, the programme, the library of law."""

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Query, Router, Schema

from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown
from zhian.registry.standards.models import (
    Comparison,
    ComparisonLine,
    Limit,
    Project,
    Regulation,
)
from zhian.registry.standards.selectors import programme, questions, regulations
from zhian.registry.standards.vocabulary import Described, Finding

router = Router(tags=["standards"])
MOST = 500


class LimitOut(Schema):
    """A limit as a standard prints it."""

    id: int
    demand: str
    edition: str
    clause: str
    food: str

    @staticmethod
    def of(limit: Limit | None) -> "LimitOut | None":
        """None stays None: there is no such limit."""
        if limit is None:
            return None
        return LimitOut(
            id=limit.pk,
            demand=limit.demand,
            edition=limit.edition.code,
            clause=limit.clause,
            food=limit.node.name_zh,
        )


class CountOut(Schema):
    """How many rows, limits of theirs and substances stand behind a finding."""

    finding: str
    lines: int
    limits: int
    substances: int


class ComparisonOut(Schema):
    """One comparison with its counts; `stale` when editions or mappings changed since."""

    market: str
    on: date
    made_at: datetime
    our_limits: int
    our_substances: int
    their_limits: int
    their_substances: int
    stale: bool
    counts: list[CountOut]


class LineOut(Schema):
    """One row of a comparison; `ratio`: ours is so many times laxer (below 1: stricter)."""

    id: int
    finding: str
    reason: str
    ratio: float | None
    substance_zh: str
    substance_en: str
    ours: LimitOut | None
    theirs: LimitOut | None


class DemandOut(Schema):
    """What a market asks of one substance in the product."""

    finding: str
    substance_zh: str
    substance_en: str
    theirs: LimitOut | None
    ours: LimitOut | None
    ratio: float | None
    reason: str


class DemandsOut(Schema):
    """`extra`: what the domestic lot need not meet; empty foods mean that nothing can be said."""

    our_foods: list[str]
    their_foods: list[str]
    extra: list[DemandOut]
    met: list[DemandOut]


class StandingOut(Schema):
    """One result as one market judges it; blocked on that market only when it fails there."""

    market: str
    outcome: str
    outcome_code: str
    reason_zh: str
    reason_en: str
    clause: str
    blocked: bool


class StandingQuery(Schema):
    """One result on goods."""

    item: str
    result: str
    unit: str = ""
    product: str = ""
    category: str = ""
    produced_on: date | None = None


class ProjectOut(Schema):
    """One project of the programme."""

    id: int
    number: str
    year: int
    kind: str
    title_zh: str
    title_en: str
    standard_code: str
    stage: str
    rapid: bool
    due_on: date
    comment_until: date | None
    in_force_on: date | None
    adopts: str
    adoption: str


class RegulationOut(Schema):
    """One law with the version in force on the day asked for (null: none)."""

    id: int
    code: str
    name_zh: str
    name_en: str
    kind: str
    version: str | None
    effective_from: date | None


@router.get("/comparisons", response=list[ComparisonOut], summary="Comparisons with their counts")
def comparisons(request: HttpRequest) -> list[ComparisonOut]:
    """Every market compared so far; `cn` is our own limits among themselves."""
    signed_in(request.user)
    return [_comparison(one) for one in Comparison.objects.order_by("market")]


def _comparison(one: Comparison) -> ComparisonOut:
    head = questions.headline(one)
    return ComparisonOut(
        market=one.market,
        on=one.on,
        made_at=one.made_at,
        our_limits=one.our_limits,
        our_substances=one.our_substances,
        their_limits=one.their_limits,
        their_substances=one.their_substances,
        stale=head.stale,
        counts=[
            CountOut(
                finding=count.finding.value,
                lines=count.lines,
                limits=count.limits,
                substances=count.substances,
            )
            for count in head.counts
        ],
    )


@router.get("/comparisons/{market}/rows", response=list[LineOut], summary="The rows of a count")
def rows(
    request: HttpRequest, market: str, finding: Finding | None = None, after: int = 0
) -> list[LineOut]:
    """By id, at most 500; `after` is the id of the last one of the former answer."""
    signed_in(request.user)
    found = questions.comparison_of(market)
    if found is None:
        raise NotKnown
    lines = questions.lines_of(found).select_related("ours__node", "theirs__node")
    if finding is not None:
        lines = lines.filter(finding=finding)
    return [_line(one) for one in lines.filter(pk__gt=after).order_by("pk")[:MOST]]


def _line(one: ComparisonLine) -> LineOut:
    return LineOut(
        id=one.pk,
        finding=one.finding,
        reason=one.reason,
        ratio=one.ratio,
        substance_zh=one.substance.name_zh,
        substance_en=one.substance.name_en,
        ours=LimitOut.of(one.ours),
        theirs=LimitOut.of(one.theirs),
    )


@router.get("/export-demands", response=DemandsOut, summary="What an export lot must meet besides")
def export_demands(
    request: HttpRequest, product: str, market: str, category: str = "", on: date | None = None
) -> DemandsOut:
    """By product and market, for goods produced on a day (today)."""
    signed_in(request.user)
    if market not in questions.markets():
        raise NotKnown
    found = questions.export_demands(product, category, market, on or clock.today())
    return DemandsOut(
        our_foods=[one.name_zh for one in found.our_places],
        their_foods=[one.name_zh for one in found.their_places],
        extra=[_demand(one) for one in found.extra],
        met=[_demand(one) for one in found.met],
    )


def _demand(one: questions.Demand) -> DemandOut:
    return DemandOut(
        finding=one.finding.value,
        substance_zh=one.substance.name_zh,
        substance_en=one.substance.name_en,
        theirs=LimitOut.of(one.theirs),
        ours=LimitOut.of(one.ours),
        ratio=one.ratio,
        reason=one.reason,
    )


@router.get("/standing", response=list[StandingOut], summary="One result on every market")
def standing(request: HttpRequest, asked: Query[StandingQuery]) -> list[StandingOut]:
    """Legal here, illegal there: the verdict of each market whose limits are loaded."""
    signed_in(request.user)
    found = questions.standing_on_markets(
        Described(asked.product, asked.category),
        asked.item,
        asked.result,
        asked.unit,
        asked.produced_on or clock.today(),
    )
    return [
        StandingOut(
            market=one.market,
            outcome=one.judgement.outcome,
            outcome_code=one.judgement.outcome_code,
            reason_zh=one.judgement.reason_zh,
            reason_en=one.judgement.reason_en,
            clause=one.judgement.clause,
            blocked=one.blocked,
        )
        for one in found
    ]


@router.get("/projects", response=list[ProjectOut], summary="Projects of the programme")
def projects(request: HttpRequest, year: int | None = None, stage: str = "") -> list[Project]:
    """By plan number, at most 500."""
    signed_in(request.user)
    found = programme.projects().order_by("number")
    if year is not None:
        found = found.filter(year=year)
    if stage:
        found = found.filter(stage=stage)
    return list(found[:MOST])


@router.get("/regulations", response=list[RegulationOut], summary="Law as in force on a day")
def law(request: HttpRequest, on: date | None = None, search: str = "") -> list[RegulationOut]:
    """With `on`, only laws of which a version bound on the day."""
    signed_in(request.user)
    found = regulations.regulations().order_by("code")
    if on is not None:
        found = found.filter(regulations.in_force_on(on))
    for word in search.split()[:20]:
        found = found.filter(regulations.regulations_matching(word))
    return [_regulation(one, on or clock.today()) for one in found[:MOST]]


def _regulation(one: Regulation, day: date) -> RegulationOut:
    version = regulations.version_on(one, day)
    return RegulationOut(
        id=one.pk,
        code=one.code,
        name_zh=one.name_zh,
        name_en=one.name_en,
        kind=one.kind,
        version=version.label if version else None,
        effective_from=version.effective_from if version else None,
    )
