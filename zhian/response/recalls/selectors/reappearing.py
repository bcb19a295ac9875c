"""Goods under recall that turned up again, and the lots blocked for it (S101)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from zhian.chain.events.vocabulary import EventFact, EventKind, LotQuantity
from zhian.kernel.errors import NotKnown
from zhian.response.recalls.engine.reappearing import Move
from zhian.response.recalls.models import LotBlock, Reappearance, Recall


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


def moves_of(facts: Iterable[EventFact], lots: Mapping[str, datetime]) -> list[Move]:
    """What the events did with lots since they came under recall; other lots are left out."""
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
        if quantity.lot in lots and fact.at > lots[quantity.lot]
    ]


def _touched(fact: EventFact) -> tuple[LotQuantity, ...]:
    if fact.kind is EventKind.RECEIVE:
        return fact.outputs or fact.inputs
    return fact.inputs
