"""Investigations: begun, asked about, replies merged line by line, nothing silently."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from openpyxl import load_workbook

from tests.casting import Cast
from tests.chain.tracing.captured_stories import MILK, dairy_story
from tests.chain.tracing.models_of_traces import EXAMPLE
from tests.chain.tracing.test_exports import MODEL
from tests.chain.tracing.test_trace_pages import signed_in
from tests.chain.tracing.test_workbooks import form, good
from zhian.chain.tracing import services
from zhian.chain.tracing.engine.problems import Problem
from zhian.chain.tracing.engine.workbooks.doubts import Doubt, Proposal
from zhian.chain.tracing.engine.workbooks.forms import FormOrder, request_forms
from zhian.chain.tracing.engine.workbooks.merging import lines_between, take
from zhian.chain.tracing.models import Investigation, Reply
from zhian.chain.tracing.selectors.replies import looked_at
from zhian.chain.tracing.web.doubting import doubt_line, finding_line
from zhian.foundation.evidence import policies as evidence_policies
from zhian.foundation.evidence import selectors as evidence
from zhian.foundation.ledger.selectors import entries_about
from zhian.foundation.offices.models import User
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused

pytestmark = pytest.mark.django_db


def begun(user: User, model: dict[str, Any] | None = None) -> Investigation:
    """An investigation of the user's office."""
    return services.begin_investigation(acting_user=user, name="Milk", model=model or MODEL)


def back_form(changes: dict[str, Any]) -> bytes:
    """The dairy's back form with cells written in."""
    ((_name, data),) = request_forms(MODEL, FormOrder("en", "back"), ["D"]).items()
    book = load_workbook(BytesIO(data))
    for cell, value in changes.items():
        book.worksheets[0][cell] = value
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


SECOND_MILK = {"A21": "7", "B21": "milk", "D21": "M2", "F21": 1, "G21": 9, "H21": 2026,
               "I21": "300 kg", "J21": "Famr"}  # fmt: skip


def upload(client: Client, found: Investigation, data: bytes, name: str = "reply.xlsx") -> Any:
    """Send a workbook in."""
    return client.post(
        f"/trace/investigations/{found.pk}/receive", {"file": SimpleUploadedFile(name, data)}
    )


def test_a_reply_is_merged_line_by_line_and_leaves_its_trace(cast: Cast) -> None:
    found, client = begun(cast.wang), signed_in(cast.wang)
    answer = upload(client, found, back_form(SECOND_MILK | {"I7": "70 kg"}))
    reply = Reply.objects.get()
    assert answer.headers["Location"] == f"/trace/replies/{reply.pk}/"
    text = client.get(f"/trace/replies/{reply.pk}/").content.decode()
    assert "new delivery" in text
    assert "correction" in text
    look = looked_at(reply)
    (line,) = [one for one in look.lines if one.kind == "new_delivery"]
    (fix,) = [one for one in look.doubts if one.code == "form_corrects"]
    assert fix.proposal
    found.refresh_from_db()
    assert (found.revision, found.model) == (0, MODEL)
    taken = {"take": [line.id, fix.proposal.id], "revision": "0"}
    assert client.post(f"/trace/replies/{reply.pk}/", taken).status_code == 302
    found.refresh_from_db()
    reply.refresh_from_db()
    assert (found.revision, reply.state, reply.decided_by) == (1, "merged", cast.wang)
    deliveries = {row["id"]: row for row in found.model["deliveries"]}
    assert len(deliveries) == 5
    assert deliveries["d2"]["amount"] == 70
    assert [line.ids[0], "d2"] in found.model["links"]
    (entry, *_rest) = [e for e in entries_about(reply) if e.kind == "tracing.reply.merged"]
    assert sorted(entry.data["lines"]) == sorted(taken["take"])
    assert evidence.item(reply.item_id).filename == "reply.xlsx"
    assert client.get(f"/trace/replies/{reply.pk}/").status_code == 200
    assert client.post(f"/trace/replies/{reply.pk}/", taken).status_code == 409


def test_what_is_not_ticked_does_not_come_in(cast: Cast) -> None:
    found, client = begun(cast.wang), signed_in(cast.wang)
    upload(client, found, back_form(SECOND_MILK))
    reply = Reply.objects.get()
    client.post(f"/trace/replies/{reply.pk}/", {"take": [], "revision": "0"})
    found.refresh_from_db()
    assert found.model["deliveries"] == MODEL["deliveries"]
    assert {row["id"] for row in found.model["stations"]} == {r["id"] for r in MODEL["stations"]}


def test_a_name_alike_is_one_operator_only_when_confirmed(cast: Cast, tmp_path: Path) -> None:
    found = begun(cast.wang, {"stations": [{"id": "G", "name": "Golden Farm"}]})
    mill = form(tmp_path / "m.xlsx", "Mill", [good("Wheat", "W1", 1, "2 t", "Goldne Farm")], [])
    upload(signed_in(cast.wang), found, mill.read_bytes())
    reply = Reply.objects.get()
    look = looked_at(reply)
    (alike,) = [one for one in look.doubts if one.code == "station_alike"]
    assert alike.proposal
    chosen = {line.id for line in look.lines} | {alike.proposal.id}
    services.merge_reply(acting_user=cast.wang, reply_id=reply.pk, chosen=chosen, revision=0)
    found.refresh_from_db()
    assert {row["id"] for row in found.model["stations"]} == {"G", "Mill"}
    assert found.model["deliveries"][0]["from"] == "G"


def test_an_investigation_that_changed_meanwhile_is_looked_at_again(cast: Cast) -> None:
    found, client = begun(cast.wang), signed_in(cast.wang)
    upload(client, found, back_form(SECOND_MILK))
    reply = Reply.objects.get()
    services.mark_evidence(
        acting_user=cast.wang, investigation_id=found.pk,
        marks={"stationWeight": {"S": 4}, "unheard": 1}, in_time_order=False,
    )  # fmt: skip
    found.refresh_from_db()
    assert "unheard" not in found.model["settings"]
    answer = client.post(f"/trace/replies/{reply.pk}/", {"take": [], "revision": "0"})
    assert answer.status_code == 409
    assert "has changed meanwhile" in answer.content.decode()
    with pytest.raises(BadInput):
        services.merge_reply(acting_user=cast.wang, reply_id=reply.pk, chosen=["x"], revision=1)


def test_a_reply_is_refused_with_a_reason(cast: Cast) -> None:
    found, client = begun(cast.wang), signed_in(cast.wang)
    upload(client, found, back_form(SECOND_MILK))
    reply = Reply.objects.get()
    assert client.post(f"/trace/replies/{reply.pk}/refuse", {"reason": " "}).status_code == 422
    assert client.post(f"/trace/replies/{reply.pk}/refuse", {"reason": "wrong"}).status_code == 302
    reply.refresh_from_db()
    assert reply.state == "refused"
    with pytest.raises(Conflict):
        services.refuse_reply(acting_user=cast.wang, reply_id=reply.pk, reason="again")
    with pytest.raises(NotKnown):
        services.refuse_reply(acting_user=cast.wang, reply_id=999, reason="again")


def test_what_is_no_form_is_not_kept(cast: Cast) -> None:
    found, client = begun(cast.wang), signed_in(cast.wang)
    assert upload(client, found, b"no workbook").status_code == 422
    assert client.post(f"/trace/investigations/{found.pk}/receive").status_code == 422
    assert client.get(f"/trace/investigations/{found.pk}/receive").status_code == 200
    assert Reply.objects.count() == 0


def test_an_investigation_begins_with_the_records_of_a_lot(cast: Cast) -> None:
    sites = dairy_story(cast.wang)
    client = signed_in(cast.wang)
    answer = client.post(f"/trace/lot/investigate?{urlencode({'lot': MILK})}")
    found = Investigation.objects.get()
    assert answer.headers["Location"] == f"/trace/investigations/{found.pk}/"
    assert found.lot == MILK
    assert {row["id"] for row in found.model["stations"]} == {s.sgln for s in sites.values()}
    text = client.get(found.get_absolute_url()).content.decode()
    for part in ("青山奶牛场", 'id="trace-graph"', 'id="trace-data"', "Take in a reply"):
        assert part in text
    assert "<script>" not in text


@pytest.mark.parametrize("name", ["model.json", "all.xlsx"])
def test_an_investigation_begins_with_a_file(cast: Cast, name: str, tmp_path: Path) -> None:
    data = json.dumps(EXAMPLE).encode()
    if name.endswith("xlsx"):
        mill = form(tmp_path / "m.xlsx", "Mill", [good("Wheat", "W1", 1, "2 t", "Farm")], [])
        data = mill.read_bytes()
    client = signed_in(cast.wang)
    sent = {"name": "Outbreak", "file": SimpleUploadedFile(name, data)}
    assert client.post("/trace/investigations/begin", sent).status_code == 302
    assert Investigation.objects.get().model["deliveries"]
    assert "Outbreak" in client.get("/trace/investigations/").content.decode()


@pytest.mark.parametrize(
    ("name", "data"),
    [("m.json", b"[]"), ("m.json", b"{"), ("m.xlsx", b"x"), ("m.json", b'{"stations": [{}]}')],
)
def test_a_file_that_is_no_model_is_explained(cast: Cast, name: str, data: bytes) -> None:
    client = signed_in(cast.wang)
    sent = {"name": "Outbreak", "file": SimpleUploadedFile(name, data)}
    assert client.post("/trace/investigations/begin", sent).status_code == 422
    assert client.get("/trace/investigations/begin").status_code == 200
    assert Investigation.objects.count() == 0


def test_an_empty_investigation_can_be_begun_and_looked_at(cast: Cast) -> None:
    client = signed_in(cast.wang)
    answer = client.post("/trace/investigations/begin", {"name": "From nothing"})
    assert client.get(answer.headers["Location"]).status_code == 200


def test_what_if_on_a_model_says_what_drops_out_and_can_be_kept(cast: Cast) -> None:
    found, client = begun(cast.wang, EXAMPLE), signed_in(cast.wang)
    text = client.get(f"/trace/investigations/{found.pk}/?kill=N&case=X|2").content.decode()
    assert "sites drop out of the reach" in text
    assert "at a site to see what a treatment" not in text
    assert 'id="ranking"' in text
    moved = client.get(f"/trace/investigations/{found.pk}/?suppose=mix&at_site=K")
    assert moved.headers["Location"] == "?mix=K"
    kept = client.post(f"/trace/investigations/{found.pk}/marks?mix=K&negative=X&follow=Y")
    assert kept.status_code == 302
    found.refresh_from_db()
    settings = found.model["settings"]
    assert settings["observedStations"] == ["Y"]
    assert settings["stationCrossContamination"] == ["M", "N", "K"]
    assert settings["stationWeight"]["X"] == -1
    other = begun(cast.wang)
    text = client.get(f"/trace/investigations/{other.pk}/?kill=D").content.decode()
    assert "at a site to see what a treatment" in text
    with pytest.raises(BadInput):
        services.mark_evidence(
            acting_user=cast.wang, investigation_id=found.pk,
            marks={"stationKill": ["nobody"]}, in_time_order=True,
        )  # fmt: skip


def test_a_model_is_taken_along_and_asked_about(cast: Cast) -> None:
    found, client = begun(cast.wang), signed_in(cast.wang)
    answer = client.get(f"/trace/investigations/{found.pk}/export?format=geojson")
    assert json.loads(answer.content)["type"] == "FeatureCollection"
    assert client.get(f"/trace/investigations/{found.pk}/export?format=x").status_code == 404
    archive = ZipFile(BytesIO(client.get(f"/trace/investigations/{found.pk}/forms").content))
    assert len(archive.namelist()) == 5


def test_only_the_leading_office_works_on_it(cast: Cast) -> None:
    found = begun(cast.wang)
    upload(signed_in(cast.wang), found, back_form(SECOND_MILK))
    reply = Reply.objects.get()
    pages = (f"/trace/investigations/{found.pk}/", f"/trace/replies/{reply.pk}/")
    for page in pages:
        assert signed_in(cast.li).get(page).status_code == 200
        assert signed_in(cast.sun).get(page).status_code == 200
        assert signed_in(cast.zhao).get(page).status_code == 404
        assert signed_in(cast.dian).get(page).status_code == 404
    assert upload(signed_in(cast.sun), found, b"x").status_code == 403
    assert upload(signed_in(cast.zhao), found, b"x").status_code == 404
    with pytest.raises(Refused):
        services.merge_reply(acting_user=cast.sun, reply_id=reply.pk, chosen=[], revision=0)
    with pytest.raises(NotKnown):
        services.refuse_reply(acting_user=cast.zhao, reply_id=reply.pk, reason="no")
    with pytest.raises(BadInput):
        begun(cast.system)
    item = evidence.item(reply.item_id)
    assert evidence_policies.can_read(cast.li, item)
    assert not evidence_policies.can_read(cast.zhao, item)


def test_a_file_that_can_no_longer_be_read_shows_why(cast: Cast) -> None:
    found = begun(cast.wang)
    upload(signed_in(cast.wang), found, back_form(SECOND_MILK))
    reply = Reply.objects.get()
    reply.investigation.model = {"stations": [{}]}
    look = looked_at(reply)
    assert (look.lines, [problem.code for problem in look.findings]) == ([], ["id_missing"])


@override("en")
def test_doubts_and_findings_are_said_in_the_readers_words() -> None:
    proposal = Proposal("same_lot", "a", "b")

    def text_of(id_: str) -> str:
        return {"a": "milk 1", "b": "milk 2"}.get(id_, "")

    lot = doubt_line(
        Doubt("lot_alike", "deliveries[b]", "engine", proposal),
        {},
        text_of,
    )
    assert lot["about"] == "milk 1, and milk 2"
    late = Doubt("date_impossible", "links[a, b]", "engine")
    assert doubt_line(late, {}, text_of)["about"] == "milk 1 → milk 2"
    stock = doubt_line(
        Doubt("above_stock", "stations[F]", "engine"),
        {"F": "Farm"},
        text_of,
    )
    assert (stock["about"], stock["id"]) == ("Farm", "")
    strange = doubt_line(Doubt("above_stock", "model", "engine"), {}, text_of)
    assert strange["about"] == ""
    told = finding_line(Problem("finding", "not_a_date", "a.xlsx:Sheet!31", "engine"))
    assert told == {"where": "Sheet, row 31", "text": "the date is no date"}
    assert finding_line(Problem("error", "odd", "file", "engine"))["where"] == "file"


def test_lines_of_a_reply_that_takes_something_back() -> None:
    before = {
        "stations": [{"id": "A"}, {"id": "B"}],
        "deliveries": [
            {"id": "x", "from": "A", "to": "B"}, {"id": "y", "from": "B", "to": "A"},
            {"id": "z", "from": "B", "to": "A"},
        ],
        "links": [["x", "y"]],
    }  # fmt: skip
    after = {
        "stations": [{"id": "A", "address": "here"}, {"id": "B"}, {"id": "C"}],
        "deliveries": [
            {"id": "x", "from": "A", "to": "B", "lot": "1"}, {"id": "y", "from": "B", "to": "A"},
            {"id": "n", "from": "A", "to": "N"},
        ],
        "links": [["y", "x"], ["n", "y"]],
        "forms": {"f": {"deliveries": ["n", "y"], "links": [["n", "y"], ["y", "x"]]}},
    }  # fmt: skip
    lines = {line.kind: line.id for line in lines_between(before, after)}
    assert set(lines) == {
        "changed_delivery", "new_delivery", "gone_delivery", "changed_station", "new_station",
        "new_link", "gone_link",
    }  # fmt: skip
    whole = take(before, after, lines.values())
    assert [row["id"] for row in whole["deliveries"]] == ["x", "y", "n"]
    assert [row["id"] for row in whole["stations"]] == ["A", "B", "C", "N"]
    assert whole["links"] == [["y", "x"], ["n", "y"]]
    assert whole["forms"]["f"]["deliveries"] == ["n", "y"]
    nothing = take(before, after, [])
    assert (nothing["deliveries"], nothing["links"]) == (before["deliveries"], before["links"])
    assert nothing["forms"] == {"f": {"deliveries": ["y"], "links": []}}
