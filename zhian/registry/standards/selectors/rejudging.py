"""Old results judged anew by the library as it is now; the old verdicts stay where they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhian.registry.standards import judging
from zhian.registry.standards.judging import CaseRow
from zhian.registry.standards.models import Edition
from zhian.registry.standards.selectors.judging import Judgement, judgement_of, row_of
from zhian.registry.standards.selectors.library import library_for
from zhian.registry.standards.vocabulary import EditionState, JudgedProduct


@dataclass(frozen=True)
class JudgedCase:
    """A result with the verdict it once got, from whoever stores verdicts; `key` is theirs."""

    key: int
    product: JudgedProduct | None
    item: str
    result: str
    unit: str
    produced_on: date | None
    outcome_code: str
    clause: str = ""
    demand: str = ""
    lod: str = ""
    market: str = "cn"
    printed_limit: str = ""


@dataclass(frozen=True)
class Rejudged:
    """The old case and what the library of today says of it."""

    case: JudgedCase
    judgement: Judgement

    @property
    def other_outcome(self) -> bool:
        """Whether the verdict itself would be another."""
        return self.case.outcome_code != self.judgement.outcome_code

    @property
    def differs(self) -> bool:
        """Whether the verdict, the limit or its clause would be another."""
        return self.other_outcome or (self.case.demand, self.case.clause) != (
            self.judgement.limit["demand"],
            self.judgement.clause,
        )


def rejudge(cases: Sequence[JudgedCase]) -> list[Rejudged]:
    """Every case by the limits in force (for its day of production) as they are loaded now."""
    judge = judging.judge_for(library_for([case.item for case in cases]))
    return [Rejudged(case, _judged(case, judge)) for case in cases]


def _judged(case: JudgedCase, judge: judging.Judge) -> Judgement:
    row: CaseRow = row_of(
        case.product,
        case.item,
        case.result,
        case.unit,
        case.produced_on,
        market=case.market,
        printed_limit=case.printed_limit,
        lod=case.lod,
    )
    nodes = case.product.food_nodes() if case.product is not None else ()
    return judgement_of(row, judge.judge(row, tuple(nodes)))


def binding_editions() -> Sequence[Edition]:
    """Editions in force for their dates, by which results may be judged anew."""
    active = Edition.objects.filter(state=EditionState.ACTIVE).select_related("standard")
    return list(active.order_by("standard__code", "-effective_from"))


def edition_by_key(key: int) -> Edition | None:
    """One edition in force."""
    return Edition.objects.filter(pk=key, state=EditionState.ACTIVE).first()
