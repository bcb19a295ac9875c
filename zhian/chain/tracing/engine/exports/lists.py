"""The lists European rules ask for: Regulation (EU) 931/2011, and recipients for iRASFF."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from zhian.chain.tracing.engine.exports.book import Book, Place, Shipment
from zhian.chain.tracing.engine.exports.tables import Cell, Table, Words, said

_Column = tuple[Words, Callable[[Shipment], Cell]]

# Article 3(1) (a)-(h) of Implementing Regulation (EU) No 931/2011; the owner counts as the sender
# or recipient itself unless the record names another.
_EU_931: tuple[_Column, ...] = (
    (("(a) Description of the food", "(a) 食品描述"), lambda s: s.product),
    (("(b) Volume or quantity", "(b) 数量"), lambda s: s.amount),
    (("Unit", "单位"), lambda s: s.unit),
    (("(c) Dispatched from: name", "(c) 发货经营者名称"), lambda s: s.sender.name),
    (("(c) Dispatched from: address", "(c) 发货经营者地址"), lambda s: s.sender.address),
    (
        ("(d) Consignor (owner), if another", "(d) 托运人（货主），如不同"),
        lambda s: s.said("consignor", "owner"),
    ),
    (("(e) Dispatched to: name", "(e) 收货经营者名称"), lambda s: s.recipient.name),
    (("(e) Dispatched to: address", "(e) 收货经营者地址"), lambda s: s.recipient.address),
    (
        ("(f) Consignee (owner), if another", "(f) 收货人（货主），如不同"),
        lambda s: s.said("consignee", "newOwner"),
    ),
    (("(g) Lot, batch or consignment", "(g) 批次或货物编号"), lambda s: s.code),
    (("(h) Date of dispatch", "(h) 发货日期"), lambda s: s.sent),
)

_IRASFF: tuple[_Column, ...] = (
    (("Country of recipient", "收货国家／地区"), lambda s: s.recipient.country),
    (("Recipient", "收货者"), lambda s: s.recipient.name),
    (("Address", "地址"), lambda s: s.recipient.address),
    (("Type of business", "经营类型"), lambda s: s.recipient.business),
    (("Product", "产品"), lambda s: s.product),
    (("CN code", "CN编码"), lambda s: s.said("cnCode", "hsCode")),
    (("Category", "类别"), lambda s: s.said("category")),
    (("Lot / consignment", "批次／货物编号"), lambda s: s.code),
    (("Durability date", "保质期"), lambda s: s.said("bestBefore", "Best before date")),
    (("Quantity", "数量"), lambda s: s.amount),
    (("Unit", "单位"), lambda s: s.unit),
    (("Date of delivery", "交货日期"), lambda s: s.arrived),
    (("Supplied by", "供货者"), lambda s: s.sender.name_and_address),
    (("Country of supplier", "供货国家／地区"), lambda s: s.sender.country),
)


def eu_931(book: Book, language: str) -> list[Table]:
    """Who sent what to whom and when, by date of dispatch."""
    shipments = sorted(book.shipments, key=lambda s: (s.sent, s.product, s.code, s.id))
    return [_table(("Regulation 931-2011", "931-2011号条例"), _EU_931, shipments, language)]


def irasff_recipients(book: Book, language: str) -> list[Table]:
    """Every recipient by country, and the sums by country and product."""
    shipments = sorted(
        book.shipments, key=lambda s: (s.recipient.country, s.recipient.name, s.arrived, s.id)
    )
    detail = _table(("Recipients", "收货者名单"), _IRASFF, shipments, language)
    return [detail, _countries(shipments, language)]


def _table(
    title: Words, columns: Sequence[_Column], shipments: Sequence[Shipment], language: str
) -> Table:
    return Table(
        said(title, language),
        [said(words, language) for words, _value in columns],
        [[value(shipment) for _words, value in columns] for shipment in shipments],
    )


def _countries(shipments: Sequence[Shipment], language: str) -> Table:
    """Distribution: a country gets so many recipients and so much of each product."""
    recipients: dict[tuple[str, str, str], dict[str, Place]] = defaultdict(dict)
    known: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for shipment in shipments:
        key = (shipment.recipient.country, shipment.product, shipment.unit)
        recipients[key][shipment.recipient.id] = shipment.recipient
        known[key].extend([] if shipment.amount is None else [shipment.amount])
    rows: list[list[Cell]] = [
        [country, product, len(places), sum(known[country, product, unit]) or None, unit]
        for (country, product, unit), places in sorted(recipients.items())
    ]
    headings: tuple[Words, ...] = (
        ("Country", "国家／地区"), ("Product", "产品"), ("Recipients", "收货者数"),
        ("Known quantity", "已知数量"), ("Unit", "单位"),
    )  # fmt: skip
    title = said(("Distribution by country", "各国分布"), language)
    return Table(title, [said(words, language) for words in headings], rows)
