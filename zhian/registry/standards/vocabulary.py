"""Words of the limit library: outcomes, grades, states of an edition, what is judged."""

from collections.abc import Sequence
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


class Table(models.TextChoices):
    """The tables this room can read as they are published."""

    FOOD_CATEGORIES = "FOOD_CATEGORIES", _("GB 2760 table E.1: food categories")
    EXCLUSIONS = "EXCLUSIONS", _("GB 2760 table A.2: categories left out of general permissions")
    ADDITIVES = "ADDITIVES", _("GB 2760 table A.1: additive levels")
    CONTAMINANTS = "CONTAMINANTS", _("GB 2762: contaminant limits")
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
