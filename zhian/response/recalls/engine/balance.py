"""The exact mass balance of a recall (S100, T9): nothing is stored as a percentage.

For every cut (a tier, a region, all):
    recalled + taken back - returned + surplus
        = never acknowledged + unproven + destroyed + reappeared
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Account:
    """One holder's order as the balance sees it, kg."""

    acknowledged: bool
    ordered_kg: Decimal
    returned_in_kg: Decimal = ZERO
    returned_out_kg: Decimal = ZERO
    destroyed_kg: Decimal = ZERO
    reappeared_kg: Decimal = ZERO

    @property
    def to_account_kg(self) -> Decimal:
        """What the holder must account for."""
        return self.ordered_kg + self.returned_in_kg - self.returned_out_kg

    @property
    def missing_kg(self) -> Decimal:
        """What is neither destroyed with proof nor known to have reappeared."""
        return max(ZERO, self.to_account_kg - self.destroyed_kg - self.reappeared_kg)

    @property
    def surplus_kg(self) -> Decimal:
        """What was destroyed or reappeared beyond what the trace said was there."""
        return max(ZERO, self.destroyed_kg + self.reappeared_kg - self.to_account_kg)


@dataclass(frozen=True)
class Balance:
    """Holders and kilograms of one cut of a recall."""

    holders: int = 0
    unregistered: int = 0
    quantity_unknown: int = 0
    served: int = 0
    acknowledged: int = 0
    counted: int = 0
    closed: int = 0
    recalled_kg: Decimal = ZERO
    acknowledged_kg: Decimal = ZERO
    never_acknowledged_kg: Decimal = ZERO
    counted_kg: Decimal = ZERO
    returned_in_kg: Decimal = ZERO
    returned_out_kg: Decimal = ZERO
    recovered_kg: Decimal = ZERO
    destroyed_kg: Decimal = ZERO
    reappeared_kg: Decimal = ZERO
    unproven_kg: Decimal = ZERO
    surplus_kg: Decimal = ZERO

    def __add__(self, other: "Balance") -> "Balance":
        return Balance(
            **{
                one.name: getattr(self, one.name) + getattr(other, one.name)
                for one in fields(Balance)
            }
        )

    @property
    def unacknowledged(self) -> int:
        """Holders who have not acknowledged."""
        return self.holders - self.acknowledged

    @property
    def holds(self) -> bool:
        """Whether the masses add up."""
        left = self.recalled_kg + self.returned_in_kg - self.returned_out_kg + self.surplus_kg
        right = self.never_acknowledged_kg + self.unproven_kg + self.destroyed_kg
        return left == right + self.reappeared_kg


@dataclass(frozen=True)
class Cut:
    """One row of a progress table: its key and words, and the balance of its holders."""

    key: str
    label: str
    balance: Balance


@dataclass(frozen=True)
class Progress:
    """How far a recall is: by tier, by region, and in all; the cuts add up to the total."""

    total: Balance
    by_tier: list[Cut] = field(default_factory=list)
    by_region: list[Cut] = field(default_factory=list)
    unattributed_kg: Decimal = ZERO


def unattributed(kg: Decimal, known: Balance) -> Balance:
    """The row for goods that reappeared and came from nobody known.

    They must have left somebody: first whoever acknowledged without proof, then the silent.
    """
    from_unproven = min(kg, known.unproven_kg)
    from_silent = min(kg - from_unproven, known.never_acknowledged_kg)
    return Balance(
        reappeared_kg=kg,
        unproven_kg=-from_unproven,
        never_acknowledged_kg=-from_silent,
        surplus_kg=kg - from_unproven - from_silent,
    )


def summed(balances: Iterable[Balance]) -> Balance:
    """The sum of all cuts."""
    return sum(balances, Balance())
