"""A shop's purchase ledger from Excel: each row becomes a receiving event."""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum import ean

from zhian.chain.events import policies
from zhian.chain.events.engine.identifiers import RESOLVER
from zhian.chain.events.selectors.rendering import CONTEXT, in_words, to_json
from zhian.chain.events.services import capture_document
from zhian.chain.events.services.refusals import RefusedDocument
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel import clock
from zhian.kernel.errors import Refused
from zhian.kernel.exchange.parsing import day, decimal_number
from zhian.kernel.exchange.sheets import Column, Row, RowError, Sheet
from zhian.kernel.exchange.views import ImportView
from zhian.registry.subjects import policies as subjects

NOTE_STEM = "urn:epcglobal:cbv:bt:"
_MOST_SITES = 500


def gtin(raw: str) -> str:
    """A bar code number with its right check digit, as fourteen digits."""
    digits = raw.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in (8, 12, 13, 14)):
        raise ValueError(gettext("a bar code has 8, 12, 13 or 14 digits"))
    if ean.calc_check_digit(digits[:-1]) != digits[-1]:
        raise ValueError(gettext("the check digit of the bar code is wrong"))
    return digits.zfill(14)


def lot_number(raw: str) -> str:
    """A lot number of at most twenty characters, as GS1 has it."""
    if len(raw) > 20:
        raise ValueError(gettext("a lot number has at most 20 characters"))
    return raw


def mass(raw: str) -> Decimal:
    """A mass above zero."""
    kg = decimal_number(raw)
    if kg <= 0:
        raise ValueError(gettext("a mass above zero is needed"))
    return kg


def received_on(raw: str) -> Any:
    """A day that is not in the future."""
    found = day(raw)
    if found > clock.today():
        raise ValueError(gettext("this day is still to come"))
    return found


def sheet_for(user: User) -> Sheet:
    """The ledger's columns; the buyer chooses among the own sites."""
    sites = subjects.sites_visible_to(user).filter(active=True).order_by("pk")[:_MOST_SITES]
    return Sheet(
        "purchases",
        Column("received_on", _("Received on"), parse=received_on, required=True,
               example="2026-03-01"),
        Column("site", _("Received at"), required=True,
               choices=[(site.sgln, site.name) for site in sites]),
        Column("supplier", _("Supplier's site number (GLN)"), parse=gln, required=True,
               example="6901234000016"),
        Column("gtin", _("Bar code (GTIN)"), parse=gtin, required=True, example="6901234000177"),
        Column("lot", _("Lot number"), parse=lot_number, required=True, example="20260301A"),
        Column("kg", _("Mass (kg)"), parse=mass, required=True, example="12.5"),
        Column("note", _("Delivery note"), example="SH-20260301-7"),
        title=_("Purchase ledger"),
    )  # fmt: skip


def gln(raw: str) -> str:
    """The number of the supplier's site: thirteen digits or its URN."""
    if raw.startswith("urn:epc:id:sgln:"):
        return raw
    digits = gtin(raw)
    if not digits.startswith("0"):
        raise ValueError(gettext("a site number has 13 digits"))
    return f"{RESOLVER}/414/{digits[1:]}"


def import_purchases(request: HttpRequest) -> HttpResponse:
    """Template, preview and entry of a purchase ledger."""
    user = signed_in(request.user)
    view = ImportView(
        sheet=sheet_for(user),
        title=_("Enter purchases from Excel"),
        commit=capture_rows,
        allow=_allow,
        back_url=lambda: reverse("events:jobs"),
    )
    return view(request)


def _allow(user: Any) -> None:
    person = signed_in(user)
    require(policies.can_capture(person))
    if policies.operator_id_of(person) is None:
        raise Refused(_("An operator enters the purchases of its own sites."))


def capture_rows(user: User, rows: Sequence[Row]) -> list[RowError]:
    """Store the rows as receiving events; the same row again is known already."""
    events = [receiving_event(row) for row in rows]
    raw = to_json(
        {
            "@context": [CONTEXT],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": clock.now().isoformat(),
            "epcisBody": {"eventList": events},
        }
    )
    try:
        capture_document(acting_user=user, raw=raw)
    except RefusedDocument as refusal:
        return [
            RowError(rows[found.event].number, "", in_words(found))
            for found in refusal.findings
            if found.event is not None
        ]
    return []


def receiving_event(row: Row) -> dict[str, Any]:
    """One line of the ledger as an EPCIS event; the ledger knows the day, not the hour."""
    values = row.values
    at = datetime.combine(values["received_on"], time(12), tzinfo=clock.BEIJING)
    # a Digital Link, not a URN: lots are printed with signs (a space, 批) that a URN cannot hold
    lot = f"{RESOLVER}/01/{values['gtin']}/10/{quote(values['lot'], safe='')}"
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        "eventTime": at.isoformat(),
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "receiving",
        "disposition": "in_progress",
        "readPoint": {"id": values["site"]},
        "bizLocation": {"id": values["site"]},
        "quantityList": [{"epcClass": lot, "quantity": values["kg"], "uom": "KGM"}],
        "sourceList": [{"type": "location", "source": values["supplier"]}],
        "destinationList": [{"type": "location", "destination": values["site"]}],
    }
    if values.get("note"):
        note = quote(values["note"], safe="")
        event["bizTransactionList"] = [
            {"type": "desadv", "bizTransaction": f"{NOTE_STEM}{_issuer(values)}:{note}"}
        ]
    return event


def _issuer(values: dict[str, Any]) -> str:
    """The supplier's number in front of its delivery note's."""
    supplier: str = values["supplier"]
    return supplier.rpartition("/")[2].rpartition(":")[2]
