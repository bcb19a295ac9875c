"""Back and forward request forms: one inquired company, what it received and what it sent on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from zhian.chain.tracing.engine.workbooks.cells import Grid, amount_of, at, date_of, same
from zhian.chain.tracing.engine.workbooks.draft import Draft
from zhian.chain.tracing.engine.workbooks.words import heading

_PARTNERS = {"supplier", "recipient"}
_GOODS = {"product", "ingredient"}
_SEPARATORS = re.compile(r"[,;/+&\n]| and | und ")
_PLACEHOLDER = re.compile(r"\[.*\]")


@dataclass(frozen=True)
class _Block:
    """One table of a form: where its columns are and which rows are its own."""

    partner: str  # "supplier": goods came in, "recipient": goods went out
    columns: dict[str, int]
    first: int
    last: int


def is_request(grid: Grid) -> bool:
    """Whether the sheet is a request form."""
    return bool(grid) and heading(at(grid[0], 0)).startswith("inquired company")


def read_request(grid: Grid, draft: Draft, sheet: str) -> None:
    """Add what the form says; a later form of the same request replaces the earlier one."""
    company = _company(grid, draft)
    if company is None:
        draft.notes.finding("form_empty", f"{sheet}!1", "the form names no company; left out")
        return
    blocks = _blocks(grid)
    name = _name(grid, company, blocks)
    if name in draft.forms:
        draft.notes.finding("form_replaced", f"{sheet}!1", f"replaces the earlier form {name!r}")
        draft.replace_form(name)
    known: dict[int, str] = {}
    links: dict[tuple[str, str], None] = {}
    said: set[tuple[str, str]] = set()
    for position, block in enumerate(blocks):
        for number, row in _rows(grid, block):
            where = f"{sheet}!{number}"
            id_ = _read_row(row, block, company, known, draft, where)
            if (id_, at(row, 0)) in said:
                draft.notes.finding("row_repeated", where, "the form says this twice; once counts")
            said.add((id_, at(row, 0)))
            if position:
                top = blocks[0]
                for other in _named(at(row, 0), grid, top, known, draft, where):
                    pair = (id_, other) if block.partner == "supplier" else (other, id_)
                    links[pair] = None
                    draft.link(*pair)
            known[number] = id_
    draft.forms[name] = {
        "deliveries": list(dict.fromkeys(known.values())),
        "links": [list(pair) for pair in links],
    }


def _company(grid: Grid, draft: Draft) -> str | None:
    """The inquired company of row 1: name, address, country, kind of business.

    A form that we sent says in row 2 which station it is, whatever becomes of its name.
    """
    second = [text for text in (grid[1] if len(grid) > 1 else []) if text]
    for label, id_ in pairwise(second):
        if heading(label) == "reference" and id_ in draft.stations:
            return id_
    texts = [(c, text) for c, text in enumerate(grid[0]) if c and text]
    if not texts or _PLACEHOLDER.fullmatch(texts[0][1]):
        return None
    rest = texts[1:]
    details = {
        "typeOfBusiness": next((t for c, t in rest if c > 10), ""),
        "country": next((t for c, t in rest if c == 10), ""),
        "address": next((t for c, t in rest if c < 10), ""),
    }
    return draft.station_named(texts[0][1], details)


def _blocks(grid: Grid) -> list[_Block]:
    """The tables of the form, found by their headings."""
    heads = [
        row
        for row, cells in enumerate(grid)
        if {heading(c) for c in cells} & _PARTNERS and {heading(c) for c in cells} & _GOODS
    ]
    blocks = []
    for position, head in enumerate(heads):
        end = heads[position + 1] if position + 1 < len(heads) else len(grid)
        partner = next(heading(c) for c in grid[head] if heading(c) in _PARTNERS)
        blocks.append(_Block(partner, _columns(grid, head), head + 3, end))
    return blocks


def _columns(grid: Grid, head: int) -> dict[str, int]:
    """Columns by what they hold, read from three heading rows."""
    found: dict[str, int] = {}
    group = ""
    rows = [grid[head + n] if head + n < len(grid) else [] for n in range(3)]
    for column in range(max(len(row) for row in rows)):
        group = heading(at(rows[0], column)) or group
        word = heading(at(rows[2], column) or at(rows[1], column) or at(rows[0], column))
        kind = "partner" if group in _PARTNERS else "goods" if group in _GOODS else ""
        key = f"{kind} {word}".strip()
        for start in ("partner address", "amount", "best before"):
            key = start if key.startswith(start) else key
        found.setdefault(key, column)
    return found


def _rows(grid: Grid, block: _Block) -> Iterator[tuple[int, list[str]]]:
    """Rows with goods, by their number in the sheet."""
    for index in range(block.first, block.last):
        row = grid[index]
        if heading(at(row, 0)).startswith("information to complete"):
            return
        if at(row, block.columns.get("goods name")) and at(row, block.columns.get("partner name")):
            yield index + 1, row


def _name(grid: Grid, company: str, blocks: list[_Block]) -> str:
    """What makes two forms the same request: kind, company, and the goods asked about."""
    asked: list[str] = []
    if len(blocks) > 1:
        columns = blocks[0].columns
        keys = ("goods name", "lot number", "partner name")
        asked = sorted(
            "|".join(same(at(row, columns.get(key))) for key in keys)
            for _, row in _rows(grid, blocks[0])
        )
    kind = "+".join(block.partner for block in blocks)
    return " ".join([kind, company, *asked])


def _read_row(
    row: list[str],
    block: _Block,
    company: str,
    known: dict[int, str],
    draft: Draft,
    where: str,
) -> str:
    """The delivery of a row; the same one listed again keeps its id."""

    def cell(key: str) -> str:
        return at(row, block.columns.get(key))

    partner = draft.station_named(
        cell("partner name"),
        {
            "address": cell("partner address"),
            "country": cell("partner country"),
            "typeOfBusiness": cell("partner type of business"),
        },
    )
    lot, ean = cell("lot number"), cell("goods ean")
    if not lot and ean and not ean.isdigit():
        draft.notes.finding("lot_in_ean", where, f"{ean!r} in the EAN column is taken as lot")
        lot, ean = ean, ""
    delivery: dict[str, Any] = {
        "from": partner if block.partner == "supplier" else company,
        "to": company if block.partner == "supplier" else partner,
        "product": cell("goods name"),
        "lot": lot,
        "ean": ean,
        "bestBefore": cell("best before"),
        "comment": cell("comments"),
    }
    try:
        delivery["date"] = date_of(cell("day"), cell("month"), cell("year"))
    except ValueError as error:
        draft.notes.finding("not_a_date", where, str(error))
    try:
        delivery["amount"], delivery["unit"] = amount_of(cell("amount"))
    except ValueError as error:
        draft.notes.finding("amount_unreadable", where, str(error))
    delivery = {key: value for key, value in delivery.items() if value not in {"", None}}
    if known_id := _referred(cell("reference"), delivery, draft, where):
        return known_id
    ends = f"{delivery['from']} > {delivery['to']}"
    parts = (delivery["product"], lot, delivery.get("date", ""), ends)
    delivery = {"id": " · ".join(part for part in parts if part)} | delivery
    return draft.seen_from_elsewhere(delivery, known.values(), where)


def _referred(reference: str, delivery: dict[str, Any], draft: Draft, where: str) -> str | None:
    """The delivery that a pre-filled row stands for; what it corrects waits for a person."""
    old = draft.deliveries.get(reference)
    if old is None:
        return None
    if (old["from"], old["to"]) != (delivery["from"], delivery["to"]):
        text = f"the row of delivery {reference!r} names another partner now; read as a new one"
        draft.notes.finding("partner_changed", where, text)
        return None
    draft.correct(reference, delivery, where)
    return reference


def _named(
    text: str, grid: Grid, top: _Block, known: dict[int, str], draft: Draft, where: str
) -> list[str]:
    """Deliveries of the upper table that a cell names by line or lot, one or several."""
    if not text:
        draft.notes.finding("reference_missing", where, "the row names no goods of the upper table")
        return []
    lots: dict[str, list[str]] = {}
    lines: dict[str, list[str]] = {}
    for number, row in _rows(grid, top):
        lines[str(number)] = [known[number]]
        lots.setdefault(same(at(row, top.columns.get("lot number"))), []).append(known[number])
    if found := lines.get(text) or lots.get(same(text)):
        return found
    for part in filter(None, (piece.strip() for piece in _SEPARATORS.split(text))):
        named = lines.get(part) or lots.get(same(part)) or []
        found = [*(found or []), *named]
        if not named:
            draft.notes.finding("reference_unknown", where, f"no line or lot {part!r} above")
    return found or []
