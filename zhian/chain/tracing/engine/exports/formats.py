"""The formats of an export by name."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from zhian.chain.tracing.engine.exports.book import Book, open_book
from zhian.chain.tracing.engine.exports.fsma import Span, sortable_spreadsheet
from zhian.chain.tracing.engine.exports.graphs import geojson, graphml
from zhian.chain.tracing.engine.exports.lists import eu_931, irasff_recipients
from zhian.chain.tracing.engine.exports.tables import LANGUAGES, Table, as_workbook
from zhian.chain.tracing.engine.workbooks.all_in_one_out import all_in_one

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Order:
    """What somebody asks for: language of headings, range of records (FSMA 204 only)."""

    language: str = LANGUAGES[0]
    span: Span | None = None


@dataclass(frozen=True)
class Format:
    """One way to write a model down."""

    suffix: str
    media_type: str
    write: Callable[[Any, Book, Order], bytes]


def _tables(build: Callable[[Book, str], Sequence[Table]]) -> Callable[[Any, Book, Order], bytes]:
    return lambda raw, book, order: as_workbook(build(book, order.language))


FORMATS: dict[str, Format] = {
    "fsma204": Format(
        "xlsx",
        XLSX,
        lambda raw, book, order: as_workbook(
            sortable_spreadsheet(book, order.language, order.span)
        ),
    ),
    "eu931": Format("xlsx", XLSX, _tables(eu_931)),
    "irasff": Format("xlsx", XLSX, _tables(irasff_recipients)),
    "all-in-one": Format("xlsx", XLSX, lambda raw, book, order: as_workbook(all_in_one(book))),
    "graphml": Format("graphml", "application/graphml+xml", lambda raw, book, order: graphml(book)),
    "geojson": Format("geojson", "application/geo+json", lambda raw, book, order: geojson(book)),
    "model": Format(
        "json",
        "application/json",
        lambda raw, book, order: json.dumps(raw, ensure_ascii=False, indent=1).encode(),
    ),
}


def export_model(
    raw: Any, name: str, order: Order | None = None, *, only_traced: bool = False
) -> bytes:
    """The model in the named format; ModelError when it cannot be read."""
    book = open_book(raw, only_traced=only_traced)
    return FORMATS[name].write(raw, book, order or Order())
