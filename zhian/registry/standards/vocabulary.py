"""Words of the limit library: outcomes, grades, states of an edition, what is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class VerdictOutcome(models.TextChoices):
    """The three verdicts of a test result."""

    CONFORMING = "CONFORMING", _("Conforming")
    NONCONFORMING = "NONCONFORMING", _("Nonconforming")
    NEEDS_PERSON = "NEEDS_PERSON", _("Needs a person")


OUTCOME_COLOURS = {
    VerdictOutcome.CONFORMING: "green",
    VerdictOutcome.NONCONFORMING: "red",
    VerdictOutcome.NEEDS_PERSON: "yellow",
}


class Grade(models.TextChoices):
    """How well a limit is evidenced (rules.md, evidence grades)."""

    H = "H", _("Read in the primary text")
    M = "M", _("From a secondary source")
    L = "L", _("Unverified")


class EditionState(models.TextChoices):
    """An edition is imported whole, then put in force whole."""

    DRAFT = "DRAFT", _("Imported, not in force")
    ACTIVE = "ACTIVE", _("In force for its dates")
    REPLACED = "REPLACED", _("Replaced by a corrected import")
    DISCARDED = "DISCARDED", _("Discarded")


class Operator(models.TextChoices):
    """What sort of demand a limit makes; the engine's words."""

    MAXIMUM = "MAXIMUM", _("At most")
    MINIMUM = "MINIMUM", _("At least")
    RANGE = "RANGE", _("Between")
    ABSENT = "ABSENT", _("Not to be detected or used")
    PLAN = "PLAN", _("Sampling plan")
    BARE = "BARE", _("Number without operator")
    AS_NEEDED = "AS_NEEDED", _("Quantity as needed")
    MISSING = "MISSING", _("Nothing written")
    UNREADABLE = "UNREADABLE", _("Needs a person")


class Basis(models.TextChoices):
    """What portion of the goods a limit speaks of; empty: as it is sold."""

    AS_IS = "", _("As sold")
    DRY = "dry", _("Dry matter")
    FAT = "fat", _("Fat")
    SOLID_PRODUCT = "solid_product", _("Solid product")
    RECONSTITUTED = "reconstituted", _("Reconstituted")
    READY_TO_EAT = "ready_to_eat", _("Ready to eat or drink")


class LimitUse(models.TextChoices):
    """What the number means: what is found in the goods, or what may be put into them."""

    CONTENT = "CONTENT", _("Content found")
    MAXIMUM_USE = "MAXIMUM_USE", _("Maximum use")
    RESIDUE = "RESIDUE", _("Residue found")


class StandardKind(models.TextChoices):
    """What a standard regulates; a list of permissions forbids what it does not name."""

    CONTAMINANTS = "CONTAMINANTS", _("Contaminants and toxins")
    ADDITIVES = "ADDITIVES", _("Additives (what is not listed is not permitted)")
    PESTICIDES = "PESTICIDES", _("Pesticide residues")
    VETERINARY = "VETERINARY", _("Veterinary drug residues")
    MICROBES = "MICROBES", _("Microbes")
    BANNED = "BANNED", _("Banned substances")
    PRODUCT = "PRODUCT", _("Product standard")
    CONTRACT = "CONTRACT", _("Contract of an importer")
    OTHER = "OTHER", _("Other")


class SubstanceKind(models.TextChoices):
    """What sort of thing is limited."""

    ADDITIVE = "ADDITIVE", _("Additive")
    FLAVOURING = "FLAVOURING", _("Flavouring")
    PROCESSING_AID = "PROCESSING_AID", _("Processing aid")
    CONTAMINANT = "CONTAMINANT", _("Contaminant")
    PESTICIDE = "PESTICIDE", _("Pesticide")
    VETERINARY_DRUG = "VETERINARY_DRUG", _("Veterinary drug")
    MICROBE = "MICROBE", _("Microbe")
    NUTRIENT = "NUTRIENT", _("Nutrient or content")
    OTHER = "OTHER", _("Other")


class Table(models.TextChoices):
    """The tables this room can read as they are published, in the order they need each other."""

    FOOD_CATEGORIES = "FOOD_CATEGORIES", _("GB 2760 table E.1: food categories")
    EXCLUSIONS = "EXCLUSIONS", _("GB 2760 table A.2: categories left out of general permissions")
    ADDITIVES = "ADDITIVES", _("GB 2760 table A.1: additive levels")
    NO_FLAVOURS = "NO_FLAVOURS", _("GB 2760 table B.1: foods without flavourings")
    FLAVOURINGS = "FLAVOURINGS", _("GB 2760 tables B.2 and B.3: flavourings")
    PROCESSING_AIDS = "PROCESSING_AIDS", _("GB 2760 appendix C: processing aids")
    FUNCTIONS = "FUNCTIONS", _("GB 2760 appendix D: functional classes")
    ADDITIVE_INDEX = "ADDITIVE_INDEX", _("GB 2760 appendix F: index of additives")
    CONTAMINANTS = "CONTAMINANTS", _("GB 2762: contaminant limits")
    INSPECTION_RULES = "INSPECTION_RULES", _("Sampling inspection rules: items by food")
    SUBSTANCES = "SUBSTANCES", _("Substances with names and numbers (zhian template)")
    FOODS = "FOODS", _("Food tree of a standard (zhian template)")
    GENERAL = "GENERAL", _("Any limits (zhian template)")


class JudgedProduct(Protocol):
    """What the limit library needs to know of a product to place it in the food trees."""

    @property
    def name_zh(self) -> str: ...

    @property
    def category_zh(self) -> str: ...

    def food_nodes(self) -> Sequence[tuple[str, str]]:
        """Pairs of standard code and food node code, as an officer mapped them."""
        ...


# the jurisdiction this platform stands in, as Standard.market writes it
HOME = "cn"


@dataclass(frozen=True)
class Described:
    """Goods known only by words somebody typed."""

    name_zh: str
    category_zh: str

    def food_nodes(self) -> Sequence[tuple[str, str]]:
        """Nobody mapped them: the words decide."""
        return ()


class Finding(models.TextChoices):
    """What a comparison says of a limit of ours beside another."""

    LAXER = "LAXER", _("Ours is laxer")
    STRICTER = "STRICTER", _("Ours is stricter")
    EQUAL = "EQUAL", _("The same")
    NOT_COMPARABLE = "NOT_COMPARABLE", _("Not comparable")
    GAP = "GAP", _("None here")
    NONE_THERE = "NONE_THERE", _("None there")
    CONFLICT = "CONFLICT", _("Conflict")
    DUPLICATE = "DUPLICATE", _("Duplicate")
    UNCLEAR = "UNCLEAR", _("Perhaps a conflict")


FINDING_COLOURS = {
    Finding.LAXER: "red",
    Finding.GAP: "red",
    Finding.CONFLICT: "red",
    Finding.DUPLICATE: "yellow",
    Finding.UNCLEAR: "yellow",
    Finding.NOT_COMPARABLE: "yellow",
    Finding.STRICTER: "blue",
    Finding.NONE_THERE: "blue",
    Finding.EQUAL: "green",
}

# why two limits cannot be compared (codes of engine/questions.py)
NOT_COMPARABLE_REASONS = {
    "": "",
    "food_not_mapped": _("nobody mapped this food category to one of ours"),
    "only_part_of_the_food": _("one of them holds for part of the food only"),
    "meaning_differs": _("one limits what is added, the other what is found"),
    "unit_differs": _("the units cannot be converted into each other"),
    "basis_differs": _("one is on another basis (as is, dry, fat …)"),
    "plan_against_number": _("a sampling plan stands against a single number"),
    "plans_differ": _("the sampling plans take different numbers of samples"),
    "portion_differs": _("the examined portions differ"),
    "limit_ambiguous": _("the limit can be read in two ways"),
    "limit_unreadable": _("the limit cannot be read"),
    "no_operator": _("a number without “at most” or “at least”"),
    "limits_cross": _("each forbids something the other lets pass"),
}


class Adoption(models.TextChoices):
    """How a standard of ours takes over an international one (ISO/IEC Guide 21-1)."""

    IDT = "IDT", _("Identical (IDT)")
    MOD = "MOD", _("Modified (MOD)")
    NEQ = "NEQ", _("Not equivalent (NEQ)")


class ProjectKind(models.TextChoices):
    """What a project of the programme makes."""

    MAKING = "MAKING", _("New standard")
    REVISION = "REVISION", _("Revision")
    WITHDRAWAL = "WITHDRAWAL", _("Weeding out")


class Stage(models.TextChoices):
    """Where a project stands, from proposal to the day it binds (S126)."""

    PROPOSAL = "PROPOSAL", _("Proposal")
    PLAN = "PLAN", _("In the plan")
    DRAFT = "DRAFT", _("Drafting")
    COMMENT = "COMMENT", _("Public comment")
    REVIEW = "REVIEW", _("Technical review")
    APPROVAL = "APPROVAL", _("Approval")
    PUBLISHED = "PUBLISHED", _("Published")
    IN_FORCE = "IN_FORCE", _("In force")
    STOPPED = "STOPPED", _("Stopped")


STAGE_COLOURS = {
    Stage.PROPOSAL: "grey",
    Stage.PLAN: "grey",
    Stage.DRAFT: "blue",
    Stage.COMMENT: "yellow",
    Stage.REVIEW: "blue",
    Stage.APPROVAL: "blue",
    Stage.PUBLISHED: "green",
    Stage.IN_FORCE: "green",
    Stage.STOPPED: "red",
}


class CommentAnswer(models.TextChoices):
    """What became of a public comment; the last two need a reason."""

    ADOPTED = "ADOPTED", _("Adopted")
    PARTLY = "PARTLY", _("Adopted in part")
    NOT_ADOPTED = "NOT_ADOPTED", _("Not adopted")


class RegulationKind(models.TextChoices):
    """The rank of a piece of law."""

    LAW = "LAW", _("Law")
    STATE_COUNCIL = "STATE_COUNCIL", _("State Council regulation")
    MINISTRY = "MINISTRY", _("Ministry rule")
    NORMATIVE = "NORMATIVE", _("Normative document")
    PLAN = "PLAN", _("Plan or announcement")


PROJECT_DEEDS = {
    "take_into_plan": _("Take into the plan"),
    "start_drafting": _("Start drafting"),
    "draft_rapidly": _("Draft at once (rapid mechanism)"),
    "open_comment": _("Ask the public"),
    "start_review": _("Start the technical review"),
    "back_to_draft": _("Back to drafting"),
    "pass_review": _("Pass the review"),
    "publish": _("Publish"),
    "come_into_force": _("Note that it is in force"),
    "stop": _("Stop the project"),
}


MARKETS = {
    "cn": _("China"),
    "codex": _("Codex Alimentarius"),
    "eu": _("European Union"),
    "jp": _("Japan"),
    "us": _("United States"),
    "kr": _("Republic of Korea"),
}


def market_name(market: str) -> str:
    """A jurisdiction or an importer's contract, as people read it."""
    if market.startswith("contract:"):
        return str(_("Contract %(name)s")) % {"name": market.removeprefix("contract:")}
    return str(MARKETS.get(market, market))
