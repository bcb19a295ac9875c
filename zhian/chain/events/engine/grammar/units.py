"""Units of measure: which codes of UN/ECE Recommendation 20 measure the same thing, exactly.

`rec20.txt` is the table. A unit that is not in it is comparable with itself only.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("rec20.txt")


@dataclass(frozen=True, slots=True)
class Unit:
    """One code: its dimension, and how its values become values of the base unit."""

    code: str
    dimension: str
    factor: Fraction
    offset: Fraction = Fraction(0)

    def to_base(self, value: Fraction) -> Fraction:
        """The value in the base unit of the dimension."""
        return value * self.factor + self.offset

    def from_base(self, value: Fraction) -> Fraction:
        """A value of the base unit in this unit."""
        return (value - self.offset) / self.factor


@lru_cache(maxsize=1)
def units() -> dict[str, Unit]:
    """Code → unit, of the whole table."""
    found: dict[str, Unit] = {}
    for line in _TABLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        dimension, *entries = line.split()
        for entry in entries:
            code, _, rest = entry.partition("=")
            factor, _, offset = rest.partition("+")
            found[code] = Unit(code, dimension, _exact(factor), _exact(offset or "0"))
    return found


def _exact(text: str) -> Fraction:
    above, _, below = text.partition("/")
    return Fraction(above) / Fraction(below or "1")


def in_every_unit(value: Fraction, code: str) -> dict[str, Fraction]:
    """The same quantity in every unit of its dimension; an unknown code stands alone."""
    unit = units().get(code)
    if unit is None:
        return {code: value}
    base = unit.to_base(value)
    return {
        other.code: other.from_base(base)
        for other in units().values()
        if other.dimension == unit.dimension
    }


def in_unit(value: Fraction, code: str, wanted: str) -> Fraction | None:
    """The value in another unit; None when the two do not measure the same thing."""
    if code == wanted:
        return value
    unit, other = units().get(code), units().get(wanted)
    if unit is None or other is None or unit.dimension != other.dimension:
        return None
    return other.from_base(unit.to_base(value))
