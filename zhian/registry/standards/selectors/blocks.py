"""Legal here, illegal there: what stands against selling goods on one market (S087)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhian.kernel.languages import in_reader_language
from zhian.registry.standards.engine.sums import Finding
from zhian.registry.standards.selectors.judging import Judgement
from zhian.registry.standards.selectors.rejudging import JudgedCase, rejudge
from zhian.registry.standards.selectors.samples import judge_together
from zhian.registry.standards.vocabulary import JudgedProduct, VerdictOutcome


@dataclass(frozen=True)
class Block:
    """A result that fails on one market: by which limit and clause, and why, in both languages."""

    market: str
    item: str
    result: str
    limit: str
    clause: str
    reason_zh: str
    reason_en: str

    @property
    def reason(self) -> str:
        """The reason in the reader's language."""
        return in_reader_language(self.reason_zh, self.reason_en)

    def __str__(self) -> str:
        return f"{self.item} {self.result}, {self.limit} ({self.clause}): {self.reason}"


def blocks_for(
    product: JudgedProduct | None,
    findings: Sequence[Finding],
    produced_on: date | None,
    market: str,
) -> list[Block]:
    """What stands against selling goods with these results on one market, each result alone and
    all together; other markets are not touched. What cannot be judged there is no block.
    """
    cases = [
        _case(number, product, one, produced_on, market) for number, one in enumerate(findings)
    ]
    alone = [
        _block(market, one.case.item, f"{one.case.result}{one.case.unit}", one.judgement)
        for one in rejudge(cases)
    ]
    together = [
        _block(market, one.item, " + ".join(one.items), one.judgement)
        for one in judge_together(product, findings, produced_on, market)
    ]
    return [block for block in (*alone, *together) if block is not None]


def _case(
    number: int,
    product: JudgedProduct | None,
    one: Finding,
    produced_on: date | None,
    market: str,
) -> JudgedCase:
    return JudgedCase(
        key=number,
        product=product,
        item=one.item,
        result=one.result,
        unit=one.unit,
        produced_on=produced_on,
        outcome_code="",
        lod=one.detection_limit,
        market=market,
    )


def _block(market: str, item: str, result: str, judgement: Judgement) -> Block | None:
    if judgement.outcome_code != VerdictOutcome.NONCONFORMING:
        return None
    limit = str(judgement.limit["demand"])
    return Block(
        market, item, result, limit, judgement.clause, judgement.reason_zh, judgement.reason_en
    )
