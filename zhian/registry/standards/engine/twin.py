"""The slow, obvious twin of the comparison: try every value the reading may have.

No interval algebra: the span's ends, points between and points just inside are held against the
printed bounds one by one; the verdict stands only if all of them agree.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

from zhian.registry.standards.engine.comparison import Span
from zhian.registry.standards.engine.terms import Term

_HAIR = Fraction(1, 10**12)
_FAR = Fraction(10) ** 12


def possible_values(span: Span) -> Iterator[Fraction]:
    """Ends (or a hair inside an open end), the middle, and "far" for an unbounded span."""
    high = span.high if span.high is not None else span.low + _FAR
    yield span.low + (_HAIR if span.low_open else 0)
    yield (span.low + high) / 2
    yield high - (_HAIR if span.high_open else 0)


def obeys(value: Fraction, term: Term) -> bool:
    """One exact value against the printed bounds."""
    if term.upper is not None and (value > term.upper or (term.upper_open and value == term.upper)):
        return False
    return not (
        term.lower is not None and (value < term.lower or (term.lower_open and value == term.lower))
    )


def conforms_slowly(span: Span, term: Term) -> bool | None:
    """True when every possible value obeys, False when none does, else None."""
    return _common([obeys(value, term) for value in possible_values(span)])


def plan_kept_slowly(spans: Sequence[Span], n: int, c: int, m: Fraction, big: Fraction) -> bool:
    """One choice of exact values against n/c/m/M, counting as the standard says it in words."""
    if len(spans) != n:
        raise ValueError("the twin judges complete plans only")
    results = [_plan_obeyed(values, c, m, big) for values in product(*map(possible_values, spans))]
    common = _common(results)
    if common is None:
        raise ValueError("the values leave the plan open")
    return common


def _plan_obeyed(values: Sequence[Fraction], c: int, m: Fraction, big: Fraction) -> bool:
    between = [value for value in values if m < value <= big]
    over = [value for value in values if value > big]
    return not over and len(between) <= c


def _common(results: Sequence[bool]) -> bool | None:
    return results[0] if len(set(results)) == 1 else None
