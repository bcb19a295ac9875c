"""What is not known is said as such: nobody registered, nobody in charge, not served, late."""

import json
from datetime import timedelta

from config.demo.flows import CONTEXT
from tests.incident import Incident
from zhian.chain.events import services as events
from zhian.kernel import clock
from zhian.oversight.accountability.services import detectors, facts, statements
from zhian.oversight.accountability.vocabulary import Column, Deed, Trigger
from zhian.response.alerts.models import Alert

NOBODY = "urn:epc:id:sgln:9529999.00001.0"


def ship_to_nobody(running: Incident) -> None:
    """The dairy sent a bag of the lot to a place that no census has."""
    dairy = running.seeded.world.firms["dairy"]
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-10-01T08:00:00.000Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "disposition": "in_transit",
        "bizLocation": {"id": dairy.site},
        "quantityList": [
            {"epcClass": running.alert.lot_key, "quantity": 25, "uom": "KGM"},
        ],
        "sourceList": [{"type": "location", "source": dairy.site}],
        "destinationList": [{"type": "location", "destination": NOBODY}],
    }
    document = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-10-01T09:00:00.000Z",
        "epcisBody": {"eventList": [event]},
    }
    events.capture_document(
        acting_user=running.users["dairy"],
        raw=json.dumps(document).encode(),
        media_type="application/ld+json",
    )


def test_a_place_nobody_registered_is_named_and_is_trigger_a1(running: Incident) -> None:
    ship_to_nobody(running)
    found = facts.gather(running.alert)
    lines = [line for line in statements.lines_of(found) if line.site_key == NOBODY]
    assert {line.sentence for line in lines} == {
        "unregistered",
        "no_supervision",
        "never_inspected",
    }
    assert all(line.doubtful for line in lines)
    (signal,) = detectors.not_censused(found)
    assert (signal.trigger, signal.evidence) == (Trigger.A1, [["site_key", NOBODY]])


def test_a_report_upward_that_does_not_come_is_trigger_a11(running: Incident) -> None:
    found = facts.gather(running.alert)
    assert list(detectors.late_report(found)) == []
    found.now += timedelta(days=100)
    (signal,) = detectors.late_report(found)
    assert (signal.trigger, signal.officer) == (Trigger.A11, running.users["wang"])
    late = [line for line in statements.lines_of(found) if line.deed == Deed.LATE]
    assert any(line.link == "ALERT" for line in late)


def test_an_officer_who_came_in_time_is_no_signal(running: Incident) -> None:
    found = facts.gather(running.alert)
    for place in found.places:
        place.sample = running.alert.sample
    assert list(detectors.not_inspected(found)) == []


def test_a_late_duty_that_asks_for_no_measure_is_not_trigger_a4(running: Incident) -> None:
    found = facts.gather(running.alert)
    for place in found.places:
        place.late = [duty for duty in found.duties if duty.deed == "report_upward"]
    assert list(detectors.not_stopped(found)) == []


def test_the_report_that_raised_the_alert_certifies_nothing(running: Incident) -> None:
    running.alert.sample.drawn_at = clock.now()
    found = facts.gather(running.alert)
    certified = {report.pk for place in found.places for report in place.reports}
    assert running.alert.report_id not in certified


def test_an_alert_without_a_recall_has_told_no_holder() -> None:
    known: dict[int, facts.Place] = {}
    facts._join_orders(known, Alert())
    assert known == {}


def test_orders_to_places_outside_the_picture_are_left_out(running: Incident) -> None:
    known: dict[int, facts.Place] = {}
    facts._join_orders(known, running.alert)
    assert known == {}


def test_a_notice_that_was_not_served_counts_as_not_known(running: Incident) -> None:
    found = facts.gather(running.alert)
    delivery = found.deliveries[0]
    delivery.served_at = None
    line = statements._told(delivery, Column.OFFICE)
    assert (line.sentence, line.doubtful) == ("not_served", True)


def test_a_notice_to_somebody_without_an_office_stands_with_the_operators() -> None:
    assert statements._column_of(None) == Column.OPERATOR
