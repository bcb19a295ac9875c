"""Capturing on a real database: all or nothing, once, found again, as of a moment."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from tests.casting import Cast
from tests.chain.events.test_documents_refused import document, event
from tests.shared_data import shared
from zhian.chain.events import selectors, services
from zhian.chain.events.engine import swift
from zhian.chain.events.engine.documents import examine
from zhian.chain.events.models import (
    CapturedDocument,
    CaptureJob,
    CaptureState,
    Event,
    EventIdentity,
    EventLot,
    KnownName,
    NameKind,
)
from zhian.chain.events.services.refusals import RefusedDocument
from zhian.chain.events.vocabulary import EventFact, EventKind, LotQuantity
from zhian.kernel import clock, outbox
from zhian.kernel.errors import BadInput, NotKnown, Refused, TooLarge, Unsupported
from zhian.kernel.use_cases import unguarded

pytestmark = pytest.mark.django_db

MILK = "urn:epc:class:lgtin:6901234.000017.M1"
POWDER = "urn:epc:class:lgtin:6901234.000024.P1"
FARM, PLANT, SHOP = (f"urn:epc:id:sgln:6901234.0000{n}.0" for n in (1, 2, 3))


def at(hour: int) -> str:
    return f"2026-03-01T{hour:02}:00:00+08:00"


def ship(hour: int, lot: str, source: str, destination: str, kg: float, **more: Any) -> Any:
    shipped = event(
        eventTime=at(hour),
        bizStep="shipping",
        readPoint={"id": source},
        quantityList=[{"epcClass": lot, "quantity": kg, "uom": "KGM"}],
        sourceList=[{"type": "location", "source": source}],
        destinationList=[{"type": "location", "destination": destination}],
    )
    return shipped | more


def transform(hour: int, **more: Any) -> Any:
    return {
        "type": "TransformationEvent",
        "eventTime": at(hour),
        "eventTimeZoneOffset": "+08:00",
        "inputQuantityList": [{"epcClass": MILK, "quantity": 0.5, "uom": "TNE"}],
        "outputQuantityList": [{"epcClass": POWDER, "quantity": 50, "uom": "KGM"}],
        "bizLocation": {"id": PLANT},
        **more,
    }


def captured(cast: Cast, *events: Any, **options: Any) -> CaptureJob:
    return services.capture_document(acting_user=cast.system, raw=document(*events), **options)


def test_a_document_becomes_events_lots_and_parties(cast: Cast) -> None:
    bill = [{"type": "desadv", "bizTransaction": "urn:x:note:1"}]
    job = captured(cast, ship(8, MILK, FARM, PLANT, 500.5, bizTransactionList=bill), transform(9))
    assert (job.state, job.events, job.duplicates) == (CaptureState.SUCCEEDED, 2, 0)
    facts = selectors.facts_for_lots([MILK])
    moment = datetime.fromisoformat(at(8))
    assert facts[0] == EventFact(
        event_id=facts[0].event_id,
        kind=EventKind.SHIP,
        at=moment,
        recorded_at=facts[0].recorded_at,
        site=FARM,
        source_site=FARM,
        destination_site=PLANT,
        inputs=(LotQuantity(MILK, Decimal("500.5")),),
        documents=("urn:x:note:1",),
    )
    assert facts[1].kind is EventKind.TRANSFORM
    assert facts[1].inputs == (LotQuantity(MILK, Decimal(500)),)
    assert facts[1].outputs == (LotQuantity(POWDER, Decimal(50)),)
    assert facts[1].site == PLANT
    assert facts[0].event_id.startswith("ni:///sha-256;")
    assert [fact.event_id for fact in selectors.all_facts()] == [f.event_id for f in facts]
    assert selectors.captured_bytes(job) == document(
        ship(8, MILK, FARM, PLANT, 500.5, bizTransactionList=bill), transform(9)
    )


def test_the_same_document_again_doubles_nothing(cast: Cast) -> None:
    for new, known in ((2, 0), (0, 2)):
        job = captured(cast, ship(8, MILK, FARM, PLANT, 5), transform(9))
        assert (job.events, job.duplicates) == (new, known)
    job = captured(cast, transform(9), transform(10), transform(10))
    assert (job.events, job.duplicates) == (1, 2)
    assert Event.objects.count() == 3
    assert EventLot.objects.count() == 5


def test_prefixes_and_words_of_ones_own_are_noted_once(cast: Cast) -> None:
    for hour in (8, 9):
        feast = event(type="ex:FeastEvent", eventTime=at(hour), bizStep="ex:baking")
        del feast["quantityList"]
        captured(cast, feast)
    noted = set(KnownName.objects.values_list("kind", "value"))
    assert {(NameKind.TYPE, "ex:FeastEvent"), (NameKind.STEP, "ex:baking")} <= noted
    assert KnownName.objects.filter(kind=NameKind.PREFIX, value="ex").count() == 1


def test_both_forms_of_a_key_name_one_lot_and_one_site(cast: Cast) -> None:
    link = "https://id.gs1.org/01/06901234000177/10/M1"
    captured(cast, ship(8, MILK, FARM, PLANT, 5))
    job = captured(cast, ship(8, link, "https://id.gs1.org/414/6901234000016", PLANT, 5))
    assert job.duplicates == 1
    captured(cast, ship(9, link, "https://id.gs1.org/414/6901234000016/254/door", PLANT, 5))
    assert [fact.source_site for fact in selectors.facts_for_lots([link])] == [FARM, FARM]
    assert selectors.events_about(link).count() == 2
    assert selectors.events_at(FARM).count() == 2


def test_one_bad_event_refuses_the_whole_document(cast: Cast) -> None:
    with pytest.raises(RefusedDocument) as refusal:
        captured(cast, transform(9), ship(8, MILK, FARM, PLANT, 5, bizStep="baking"))
    assert [finding.event for finding in refusal.value.findings] == [1]
    assert Event.objects.count() == EventIdentity.objects.count() == 0
    assert CaptureJob.objects.count() == 0


def test_a_refused_document_leaves_its_job_and_its_bytes(cast: Cast) -> None:
    raw = document(transform(9, colour="red"))
    with pytest.raises(RefusedDocument):
        services.submit_document(acting_user=cast.system, raw=raw)
    job = CaptureJob.objects.get()
    assert job.state == CaptureState.FAILED
    assert job.errors[0]["path"] == "$.epcisBody.eventList[0].colour"
    assert CapturedDocument.objects.get().raw == raw
    assert Event.objects.count() == 0


def test_proceed_keeps_the_good_events_and_names_the_others(cast: Cast) -> None:
    captured(cast, transform(7, eventID="urn:x:taken"))
    job = captured(
        cast,
        transform(9, colour="red"),
        transform(10),
        transform(11, eventID="urn:x:taken"),
        error_behaviour="proceed",
    )
    assert (job.state, job.events, job.duplicates) == (CaptureState.PARTIAL, 1, 0)
    assert [(error["code"], error["event"]) for error in job.errors] == [
        ("unknown-field", 0),
        ("event-id-taken", 2),
    ]


def test_an_event_number_names_one_event(cast: Cast) -> None:
    captured(cast, transform(9, eventID="urn:x:1"))
    assert captured(cast, transform(9, eventID="urn:x:1")).duplicates == 1
    with pytest.raises(RefusedDocument):
        captured(cast, transform(10, eventID="urn:x:1"))
    with pytest.raises(RefusedDocument):
        captured(cast, transform(11, eventID="urn:x:2"), transform(12, eventID="urn:x:2"))
    assert Event.objects.count() == 1


def test_an_event_declared_wrong_is_no_fact_from_then_on(cast: Cast) -> None:
    start = clock.now()
    wrong = ship(8, MILK, FARM, PLANT, 5, eventID="urn:x:1")
    with clock.at(start):
        captured(cast, wrong)
    declaration = {"declarationTime": at(20), "reason": "did_not_occur"}
    with clock.at(start + timedelta(hours=1)):
        job = captured(cast, wrong | {"errorDeclaration": declaration})
    assert job.events == 1
    assert selectors.facts_for_lots([MILK]) == []
    before = selectors.facts_for_lots([MILK], as_of=start + timedelta(minutes=1))
    assert [fact.event_id for fact in before] == ["urn:x:1"]
    assert selectors.facts_for_lots([MILK], as_of=start - timedelta(minutes=1)) == []


def test_captured_events_cannot_be_changed_or_removed(cast: Cast) -> None:
    captured(cast, transform(9))
    for sql in ("UPDATE events_event SET action = ''", "DELETE FROM events_event"):
        with (
            pytest.raises(DatabaseError, match="stays as it was sent"),
            unguarded("try it"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    assert Event.objects.count() == 1


def test_events_lie_in_the_month_they_were_recorded(cast: Cast) -> None:
    with clock.at(datetime.fromisoformat("2026-07-09T12:00:00+08:00")):
        captured(cast, transform(9))
    with clock.at(datetime.fromisoformat("2019-07-09T12:00:00+08:00")):
        captured(cast, transform(10))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM events_event ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == [
            "events_event_202607",
            "events_event_default",
        ]
    assert services.lay_months(1) == 0


def test_a_large_document_is_stored_by_the_worker(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.capturing, "LATER_ABOVE", 1)
    raw = document(transform(9), transform(10))
    job = services.submit_document(acting_user=cast.system, raw=raw)
    assert (job.state, Event.objects.count()) == (CaptureState.RUNNING, 0)
    outbox.drain()
    job.refresh_from_db()
    assert (job.state, job.events) == (CaptureState.SUCCEEDED, 2)
    again = services.finish_capture(acting_user=cast.system, capture_id=job.capture_id)
    assert again.events == 2


def test_a_large_document_that_contradicts_stored_events_fails_its_job(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    captured(cast, transform(8, eventID="urn:x:1"))
    monkeypatch.setattr(services.capturing, "LATER_ABOVE", 1)
    raw = document(transform(9, eventID="urn:x:1"), transform(10))
    job = services.submit_document(acting_user=cast.system, raw=raw)
    outbox.drain()
    job.refresh_from_db()
    assert (job.state, job.errors[0]["code"]) == (CaptureState.FAILED, "event-id-taken")
    assert Event.objects.count() == 1


def test_what_is_not_taken(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unsupported):
        captured(cast, transform(9), media_type="text/csv")
    with pytest.raises(BadInput):
        captured(cast, transform(9), error_behaviour="hope")
    with pytest.raises(TooLarge):
        services.capture_document(acting_user=cast.system, raw=b" " * (services.MAX_BYTES + 1))
    with pytest.raises(NotKnown):
        services.finish_capture(acting_user=cast.system, capture_id=uuid4())
    with monkeypatch.context() as small:
        small.setattr(swift, "MAX_EVENTS", 1)
        small.setattr(swift, "examine", partial(examine, max_events=1))
        with pytest.raises(TooLarge):
            captured(cast, transform(9), transform(10))
    for stranger in (cast.admin, cast.jian):
        with pytest.raises(Refused):
            services.capture_document(acting_user=stranger, raw=document(transform(9)))
    assert CaptureJob.objects.count() == 0


def test_odd_but_valid_values_are_stored(cast: Cast) -> None:
    big = {"epcClass": MILK, "quantity": 1, "uom": "TNE"}
    raw = document(event(quantityList=[big]), **{"ex:note": "好"})
    raw = raw.replace(b'"quantity": 1,', b'"quantity": 9999999999999999999999999999999999999999,')
    services.capture_document(acting_user=cast.system, raw=raw)
    row = EventLot.objects.get()
    assert row.kg is None
    assert row.amount == Decimal("9" * 40)
    captured(cast, event(eventTime=at(11), quantityList=[{"epcClass": MILK, "quantity": 1e-40}]))
    assert EventLot.objects.latest("pk").amount == Decimal("1e-40")


def test_every_published_document_can_be_captured(cast: Cast) -> None:
    for path in sorted(shared("epcis/gs1/JSON").rglob("*.jsonld")):
        raw = path.read_bytes()
        job = services.capture_document(acting_user=cast.system, raw=raw, error_behaviour="proceed")
        assert job.events + job.duplicates + len(job.errors) > 0
    big = shared("epcis/designs/supply_chain_932_events.json").read_bytes()
    job = services.capture_document(acting_user=cast.system, raw=big)
    assert job.events == len(json.loads(big)["epcisBody"]["eventList"])
    assert isinstance(job.capture_id, UUID)
    assert list(selectors.all_facts())
