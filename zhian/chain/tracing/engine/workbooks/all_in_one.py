"""The All-in-One workbook: sheets Stations, Deliveries, Deliveries2Deliveries."""

from collections.abc import Iterator
from typing import Any

from zhian.chain.tracing.engine.workbooks.cells import Grid, amount_of, at, date_of
from zhian.chain.tracing.engine.workbooks.draft import Draft

_MARKER = "additional fields ->"
_STATION = {
    "company_id": "id", "name": "name", "street": "street", "street number": "streetNumber",
    "postal code": "postalCode", "city": "city", "district": "district", "state": "state",
    "country": "country", "type of business": "typeOfBusiness",
}  # fmt: skip


def is_all_in_one(sheets: dict[str, Grid]) -> bool:
    """Whether the workbook has the sheets of the format."""
    return {"Stations", "Deliveries"} <= sheets.keys()


def read_all_in_one(sheets: dict[str, Grid], draft: Draft, file: str) -> None:
    """Add stations, deliveries and links; what is wrong is noted with sheet and row."""
    _read_stations(sheets["Stations"], draft, f"{file}:Stations")
    _read_deliveries(sheets["Deliveries"], draft, f"{file}:Deliveries")
    _read_links(sheets.get("Deliveries2Deliveries", []), draft, f"{file}:Deliveries2Deliveries")


def _rows(grid: Grid, after: int) -> Iterator[tuple[int, list[str]]]:
    """Rows that say something, by their number in the sheet."""
    return ((n, row) for n, row in enumerate(grid, start=1) if n > after and any(row))


def _read_stations(grid: Grid, draft: Draft, sheet: str) -> None:
    heads = [head.casefold() for head in (grid[0] if grid else [])]
    seen: set[str] = set()
    for number, row in _rows(grid, 1):
        where = f"{sheet}!{number}"
        station: dict[str, Any] = {
            _STATION[head]: text for head, text in zip(heads, row, strict=False)
            if head in _STATION and text
        }  # fmt: skip
        station |= _additional(heads, grid[0], row)
        if "id" not in station:
            draft.notes.finding("id_missing", where, "no Company_ID; the row is left out")
            continue
        if station["id"] in seen:
            draft.notes.finding("duplicate_id", where, f"station {station['id']!r} is given twice")
        seen.add(station["id"])
        draft.put_station(station, where)


def _additional(heads: list[str], names: list[str], row: list[str]) -> dict[str, Any]:
    """Free columns right of the marker; latitude and longitude as numbers."""
    start = heads.index(_MARKER) + 1 if _MARKER in heads else len(heads)
    found: dict[str, Any] = {}
    for column in range(start, len(heads)):
        text = at(row, column)
        if not heads[column] or not text:
            continue
        if heads[column] in {"latitude", "longitude"}:
            try:
                found[heads[column]] = float(text.replace(",", "."))
                continue
            except ValueError:
                pass
        found.setdefault("additional", {})[names[column]] = text
    return found


def _columns(grid: Grid) -> dict[tuple[str, str], int]:
    """Columns by (heading, second heading); merged headings reach to the next one."""
    found: dict[tuple[str, str], int] = {}
    first, second = grid[0], grid[1] if len(grid) > 1 else []
    group = ""
    for column in range(max(len(first), len(second))):
        group = at(first, column).casefold() or group
        found.setdefault((group, at(second, column).casefold()), column)
    return found


def _read_deliveries(grid: Grid, draft: Draft, sheet: str) -> None:
    if not grid:
        return
    columns = _columns(grid)
    heads = [head.casefold() for head in grid[0]]
    seen: set[str] = set()
    for number, row in _rows(grid, 2):
        where = f"{sheet}!{number}"
        delivery = _delivery(row, columns, draft, where)
        delivery |= _additional(heads, grid[0], row)
        if delivery["id"] in seen:
            draft.notes.finding("duplicate_id", where, f"{delivery['id']!r} is given twice")
        unknown = [delivery[end] for end in ("from", "to") if delivery[end] not in draft.stations]
        if not delivery["id"] or unknown:
            text = f"no DeliveryID or no station {unknown}; the row is left out"
            draft.notes.finding("delivery_incomplete", where, text)
            continue
        seen.add(delivery["id"])
        draft.put_delivery(delivery, where)


def _delivery(
    row: list[str], columns: dict[tuple[str, str], int], draft: Draft, where: str
) -> dict[str, Any]:
    def cell(head: str, second: str = "") -> str:
        return at(row, columns.get((head, second)))

    found: dict[str, Any] = {
        "id": cell("deliveryid"),
        "from": cell("station"),
        "to": cell("recipient"),
        "product": cell("product name"),
        "lot": cell("lot number"),
    }
    for key, head in (
        ("date", "delivery date departure"),
        ("dateArrival", "delivery date arrival"),
    ):
        try:
            found[key] = date_of(*(cell(head, part) for part in ("day", "month", "year")))
        except ValueError as error:
            draft.notes.finding("not_a_date", where, str(error))
    packed = next((h for h, _ in columns if h.startswith("unit wei")), "")
    for key, head in (("amount", packed), ("lotSize", "lot size")):
        try:
            amount, unit = amount_of(cell(head, "quantity"), cell(head, "type / unit"))
        except ValueError as error:
            draft.notes.finding("amount_unreadable", where, str(error))
            continue
        if amount is not None:
            found[key] = amount
            found["unit" if key == "amount" else "lotSizeUnit"] = unit
    return {key: value for key, value in found.items() if value or key in {"id", "from", "to"}}


def _read_links(grid: Grid, draft: Draft, sheet: str) -> None:
    for number, row in _rows(grid, 1):
        pair = (at(row, 0), at(row, 1))
        unknown = [end for end in pair if end not in draft.deliveries]
        if unknown:
            text = f"no delivery {unknown}; the link is left out"
            draft.notes.finding("link_unknown_delivery", f"{sheet}!{number}", text)
        else:
            draft.link(*pair)
