"""Results judged with the printed limit and the limits of a library; no Django.

The contract of `zhian judge`: id, product, category, item, result, limit, unit?, produced_on?,
market? go in, the verdict and its reason come out (house.md 7). A `Judge` holds one library and the
policy of one day; the starter limits make the one that needs no database.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from zhian.kernel import clock, rules
from zhian.registry.standards import packs
from zhian.registry.standards.engine.choosing import StoredLimit, bare_name, combined
from zhian.registry.standards.engine.comparison import Conduct
from zhian.registry.standards.engine.library import Binding, Food, Library, Tree
from zhian.registry.standards.engine.quick import Prepared, prepared
from zhian.registry.standards.engine.readings import basis_of
from zhian.registry.standards.engine.text import tidy
from zhian.registry.standards.engine.unlisted import Ingredient, Unlisted, carried_over
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
_MOST = 100_000


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
    ingredients: tuple[Ingredient, ...] = ()


@lru_cache(maxsize=16384)
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


@lru_cache(maxsize=1024)
def market_code(market: str) -> str:
    """The jurisdiction a printed market means."""
    return "cn" if at_home(market) else market.strip().lower()


class Judge:
    """One library and one policy; judges any number of rows."""

    def __init__(
        self,
        library: Library,
        policy: packs.VerdictRules,
        markets: Mapping[str, packs.Jurisdiction],
    ) -> None:
        self.library = library
        self.policy = policy
        self.markets = markets
        self._prepared: dict[tuple[str, str, str, str, str], Prepared] = {}

    def judge(self, row: CaseRow, nodes: tuple[tuple[str, str], ...] = ()) -> Verdict:
        """The printed limit's verdict, held against the library's; the library's where none is."""
        judged = self._printed(row)
        if judged is None:
            return self.by_library(row, nodes)
        if judged.outcome is Outcome.NEEDS_PERSON:
            return judged
        return _both(row, judged, self.by_library(row, nodes))

    def by_library(self, row: CaseRow, nodes: tuple[tuple[str, str], ...] = ()) -> Verdict:
        """The verdict by the limits in force on the day of production; what is missing is said."""
        market = market_code(row.market)
        if not row.produced_on.strip():
            found = self.library.substance(row.item)
            return person("production_date_missing" if found else "substance_unknown")
        made = date_of(row.produced_on)
        if made is None:
            return person("production_date_unreadable")
        binding = self.library.binding(row.item, row.product, row.category, nodes, made, market)
        unlisted = self.library.unlisted(binding, row.item, made, market)
        if unlisted is not None:
            return self._unlisted(row, unlisted)
        if binding.missing:
            return self._by_default(row, binding, made, market)
        return self.judged_by(row, binding.limits)

    def judged_by(self, row: CaseRow, limits: Sequence[StoredLimit]) -> Verdict:
        """A row's result against every limit that binds it."""
        return combined([(limit, self.against(row, limit.demand)) for limit in limits])

    def against(self, row: CaseRow, limit: str) -> Verdict:
        """A row's result against one demand."""
        if row.detection_limit or row.moisture_percent is not None:
            return self._generally(row, limit)
        key = (limit, row.unit, row.item, row.basis, row.market)
        ready = self._prepared.get(key)
        if ready is None:
            basis = row.basis or basis_of(tidy(row.item))
            direction = self.policy.direction(row.item)
            ready = prepared(limit, row.unit, direction, basis, self.conduct(row.market))
            if len(self._prepared) >= _MOST:
                self._prepared.clear()
            self._prepared[key] = ready
        return ready.judge(row.result)

    def _market(self, code: str) -> packs.Jurisdiction | None:
        """A market's own facts; a contract (`contract:acme`) has those of contracts."""
        return self.markets.get(code) or self.markets.get(code.partition(":")[0])

    def conduct(self, market: str) -> Conduct:
        """How doubt is treated in a market: its own rule, else that of the policy."""
        known = self._market(market_code(market))
        own = known.uncertainty if known is not None else None
        return replace(self.policy.conduct, uncertainty=own) if own else self.policy.conduct

    def _generally(self, row: CaseRow, limit: str) -> Verdict:
        case = Case(
            row.result,
            limit,
            row.unit,
            self.policy.direction(row.item),
            row.detection_limit,
            row.basis or basis_of(tidy(row.item)),
            row.moisture_percent,
        )
        return judge(case, self.conduct(row.market))

    def _printed(self, row: CaseRow) -> Verdict | None:
        """The verdict by the printed limit; None where the cell prints none."""
        if not row.limit:
            return None
        verdict = self.against(row, row.limit)
        if verdict.reason.code in _NO_LIMIT:
            return None
        shown = Step("printed_limit", (("limit", row.limit.strip()),))
        return Verdict(
            verdict.outcome, verdict.reason, verdict.limit, steps=(shown, *verdict.steps)
        )

    def _unlisted(self, row: CaseRow, unlisted: Unlisted) -> Verdict:
        """An additive its standard does not permit in this food, perhaps carried over (GB 2760)."""
        verdict = self.against(row, unlisted.demand)
        return carried_over(
            verdict,
            unlisted,
            row.ingredients,
            lambda demand: self.against(row, demand),
            self.library,
        )

    def _by_default(self, row: CaseRow, binding: Binding, made: date, market: str) -> Verdict:
        """What a jurisdiction demands of substances its loaded lists do not name."""
        known = self._market(market)
        kind = self.library.kind(row.item)
        default = next(
            (one for one in (known.unlisted if known else ()) if kind and one.kind == kind), None
        )
        if default is None or not self.library.has_list(market, default.list_kind, made):
            return person(binding.missing, market=row.market.strip())
        steps = (step("unlisted_default", clause=default.clause, limit=default.demand),)
        verdict = self.against(row, default.demand)
        return replace(verdict, clause=default.clause, steps=(*steps, *verdict.steps))


def _both(row: CaseRow, judged: Verdict, binding: Verdict) -> Verdict:
    """The printed limit's verdict with what the library says beside it."""
    if binding.limit_key is None and not binding.clause:
        return judged
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
    if binding.outcome is judged.outcome and tidy(binding.limit) == tidy(judged.limit):
        return replace(judged, clause=binding.clause)
    shown = step(
        "library_says",
        limit=binding.limit,
        clause=binding.clause,
        verdict=binding.outcome.printed,
    )
    clause = binding.clause if binding.outcome is judged.outcome else ""
    return replace(judged, clause=clause, steps=(*judged.steps, shown))


def judge_row(row: CaseRow) -> Verdict:
    """The verdict on one row: the printed limit, checked against the one in force if loaded."""
    return starter_judge(clock.today()).judge(row)


@lru_cache(maxsize=8)
def starter_judge(today: date) -> Judge:
    """The judge of the limits shipped with the platform, by the policy of a day."""
    return Judge(starter_library(), packs.verdict_rules(today), packs.jurisdictions(today))


def judge_for(library: Library) -> Judge:
    """The judge of another library, by the policy of today."""
    today = clock.today()
    return Judge(library, packs.verdict_rules(today), packs.jurisdictions(today))


@lru_cache(maxsize=1)
def starter_library() -> Library:
    """The starter limits as the engine looks them up."""
    pack = rules.packs(packs.STARTER_LIMITS, "cn")[0].content
    foods: dict[str, list[Food]] = {}
    for food in pack.foods:
        foods.setdefault(food.standard, []).append(Food(food.code, food.parent, food.words))
    names = {
        bare_name(name): substance.key
        for substance in pack.substances
        for name in (substance.name.zh, substance.name.en, *substance.synonyms)
    }
    return Library(
        names,
        packs.stored_limits(pack),
        [Tree(standard, nodes) for standard, nodes in foods.items()],
        {substance.key: substance.kind for substance in pack.substances},
    )


def full_reason(verdict: Verdict, language: str) -> str:
    """The reason in one line, with the limit's place in the law and a word where unverified."""
    unverified = next((one for one in verdict.steps if one.code == "limit_unverified"), None)
    differs = next((one for one in verdict.steps if one.code == "library_says"), None)
    joined = next((one for one in verdict.steps if one.code == "sub_samples_together"), None)
    parts = [reason_text(verdict.reason, language)]
    if unverified is not None:
        parts.append(reason_text(unverified, language))
    elif verdict.clause and verdict.clause not in parts[0]:
        parts.append(verdict.clause)
    parts += [reason_text(one, language) for one in (differs, joined) if one is not None]
    return "; ".join(parts) if language == "en" else "；".join(parts)


def reason_text(reason: Step, language: str) -> str:
    """A reason or proof step as a sentence; the bare code where nobody wrote words for it."""
    text = packs.sentences().get(reason.code)
    if text is None:
        return reason.code
    return packs.filled(text.en if language == "en" else text.zh, dict(reason.facts))
