"""Every deed has exactly one rule of law, and the packs hold what they promise."""

from datetime import date

import pytest

from zhian.foundation.duties import terms
from zhian.foundation.duties.engine.calendar import BEIJING
from zhian.foundation.duties.vocabulary import Deed, TermRule
from zhian.kernel import rules
from zhian.kernel.clock import at as clock_at
from zhian.kernel.clock import now

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("deed", list(Deed))
def test_every_deed_has_one_rule_with_words_basis_and_an_example(deed: Deed) -> None:
    pack, rule = terms.rule_for(deed, TODAY)
    assert all((rule.zh, rule.en, rule.basis_zh, rule.basis_en, pack.citation))
    examples = [example for example in pack.examples if example["deed"] == deed]
    assert examples or terms.is_stated(rule)


@pytest.mark.parametrize("kind", [terms.TERMS, terms.OVERRIDES, terms.CARDS])
def test_every_example_of_the_packs_holds(kind: rules.Kind) -> None:
    packs = rules.packs(kind)
    assert packs
    for pack in packs:
        assert pack.examples
        for example in pack.examples:
            assert rules.holds(kind, pack, example)


def test_no_pack_knows_a_deed_the_platform_does_not() -> None:
    known = {deed.value for deed in Deed}
    found = {rule.deed for pack in rules.packs(terms.TERMS) for rule in pack.content.terms}
    assert found == known


def test_a_wrong_example_is_found() -> None:
    pack, rule = terms.rule_for(Deed.STOP_SALE, TODAY)
    wrong = {"deed": rule.deed, "start": "2026-11-20 10:00", "due": "2026-11-20 13:00"}
    with pytest.raises(AssertionError, match="stop_sale"):
        rules.holds(terms.TERMS, pack, wrong)


def test_an_unknown_deed_is_refused() -> None:
    with pytest.raises(rules.NotInForce, match="dance on 2026-11-21: none"):
        terms.rule_for("dance", TODAY)
    assert terms.rule_named("dance", "duty_terms") is None


def test_a_rule_states_an_amount_or_leaves_it_to_the_order() -> None:
    words = {"deed": "x", "zh": "x", "en": "x", "basis_zh": "x", "basis_en": "x", "grade": "L"}
    with pytest.raises(ValueError, match="an amount, or unit STATED"):
        TermRule(unit="HOURS", **words)
    with pytest.raises(ValueError, match="an amount, or unit STATED"):
        TermRule(unit="STATED", amount=1, **words)


def test_a_term_into_a_year_not_announced_is_provisional() -> None:
    _pack, rule = terms.rule_for(Deed.FINISH_RECALL_CLASS3, TODAY)
    with clock_at(now().replace(year=2030, month=12, day=20)):
        due, pending = terms.counted(now(), terms.term_of(rule))
    assert pending
    assert due.astimezone(BEIJING).date() == date(2031, 1, 31)
    _due, pending = terms.counted(now().replace(year=2026, month=11, day=2), terms.term_of(rule))
    assert not pending
