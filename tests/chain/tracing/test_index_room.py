"""The index beside the events: the same traces with it, without it and while it is behind."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.casting import Cast
from tests.chain.tracing.captured_stories import (
    FEED,
    MILK,
    OTHER,
    capture,
    dairy_story,
    event,
    goods,
    make,
    powder,
    receive,
    ship,
)
from zhian.chain.events.models import CaptureJob
from zhian.chain.events.vocabulary.happenings import EventsCaptured
from zhian.chain.tracing import tasks
from zhian.chain.tracing.engine.index import folder
from zhian.chain.tracing.handlers import add_to_index
from zhian.chain.tracing.selectors import TraceResult, indexing, recall_scope, trace_lot
from zhian.kernel import clock, outbox

pytestmark = pytest.mark.django_db
CANDY = "urn:epc:class:lgtin:6901234.000055.K1"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any) -> Path:
    """A data folder of the test's own."""
    settings.ZHIAN_DATA = tmp_path
    return tmp_path


def all_traces() -> list[TraceResult]:
    with clock.at(clock.now()):
        return [
            trace_lot(lot, direction=way)
            for lot in (MILK, FEED, powder(0), OTHER, CANDY, "nothing")
            for way in ("both", "forward", "backward")
        ]


def test_traces_are_the_same_with_an_index_and_with_one_that_is_behind(cast: Cast) -> None:
    sites = dairy_story(cast.wang, batches=2)
    plain, scope = all_traces(), recall_scope(powder(0))
    tasks.rebuild_index()
    assert indexing.present() is not None
    assert all_traces() == plain
    assert recall_scope(powder(0)) == scope
    capture(
        cast.wang,
        make(5, sites["workshop"], [(powder(0), 20)], [(CANDY, 20)]),
        ship(6, sites["workshop"], sites["shop0"], (CANDY, 10)),
    )
    behind = all_traces()
    shutil.rmtree(indexing.folder())
    assert all_traces() == behind


def test_the_index_spares_a_trace_its_rounds(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    capture(cast.wang, make(5, sites["workshop"], [(powder(0), 20)], [(CANDY, 20)]))
    with CaptureQueriesContext(
        connection,
    ) as before:
        trace_lot(MILK, direction="forward")
    tasks.rebuild_index()
    indexing.present()
    with CaptureQueriesContext(connection) as after:
        trace_lot(MILK, direction="forward")
    assert len(after) < len(before)


def test_with_an_index_a_deep_trace_asks_no_more_than_a_flat_one(cast: Cast) -> None:
    """What was reached is fetched at once, however many makings lie between."""
    sites = dairy_story(cast.wang)
    lots = [f"{CANDY}-{number}" for number in range(8)]
    chain = zip([powder(0), *lots], lots, strict=False)
    made = [
        make(5 + day / 10, sites["workshop"], [(source, 1)], [(product, 1)])
        for day, (source, product) in enumerate(chain)
    ]
    asked: dict[tuple[int, str], int] = {}
    for depth, events in ((2, made[:2]), (8, made[2:])):
        capture(cast.wang, *events)
        tasks.rebuild_index()
        indexing.present()
        for way in ("forward", "backward"):
            lot = MILK if way == "forward" else lots[depth - 1]
            with CaptureQueriesContext(connection) as queries:
                found = trace_lot(lot, direction=way)
            assert lots[depth - 1] in found.lots
            asked[depth, way] = len(queries)
    assert asked[8, "forward"] == asked[2, "forward"]
    assert asked[8, "backward"] == asked[2, "backward"]
    scope = recall_scope(MILK)
    shutil.rmtree(indexing.folder())
    assert recall_scope(MILK) == scope


def test_a_capture_is_in_the_index_when_its_reaction_has_run(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    outbox.drain()
    assert indexing.reach([MILK]) is None
    assert indexing.lots_ahead([MILK], forward=True, backward=True) == set()
    tasks.rebuild_index()
    capture(
        cast.wang,
        make(5, sites["workshop"], [(powder(0), 100), (FEED, 100)], [(CANDY, 200)]),
        ship(6, sites["workshop"], sites["shop0"], (CANDY, 10)),
        receive(6.5, sites["workshop"], sites["shop0"], (CANDY, 10)),
    )
    outbox.drain()
    found = indexing.reach([MILK])
    assert found is not None
    assert found.event == indexing.last_event()
    shares = {(one.site, one.lot): one.value for one in found.holdings}
    assert shares[sites["shop0"].sgln, CANDY] == pytest.approx(0.25)
    tasks.rebuild_index()
    anew = indexing.reach([MILK])
    assert anew is not None
    assert {(one.site, one.lot): one.value for one in anew.holdings} == pytest.approx(shares)
    back = indexing.reach([CANDY], "backward")
    assert back is not None
    assert (sites["farm"].sgln, MILK) in {(one.site, one.lot) for one in back.holdings}


def test_a_capture_of_many_lots_is_read_from_its_job(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    tasks.rebuild_index()
    lots = [f"{CANDY}{number:03}" for number in range(210)]
    capture(cast.wang, event(7, "commissioning", sites["workshop"], *((lot, 1) for lot in lots)))
    outbox.drain()
    found = indexing.reach([lots[-1]])
    assert found is not None
    assert [one.lot for one in found.holdings] == [lots[-1]]


def test_what_is_said_of_a_pallet_is_told_of_the_lots_on_it(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    pallet = "urn:epc:id:sscc:6901234.0000000015"
    packed = event(5, "packing", sites["workshop"])
    del packed["quantityList"]
    packed |= {"type": "AggregationEvent", "action": "ADD", "parentID": pallet}
    packed["childQuantityList"] = goods((powder(0), 30))
    capture(cast.wang, packed)
    tasks.rebuild_index()
    moved = ship(6, sites["workshop"], sites["shop0"]) | {"epcList": [pallet]}
    del moved["quantityList"]
    capture(cast.wang, moved)
    told = indexing.told_of([pallet])
    assert powder(0) in told.lots
    outbox.drain()
    found = indexing.reach([powder(0)])
    assert found is not None
    grown = {(one.site, one.lot, one.value) for one in found.holdings}
    tasks.rebuild_index()
    anew = indexing.reach([powder(0)])
    assert anew is not None
    assert {(one.site, one.lot, one.value) for one in anew.holdings} == grown


def test_the_clock_builds_what_is_missing_torn_or_too_much_in_pieces(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.tend_index(0)
    assert not indexing.folder().exists()  # no events, nothing to build
    dairy_story(cast.wang)
    tasks.tend_index(0)
    tasks.tend_index(0)
    manifest = folder.read_manifest(indexing.folder())
    assert manifest is not None
    assert manifest.generation == 1
    captured = EventsCaptured(str(CaptureJob.objects.first().capture_id), 1, (MILK,), False)
    monkeypatch.setattr(tasks, "MOST_PIECES", 0)
    add_to_index(captured, acting_user=cast.wang)
    tasks.tend_index(0)
    base = indexing.folder() / "base-2.seg"
    raw = bytearray(base.read_bytes())
    raw[4100] ^= 255
    base.write_bytes(raw)
    tasks.check_index(0)
    tasks.check_index(0)
    assert (indexing.folder() / "base-3.seg").exists()
    (indexing.folder() / "base-3.seg").write_bytes(b"")
    assert indexing.present() is None
    add_to_index(captured, acting_user=cast.wang)
    (indexing.folder() / "manifest.json").write_bytes(b"")
    add_to_index(captured, acting_user=cast.wang)
    tasks.tend_index(0)
    assert indexing.present() is not None


def test_the_commands_build_check_and_describe(
    cast: Cast, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhian.kernel.command_line.open_data", lambda folder: None)
    from zhian.chain.tracing.commands import trace

    def run(name: str) -> tuple[int, dict[str, object]]:
        result = CliRunner().invoke(trace, ["index", name, "--data", str(data)])
        return result.exit_code, json.loads(result.output)

    dairy_story(cast.wang)
    assert run("check") == (
        1,
        {"generation": None, "event": None, "newest_event": indexing.last_event()},
    )
    assert run("stat")[1] == {"generation": None, "event": None}
    assert run("rebuild")[1]["generation"] == 1
    code, told = run("check")
    assert (code, told["event"]) == (0, told["newest_event"])
    code, told = run("stat")
    assert told["links"] == 8
    assert told["bytes"]
    (indexing.folder() / "base-1.seg").write_bytes(b"")
    code, told = run("check")
    assert code == 1
    assert "base-1.seg" in str(told["torn"])
