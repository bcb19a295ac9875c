"""The three columns of the story: who answers, with evidence, and what calls for a look."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.incident import Incident
from zhian.kernel.errors import BadInput, Conflict, Refused
from zhian.oversight.accountability import policies, selectors, services
from zhian.oversight.accountability.models import Line, Signal
from zhian.oversight.accountability.vocabulary import Column, Deed, SignalState, Trigger
from zhian.oversight.accountability.web.links import evidence_url


def test_every_place_of_the_trace_has_its_three_columns(running: Incident) -> None:
    trace = selectors.latest_trace(running.alert)
    assert trace is not None
    world = running.seeded.world
    farms = {farm.site for farm in world.of_kind("FARM")}
    holders = {world.firms[key].site for key in world.truth["holders"]}  # type: ignore[attr-defined]
    for column in Column:
        lines = Line.objects.filter(trace=trace, site__isnull=False, column=column)
        assert set(lines.values_list("site_key", flat=True)) == farms | holders, column
    assert trace.sites == len(farms | holders)


def test_after_the_orders_it_is_known_who_was_told(running: Incident) -> None:
    trace = selectors.latest_trace(running.alert)
    assert trace is not None
    told = trace.lines.filter(deed=Deed.KNEW, column=Column.OPERATOR, site__isnull=False)
    served = running.recall.orders.filter(served_at__isnull=False).count()
    assert told.values("site_key").distinct().count() == served
    informed = trace.lines.filter(deed=Deed.KNEW, link="ALERT")
    assert {line.column for line in informed} == {Column.OFFICE, Column.GOVERNMENT}


def test_each_line_opens_its_evidence(running: Incident) -> None:
    trace = selectors.latest_trace(running.alert)
    assert trace is not None
    client = Client()
    client.force_login(running.users["head"])
    seen = set()
    for line in trace.lines.all():
        if line.evidence_type in seen:
            continue
        url = evidence_url(line.evidence_type, line.evidence_id)
        assert url, line.evidence_type
        if client.get(url).status_code == 200:
            seen.add(line.evidence_type)
    assert {"subjects.site", "permits.instrument", "sampling.sample", "notices.notice"} <= seen


def test_a_line_is_said_in_both_languages(running: Incident) -> None:
    trace = selectors.latest_trace(running.alert)
    assert trace is not None
    line = trace.lines.filter(deed=Deed.SUPERVISES).first()
    assert line is not None
    with translation.override("zh-hans"):
        assert "监管人员" in line.statement
    with translation.override("en"):
        assert "officer" in line.statement


def test_the_officer_who_did_nothing_is_a_signal_with_its_duty(running: Incident) -> None:
    signal = Signal.objects.get(trigger=Trigger.A4)
    assert signal.officer == running.users["qian"]
    assert signal.evidence[0][0] == "duties.duty"
    assert signal.state == SignalState.OPEN


def test_building_again_opens_no_second_signal(running: Incident) -> None:
    before = Signal.objects.count()
    services.build_trace(acting_user=running.users["wang"], alert_id=running.alert.pk)
    assert Signal.objects.count() == before


def test_only_the_supervision_organ_decides_and_only_once(running: Incident) -> None:
    signal = Signal.objects.get(trigger=Trigger.A4)
    with pytest.raises(Refused):
        services.decide_signal(
            acting_user=running.users["head"], signal_id=signal.pk, step="dismiss", reason="x"
        )
    with pytest.raises(BadInput):
        services.decide_signal(
            acting_user=running.users["jian"], signal_id=signal.pk, step="confirm", reason=" "
        )
    decided = services.decide_signal(
        acting_user=running.users["jian"], signal_id=signal.pk, step="confirm", reason="属实"
    )
    assert (decided.state, decided.decided_by) == (SignalState.CONFIRMED, running.users["jian"])
    with pytest.raises(Conflict):
        services.decide_signal(
            acting_user=running.users["jian"], signal_id=signal.pk, step="dismiss", reason="x"
        )


def test_a_decided_signal_stays_as_decided(running: Incident) -> None:
    signal = Signal.objects.get(trigger=Trigger.A4)
    services.decide_signal(
        acting_user=running.users["jian"], signal_id=signal.pk, step="dismiss", reason="已办"
    )
    services.build_trace(acting_user=running.users["wang"], alert_id=running.alert.pk)
    signal.refresh_from_db()
    assert signal.state == SignalState.DISMISSED


def test_nobody_decides_about_themselves(running: Incident) -> None:
    signal = Signal.objects.get(trigger=Trigger.A4)
    signal.officer = running.users["jian"]
    assert not policies.can_decide(running.users["jian"], signal).allowed


def test_another_county_sees_nothing_of_it(running: Incident) -> None:
    client = Client()
    client.force_login(running.users["zhao"])
    url = reverse("accountability:alert", args=[running.alert.pk])
    assert client.get(url).status_code == 404
    assert not policies.signals_visible_to(running.users["zhao"]).exists()
    assert not policies.traces_visible_to(running.users["zhao"]).exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_accountability(running: Incident, language: str) -> None:
    client = Client(headers={"accept-language": language})
    client.force_login(running.users["jian"])
    signal = Signal.objects.get(trigger=Trigger.A4)
    for url in (
        reverse("accountability:alert", args=[running.alert.pk]),
        reverse("accountability:lines", args=[running.alert.pk]),
        reverse("accountability:lines", args=[running.alert.pk]) + "?export=xlsx",
        reverse("accountability:signals"),
        reverse("accountability:signal", args=[signal.pk]),
    ):
        response = client.get(url)
        if response.streaming:
            list(response)
        assert response.status_code == 200, url
    client.force_login(running.users["wang"])
    assert (
        client.post(reverse("accountability:rebuild", args=[running.alert.pk])).status_code == 302
    )
    client.force_login(running.users["jian"])
    url = reverse("accountability:signal", args=[signal.pk])
    assert client.post(url, {"step": "confirm", "reason": ""}).status_code == 422
    assert client.post(url, {"step": "confirm", "reason": "属实"}).status_code == 302
