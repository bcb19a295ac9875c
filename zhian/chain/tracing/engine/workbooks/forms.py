"""Request forms, one workbook per operator: what we know is filled in, the rest is asked for.

The back form asks what the operator's outgoing goods were made of, the forward form what its
incoming goods became. Row 2 and the last column say which station and which delivery a row stands
for, so that a reply is recognised whatever was mended in it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

from zhian.chain.tracing.engine.exports.book import Book, Place, Shipment, open_book
from zhian.chain.tracing.engine.exports.tables import LANGUAGES, Words, said
from zhian.chain.tracing.engine.workbooks import words

DIRECTIONS = ("both", "back", "forward")
SPARE_ABOVE, SPARE_BELOW = 5, 60  # empty rows to fill in
_COLUMNS = 16
_TITLES: dict[str, Words] = {
    "back": ("Production - Backtrace", "上游溯源"),
    "forward": ("Production - Fwdtrace", "下游追踪"),
}
_OUTGOING: Words = ("Outgoing Goods", "发出的货物")
_INCOMING: Words = ("Incoming Goods", "收到的货物")
_LINES: Words = ("Line Number or Lot Number from the table above", "上表的行号或批号")
_BEFORE: Words = (
    "The grey lines are what we know. Correct what is wrong and add what is missing.",
    "灰色各行为已知信息；请更正有误之处，并补充缺少的内容。",
)
_BACK: Words = (
    "Below, list every lot that went into these goods, one line for each lot. In the first column "
    "write the line number (left margin) or the lot number of the goods it went into; several are "
    "separated by commas.",
    "请在下表逐批列出制成上述货物所用的原料，每批一行。第一列填写所制成货物的行号（左侧）或批号，多个以逗号分隔。",
)
_FORWARD: Words = (
    "Below, list everything that was made of these goods or sold on, one line for each delivery. "
    "In the first column write the line number (left margin) or the lot number of the goods it was "
    "made of; several are separated by commas.",
    "请在下表逐笔列出用上述货物制成或转售的货物，每笔交货一行。第一列填写所用货物的行号（左侧）或批号，多个以逗号分隔。",
)
_UNKNOWN: Words = (
    "Leave empty what you do not know; write lot numbers exactly as printed.",
    "不清楚的请留空；批号请与标签完全一致。",
)


@dataclass(frozen=True)
class FormOrder:
    """What the forms are for: language, directions, whom to answer."""

    language: str = LANGUAGES[0]
    direction: str = DIRECTIONS[0]
    contact: str = ""


def request_forms(
    raw: Any, order: FormOrder | None = None, stations: Sequence[str] = ()
) -> dict[str, bytes]:
    """File name → workbook, one per station (of those named, else of all that trade).

    ModelError when the model cannot be read; KeyError for a station that is not in it.
    """
    order = order or FormOrder()
    book = open_book(raw)
    asked = [book.places[id_] for id_ in stations] or [
        place
        for place in book.places.values()
        if any(place in (s.sender, s.recipient) for s in book.shipments)
    ]
    files = {}
    for number, place in enumerate(asked, start=1):
        files[f"{number:03}_{_file_name(place.name)}.xlsx"] = _workbook(book, place, order)
    return files


def as_zip(files: dict[str, bytes]) -> bytes:
    """All workbooks in one archive."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _file_name(name: str) -> str:
    return re.sub(r"[^\w\-]+", "_", name).strip("_")[:60] or "form"


def _workbook(book: Book, place: Place, order: FormOrder) -> bytes:
    stream = BytesIO()
    target = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    incoming = [s for s in book.shipments if s.recipient == place]
    outgoing = [s for s in book.shipments if s.sender == place]
    wanted = [
        kind
        for kind, known in (("back", outgoing), ("forward", incoming))
        if order.direction in {"both", kind} and known
    ]
    for kind in wanted or ["back" if order.direction == "back" else "forward"]:
        above, below = (outgoing, incoming) if kind == "back" else (incoming, outgoing)
        _Form(target, kind, order, place).write(book, above, below)
    target.close()
    return stream.getvalue()


class _Form:
    """One sheet in the making; rows are counted from 0 as the writer wants them."""

    def __init__(self, target: Any, kind: str, order: FormOrder, place: Place) -> None:
        self.kind, self.order, self.place = kind, order, place
        self.sheet = target.add_worksheet(said(_TITLES[kind], order.language))
        self.bold = target.add_format({"bold": True, "text_wrap": True, "border": 1})
        self.known = target.add_format({"bg_color": "#e8ecf0", "border": 1, "num_format": "@"})
        self.empty = target.add_format({"border": 1, "num_format": "@"})
        self.next = 0

    def write(self, book: Book, above: Iterable[Shipment], below: Iterable[Shipment]) -> None:
        """Head, the goods in question, how to fill in, the goods asked for."""
        is_back = self.kind == "back"
        self._head()
        self._line(_OUTGOING if is_back else _INCOMING)
        self._headings(words.PRODUCT, words.RECIPIENT if is_back else words.SUPPLIER, None)
        numbers = {shipment.id: self._row(shipment, is_back, "") for shipment in above}
        self._spare(SPARE_ABOVE)
        for text in (words.INSTRUCTIONS, _BEFORE, _BACK if is_back else _FORWARD, _UNKNOWN):
            self._line(text)
        self._line(_INCOMING if is_back else _OUTGOING)
        goods = words.INGREDIENT if is_back else words.PRODUCT
        self._headings(goods, words.SUPPLIER if is_back else words.RECIPIENT, _LINES)
        for shipment in below:
            lines = sorted(
                numbers[other]
                for other in _linked(book, shipment, is_back=is_back)
                if other in numbers
            )
            if lines:
                self._row(shipment, not is_back, ", ".join(str(line + 1) for line in lines))
        self._spare(SPARE_BELOW)
        self.sheet.set_column(0, 0, 16)
        self.sheet.set_column(1, 1, 28)
        self.sheet.set_column(2, _COLUMNS - 2, 12)
        self.sheet.set_column(9, 10, 26)
        self.sheet.set_column(_COLUMNS - 1, _COLUMNS - 1, 20)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def _say(self, text: Words) -> str:
        return said(text, self.order.language)

    def _line(self, text: Words) -> None:
        self.sheet.write_string(self.next, 0, self._say(text))
        self.next += 1

    def _head(self) -> None:
        self.sheet.write_string(0, 0, self._say(words.COMPANY), self.bold)
        place = self.place
        for column, text in ((2, place.name), (5, place.address), (10, place.country)):
            self.sheet.write_string(0, column, text)
        self.sheet.write_string(0, 12, place.business)
        self.sheet.write_string(1, 0, self._say(words.REFERENCE), self.bold)
        self.sheet.write_string(1, 1, place.id)
        self.sheet.write_string(1, 5, self.order.contact)
        self.next = 2

    def _headings(self, goods: Words, partner: Words, first: Words | None) -> None:
        groups = {
            0: first, 1: goods, 3: words.LOT_INFORMATION, 5: words.DELIVERY, 9: partner,
            13: words.COMMENTS, 15: words.REFERENCE,
        }  # fmt: skip
        second = (
            None, words.NAME, words.EAN, words.LOT, words.BEST_BEFORE, words.DATE, None, None,
            words.AMOUNT, words.NAME, words.ADDRESS, words.COUNTRY, words.BUSINESS, None, None,
            None,
        )  # fmt: skip
        third = {5: words.DAY, 6: words.MONTH, 7: words.YEAR}
        for column in range(_COLUMNS):
            for offset, text in enumerate((groups.get(column), second[column], third.get(column))):
                shown = self._say(text) if text else ""
                self.sheet.write_string(self.next + offset, column, shown, self.bold)
        self.next += 3

    def _row(self, shipment: Shipment, to_recipient: bool, lines: str) -> int:
        """A line of what is known; its number, counted from 0."""
        partner = shipment.recipient if to_recipient else shipment.sender
        year, month, day = [*shipment.sent.split("-"), "", "", ""][:3]
        amount = (
            "" if shipment.amount is None else f"{shipment.amount:.12g} {shipment.unit}".strip()
        )
        cells = (
            lines, shipment.product, shipment.said("ean"), shipment.lot,
            shipment.said("bestBefore"), day, month, year, amount, partner.name, partner.address,
            partner.country, partner.business, shipment.said("comment"), "", shipment.id,
        )  # fmt: skip
        for column, text in enumerate(cells):
            self.sheet.write_string(self.next, column, text, self.known)
        self.next += 1
        return self.next - 1

    def _spare(self, rows: int) -> None:
        for _row in range(rows):
            for column in range(_COLUMNS):
                self.sheet.write_blank(self.next, column, None, self.empty)
            self.next += 1


def _linked(book: Book, shipment: Shipment, *, is_back: bool) -> list[str]:
    """Deliveries of the upper table that this one of the lower table went into, or was made of."""
    if not is_back:
        return [source.id for source in book.sources.get(shipment.id, ())]
    return [target for target, sources in book.sources.items() if shipment in sources]
