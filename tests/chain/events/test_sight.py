"""Who may send and see, one by one; and the small texts of rows."""

from datetime import date

import pytest

from tests.casting import Cast
from tests.chain.events.test_capture import FARM, MILK, PLANT, ship, transform
from tests.chain.events.test_documents_refused import document
from tests.factories_subjects import clerk, operator, site
from zhian.chain.events import policies, selectors, services, tasks
from zhian.chain.events.models import (
    CapturedDocument,
    CaptureJob,
    Event,
    EventIdentity,
    EventLot,
    EventParty,
)
from zhian.chain.events.web.purchases import gln, gtin, lot_number, mass, received_on
from zhian.chain.events.web.showing import lot_text
from zhian.kernel.errors import NotKnown

pytestmark = pytest.mark.django_db


def test_who_may_send_events(cast: Cast) -> None:
    clerk(cast.dian, operator())
    for person in (cast.wang, cast.sun, cast.dian, cast.system):
        assert policies.can_capture(person)
    for person in (cast.public, cast.admin, cast.jian, cast.zu):
        assert not policies.can_capture(person)
        assert policies.can_capture(person).reason


def test_jobs_are_seen_by_their_people(cast: Cast) -> None:
    shop = operator()
    site(shop)
    clerk(cast.dian, shop)
    by_shop = services.capture_document(acting_user=cast.dian, raw=document(transform(9)))
    by_wang = services.capture_document(acting_user=cast.wang, raw=document(transform(10)))
    by_system = services.capture_document(acting_user=cast.system, raw=document(transform(11)))
    sight = {
        cast.dian: {by_shop},
        cast.wang: {by_shop, by_wang},
        cast.zhao: set(),
        cast.admin: set(),
        cast.system: {by_shop, by_wang, by_system},
    }
    for person, jobs in sight.items():
        assert set(policies.jobs_visible_to(person)) == jobs, person
    assert not policies.jobs_visible_to(cast.public)
    assert not policies.events_visible_to(cast.public)
    assert by_wang.office == cast.office
    assert by_shop.operator_ref == shop.pk
    with pytest.raises(NotKnown):
        selectors.capture_job(cast.zhao, by_wang.capture_id)


def test_events_at_a_site_are_found_among_those_in_sight(cast: Cast) -> None:
    services.capture_document(
        acting_user=cast.wang, raw=document(ship(8, MILK, FARM, PLANT, 5), transform(9))
    )
    seen = policies.events_visible_to(cast.wang)
    assert selectors.naming_site(seen, f" {PLANT} ").count() == 2
    assert selectors.naming_site(seen, FARM).count() == 1


def test_rows_say_what_they_are(cast: Cast) -> None:
    sent = ship(8, MILK, FARM, PLANT, 5, epcList=["urn:x:a"], parentID="urn:x:b", eventID="urn:x:1")
    del sent["parentID"]
    job = services.capture_document(acting_user=cast.system, raw=document(sent))
    assert str(job) == str(CapturedDocument.objects.get()) == str(job.capture_id)
    assert str(Event.objects.get()) == "urn:x:1"
    assert str(EventIdentity.objects.get()).startswith("ni:///sha-256;")
    assert {str(row) for row in EventLot.objects.all()} == {MILK, "urn:x:a"}
    assert EventLot.objects.get(lot="urn:x:a").amount is None
    assert {str(row) for row in EventParty.objects.all()} == {FARM, PLANT}
    assert isinstance(CaptureJob.objects.get().events, int)


def test_partitions_are_laid_ahead(cast: Cast) -> None:
    tasks.lay_months_ahead(0)
    assert services.lay_months(24) == 0


def test_cells_of_a_purchase_ledger() -> None:
    assert gtin("690-1234 000177") == "06901234000177"
    assert gln("urn:epc:id:sgln:6901234.00001.0").startswith("urn:")
    assert gln("6901234000016") == "https://id.gs1.org/414/6901234000016"
    assert lot_number("A" * 20) == "A" * 20
    assert received_on("2026-03-01") == date(2026, 3, 1)
    for parse, raw in (
        (gtin, "123"),
        (gtin, "6901234000178"),
        (gln, "16901234000174"),
        (lot_number, "A" * 21),
        (mass, "0"),
        (received_on, "2999-01-01"),
    ):
        with pytest.raises(ValueError, match=r"\w"):
            parse(raw)


def test_lots_as_printed() -> None:
    assert lot_text("urn:epc:idpat:sgtin:6901234.000017.*") == "06901234000177"
    assert lot_text("urn:epc:id:sscc:6901234.0000000001") == "069012340000000016"
    assert lot_text("urn:x:box") == "urn:x:box"
