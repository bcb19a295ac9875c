"""What may be read about recalls: the balance, the orders, the public notices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Left
from django.utils.translation import gettext as _

from zhian.chain.events.vocabulary import EventFact, EventKind, LotQuantity
from zhian.foundation.regions import selectors as regions
from zhian.kernel.errors import NotKnown
from zhian.registry.products import selectors as products
from zhian.response.recalls.engine.balance import Balance, Cut, Progress, summed, unattributed
from zhian.response.recalls.engine.reappearing import Move
from zhian.response.recalls.lifecycles import ORDER
from zhian.response.recalls.models import (
    LotBlock,
    Order,
    PublicNotice,
    Reappearance,
    Recall,
    ScopeLine,
)
from zhian.response.recalls.vocabulary import OrderState, RecallState

ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=18, decimal_places=3))
ACKNOWLEDGED = Q(acknowledged_at__isnull=False)
UNDER_WAY = (RecallState.RUNNING, RecallState.FINISHED)
OUTSIDE = "outside"


@dataclass(frozen=True)
class Consequence:
    """What confirming a scope does, in numbers, before anybody presses the button."""

    holders: int
    unregistered: int
    lots: int
    kg: Decimal
    quantity_unknown: int
    regions: int
    excluded: int


def reappearance(reappearance_id: int) -> Reappearance:
    """One reappearance, whoever asks; NotKnown when there is none."""
    found = (
        Reappearance.objects.select_related("recall__alert", "site__operator", "from_order__site")
        .filter(pk=reappearance_id)
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def recall_of_alert(alert_id: int) -> Recall | None:
    """The recall an alert already has."""
    return Recall.objects.filter(alert_id=alert_id).first()


def line_kg(line: ScopeLine) -> Decimal | None:
    """What the holder should have: what is on hand by the records, else all it received."""
    if line.kg_on_hand is None:
        return line.kg_received
    # Records that let more go out than came in cannot be true; nobody owes less than nothing.
    return max(Decimal(0), line.kg_on_hand)


def consequence(
    lines: Iterable[ScopeLine], excluded: Mapping[int, str] | None = None
) -> Consequence:
    """The numbers of a scope with some lines left out."""
    every = list(lines)
    kept = [line for line in every if line.pk not in (excluded or {})]
    masses = [line_kg(line) for line in kept]
    return Consequence(
        holders=len({line.site_key for line in kept if line.site_id is not None}),
        unregistered=len({line.site_key for line in kept if line.site_id is None}),
        lots=len({line.lot_key for line in kept}),
        kg=sum((kg for kg in masses if kg is not None), Decimal(0)),
        quantity_unknown=sum(1 for kg in masses if kg is None),
        regions=len({line.site.region_id for line in kept if line.site is not None}),
        excluded=len(every) - len(kept),
    )


def progress(recall: Recall, *, digits: int = 6) -> Progress:
    """The exact mass balance by tier and by region (codes of so many digits), in two queries."""
    rows = _balances(recall, digits)
    known = summed(balance for _tier, _region, balance in rows)
    stray = _unattributed_kg(recall)
    extra = unattributed(stray, known)
    tiers: dict[str, Balance] = {}
    places: dict[str, Balance] = {}
    for tier, region, balance in rows:
        tiers[tier] = tiers.get(tier, Balance()) + balance
        places[region] = places.get(region, Balance()) + balance
    by_tier = [Cut(key, _("Tier %(tier)s") % {"tier": key}, one) for key, one in tiers.items()]
    names = _region_names(places)
    by_region = [Cut(key, names[key], one) for key, one in sorted(places.items())]
    if stray:
        outside = Cut(OUTSIDE, _("From nobody known"), extra)
        by_tier.append(outside)
        by_region.append(outside)
    return Progress(known + extra, by_tier, by_region, stray)


def _balances(recall: Recall, digits: int) -> list[tuple[str, str, Balance]]:
    account = F("ordered_kg") + F("returned_in_kg") - F("returned_out_kg")
    gone = F("destroyed_kg") + F("reappeared_kg")
    missing, surplus = Greatest(account - gone, ZERO), Greatest(gone - account, ZERO)
    found = (
        Order.objects.filter(recall=recall)
        .order_by()
        .annotate(cut=Left(Coalesce("region_id", Value("")), digits))
        .values("tier", "cut")
        .annotate(
            holders=Count("pk"),
            unregistered=Count("pk", filter=Q(site__isnull=True)),
            quantity_unknown=Count("pk", filter=Q(quantity_known=False)),
            served=Count("pk", filter=Q(served_at__isnull=False)),
            acknowledged=Count("pk", filter=ACKNOWLEDGED),
            counted=Count("pk", filter=Q(counted_at__isnull=False)),
            closed=Count("pk", filter=Q(state=OrderState.CLOSED)),
            recalled_kg=Sum("ordered_kg"),
            acknowledged_kg=Coalesce(Sum("ordered_kg", filter=ACKNOWLEDGED), ZERO),
            never_acknowledged_kg=Coalesce(Sum(missing, filter=~ACKNOWLEDGED), ZERO),
            counted_sum=Coalesce(Sum("counted_kg"), ZERO),
            returned_in=Sum("returned_in_kg"),
            returned_out=Sum("returned_out_kg"),
            recovered=Sum("recovered_kg"),
            destroyed=Sum("destroyed_kg"),
            reappeared=Sum("reappeared_kg"),
            unproven_kg=Coalesce(Sum(missing, filter=ACKNOWLEDGED), ZERO),
            surplus_kg=Sum(surplus),
        )
        .order_by("tier", "cut")
    )
    return [(str(row["tier"]), row["cut"], _balance(dict(row))) for row in found]


_RENAMED = {
    "counted_sum": "counted_kg",
    "returned_in": "returned_in_kg",
    "returned_out": "returned_out_kg",
    "recovered": "recovered_kg",
    "destroyed": "destroyed_kg",
    "reappeared": "reappeared_kg",
}


def _balance(row: dict[str, Any]) -> Balance:
    return Balance(
        **{
            _RENAMED.get(name, name): value
            for name, value in row.items()
            if name not in {"tier", "cut"}
        }
    )


def _unattributed_kg(recall: Recall) -> Decimal:
    found = Reappearance.objects.filter(recall=recall, from_order__isnull=True).aggregate(
        kg=Coalesce(Sum("counted_kg"), ZERO)
    )
    kg: Decimal = found["kg"]
    return kg


def _region_names(codes: Iterable[str]) -> dict[str, str]:
    wanted = list(codes)
    found = regions.regions_under("").filter(code__in=wanted)
    known = {region.code: region.name for region in found}
    return {code: known.get(code) or (code or _("Place not registered")) for code in wanted}


def orders_of(recall: Recall) -> QuerySet[Order]:
    """The orders of a recall, nearest to the source first, with what is missing from each."""
    account = F("ordered_kg") + F("returned_in_kg") - F("returned_out_kg")
    missing = Greatest(account - F("destroyed_kg") - F("reappeared_kg"), ZERO)
    return (
        Order.objects.filter(recall=recall)
        .select_related("site", "operator", "region")
        .annotate(
            missing_kg=missing,
            answer=Case(When(ACKNOWLEDGED, then=Value(1)), default=Value(0)),
        )
    )


def orders_of_operator(operator_id: int) -> QuerySet[Order]:
    """What one operator was ordered to do, newest first (for its counter)."""
    return (
        Order.objects.filter(operator_id=operator_id)
        .select_related("site", "recall__alert__product", "recall__public_notice")
        .order_by("-issued_at", "-pk")
    )


def lines_of(recall: Recall) -> QuerySet[ScopeLine]:
    """The scope of a recall with names."""
    return ScopeLine.objects.filter(recall=recall).select_related(
        "site__region", "operator", "product"
    )


def recalls_of_lots(lot_keys: Sequence[str]) -> QuerySet[Recall]:
    """Recalls whose included scope names any of the lots (for lot pages and the public)."""
    return Recall.objects.filter(
        state__in=UNDER_WAY, lines__lot_key__in=lot_keys, lines__included=True
    ).distinct()


def lots_under_recall(lot_keys: Sequence[str]) -> dict[str, list[int]]:
    """Which of the lots are under which recalls, by lot; lots under none are absent."""
    found: dict[str, list[int]] = {}
    lines = ScopeLine.objects.filter(
        lot_key__in=lot_keys, included=True, recall__state__in=UNDER_WAY
    )
    for lot, recall_id in (
        lines.values_list("lot_key", "recall_id").distinct().order_by("recall_id")
    ):
        found.setdefault(lot, []).append(recall_id)
    return found


def recalls_to_search(lot_keys: Sequence[str] | None) -> list[int]:
    """Recalls under way that these lots concern; None: all of them."""
    recalls = Recall.objects.filter(state__in=UNDER_WAY)
    if lot_keys is not None:
        recalls = recalls.filter(
            Exists(
                ScopeLine.objects.filter(
                    recall=OuterRef("pk"), lot_key__in=list(lot_keys), included=True
                )
            )
        )
    return list(recalls.order_by("pk").values_list("pk", flat=True))


def missing_kg(order: Order) -> Decimal:
    """What the holder neither destroyed with proof nor is known to have let reappear."""
    return max(Decimal(0), order.to_account_kg - order.destroyed_kg - order.reappeared_kg)


def left_to_dispose(order: Order) -> Decimal:
    """What was counted or taken back and has not gone yet."""
    held = (order.counted_kg or Decimal(0)) + order.returned_in_kg
    return max(Decimal(0), held - order.returned_out_kg - order.destroyed_kg)


def open_steps(order: Order) -> set[str]:
    """Names of the steps that start from the order's state."""
    return {step.name for step in ORDER.open_steps(order.state)}


def plain(kg: Decimal | None) -> str:
    """A mass for texts that are stored: no trailing zeros, a dash where none is known."""
    return "–" if kg is None else f"{kg.normalize():f}"


def receivers_for(order: Order) -> QuerySet[Order]:
    """Holders nearer to the source that may take the goods of this order back."""
    return (
        Order.objects.filter(recall_id=order.recall_id, tier__lt=order.tier, site__isnull=False)
        .select_related("site", "operator")
        .order_by("-tier", "pk")
    )


def blocks_on(lot_keys: Sequence[str]) -> QuerySet[LotBlock]:
    """Blocks that stand on any of the lots."""
    return LotBlock.objects.filter(lot_key__in=lot_keys, lifted_at__isnull=True).select_related(
        "reappearance__recall__alert"
    )


def blocks_of(recall: Recall) -> QuerySet[LotBlock]:
    """Blocked lots of a recall, lifted ones too."""
    return LotBlock.objects.filter(reappearance__recall=recall).select_related("reappearance__site")


def block(block_id: int) -> LotBlock:
    """One blocked lot, whoever asks; NotKnown when there is none."""
    found = LotBlock.objects.select_related("reappearance").filter(pk=block_id).first()
    if found is None:
        raise NotKnown
    return found


def unsettled_orders(recall: Recall) -> QuerySet[Order]:
    """Open orders whose holder was silent or whose goods are not all accounted for."""
    return orders_of(recall).filter(
        ~Q(state=OrderState.CLOSED) & (Q(missing_kg__gt=0) | Q(acknowledged_at__isnull=True))
    )


def public_notices(search: str = "") -> QuerySet[PublicNotice]:
    """Published recalls, newest first: by product, printed lot, GTIN, lot key or a scanned code."""
    found = PublicNotice.objects.all()
    for word in search.split():
        found = found.filter(_named(word))
    return found


def _named(word: str) -> Q:
    gtin, lot = read_code(word)
    named = (
        Q(product_zh__icontains=word)
        | Q(product_en__icontains=word)
        | Q(producer_name__icontains=word)
        | Q(batch_text__icontains=word)
        | Q(number__icontains=word)
        | Q(lots__contains=[word])
    )
    if gtin and lot:
        goods = products.product_of_gtin(gtin)
        prefix = goods.class_prefix if goods is not None else None
        named |= Q(lots__contains=[f"{prefix}.{lot}"]) if prefix else Q()
    elif gtin:
        named |= Q(gtins__contains=[gtin])
    return named


def read_code(text: str) -> tuple[str, str]:
    """GTIN-14 and printed lot of a bare GTIN or a GS1 Digital Link; blanks for anything else."""
    parts = text.split("?", maxsplit=1)[0].split("/")
    if "01" in parts[:-1]:
        place = parts.index("01")
        gtin = parts[place + 1]
        rest = parts[place + 2 :]
        lot = rest[rest.index("10") + 1] if "10" in rest[:-1] else ""
        return (gtin.zfill(14), lot) if gtin.isdigit() else ("", "")
    if text.isascii() and text.isdigit() and len(text) in (8, 12, 13, 14):
        return text.zfill(14), ""
    return "", ""


def moves_of(facts: Iterable[EventFact], lots: frozenset[str]) -> list[Move]:
    """What the events did with lots under recall; other lots of the same events are left out."""
    return [
        Move(
            event_id=fact.event_id,
            kind=fact.kind.value,
            at=fact.at,
            lot=quantity.lot,
            site=fact.site or "",
            source=fact.source_site or "",
            destination=fact.destination_site or "",
            kg=quantity.kg,
        )
        for fact in facts
        for quantity in _touched(fact)
        if quantity.lot in lots
    ]


def _touched(fact: EventFact) -> tuple[LotQuantity, ...]:
    if fact.kind is EventKind.RECEIVE:
        return fact.outputs or fact.inputs
    return fact.inputs
