"""Events as people read them: names of sites and lots, quantities with units, sentences."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from django.urls import reverse

from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.models import Event, EventLot, EventParty, LotRoleName, PartyRoleName
from zhian.chain.events.vocabulary import LotRole, PartyRole
from zhian.chain.events.web.words import PAPERS, UNITS, said
from zhian.kernel.exchange.writing import as_text
from zhian.registry.products import selectors as products
from zhian.registry.subjects import selectors as subjects

_LOTS_IN_A_ROW = 3
_LOT_KEY = re.compile(r"(urn:epc:class:lgtin:\d+\.\d+)\.(.+)", re.DOTALL)


@dataclass(frozen=True)
class ShownSite:
    """A site by its name, or by its number when the register does not know it."""

    key: str
    name: str
    url: str | None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class ShownLot:
    """A line of goods."""

    role: str
    key: str
    text: str
    product: str
    amount: str
    kg: object


@dataclass
class Surroundings:
    """What a page of events needs beside the rows, fetched once for all of them."""

    sites: dict[str, ShownSite] = field(default_factory=dict)
    lots: dict[int, list[EventLot]] = field(default_factory=dict)

    def site(self, key: str) -> ShownSite | None:
        """The site behind a key; None for no key."""
        return self.sites.get(key) if key else None

    def lots_text(self, event: Event) -> str:
        """The first lots of an event in one line."""
        lots = self.lots.get(event.pk, [])
        text = ", ".join(lot_text(lot.lot) for lot in lots[:_LOTS_IN_A_ROW])
        return text + (f" … ({len(lots)})" if len(lots) > _LOTS_IN_A_ROW else "")


def surroundings(events: Iterable[Event], more_sites: Iterable[str] = ()) -> Surroundings:
    """Sites and lots of the events in two queries."""
    rows = list(events)
    keys = {key for e in rows for key in (e.site, e.source_site, e.destination_site) if key}
    keys.update(more_sites)
    found = subjects.sites_by_sgln(keys)
    lots: dict[int, list[EventLot]] = defaultdict(list)
    for lot in EventLot.objects.filter(event_id__in=[e.pk for e in rows]).order_by("pk"):
        lots[lot.event_id].append(lot)
    shown = {}
    for key in keys:
        site = found.get(key)
        name = site.name if site is not None else site_number(key)
        url = reverse("subjects:site", args=[site.pk]) if site is not None else None
        shown[key] = ShownSite(key, name, url)
    return Surroundings(shown, lots)


def site_number(key: str) -> str:
    """The GLN behind a key, or the key itself."""
    return identify(key).gln or key


def lot_text(key: str) -> str:
    """GTIN and lot as printed on the pack; anything else as its key."""
    # a key made of a Digital Link may hold signs (a space, 批) that are no part of a proper URN
    parts = _LOT_KEY.fullmatch(key)
    gtin = identify(f"{parts[1]}.*").primary if parts is not None else ""
    if parts is not None and gtin:
        return f"{gtin} · {unquote(parts[2])}"
    found = identify(key)
    number = unquote(found.canonical.rpartition("/")[2])
    if found.scheme == "GTIN" and number != found.primary:
        return f"{found.primary} · {number}"
    return found.primary or key


def shown_lots(lots: Iterable[EventLot]) -> list[ShownLot]:
    """The goods of one event, line by line."""
    rows = list(lots)
    named = products.products_of_lots([lot.lot for lot in rows])
    return [
        ShownLot(
            role=str(LotRoleName(lot.role).label),
            key=lot.lot,
            text=lot_text(lot.lot),
            product=named[lot.lot].name if lot.lot in named else "",
            amount=_amount(lot),
            kg=lot.kg,
        )
        for lot in rows
    ]


def _amount(lot: EventLot) -> str:
    if lot.amount is None:
        return "1" if lot.role != LotRole.PARENT else ""
    return f"{as_text(lot.amount)} {said(UNITS, lot.uom)}"


def shown_parties(
    parties: Iterable[EventParty], around: Surroundings
) -> list[tuple[str, ShownSite]]:
    """Where from and where to, once each, in words."""
    order = (PartyRole.SOURCE, PartyRole.DESTINATION, PartyRole.READ_POINT, PartyRole.BIZ_LOCATION)
    rank = {role.value: place for place, role in enumerate(order)}
    pairs = dict.fromkeys((p.role, p.site) for p in sorted(parties, key=lambda p: rank[p.role]))
    return [(str(PartyRoleName(role).label), around.sites[site]) for role, site in pairs]


def shown_papers(event: Event) -> list[tuple[str, str]]:
    """The trade documents: what kind, which number."""
    listed = event.document.get("bizTransactionList", ())
    return [(said(PAPERS, one.get("type", "")), one["bizTransaction"]) for one in listed]
