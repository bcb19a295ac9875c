"""Tracing what was really captured: holders, kilograms, gaps, scope, as of a moment."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.casting import Cast
from tests.chain.tracing.captured_stories import (
    MILK,
    OTHER,
    at,
    capture,
    dairy_story,
    goods,
    powder,
    ship,
)
from zhian.chain.tracing import policies
from zhian.chain.tracing.selectors import recall_scope, trace_lot
from zhian.chain.tracing.vocabulary import Direction, GapKind, Reason, Ring
from zhian.kernel import clock

pytestmark = pytest.mark.django_db


def test_a_lot_is_followed_from_the_farm_to_every_shop(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    result = trace_lot(MILK, direction="forward")
    assert {node.site: node.tier for node in result.nodes} == {
        site.sgln: {"farm": 0, "dairy": 1}.get(name, 2) for name, site in sites.items()
    }
    assert result.lots[powder(0)].value == pytest.approx(0.5)
    assert result.mass.made_kg == 1000
    assert result.mass.sold_kg == pytest.approx(Decimal("166.667"), abs=Decimal("0.01"))
    kinds = {gap.kind for gap in result.gaps}
    assert kinds == {GapKind.SHIPPED_NEVER_RECEIVED, GapKind.NO_LEDGER}


def test_a_lot_is_followed_back_to_the_farm(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    result = trace_lot(powder(0), direction=Direction.BACKWARD)
    assert {node.site: node.tier for node in result.nodes} == {
        sites["dairy"].sgln: 0,
        sites["farm"].sgln: -1,
    }
    both = trace_lot(powder(0))
    assert {node.tier for node in both.nodes} == {-1, 0, 1}


def test_the_scope_names_all_holders_and_what_may_be_affected(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    scope = recall_scope(powder(0))
    must = {line.site_key for line in scope.lines if line.ring is Ring.MUST}
    assert must == {site.sgln for name, site in sites.items() if name != "farm"}
    may = [(line.lot, line.reason) for line in scope.lines if line.ring is Ring.MAY]
    assert may == [(OTHER, Reason.UNRECORDED_USE)]
    assert all(line.event_ids for line in scope.lines)


def test_as_of_shows_what_was_known_then(cast: Cast) -> None:
    with clock.at(clock.now()) as _:
        sites = dairy_story(cast.wang)
    moment = clock.now()
    later = ship(6, sites["shop0"], sites["shop1"], (powder(0), 10))
    capture(cast.wang, later)
    assert len(trace_lot(powder(0), as_of=moment).edges) < len(trace_lot(powder(0)).edges)
    assert trace_lot(powder(0), as_of=clock.now().replace(year=2020)).nodes == ()


def test_a_lot_without_neighbours_has_only_a_must_ring(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    scope = recall_scope(OTHER)
    assert [(line.site_key, line.ring) for line in scope.lines] == [
        (sites["workshop"].sgln, Ring.MUST)
    ]


def test_goods_on_a_pallet_are_followed_with_the_pallet(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    pallet = "urn:epc:id:sscc:6901234.0000000001"
    shop, other = sites["shop0"], sites["shop1"]
    packed = {
        "type": "AggregationEvent",
        "eventTime": at(6),
        "eventTimeZoneOffset": "+08:00",
        "action": "ADD",
        "bizStep": "packing",
        "readPoint": {"id": shop.sgln},
        "parentID": pallet,
        "childQuantityList": goods((powder(0), 5)),
    }
    sent = ship(6.5, shop, other)
    del sent["quantityList"]
    sent["epcList"] = [pallet]
    capture(cast.wang, packed, sent)
    moved = [hop for hop in trace_lot(powder(0)).edges if hop.origin == shop.sgln]
    assert [(hop.destination, hop.kg) for hop in moved] == [(other.sgln, 5)]


def test_an_officer_sees_the_trace_that_touches_the_territory(cast: Cast) -> None:
    dairy_story(cast.wang)
    keys = trace_lot(MILK).site_keys
    assert policies.trace_visible_to(cast.wang, keys)
    assert policies.trace_visible_to(cast.sun, keys)
    assert policies.trace_visible_to(cast.system, keys)
    assert not policies.trace_visible_to(cast.zhao, keys)
    assert policies.can_trace(cast.zhao)
    assert not policies.can_trace(cast.dian)
    assert not policies.can_trace(cast.public)


def test_forty_batches_in_nine_hundred_shops_are_traced_in_few_queries(cast: Cast) -> None:
    dairy_story(cast.wang, batches=40, shops=900)
    with CaptureQueriesContext(connection) as queries:
        result = trace_lot(MILK)
    assert len(queries) <= 30
    assert len(result.nodes) == 903
    assert len(recall_scope(MILK).lines) == 1 + 1 + 40 + 900 + 1 + 1
