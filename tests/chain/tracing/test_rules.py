"""Rules against their twins: rewritten records, and a fixpoint by trying every pair."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.tracing.goods_stories import kgs, make, on, stories
from zhian.chain.events.vocabulary import EventFact, EventKind, LotQuantity
from zhian.chain.tracing.engine.goods.ledger import Ledger, build_ledger, with_rules
from zhian.chain.tracing.engine.goods.may import may_lots
from zhian.chain.tracing.engine.goods.rules import Cleaning, Clearance, Kill, Mixing, Rules
from zhian.chain.tracing.engine.goods.trace import LotTrace, trace_forward

LOTS = st.integers(1, 6).map(lambda n: f"L{n}")
SITES = st.sampled_from("ABCD")
DAYS = st.integers(0, 9).map(on)


@st.composite
def kills_and_clearances(draw: st.DrawFn) -> Rules:
    """Some heated sites and spans, some lots found clean."""
    kills = draw(st.lists(st.tuples(SITES, DAYS, DAYS), max_size=2))
    clean = draw(st.sets(LOTS, max_size=2))
    return Rules(
        kills=frozenset(Kill(site, min(a, b), max(a, b)) for site, a, b in kills),
        clearances=frozenset(Clearance(lot) for lot in clean),
    )


def rewritten(facts: list[EventFact], rules: Rules) -> list[EventFact]:
    """The same masses, but what a rule stops went in as goods of another name."""
    clean = {one.lot for one in rules.clearances}

    def stopped(made: EventFact, item: LotQuantity) -> bool:
        return item.lot in clean or rules.is_killed(made.site, made.at, made.event_id)

    found = []
    for one in facts:
        if one.kind is EventKind.TRANSFORM:
            ins = tuple(
                LotQuantity(f"clean {item.lot}", item.kg) if stopped(one, item) else item
                for item in one.inputs
            )
            found.append(replace(one, inputs=ins))
        else:
            found.append(one)
    return found


@given(stories(), kills_and_clearances())
@settings(deadline=None, max_examples=40)
def test_a_trace_under_rules_is_the_trace_of_rewritten_records(
    facts: list[EventFact], rules: Rules
) -> None:
    ruled = trace_forward(with_rules(build_ledger(facts), rules, ["L0"]), "L0")
    plain = trace_forward(build_ledger(rewritten(facts, rules)), "L0")
    clean = {one.lot for one in rules.clearances}
    assert set(ruled.lots) == set(plain.lots) - clean
    for lot, share in ruled.lots.items():
        assert share.value == pytest.approx(plain.lots[lot].value, rel=1e-12)
    held = build_ledger(facts).sites_of
    assert set(ruled.tiers) == {(site, lot) for lot in ruled.lots for site in held.get(lot, ())}


@given(stories(), kills_and_clearances())
@settings(deadline=None, max_examples=15)
def test_a_rule_never_brings_a_holder_in(facts: list[EventFact], rules: Rules) -> None:
    before = trace_forward(build_ledger(facts), "L0")
    after = trace_forward(with_rules(build_ledger(facts), rules, ["L0"]), "L0")
    assert set(after.tiers) <= set(before.tiers)
    assert set(after.lots) <= set(before.lots)


def ring_twin(ledger: Ledger, trace: LotTrace, first: set[str]) -> set[str]:
    """Everything affected, by trying every pair of makings until nothing changes."""
    rules = ledger.rules
    windows = {one.site: one.window for one in rules.mixings}
    found = set(first)
    while True:
        grown = set(found)
        touched = set(trace.lots) | found
        for made in ledger.transformations:
            outs = {item.lot for item in made.outputs}
            if any(i.lot in found and not ledger.is_barred(made, i.lot) for i in made.inputs):
                grown |= outs
            dirty = [
                one
                for one in ledger.transformations
                if one.site == made.site
                and made.site in windows
                and timedelta(0) <= made.at - one.at <= windows[made.site]
                and not rules.cleaned_between(made.site or "", one.at, made.at)
                and (
                    any(item.lot in touched for item in one.outputs)
                    or any(i.lot in touched and not ledger.is_early(one, i.lot) for i in one.inputs)
                )
            ]
            if dirty:
                grown |= outs
        grown -= set(trace.lots) | ledger.cleared
        if grown == found:
            return found
        found = grown


@st.composite
def mixing_rules(draw: st.DrawFn) -> Rules:
    """Sites where goods mix, cleanings, and a clean lot."""
    return Rules(
        mixings=frozenset(
            {
                site: Mixing(site, timedelta(days=days))
                for site, days in draw(st.lists(st.tuples(SITES, st.integers(0, 4)), max_size=3))
            }.values()
        ),
        cleanings=frozenset(
            Cleaning(site, at) for site, at in draw(st.lists(st.tuples(SITES, DAYS), max_size=3))
        ),
        clearances=frozenset(Clearance(lot) for lot in draw(st.sets(LOTS, max_size=1))),
    )


def test_what_may_be_affected_hands_nothing_on_through_a_kill_step() -> None:
    facts = [
        make("e1", 1, "A", kgs(("L0", 5)), kgs(("L1", 5))),
        make("e2", 2, "A", kgs(("L2", 5)), kgs(("L3", 5))),
        make("e3", 3, "B", kgs(("L3", 2)), kgs(("L4", 2))),
        make("e4", 4, "C", kgs(("L3", 2)), kgs(("L5", 2))),
    ]
    rules = Rules(kills=frozenset({Kill("B")}), mixings=frozenset({Mixing("A", timedelta(days=2))}))
    ledger = with_rules(build_ledger(facts), rules, ["L0"])
    assert set(may_lots(ledger, trace_forward(ledger, "L0"))) == {"L3", "L5"}


@given(stories(), mixing_rules())
@settings(deadline=None, max_examples=40)
def test_mixing_reaches_what_trying_every_pair_reaches(
    facts: list[EventFact], rules: Rules
) -> None:
    ledger = with_rules(build_ledger(facts), rules, ["L0"])
    trace = trace_forward(ledger, "L0")
    still = with_rules(build_ledger(facts), replace(rules, mixings=frozenset()), ["L0"])
    first = set(may_lots(still, trace))
    assert set(may_lots(ledger, trace)) == ring_twin(ledger, trace, first)
