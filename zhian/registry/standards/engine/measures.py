"""A limit's text as columns: operator, bounds, unit, basis, and the same bounds in base units.

Base units are those of `units.py` (gram per gram, CFU per gram …): limits of all standards and
markets stand in one scale and can be ordered by a database. Source: rules.md 3.16.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from zhian.registry.standards.engine.terms import Term, read_limit
from zhian.registry.standards.engine.text import spellings, tidy
from zhian.registry.standards.engine.units import unit_named

PLACES = Decimal("1e-18")
_LARGEST = Fraction(10) ** 17
_CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a limit demands, for storing and sorting; None where the limit has no such number."""

    operator: str
    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    basis: str = ""
    quantity: str = ""
    base_lower: Decimal | None = None
    base_upper: Decimal | None = None
    samples: int | None = None
    may_exceed: int | None = None
    ceiling: Decimal | None = None
    method_limit: str = ""


def measure(demand: str) -> Measure:
    """The columns of one limit text; a text with two readings is stored by its first."""
    term = read_limit(spellings(tidy(demand))[0].text)[0]
    unit = unit_named(term.unit)
    return Measure(
        operator=term.demand.value.upper(),
        lower=exact(term.lower),
        upper=exact(term.upper),
        unit=term.unit[:40],
        basis=term.basis,
        quantity=unit.quantity[:80],
        base_lower=exact(_scaled(term.lower, unit.factor)),
        base_upper=exact(_scaled(term.upper, unit.factor)),
        samples=term.n or None,
        may_exceed=term.c if term.n else None,
        ceiling=exact(term.ceiling),
        method_limit=_method_limit(term),
    )


def _scaled(value: Fraction | None, factor: Fraction) -> Fraction | None:
    return value * factor if value is not None else None


def _method_limit(term: Term) -> str:
    """The detection limit of the method a "not to be detected" names, with its unit."""
    if term.detection_limit is None:
        return ""
    return f"{exact(term.detection_limit):f}{term.detection_unit}"[:60]


def exact(value: Fraction | None) -> Decimal | None:
    """A fraction as a decimal of 18 places; None where it is none or beyond the column."""
    if value is None or value > _LARGEST:
        return None
    found = _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return found.quantize(PLACES, context=_CONTEXT).normalize(_CONTEXT)
