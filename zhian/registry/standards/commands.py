"""`zhian judge` (results in, verdicts with reasons out, no database) and `zhian standards`."""

import csv
import io
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import click

from zhian.registry.standards.judging import CaseRow, full_reason, judge_row

# the tables of vocabulary.Table, which needs Django and is imported once it is set up
_TABLES = ("FOOD_CATEGORIES", "EXCLUSIONS", "ADDITIVES", "CONTAMINANTS", "GENERAL")

_NEEDED = ("id", "product", "category", "item", "result", "limit")
_OPTIONAL = ("unit", "produced_on", "market")


class RowError(Protocol):
    """What is wrong in a row of a table."""

    @property
    def row(self) -> int: ...


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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of a sentence")
@click.option("--verdicts", default=20_000, show_default=True, help="how many to give")
def bench_judge(as_json: bool, verdicts: int) -> None:
    """Measure how many results are judged in a second on one core, none of them seen before."""
    cases = [_invented(number) for number in range(verdicts)]
    judge_row(cases[0])  # reading the rule packs is not judging
    started = time.perf_counter()
    nonconforming = sum(judge_row(case).outcome.printed == "不合格" for case in cases)
    seconds = time.perf_counter() - started
    facts = {
        "verdicts": verdicts,
        "verdicts_per_s": round(verdicts / seconds),
        "nonconforming": nonconforming,
    }
    click.echo(json.dumps(facts) if as_json else f"{facts['verdicts_per_s']} verdicts/s")


def _invented(number: int) -> CaseRow:
    """A case whose result no other case has: printed limits, plans and library limits in turn."""
    made = "2026-10-01"
    if number % 3 == 0:
        return CaseRow("韭菜", "蔬菜-韭菜", "腐霉利", f"{number * 100}μg/kg", "≤5mg/kg", "", made)
    if number % 3 == 1:
        return CaseRow("婴幼儿配方乳粉", "", "三聚氰胺", f"{number / 100}mg/kg", "", "", made)
    values = f"10;{number};{number + 1};10;10CFU/g"
    return CaseRow("糕点", "糕点-糕点", "菌落总数", values, "n=5,c=2,m=10⁴,M=10⁵CFU/g", "", made)


@click.group()
def standards() -> None:
    """The limit library."""


@standards.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--table", required=True, type=click.Choice(_TABLES, case_sensitive=False))
@click.option("--activate", is_flag=True, help="put the edition in force at once")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    show_default=True,
    help="the folder that holds everything this installation owns",
)
def import_file(file: Path, table: str, activate: bool, data: Path) -> None:
    """Import a published table (CSV or Excel) as a draft edition; nothing when a row is wrong."""
    # at the top this would load the database server, and `zhian judge` answers in a second
    from zhian.kernel.command_line import open_data

    open_data(data)
    click.echo(import_into_library(file, table.upper(), activate=activate))


def import_into_library(file: Path, table: str, *, activate: bool) -> str:
    """Write one table into the open library and say what was written."""
    from zhian.foundation.offices import selectors as offices
    from zhian.kernel.errors import ZhianError
    from zhian.registry.standards import services
    from zhian.registry.standards.services.sheets import SHEETS
    from zhian.registry.standards.vocabulary import Table

    chosen = Table(table)
    system = offices.system_user()
    try:
        reading = SHEETS[chosen].read(file.name, file.read_bytes())
        reading.refuse(services.checked_rows(chosen, reading.rows))
        _refuse_errors(reading.errors)
        edition = services.import_table(
            acting_user=system, table=chosen, rows=reading.rows, source=file.name
        )
        if edition is not None and activate:
            services.activate_edition(acting_user=system, edition_id=edition.pk)
    except ZhianError as error:
        raise click.ClickException(str(error)) from error
    return f"{len(reading.rows)} rows → {edition or chosen.value}"


def _refuse_errors(errors: Sequence[RowError]) -> None:
    for error in errors:
        click.echo(f"row {error.row}, {error}", err=True)
    if errors:
        raise click.ClickException(f"{len(errors)} errors; nothing was written")
