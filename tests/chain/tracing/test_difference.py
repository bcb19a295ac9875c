"""Why two traces differ, and who must answer which gap."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.tracing.goods_stories import kgs, melamine, on, receive, ship, stories
from zhian.chain.events.vocabulary import EventFact
from zhian.chain.tracing.engine.decisions.difference import (
    Comparison,
    Side,
    Step,
    cause_twin,
    irreducible,
)
from zhian.chain.tracing.engine.decisions.gap_list import gap_lists
from zhian.chain.tracing.engine.goods.gaps import gaps_around
from zhian.chain.tracing.engine.goods.ledger import build_ledger
from zhian.chain.tracing.engine.goods.rules import NO_RULES, Clearance, Kill, Rules
from zhian.chain.tracing.vocabulary import GapKind

CLEAR = Rules(clearances=frozenset({Clearance("candy")}))


def side(facts: list[EventFact], rules: Rules = NO_RULES, source: str = "milk") -> Side:
    """A trace of the milk."""
    return Side(tuple(facts), (source,), rules)


def without(*event_ids: str) -> list[EventFact]:
    """The story without some records."""
    return [one for one in melamine() if one.event_id not in event_ids]


def test_a_new_record_that_brings_a_shop_in_is_named() -> None:
    found = Comparison(side(without("e12", "e13")), side(melamine())).changes()
    causes = {change.line.site_key: change.because for change in found}
    assert causes == {
        "shop2": (Step("new_record", event_id="e12"),),
        "shop3": (Step("new_record", event_id="e13"),),
    }
    assert all(change.before is None for change in found)


def test_a_withdrawn_record_and_a_rule_are_named_too() -> None:
    found = Comparison(side(melamine()), side(without("e12"), CLEAR)).changes()
    causes = {change.line.site_key: change.because for change in found}
    assert causes["shop2"] == (Step("withdrawn_record", event_id="e12"),)
    assert causes["shop4"] == causes["workshop"] == (Step("rule_added", rule=CLEAR),)
    assert all(change.after is None for change in found)
    back = Comparison(side(melamine(), CLEAR), side(melamine())).changes()
    assert {c.because for c in back} == {(Step("rule_removed", rule=CLEAR),)}


def test_a_line_may_need_two_new_records_together() -> None:
    onward = [ship("n1", 20, "shop2>kiosk", kgs(("powder", 5)))]
    found = Comparison(side(without("e12")), side([*melamine(), *onward])).changes()
    causes = {change.line.site_key: change.because for change in found}
    assert causes["kiosk"] == (Step("new_record", event_id="n1"),)
    other = [
        receive("n2", 20, ">plant", kgs(("powder", 5))),
        replace(melamine()[4], event_id="n3", site="plant", at=on(21),
                inputs=kgs(("powder", 5)), outputs=kgs(("soup", 9))),
    ]  # fmt: skip
    found = Comparison(side(melamine()), side([*melamine(), *other])).changes()
    soup = next(change for change in found if change.line.lot == "soup")
    assert soup.because == (Step("new_record", event_id="n3"),)


def test_another_source_is_a_change_too() -> None:
    comparison = Comparison(side(melamine()), side(melamine(), source="sugar"))
    found = {change.line.site_key: change.because for change in comparison.changes()}
    assert found["farm"] == (Step("source"),)


def test_beyond_the_limit_lines_are_listed_without_a_cause() -> None:
    comparison = Comparison(side(melamine()), side([]))
    found = comparison.changes(explained=2)
    assert [change.because is None for change in found[:3]] == [False, False, True]


def test_causes_that_no_way_speaks_of_are_still_found() -> None:
    """A lot made before it was known carries nothing: a record elsewhere in time decides."""
    early = replace(melamine()[0], event_id="x1", at=on(-1))
    late = replace(melamine()[0], at=on(5))
    shipped = [replace(f, at=on(6)) for f in melamine()[1:3]]
    before = [late, *shipped, *melamine()[3:5]]
    found = Comparison(side(before), side([early, *before])).changes()
    powder = next(change for change in found if change.line.lot == "powder")
    assert powder.because == (Step("new_record", event_id="x1"),)


@given(stories(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_a_cause_suffices_and_nothing_of_it_can_be_left_out(facts, rng) -> None:  # type: ignore[no-untyped-def]
    left = rng.sample(facts, max(len(facts) - 4, 0))
    kill = Rules(kills=frozenset({Kill("A")}))
    comparison = Comparison(side(left, source="L0"), side(facts, kill, source="L0"))
    for change in comparison.changes():
        key = (change.line.site_key, change.line.lot)
        wanted = (change.after.ring, change.after.reason) if change.after else None

        def gives(steps, key=key, wanted=wanted) -> bool:  # type: ignore[no-untyped-def]
            line = comparison.lines_with(steps).get(key)
            return ((line.ring, line.reason) if line else None) == wanted

        assert change.because is not None
        assert gives(change.because)
        for step in change.because:
            assert not gives([one for one in change.because if one != step])
        assert len(cause_twin(comparison, key)) <= len(change.because)


def test_each_operator_gets_the_questions_that_it_can_answer() -> None:
    gaps = gaps_around(build_ledger(melamine()), ["milk", "powder"], now=on(60))
    lists = gap_lists(gaps, {"shop1": "retailer", "shop2": "retailer", "shop3": "retailer"})
    by_party = {one.party: one for one in lists}
    assert set(by_party["retailer"].kinds) == {
        GapKind.SHIPPED_NEVER_RECEIVED, GapKind.NO_LEDGER, GapKind.RETURNED,
        GapKind.RECEIVED_FROM_NOWHERE,
    }  # fmt: skip
    assert by_party["retailer"].sites == ("shop1", "shop2", "shop3")
    assert by_party["workshop"].kinds == (GapKind.NO_LEDGER,)
    assert [one.kg for one in lists] == sorted((one.kg for one in lists), reverse=True)
    nowhere = replace(gaps[0], site=None, counterpart=None)
    assert gap_lists([nowhere], {}) == []


def test_among_many_new_records_the_one_that_counts_is_found() -> None:
    """What decides lies in no way to the line: the records are halved until it is left."""
    early = replace(melamine()[0], event_id="x1", at=on(-1))
    late = replace(melamine()[0], at=on(5))
    noise = [receive(f"n{n}", 20 + n, "a>b", kgs((f"noise{n}", 1))) for n in range(9)]
    before = [late, *(replace(f, at=on(6)) for f in melamine()[1:3]), *melamine()[3:5]]
    found = Comparison(side(before), side([early, *noise, *before])).changes()
    powder = next(change for change in found if change.line.lot == "powder")
    assert powder.because == (Step("new_record", event_id="x1"),)


def test_a_change_that_only_hindered_another_is_left_out_at_last() -> None:
    a, b, c = (Step("new_record", event_id=name) for name in "abc")
    enough = [{a, b, c}, {a, b}, {b}]
    assert irreducible([a, b, c], lambda steps: set(steps) in enough) == [b]
