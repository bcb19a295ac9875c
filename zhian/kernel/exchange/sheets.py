"""A sheet: its columns, its template, its reading with row-level errors, its error file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from zhian.kernel.exchange import parsing
from zhian.kernel.exchange.cells import Grid, read_grid
from zhian.kernel.exchange.writing import Workbook, as_text, write_table

Text = str | Promise
HELP_MARK = "※"
ERROR_KEY = "error"
_HEADER_WITHIN = 10


@dataclass(frozen=True)
class Column:
    """One column: how it is called, how a cell is read, whether it must be filled."""

    key: str
    label: Text
    parse: parsing.Parse = parsing.text
    required: bool = False
    choices: Sequence[tuple[Any, Text]] | None = None
    example: str = ""
    help: Text = ""
    unique: bool = False

    def read(self, raw: str) -> Any:
        """The value of a cell; None when it is empty; ValueError in the user's language."""
        if not raw:
            if self.required:
                raise ValueError(_("must be filled in"))
            return None
        parse = parsing.choice(self.choices) if self.choices is not None else self.parse
        return parse(raw)

    def called(self) -> set[str]:
        """Every header this column answers to."""
        return {parsing.folded(self.key), *parsing.names(self.label)}


@dataclass(frozen=True)
class Row:
    """A row without errors: its number as Excel shows it, values by column key."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True)
class RowError:
    """What is wrong in a row; `column` is the header as people read it, empty for the whole row."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.column}: {self.message}" if self.column else self.message


@dataclass
class Reading:
    """What a file said: good rows, errors, and the original cells for the error file."""

    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    originals: dict[int, list[str]] = field(default_factory=dict)
    not_read: list[str] = field(default_factory=list)

    @property
    def failed_rows(self) -> list[int]:
        """Numbers of the rows with at least one error."""
        return sorted({error.row for error in self.errors})

    @property
    def total(self) -> int:
        """Rows with anything in them."""
        return len(self.originals)

    def refuse(self, errors: Iterable[RowError]) -> None:
        """Take back rows that proved wrong after reading (already registered, unknown place …)."""
        self.errors.extend(errors)
        failed = set(self.failed_rows)
        self.rows = [row for row in self.rows if row.number not in failed]


class Sheet:
    """The columns of one kind of file; the same object writes its template and reads it back."""

    def __init__(self, name: str, *columns: Column, title: Text = "") -> None:
        self.name = name
        self.title = title or name
        self.columns = columns
        self.by_key = {column.key: column for column in columns}
        if len(self.by_key) != len(columns):
            raise ValueError(f"sheet {name}: a column is named twice")

    def template(self) -> bytes:
        """An empty workbook: headers, a help row, drop-downs; whatever is typed stays text."""
        book = Workbook(str(self.title), constant_memory=False)
        book.header([column.label for column in self.columns])
        book.row([_help(column) for column in self.columns], book.help)
        lists = book.book.add_worksheet("_")
        lists.hide()
        for index, column in enumerate(self.columns):
            book.sheet.set_column(index, index, 22, book.text)
            if column.choices is not None:
                labels = [str(label) for _value, label in column.choices]
                lists.write_column(0, index, labels)
                letter = _letters(index)
                source = f"=_!${letter}$1:${letter}${len(labels)}"
                # by range: a typed list may hold 255 characters only
                book.sheet.data_validation(
                    2, index, 9_999, index, {"validate": "list", "source": source}
                )
        with book.finish() as stream:
            return stream.read()

    def read(self, filename: str, data: bytes) -> Reading:
        """Rows and row-level errors, in the active language; whole-file faults are raised."""
        grid = read_grid(filename, data)
        reading = Reading()
        head = self._find_header(grid, reading)
        if head is None:
            return reading
        header_row, places = head
        seen: dict[tuple[str, str], int] = {}
        for number, cells in grid.rows:
            if number <= header_row or not any(cells) or _is_help(cells):
                continue
            reading.originals[number] = cells
            values = self._read_row(number, cells, places, grid, reading.errors)
            self._refuse_repeats(number, values, seen, reading.errors)
            reading.rows.append(Row(number, values))
        reading.refuse(())
        return reading

    def error_file(self, reading: Reading) -> bytes:
        """The rows that failed as they came, with a last column saying why; ready to be mended."""
        why: dict[int, list[str]] = {}
        for error in reading.errors:
            why.setdefault(error.row, []).append(str(error))
        width = len(reading.header)
        rows = [
            [*(reading.originals[number] + [""] * width)[:width], "; ".join(why[number])]
            for number in reading.failed_rows
            if number in reading.originals
        ]
        with write_table(str(self.title), [*reading.header, _("Error")], rows) as stream:
            return stream.read()

    def export(self, rows: Iterable[Mapping[str, Any]]) -> bytes:
        """Rows (by column key) under the same headers, so that an export can be read back."""
        lines = (
            [self._shown(column, row.get(column.key)) for column in self.columns] for row in rows
        )
        labels = [column.label for column in self.columns]
        with write_table(str(self.title), labels, lines) as stream:
            return stream.read()

    def _shown(self, column: Column, value: Any) -> object:
        for code, label in column.choices or ():
            if code == value:
                return str(label)
        return as_text(value) if isinstance(value, bool) else value

    def _find_header(self, grid: Grid, reading: Reading) -> tuple[int, dict[str, int]] | None:
        """Row number of the header and the place of each column; None when it cannot be used."""
        names = {name: column.key for column in self.columns for name in column.called()}
        number, cells = _header_row(grid, set(names))
        reading.header = [cell for cell in cells if parsing.folded(cell) not in _error_names()]
        places: dict[str, int] = {}
        for index, cell in enumerate(cells):
            key = names.get(parsing.folded(cell))
            if key is not None and key in places:
                reading.errors.append(RowError(number, cell, _("this column stands twice")))
            elif key is not None:
                places[key] = index
            elif cell in reading.header and cell:
                reading.not_read.append(cell)
        for column in self.columns:
            if column.required and column.key not in places:
                message = _("this column is missing; start from the template")
                reading.errors.append(RowError(number, str(column.label), message))
        return None if reading.errors else (number, places)

    def _read_row(
        self,
        number: int,
        cells: list[str],
        places: dict[str, int],
        grid: Grid,
        errors: list[RowError],
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in self.columns:
            place = places.get(column.key)
            raw = cells[place] if place is not None and place < len(cells) else ""
            try:
                _refuse_untrusted(number, place, grid)
                values[column.key] = column.read(raw)
            except ValueError as error:
                errors.append(RowError(number, str(column.label), str(error)))
        return values

    def _refuse_repeats(
        self,
        number: int,
        values: dict[str, Any],
        seen: dict[tuple[str, str], int],
        errors: list[RowError],
    ) -> None:
        for column in self.columns:
            value = values.get(column.key)
            if not column.unique or value is None:
                continue
            first = seen.setdefault((column.key, str(value)), number)
            if first != number:
                message = _("the same as in row %(row)d") % {"row": first}
                errors.append(RowError(number, str(column.label), message))


def _header_row(grid: Grid, names: set[str]) -> tuple[int, list[str]]:
    """The row among the first ten that names most columns; titles above it are skipped."""
    best: tuple[int, list[str]] = grid.rows[0] if grid.rows else (1, [])
    most = 0
    for number, cells in grid.rows[:_HEADER_WITHIN]:
        known = sum(parsing.folded(cell) in names for cell in cells)
        if known > most:
            best, most = (number, cells), known
    number, cells = best
    # Excel keeps empty columns on the right once touched
    while cells and not cells[-1]:
        cells = cells[:-1]
    return number, cells


def _refuse_untrusted(number: int, place: int | None, grid: Grid) -> None:
    if place is None:
        return
    if (number, place) in grid.formulas:
        raise ValueError(_("holds a formula; paste its value"))
    if (number, place) in grid.merged:
        raise ValueError(_("is a merged cell; separate it and fill every row"))


def _help(column: Column) -> str:
    parts = [_("required") if column.required else _("may be left empty")]
    if column.help:
        parts.append(str(column.help))
    if column.example:
        parts.append(_("for example %(example)s") % {"example": column.example})
    return f"{HELP_MARK} " + "; ".join(parts)


def _is_help(cells: list[str]) -> bool:
    return next(cell for cell in cells if cell).startswith(HELP_MARK)


def _error_names() -> set[str]:
    return {"error", "错误", parsing.folded(_("Error"))}


def _letters(index: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
