"""Which stored limit applies: substance, food node, market and the date of production.

The deepest node on the product's path wins within a standard (GB 2762 "…除外", GB 2760 code
inheritance); limits of different standards must all be kept. Source: rules.md 3.16, 3.18 item 3.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from zhian.registry.standards.engine.text import tidy
from zhian.registry.standards.engine.verdict import Direction, Outcome, Step, Verdict, person, step

_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_SEGMENT = re.compile(r"[-－—>/、，,;；]")
_BRACKETS_AT_END = re.compile(r"(?:\([^()]*\))+$")


@dataclass(frozen=True, slots=True)
class StoredLimit:
    """A limit of the library: `demand` is its text with unit (`≤1.0mg/kg`), dates are inclusive."""

    key: int
    substance: str
    standard: str
    edition: str
    node: str
    node_name: str
    demand: str
    clause: str
    grade: str
    effective_from: date
    effective_to: date | None = None
    market: str = "cn"
    note: str = ""
    condition: str = ""
    use: str = "CONTENT"

    def in_force(self, on: date) -> bool:
        """Whether it bound goods produced on the day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a product stands in one standard's food tree: node codes from the leaf to the root."""

    standard: str
    path: tuple[str, ...]


@lru_cache(maxsize=8192)
def bare_name(item: str) -> str:
    """A substance's name without notes in brackets, strokes and case: the key of synonyms."""
    name = tidy(item).lstrip(":;,.-*").lower()
    while (shorter := _BRACKETS_AT_END.sub("", name)) not in {name, ""}:
        name = shorter
    return name


@lru_cache(maxsize=8192)
def direction_of(
    item: str, maxima: tuple[str, ...], minima: tuple[str, ...], either: tuple[str, ...]
) -> Direction:
    """The way limits for an item point, by the beginning of its name; longest beginning wins."""
    name = bare_name(item)
    known = [
        (len(start), direction)
        for starts, direction in (
            (maxima, Direction.MAXIMUM),
            (minima, Direction.MINIMUM),
            (either, Direction.EITHER),
        )
        for start in starts
        if name.startswith(start.lower())
    ]
    if known:
        return max(known)[1]
    residue = name.endswith(("残留量", "代谢物", "残留"))
    return Direction.MAXIMUM if residue else Direction.UNKNOWN


def choose(
    limits: Iterable[StoredLimit],
    substance: str,
    places: Sequence[Place],
    produced_on: date,
    market: str = "cn",
) -> tuple[StoredLimit, ...]:
    """The limits that bind: for each standard those of the deepest node on the product's path."""
    bound = [
        limit
        for limit in limits
        if limit.substance == substance and limit.market == market and limit.in_force(produced_on)
    ]
    chosen: list[StoredLimit] = []
    for place in places:
        own = [limit for limit in bound if limit.standard == place.standard]
        for node in place.path:
            here = [limit for limit in own if limit.node == node]
            if here:
                chosen.extend(measurable(here))
                break
    return tuple(chosen)


def measurable(limits: Sequence[StoredLimit]) -> list[StoredLimit]:
    """What a laboratory's finding is held against: the residue where one is written beside the
    maximum use (GB 2760 残留量), else everything."""
    residues = [limit for limit in limits if limit.use == "RESIDUE"]
    if not residues:
        return list(limits)
    return [limit for limit in limits if limit.use != "MAXIMUM_USE"]


def combined(judged: Sequence[tuple[StoredLimit, Verdict]]) -> Verdict:
    """One verdict from several binding limits: all must be kept, one broken is enough."""
    verdicts = [
        _of_standard([pair for pair in judged if pair[0].standard == standard])
        for standard in dict.fromkeys(limit.standard for limit, _verdict in judged)
    ]
    return _strictest(verdicts) if verdicts else person("no_limit_loaded")


def _strictest(verdicts: Sequence[Verdict]) -> Verdict:
    for wanted in (Outcome.NONCONFORMING, Outcome.NEEDS_PERSON):
        for verdict in verdicts:
            if verdict.outcome is wanted:
                return verdict
    return verdicts[0]


def _of_standard(judged: Sequence[tuple[StoredLimit, Verdict]]) -> Verdict:
    """The verdict by one standard; a limit "only for" part of a category settles nothing alone."""
    plain = [with_limit(*pair) for pair in judged if not pair[0].condition]
    narrow = [(limit, with_limit(limit, verdict)) for limit, verdict in judged if limit.condition]
    if plain:
        verdict = _strictest(plain)
        if verdict.outcome is not Outcome.NONCONFORMING:
            return verdict
        # Perhaps the goods are the part for which more is allowed.
        return next(
            (_open(limit, one) for limit, one in narrow if one.outcome is Outcome.CONFORMING),
            verdict,
        )
    spared = next((p for p in narrow if p[1].outcome is not Outcome.NONCONFORMING), None)
    return _open(*spared) if spared is not None else narrow[0][1]


def _open(limit: StoredLimit, verdict: Verdict) -> Verdict:
    """A limit that holds for part of a category: a person says whether the goods are that part."""
    if verdict.outcome is Outcome.NEEDS_PERSON:
        return verdict
    opened = step("condition_open", condition=limit.condition, clause=limit_clause(limit))
    return replace(verdict, outcome=Outcome.NEEDS_PERSON, reason=opened)


def with_limit(limit: StoredLimit, verdict: Verdict) -> Verdict:
    """The verdict with the limit's place in the law shown in the proof."""
    clause = limit_clause(limit)
    facts: list[Step] = [
        step(
            "limit_chosen",
            limit=limit.demand,
            food=limit.node_name,
            clause=clause,
            since=limit.effective_from.isoformat(),
        )
    ]
    if limit.grade == "L":
        facts.append(step("limit_unverified", clause=clause))
    if limit.note:
        facts.append(step("limit_note", note=limit.note))
    return replace(
        verdict,
        limit=limit.demand,
        clause=clause,
        limit_key=limit.key,
        steps=(*facts, *verdict.steps),
    )


def limit_clause(limit: StoredLimit) -> str:
    """Edition and clause as one citation."""
    return f"{limit.edition} {limit.clause}".strip()


def segments_of(product: str, category: str) -> set[str]:
    """The words that may be a food's own name: the category's segments and the product's name."""
    segments = {tidy(part) for part in _SEGMENT.split(category) if part.strip()}
    name = tidy(product)
    return segments | {name, _BRACKETS.sub("", name), tidy(category)}


def foods_matching(
    product: str, category: str, foods: Iterable[tuple[str, Sequence[str]]]
) -> tuple[str, ...]:
    """The slow twin of `library.Tree`: food nodes whose words match, found one by one.

    A category segment exactly, or the product name's phrase: a word of four or more characters may
    stand inside the product's name; the longest wins.
    """
    foods = list(foods)
    segments = segments_of(product, category)
    name = tidy(product)
    exact = [node for node, words in foods if any(tidy(word) in segments for word in words)]
    if exact:
        return tuple(exact)
    inside = [
        (len(tidy(word)), node)
        for node, words in foods
        for word in words
        if len(tidy(word)) >= 4 and tidy(word) in name
    ]
    longest = max((length for length, _ in inside), default=0)
    return tuple(dict.fromkeys(node for length, node in inside if length == longest))
