"""How smoothly the explorer of a trace moves: a real browser, a real installation.

    python -m tools.explorer_frames --sites 3000 --sites 3500

Captures one lot that went from a works over stores to so many shops, opens its page in Chromium,
draws every place by itself, drags and zooms with the mouse, and counts the milliseconds between
frames. Above what is drawn one by one the page shows groups; the number of nodes tells.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import installation
from tests.browser.conftest import QUIET

STORES = 40
LOT = "urn:epc:class:lgtin:6901234.000017.FRAMES"
FILL = """
import json, sys
from pathlib import Path
from zhian.kernel.command_line import open_data
open_data(Path(sys.argv[1]))
from zhian.chain.events.services import capture_document
from zhian.foundation.offices.models import User
from zhian.foundation.offices.selectors import system_user
from zhian.registry.subjects.policies import sites_visible_to
works = sites_visible_to(User.objects.get(username="wang")).first().sgln
for line in sys.stdin:
    raw = line.replace(sys.argv[2], works).encode()
    capture_document(acting_user=system_user(), raw=raw, media_type="application/json")
from config.demo.people import PASSWORD
print(PASSWORD)
"""
RECORD = """() => {
  window.frames_seen = [];
  let last = performance.now();
  const tick = (now) => {
    window.frames_seen.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""
DRAW = """async (mode) => {
  const choice = document.getElementById("trace-group");
  choice.value = mode;
  const began = performance.now();
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  const laid = performance.now() - began;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const nodes = document.getElementById("trace-graph")._cyreg.cy.nodes().length;
  return { layout_ms: Math.round(laid), shown_ms: Math.round(performance.now() - began), nodes };
}"""


def place(number: int) -> str:
    """The key of a place."""
    return f"urn:epc:id:sgln:6905001.{10_000 + number}.0"


def documents(sites: int) -> list[str]:
    """The works, stores that it sends to, shops that the stores send to."""
    events = [_event("commissioning", 0, place(0), None, 100_000)]
    for store in range(1, STORES + 1):
        events += _moved(place(0), place(store), 1, 1_000)
    for shop in range(STORES + 1, sites):
        events += _moved(place(1 + shop % STORES), place(shop), 5 + shop % 20, 10)
    return [_document(events[first : first + 1_000]) for first in range(0, len(events), 1_000)]


def _moved(source: str, target: str, day: int, kg: int) -> list[dict[str, Any]]:
    ends = (source, target)
    return [_event("shipping", day, source, ends, kg), _event("receiving", day, target, ends, kg)]


def _event(
    step: str, day: int, where: str, ends: tuple[str, str] | None, kg: int
) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        "eventTime": f"2026-09-{day + 1:02}T{'10' if step == 'receiving' else '08'}:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "ADD" if step == "commissioning" else "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": where},
        "bizLocation": {"id": where},
        "quantityList": [{"epcClass": LOT, "quantity": kg, "uom": "KGM"}],
    }
    if ends:
        event["sourceList"] = [{"type": "location", "source": ends[0]}]
        event["destinationList"] = [{"type": "location", "destination": ends[1]}]
    return event


def _document(events: list[dict[str, Any]]) -> str:
    return json.dumps({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-10-01T08:00:00+08:00",
        "epcisBody": {"eventList": events},
    })  # fmt: skip


def moved(page: Page) -> dict[str, float]:
    """Milliseconds between frames while the drawing is dragged and zoomed with the mouse."""
    graph = page.locator("#trace-graph")
    graph.scroll_into_view_if_needed()
    box = graph.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(RECORD)
    for turn in range(8):
        page.mouse.move(x + 3, y + 3)
        page.mouse.down()
        for step in range(15):
            page.mouse.move(x + (step if turn % 2 else -step) * 8, y + step * 3)
        page.mouse.up()
        for _notch in range(6):
            page.mouse.wheel(0, -120 if turn < 4 else 120)
    frames = sorted(page.evaluate("window.frames_seen.slice(2)"))
    return {
        "frames": len(frames),
        "p50_ms": round(statistics.median(frames), 1),
        "p95_ms": round(frames[int(len(frames) * 0.95)], 1),
        "max_ms": round(frames[-1], 1),
    }


def measured(browser: Browser, eve: Path, sites: int) -> dict[str, Any]:
    """One installation with that many places on the way of the lot."""
    folder = eve.parent / str(sites)
    subprocess.run(["cp", "-a", str(eve), str(folder)], check=True)
    for stale in ("postmaster.pid", ".handle_pids.json"):
        (folder / "pg" / stale).unlink(missing_ok=True)
    said = "\n".join(documents(sites))
    filled = subprocess.run(
        [sys.executable, "-c", FILL, str(folder), place(0)], input=said, text=True, check=True,
        cwd=installation.ROOT, env=installation.environment(), stdout=subprocess.PIPE,
    )  # fmt: skip
    with installation.served(folder) as address:
        page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(300_000)
        page.on("pageerror", lambda error: print(error, file=sys.stderr))
        page.goto(f"{address}/sign-in/")
        page.fill("input[name=username]", "wang")
        page.fill("input[name=password]", filled.stdout.split()[-1])
        with page.expect_navigation():
            page.click("main form button")
        page.goto(f"{address}/trace/lot?lot={quote(LOT)}&direction=forward")
        page.wait_for_selector("body[data-trace=ready]")
        drawn = {mode: page.evaluate(DRAW, mode) for mode in ("auto", "none")}
        found = {"sites": sites, **drawn, "moving": moved(page)}
        page.close()
    shutil.rmtree(folder, ignore_errors=True)
    return found


def main() -> None:
    """Measure and print one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, action="append", default=[])
    asked = parser.parse_args().sites or [3_000, 3_500]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        eve = Path(name) / "eve"
        installation.seed(eve)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=installation.chromium(), args=QUIET
            )
            for sites in asked:
                print(json.dumps(measured(browser, eve, sites)), flush=True)
            browser.close()


if __name__ == "__main__":
    main()
