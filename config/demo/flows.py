"""What moved in the demo world: EPCIS 2.0 documents, month by month, and the bad lot's way."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from config.demo import names
from config.demo.world import LOT_KG, MONTHS, RETURNED_KG, SEED, Firm, World, batches_of

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
BAD_LOT = "RP-240"
LOT_AGE = 75  # days before the story that the bad lot was made
DAY = timedelta(days=1)

Event = dict[str, Any]
Quantity = tuple[str, float]


@dataclass
class Flow:
    """Collects events; every event knows when it became known."""

    world: World
    dice: random.Random = field(
        default_factory=lambda: random.Random(SEED + 1)  # noqa: S311
    )
    events: list[Event] = field(default_factory=list)
    number: int = 0

    def moment(self, days_ago: float) -> datetime:
        """A working hour so many days before the story."""
        noon = datetime.combine(self.world.today, time(4, 0), tzinfo=UTC)
        return noon - timedelta(days=days_ago) + timedelta(minutes=self.dice.randint(-180, 180))

    def _event(self, kind: str, at: datetime, firm: Firm, step: str, **more: Any) -> Event:
        self.number += 1
        event = {
            "type": kind,
            "eventID": f"urn:uuid:{self.dice.getrandbits(128):032x}",
            "eventTime": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "eventTimeZoneOffset": "+08:00",
            "bizStep": step,
            "readPoint": {"id": firm.site},
            "bizLocation": {"id": firm.site},
            **more,
        }
        raw = event["eventID"][9:]
        event["eventID"] = f"urn:uuid:{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"
        self.events.append(event)
        return event

    def made(self, firm: Firm, at: datetime, lots: list[Quantity], **ilmd: str) -> None:
        """Goods that came into being here (harvest, milking)."""
        more: dict[str, Any] = {"action": "ADD", "quantityList": quantities(lots)}
        if ilmd:
            more["ilmd"] = {f"cbvmda:{key}": value for key, value in ilmd.items()}
        more["disposition"] = "active"
        self._event("ObjectEvent", at, firm, "commissioning", **more)

    def mixed(self, firm: Firm, at: datetime, inputs: list[Quantity], out: list[Quantity]) -> None:
        """Lots that went into other lots."""
        self._event(
            "TransformationEvent",
            at,
            firm,
            "creating_class_instance",
            inputQuantityList=quantities(inputs),
            outputQuantityList=quantities(out),
            ilmd={"cbvmda:lotNumber": out[0][0].rsplit(".", 1)[1]},
        )

    def shipped(
        self, a: Firm, b: Firm, at: datetime, lots: list[Quantity], disposition: str = "in_transit"
    ) -> str:
        """Goods that left a for b; returns the number of the delivery note."""
        note = f"urn:epcglobal:cbv:bt:{names.gtin(a.prefix, 1)[1:]}:DN{self.number:06d}"
        self._event("ObjectEvent", at, a, "shipping", **_moved(a, b, lots, disposition, note))
        return note

    def received(self, a: Firm, b: Firm, at: datetime, lots: list[Quantity], note: str) -> None:
        """Goods that arrived at b from a."""
        self._event("ObjectEvent", at, b, "receiving", **_moved(a, b, lots, "in_progress", note))

    def sold(self, firm: Firm, at: datetime, lots: list[Quantity]) -> None:
        """Goods sold over the counter or eaten at the canteen."""
        self._event(
            "ObjectEvent",
            at,
            firm,
            "retail_selling",
            action="OBSERVE",
            disposition="retail_sold",
            quantityList=quantities(lots),
        )

    def delivery(
        self, a: Firm, b: Firm, days_ago: float, lots: list[Quantity], *, received: bool = True
    ) -> None:
        """A shipment and, a day later, its receipt."""
        note = self.shipped(a, b, self.moment(days_ago), lots)
        if received:
            self.received(a, b, self.moment(days_ago - 1), lots, note)


def _moved(a: Firm, b: Firm, lots: list[Quantity], disposition: str, note: str) -> dict[str, Any]:
    return {
        "action": "OBSERVE",
        "disposition": disposition,
        "quantityList": quantities(lots),
        "bizTransactionList": [{"type": "desadv", "bizTransaction": note}],
        "sourceList": [{"type": "location", "source": a.site}],
        "destinationList": [{"type": "location", "destination": b.site}],
    }


def quantities(lots: list[Quantity]) -> list[dict[str, Any]]:
    """Lots and kilograms as an EPCIS quantity list."""
    return [{"epcClass": lot, "quantity": kg, "uom": "KGM"} for lot, kg in lots]


def flows(world: World) -> Flow:
    """A year of ordinary trade, then the bad lot's way through it."""
    flow = Flow(world)
    _ordinary_year(flow)
    _the_bad_lot(flow)
    _the_workshop(flow)
    flow.events.sort(key=lambda event: str(event["eventTime"]))
    return flow


def documents(
    world: World, events: list[Event], size: int = 1000
) -> Iterator[tuple[datetime, bytes]]:
    """The events as documents of at most `size`, each with the moment it was sent."""
    for start in range(0, len(events), size):
        part = events[start : start + size]
        sent = datetime.fromisoformat(part[-1]["eventTime"].replace("Z", "+00:00"))
        document = {
            "@context": [CONTEXT],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": part[-1]["eventTime"],
            "epcisBody": {"eventList": part},
        }
        yield sent + timedelta(minutes=5), json.dumps(document, ensure_ascii=False).encode()


def _ordinary_year(flow: Flow) -> None:
    world = flow.world
    dairy, shops = world.firms["dairy"], _retail(world)
    traders = world.of_kind("WHOLESALER")
    for month in range(MONTHS[world.scale], 0, -1):
        day = month * 30.0 + 10
        powder = names.lgtin(dairy.prefix, 1, f"RP-{month:03d}")
        milk = []
        for number, farm in enumerate(world.of_kind("FARM")):
            lot = names.lgtin(farm.prefix, 1, f"M{month:03d}")
            flow.made(farm, flow.moment(day), [(lot, 9_000.0)])
            flow.delivery(farm, dairy, day - 0.2, [(lot, 9_000.0)])
            milk.append((lot, 9_000.0))
            if number == 0:
                continue
        flow.mixed(dairy, flow.moment(day - 2), milk, [(powder, 13_500.0)])
        for number, mixer in enumerate(world.of_kind("MIXER")):
            flow.delivery(dairy, mixer, day - 3, [(powder, 4_500.0)])
            product = names.lgtin(mixer.prefix, 1, f"B{month:03d}")
            flow.mixed(mixer, flow.moment(day - 5), [(powder, 4_400.0)], [(product, 11_000.0)])
            share = round(10_400.0 / len(traders), 1)
            for trader in traders:
                flow.delivery(mixer, trader, day - 7 - number, [(product, share)])
        _to_shops(flow, traders, shops, month, day - 11)


def _to_shops(flow: Flow, traders: list[Firm], shops: list[Firm], month: int, day: float) -> None:
    """Each shop takes goods every third month from the nearest trader."""
    for number, shop in enumerate(shops):
        if number % 3 != month % 3:
            continue
        trader = _trader_of(traders, shop, number)
        mixer = flow.world.firms[f"mixer{(number + month) % 3}"]
        lot = names.lgtin(mixer.prefix, 1, f"B{month:03d}")
        kg = float(flow.dice.choice((4, 6, 8, 10)))
        flow.delivery(trader, shop, day, [(lot, kg)], received=shop.keeps_ledger)
        if shop.keeps_ledger:
            flow.sold(shop, flow.moment(day - 6), [(lot, kg)])


def _retail(world: World) -> list[Firm]:
    return [firm for firm in world.firms.values() if firm.kind in {"SHOP", "CANTEEN"}]


def _trader_of(traders: list[Firm], shop: Firm, number: int) -> Firm:
    near = [t for t in traders if t.region[:6] == shop.region[:6]]
    return near[number % len(near)] if near else traders[number % len(traders)]


def _the_bad_lot(flow: Flow) -> None:
    world = flow.world
    dairy, mixers = world.firms["dairy"], world.of_kind("MIXER")
    bad = names.lgtin(dairy.prefix, 1, BAD_LOT)
    milk = []
    for farm in world.of_kind("FARM"):
        lot = names.lgtin(farm.prefix, 1, "M-BAD")
        flow.made(farm, flow.moment(LOT_AGE + 2), [(lot, 16_000.0)])
        flow.delivery(farm, dairy, LOT_AGE + 1.8, [(lot, 16_000.0)])
        milk.append((lot, 16_000.0))
    flow.mixed(dairy, flow.moment(LOT_AGE), milk, [(bad, float(LOT_KG))])
    shares = (9_000.0, 8_500.0, 6_500.0)
    batches: list[tuple[Firm, str, float]] = []
    for mixer, share, count in zip(mixers, shares, batches_of(world.scale), strict=True):
        flow.delivery(dairy, mixer, LOT_AGE - 4, [(bad, share)])
        kept = share
        if mixer.key == world.truth["returned_by"]:
            _returned(flow, mixer, dairy, bad)
            kept = share - RETURNED_KG
        used = round(kept * 0.9 / count, 1)
        for number in range(count):
            lot = names.lgtin(mixer.prefix, 1, f"K{number + 1:02d}")
            made = round(used * 2.5, 1)
            flow.mixed(mixer, flow.moment(LOT_AGE - 8 - number / 2), [(bad, used)], [(lot, made)])
            batches.append((mixer, lot, made))
    _spread(flow, batches)
    world.truth.update(
        bad_lot=bad, on_hand_at_mixers_kg=round(sum(shares) * 0.1 - RETURNED_KG * 0.1, 1)
    )


def _returned(flow: Flow, mixer: Firm, dairy: Firm, lot: str) -> None:
    at = flow.moment(LOT_AGE - 6)
    note = flow.shipped(mixer, dairy, at, [(lot, float(RETURNED_KG))], "returned")
    flow.received(mixer, dairy, at + DAY, [(lot, float(RETURNED_KG))], note)


def _spread(flow: Flow, batches: list[tuple[Firm, str, float]]) -> None:
    """Every batch goes to two traders, every shop takes one batch; one receipt is missing."""
    world = flow.world
    traders, shops = world.of_kind("WHOLESALER"), _retail(world)
    at_trader: dict[str, list[tuple[str, float]]] = {trader.key: [] for trader in traders}
    for number, (mixer, lot, kg) in enumerate(batches):
        pair = {number % len(traders), (number + 3) % len(traders)}
        for trader in (traders[index] for index in sorted(pair)):
            share = round(kg * 0.45, 1)
            missing = number == min(17, len(batches) - 1) and trader is traders[sorted(pair)[0]]
            flow.delivery(mixer, trader, LOT_AGE - 20, [(lot, share)], received=not missing)
            if missing:
                world.truth["shipped_never_received"] = [lot, trader.key, share]
            else:
                at_trader[trader.key].append((lot, share))
    reached = 0
    for number, shop in enumerate(shops):
        trader = _trader_of(traders, shop, number)
        stock = at_trader[trader.key]
        lot, _kg = stock[number % len(stock)]
        kg = float(flow.dice.choice((6, 8, 10, 12)))
        flow.delivery(
            trader, shop, LOT_AGE - 24 - number % 9, [(lot, kg)], received=shop.keeps_ledger
        )
        reached += 1
        if shop.keeps_ledger:
            flow.sold(shop, flow.moment(LOT_AGE - 34 - number % 9), [(lot, round(kg * 0.4, 1))])
    world.truth["shops_reached"] = reached
    named = {mixer.key for mixer, _lot, _kg in batches} | {"dairy", "workshop"}
    # A trader that was sent goods holds them, whether it wrote a receipt or not.
    sent = {key for key, stock in at_trader.items() if stock}
    sent.add(str(world.truth["shipped_never_received"][1]))  # type: ignore[index]
    world.truth["holders"] = sorted(named | sent | {shop.key for shop in shops})


def _the_workshop(flow: Flow) -> None:
    """It bought one bag of a bad batch and sold its cookies in another township."""
    world = flow.world
    workshop = world.firms["workshop"]
    buyer = world.firms[str(world.truth["workshop_sells_to"])]
    mixer, trader = world.firms["mixer0"], world.firms["wholesaler0"]
    lot = names.lgtin(mixer.prefix, 1, "K01")
    cookies = names.lgtin(workshop.prefix, 1, "C01")
    flow.delivery(trader, workshop, LOT_AGE - 26, [(lot, 25.0)])
    flow.mixed(workshop, flow.moment(LOT_AGE - 30), [(lot, 25.0)], [(cookies, 120.0)])
    flow.delivery(workshop, buyer, LOT_AGE - 32, [(cookies, 60.0)])
    world.truth["workshop_lot"] = cookies
