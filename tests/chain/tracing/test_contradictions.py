"""Records that cannot all be true: by hand, against brute force, per lot, site and period."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.tracing.goods_stories import fact, kgs, make, melamine, on, receive, ship
from zhian.chain.events.vocabulary import EventKind
from zhian.chain.tracing.engine.decisions.balance import (
    Claim,
    Law,
    System,
    conflict_twin,
    conflicts,
    is_possible,
    pressed,
    smallest_conflict,
)
from zhian.chain.tracing.engine.decisions.books import contradictions, pages
from zhian.chain.tracing.engine.goods.ledger import build_ledger

Row = tuple[tuple[Fraction, ...], Fraction]  # coefficients · flows ≤ bound


def rows_of(system: System, records: set[str]) -> list[Row]:
    """Everything that must hold, as exact inequalities."""
    rows: list[Row] = []

    def add(terms: Any, factor: int, bound: float) -> None:
        line = [Fraction(0)] * system.flows
        for flow, sign in terms:
            line[flow] += factor * Fraction(sign)
        rows.append((tuple(line), Fraction(bound)))

    for flow in range(system.flows):
        add([(flow, 1)], -1, 0)
    for law in system.laws:
        add(law.terms, -1, 0)
    for claim in system.claims:
        if claim.record in records:
            add(claim.terms, 1, claim.most)
            add(claim.terms, -1, -claim.least)
    return rows


def possible_twin(system: System, records: set[str]) -> bool:
    """Fourier and Motzkin: eliminate one flow after the other, in exact fractions."""
    rows = rows_of(system, records)
    for flow in range(system.flows):
        up = [row for row in rows if row[0][flow] > 0]
        down = [row for row in rows if row[0][flow] < 0]
        rows = [row for row in rows if row[0][flow] == 0]
        for one, other in product(up, down):
            a, b = 1 / one[0][flow], -1 / other[0][flow]
            line = tuple(a * x + b * y for x, y in zip(one[0], other[0], strict=True))
            rows.append((line, a * one[1] + b * other[1]))
        rows = list(dict.fromkeys(rows))
    return all(bound >= 0 for _, bound in rows)


@st.composite
def systems(draw: st.DrawFn) -> System:
    """Two or three flows, up to five records, a stock that must not be negative."""
    flows = draw(st.integers(2, 3))
    flow = st.integers(0, flows - 1)
    system = System(flows)
    for number in range(draw(st.integers(1, 5))):
        least = draw(st.integers(0, 6))
        terms = tuple((one, 1) for one in sorted(draw(st.sets(flow, min_size=1, max_size=2))))
        name = f"r{draw(st.integers(0, number))}"
        system.claims.append(Claim(name, terms, least, least + draw(st.integers(0, 2))))
    for _ in range(draw(st.integers(0, 2))):
        signs = draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=flows, max_size=flows))
        system.laws.append(Law(tuple(enumerate(signs))))
    return system


@given(systems())
@settings(deadline=None, max_examples=25)
def test_conflicts_equal_brute_force_over_all_sets_of_records(system: System) -> None:
    records = system.records
    assert is_possible(system, records) == possible_twin(system, set(records))
    if is_possible(system, records):
        assert conflicts(system) == []
        return
    assert not possible_twin(system, set(pressed(system, records)[1]))
    found = smallest_conflict(system, records)
    assert found.is_smallest
    assert not possible_twin(system, set(found.records))
    assert found.kg > 0
    for size in range(len(found.records)):  # no smaller set is impossible
        assert all(possible_twin(system, set(some)) for some in combinations(records, size))
    assert len(conflict_twin(system, records) or ()) == len(found.records)


def test_a_possible_system_has_no_conflict() -> None:
    system = System(1, [Claim("a", ((0, 1),), 1, 2)])
    assert conflict_twin(system, ["a"]) is None
    assert is_possible(system, [])


def test_selling_more_than_came_names_the_receipt_and_the_fewest_sales() -> None:
    facts = [
        fact("made", EventKind.COMMISSION, 0, site="F", outputs=kgs(("x", 500))),
        ship("sent", 1, "F>S", kgs(("x", 100))),
        receive("came", 2, "F>S", kgs(("x", 100))),
        fact("small", EventKind.SELL, 3, site="S", inputs=kgs(("x", 10))),
        fact("big", EventKind.SELL, 4, site="S", inputs=kgs(("x", 150))),
    ]
    found = contradictions(build_ledger(facts))
    assert len(found) == 1
    assert "big" in found[0].event_ids
    assert len(found[0].event_ids) == 2  # one end of the movement and the large sale
    assert found[0].is_smallest
    assert found[0].sites[-1] == "S"
    assert found[0].kg > 40


def test_two_records_of_one_movement_contradict_each_other() -> None:
    facts = [
        fact("made", EventKind.COMMISSION, 0, site="F", outputs=kgs(("x", 500))),
        ship("sent", 1, "F>S", kgs(("x", 100))),
        receive("came", 2, "F>S", kgs(("x", 60))),
    ]
    (found,) = contradictions(build_ledger(facts))
    assert found.event_ids == ("sent", "came")
    assert found.kg == Decimal("36.800")  # 40 less two per cent of either record
    assert (found.lots, found.sites) == (("x",), ("F", "S"))


def test_a_count_and_a_yield_are_records_too() -> None:
    facts = [
        fact("made", EventKind.COMMISSION, 0, site="F", outputs=kgs(("x", 100))),
        fact("count", EventKind.OBSERVE, 3, site="F", outputs=kgs(("x", 40))),
        fact("none", EventKind.OBSERVE, 3, site="F", outputs=kgs(("x", None))),
        make("ground", 5, "G", kgs(("a", 100)), kgs(("b", 150))),
        fact("wheat", EventKind.COMMISSION, 4, site="G", outputs=kgs(("a", 100))),
    ]
    ledger = build_ledger(facts)
    found = {one.event_ids for one in contradictions(ledger)}
    assert found == {("made", "count"), ("ground",)}
    swelling = contradictions(ledger, gains={"G": 1.6})
    assert {one.event_ids for one in swelling} == {("made", "count")}
    assert contradictions(ledger, lots=["b"])[0].event_ids == ("ground",)
    assert contradictions(ledger, sites=["F"])[0].event_ids == ("made", "count")
    assert contradictions(ledger, lots=["nothing"]) == []
    assert contradictions(ledger, until=on(2)) == []


def test_unknown_masses_and_goods_of_unknown_origin_contradict_nothing() -> None:
    facts = [
        receive("a", 1, "S>T", kgs(("x", None))),
        fact("b", EventKind.SELL, 2, site="T", inputs=kgs(("x", 7))),
        fact("c", EventKind.SELL, 2, site="U", inputs=kgs(("x", 7))),
        fact("d", EventKind.TRANSFORM, 2, inputs=kgs(("x", 7)), outputs=kgs(("y", None))),
        fact("e", EventKind.TRANSFORM, 2, site="V", outputs=kgs(("z", 7))),
    ]
    assert contradictions(build_ledger(facts)) == []


def test_among_many_records_a_conflict_is_irreducible() -> None:
    facts = [fact("made", EventKind.COMMISSION, 0, site="S", outputs=kgs(("x", 100)))]
    facts += [
        fact(f"s{n}", EventKind.SELL, 1 + n, site="S", inputs=kgs(("x", 10))) for n in range(20)
    ]
    (found,) = contradictions(build_ledger(facts))
    assert not found.is_smallest
    assert "made" in found.event_ids
    assert len(found.event_ids) == 12  # 100 kg within two per cent against eleven sales of 10


def test_the_story_contradicts_itself_where_ten_kilograms_went_missing() -> None:
    found = contradictions(build_ledger(melamine()))
    assert [one.event_ids for one in found] == [("e14", "e15")]


def test_the_books_of_a_period_open_and_close() -> None:
    ledger = build_ledger(melamine())
    found = {(page.site, page.lot): page for page in pages(ledger, since=on(4.5), until=on(5.2))}
    shop = found["shop1", "powder"]
    assert (shop.opening_kg, shop.came_kg, shop.left_kg, shop.closing_kg) == (200, 0, 50, 150)
    whole = {(page.site, page.lot): page for page in pages(ledger)}
    for key, page in whole.items():
        assert page.closing_kg == ledger.holdings[key].on_hand_kg


@pytest.mark.parametrize("day", [0, 3, 6])
def test_a_period_begins_with_what_the_one_before_left(day: float) -> None:
    ledger = build_ledger(melamine())
    before = {(p.site, p.lot): p.closing_kg for p in pages(ledger, until=on(day))}
    after = {(p.site, p.lot): p.opening_kg for p in pages(ledger, since=on(day + 0.0001))}
    assert before == after


def test_goods_sent_nobody_says_where_and_goods_sent_later_are_booked_as_such() -> None:
    facts = [
        fact("made", EventKind.COMMISSION, 0, site="S", outputs=kgs(("x", 10))),
        ship("away", 1, "S>", kgs(("x", 30))),
        ship("later", 9, "S>T", kgs(("x", 40))),
    ]
    ledger = build_ledger(facts)
    assert contradictions(ledger, until=on(5))[0].event_ids == ("away", "made")
    (whole,) = contradictions(ledger)
    assert "made" in whole.event_ids
    assert len(whole.event_ids) == 2
