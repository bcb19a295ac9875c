"""What-if, the next request, and the plan of requests, on the melamine story and random ones."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.tracing.goods_stories import fact, kgs, make, melamine, on, receive, ship, stories
from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.engine.decisions.requests import (
    Bench,
    best_plan,
    best_plan_twin,
    proposals,
    smallest_plan,
)
from zhian.chain.tracing.engine.decisions.whatif import what_if
from zhian.chain.tracing.engine.goods.ledger import build_ledger, with_rules
from zhian.chain.tracing.engine.goods.rules import (
    NO_RULES,
    Cleaning,
    Clearance,
    Kill,
    Mixing,
    Rules,
    Settled,
    together,
)
from zhian.chain.tracing.engine.goods.scope import recall_scope
from zhian.chain.tracing.engine.goods.trace import trace_forward
from zhian.chain.tracing.vocabulary import Reason, RequestKind, Ring


def clear(lot: str, site: str | None = None) -> Rules:
    """A negative sample."""
    return Rules(clearances=frozenset({Clearance(lot, site)}))


def names(lines: object) -> set[tuple[str, str]]:
    """Site and lot of each line."""
    return {(line.site_key, line.lot) for line in lines}  # type: ignore[attr-defined]


def test_a_negative_sample_takes_out_the_lot_and_what_hangs_on_it() -> None:
    found = what_if(build_ledger(melamine()), ["milk"], clear("powder"))
    assert names(found.dropped) >= {
        ("dairy", "powder"), ("shop1", "powder"), ("shop2", "powder"), ("shop3", "powder"),
        ("workshop", "powder"), ("workshop", "candy"), ("shop4", "candy"),
    }  # fmt: skip
    assert set(found.sites_dropped) == {"shop1", "shop2", "shop3", "shop4", "workshop"}
    assert found.added == ()
    assert found.before.kg - found.after.kg == found.kg_dropped > 0
    assert found.after.source_kg < found.before.source_kg


def test_a_sample_at_one_shop_clears_that_shop_only() -> None:
    found = what_if(build_ledger(melamine()), ["milk"], clear("powder", "shop2"))
    assert names(found.dropped) == {("shop2", "powder")}
    assert found.kg_dropped == 200


def test_a_kill_step_stops_everything_made_by_it() -> None:
    ledger = build_ledger(melamine())
    by_event = what_if(ledger, ["milk"], Rules(kills=frozenset({Kill("dairy", event_id="e05")})))
    by_time = what_if(ledger, ["milk"], Rules(kills=frozenset({Kill("dairy", on(1), on(2.2))})))
    too_late = what_if(ledger, ["milk"], Rules(kills=frozenset({Kill("dairy", on(2.4))})))
    assert names(by_event.dropped) == names(by_time.dropped) >= {("shop1", "powder")}
    assert too_late.dropped == ()


def test_a_cleaning_record_clears_what_was_made_on_the_other_side_of_it() -> None:
    ledger = build_ledger(melamine())
    between = Rules(cleanings=frozenset({Cleaning("dairy", on(2.2))}))
    before = Rules(cleanings=frozenset({Cleaning("dairy", on(1))}))
    assert names(what_if(ledger, ["milk"], between).dropped) == {("dairy", "syrup")}
    assert what_if(ledger, ["milk"], before).dropped == ()


def test_a_production_record_settles_what_the_workshop_used() -> None:
    settled = Rules(settled=frozenset({Settled("powder", "workshop")}))
    found = what_if(build_ledger(melamine()), ["milk"], settled)
    assert names(found.dropped) == {("workshop", "candy"), ("shop4", "candy")}


def batches(count: int = 6) -> list[EventFact]:
    """A plant makes a batch every half day; the first holds the source."""
    facts = [fact("c", EventKind.COMMISSION, 0, site="P", outputs=kgs(("bad", 10), ("good", 90)))]
    for n in range(count):
        lot = "bad" if n == 0 else "good"
        facts.append(make(f"m{n}", 1 + n / 2, "P", kgs((lot, 10)), kgs((f"b{n}", 10))))
    return facts


def test_a_mixing_site_hands_on_from_batch_to_batch_until_it_is_cleaned() -> None:
    mixing = Rules(mixings=frozenset({Mixing("P", on(0.6) - on(0))}))
    ledger = build_ledger(batches())

    def reasons(rules: Rules) -> dict[str, Reason]:
        lines = recall_scope(with_rules(ledger, rules, ["bad"]), "bad").lines
        return {line.lot: line.reason for line in lines if line.ring is Ring.MAY}

    assert set(reasons(NO_RULES)) == {"b1", "b2"}  # within a day of the affected batch
    assert set(reasons(mixing)) == {"b1", "b2", "b3", "b4", "b5"}
    assert reasons(mixing)["b5"] is Reason.SITE_MIXING
    cleaned = mixing | Rules(cleanings=frozenset({Cleaning("P", on(2.2))}))
    assert set(reasons(cleaned)) == {"b1", "b2"}
    tested = mixing | clear("b2")
    assert set(reasons(tested)) == {"b1"}  # a clean batch between hands nothing on


def test_the_source_stays_the_source_whatever_a_sample_says() -> None:
    found = what_if(build_ledger(melamine()), ["milk"], clear("milk"))
    assert found.dropped == ()


def test_several_sources_are_traced_as_one() -> None:
    ledger = build_ledger(melamine())
    both = trace_forward(ledger, "milk", "sugar")
    assert both.lots["powder"].value == 1
    assert both.lots["syrup"].value == 1
    assert recall_scope(ledger, "milk", "candy").lines[0].ring is Ring.MUST


def test_rules_are_a_set_whatever_their_order() -> None:
    one, two = clear("a"), clear("b", "S")
    assert one | two == two | one | one == together([two, one])
    assert (one | two).each() == [one, two]


def test_proposals_name_what_to_ask_and_what_it_would_spare() -> None:
    bench = Bench(build_ledger(melamine()), ["milk"])
    found = {(p.request.kind, p.request.site): p for p in proposals(bench)}
    assert set(found) == {
        (RequestKind.SAMPLE, "dairy"), (RequestKind.SAMPLE, "workshop"),
        (RequestKind.RECEIPT, "shop2"), (RequestKind.PRODUCTION_RECORD, "workshop"),
        (RequestKind.CLEANING_RECORD, "dairy"), (RequestKind.TREATMENT_RECORD, "dairy"),
    }  # fmt: skip
    assert found[RequestKind.RECEIPT, "shop2"].kg_dropped == 200
    assert found[RequestKind.RECEIPT, "shop2"].expected_kg == Decimal("100.000")
    effects = [p.expected_kg for p in proposals(bench)]
    assert effects == sorted(effects, reverse=True)


def test_a_mixing_site_is_asked_for_its_cleaning_records() -> None:
    mixing = Rules(mixings=frozenset({Mixing("P", on(0.6) - on(0))}))
    bench = Bench(with_rules(build_ledger(batches()), mixing), ["bad"])
    kinds = {p.request.kind: p for p in proposals(bench)}
    assert kinds[RequestKind.CLEANING_RECORD].lines_dropped == 5


def test_a_plan_of_too_many_sets_to_try_is_chosen_step_by_step() -> None:
    bench = Bench(build_ledger(melamine()), ["milk"])
    requests = [p.request for p in proposals(bench)]
    exact, greedy = best_plan(bench, requests, 2), best_plan(bench, requests, 2, exact=0)
    assert (exact.is_exact, greedy.is_exact) == (True, False)
    assert 0 < greedy.kg_dropped <= exact.kg_dropped


def test_of_two_makers_of_a_lot_the_one_that_used_the_source_is_asked_for_its_treatment() -> None:
    facts = [*melamine(), make("m1", 3, "plant", kgs(("whey", 5)), kgs(("powder", 1)))]
    found = proposals(Bench(build_ledger(facts), ["milk"]))
    asked = {p.request.site for p in found if p.request.kind is RequestKind.TREATMENT_RECORD}
    assert asked == {"dairy"}


@given(stories(), st.integers(1, 3))
@settings(deadline=None, max_examples=25)
def test_the_greedy_plan_is_never_better_than_the_exact_one(
    facts: list[EventFact], count: int
) -> None:
    bench = Bench(build_ledger(facts), ["L0"])
    requests = [p.request for p in proposals(bench)][:5]
    if not requests:
        return
    exact = best_plan_twin(bench, requests, count)
    assert best_plan(bench, requests, min(count, len(requests))).kg_dropped == exact.kg_dropped
    greedy = best_plan(bench, requests, min(count, len(requests)), exact=0)
    assert not greedy.is_exact
    assert greedy.kg_dropped <= exact.kg_dropped
    if count == 1:
        assert greedy.kg_dropped == exact.kg_dropped


def two_doors() -> list[EventFact]:
    """One shop lot made of two: only both samples together take it out of the scope."""
    return [
        fact("a", EventKind.COMMISSION, 0, site="F", outputs=kgs(("bad", 20))),
        make("b", 10, "G", kgs(("bad", 10)), kgs(("p", 10))),
        make("c", 20, "H", kgs(("bad", 10)), kgs(("q", 10))),
        make("d", 30, "K", kgs(("p", 10), ("q", 10)), kgs(("r", 20))),
        ship("e", 31, "K>S", kgs(("r", 20))),
        receive("f", 32, "K>S", kgs(("r", 20))),
    ]


def test_the_smallest_plan_reaches_the_target_or_says_that_nothing_does() -> None:
    bench = Bench(build_ledger(two_doors()), ["bad"])
    samples = [p.request for p in proposals(bench) if p.request.lot in {"p", "q"}]
    plan = smallest_plan(bench, samples, Decimal(20))
    assert plan is not None
    assert {request.lot for request in plan.requests} == {"p", "q"}
    assert plan.is_exact
    assert smallest_plan(bench, samples, Decimal(10_000)) is None
