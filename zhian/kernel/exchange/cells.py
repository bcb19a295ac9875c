"""Bytes of a workbook or CSV file → cells as text, with what cannot be trusted marked.

Only the first sheet is read. Refused as a whole: too large, a zip bomb, a password, XML entities.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import python_calamine
from django.utils.translation import gettext as _

from zhian.kernel.errors import BadInput, TooLarge, Unsupported

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_PARTS = 1_000
MAX_ROWS = 100_000
MAX_COLUMNS = 500

_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>\s*<(?:\w+:)?f[\s>/]")


@dataclass
class Grid:
    """Cells by row number as Excel shows it, and the cells that are formulas or merged."""

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: set[tuple[int, int]] = field(default_factory=set)


def read_grid(filename: str, data: bytes) -> Grid:
    """The cells of the file; raises BadInput, TooLarge or Unsupported for the file as a whole."""
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise TooLarge(_("The file is larger than %(limit)d MB; split it") % {"limit": limit})
    if not data:
        raise BadInput(_("The file is empty"))
    ending = filename.rsplit(".", 1)[-1].lower()
    if data[:4] == b"PK\x03\x04" and ending == "xlsx":
        return _read_workbook(data)
    if ending in {"csv", "txt"}:
        return _read_csv(data)
    raise Unsupported(_("Only Excel (.xlsx) and CSV files are read; save it as one of them"))


def _read_workbook(data: bytes) -> Grid:
    formulas = _inspect_package(data)
    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(
            0
        )
        last_row, last_column = sheet.end or (0, 0)
        _refuse_too_many(last_row + 1, last_column + 1)
        cells = sheet.to_python(skip_empty_area=False)
    except python_calamine.PasswordError:
        raise BadInput(_("The workbook is protected by a password")) from None
    except (python_calamine.CalamineError, IndexError, OSError):
        raise BadInput(_("The workbook is damaged; open and save it again")) from None
    grid = Grid(formulas=formulas)
    for number, row in enumerate(cells, start=1):
        grid.rows.append((number, [_cell_text(value) for value in row]))
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if (bottom - top + 1) * (right - left + 1) <= MAX_ROWS:
            grid.merged.update(
                (r + 1, c) for r in range(top, bottom + 1) for c in range(left, right + 1)
            )
    return grid


def _refuse_too_many(height: int, width: int) -> None:
    if height > MAX_ROWS or width > MAX_COLUMNS:
        raise TooLarge(
            _("More than %(rows)d rows or %(columns)d columns; split the file")
            % {"rows": MAX_ROWS, "columns": MAX_COLUMNS}
        )


def _inspect_package(data: bytes) -> set[tuple[int, int]]:
    """Unpack within limits, counting real bytes; returns the formula cells of the first sheet.

    The sizes a zip states may be lies, so every part is read and counted before calamine may.
    """
    formulas: set[tuple[int, int]] = set()
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS:
                raise TooLarge(_("The workbook has too many parts"))
            first = _first_sheet_part([part.filename for part in parts])
            for part in parts:
                body = _unpack(package, part, MAX_UNPACKED - unpacked)
                unpacked += len(body)
                if b"<!ENTITY" in body or b"<!DOCTYPE" in body[:2000]:
                    raise BadInput(_("The workbook holds XML that is not read here"))
                if part.filename == first:
                    formulas = _formula_cells(body)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise BadInput(_("The workbook is damaged; open and save it again")) from None
    return formulas


def _unpack(package: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> bytes:
    with package.open(part) as stream:
        body = stream.read(room + 1)
    if len(body) > room:
        raise TooLarge(_("The workbook unpacks to more than is safe to open"))
    return body


def _first_sheet_part(names: list[str]) -> str:
    sheets = [name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
    # sheet1.xml before sheet10.xml; writers number the parts in the order of the sheets
    return min(sheets, key=lambda name: (len(name), name), default="")


def _formula_cells(body: bytes) -> set[tuple[int, int]]:
    return {(int(row), _column_index(letters.decode())) for letters, row in _CELL.findall(body)}


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _cell_text(value: object) -> str:
    """A cell as a person reads it: 13 digits typed as a number stay 13 digits."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip()


def _read_csv(data: bytes) -> Grid:
    content = _decoded(data)
    first_line = content.split("\n", 1)[0]
    delimiter = max(",\t;", key=first_line.count)
    grid = Grid()
    try:
        for number, row in _csv_rows(content, delimiter):
            _refuse_too_many(number, len(row))
            grid.rows.append((number, [_csv_text(value) for value in row]))
            grid.formulas.update(
                (number, column) for column, value in enumerate(row) if value.startswith("=")
            )
    except csv.Error:
        raise BadInput(_("The file is not a CSV file")) from None
    # ="0012" is Excel's way to keep zeros, not a formula
    grid.formulas = {
        (number, column)
        for number, column in grid.formulas
        if grid.rows[number - 1][1][column].startswith("=")
    }
    return grid


def _csv_rows(content: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    return enumerate(reader, start=1)


def _csv_text(value: str) -> str:
    if len(value) > 3 and value.startswith('="') and value.endswith('"'):
        value = value[2:-1]
    return value.strip().removeprefix("'")


def _decoded(data: bytes) -> str:
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(_("The text encoding is not UTF-8 or GB18030; save the file as UTF-8 CSV"))
