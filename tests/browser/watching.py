"""An officer keeps a query and watches events arrive: pause, go on, a lost connection."""

import contextlib
import json

import psutil

from tests.browser.visitor import Visitor

LINES = "#live-list li"


def officer_watches(officer: Visitor) -> None:
    """What is sent from another window appears here by itself, once."""
    officer.opens("/events/queries/new/")
    officer.page.fill("input[name=name]", "arrivals")
    officer.presses("main form .deeds button")
    officer.opens("/events/queries/")
    officer.presses("tbody a")
    officer.presses('a[href$="/live/"]')
    officer.page.wait_for_selector("#live-pause:not([hidden])")
    something_happens(officer, "first")
    officer.page.wait_for_selector(f"{LINES}:nth-child(1)")
    officer.page.locator("#live-pause").click()
    something_happens(officer, "second")
    officer.page.locator("#live-state", has_text="1").wait_for()
    assert officer.page.locator(LINES).count() == 1
    officer.page.locator("#live-pause").click()
    assert officer.page.locator(LINES).count() == 2
    assert "second" in officer.reads(LINES)
    the_connection_is_lost(officer)
    officer.presses(f"{LINES} a")
    assert officer.page.locator("tbody tr").count() == 1


def the_connection_is_lost(officer: Visitor) -> None:
    """The process that holds sockets is killed; nothing is missed and nothing told twice."""
    port = officer.site.rpartition(":")[2]
    site = next(one for one in psutil.process_iter(["cmdline"]) if is_of(one, "serve", port))
    held = [one for one in site.children() if is_of(one, "config.sockets:application")]
    for process in [*held, *(child for one in held for child in one.children(recursive=True))]:
        process.kill()
    officer.page.wait_for_selector("#live-state.alert-danger")
    something_happens(officer, "third")
    officer.page.wait_for_selector(f"{LINES}:nth-child(3)")
    assert "third" in officer.reads(LINES)
    officer.complaints[:] = [one for one in officer.complaints if "WebSocket" not in one]


def is_of(process: psutil.Process, *words: str) -> bool:
    """Whether a process was started with these words."""
    with contextlib.suppress(psutil.Error):
        return set(words) <= set(process.cmdline())
    return False


def something_happens(officer: Visitor, lot: str) -> None:
    """The same officer sends an event from another window."""
    other = officer.page.context.new_page()
    other.goto(f"{officer.site}/events/captures/new/")
    file = {"name": "events.json", "mimeType": "application/json", "buffer": document(lot)}
    other.set_input_files("input[name=file]", file)  # type: ignore[arg-type]
    with other.expect_navigation(url="**/events/captures/*-*/"):
        other.locator("main form .deeds button").click()
    other.close()


def document(lot: str) -> bytes:
    """One observation of a lot."""
    event = {
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "inspecting",
        "eventTime": "2026-11-20T08:00:00+08:00", "eventTimeZoneOffset": "+08:00",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{sum(map(ord, lot)):012}",
        "quantityList": [{"epcClass": f"urn:epc:class:lgtin:6901234.000017.{lot}"}],
    }  # fmt: skip
    whole = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "EPCISDocument", "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00+08:00", "epcisBody": {"eventList": [event]},
    }  # fmt: skip
    return json.dumps(whole).encode()
