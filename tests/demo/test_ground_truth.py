"""The invented county against its own ground truth: nothing is found that is not there."""

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from config.demo import flows, seed, world
from config.demo.seed import Seeded
from tests.incident import TOWNS
from zhian.chain.events import selectors as events
from zhian.chain.tracing.selectors import TraceResult, trace_lot
from zhian.chain.tracing.vocabulary import GapKind
from zhian.foundation.regions import selectors as regions
from zhian.kernel import clock
from zhian.registry.subjects import selectors as subjects

COUNTIES = {county: [f"{county}{town}" for town in TOWNS] for county, _name in world.COUNTIES}


@pytest.fixture
def trace(eve: Seeded) -> TraceResult:
    """The bad lot, forward."""
    return trace_lot(str(eve.world.truth["bad_lot"]), direction="forward")


def keys(seeded: Seeded) -> dict[str, str]:
    """Firm by the key of its site."""
    return {firm.site: key for key, firm in seeded.world.firms.items()}


def test_the_trace_finds_exactly_the_holders(eve: Seeded, trace: TraceResult) -> None:
    named = keys(eve)
    found = {named[site] for site in trace.site_keys}
    assert found == set(eve.world.truth["holders"])  # type: ignore[call-overload]


def test_backward_the_trace_ends_at_the_twelve_farms(eve: Seeded) -> None:
    found = trace_lot(str(eve.world.truth["bad_lot"]), direction="backward")
    named = keys(eve)
    assert {named[node.site] for node in found.nodes if node.tier < 0} == {
        f"farm{number}" for number in range(12)
    }


def test_the_whole_lot_is_accounted_for(eve: Seeded, trace: TraceResult) -> None:
    assert trace.mass.made_kg == eve.world.truth["lot_kg"]


def test_the_shop_without_a_ledger_is_an_open_point(eve: Seeded, trace: TraceResult) -> None:
    silent = eve.world.firms[str(eve.world.truth["no_ledger"])].site
    assert not subjects.sites_by_sgln([silent])[silent].keeps_ledger
    kinds = {gap.kind for gap in trace.gaps if silent in (gap.site, gap.counterpart)}
    assert kinds & {GapKind.NO_LEDGER, GapKind.SHIPPED_NEVER_RECEIVED}


def test_the_delivery_that_was_never_received_is_open_with_its_kilograms(
    eve: Seeded, trace: TraceResult
) -> None:
    lot, trader, kg = eve.world.truth["shipped_never_received"]  # type: ignore[misc]
    to = eve.world.firms[trader].site
    (found,) = [
        gap
        for gap in trace.gaps
        if gap.kind is GapKind.SHIPPED_NEVER_RECEIVED and to in (gap.site, gap.counterpart)
    ]
    assert (found.lot, found.kg) == (lot, Decimal(str(kg)))
    assert found.event_ids


def test_the_returned_kilograms_are_an_open_point(eve: Seeded, trace: TraceResult) -> None:
    (found,) = [gap for gap in trace.gaps if gap.kind is GapKind.RETURNED]
    assert found.kg == Decimal(str(eve.world.truth["returned_kg"]))
    assert found.lot == eve.world.truth["bad_lot"]
    by = eve.world.firms[str(eve.world.truth["returned_by"])].site
    assert by in (found.site, found.counterpart)


def test_the_workshop_sold_outside_its_township(eve: Seeded) -> None:
    workshop = subjects.site(eve.register.site["workshop"])
    assert workshop.sale_area_id == workshop.region_id
    buyer = eve.world.firms[str(eve.world.truth["workshop_sells_to"])]
    assert not buyer.region.startswith(str(workshop.sale_area_id))
    facts = events.facts_for_lots([str(eve.world.truth["workshop_lot"])])
    assert buyer.site in {fact.destination_site for fact in facts}


def test_everything_but_the_story_is_as_the_numbers_say(eve: Seeded) -> None:
    truth = eve.world.truth
    assert truth["shops"] == world.SHOPS["tiny"] == truth["shops_reached"]
    assert len(eve.world.of_kind("MIXER")) == truth["mixers"]
    assert truth["batches"] == sum(world.batches_of("tiny"))
    assert sum(world.batches_of("county")) == 40


def test_the_same_day_gives_the_same_world_and_the_same_events() -> None:
    today = clock.today()
    made = [world.build("tiny", today, COUNTIES) for _number in range(2)]
    first, second = ((one, flows.flows(one).events) for one in made)
    assert first[1] == second[1]
    assert (made[0].firms, made[0].licences, made[0].goods) == (
        made[1].firms,
        made[1].licences,
        made[1].goods,
    )
    assert made[0].truth == made[1].truth


def test_the_seeded_world_is_the_one_built_from_its_day(eve: Seeded) -> None:
    again = world.build("tiny", eve.world.today, seed.townships())
    flows.flows(again)
    assert again.firms == eve.world.firms
    assert again.truth == eve.world.truth


@pytest.mark.parametrize("scale", ["tiny", "county"])
def test_no_two_firms_share_a_name_a_code_or_a_place(scale: str) -> None:
    made = world.build(scale, clock.today(), COUNTIES)
    codes = [firm.uscc for firm in made.firms.values() if firm.uscc]
    assert len(set(codes)) == len(codes)
    assert len({firm.site for firm in made.firms.values()}) == len(made.firms)
    assert len({goods.gtin for goods in made.goods.values()}) == len(made.goods)


def test_every_event_lies_in_the_past_and_goods_move_only_after_they_were_made() -> None:
    made = world.build("tiny", clock.today(), COUNTIES)
    now = datetime.combine(clock.today(), time(0), tzinfo=UTC)
    born: set[str] = set()
    for event in flows.flows(made).events:
        assert datetime.fromisoformat(event["eventTime"].replace("Z", "+00:00")) < now
        outputs = event.get("outputQuantityList", [])
        moved = [*event.get("inputQuantityList", []), *event.get("quantityList", [])]
        if event["bizStep"] == "commissioning":
            outputs, moved = moved, []
        born |= {one["epcClass"] for one in outputs}
        assert {one["epcClass"] for one in moved} <= born


def test_the_demo_regions_are_the_towns_of_its_counties(eve: Seeded) -> None:
    found = seed.townships()
    assert list(found) == [county for county, _name in world.COUNTIES]
    assert all(
        regions.region_name(code).endswith("镇") for codes in found.values() for code in codes
    )
