"""Ranges of fines: boundaries of Order 503 and the Food Safety Law, monotonic lower bounds."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhian.kernel import rules
from zhian.response.cases.engine.fines import BASES, Basis, FineRange, Tier, fine_for

RULES = {rule.id: rule for pack in rules.packs(BASES) for rule in pack.content.rules}
values = st.integers(0, 5_000_000).map(Decimal)


def order_503(value: Decimal) -> tuple[Decimal, Decimal]:
    """Article 3, paragraph 2, written out."""
    if value < 5000:
        return Decimal(50000), Decimal(50000)
    if value < 10000:
        return Decimal(100000), Decimal(100000)
    return 10 * value, 20 * value


@given(values)
def test_article_3_is_as_written(value: Decimal) -> None:
    low, high = order_503(value)
    assert fine_for(RULES["503-3.2"].fine, value) == FineRange(low, high)


@pytest.mark.parametrize("rule", [one for one in RULES.values() if one.fine], ids=lambda r: r.id)
def test_the_lower_bound_never_falls_as_the_value_rises(rule: Basis) -> None:
    edges = [0, 1, 4999, 5000, 9999, 10000, 10001, 50000, 10**7]
    lows = [fine_for(rule.fine, Decimal(value)) for value in edges]
    assert all(low is not None for low in lows)
    bounds = [low.low for low in lows if low is not None]
    assert bounds == sorted(bounds)
    assert all(one.low <= one.high for one in lows if one is not None)


def test_every_example_of_the_packs_holds() -> None:
    for pack in rules.packs(BASES):
        for example in pack.examples:
            assert rules.holds(BASES, pack, example)


def test_a_rule_without_a_fine_gives_none_and_a_negative_value_is_refused() -> None:
    assert fine_for(RULES["503-5a"].fine, Decimal(100)) is None
    with pytest.raises(ValueError, match="not negative"):
        fine_for((), Decimal(-1))


def test_a_tier_is_either_a_sum_or_a_multiple() -> None:
    for wrong in ({}, {"low": 1, "high": 2, "low_times": 1, "high_times": 2}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, Tier)
