"""`zhian judge`: results in, verdicts with reasons out, no database (house.md 7)."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from zhian.kernel import clock
from zhian.registry.standards.commands.samples import Asked, Line, judged, loaded_judge, together
from zhian.registry.standards.engine.verdict import Outcome, Verdict
from zhian.registry.standards.judging import CaseRow, full_reason, starter_judge

_NEEDED = ("id", "product", "category", "item", "result", "limit")
_OPTIONAL = ("unit", "produced_on", "market", "sample")


class BadCases(click.ClickException):
    """The file cannot be judged; the message names row and column, the exit code is 1."""


def _text(path: Path) -> str:
    """The file's text: UTF-8 (with or without mark) or GB18030, as a Chinese Excel writes it."""
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadCases(f"{path.name}: row 1: neither UTF-8 nor GB18030 text")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Row numbers as a spreadsheet counts them, with cells by column."""
    text = _text(path)
    if "\0" in text:
        raise BadCases(f"{path.name}: row 1: this is not a CSV text file")
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(table, [])]
        _check_header(path, header)
        for number, cells in enumerate(table, start=2):
            if any(cell.strip() for cell in cells):
                yield number, _cells(path, number, header, cells)
    except csv.Error as error:
        raise BadCases(f"{path.name}: row {table.line_num}: {error}") from error


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise BadCases(f"{path.name}: row 1: column missing: {', '.join(missing)}")
    known = [name for name in header if name in _NEEDED + _OPTIONAL]
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise BadCases(f"{path.name}: row 1: column stands twice: {', '.join(twice)}")


def _cells(path: Path, number: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        raise BadCases(
            f"{path.name}: row {number}: {len(cells)} cells for {len(header)} columns; "
            "a comma inside a cell needs quotation marks"
        )
    row = dict(zip(header, cells, strict=False))
    if not row.get("id", "").strip():
        raise BadCases(f"{path.name}: row {number}, column id: empty")
    absent = [name for name in _NEEDED if name not in row]
    if absent:
        raise BadCases(f"{path.name}: row {number}, column {absent[0]}: the row ends before it")
    return row


def _asked(row: dict[str, str]) -> Asked:
    product, category, item, result, limit, unit, produced_on, market = (
        row.get(name, "") for name in (*_NEEDED[1:], *_OPTIONAL[:3])
    )
    case = CaseRow(product, category, item, result, limit, unit, produced_on, market)
    return Asked(row["id"].strip(), row.get("sample", "").strip(), case)


@click.command()
@click.argument("cases", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="judge by the limits in force in this installation instead of the starter limits",
)
def judge(cases: Path, out: Path, language: str, data: Path | None) -> None:
    """Judge every result of CASES (CSV) and write id, verdict and reason to OUT.

    Columns: id, product, category, item, result, limit; and if wanted unit, produced_on, market,
    sample.

    Rows with the same `sample` (or the same id) that hold one value each for one item under one
    sampling plan (n, c, m, M) are its sub-samples: they are judged together and share the verdict.

    With --data the results of each `sample` are also judged as a whole: additives of one function
    by the sum of their shares, residues as the sum of their parts. Each such verdict is one more
    row at the end of OUT, its id made of the sample and the rule.
    """
    asked = [_asked(row) for _number, row in list(_rows(cases))]
    verdicts = judged(asked, loaded_judge(data) if data else starter_judge(clock.today()))
    lines = [
        Line(one.identifier, verdict.outcome.printed, *_reasons(verdict))
        for one, verdict in zip(asked, verdicts, strict=True)
    ]
    if data:
        lines += together(asked)
    _write(out, lines, language)
    counts = Counter(line.verdict for line in lines)
    shown = " · ".join(f"{outcome.printed} {counts[outcome.printed]}" for outcome in Outcome)
    click.echo(f"{len(lines)} → {out} ({shown})", err=True)


def _reasons(verdict: Verdict) -> tuple[str, str]:
    return full_reason(verdict, "zh"), full_reason(verdict, "en")


def _write(out: Path, lines: Sequence[Line], language: str) -> None:
    try:
        file = out.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise BadCases(f"{out}: cannot be written: {error.strerror}") from error
    with file:
        writer = csv.writer(file)
        writer.writerow(["id", "verdict", "reason"])
        for line in lines:
            reason = line.reason_en if language == "en" else line.reason_zh
            writer.writerow([line.identifier, line.verdict, reason])
