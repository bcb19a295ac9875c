"""`zhian standards compare`, `zhian bench compare`: limits of two markets beside each other."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhian.registry.standards.commands.group import data_option, opened, standards
from zhian.registry.standards.engine.questions import MarketLimit, Trees, compare_libraries

if TYPE_CHECKING:
    from zhian.registry.standards.selectors.questions import FindingCount

# the numbers of the texts (S127): Japan's positive list against China's limits of the day
FOREIGN_LIMITS, FOREIGN_SUBSTANCES = 67_140, 794
OUR_LIMITS, OUR_SUBSTANCES = 1_136, 234
FOODS = 264


@standards.command("compare")
@click.option("--market", required=True, help="eu, jp, codex …; cn: our own limits")
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of a table")
@data_option
def compare_market(market: str, as_json: bool, data: Path) -> None:
    """Hold our limits against another market's, keep the rows, print the counts."""
    opened(data)
    facts = compared(market)
    if as_json:
        click.echo(json.dumps(facts))
        return
    click.echo(f"{facts['their_limits']} limits there, {facts['our_limits']} here")
    for finding, count in facts["counts"].items():
        click.echo(f"{finding}: {count['lines']} rows, {count['substances']} substances")
    for finding, count in facts["by_default"].items():
        click.echo(f"{finding} by default limit: {count['lines']} rows")


def compared(market: str) -> dict[str, Any]:
    """What comparing the open library with a market finds, and how long it took."""
    from zhian.foundation.offices import selectors as offices
    from zhian.kernel.errors import ZhianError
    from zhian.registry.standards import services
    from zhian.registry.standards.selectors import questions

    started = time.perf_counter()
    try:
        found = services.compare_market(acting_user=offices.system_user(), market=market)
    except ZhianError as error:
        raise click.ClickException(str(error)) from error
    seconds = time.perf_counter() - started
    head = questions.headline(found)
    return {
        "market": market,
        "on": found.on.isoformat(),
        "our_limits": found.our_limits,
        "our_substances": found.our_substances,
        "their_limits": found.their_limits,
        "their_substances": found.their_substances,
        "counts": _by_finding(head.counts),
        "by_default": _by_finding(head.by_default),
        "seconds": round(seconds, 3),
    }


def _by_finding(counts: Sequence["FindingCount"]) -> dict[str, dict[str, int]]:
    return {
        one.finding.value: {
            "lines": one.lines, "limits": one.limits, "substances": one.substances,
        }
        for one in counts
    }  # fmt: skip


@click.command()
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of a sentence")
@click.option("--limits", default=FOREIGN_LIMITS, show_default=True, help="limits of the market")
def bench_compare(as_json: bool, limits: int) -> None:
    """Measure the comparison of 67,140 invented foreign limits with 1,136 of ours, on one core."""
    ours, theirs, trees = invented(limits)
    started = time.perf_counter()
    lines = list(compare_libraries(ours, theirs, trees))
    seconds = time.perf_counter() - started
    counts = Counter(str(line.compared.relation) for line in lines)
    facts = {
        "foreign_limits": len(theirs),
        "our_limits": len(ours),
        "rows": len(lines),
        "counts": dict(sorted(counts.items())),
        "seconds": round(seconds, 3),
        "limits_per_s": round(len(theirs) / seconds),
    }
    click.echo(json.dumps(facts) if as_json else f"{facts['limits_per_s']} foreign limits/s")


def invented(count: int) -> tuple[list[MarketLimit], list[MarketLimit], Trees]:
    """Foods in groups of eight below one root on both sides; three quarters of theirs are mapped.

    Values are spread so that laxer, stricter, equal, missing and incomparable pairs all occur.
    """
    units = ("mg/kg", "μg/kg", "mg/L")
    paths: dict[int, tuple[int, ...]] = {}
    for side in (0, 1):
        base = side * 1_000_000
        paths[base] = (base,)
        for food in range(1, FOODS + 1):
            group = base + 1000 + food // 8
            paths[group] = (group, base)
            paths[base + 10_000 + food] = (base + 10_000 + food, group, base)
    theirs = [
        MarketLimit(
            number, number % FOREIGN_SUBSTANCES, "abroad",
            1_010_000 + 1 + number // FOREIGN_SUBSTANCES % FOODS,
            f"≤{(number * 7919 % 997 + 1) / 100}{units[number % 41 == 0]}",
        )
        for number in range(count)
    ]  # fmt: skip
    ours = [
        MarketLimit(
            count + number, number % OUR_SUBSTANCES, "ours",
            10_000 + 1 + number * 31 % FOODS if number % 3 else 1000 + number % (FOODS // 8),
            f"≤{(number * 104_729 % 997 + 1) / 100}{units[2 * (number % 29 == 0)]}",
        )
        for number in range(OUR_LIMITS)
    ]  # fmt: skip
    pairs = [(10_000 + food, 1_010_000 + food) for food in range(1, FOODS + 1) if food % 4]
    return ours, theirs, Trees(paths, pairs)
