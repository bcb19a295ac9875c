"""Workbooks for people: typed cells, frozen header, text that never turns into a formula."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from zhian.kernel import clock

Text = str | Promise
# Excel keeps 15 digits: longer numbers are written as text, or they would change silently
_EXACT = 10**15


def as_text(value: object) -> str:
    """A value as pages show it: a dash for nothing, Beijing time, ISO days, grouped numbers."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{clock.beijing(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return plain_number(value) if isinstance(value, Decimal) else str(value)


def plain_number(value: object) -> str:
    """Grouped by thousands, without trailing zeros: 1,234.5."""
    number = Decimal(str(value))
    places = max(0, -int(number.normalize().as_tuple().exponent))
    return f"{number:,.{places}f}"


class Workbook:
    """One workbook with one sheet, written row by row to a temporary file."""

    def __init__(self, title: str, *, constant_memory: bool = True) -> None:
        self.stream: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (handed to the response)
        options = {"constant_memory": constant_memory, "strings_to_formulas": False}
        self.book = xlsxwriter.Workbook(self.stream, {**options, "strings_to_urls": False})
        self.sheet = self.book.add_worksheet(_sheet_name(title))
        self.bold = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.help = self.book.add_format(
            {"italic": True, "font_color": "#5c6b7a", "text_wrap": True}
        )
        self.text = self.book.add_format({"num_format": "@"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.next_row = 0

    def header(self, labels: Sequence[Text]) -> None:
        """The first row, kept in view while scrolling."""
        for column, label in enumerate(labels):
            shown = str(label)
            self.sheet.set_column(column, column, max(12, min(40, 2 + 2 * len(shown))))
            self.sheet.write_string(0, column, shown, self.bold)
        self.sheet.freeze_panes(1, 0)
        self.next_row = 1

    def row(self, values: Iterable[object], style: Any = None) -> None:
        """One row of typed values."""
        for column, value in enumerate(values):
            self._write(column, value, style)
        self.next_row += 1

    def _write(self, column: int, value: object, style: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self.sheet.write_string(self.next_row, column, as_text(value), style)
        elif isinstance(value, datetime):
            wall = clock.beijing(value).replace(tzinfo=None)
            self.sheet.write_datetime(self.next_row, column, wall, self.moment)
        elif isinstance(value, date):
            self.sheet.write_datetime(self.next_row, column, value, self.day)
        elif isinstance(value, int | float | Decimal) and -_EXACT < value < _EXACT:
            self.sheet.write_number(self.next_row, column, value, style)
        else:
            self.sheet.write_string(self.next_row, column, str(value)[:32_767], style)

    def finish(self) -> IO[bytes]:
        """The finished file, at its beginning."""
        self.book.close()
        self.stream.seek(0)
        return self.stream


def write_table(title: str, headers: Sequence[Text], rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """A workbook of headers and rows, streamed through a temporary file; the caller closes it."""
    book = Workbook(title)
    try:
        book.header(headers)
        for row in rows:
            book.row(row)
        return book.finish()
    except BaseException:
        book.book.close()  # gives its own temporary files back
        book.stream.close()
        raise


def _sheet_name(title: str) -> str:
    """Excel allows 31 characters without []:*?/\\ and without ' at the ends."""
    return "".join("-" if c in "[]:*?/\\" else c for c in title)[:31].strip("'") or "-"
