"""Cells of a workbook as text, dates and amounts; no-break spaces and stray blanks go."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from zhian.chain.tracing.engine.dates import parse_date
from zhian.chain.tracing.engine.problems import ModelError, Problem

UNPACKED = 256 * 1024 * 1024  # bytes; a small file that grows beyond is an attack, not a form
Grid = list[list[str]]

_AMOUNT = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*(.*)", re.DOTALL)


def read_workbook(path: Path) -> dict[str, Grid]:
    """Every sheet as rows of text, at their own row numbers; ModelError when it is no workbook."""
    try:
        with ZipFile(path) as package:
            if sum(part.file_size for part in package.infolist()) > UNPACKED:
                raise ValueError("unpacks to more than a workbook of forms can hold")
        book = CalamineWorkbook.from_path(path)
        return {
            name: [
                [cell_text(cell) for cell in row]
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }
    except (BadZipFile, CalamineError, OSError, ValueError) as error:
        problem = Problem("error", "not_a_workbook", path.name, str(error))
        raise ModelError([problem]) from error


def cell_text(value: Any) -> str:
    """A cell as people read it: whole numbers without a point, blanks at the ends gone."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return " ".join(str(value).replace("\xa0", " ").split()) if value is not None else ""


def at(row: Sequence[str], column: int | None) -> str:
    """The text in a column; empty beyond the end and where there is no such column."""
    return row[column] if column is not None and column < len(row) else ""


def same(text: str) -> str:
    """What makes two spellings one name: letters and digits only, case aside."""
    return "".join(c for c in text.casefold() if c.isalnum())


def date_of(day: str, month: str, year: str) -> str:
    """A date of three cells, any of which may be empty; ValueError for what is no date."""
    if not year and (day or month):
        raise ValueError(f"day {day!r} or month {month!r} without a year")
    if day and not month:
        raise ValueError(f"day {day!r} without a month")
    text = "-".join(part for part in (year, month, day) if part)
    found = parse_date(text) if text else None
    if found is None:
        return ""
    parts = (f"{found.year:04}", found.month, found.day)
    return "-".join(p if isinstance(p, str) else f"{p:02}" for p in parts if p is not None)


def amount_of(text: str, unit: str = "") -> tuple[float | None, str]:
    """Number and unit of `6.3 kg`, `6,3kg` or `6.3` beside its unit; ValueError when unreadable."""
    if not text:
        return None, unit
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no amount")
    return float(match[1].replace(",", ".")), match[2].strip() or unit
