"""Rows of a file of cases judged with the printed limit and the starter limits; no Django.

The contract of `zhian judge`: id, product, category, item, result, limit, unit?, produced_on?,
market? go in, the verdict and its reason come out (house.md 7).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, lru_cache

from zhian.kernel import clock, rules
from zhian.registry.standards import packs
from zhian.registry.standards.engine.choosing import (
    Place,
    StoredLimit,
    bare_name,
    choose,
    combined,
    foods_matching,
)
from zhian.registry.standards.engine.readings import basis_of
from zhian.registry.standards.engine.text import tidy
from zhian.registry.standards.engine.verdict import (
    Case,
    Outcome,
    Step,
    Verdict,
    judge,
    person,
    step,
)

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_EXCEL_EPOCH = date(1899, 12, 30)
_HOME_NAMES = {"", "cn", "chn", "china", "中国", "国内"}
_NO_LIMIT = {"no_limit", "no_limit_loaded"}


@dataclass(frozen=True, slots=True)
class Food:
    """A node of a food tree: its code, its parent's ("" at the root), the words that lead to it."""

    code: str
    parent: str
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row of the file, cells as written."""

    product: str
    category: str
    item: str
    result: str
    limit: str
    unit: str = ""
    produced_on: str = ""
    market: str = ""
    detection_limit: str = ""
    basis: str = ""
    moisture_percent: Fraction | None = None


def date_of(text: str) -> date | None:
    """A date as notices print it: ISO, strokes, 年月日, an Excel serial, with a note."""
    text = text.strip()
    found = _DATE.match(text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if re.fullmatch(r"\d{8}", text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if _SERIAL.fullmatch(text):
            return _EXCEL_EPOCH + timedelta(days=int(text[:5]))
    except ValueError:
        return None
    return None


def at_home(market: str) -> bool:
    """Whether a market's name means this country (or nothing was said)."""
    return market.strip().lower() in _HOME_NAMES


def judge_row(row: CaseRow) -> Verdict:
    """The verdict on one row: the printed limit, checked against the one in force if loaded."""
    return settled(row, _from_library)


def settled(row: CaseRow, library: Callable[[CaseRow], Verdict]) -> Verdict:
    """The printed limit's verdict, held against the library's; the library's where none is."""
    judged = _printed(row)
    if judged is None:
        return library(row)
    if judged.outcome is Outcome.NEEDS_PERSON:
        return judged
    binding = library(row)
    if binding.outcome is Outcome.NEEDS_PERSON:
        return judged
    if (judged.outcome, binding.outcome) == (Outcome.CONFORMING, Outcome.NONCONFORMING):
        # A printed limit laxer than the law must not let goods pass.
        return person(
            "printed_and_loaded_disagree",
            limit=row.limit.strip(),
            steps=(*judged.steps, *binding.steps),
            clause=binding.clause,
        )
    if binding.outcome is judged.outcome:
        return replace(judged, clause=binding.clause)
    return judged


def _printed(row: CaseRow) -> Verdict | None:
    """The verdict by the printed limit; None where the cell prints none."""
    verdict = judge_against(row, row.limit)
    if verdict.reason.code in _NO_LIMIT:
        return None
    return replace(verdict, steps=(step("printed_limit", limit=row.limit.strip()), *verdict.steps))


def _from_library(row: CaseRow) -> Verdict:
    """The verdict by the starter limits in force on the day of production."""
    if not at_home(row.market):
        return person("market_unknown", market=row.market.strip())
    substance = _substances().get(bare_name(row.item))
    if substance is None:
        return person("substance_unknown")
    places = _places(row.product, row.category)
    if not places:
        return person("category_unknown")
    if not row.produced_on.strip():
        return person("production_date_missing")
    produced_on = date_of(row.produced_on)
    if produced_on is None:
        return person("production_date_unreadable")
    return judged_by(row, choose(_limits(), substance, places, produced_on))


def judge_against(row: CaseRow, limit: str) -> Verdict:
    """A row's result against one demand, by the policy of today."""
    policy = packs.verdict_rules(clock.today())
    case = Case(
        row.result,
        limit,
        row.unit,
        policy.direction(row.item),
        row.detection_limit,
        row.basis or basis_of(tidy(row.item)),
        row.moisture_percent,
    )
    return judge(case, policy.conduct)


def judged_by(row: CaseRow, limits: Sequence[StoredLimit]) -> Verdict:
    """A row's result against every limit that binds it."""
    return combined([(limit, judge_against(row, limit.demand)) for limit in limits])


@cache
def _pack() -> packs.StarterLimits:
    return rules.packs(packs.STARTER_LIMITS, "cn")[0].content


@cache
def _limits() -> tuple[StoredLimit, ...]:
    return tuple(packs.stored_limits(_pack()))


@cache
def _substances() -> Mapping[str, str]:
    """Every printed name of the pack's substances, in the form `bare_name` gives."""
    return {
        bare_name(name): substance.key
        for substance in _pack().substances
        for name in (substance.name.zh, substance.name.en, *substance.synonyms)
    }


@lru_cache(maxsize=8192)
def _places(product: str, category: str) -> tuple[Place, ...]:
    """Where the product stands in each standard's tree; ambiguous in a standard: nowhere."""
    trees: dict[str, list[Food]] = {}
    for food in _pack().foods:
        trees.setdefault(food.standard, []).append(Food(food.code, food.parent, food.words))
    found = (place_in(standard, foods, product, category) for standard, foods in trees.items())
    return tuple(place for place in found if place is not None)


def place_in(standard: str, foods: Sequence[Food], product: str, category: str) -> Place | None:
    """The one path the product's words lead to; None where they lead nowhere or to several."""
    named = [(food.code, food.words) for food in foods if food.words]
    parents = {food.code: food.parent for food in foods}
    paths = [path_of(node, parents) for node in foods_matching(product, category, named)]
    deepest = max(paths, key=len, default=())
    if not deepest or any(path[0] not in deepest for path in paths):
        return None
    return Place(standard, deepest)


def path_of(code: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """Codes from a node to its root; a circle in the data ends the path."""
    path = [code]
    while parents.get(path[-1]) and parents[path[-1]] not in path:
        path.append(parents[path[-1]])
    return tuple(path)


def full_reason(verdict: Verdict, language: str) -> str:
    """The reason in one line, with the limit's place in the law and a word where unverified."""
    unverified = next((one for one in verdict.steps if one.code == "limit_unverified"), None)
    parts = [reason_text(verdict.reason, language)]
    if unverified is not None:
        parts.append(reason_text(unverified, language))
    elif verdict.clause and verdict.clause not in parts[0]:
        parts.append(verdict.clause)
    return "; ".join(parts) if language == "en" else "；".join(parts)


def reason_text(reason: Step, language: str) -> str:
    """A reason or proof step as a sentence; the bare code where nobody wrote words for it."""
    text = packs.sentences().get(reason.code)
    if text is None:
        return reason.code
    return packs.filled(text.en if language == "en" else text.zh, dict(reason.facts))
