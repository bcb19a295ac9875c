"""Tables as workbooks: one sheet each, frozen heading, sortable; text never becomes a formula."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter

Cell = str | float | int | None
Words = tuple[str, str]  # English, Chinese
LANGUAGES = ("en", "zh")


def said(words: Words, language: str) -> str:
    """The words in one language."""
    return words[LANGUAGES.index(language)]


@dataclass(frozen=True)
class Table:
    """One sheet: a title of at most 31 characters, headings (perhaps in two rows), rows."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    second: Sequence[str] = ()


def as_workbook(tables: Sequence[Table]) -> bytes:
    """The tables as one xlsx file."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for table in tables:
        sheet = book.add_worksheet(table.title)
        heads = [row for row in (table.headings, table.second) if row]
        for line, headings in enumerate(heads):
            for column, heading in enumerate(headings):
                sheet.set_column(column, column, max(12, min(36, 2 + len(heading))))
                sheet.write_string(line, column, heading, bold)
        for number, row in enumerate(table.rows, start=len(heads)):
            for column, value in enumerate(row):
                if isinstance(value, str) and value:
                    sheet.write_string(number, column, value[:32_767])
                elif isinstance(value, int | float):
                    sheet.write_number(number, column, value)
        top = len(heads) - 1
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, top + max(1, len(table.rows)), len(table.headings) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, top)
    book.close()
    return stream.getvalue()
