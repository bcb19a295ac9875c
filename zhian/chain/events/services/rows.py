"""Events as rows in PostgreSQL's text format for COPY: one for the event, some for what it names.

Written by hand because a thousand documents an hour are read by nobody but the server; the tests
compare what arrives with what the models say.
"""

from datetime import datetime
from functools import lru_cache

import msgspec

from zhian.chain.events.engine.facts import Summary, summarise
from zhian.chain.events.engine.keys import lot_key, site_key
from zhian.chain.events.engine.stencils import Imprint
from zhian.chain.events.engine.stencils.stencil import mass
from zhian.chain.events.vocabulary import PartyRole

EVENTS = (
    "events_event (id, event_id, event_hash, type, action, kind, event_time, record_time,"
    " time_zone_offset, biz_step, disposition, read_point, biz_location, site, source_site,"
    " destination_site, declared_wrong, job_id, context, document)"
)
LOTS = "events_eventlot (event_id, record_time, role, lot, quantity, uom, kg)"
PARTIES = "events_eventparty (event_id, record_time, role, kind, site, event_time)"

# between the members of an event; none stands within a text
_BLANKS = b"\n\r\t"
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def cell(text: str) -> str:
    """A text as COPY reads it."""
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPES)


# types, words, places and lots come again and again
_cell = lru_cache(32_768)(cell)


def _json(value: object) -> bytes:
    """JSON has no raw control characters, only backslashes to double."""
    return _ENCODE(value).replace(b"\\", b"\\\\")


class Rows:
    """The rows of one document; `lots_named` are the keys of its lots in the order of naming."""

    def __init__(self, job: int, at: datetime, context: object) -> None:
        self._at = at.isoformat()
        self._end = f"\t{job}\t".encode() + _json(context) + b"\t"
        self.lots: list[str] = []
        self.parties: list[str] = []
        self.lots_named: list[str] = []

    def add(
        self,
        pk: int,
        event_id: str,
        name: str,
        event: dict[str, object],
        imprint: Imprint | None = None,
    ) -> bytes:
        """The row of an event; those of its lots and parties are kept for later."""
        if imprint is not None:
            return self._add_imprint(f"{pk}\t{self._at}", pk, event_id, name, imprint)
        found = summarise(event)
        start = f"{pk}\t{self._at}"
        at = found.event_time.isoformat()
        self._add_lots(start, found)
        self._add_parties(start, found, at)
        cells = (
            str(pk), cell(event_id), name, _cell(found.type), _cell(found.action), found.kind,
            at, self._at, _cell(str(event["eventTimeZoneOffset"])),
            _cell(found.biz_step), _cell(found.disposition), _cell(found.read_point),
            _cell(found.biz_location), _cell(found.site or ""),
            _cell(found.nearest(PartyRole.SOURCE) or ""),
            _cell(found.nearest(PartyRole.DESTINATION) or ""),
            "t" if found.declared_wrong else "f",
        )  # fmt: skip
        return "\t".join(cells).encode() + self._end + _json(event) + b"\n"

    def _add_imprint(
        self, start: str, pk: int, event_id: str, name: str, imprint: Imprint
    ) -> bytes:
        """The same of an event that fits a stencil: its cells are known but for the values."""
        cells, uris, amounts = imprint.stencil.cells, imprint.identifiers, imprint.amounts
        sites: dict[int | None, str] = {None: ""}
        at = imprint.at.isoformat()
        for party in cells.parties:
            site = sites[party.identifier] = site_key(uris[party.identifier])
            self.parties.append(f"{start}\t{party.role}\t{party.kind}\t{site}\t{at}")
        for one in cells.lots:
            uri = uris[one.identifier]
            lot = uri if uri.startswith("urn:") else lot_key(uri)
            self.lots_named.append(lot)
            quantity = kg = "\\N"
            if one.amount is not None:
                quantity = amounts[one.amount]
                kg = mass(quantity, one.uom) or kg
            self.lots.append(f"{start}\t{one.role}\t{lot}\t{quantity}\t{one.uom}\t{kg}")
        read_point = "" if cells.read_point is None else uris[cells.read_point]
        location = "" if cells.biz_location is None else uris[cells.biz_location]
        raw = imprint.raw if imprint.stencil.flat else imprint.raw.translate(None, _BLANKS)
        head = (
            f"{pk}\t{event_id}\t{name}\t{cells.type}\t{cells.action}\t{cells.kind}"
            f"\t{at}\t{self._at}\t{cells.time_zone_offset}\t{cells.biz_step}"
            f"\t{cells.disposition}\t{read_point}\t{location}\t{sites[cells.site]}"
            f"\t{sites[cells.source]}\t{sites[cells.destination]}\tf"
        )
        return b"%b%b%b\n" % (head.encode(), self._end, raw)

    def _add_lots(self, start: str, found: Summary) -> None:
        for lot in found.lots:
            self.lots_named.append(lot.lot)
            quantity = "\\N" if lot.quantity is None else str(lot.quantity)
            kg = "\\N" if lot.kg is None else str(lot.kg)
            cells = (start, lot.role, _cell(lot.lot), quantity, _cell(lot.uom), kg)
            self.lots.append("\t".join(cells))

    def _add_parties(self, start: str, found: Summary, at: str) -> None:
        for party in found.parties:
            cells = (start, party.role, _cell(party.kind), _cell(party.site), at)
            self.parties.append("\t".join(cells))

    def lot_rows(self) -> bytes:
        """What is to be copied for the lots, all of it."""
        return _lines(self.lots)

    def party_rows(self) -> bytes:
        """What is to be copied for the places and parties, all of it."""
        return _lines(self.parties)


def _lines(rows: list[str]) -> bytes:
    return "".join(row + "\n" for row in rows).encode()
