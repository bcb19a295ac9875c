"""The store: rows written by hand are the rows of the models; months, identities, detaching."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from tests.casting import Cast
from tests.chain.events.test_capture import FARM, MILK, PLANT, captured, ship, transform
from tests.chain.events.test_documents_refused import document, event
from zhian.chain.events import selectors, services, tasks
from zhian.chain.events.commands import invented, plain, prefilling
from zhian.chain.events.engine.documents import examine
from zhian.chain.events.engine.hashing import hash_ids
from zhian.chain.events.models import Event, EventIdentity, EventLot, EventParty
from zhian.chain.events.selectors import pinning, querying
from zhian.chain.events.services.refusals import RefusedDocument
from zhian.chain.events.services.rows import cell
from zhian.kernel import clock
from zhian.kernel.use_cases import unguarded

pytestmark = pytest.mark.django_db

OWN = {"id", "record_time", "job_id", "event_id"}


def rows() -> list[list[dict[str, Any]]]:
    """Everything stored, without what differs from capture to capture."""
    numbers = list(Event.objects.order_by("pk").values_list("event_id", flat=True))
    found: list[list[dict[str, Any]]] = [[{"numbers": numbers}]]
    for model in (Event, EventLot, EventParty):
        values = model._default_manager.order_by("pk").values()
        found.append([{k: v for k, v in row.items() if k not in OWN} for row in values])
    return found


def test_rows_written_by_hand_are_what_the_models_would_write(cast: Cast) -> None:
    raw = invented.document(777, 20)
    with transaction.atomic():
        services.capture_document(acting_user=cast.system, raw=raw)
        ours = rows()
        transaction.set_rollback(True)
    with unguarded("the plain way"):
        plain.capture(raw, cast.system)
        plain.capture(raw, cast.system)  # known by then
    assert rows() == ours
    assert len(ours[1]) == 20


def test_signs_that_copy_reads_specially_arrive_as_they_were(cast: Cast) -> None:
    text = 'tab\t line\n return\r back\\slash "quoted" 质安'
    captured(cast, event(**{"ex:note": text}))
    assert Event.objects.get().document["ex:note"] == text
    assert cell("a\tb\\n") == "a\\tb\\\\n"


def test_a_number_given_by_a_sender_is_kept_once_and_a_hash_is_not_repeated(cast: Cast) -> None:
    captured(cast, transform(9), transform(10, eventID="urn:x:ten"))
    assert set(EventIdentity.objects.values_list("event_id", flat=True)) == {None, "urn:x:ten"}
    assert [len(row.identity) for row in EventIdentity.objects.all()] == [32, 32]


def test_nobody_takes_the_hash_of_another_event_as_a_number(cast: Cast) -> None:
    first = examine(document(transform(9))).document
    assert first is not None
    (name,) = hash_ids(first)
    with pytest.raises(RefusedDocument):
        captured(cast, transform(9), transform(10, eventID=name))
    captured(cast, transform(9))
    with pytest.raises(RefusedDocument) as refusal:
        captured(cast, transform(10, eventID=name))
    assert refusal.value.findings[0].code in ("event-id-taken", "event-id-differs")


def test_the_months_ahead_are_laid_by_the_clock() -> None:
    (job,) = (
        task for (name, _), task in app.periodic_registry.periodic_tasks.items()
        if name == "events.lay_months"
    )  # fmt: skip
    assert job.cron == "17 3 1 * *"
    with clock.at(datetime(2031, 5, 1, tzinfo=clock.BEIJING)):
        tasks.lay_months_ahead(0)
        assert services.lay_months() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('events_event_203304') IS NOT NULL")
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT to_regclass('events_event_203305') IS NOT NULL")
        assert cursor.fetchone() == (False,)
        # a new month has the indexes of the others
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'events_event_203304'")
        new = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'events_event_202601'")
        assert new == cursor.fetchone()


def test_an_old_month_can_be_detached_and_put_back(cast: Cast) -> None:
    for month in (3, 4):
        with clock.at(datetime(2026, month, 10, tzinfo=clock.BEIJING)):
            captured(cast, ship(8, MILK, FARM, PLANT, month))
    assert len(selectors.facts_for_lots([MILK])) == 2
    with unguarded("an administrator at work"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_event DETACH PARTITION events_event_202603")
        assert len(selectors.facts_for_lots([MILK])) == 1
        cursor.execute("SELECT count(*) FROM events_event_202603")
        assert cursor.fetchone() == (1,)
        # what was sent once stays known, although its month lies elsewhere
        assert captured(cast, ship(8, MILK, FARM, PLANT, 3)).duplicates == 1
        cursor.execute(
            "ALTER TABLE events_event ATTACH PARTITION events_event_202603"
            " FOR VALUES FROM ('2026-03-01 00:00:00+00') TO ('2026-04-01 00:00:00+00')"
        )
    assert len(selectors.facts_for_lots([MILK])) == 2


@pytest.fixture
def _as_it_was() -> Iterator[None]:
    """The tables in which the filling notes how far it came go with the test."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE prefilled, prefill_indexes")


@pytest.mark.usefixtures("_as_it_was")
@pytest.mark.django_db(transaction=True)
def test_a_filled_store_has_its_indexes_again_and_answers() -> None:
    def indexes() -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'events_%%'"
                " AND tablename IN ('events_event', 'events_eventlot', 'events_eventparty',"
                " 'events_eventidentity', 'events_event_202611') ORDER BY 1"
            )
            return [(name, text) for name, text in cursor.fetchall() if "202611" not in name]

    before = indexes()
    assert prefilling.fill(40)["events"] == 40
    assert indexes() == before
    assert prefilling.fill(40)["events_per_s"] == 0, "filled before"
    with unguarded("interrupted before its last index"), connection.cursor() as cursor:
        cursor.execute("DROP INDEX events_lot_by_lot")
        definition = next(text for name, text in before if name == "events_lot_by_lot")
        cursor.execute("INSERT INTO prefill_indexes VALUES (%s)", [definition])
    prefilling.fill(40)
    assert indexes() == before
    kinds = dict.fromkeys(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert set(kinds) == {"commission", "ship", "receive", "transform", "aggregate"}
    lot = EventLot.objects.filter(role="epc").order_by("pk")[0].lot
    assert selectors.facts_for_lots([lot])[0].inputs
    assert EventParty.objects.count() == 40 * 2 + 24
    assert EventIdentity.objects.filter(event_id=None).count() == 28


def test_a_query_looks_the_few_events_up_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    captured(cast, ship(8, MILK, FARM, PLANT, 5), ship(10, MILK, PLANT, FARM, 5), transform(9))
    asked: list[tuple[list[tuple[str, str]], int]] = [
        ([("MATCH_epcClass", MILK)], 2),
        ([("MATCH_epcClass", MILK.replace("M1", "*"))], 2),
        ([("MATCH_epcClass", "urn:epc:class:lgtin:6901234.000017.none")], 0),
        ([("EQ_readPoint", FARM)], 1),
        ([("EQ_source_location", PLANT), ("GE_recordTime", "2026-01-01T00:00:00Z")], 1),
        ([("EQ_source_location", PLANT), ("LT_recordTime", "2026-01-01T00:00:00Z")], 0),
        ([("GE_eventTime", "2026-03-01T00:30:00Z"), ("LT_eventTime", "2026-03-01T01:30:00Z")], 1),
        ([("GE_eventTime", "2026-03-01T00:30:00Z")], 2),
    ]
    for most in (pinning.MOST, 0):  # few enough, or too many to be looked up
        monkeypatch.setattr(pinning, "MOST", most)
        for pairs, count in asked:
            query = querying.read_address(pairs, {})
            assert len(querying.answer(cast.system, query).events) == count
