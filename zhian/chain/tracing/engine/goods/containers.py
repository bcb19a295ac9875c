"""Goods in containers: what is said of a pallet is said of the lots on it at that moment."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from zhian.chain.events.vocabulary import EventFact, EventKind, LotQuantity

Contents = dict[str, Decimal | None]

_PACKING = {EventKind.AGGREGATE, EventKind.DISAGGREGATE}


def in_order(facts: Iterable[EventFact], known_by: datetime | None = None) -> list[EventFact]:
    """Facts by time, each event once, only those that were recorded by that moment."""
    once = {
        fact.event_id: fact for fact in facts if known_by is None or fact.recorded_at <= known_by
    }
    return sorted(once.values(), key=lambda fact: (fact.at, _rank(fact.kind), fact.event_id))


def _rank(kind: EventKind) -> int:
    """Of one moment: first goods come to be, then they are packed, then they go."""
    if kind in {EventKind.COMMISSION, EventKind.RECEIVE, EventKind.TRANSFORM}:
        return 0
    return 1 if kind in _PACKING else 2


def unpacked(facts: Iterable[EventFact]) -> list[EventFact]:
    """The facts in order, containers replaced by the lots they held at that moment."""
    holds: dict[str, Contents] = {}
    plain = []
    for fact in facts:
        if fact.kind is EventKind.AGGREGATE and fact.parent:
            _pack(holds.setdefault(fact.parent, {}), fact.inputs)
        elif fact.kind is EventKind.DISAGGREGATE and fact.parent:
            _unpack(holds.get(fact.parent, {}), fact)
        else:
            plain.append(
                replace(
                    fact,
                    inputs=_open(fact.inputs, holds),
                    outputs=_open(fact.outputs, holds),
                )
            )
    return plain


def _pack(content: Contents, goods: Iterable[LotQuantity]) -> None:
    for item in goods:
        before = content.get(item.lot, Decimal(0))
        content[item.lot] = None if before is None or item.kg is None else before + item.kg


def _unpack(content: Contents, fact: EventFact) -> None:
    """Take the named goods out; a container unpacked without a list is empty afterwards."""
    taken = fact.inputs or fact.outputs
    if not taken:
        content.clear()
    for item in taken:
        before = content.get(item.lot)
        if before is None or item.kg is None or before <= item.kg:
            content.pop(item.lot, None)
        else:
            content[item.lot] = before - item.kg


def _open(goods: tuple[LotQuantity, ...], holds: dict[str, Contents]) -> tuple[LotQuantity, ...]:
    """The lots themselves; a container listed beside its content does not count it twice."""
    if not any(holds.get(item.lot) for item in goods):
        return goods
    named = {item.lot for item in goods}
    plain: list[LotQuantity] = []
    seen: set[str] = set()
    todo = list(goods)
    while todo:
        item = todo.pop()
        if not holds.get(item.lot):
            plain.append(item)
        elif item.lot not in seen:
            seen.add(item.lot)
            inner = holds[item.lot].items()
            todo.extend(LotQuantity(lot, kg) for lot, kg in inner if lot not in named)
    return tuple(reversed(plain))
