"""The electronic sortable spreadsheet of FSMA 204, due within 24 hours (21 CFR 1.1455(c)(3)).

One row for each shipping (§1.1340), receiving (§1.1345) and transformation; dates are ISO text,
so that they sort rightly even where day or month is unknown. A second sheet says which key data
elements are missing, by operator: the chase list (trace 2.2 (10)).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from zhian.chain.tracing.engine.dates import parse_date
from zhian.chain.tracing.engine.exports.book import Book, Place, Shipment
from zhian.chain.tracing.engine.exports.tables import Cell, Table, Words, said

_COLUMNS: tuple[tuple[str, Words], ...] = (
    ("event", ("Critical tracking event", "关键追溯事件")),
    ("date", ("Date", "日期")),
    ("code", ("Traceability lot code", "追溯批号")),
    ("amount", ("Quantity", "数量")),
    ("unit", ("Unit of measure", "计量单位")),
    ("product", ("Product description", "产品描述")),
    ("from_name", ("Ship-from location / immediate previous source", "发货地点／上一环节来源")),
    ("from_address", ("Address of ship-from location", "发货地址")),
    (
        "to_name",
        ("Immediate subsequent recipient / receiving location", "下一环节收货者／收货地点"),
    ),
    ("to_address", ("Address of recipient", "收货地址")),
    ("source", ("Traceability lot code source", "追溯批号赋码者")),
    ("source_address", ("Address of the lot code source", "赋码者地址")),
    ("document_type", ("Reference document type", "凭证类型")),
    ("document", ("Reference document number", "凭证编号")),
    ("input_code", ("Traceability lot code used", "所用原料追溯批号")),
    ("input_product", ("Product used", "所用原料")),
    ("input_amount", ("Quantity used", "所用数量")),
    ("input_unit", ("Unit used", "所用单位")),
    ("record", ("Record", "记录编号")),
    ("missing", ("Missing key data elements", "缺少的关键数据要素")),
)
_EVENTS: dict[str, Words] = {
    "ship": ("Shipping", "发货"),
    "receive": ("Receiving", "收货"),
    "transform": ("Transformation", "加工转化"),
}
_NEEDED = (
    "date", "code", "amount", "unit", "product", "from_name", "from_address", "to_name",
    "to_address", "source", "source_address", "document_type", "document",
)  # fmt: skip
_NEEDED_TO_TRANSFORM = (
    "date", "code", "product", "source", "source_address", "input_code", "input_product",
    "document_type", "document",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """What the request asks for: a range of dates, a range of lot codes; empty is open."""

    first_day: str = ""
    last_day: str = ""
    first_code: str = ""
    last_code: str = ""

    def holds(self, date: str, code: str) -> bool:
        """Whether a record may lie in the range; what is unknown is not left out."""
        if self.first_code and code and code < self.first_code:
            return False
        if self.last_code and code and code > self.last_code:
            return False
        if not date:
            return True
        on = parse_date(date)
        early = self.first_day and on.latest < parse_date(self.first_day).earliest
        late = self.last_day and on.earliest > parse_date(self.last_day).latest
        return not (early or late)


def sortable_spreadsheet(book: Book, language: str, span: Span | None = None) -> list[Table]:
    """The records, sorted by date, and what is missing in them by operator."""
    span = span or Span()
    found = [
        (who, row)
        for who, row in _records(book, language)
        if span.holds(str(row["date"] or ""), str(row["code"] or ""))
    ]
    found.sort(key=lambda pair: [str(pair[1][key] or "") for key in ("date", "code", "record")])
    words = dict(_COLUMNS)
    for _who, row in found:
        needed = _NEEDED_TO_TRANSFORM if row["event"] == "transform" else _NEEDED
        missing = [key for key in needed if row[key] in {None, ""}]
        row["missing"] = "; ".join(said(words[key], language) for key in missing)
        row["event"] = said(_EVENTS[str(row["event"])], language)
    rows = [[row[key] for key, _words in _COLUMNS] for _who, row in found]
    return [
        Table(
            said(("24-hour records", "24小时追溯记录"), language),
            [said(words, language) for _key, words in _COLUMNS],
            rows,
        ),
        _chase_list(found, language),
    ]


def _records(book: Book, language: str) -> Iterator[tuple[Place, dict[str, Cell]]]:
    seen: set[tuple[str, str]] = set()
    for shipment in book.shipments:
        facts = _facts(book, shipment)
        yield shipment.sender, facts | {"event": "ship", "date": shipment.sent}
        yield shipment.recipient, facts | {"event": "receive", "date": shipment.arrived}
        for used in book.sources.get(shipment.id, ()):
            pair = (used.id, "\n".join(shipment.lot_key))
            if (used.product, used.code) != (shipment.product, shipment.code) and pair not in seen:
                seen.add(pair)
                yield shipment.sender, facts | _transformation(shipment, used)


def _facts(book: Book, shipment: Shipment) -> dict[str, Cell]:
    source = book.first_of_lot(shipment).sender
    row: dict[str, Cell] = dict.fromkeys(key for key, _words in _COLUMNS)
    return row | {
        "code": shipment.code,
        "amount": shipment.amount,
        "unit": shipment.unit,
        "product": shipment.product,
        "from_name": shipment.sender.name,
        "from_address": shipment.sender.address,
        "to_name": shipment.recipient.name,
        "to_address": shipment.recipient.address,
        "source": shipment.said("lotCodeSource") or source.name,
        "source_address": source.address,
        "document_type": shipment.said("documentType"),
        "document": shipment.said("document", "documents"),
        "record": shipment.id,
    }


def _transformation(shipment: Shipment, used: Shipment) -> dict[str, Cell]:
    return {
        "event": "transform",
        "date": shipment.said("producedOn", "productionDate", "Production date"),
        "to_name": None,
        "to_address": None,
        "input_code": used.code,
        "input_product": used.product,
        "input_amount": used.amount,
        "input_unit": used.unit,
        "record": f"{used.id} → {shipment.id}",
    }


def _chase_list(found: list[tuple[Place, dict[str, Cell]]], language: str) -> Table:
    """Who must be asked for what, the least complete first."""
    asked: dict[str, tuple[Place, list[dict[str, Cell]]]] = {}
    for who, row in found:
        asked.setdefault(who.id, (who, []))[1].append(row)
    rows: list[list[Cell]] = []
    for who, records in asked.values():
        missing = dict.fromkeys(
            word for row in records for word in str(row["missing"]).split("; ") if word
        )
        complete = sum(1 for row in records if not row["missing"])
        rows.append(
            [who.name, who.address, len(records), complete, round(100 * complete / len(records), 1),
             "; ".join(missing)]
        )  # fmt: skip
    rows.sort(key=lambda row: (float(row[4] or 0), str(row[0])))
    headings: tuple[Words, ...] = (
        ("Operator", "经营者"),
        ("Address", "地址"),
        ("Records", "记录数"),
        ("Complete records", "完整记录数"),
        ("Complete (%)", "完整率（%）"),
        ("To be asked for", "需补充"),
    )
    title = said(("Missing data by operator", "各经营者缺项"), language)
    return Table(title, [said(words, language) for words in headings], rows)
