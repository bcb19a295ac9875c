"""`zhian standards import | template`: published tables and anyone's Excel, in and out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhian.registry.standards.commands.group import data_option, opened, set_up, standards

if TYPE_CHECKING:
    from zhian.kernel.exchange import Reading, RowError
    from zhian.registry.standards.models import Edition
    from zhian.registry.standards.vocabulary import Table

# the tables of vocabulary.Table, which needs Django and is imported once it is set up
TABLES = (
    "FOOD_CATEGORIES",
    "EXCLUSIONS",
    "ADDITIVES",
    "NO_FLAVOURS",
    "FLAVOURINGS",
    "PROCESSING_AIDS",
    "FUNCTIONS",
    "ADDITIVE_INDEX",
    "CONTAMINANTS",
    "INSPECTION_RULES",
    "SUBSTANCES",
    "FOODS",
    "GENERAL",
)
_HEADER_WITHIN = 10
_table = click.Choice(TABLES, case_sensitive=False)


@dataclass
class Wishes:
    """How an import should go."""

    activate: bool = False
    keep_valid: bool = False
    errors: Path | None = None
    made: dict[int, "Edition"] = field(default_factory=dict)


@standards.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--table", type=_table, help="which table it is; found by its columns unless named")
@click.option("--activate", is_flag=True, help="put the editions in force at once")
@click.option("--keep-valid", is_flag=True, help="write the valid rows of a file with errors")
@click.option(
    "--errors", type=click.Path(file_okay=False, path_type=Path),
    help="folder for the rows that were refused, as Excel files",
)  # fmt: skip
@data_option
def import_files(
    files: tuple[Path, ...],
    table: str | None,
    activate: bool,
    keep_valid: bool,
    errors: Path | None,
    data: Path,
) -> None:
    """Import published tables (CSV or Excel) as draft editions; nothing when a row is wrong."""
    opened(data)
    wishes = Wishes(activate, keep_valid, errors)
    for line in import_into_library(files, table, wishes):
        click.echo(line)


def import_into_library(files: Sequence[Path], table: str | None, wishes: Wishes) -> list[str]:
    """Write tables into the open library, in the order they need each other; what was written."""
    from zhian.kernel.errors import ZhianError
    from zhian.registry.standards.vocabulary import Table

    try:
        chosen = [(Table(table.upper()) if table else table_of(file), file) for file in files]
        order = list(Table)
        chosen.sort(key=lambda pair: order.index(pair[0]))
        said = [_imported(table, file, wishes) for table, file in chosen]
        return said + _put_in_force(wishes)
    except ZhianError as error:
        raise click.ClickException(str(error)) from error


def _imported(table: "Table", file: Path, wishes: Wishes) -> str:
    from zhian.foundation.offices import selectors as offices
    from zhian.registry.standards import services
    from zhian.registry.standards.services.sheets import SHEETS

    reading = SHEETS[table].read(file.name, file.read_bytes())
    reading.refuse(services.checked_rows(table, reading.rows))
    if reading.errors:
        _refuse(table, file, reading, wishes)
    edition = services.import_table(
        acting_user=offices.system_user(), table=table, rows=reading.rows, source=file.name
    )
    if edition is not None:
        wishes.made[edition.pk] = edition
    refused = f", {len(reading.failed_rows)} refused" if reading.errors else ""
    return f"{file.name}: {len(reading.rows)} rows{refused} → {edition or table.value}"


def _put_in_force(wishes: Wishes) -> list[str]:
    from zhian.foundation.offices import selectors as offices
    from zhian.registry.standards import services

    if not wishes.activate:
        return []
    for key in wishes.made:
        services.activate_edition(acting_user=offices.system_user(), edition_id=key)
    return [f"in force: {edition}" for edition in wishes.made.values()]


def table_of(file: Path) -> "Table":
    """The table whose columns the file's header names; refused where none or two fit."""
    from zhian.kernel.exchange.cells import read_grid
    from zhian.kernel.exchange.parsing import folded
    from zhian.registry.standards.services.sheets import SHEETS

    first = read_grid(file.name, file.read_bytes()).rows[:_HEADER_WITHIN]
    named = {folded(cell) for _number, cells in first for cell in cells}
    # most of its columns stand in the file, and fewest are missing there
    fitting = {
        table: (sum(bool(one.called() & named) for one in sheet.columns), -len(sheet.columns))
        for table, sheet in SHEETS.items()
        if all(column.called() & named for column in sheet.columns if column.required)
    }
    best = [table for table, fit in fitting.items() if fit == max(fitting.values())]
    if len(best) != 1:
        raise click.ClickException(f"{file.name}: which table is this? Name it with --table")
    return best[0]


def _refuse(table: "Table", file: Path, reading: "Reading", wishes: Wishes) -> None:
    """Say every error; give the refused rows back as a file; end unless valid rows are wanted."""
    from zhian.registry.standards.services.sheets import SHEETS

    _say(reading.errors)
    if wishes.errors is not None:
        wishes.errors.mkdir(parents=True, exist_ok=True)
        target = wishes.errors / f"{file.stem}-errors.xlsx"
        target.write_bytes(SHEETS[table].error_file(reading))
        click.echo(f"refused rows → {target}", err=True)
    if not (wishes.keep_valid and reading.rows):
        raise click.ClickException(f"{len(reading.errors)} errors; nothing was written")


def _say(errors: "Sequence[RowError]") -> None:
    for error in errors:
        click.echo(f"row {error.row}, {error}", err=True)


@standards.command("template")
@click.argument("table", type=_table)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def template(table: str, out: Path) -> None:
    """Write the empty Excel template of a table, with its help and choices."""
    set_up()
    from zhian.registry.standards.services.sheets import SHEETS
    from zhian.registry.standards.vocabulary import Table

    out.write_bytes(SHEETS[Table(table.upper())].template())
    click.echo(f"{table.upper()} → {out}")
