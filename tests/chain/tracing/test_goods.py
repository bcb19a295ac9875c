"""The goods graph: the story by hand, the twin, loops and long chains."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.chain.tracing.goods_stories import (
    fact,
    kgs,
    make,
    melamine,
    on,
    receive,
    ship,
    stories,
)
from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.engine.goods import twin
from zhian.chain.tracing.engine.goods.gaps import gaps_around
from zhian.chain.tracing.engine.goods.ledger import build_ledger
from zhian.chain.tracing.engine.goods.scope import recall_scope
from zhian.chain.tracing.engine.goods.trace import trace_forward
from zhian.chain.tracing.engine.goods.upstream import trace_backward
from zhian.chain.tracing.vocabulary import GapKind, Reason, Ring


def test_the_forward_trace_finds_every_lot_holder_and_kilogram() -> None:
    trace = trace_forward(build_ledger(melamine()), "milk")
    assert {lot: share.value for lot, share in trace.lots.items()} == {"milk": 1, "powder": 0.5}
    assert {node.site: node.tier for node in trace.nodes} == {
        "farm": 0, "dairy": 1, "shop1": 2, "shop2": 2, "workshop": 2, "shop3": 2,
    }  # fmt: skip
    shop = next(node for node in trace.nodes if node.site == "shop1")
    assert (shop.received_kg, shop.sold_kg, shop.on_hand_kg) == (300, 100, 150)
    assert shop.source_kg == Decimal("150.000")


def test_every_hop_carries_the_events_that_prove_it() -> None:
    trace = trace_forward(build_ledger(melamine()), "milk")
    path = [(hop.kind, hop.event_ids) for hop in trace.path_to("shop1", "powder")]
    assert path == [
        ("move", ("e02", "e03")),
        ("make", ("e05",)),
        ("move", ("e07", "e08")),
    ]


def test_goods_that_nobody_sent_hang_on_a_broken_link() -> None:
    trace = trace_forward(build_ledger(melamine()), "milk")
    hop = trace.came_by["shop3", "powder"]
    assert (hop.kind, hop.is_broken, hop.kg) == ("gap", True, 40)


def test_gaps_are_facts_of_their_own() -> None:
    ledger = build_ledger(melamine())
    found = {
        (gap.kind, gap.site, gap.kg) for gap in gaps_around(ledger, ["milk", "powder"], now=on(60))
    }
    assert found == {
        (GapKind.SHIPPED_NEVER_RECEIVED, "dairy", 200),
        (GapKind.RECEIVED_FROM_NOWHERE, "shop3", 40),
        (GapKind.RETURNED, "shop1", 50),
        (GapKind.MASS_DOES_NOT_ADD_UP, "dairy", -10),
        (GapKind.NO_LEDGER, "shop2", 200),
        (GapKind.NO_LEDGER, "shop3", 40),
        (GapKind.NO_LEDGER, "workshop", 90),
    }


def test_what_may_still_be_on_its_way_is_no_gap_yet() -> None:
    gaps = gaps_around(build_ledger(melamine()), ["powder"], now=on(5))
    assert GapKind.SHIPPED_NEVER_RECEIVED not in {gap.kind for gap in gaps}
    assert GapKind.NO_LEDGER not in {gap.kind for gap in gaps}


def test_the_recall_scope_has_two_rings_with_a_reason_for_each_line() -> None:
    scope = recall_scope(build_ledger(melamine()), "milk", now=on(60))
    lines = {(x.site_key, x.lot): (x.ring, x.reason, x.kg_of_source) for x in scope.lines}
    assert lines == {
        ("farm", "milk"): (Ring.MUST, Reason.SOURCE, Decimal(1000)),
        ("dairy", "milk"): (Ring.MUST, Reason.RECEIVED, Decimal(1000)),
        ("dairy", "powder"): (Ring.MUST, Reason.MADE, Decimal(525)),
        ("shop1", "powder"): (Ring.MUST, Reason.RECEIVED, Decimal(150)),
        ("shop2", "powder"): (Ring.MUST, Reason.DISPATCHED_HERE, Decimal(100)),
        ("shop3", "powder"): (Ring.MUST, Reason.RECEIVED_UNSENT, Decimal(20)),
        ("workshop", "powder"): (Ring.MUST, Reason.RECEIVED, Decimal(45)),
        ("dairy", "syrup"): (Ring.MAY, Reason.SHARED_LINE, None),
        ("workshop", "candy"): (Ring.MAY, Reason.UNRECORDED_USE, None),
        ("shop4", "candy"): (Ring.MAY, Reason.FROM_MAY, None),
    }
    assert all(line.event_ids for line in scope.lines)
    assert [line.ring for line in scope.lines] == [Ring.MUST] * 7 + [Ring.MAY] * 3


def test_the_backward_trace_leads_to_the_farm_and_leaves_out_what_came_later() -> None:
    late = receive("e90", 4, "other>dairy", kgs(("milk", 5)))
    trace = trace_backward(build_ledger([*melamine(), late]), "powder")
    assert {node.site: node.tier for node in trace.nodes} == {"dairy": 0, "farm": -1}
    assert {lot: share.value for lot, share in trace.lots.items()} == {
        "powder": 1, "milk": 0.5, "sugar": 0.5,
    }  # fmt: skip


def test_what_was_recorded_later_is_not_known_earlier() -> None:
    facts = melamine()
    early = build_ledger(facts, known_by=on(2))
    assert [n.site for n in trace_forward(early, "milk").nodes] == ["farm", "dairy"]
    assert "powder" not in trace_forward(early, "milk").lots


def test_a_lot_used_before_it_was_made_carries_nothing_and_is_reported() -> None:
    facts = [
        fact("a", EventKind.COMMISSION, 5, site="S", outputs=kgs(("x", 10))),
        make("b", 1, "S", kgs(("x", 5), ("w", 5)), kgs(("y", 10))),
    ]
    ledger = build_ledger(facts)
    assert set(trace_forward(ledger, "x").lots) == {"x"}
    assert {gap.kind for gap in gaps_around(ledger, ["x"])} >= {GapKind.USED_BEFORE_MADE}


def test_goods_on_a_pallet_travel_with_the_pallet() -> None:
    facts = [
        fact("a", EventKind.COMMISSION, 0, site="S", outputs=kgs(("x", 10), ("y", 4))),
        fact("b", EventKind.AGGREGATE, 1, site="S", parent="box", inputs=kgs(("x", 6), ("y", 4))),
        fact("c", EventKind.AGGREGATE, 1.1, site="S", parent="pallet", inputs=kgs(("box", None))),
        ship("d", 2, "S>T", kgs(("pallet", None))),
        receive("e", 3, "S>T", kgs(("pallet", None))),
        fact("f", EventKind.DISAGGREGATE, 4, site="T", parent="pallet"),
        fact("g", EventKind.DISAGGREGATE, 4, site="T", parent="box", inputs=kgs(("x", 2))),
        ship("h", 5, "T>U", kgs(("box", None))),
    ]
    ledger = build_ledger(facts)
    assert ledger.holdings["T", "x"].on_hand_kg == 2
    assert ledger.holdings["U", "x"].unconfirmed_kg == 4
    assert ledger.holdings["U", "y"].unconfirmed_kg == 4


def test_one_dispatch_may_arrive_in_two_receipts_and_papers_decide_between_two() -> None:
    facts = [
        ship("a", 0, "S>T", kgs(("x", 10)), documents=("D1",)),
        ship("b", 0.5, "S>T", kgs(("x", 10)), documents=("D2",)),
        receive("c", 1, "S>T", kgs(("x", 10)), documents=("D2",)),
        receive("d", 1, "S>T", kgs(("x", 6))),
        receive("e", 2, "S>T", kgs(("x", 4))),
    ]
    moves = {m.event_ids: m.received_kg for m in build_ledger(facts).movements}
    assert moves == {("a", "d", "e"): 10, ("b", "c"): 10}


def test_unknown_masses_give_bounds_and_no_false_alarm() -> None:
    facts = [
        make("a", 1, "S", kgs(("x", None), ("w", 5)), kgs(("y", 10))),
        ship("b", 2, "S>T", kgs(("y", None))),
        fact("c", EventKind.SELL, 3, site="T", inputs=kgs(("y", 7))),
        fact("d", EventKind.OBSERVE, 4, site="T", outputs=kgs(("y", 3))),
    ]
    ledger = build_ledger(facts)
    share = trace_forward(ledger, "x").lots["y"]
    assert (share.lower, share.upper) == (0, 1)
    assert ledger.holdings["T", "y"].counted_kg == 3
    assert not [g for g in gaps_around(ledger, ["y"]) if g.kind is GapKind.MASS_DOES_NOT_ADD_UP]


def test_selling_more_than_came_in_does_not_add_up() -> None:
    facts = [
        receive("a", 1, "S>T", kgs(("x", 10))),
        fact("b", EventKind.SELL, 2, site="T", inputs=kgs(("x", 30))),
        make("c", 3, "T", kgs(("x", 1)), kgs(("y", 100))),
    ]
    ledger = build_ledger(facts)
    gaps = gaps_around(ledger, ["x", "y"])
    assert {(g.site, g.lot, g.kg) for g in gaps if g.kind is GapKind.MASS_DOES_NOT_ADD_UP} == {
        ("T", "x", 21), ("S", "x", 10), ("T", "y", 99),
    }  # fmt: skip
    line = next(x for x in recall_scope(ledger, "x").lines if x.site_key == "S")
    assert line.reason in {Reason.SOURCE, Reason.NAMED_AS_SENDER}


@given(stories())
@settings(deadline=None, max_examples=300)
def test_the_goods_graph_equals_its_twin(facts: list[EventFact]) -> None:
    ledger = build_ledger(facts)
    trace = trace_forward(ledger, "L0")
    lots = {lot for f in facts for lot in twin.lots_of(f)} | {"L0"}
    shares = {lot: twin.share(facts, "L0", lot) for lot in lots}
    assert set(trace.lots) == {lot for lot, share in shares.items() if share is not None}
    for lot, found in trace.lots.items():
        assert found.value == pytest.approx(float(shares[lot] or 0), rel=1e-12)
        held = twin.holders(facts, lot)
        assert {site for site, held_lot in trace.tiers if held_lot == lot} == held
    for (site, lot), holding in ledger.holdings.items():
        assert holding.on_hand_kg == twin.balance(facts, site, lot)


@given(stories())
@settings(deadline=None, max_examples=50)
def test_the_scope_names_every_holder_once(facts: list[EventFact]) -> None:
    scope = recall_scope(build_ledger(facts), "L0", now=on(60))
    keys = [(line.site_key, line.lot) for line in scope.lines]
    assert len(keys) == len(set(keys))
    must = {key[0] for key, line in zip(keys, scope.lines, strict=True) if line.lot == "L0"}
    assert must == twin.holders(facts, "L0")


def test_returns_and_rework_make_loops_and_the_trace_ends() -> None:
    facts = [
        fact("a", EventKind.COMMISSION, 0, site="S", outputs=kgs(("x", 10))),
        make("b", 1, "S", kgs(("x", 10)), kgs(("y", 10))),
        make("c", 2, "S", kgs(("y", 5), ("w", 5)), kgs(("x", 10))),
    ]
    for n in range(4):
        facts.append(ship(f"o{n}", 3 + n, "S>T", kgs(("y", 5)), documents=(f"{n}",)))
        facts.append(receive(f"p{n}", 3.1 + n, "S>T", kgs(("y", 5)), documents=(f"{n}",)))
        back = f"b{n}"
        facts.append(
            ship(f"r{n}", 3.2 + n, "T>S", kgs(("y", 5)), kind=EventKind.RETURN_, documents=(back,))
        )
        facts.append(receive(f"q{n}", 3.3 + n, "T>S", kgs(("y", 5)), documents=(back,)))
    ledger = build_ledger(facts)
    assert {n.site: n.tier for n in trace_forward(ledger, "y").nodes} == {"S": 0, "T": 1}
    assert {n.site for n in trace_backward(ledger, "y").nodes} == {"S"}
    assert len(recall_scope(ledger, "y").lines) >= 3


def test_a_chain_of_ten_thousand_hops_is_traced_without_recursion() -> None:
    n = 5_000
    facts = [fact("c", EventKind.COMMISSION, 0, site="s0", outputs=kgs(("l0", 1)))]
    for i in range(n):
        day = i / 1000
        facts.append(make(f"m{i}", day, f"s{i}", kgs((f"l{i}", 1)), kgs((f"l{i + 1}", 1))))
        facts.append(ship(f"s{i}", day + 0.0001, f"s{i}>s{i + 1}", kgs((f"l{i + 1}", 1))))
        facts.append(receive(f"r{i}", day + 0.0002, f"s{i}>s{i + 1}", kgs((f"l{i + 1}", 1))))
    trace = trace_forward(build_ledger(facts), "l0")
    assert trace.nodes[-1].tier == n
    assert trace.lots[f"l{n}"].value == 1
    assert len(trace.path_to(f"s{n}", f"l{n}")) == 2 * n


def test_a_fact_recorded_twice_counts_once() -> None:
    one = fact("a", EventKind.COMMISSION, 0, site="S", outputs=kgs(("x", 10)))
    ledger = build_ledger([one, one], known_by=one.recorded_at + timedelta(hours=1))
    assert ledger.holdings["S", "x"].made_kg == 10


def test_places_that_nobody_named_leave_the_rest_traceable() -> None:
    facts = [
        make("a", 1, "S", kgs(("x", 5)), kgs(("y", 5))),
        fact("b", EventKind.TRANSFORM, 2, inputs=kgs(("y", 5)), outputs=kgs(("z", 5))),
        fact("c", EventKind.OBSERVE, 3, outputs=kgs(("z", 5))),
        ship("d", 4, "S>", kgs(("y", None))),
        receive("e", 5, ">T", kgs(("z", 5))),
    ]
    ledger = build_ledger(facts)
    trace = trace_forward(ledger, "x")
    assert trace.tiers == {("S", "x"): 0, ("S", "y"): 0, ("T", "z"): 1}
    back = trace_backward(ledger, "z")
    assert {node.site for node in back.nodes} <= {"S", "T"}
    kinds = {gap.kind for gap in gaps_around(ledger, ["z"])}
    assert kinds == {GapKind.RECEIVED_FROM_NOWHERE, GapKind.NO_LEDGER}


def test_a_dispatch_of_unknown_mass_is_answered_once_and_papers_must_fit_the_place() -> None:
    facts = [
        ship("a", 0, "S>T", kgs(("x", None)), documents=("D1",)),
        receive("b", 1, "S>T", kgs(("x", None)), documents=("D1",)),
        receive("c", 2, "S>T", kgs(("x", 5))),
        receive("d", 1, "S>U", kgs(("x", 5)), documents=("D1",)),
    ]
    ledger = build_ledger(facts)
    moves = {m.event_ids for m in ledger.movements}
    assert moves == {("a", "b"), ("c",), ("d",)}
    kinds = [gap.kind for gap in gaps_around(ledger, ["x"])]
    assert kinds.count(GapKind.RECEIVED_FROM_NOWHERE) == 2


def test_small_differences_are_no_gap_and_nothing_of_nothing_is_no_share() -> None:
    facts = [
        fact("a", EventKind.COMMISSION, 0, site="S", outputs=kgs(("x", 100))),
        fact("b", EventKind.SELL, 1, site="S", inputs=kgs(("x", 101))),
        make("c", 2, "S", kgs(("x", 0), ("w", 5)), kgs(("y", 5))),
    ]
    ledger = build_ledger(facts)
    assert gaps_around(ledger, ["x"]) == []
    assert set(trace_forward(ledger, "x").lots) == {"x"}


def test_containers_are_emptied_and_counted_once() -> None:
    facts = [
        fact("a", EventKind.COMMISSION, 0, site="S", outputs=kgs(("x", 10))),
        fact("b", EventKind.AGGREGATE, 1, site="S", parent="box", inputs=kgs(("x", 6))),
        ship("c", 2, "S>T", kgs(("box", None), ("box", None))),
        fact("d", EventKind.DISAGGREGATE, 3, site="T", parent="box", inputs=kgs(("x", 6))),
        ship("e", 4, "T>U", kgs(("box", None))),
    ]
    ledger = build_ledger(facts)
    assert ledger.holdings["T", "x"].unconfirmed_kg == 6
    assert ("U", "x") not in ledger.holdings


def test_upstream_each_holding_and_each_hop_counts_once() -> None:
    facts = [
        fact("a", EventKind.COMMISSION, 0, site="F", outputs=kgs(("m", 90))),
        ship("b", 1, "F>S", kgs(("m", 90))),
        receive("c", 1.5, "F>S", kgs(("m", 90))),
        receive("d", 1.6, ">S", kgs(("m", 5))),
        make("e", 3, "S", kgs(("m", 10)), kgs(("p", 10))),
        make("f", 2, "S", kgs(("m", 10)), kgs(("q", 10))),
        make("g", 4, "S", kgs(("p", 10), ("q", 10), ("late", 1)), kgs(("z", 21))),
        fact("h", EventKind.COMMISSION, 9, site="S", outputs=kgs(("late", 1))),
    ]
    trace = trace_backward(build_ledger(facts), "z")
    assert {node.site: node.tier for node in trace.nodes} == {"S": 0, "F": -1}
    assert len([hop for hop in trace.hops if hop.event_ids == ("b", "c")]) == 1
    assert trace.lots["m"].value == pytest.approx(20 / 21)
    assert "late" not in trace.lots
    assert [node.site for node in trace_backward(build_ledger(facts), "m").nodes] == ["F"]


def test_beyond_two_hundred_ingredients_their_shares_are_left_open() -> None:
    many = kgs(*((f"i{n}", 1) for n in range(201)))
    trace = trace_backward(build_ledger([make("a", 1, "S", many, kgs(("z", 201)))]), "z")
    assert trace.lots["i0"].value is None
