"""Rows of `zhian judge` that belong together: sub-samples of one plan, results of one sample."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from zhian.registry.standards.commands.group import opened
from zhian.registry.standards.engine.readings import read_values
from zhian.registry.standards.engine.sums import Finding
from zhian.registry.standards.engine.terms import is_plan
from zhian.registry.standards.engine.text import tidy
from zhian.registry.standards.engine.verdict import Verdict, step
from zhian.registry.standards.judging import CaseRow, Judge, date_of, market_code
from zhian.registry.standards.vocabulary import Described


class Asked(NamedTuple):
    """One row of the file: its id, the sample it belongs to ("" for none), what is judged."""

    identifier: str
    sample: str
    case: CaseRow


class Line(NamedTuple):
    """One row of the answer, the reason in both languages."""

    identifier: str
    verdict: str
    reason_zh: str
    reason_en: str


def judged(asked: Sequence[Asked], judge: Judge) -> list[Verdict]:
    """The verdict on every row; rows that are sub-samples of one plan share the plan's verdict."""
    verdicts = [judge.judge(one.case) for one in asked]
    for members in _plans(asked, verdicts):
        together = ";".join(asked[number].case.result.strip() for number in members)
        verdict = judge.judge(replace(asked[members[0]].case, result=together))
        shown = step("sub_samples_together", rows=str(len(members)))
        verdict = replace(verdict, steps=(shown, *verdict.steps))
        for number in members:
            verdicts[number] = verdict
    return verdicts


def _plans(asked: Sequence[Asked], verdicts: Sequence[Verdict]) -> list[list[int]]:
    """Numbers of rows that hold one value each for one plan, item and sample."""
    groups: dict[tuple[str, CaseRow, str], list[int]] = {}
    for number, (one, verdict) in enumerate(zip(asked, verdicts, strict=True)):
        limit = tidy(verdict.limit)
        if is_plan(limit) and len(read_values(tidy(one.case.result))) == 1:
            key = (one.sample or one.identifier, replace(one.case, result=""), limit)
            groups.setdefault(key, []).append(number)
    return [members for members in groups.values() if len(members) > 1]


def loaded_judge(data: Path) -> Judge:
    """The judge of everything in force in an installation."""
    opened(data)
    # needs the database that was opened now
    from zhian.registry.standards.judging import judge_for
    from zhian.registry.standards.selectors import whole_library

    return judge_for(whole_library())


def together(asked: Sequence[Asked]) -> list[Line]:
    """What the rows of each sample say together: mixtures of additives, residues as sums."""
    from zhian.registry.standards.selectors import judge_together

    samples: dict[str, list[CaseRow]] = {}
    for one in asked:
        if one.sample:
            samples.setdefault(one.sample, []).append(one.case)
    return [
        Line(
            f"{sample}: {found.item}",
            found.judgement.outcome,
            f"{'、'.join(found.items)}：{found.judgement.reason_zh}",
            f"{', '.join(found.items)}: {found.judgement.reason_en}",
        )
        for sample, cases in samples.items()
        for found in judge_together(
            Described(cases[0].product, cases[0].category),
            [Finding(case.item, case.result, case.unit) for case in cases],
            date_of(cases[0].produced_on),
            market_code(cases[0].market),
        )
    ]
