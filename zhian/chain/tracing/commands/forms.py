"""`zhian trace forms|import`: ask operators by workbook, read what comes back; no database."""

import json
from pathlib import Path
from typing import Any

import click

from zhian.chain.tracing.commands.answering import (
    MODEL,
    OUT,
    answer,
    problems_told,
    read_json,
    tell,
)
from zhian.chain.tracing.commands.group import trace
from zhian.chain.tracing.engine.exports.tables import LANGUAGES
from zhian.chain.tracing.engine.problems import ModelError, Problem
from zhian.chain.tracing.engine.workbooks.accepting import accept
from zhian.chain.tracing.engine.workbooks.doubts import doubts_of, proposal_of
from zhian.chain.tracing.engine.workbooks.forms import (
    DIRECTIONS,
    FormOrder,
    as_zip,
    request_forms,
)
from zhian.chain.tracing.engine.workbooks.importing import read_workbooks
from zhian.kernel import clock

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@trace.command("forms")
@MODEL
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A folder or a .zip.")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh", show_default=True)
@click.option("--direction", type=click.Choice(DIRECTIONS), default="both", show_default=True)
@click.option("--station", "stations", multiple=True, help="Only these stations; repeatable.")
@click.option("--contact", default="", help="Whom to answer: name, telephone, e-mail.")
def forms_command(model: Path, out: Path, stations: tuple[str, ...], **order: str) -> None:
    """Write one pre-filled request workbook per operator."""
    with problems_told(model):
        raw = read_json(model)
        known = {str(row.get("id")) for row in raw.get("stations") or []}
        unknown = [station for station in stations if station not in known]
        if unknown:
            raise ModelError(
                [Problem("error", "unknown_station", s, "no such id") for s in unknown]
            )
        files = request_forms(raw, FormOrder(**order), stations)
    if out.suffix == ".zip":
        out.write_bytes(as_zip(files))
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (out / name).write_bytes(data)


@trace.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--into", type=_FILE, help="The model to add to.")
@click.option(
    "--accept", "confirmed", type=_FILE, help="Lines of stderr, or ids, that a person confirmed."
)
@OUT
def import_command(
    files: tuple[Path, ...], into: Path | None, confirmed: Path | None, out: Path
) -> None:
    """Make a model of All-in-One and request workbooks, or add them to one.

    What may be wrong comes as JSON lines on stderr; only what --accept names is merged.
    """

    def work(raw: Any) -> dict[str, Any]:
        draft = read_workbooks(files, raw)
        tell(draft.notes.findings)
        today = clock.today().isoformat()
        model = draft.as_json()
        doubts = doubts_of(model, draft.corrections, today=today)
        if confirmed is None:
            tell(doubts)
            return model
        chosen = _confirmed(confirmed)
        model = accept(model, doubts, chosen)
        left = [d for d in draft.corrections if proposal_of(d).id not in chosen]
        tell(doubts_of(model, left, today=today))
        return model

    answer(into, out, work)


def _confirmed(path: Path) -> set[str]:
    """Ids of proposals: one a line, or whole lines as they were told."""
    found = set()
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        text = line.strip()
        said = json.loads(text) if text.startswith("{") else {"proposal": text}
        if said.get("proposal"):
            found.add(str(said["proposal"]))
    return found
