"""Doubtful links: typing slips, lost ends, and what a person accepts of them."""

import math
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.tracing.goods_stories import fact, kgs, make, on, receive, ship
from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.engine.goods import slips
from zhian.chain.tracing.engine.goods.candidates import candidate_links, ends_without_partner
from zhian.chain.tracing.engine.goods.gaps import gaps_around
from zhian.chain.tracing.engine.goods.ledger import build_ledger, with_rules
from zhian.chain.tracing.engine.goods.rules import Rules
from zhian.chain.tracing.engine.goods.scope import recall_scope
from zhian.chain.tracing.engine.goods.slips import slip_cost, slip_cost_twin
from zhian.chain.tracing.vocabulary import GapKind, Reason, Ring

WORDS = st.text("0178OIB-a", max_size=4)


@given(WORDS, WORDS)
@settings(deadline=None, max_examples=80)
def test_the_cheapest_chain_of_slips_equals_trying_every_chain(true: str, written: str) -> None:
    assert slip_cost(true, written) == pytest.approx(slip_cost_twin(true, written))


def test_slips_that_people_make_are_cheaper_than_others() -> None:
    costs = [
        slip_cost("L2608-17", "L2608-17"),
        slip_cost("L2608-17", "l260817"),
        slip_cost("L2608-17", "L26O8-17"),
        slip_cost("L2608-17", "L2680-17"),
        slip_cost("L2608-17", "L2605-17"),
        slip_cost("L2608-17", "L2608-93"),
        slip_cost("L2608-17", "K9914-20"),
    ]
    assert costs == sorted(costs)
    assert costs[0] == 0
    assert slip_cost("17", "177") == slips.DOUBLED < slip_cost("17", "137")
    assert slip_cost("177", "17") == slips.DOUBLED < slip_cost("17", "1")
    assert slip_cost("2", "7") == slips.OTHER
    assert slip_cost("2", "x") == slips.STRANGE
    assert slip_cost("7-", "7.") == slips.DASH == slip_cost("7", "7-")


def mistyped() -> list[EventFact]:
    """The shop wrote 2607 for 2601; another receipt has nothing to do with it."""
    return [
        fact("a", EventKind.COMMISSION, 0, site="D", outputs=kgs(("P.2601", 100))),
        ship("b", 1, "D>shop", kgs(("P.2601", 100))),
        receive("c", 1.5, "D>shop", kgs(("P.26O1", 100))),
        receive("d", 1.5, ">other", kgs(("Q.77777", 3))),
    ]


def test_a_mistyped_lot_number_is_proposed_with_a_weight() -> None:
    (link,) = candidate_links(build_ledger(mistyped()))
    assert (link.lot_from, link.lot_to, link.how) == ("P.2601", "P.26O1", "slip")
    assert (link.site_from, link.site_to, link.kg) == ("D", "shop", 100)
    assert 0.9 < link.weight < 1
    assert set(link.event_ids) == {"b", "c"}


def test_a_candidate_counts_only_when_a_person_accepts_it() -> None:
    ledger = build_ledger(mistyped())
    before = {line.lot for line in recall_scope(ledger, "P.2601").lines}
    (link,) = candidate_links(ledger)
    accepted = with_rules(ledger, Rules(links=frozenset({link})), ["P.2601"])
    after = {(x.lot, x.site_key): x for x in recall_scope(accepted, "P.2601").lines}
    assert before == {"P.2601"}
    line = after["P.26O1", "shop"]
    assert (line.ring, line.reason) == (Ring.MAY, Reason.CANDIDATE_LINK)
    assert (line.kg_at_least, line.kg_at_most) == (0, 100)


def test_a_number_that_really_exists_is_a_weaker_candidate() -> None:
    made = fact("z", EventKind.COMMISSION, 0, site="E", outputs=kgs(("P.26O1", 5)))
    weak = candidate_links(build_ledger([*mistyped(), made]))
    strong = candidate_links(build_ledger(mistyped()))
    assert not weak or weak[0].weight < strong[0].weight


def test_goods_used_under_another_number_hang_on_what_lay_there() -> None:
    facts = [
        receive("a", 1, "F>D", kgs(("milk.88121", 500))),
        make("b", 2, "D", kgs(("milk.88112", 500)), kgs(("powder.1", 60))),
        receive("c", 1, "F>E", kgs(("milk.88121", 500))),
    ]
    (link,) = candidate_links(build_ledger(facts))
    assert (link.site_from, link.site_to, link.lot_to) == ("D", "D", "milk.88112")
    scope = recall_scope(
        with_rules(build_ledger(facts), Rules(links=frozenset({link}))), "milk.88121"
    )
    reasons = {line.lot: line.reason for line in scope.lines}
    assert reasons["milk.88112"] is Reason.CANDIDATE_LINK
    assert reasons["powder.1"] is Reason.FROM_MAY


def test_the_same_lot_sent_to_one_place_and_found_in_another_is_a_candidate() -> None:
    facts = [
        ship("a", 1, "D>", kgs(("x.1", 40))),
        receive("b", 2, ">U", kgs(("x.1", None))),
        ship("c", 1, "D>T", kgs(("y.1", 40))),
        receive("d", 2, ">V", kgs(("y.1", 40))),
        ship("e", 1, "D>T", kgs(("z.1", 40))),
        receive("f", 90, ">V", kgs(("z.1", 40))),
    ]
    found = {(link.lot_to, link.how, link.site_to) for link in candidate_links(build_ledger(facts))}
    assert found == {("y.1", "unnamed", "V")}
    loose = ends_without_partner(build_ledger(facts), ["y.1"])
    assert ("T", on(1)) in loose


def test_two_equal_candidates_share_the_weight() -> None:
    facts = [
        ship("a", 1, "D>S", kgs(("p.100", 10))),
        receive("b", 1.5, "D>S", kgs(("p.101", 10))),
        receive("c", 1.5, "D>S", kgs(("p.106", 10))),
        receive("d", 1.5, "D>S", kgs(("p.108", 10))),
    ]
    weights = [link.weight for link in candidate_links(build_ledger(facts))]
    assert math.fsum(weights) < 1
    assert weights == sorted(weights, reverse=True)


def test_goods_that_leave_before_they_arrive_are_a_finding() -> None:
    facts = [
        fact("a", EventKind.COMMISSION, 0, site="S", outputs=kgs(("x", 20))),
        ship("b", 1, "S>T", kgs(("x", 20))),
        fact("c", EventKind.SELL, 2, site="T", inputs=kgs(("x", 15))),
        receive("d", 9, "S>T", kgs(("x", 20))),
    ]
    ledger = build_ledger(facts)
    early = [g for g in gaps_around(ledger, ["x"]) if g.kind is GapKind.LEFT_BEFORE_ARRIVED]
    assert [(g.site, g.kg, g.event_ids) for g in early] == [("T", 15, ("c",))]


def test_papers_outweigh_clocks_and_the_contradiction_is_a_finding() -> None:
    facts = [
        ship("a", 5, "S>T", kgs(("x", 20)), documents=("D1",)),
        receive("b", 1, "S>T", kgs(("x", 20)), documents=("D1",)),
    ]
    ledger = build_ledger(facts)
    assert [m.event_ids for m in ledger.movements] == [("a", "b")]
    kinds = {gap.kind for gap in gaps_around(ledger, ["x"])}
    assert GapKind.RECEIVED_BEFORE_SENT in kinds
    assert GapKind.SHIPPED_NEVER_RECEIVED not in kinds


@pytest.mark.parametrize("papers", [("CMR 7",), ()], ids=["by papers", "by both ends"])
def test_a_consignment_that_passes_a_store_is_two_movements(papers: tuple[str, ...]) -> None:
    facts = [
        fact("a", EventKind.COMMISSION, 0, site="S", outputs=kgs(("x", 20))),
        ship("b", 1, "S>T", kgs(("x", 20)), documents=papers),
        receive("c", 1.5, "S>hub", kgs(("x", 20)), documents=papers),
        ship("d", 2, "hub>T", kgs(("x", 20)), documents=papers),
        receive("e", 3, "hub>T", kgs(("x", 20)), documents=papers),
    ]
    ledger = build_ledger(facts)
    legs = {(m.origin, m.destination): m.event_ids for m in ledger.movements}
    assert legs == {("S", "hub"): ("b", "c"), ("hub", "T"): ("d", "e")}
    assert ledger.holdings["hub", "x"].on_hand_kg == 0
    scope = recall_scope(ledger, "x", now=on(3) + timedelta(hours=1))
    assert {line.site_key: line.tier for line in scope.lines} == {"S": 0, "hub": 1, "T": 2}
    assert scope.gaps == []
