"""Decisions over captured events: the dairy story."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.casting import Cast
from tests.chain.tracing.captured_stories import (
    MILK,
    OTHER,
    START,
    capture,
    dairy_story,
    event,
    make,
    powder,
    receive,
    ship,
)
from zhian.chain.tracing import policies, selectors
from zhian.chain.tracing.selectors import (
    Asked,
    CaseAt,
    Clearance,
    Illness,
    Mixing,
    Question,
    Rules,
    lots_asked_for,
)
from zhian.chain.tracing.vocabulary import Direction, Reason, RequestKind
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown, Refused

pytestmark = pytest.mark.django_db


def on(day: float) -> datetime:
    """So many days after the story begins."""
    return START + timedelta(days=day)


def clear(lot: str) -> Rules:
    """A negative sample of a lot."""
    return Rules(clearances=frozenset({Clearance(lot)}))


def test_a_negative_sample_drops_shops_and_kilograms(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    found = selectors.what_if(Question((MILK,)), clear(powder(0)))
    assert sites["shop0"].sgln in found.sites_dropped
    assert found.kg_dropped > 0
    assert found.before.sites - found.after.sites == len(found.sites_dropped)


def test_the_next_requests_name_the_workshop_and_the_silent_shop(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    question = Question((powder(0),))
    found = {(p.request.kind, p.request.site) for p in selectors.next_requests(question)}
    assert (RequestKind.PRODUCTION_RECORD, sites["workshop"].sgln) in found
    assert RequestKind.RECEIPT in {kind for kind, _ in found}
    plan = selectors.best_requests(question, 2)
    assert len(plan.requests) == 2
    assert plan.kg_dropped > 0
    some = selectors.smallest_requests(question, Decimal("0.01"))
    assert some is not None
    assert selectors.smallest_requests(question, Decimal(2)) is None


def test_a_shop_that_sells_more_than_it_got_is_named_with_its_records(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    question = Question((powder(0),))
    calm = len(selectors.contradictions(question))
    capture(cast.wang, event(6, "retail_selling", sites["shop0"], (powder(0), 5000)))
    found = selectors.contradictions(question, sites=[sites["shop0"].sgln])
    assert len(selectors.contradictions(question)) == calm + 1
    assert found[0].kg > 2000
    assert len(found[0].event_ids) == 2
    page = next(
        page
        for page in selectors.balances(question)
        if (page.site, page.lot) == (sites["shop0"].sgln, powder(0))
    )
    assert page.closing_kg < -2000


def test_a_site_where_goods_mix_is_searched_for_its_other_batches(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    other = powder(0).replace(".P0", ".Q1")
    capture(cast.wang, make(4.5, sites["dairy"], [(MILK, 0.5)], [(other, 0.5)]))
    mixing = Rules(mixings=frozenset({Mixing(sites["dairy"].sgln, timedelta(days=4))}))
    plain = {line.lot for line in selectors.scope(Question((powder(0),))).lines}
    mixed = {
        line.lot: line.reason
        for line in selectors.scope(Question((powder(0),), rules=mixing)).lines
    }
    assert other not in plain
    assert mixed[other] is Reason.SITE_MIXING


def test_each_operator_is_asked_for_its_own_gaps_and_strangers_too(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    stranger = "urn:epc:id:sgln:6909999.00001.0"
    away = ship(6, sites["shop0"], sites["shop1"], (powder(0), 3))
    away["destinationList"] = [{"type": "location", "destination": stranger}]
    capture(cast.wang, away)
    with clock.at(on(60)):
        found = {one.operator_id: one for one in selectors.gaps_by_operator(Question((MILK,)))}
    assert sites["workshop"].operator_id in found
    assert found[None].name == stranger
    keys = selectors.trace(Question((MILK,))).site_keys
    assert selectors.unregistered_sites(keys) == [stranger]


def test_the_difference_names_the_record_that_came_in_between(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    then = clock.now()
    capture(cast.wang, ship(6, sites["shop0"], sites["farm"], (powder(0), 3)))
    before, after = Question((powder(0),), as_of=then), Question((powder(0),))
    (change,) = selectors.difference(before, after)
    assert change.line.site_key == sites["farm"].sgln
    assert change.because is not None
    assert [step.kind for step in change.because] == ["new_record"]
    (ruled,) = {
        step for one in selectors.difference(after, Question((powder(0),), rules=clear(OTHER)))
        for step in one.because or ()
    }  # fmt: skip
    assert ruled.kind == "rule_added"


def test_a_mistyped_lot_is_found_at_the_place_where_the_goods_were_lost(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    typed = powder(0).replace(".P0", ".P0O7")
    true = powder(0).replace(".P0", ".P007")
    capture(
        cast.wang,
        event(1, "commissioning", sites["dairy"], (true, 80)),
        ship(2, sites["dairy"], sites["shop1"], (true, 80)),
        receive(2.5, sites["dairy"], sites["shop1"], (typed, 80)),
    )
    question = Question((true,))
    link = selectors.candidate_links(question)[0]
    assert (link.lot_from, link.lot_to, link.how) == (true, typed, "slip")
    assert typed not in {line.lot for line in selectors.scope(question).lines}
    accepted = Question((true,), rules=Rules(links=frozenset({link})))
    reasons = {line.lot: line.reason for line in selectors.scope(accepted).lines}
    assert reasons[typed] is Reason.CANDIDATE_LINK
    assert selectors.candidate_links(Question((true,), as_of=clock.now()))[0] == link
    assert selectors.candidate_links(Question((true,), as_of=on(-900))) == []


def test_lots_are_asked_for_by_number_item_code_place_time_product_and_region(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    wang = cast.wang

    def asked(**given: object) -> list[str]:
        return lots_asked_for(wang, Asked(**given))  # type: ignore[arg-type]

    assert asked(lots=(MILK,)) == [MILK]
    assert MILK in asked(site=sites["farm"].sgln)
    assert asked(site=sites["farm"].sgln, since=on(100)) == []
    assert asked(site=sites["farm"].sgln, until=on(-1)) == []
    region = sites["dairy"].region_id
    assert powder(0) in asked(region=region[:6])
    assert asked(region="99") == []
    assert asked(gtin="06901234000000") == []
    with pytest.raises(NotKnown):
        asked(product_id=999_999)
    assert lots_asked_for(cast.zhao, Asked(lots=(MILK,))) == []
    assert lots_asked_for(wang, Asked(lots=(MILK,)), as_of=on(-900)) == []
    many = Question((MILK, OTHER), Direction.FORWARD)
    assert set(selectors.trace(many).sources) == {MILK, OTHER}
    assert selectors.trace(many).lots[OTHER].value == 1


def test_an_outbreak_is_ranked_over_sites_lots_and_products(cast: Cast) -> None:
    sites = dairy_story(cast.wang, batches=2, shops=4)
    sick = Illness(
        cases=(CaseAt(sites["shop0"].sgln, 4, on(6).date()), CaseAt(sites["shop2"].sgln, 3)),
        negative_sites=(sites["shop1"].sgln,),
        clean_lots=(powder(1),),
        incubation=(0, 5),
        prior={"lot": {powder(0): 2.0, "null": 0.1}},
    )
    found = selectors.rank_outbreak(sick)
    lots = found.of("lot")
    assert sum(one.value for one in lots) == pytest.approx(1)
    assert {one.kind for one in found.suspects} == {"station", "lot", "product"}
    assert sites["dairy"].sgln in found.site_keys
    positive = selectors.rank_outbreak(
        Illness(cases=sick.cases, positive_lots=(powder(0),)), method="posterior"
    )
    assert positive.of("lot")[0].key == powder(0)
    assert positive.of("lot")[0].site == sites["dairy"].sgln
    undated = selectors.rank_outbreak(Illness(cases=sick.cases[1:]))
    assert {one.key for one in undated.of("lot")} >= {powder(0), None}
    scored = selectors.rank_outbreak(sick, method="fcl-score")
    assert max(one.value for one in scored.of("station")) > 0
    unknown = selectors.rank_outbreak(sick, as_of=on(-900))
    assert [one.key for one in unknown.of("lot")] == [None]
    killed = Rules(kills=frozenset({selectors.Kill(sites["dairy"].sgln)}))
    farm = sites["farm"].sgln

    def chance(rules: Rules, *, survives: bool = False) -> float:
        ill = Illness(cases=sick.cases, survives_kill=survives)
        of_site = {
            one.key: one.value for one in selectors.rank_outbreak(ill, rules=rules).of("station")
        }
        return of_site[farm]

    assert (
        chance(killed) < chance(selectors.NO_RULES) == pytest.approx(chance(killed, survives=True))
    )


def test_who_may_not_see_the_trace_does_not_learn_of_it(cast: Cast) -> None:
    dairy_story(cast.wang)
    keys = selectors.trace(Question((MILK,))).site_keys
    policies.require_sight(cast.wang, keys)
    with pytest.raises(NotKnown):
        policies.require_sight(cast.zhao, keys)
    with pytest.raises(Refused):
        policies.require_sight(cast.dian, keys)
