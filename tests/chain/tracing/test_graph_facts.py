"""Every kind of fact the chain knows, each walked by hand; shares without rounding."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings

from tests.chain.tracing.goods_stories import fact, kgs, make, melamine, receive, ship, stories
from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.engine.goods import twin
from zhian.chain.tracing.engine.goods.candidates import candidate_links
from zhian.chain.tracing.engine.goods.ledger import build_ledger, with_rules
from zhian.chain.tracing.engine.goods.rules import Clearance, Kill, Rules
from zhian.chain.tracing.engine.goods.scope import recall_scope
from zhian.chain.tracing.engine.goods.shares import exact_shares_of
from zhian.chain.tracing.engine.goods.supply import CaseAt, Illness, illness_model, supply_hops
from zhian.chain.tracing.engine.goods.trace import LotShare, bounds_of, trace_forward
from zhian.chain.tracing.engine.goods.upstream import trace_backward
from zhian.chain.tracing.engine.ranking import rank_sources
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.vocabulary import Ring


def born(lot: str, kg: int, site: str = "S") -> EventFact:
    """A lot made out of nothing recorded."""
    return fact(f"born {lot}", EventKind.COMMISSION, 0, site=site, outputs=kgs((lot, kg)))


def shares(facts: list[EventFact], *sources: str) -> dict[str, Fraction]:
    """Exact share of the sources in every lot they went into."""
    ledger = build_ledger(facts)
    lots = trace_forward(ledger, *sources).lots
    return {lot: one.value for lot, one in exact_shares_of(ledger, sources, lots).items()}


def test_a_lot_is_split_and_its_parts_are_merged_again() -> None:
    facts = [
        born("x", 30), born("w", 10),
        make("split", 1, "S", kgs(("x", 30)), kgs(("x1", 10), ("x2", 20))),
        make("merge", 2, "S", kgs(("x1", 10), ("w", 10)), kgs(("y", 20))),
        make("again", 3, "S", kgs(("y", 10), ("x2", 20)), kgs(("z", 30))),
    ]  # fmt: skip
    assert shares(facts, "x") == {
        "x": 1, "x1": 1, "x2": 1, "y": Fraction(1, 2), "z": Fraction(25, 30),
    }  # fmt: skip


def test_a_relabelled_lot_is_the_same_goods_under_another_number() -> None:
    facts = [
        born("old", 40),
        make("label", 1, "S", kgs(("old", 40)), kgs(("new", 40))),
        ship("away", 2, "S>T", kgs(("new", 40))),
        receive("there", 3, "S>T", kgs(("new", 40))),
    ]
    assert shares(facts, "old")["new"] == 1
    scope = recall_scope(build_ledger(facts), "old")
    assert ("T", "new", Ring.MUST) in {(x.site_key, x.lot, x.ring) for x in scope.lines}
    back = trace_backward(build_ledger(facts), "new")
    assert "old" in back.lots


def test_rework_mixes_yesterdays_rest_into_todays_lot() -> None:
    facts = [
        born("bad", 10), born("flour", 90),
        make("one", 1, "S", kgs(("bad", 10), ("flour", 10)), kgs(("monday", 20))),
        make("two", 2, "S", kgs(("monday", 5), ("flour", 15)), kgs(("tuesday", 20))),
        make("three", 3, "S", kgs(("tuesday", 5), ("flour", 15)), kgs(("wednesday", 20))),
    ]  # fmt: skip
    found = shares(facts, "bad")
    assert found["wednesday"] == Fraction(1, 2) * Fraction(1, 4) * Fraction(1, 4)


def test_returned_goods_lie_at_the_maker_again_and_went_nowhere_twice() -> None:
    facts = [
        born("x", 50),
        ship("out", 1, "S>T", kgs(("x", 50))),
        receive("in", 2, "S>T", kgs(("x", 50))),
        ship("back", 3, "T>S", kgs(("x", 20)), kind=EventKind.RETURN_),
        receive("home", 4, "T>S", kgs(("x", 20))),
        ship("again", 5, "S>U", kgs(("x", 20))),
        receive("there", 6, "S>U", kgs(("x", 20))),
    ]
    ledger = build_ledger(facts)
    on_hand = {site: ledger.holdings[site, "x"].on_hand_kg for site in "STU"}
    assert on_hand == {"S": 0, "T": 30, "U": 20}
    assert ledger.holdings["T", "x"].returned_kg == 20


def test_decommissioned_goods_are_gone_and_stay_in_the_scope_with_their_evidence() -> None:
    facts = [
        born("x", 50),
        fact("burnt", EventKind.DESTROY, 2, site="S", inputs=kgs(("x", 45))),
    ]
    line = recall_scope(build_ledger(facts), "x").lines[0]
    assert (line.kg_received, line.kg_on_hand) == (50, 5)


def test_a_site_in_no_register_is_a_holder_like_any_other() -> None:
    facts = [born("x", 9), ship("a", 1, "S>a shed by the river", kgs(("x", 9)))]
    sites = {line.site_key for line in recall_scope(build_ledger(facts), "x").lines}
    assert "a shed by the river" in sites


def test_a_pallet_in_a_container_takes_its_lots_along() -> None:
    facts = [
        born("x", 10),
        fact("pack", EventKind.AGGREGATE, 1, site="S", parent="pallet", inputs=kgs(("x", 10))),
        fact("load", EventKind.AGGREGATE, 2, site="S", parent="ship", inputs=kgs(("pallet", None))),
        ship("sail", 3, "S>T", kgs(("ship", None))),
        receive("dock", 9, "S>T", kgs(("ship", None))),
    ]
    assert build_ledger(facts).holdings["T", "x"].on_hand_kg == 10


def test_bounds_hold_where_a_mass_is_missing() -> None:
    facts = [
        born("x", 10), born("w", 30),
        make("mix", 1, "S", kgs(("x", 10), ("w", None)), kgs(("y", 40))),
        make("next", 2, "S", kgs(("y", 10), ("w", 10)), kgs(("z", 20))),
    ]  # fmt: skip
    ledger = build_ledger(facts)
    found = exact_shares_of(ledger, ["x"], ["x", "y", "z"])
    assert (found["y"].lower, found["y"].upper) == (0, 1)
    assert (found["z"].lower, found["z"].value, found["z"].upper) == (
        0, Fraction(1, 4), Fraction(1, 2),
    )  # fmt: skip
    line = next(x for x in recall_scope(ledger, "x").lines if x.lot == "z")
    assert (line.kg_at_least, line.kg_of_source, line.kg_at_most) == (0, 5, 10)
    assert bounds_of(LotShare("u", -1, None, None, None), Decimal(3)) == (None, None)


@given(stories())
@settings(deadline=None, max_examples=40)
def test_exact_shares_equal_walking_every_path(facts: list[EventFact]) -> None:
    for lot, value in shares(facts, "L0").items():
        assert value == twin.share(facts, "L0", lot)


def test_loops_have_exact_shares_too() -> None:
    facts = [
        born("x", 10), born("p", 1), born("q", 1),
        make("in", 1, "S", kgs(("x", 10), ("q", 10)), kgs(("p", 20))),
        make("out", 1, "S", kgs(("p", 10)), kgs(("q", 10))),
    ]  # fmt: skip
    found = shares(facts, "x")
    assert found["p"] == found["q"] == 1


def test_candidates_weigh_unknown_kilograms_half() -> None:
    def weight(kg: int | None) -> float:
        facts = [
            born("P.2601", 100, "D"),
            ship("b", 1, "D>shop", kgs(("P.2601", 100))),
            receive("c", 1.5, "D>shop", kgs(("P.2610", kg))),
        ]
        return candidate_links(build_ledger(facts))[0].weight

    assert weight(20) < weight(None) < weight(100)


def test_a_mixture_cleared_at_one_place_is_looked_for_elsewhere() -> None:
    facts = [
        born("x", 20),
        make("a", 1, "S", kgs(("x", 10)), kgs(("y", 10))),
        make("b", 1.5, "S", kgs(("w", 10)), kgs(("v", 10))),
        ship("c", 2, "S>T", kgs(("v", 10))),
    ]
    ledger = with_rules(build_ledger(facts), Rules(clearances=frozenset({Clearance("v", "T")})))
    may = {(x.site_key, x.lot) for x in recall_scope(ledger, "x").lines if x.ring is Ring.MAY}
    assert may == {("S", "v")}


def day(at: object) -> str:
    """The day of a moment."""
    return str(at)[:10]


def illness(**more: object) -> Illness:
    """Two shops with cases, one without."""
    cases = (CaseAt("shop1", 3, date(2026, 9, 8)), CaseAt("shop2", 2))
    return Illness(cases, ("shop3", "shop1"), **more)  # type: ignore[arg-type]


def test_the_books_become_a_model_that_the_ranking_reads() -> None:
    ledger = build_ledger(melamine())
    asked = illness(
        positive_lots=("powder",), clean_lots=("candy",),
        prior={"lot": {"powder": 3.0, "null": 0.5}, "station": {"farm": 2.0}},
    )  # fmt: skip
    raw = illness_model(ledger, asked, lambda lot: lot[:3], day)
    by_lot = {row["id"]: row["lot"] for row in raw["deliveries"]}
    assert {(by_lot[a], by_lot[b]) for a, b in raw["links"]} >= {("milk", "powder")}
    assert raw["settings"]["stationWeight"] == {"shop3": -1.0, "shop1": 3.0, "shop2": 2.0}
    weights = {by_lot[id_]: w for id_, w in raw["settings"]["deliveryWeight"].items()}
    assert weights == {"powder": 1.0, "candy": -1.0}
    assert raw["prior"]["lot"]["null"] == 0.5
    assert "milk" not in {by_lot.get(id_) for id_ in raw["prior"]["lot"]}
    ranking = rank_sources(read_model(raw))["ranking"]
    first = next(entry for entry in ranking if entry["kind"] == "lot")
    assert by_lot[first["id"]] == "powder"
    bare = illness_model(ledger, illness(), lambda lot: lot, day)
    assert bare["prior"] == {}


def test_a_kill_step_leaves_no_link_and_places_nobody_named_no_hop() -> None:
    nowhere = [
        fact("t", EventKind.TRANSFORM, 1, inputs=kgs(("a", 1)), outputs=kgs(("b", 1))),
        ship("u", 2, "S>", kgs(("b", 1))),
    ]
    assert list(supply_hops(build_ledger(nowhere))) == []
    killed = with_rules(
        build_ledger(melamine()), Rules(kills=frozenset({Kill("dairy", event_id="e05")}))
    )
    made = [hop for hop in supply_hops(killed) if hop.kind == "make"]
    assert {(hop.lot_from, hop.lot) for hop in made} == {("sugar", "syrup")}
    assert len(list(supply_hops(killed))) > 5


def test_a_site_that_sends_nothing_on_is_walked_as_its_own_place() -> None:
    raw = {
        "stations": [{"id": "A"}, {"id": "B"}, {"id": "C"}],
        "deliveries": [{"id": "1", "from": "A", "to": "B", "amount": 4}],
        "links": [],
        "settings": {"stationWeight": {"B": 2}},
    }
    ranking = rank_sources(read_model(raw), method="all-paths", kinds=["station"])["ranking"]
    chance = {entry["id"]: entry["probability"] for entry in ranking}
    assert chance["A"] == pytest.approx(chance["B"])
    assert chance["C"] < chance["A"]
