"""kill -9 of web, worker, database and supervisor while people and programs work.

One installation is seeded, goes through four storms (capturing, signing, confirming a recall,
answering it) and is then looked at: whatever was acknowledged is there, nothing is there by half.
"""

import json
import random
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from config.demo.people import PIN
from tests.browser.installation import ROOT, ZHIAN, environment
from tests.crash.storm import RECOVERY, Machine, Outcome, Person, Site, Storm
from zhian.kernel import clock

pytestmark = pytest.mark.crash

SEED = 20081204
EVENTS = 25  # in each captured document, two lots in each event
KILLS = {"capturing": 18, "signing": 14, "confirming": 10, "answering": 12}
ANSWERS = 12  # orders that must be acknowledged before the holders may stop
ACKNOWLEDGE = "/api/recalls/orders/{}/acknowledge"


ROWS = (
    "SELECT (SELECT count(*) FROM events_event), (SELECT count(*) FROM recalls_order),"
    " (SELECT count(*) FROM evidence_item)"
)


@dataclass
class Ended:
    """How the installation stopped and came back."""

    exit_code: int
    processes: list[str]
    files: list[str]
    port_free: bool
    rows_before: list[tuple[Any, ...]]
    rows_after: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass
class Aftermath:
    """What the clients did and were told, and the installation as it stands now."""

    site: Site
    storm: Storm
    ground: dict[str, Any]
    documents: dict[str, list[str]] = field(default_factory=dict)
    captured: Outcome = field(default_factory=Outcome)
    signed: Outcome = field(default_factory=Outcome)
    confirmed: Outcome = field(default_factory=Outcome)
    answered: Outcome = field(default_factory=Outcome)
    ended: Ended | None = None

    def query(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Rows of the installation's database."""
        return self.site.query(sql, *arguments)


@contextmanager
def at_work(site: Site, *jobs: Callable[[threading.Event], None]) -> Iterator[None]:
    """Clients in threads; at the end they are told, and finish what they must."""
    over = threading.Event()
    failed: list[BaseException] = []

    def run(job: Callable[[threading.Event], None]) -> None:
        try:
            job(over)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    yield
    over.set()
    until = time.monotonic() + RECOVERY
    while any(thread.is_alive() for thread in threads):
        site.start_again()
        assert time.monotonic() < until, f"a client got no answer any more; {site.log_tail()}"
        time.sleep(0.2)
    assert not failed, failed


def document(found: Aftermath, dice: random.Random) -> tuple[str, list[str], bytes]:
    """A name, the numbers of the events, the bytes of a document nobody sent before."""
    name = f"{dice.getrandbits(60):015x}"
    at = clock.now() - timedelta(minutes=5)
    events = [
        {
            "type": "ObjectEvent",
            "eventID": f"urn:uuid:{uuid.UUID(int=dice.getrandbits(128), version=4)}",
            "eventTime": (at + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "eventTimeZoneOffset": "+08:00",
            "action": "OBSERVE",
            "bizStep": "storing",
            "bizLocation": {"id": found.ground["site"]},
            "quantityList": [
                {
                    "epcClass": f"urn:epc:class:lgtin:{found.ground['prefix']}.000001.{name}{part}",
                    "quantity": 1.5,
                    "uom": "KGM",
                }
                for part in "AB"
            ],
        }
        for number in range(EVENTS)
    ]
    body = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "epcisBody": {"eventList": events},
    }
    return name, [str(one["eventID"]) for one in events], json.dumps(body).encode()


def capturing(found: Aftermath, number: int) -> Callable[[threading.Event], None]:
    """A program that sends one document after the other, each until it is taken."""
    machine = Machine(found.site, found.ground["tokens"][str(found.ground["capturer"])])
    dice = random.Random(SEED + number)

    def work(over: threading.Event) -> None:
        while not over.is_set():
            name, events, body = document(found, dice)
            found.documents[name] = events
            while not over.is_set():
                status, text = machine.post("/epcis/capture", body, "application/ld+json")
                if found.captured.told(name, status, {202}, text):
                    found.storm.served += 1
                    break
                over.wait(0.2)
            over.wait(0.05)

    return work


def signing(found: Aftermath) -> Callable[[threading.Event], None]:
    """The signatory signs every report by the form, each until it is signed."""

    def work(over: threading.Event) -> None:
        chen = Person(found.site, "chen")
        for report in found.ground["reports"]:
            over.wait(2)  # spread over the storm
            while True:
                status, text = chen.submit(f"/samples/reports/{report}/sign/", pin=PIN)
                if found.signed.told(report, status, {302}, text):
                    break
                threading.Event().wait(0.2)

    return work


def confirming(found: Aftermath) -> Callable[[threading.Event], None]:
    """The officer confirms the scope of every recall by the form."""
    recalls = [row[0] for row in found.query("SELECT id FROM recalls_recall ORDER BY id")]

    def work(over: threading.Event) -> None:
        wang = Person(found.site, "wang")
        for recall in recalls:
            over.wait(1)
            while True:
                status, text = wang.submit(f"/recalls/{recall}/confirm/", reason="超限，全部召回")
                if found.confirmed.told(recall, status, {302}, text):
                    found.storm.served += 1
                    break
                threading.Event().wait(0.2)

    return work


def _waiting(found: Aftermath) -> list[tuple[Any, ...]]:
    known = [*found.answered.acknowledged, *found.answered.settled, 0]
    try:
        return found.query(
            "SELECT id, operator_id FROM recalls_order WHERE operator_id IS NOT NULL"
            " AND NOT id = ANY(%s) ORDER BY id LIMIT 5",
            known,
        )
    except psycopg.Error:
        return []


def answering(found: Aftermath) -> Callable[[threading.Event], None]:
    """The holders acknowledge their orders by their programs."""

    def work(over: threading.Event) -> None:
        while not over.is_set() or len(found.answered.acknowledged) < ANSWERS:
            for order, operator in _waiting(found):
                machine = Machine(found.site, found.ground["tokens"][str(operator)])
                status, text = machine.post(ACKNOWLEDGE.format(order), b"", "application/json")
                if found.answered.told(order, status, {200}, text):
                    found.storm.served += 1
                threading.Event().wait(0.1)
            threading.Event().wait(0.1)

    return work


def end_and_begin(site: Site) -> Ended:
    """Stop the installation, look at what is left, start it again."""
    before = site.query(ROWS)
    exit_code = site.stop()
    data = site.data
    left = [data / "pg" / "postmaster.pid", data / "run" / "processes.json"]
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port_free = probe.connect_ex(("127.0.0.1", site.port)) != 0
    ended = Ended(
        exit_code,
        site.processes(),
        [str(path) for path in left if path.exists()],
        port_free,
        before,
    )
    site.start()
    site.settle()
    ended.rows_after = site.query(ROWS)
    return ended


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder the database server's own user may enter."""
    with TemporaryDirectory(prefix="zhian-crash-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def aftermath(folder: Path) -> Iterator[Aftermath]:
    """Four storms on one installation, and the calm after them."""
    data = folder / "data"
    laid = subprocess.run(
        [sys.executable, "-m", "tests.crash.ground", str(data)],
        cwd=ROOT, env=environment(), check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    site = Site(data)
    found = Aftermath(site, Storm(site, random.Random(SEED)), json.loads(laid.stdout))
    site.start()
    try:
        site.settle()
        with at_work(site, capturing(found, 1), capturing(found, 2)):
            found.storm.rage(KILLS["capturing"])
        with at_work(site, signing(found), capturing(found, 3)):
            found.storm.rage(KILLS["signing"])
        site.settle()
        with at_work(site, confirming(found), capturing(found, 4)):
            found.storm.rage(KILLS["confirming"])
        with at_work(site, answering(found), capturing(found, 5)):
            found.storm.rage(KILLS["answering"])
        site.settle()
        found.ended = end_and_begin(site)
        yield found
    finally:
        if site.process is not None and site.process.poll() is None:
            site.stop()


def test_at_least_fifty_processes_of_every_kind_were_killed(aftermath: Aftermath) -> None:
    assert sum(aftermath.storm.killed.values()) >= 50
    assert set(aftermath.storm.killed) == {
        "web", "web child", "supervisor", "worker", "database", "backend",
    }  # fmt: skip


def test_no_client_was_told_nonsense(aftermath: Aftermath) -> None:
    for outcome in (aftermath.captured, aftermath.signed, aftermath.confirmed, aftermath.answered):
        assert outcome.complaints == []
        assert outcome.acknowledged, "nothing was acknowledged: the storm proves nothing"


def test_a_document_is_there_wholly_or_not_at_all(aftermath: Aftermath) -> None:
    rows = aftermath.query(
        "SELECT e.event_id, count(l.id) FROM events_event e JOIN events_eventlot l"
        " ON l.event_id = e.id WHERE e.biz_step LIKE '%%storing' GROUP BY e.id, e.event_id"
    )
    lots = dict(rows)
    assert len(lots) == len(rows), "an event stands there twice"
    for name, events in aftermath.documents.items():
        there = [lots[event] for event in events if event in lots]
        if name in aftermath.captured.acknowledged:
            assert there == [2] * EVENTS, name
        else:
            assert there in ([], [2] * EVENTS), name
    assert sum(len(events) for events in aftermath.documents.values()) >= len(lots) > 0


def test_every_stored_document_has_its_events_and_its_entry(aftermath: Aftermath) -> None:
    rows = aftermath.query(
        "SELECT j.id, j.state, j.events,"
        " (SELECT count(*) FROM events_event e WHERE e.job_id = j.id),"
        " (SELECT count(*) FROM events_captureddocument d WHERE d.job_id = j.id),"
        " (SELECT count(*) FROM ledger_entry l WHERE l.kind = 'events.document.captured'"
        "  AND l.subject_id = j.id::text)"
        " FROM events_capturejob j"
    )
    assert rows
    assert [
        row for row in rows if row[1] == "RUNNING" or row[2] != row[3] or row[4:] != (1, 1)
    ] == []


def test_a_report_is_signed_once_or_a_draft(aftermath: Aftermath) -> None:
    done = aftermath.signed.acknowledged | aftermath.signed.settled
    assert done == set(aftermath.ground["reports"])
    rows = aftermath.query(
        "SELECT r.id, r.state, length(r.signature) > 0, r.signed_at IS NOT NULL,"
        " (SELECT count(*) FROM sampling_testresult t WHERE t.report_id = r.id"
        "  AND t.outcome = 'NONCONFORMING'),"
        " (SELECT count(*) FROM ledger_entry l WHERE l.kind = 'sampling.report.signed'"
        "  AND l.subject_id = r.id::text)"
        " FROM sampling_testreport r WHERE r.id = ANY(%s)",
        sorted(done),
    )
    assert len(rows) == len(done)
    assert {row[1:] for row in rows} == {("SIGNED", True, True, 1, 1)}


def test_a_failed_report_has_all_its_consequences_once(aftermath: Aftermath) -> None:
    rows = aftermath.query(
        "SELECT r.id,"
        " (SELECT count(*) FROM alerts_alert a WHERE a.report_id = r.id),"
        " (SELECT count(*) FROM recalls_recall c JOIN alerts_alert a ON a.id = c.alert_id"
        "  WHERE a.report_id = r.id),"
        " (SELECT count(*) FROM cases_case c JOIN alerts_alert a ON a.id = c.alert_id"
        "  WHERE a.report_id = r.id AND c.reappearance_id IS NULL),"
        " (SELECT count(*) FROM recalls_scopeline s JOIN recalls_recall c ON c.id = s.recall_id"
        "  JOIN alerts_alert a ON a.id = c.alert_id WHERE a.report_id = r.id) > 0"
        " FROM sampling_testreport r WHERE r.id = ANY(%s)",
        aftermath.ground["reports"],
    )
    assert {row[1:] for row in rows} == {(1, 1, 1, True)}
    duties = aftermath.query(
        "SELECT a.id, d.deed, count(*) FROM alerts_alert a JOIN duties_duty d"
        " ON d.subject_type = 'alerts.alert' AND d.subject_id = a.id::text GROUP BY 1, 2"
    )
    reported = {alert: number for alert, deed, number in duties if deed == "report_upward"}
    assert len(reported) == len(rows)
    assert {number for _alert, _deed, number in duties} == {1}


def test_a_confirmed_recall_has_served_every_order_with_proof(aftermath: Aftermath) -> None:
    confirmed = aftermath.confirmed.acknowledged | aftermath.confirmed.settled
    recalls = dict(aftermath.query("SELECT id, state FROM recalls_recall"))
    assert confirmed == set(recalls)
    assert set(recalls.values()) == {"RUNNING"}
    orders = aftermath.query(
        "SELECT o.recall_id, o.served_at IS NOT NULL, s.served_at IS NOT NULL, sp.id IS NOT NULL,"
        " r.served_at IS NOT NULL, rp.id IS NOT NULL FROM recalls_order o"
        " LEFT JOIN notices_delivery s ON s.id = o.stop_sale_delivery_id"
        " LEFT JOIN evidence_serviceproof sp ON sp.id = s.service_proof"
        " LEFT JOIN notices_delivery r ON r.id = o.recall_delivery_id"
        " LEFT JOIN evidence_serviceproof rp ON rp.id = r.service_proof"
        " WHERE o.operator_id IS NOT NULL"
    )
    assert {row[0] for row in orders} == confirmed
    assert {row[1:] for row in orders} == {(True,) * 5}
    traced = aftermath.query(
        "SELECT DISTINCT c.id FROM recalls_recall c JOIN accountability_responsibilitytrace t"
        " ON t.alert_id = c.alert_id AND t.built_at >= c.confirmed_at"
    )
    assert {row[0] for row in traced} == confirmed


def test_an_acknowledged_order_is_acknowledged_once_and_as_a_whole(aftermath: Aftermath) -> None:
    rows = aftermath.query(
        "SELECT o.id, s.state, r.state,"
        " (SELECT count(*) FROM ledger_entry l WHERE l.kind = 'recalls.order.acknowledged'"
        "  AND l.subject_id = o.id::text)"
        " FROM recalls_order o JOIN notices_delivery s ON s.id = o.stop_sale_delivery_id"
        " JOIN notices_delivery r ON r.id = o.recall_delivery_id"
        " WHERE o.acknowledged_at IS NOT NULL"
    )
    there = {row[0] for row in rows}
    assert aftermath.answered.acknowledged | aftermath.answered.settled <= there
    assert {row[1:] for row in rows} == {("ACKNOWLEDGED", "ACKNOWLEDGED", 1)}
    left = aftermath.query(
        "SELECT count(*) FROM notices_delivery d JOIN recalls_order o"
        " ON d.id IN (o.stop_sale_delivery_id, o.recall_delivery_id)"
        " WHERE o.acknowledged_at IS NULL AND d.state = 'ACKNOWLEDGED'"
    )
    assert left == [(0,)]


def test_no_reaction_is_left_or_failed(aftermath: Aftermath) -> None:
    rows = aftermath.query(
        "SELECT status::text, count(*) FROM procrastinate_jobs"
        " WHERE task_name = 'zhian.deliver' GROUP BY 1"
    )
    assert [status for status, _number in rows] == ["succeeded"]


def test_the_ledger_verifies_outside(aftermath: Aftermath, tmp_path: Path) -> None:
    exported = tmp_path / "ledger.jsonl"
    data = ["--data", str(aftermath.site.data)]
    subprocess.run(
        [*ZHIAN, "ledger", "export", *data, "--out", str(exported)],
        cwd=ROOT, env=environment(), check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    key = subprocess.run(
        [*ZHIAN, "ledger", "key", *data],
        cwd=ROOT, env=environment(), check=True, capture_output=True, text=True, timeout=120,
    ).stdout.split()[-1]  # fmt: skip
    verified = subprocess.run(
        [*ZHIAN, "ledger", "verify", str(exported), "--public-key", key, "--json"],
        cwd=ROOT, env=environment(), check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    found = json.loads(verified.stdout)
    assert (verified.returncode, found["faults"]) == (0, [])
    assert found["entries"] >= aftermath.query("SELECT count(*) FROM ledger_entry")[0][0] - 1


def test_it_stopped_with_nothing_left_and_started_clean(aftermath: Aftermath) -> None:
    ended = aftermath.ended
    assert ended is not None
    assert (ended.exit_code, ended.processes, ended.files, ended.port_free) == (0, [], [], True)
    assert ended.rows_after == ended.rows_before
    log = (aftermath.site.data / "pg" / "log").read_text().splitlines()
    last = max(number for number, line in enumerate(log) if "starting PostgreSQL" in line)
    assert any("database system was shut down at" in line for line in log[last:])
    assert not any("not properly shut down" in line or "PANIC" in line for line in log[last:])
