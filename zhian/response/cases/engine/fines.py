"""Ranges of fines by the value of the goods, for bases that compete (rules 3.1, 3.2).

Money is whole yuan in the packs and Decimal in answers; nothing is rounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from zhian.kernel import rules
from zhian.kernel.rules import Content, Example, Text


class Tier(Content, frozen=True):
    """One step of a fine table: from `at_least` up to, not including, `below`.

    Either a fixed range (low, high; equal when the law fixes one sum) or a multiple of the value.
    """

    at_least: int = 0
    below: int | None = None
    low: int | None = None
    high: int | None = None
    low_times: int | None = None
    high_times: int | None = None

    def __post_init__(self) -> None:
        fixed = self.low is not None and self.high is not None
        times = self.low_times is not None and self.high_times is not None
        if fixed == times:
            raise ValueError("a tier is either a sum or a multiple")

    def covers(self, value: Decimal) -> bool:
        """Whether goods of this value fall into the tier."""
        return self.at_least <= value and (self.below is None or value < self.below)

    def range_for(self, value: Decimal) -> tuple[Decimal, Decimal]:
        """Lowest and highest fine in yuan."""
        if self.low is not None and self.high is not None:
            return Decimal(self.low), Decimal(self.high)
        return value * (self.low_times or 0), value * (self.high_times or 0)


class Basis(Content, frozen=True):
    """One rule of one law that may be applied to a case."""

    id: str
    article: Text
    conduct: Text
    about: tuple[str, ...]
    fine: tuple[Tier, ...] = ()
    confiscate: tuple[Text, ...] = ()
    measure: Text | None = None
    severe: Text | None = None


class CaseBases(Content, frozen=True):
    """Content of a pack of kind `case_bases`: the rules of one law or regulation."""

    short: Text
    precedence: Text
    rank: Literal["law", "regulation"]
    rules: tuple[Basis, ...]


@dataclass(frozen=True)
class FineRange:
    """Lowest and highest fine, yuan, both inclusive."""

    low: Decimal
    high: Decimal


def fine_for(tiers: Iterable[Tier], value: Decimal) -> FineRange | None:
    """The range for goods of this value; None when the rule knows no fine.

    Raises ValueError for a negative value.
    """
    if value < 0:
        raise ValueError("a value of goods is not negative")
    for tier in tiers:
        if tier.covers(value):
            return FineRange(*tier.range_for(value))
    return None


def _fine_holds(content: CaseBases, example: Example) -> bool:
    tiers = next(rule.fine for rule in content.rules if rule.id == example["rule"])
    found = fine_for(tiers, Decimal(example["value"]))
    return found == FineRange(Decimal(example["low"]), Decimal(example["high"]))


BASES = rules.kind("case_bases", CaseBases, check=_fine_holds)
