"""`zhian judge`: results in, verdicts with reasons out, no database (house.md 7)."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import click

from zhian.registry.standards.judging import CaseRow, full_reason, judge_row

_NEEDED = ("id", "product", "category", "item", "result", "limit")
_OPTIONAL = ("unit", "produced_on", "market")


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


def _case(row: dict[str, str]) -> CaseRow:
    product, category, item, result, limit, unit, produced_on, market = (
        row.get(name, "") for name in (*_NEEDED[1:], *_OPTIONAL)
    )
    return CaseRow(product, category, item, result, limit, unit, produced_on, market)


@click.command()
@click.argument("cases", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def judge(cases: Path, out: Path, language: str) -> None:
    """Judge every result of CASES (CSV) and write id, verdict and reason to OUT."""
    verdicts = [(row["id"].strip(), judge_row(_case(row))) for _number, row in list(_rows(cases))]
    try:
        file = out.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise BadCases(f"{out}: cannot be written: {error.strerror}") from error
    with file:
        writer = csv.writer(file)
        writer.writerow(["id", "verdict", "reason"])
        for identifier, verdict in verdicts:
            writer.writerow([identifier, verdict.outcome.printed, full_reason(verdict, language)])
    click.echo(f"{len(verdicts)} → {out}", err=True)
