"""The rule packs this room reads: how doubt is treated, the words of a proof, the first limits."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Literal

from zhian.kernel import rules
from zhian.registry.standards.engine.choosing import StoredLimit, direction_of
from zhian.registry.standards.engine.comparison import Conduct
from zhian.registry.standards.engine.verdict import Case, Direction, judge

Uncertainty = Literal["clear", "simple", "beyond_doubt"]


class Directions(rules.Content, frozen=True):
    """Beginnings of substance names by the way their limits point."""

    maximum: tuple[str, ...]
    minimum: tuple[str, ...]
    either: tuple[str, ...]


class VerdictRules(rules.Content, frozen=True):
    """How the verdict engine treats doubt; each choice is a policy that a later pack may change."""

    uncertainty: Uncertainty
    unstated_detection_limit: Literal["accept", "person"]
    directions: Directions

    @property
    def conduct(self) -> Conduct:
        """The part the comparison needs."""
        return Conduct(self.uncertainty, self.unstated_detection_limit)

    def direction(self, item: str) -> Direction:
        """The way limits for an item point."""
        known = self.directions
        return direction_of(item, known.maximum, known.minimum, known.either)


class Default(rules.Content, frozen=True):
    """What a jurisdiction demands of substances of a kind that its complete list does not name."""

    kind: str
    list_kind: str
    demand: str
    clause: str


class Jurisdiction(rules.Content, frozen=True):
    """A market whose limits the library may hold: a country, a union, a code, a contract."""

    code: str
    name: rules.Text
    kind: Literal["national", "union", "international", "contract"]
    source: str
    grade: Literal["H", "M", "L"]
    # the decision rule where the result's uncertainty reaches across the limit
    uncertainty: Uncertainty | None = None
    unlisted: tuple[Default, ...] = ()


class Jurisdictions(rules.Content, frozen=True):
    """Every market with its decision rule."""

    jurisdictions: tuple[Jurisdiction, ...]


class Mixture(rules.Content, frozen=True):
    """Additives of one function used together: shares of their maximum levels, summed (GB 2760).

    `one_hue`: the rule holds only among additives of one hue, which `hues` names.
    """

    function: str
    name: rules.Text
    one_hue: bool = False


class Mixtures(rules.Content, frozen=True):
    """Functions under the sum rule, and the hues of colours (by beginning of the name)."""

    clause: str
    functions: tuple[Mixture, ...]
    hues: dict[str, tuple[str, ...]]


class Wording(rules.Content, frozen=True):
    """Sentences by code, with `{fact}` places: reasons and proof steps."""

    sentences: dict[str, rules.Text]


class SubstanceFacts(rules.Content, frozen=True):
    """A substance with every name laboratories print for it."""

    key: str
    name: rules.Text
    cas: str = ""
    synonyms: tuple[str, ...] = ()
    kind: str = ""


class FoodFacts(rules.Content, frozen=True):
    """A node of one standard's food tree, and the product or category words that lead to it."""

    standard: str
    code: str
    name: rules.Text
    parent: str = ""
    words: tuple[str, ...] = ()


class EditionFacts(rules.Content, frozen=True):
    """One edition of a standard: the days on which goods produced were bound by it."""

    standard: str
    code: str
    title: rules.Text
    effective_from: date
    grade: Literal["H", "M", "L"]
    effective_to: date | None = None
    source: str = ""
    kind: str = ""


class LimitFacts(rules.Content, frozen=True):
    """One limit: `demand` as the engine reads it (`≤1.0mg/kg`, basis in brackets)."""

    substance: str
    edition: str
    food: str
    demand: str
    clause: str
    grade: Literal["H", "M", "L"]
    note: str = ""


class StarterLimits(rules.Content, frozen=True):
    """The limits shipped with the platform; everything else is imported."""

    editions: tuple[EditionFacts, ...]
    substances: tuple[SubstanceFacts, ...]
    foods: tuple[FoodFacts, ...]
    limits: tuple[LimitFacts, ...]


def _check_verdict(content: VerdictRules, example: rules.Example) -> bool:
    """`{item, result, limit, unit?, verdict}`: the engine must give the verdict."""
    direction = content.direction(str(example["item"]))
    case = Case(
        str(example["result"]), str(example["limit"]), str(example.get("unit", "")), direction
    )
    verdict = judge(case, content.conduct)
    assert verdict.outcome.printed == example["verdict"], (verdict, example)
    return True


def _check_limits(content: StarterLimits, example: rules.Example) -> bool:
    """`{substance, food, produced_on, limit}`: the demand that binds ("" for none loaded)."""
    produced_on = date.fromisoformat(str(example["produced_on"]))
    demands = [
        limit.demand
        for limit in stored_limits(content)
        if limit.substance == example["substance"]
        and limit.node == example["food"]
        and limit.in_force(produced_on)
    ]
    assert demands == ([example["limit"]] if example["limit"] else []), (demands, example)
    return True


def _check_wording(content: Wording, example: rules.Example) -> bool:
    """`{code, facts, en}`: the sentence with its facts filled in."""
    sentence = content.sentences[str(example["code"])].en
    assert filled(sentence, dict(example["facts"])) == example["en"], example
    return True


VERDICT = rules.kind("verdict", VerdictRules, _check_verdict)
WORDING = rules.kind("verdict_wording", Wording, _check_wording)
STARTER_LIMITS = rules.kind("starter_limits", StarterLimits, _check_limits)


def _check_jurisdictions(content: Jurisdictions, example: rules.Example) -> bool:
    """`{market, uncertainty}`: the decision rule of the market ("" for the platform's)."""
    known = {one.code: one for one in content.jurisdictions}
    assert (known[str(example["market"])].uncertainty or "") == example["uncertainty"], example
    return True


def _check_mixtures(content: Mixtures, example: rules.Example) -> bool:
    """`{function, one_hue}`: whether the rule holds among one hue only."""
    found = {one.function: one.one_hue for one in content.functions}
    assert found[str(example["function"])] == example["one_hue"], example
    return True


JURISDICTIONS = rules.kind("jurisdictions", Jurisdictions, _check_jurisdictions)
MIXTURES = rules.kind("additive_mixtures", Mixtures, _check_mixtures)


class _Facts(dict[str, str]):
    """A fact a sentence asks for and the step does not know is left blank, never an error."""

    def __missing__(self, key: str) -> str:
        return "—"


def filled(sentence: str, facts: dict[str, str]) -> str:
    """A sentence with its `{fact}` places filled."""
    return sentence.format_map(_Facts(facts))


def stored_limits(content: StarterLimits) -> Iterator[StoredLimit]:
    """The pack's limits as the engine chooses among them."""
    editions = {edition.code: edition for edition in content.editions}
    foods = {(food.standard, food.code): food for food in content.foods}
    for number, limit in enumerate(content.limits, start=1):
        edition = editions[limit.edition]
        yield StoredLimit(
            key=number,
            substance=limit.substance,
            standard=edition.standard,
            edition=edition.code,
            node=limit.food,
            node_name=foods[(edition.standard, limit.food)].name.zh,
            demand=limit.demand,
            clause=limit.clause,
            grade=limit.grade,
            effective_from=edition.effective_from,
            effective_to=edition.effective_to,
            note=limit.note,
        )


def known_editions() -> tuple[EditionFacts, ...]:
    """Editions whose dates the platform knows."""
    return tuple(
        edition for pack in rules.packs(STARTER_LIMITS) for edition in pack.content.editions
    )


@cache
def verdict_rules(on: date) -> VerdictRules:
    """The policy in force on a day (of judging)."""
    return rules.in_force(VERDICT, on=on).content


@cache
def jurisdictions(on: date) -> dict[str, Jurisdiction]:
    """The markets by code, as known on a day."""
    content = rules.in_force(JURISDICTIONS, on=on).content
    return {one.code: one for one in content.jurisdictions}


@cache
def mixtures(on: date) -> Mixtures:
    """The sum rule in force on a day."""
    return rules.in_force(MIXTURES, on=on).content


@cache
def sentences() -> dict[str, rules.Text]:
    """Every sentence of the wording packs by code."""
    return {
        code: text for pack in rules.packs(WORDING) for code, text in pack.content.sentences.items()
    }


class StandardsWork(rules.Content, frozen=True):
    """Values of the standards programme: years until a review is due, days of public comment."""

    review_years: int
    comment_days: int
    rapid_comment_days: int


def _check_work(content: StandardsWork, example: rules.Example) -> bool:
    """`{rapid, days}`: how long a draft is open for comment."""
    days = content.rapid_comment_days if example["rapid"] else content.comment_days
    assert days == example["days"], example
    return True


STANDARDS_WORK = rules.kind("standards_work", StandardsWork, _check_work)


class ArticleFacts(rules.Content, frozen=True):
    """What one article says, in short."""

    number: int
    zh: str
    en: str
    grade: Literal["H", "M", "L"]


class VersionFacts(rules.Content, frozen=True, rename={"start": "from", "end": "to"}):
    """One text of a law and the days it bound."""

    label: rules.Text
    start: date
    grade: Literal["H", "M", "L"]
    source: str
    end: date | None = None
    articles: tuple[ArticleFacts, ...] = ()

    def in_force(self, on: date) -> bool:
        """Whether it bound on the day."""
        return self.start <= on and (self.end is None or on <= self.end)


class RegulationFacts(rules.Content, frozen=True):
    """A piece of law under every name that citations use."""

    code: str
    kind: Literal["LAW", "STATE_COUNCIL", "MINISTRY", "NORMATIVE", "PLAN"]
    name: rules.Text
    names: tuple[str, ...]
    versions: tuple[VersionFacts, ...]
    issuer: str = ""
    document: str = ""


class Regulations(rules.Content, frozen=True):
    """The directory of law shipped with the platform; a workbook adds to it."""

    regulations: tuple[RegulationFacts, ...]


def _check_regulations(content: Regulations, example: rules.Example) -> bool:
    """`{regulation, on, from}`: the version in force on a day ("" for none)."""
    found = next(one for one in content.regulations if one.code == example["regulation"])
    starts = [str(one.start) for one in found.versions if one.in_force(example["on"])]
    assert starts == ([str(example["from"])] if example["from"] else []), (starts, example)
    return True


REGULATIONS = rules.kind("regulations", Regulations, _check_regulations)
