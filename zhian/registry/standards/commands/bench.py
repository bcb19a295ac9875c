"""`zhian bench judge`: verdicts a second on one core, beside references in the same run."""

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from zhian.kernel import clock
from zhian.registry.standards.commands.comparing import FOREIGN_LIMITS
from zhian.registry.standards.commands.group import opened
from zhian.registry.standards.engine import terms, text, units, verdict
from zhian.registry.standards.engine.invented import (
    food_of,
    invented_library,
    made_on,
    name_of,
)
from zhian.registry.standards.engine.quick import prepared
from zhian.registry.standards.engine.verdict import Case
from zhian.registry.standards.judging import CaseRow, Judge, judge_for, starter_judge

_ROUNDS = 3


@click.command()
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of a sentence")
@click.option("--verdicts", default=20_000, show_default=True, help="how many to give")
@click.option("--database", is_flag=True, help="import, comparison and look-up page as well")
@click.option(
    "--tables",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="folder with the published tables (gb27*.csv) to import, with --database",
)
@click.option("--requests", default=200, show_default=True, help="of the look-up page")
@click.option("--foreign", default=FOREIGN_LIMITS, show_default=True, help="limits to compare with")
@click.option(
    "--notices",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="published unqualified records (JSON lines) to judge and count",
)
def bench_judge(
    *,
    as_json: bool,
    verdicts: int,
    database: bool,
    tables: Path | None,
    requests: int,
    foreign: int,
    notices: Path | None,
) -> None:
    """Measure how many results are judged in a second on one core, none of them seen before.

    With --database also, on a throw-away PostgreSQL: the comparison of 67,140 foreign limits with
    1,136 of ours, the import of the published tables, and the look-up page with all of it loaded.
    """
    facts = measured(verdicts)
    if notices is not None:
        facts["notices"] = notices_judged(notices)
    facts["database"] = (
        _in_database(tables, requests, foreign) if database else "skipped: no --database"
    )
    click.echo(json.dumps(facts) if as_json else f"{facts['verdicts_per_s']} verdicts/s")


def _in_database(tables: Path | None, requests: int, foreign: int) -> dict[str, object]:
    if os.environ.get("ZHIAN_DATABASE_URL"):
        raise click.ClickException("the benchmark uses a database of its own: unset the address")
    # loading the server and Django takes longer than all verdicts
    from zhian.kernel import postgres

    with tempfile.TemporaryDirectory(prefix="zhian-bench-") as folder:
        opened(Path(folder))
        from zhian.registry.standards.commands import database_runs

        try:
            return database_runs.measured(tables, requests, foreign)
        finally:
            postgres.stop(Path(folder))


def notices_judged(path: Path) -> dict[str, object]:
    """Verdicts on published records that all failed officially, by outcome."""
    judge = starter_judge(clock.today())
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    verdicts = [judge.judge(case) for record in records for case in failed_items(record)]
    counts = Counter(one.outcome.printed for one in verdicts)
    usable = [one for one in verdicts if one.reason.code not in _NO_USABLE_LIMIT]
    failed = sum(one.outcome is verdict.Outcome.NONCONFORMING for one in usable)
    return {
        "records": len(verdicts),
        "with_usable_limit": len(usable),
        "same_verdict": failed,
        "share": round(failed / max(1, len(usable)), 4),
        **{one.value.lower(): counts[one.printed] for one in verdict.Outcome},
    }


_NO_USABLE_LIMIT = {"no_limit", "no_limit_loaded", "limit_unreadable", "limit_as_needed"}


def failed_items(record: dict[str, Any]) -> list[CaseRow]:
    """The items of one published record that failed, as `zhian judge` takes them."""
    return [
        CaseRow(
            record.get("food_name_canonical", ""),
            record.get("sub_category", ""),
            item.get("item", ""),
            item.get("result", ""),
            item.get("limit", ""),
            produced_on=record.get("prod_date", ""),
        )
        for item in record["failed_items"]
    ]


def measured(verdicts: int) -> dict[str, object]:
    """Every figure of one run: CPU seconds, best of three, fresh results each time."""
    started = time.process_time()
    full = judge_for(invented_library())
    built = time.process_time() - started
    starter = starter_judge(clock.today())
    few = max(1, verdicts // 20)
    rates = {
        "verdicts_per_s": _best(partial(_judged, full, _mixed), verdicts),
        "printed_limit_per_s": _best(partial(_judged, starter, _printed), verdicts),
        "library_limit_per_s": _best(partial(_judged, full, _by_library), verdicts),
        "sampling_plan_per_s": _best(partial(_judged, starter, _plan), verdicts),
        "unusual_print_per_s": _best(partial(_judged, starter, _unusual), max(1, verdicts // 4)),
        "general_way_per_s": _best(partial(_judged, starter, _general), max(1, verdicts // 4)),
        "slow_twin_per_s": _best(_generally, max(1, verdicts // 4)),
        "parse_each_per_s": _best(_parsing_each, few),
    }
    outcomes = [full.judge(_mixed(number)).outcome.printed for number in range(min(verdicts, 600))]
    return {
        "verdicts": verdicts,
        "nonconforming": outcomes.count("不合格"),
        "conforming": outcomes.count("合格"),
        "library_limits": full.library.size,
        "library_build_s": round(built, 3),
        **{name: round(rate) for name, rate in rates.items()},
        "us_per_verdict": round(1e6 / rates["verdicts_per_s"], 1),
        "times_faster_than_twin": round(rates["printed_limit_per_s"] / rates["slow_twin_per_s"], 1),
        "times_faster_than_parse_each": round(
            rates["printed_limit_per_s"] / rates["parse_each_per_s"], 1
        ),
    }


def _best(run: Callable[[int, int], float], count: int) -> float:
    """Verdicts a CPU second, the best of some rounds with results of their own."""
    run(0, min(count, 500))  # reading the rule packs is not judging
    return max(count / run(count * (turn + 1) + 1000, count) for turn in range(_ROUNDS))


def _judged(judge: Judge, case: Callable[[int], CaseRow], first: int, count: int) -> float:
    """CPU seconds of judging; making the cases is not counted."""
    cases = [case(number) for number in range(first, first + count)]
    started = time.process_time()
    for one in cases:
        judge.judge(one)
    return time.process_time() - started


def _mixed(number: int) -> CaseRow:
    """Every kind in turn: printed limits, library limits, plans, both, words."""
    return (_printed, _by_library, _plan, _by_library, _printed, _unusual)[number % 6](number)


def _printed(number: int) -> CaseRow:
    limit = f"≤{number % 40 + 1}mg/kg"
    return CaseRow("韭菜", "蔬菜-韭菜", "腐霉利", f"{number * 10}μg/kg", limit, "", made_on(number))


def _by_library(number: int) -> CaseRow:
    result = f"{number % 9973 / 1000}{number}mg/kg"
    food = food_of(number * 7 % 900 * 7)
    return CaseRow(food, "", name_of(number * 7 % 900), result, "", "", made_on(number % 90))


def _plan(number: int) -> CaseRow:
    values = f"10;{number};{number + 1};10;10CFU/g"
    return CaseRow("糕点", "糕点-糕点", "菌落总数", values, "n=5,c=2,m=10⁴,M=10⁵CFU/g", "", "")


def _unusual(number: int) -> CaseRow:
    """Powers, uncertainty, detection limits; and, in turn, prints that take the general way."""
    results = (
        f"{number % 90 + 10}.{number}×10³μg/kg",
        f"0.{number}±0.05mg/kg",
        f"未检出(检出限0.0{number}mg/kg)",
        _general_print(number),
    )
    return _leek(number, results[number // 6 % 4])


def _general(number: int) -> CaseRow:
    return _leek(number, _general_print(number))


def _general_print(number: int) -> str:
    return (
        f"<0.0{number}mg/kg",
        f"0.{number}~1.{number}mg/kg",
        f"０.{number}毫克/千克",
        f"1,{number}μg/kg",
    )[number % 4]


def _leek(number: int, result: str) -> CaseRow:
    return CaseRow("韭菜", "蔬菜-韭菜", "腐霉利", result, "≤5mg/kg", "", made_on(number))


def _cases(first: int, count: int) -> Sequence[Case]:
    rows = [_printed(number) for number in range(first, first + count)]
    return [Case(row.result, row.limit, direction=verdict.Direction.MAXIMUM) for row in rows]


def _generally(first: int, count: int) -> float:
    """The slow twin: the general way for every result, limits parsed once."""
    conduct = starter_judge(clock.today()).policy.conduct
    cases = _cases(first, count)
    started = time.process_time()
    for case in cases:
        verdict.judge(case, conduct)
    return time.process_time() - started


def _parsing_each(first: int, count: int) -> float:
    """The slow twin with every text read anew."""
    conduct = starter_judge(clock.today()).policy.conduct
    cases = _cases(first, count)
    started = time.process_time()
    for case in cases:
        _forget()
        verdict.judge(case, conduct)
    return time.process_time() - started


def _forget() -> None:
    for cached in (
        verdict.limit_sides,
        prepared,
        text.tidy,
        text.spellings,
        terms.read_limit,
        terms.is_plan,
        units.unit_named,
    ):
        cached.cache_clear()
