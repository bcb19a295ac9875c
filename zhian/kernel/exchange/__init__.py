"""Excel and CSV, in and out: a sheet names its columns once; template, reading, import follow."""

from zhian.kernel.exchange.parsing import (
    choice,
    day,
    decimal_number,
    text,
    whole_number,
    yes_no,
)
from zhian.kernel.exchange.sheets import Column, Reading, Row, RowError, Sheet
from zhian.kernel.exchange.views import ImportView
from zhian.kernel.exchange.writing import as_text, plain_number, write_table

__all__ = [
    "Column",
    "ImportView",
    "Reading",
    "Row",
    "RowError",
    "Sheet",
    "as_text",
    "choice",
    "day",
    "decimal_number",
    "plain_number",
    "text",
    "whole_number",
    "write_table",
    "yes_no",
]
