"""Event records for the tests: a small melamine story and random ones."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from zhian.chain.events.vocabulary import EventFact, EventKind, LotQuantity

START = datetime(2026, 9, 1, tzinfo=UTC)


def on(day: float) -> datetime:
    """So many days after the story begins."""
    return START + timedelta(days=day)


def kgs(*goods: tuple[str, int | str | None]) -> tuple[LotQuantity, ...]:
    """Lots with kilograms."""
    return tuple(LotQuantity(lot, None if kg is None else Decimal(kg)) for lot, kg in goods)


def fact(event_id: str, kind: EventKind, day: float, **more: Any) -> EventFact:
    """One fact, recorded an hour after it happened."""
    at = on(day)
    return EventFact(event_id, kind, at, more.pop("recorded_at", at + timedelta(hours=1)), **more)


def ship(
    event_id: str, day: float, ends: str, goods: tuple[LotQuantity, ...], **more: Any
) -> EventFact:
    """A dispatch, ends as `A>B`."""
    site, _, destination = ends.partition(">")
    return fact(
        event_id, more.pop("kind", EventKind.SHIP), day,
        site=site, destination_site=destination or None, inputs=goods, **more,
    )  # fmt: skip


def receive(
    event_id: str, day: float, ends: str, goods: tuple[LotQuantity, ...], **more: Any
) -> EventFact:
    """A receipt, ends as `A>B`."""
    source, _, site = ends.partition(">")
    return fact(
        event_id, EventKind.RECEIVE, day,
        site=site, source_site=source or None, outputs=goods, **more,
    )  # fmt: skip


def make(
    event_id: str, day: float, site: str, inputs: tuple[LotQuantity, ...],
    outputs: tuple[LotQuantity, ...],
) -> EventFact:  # fmt: skip
    """A transformation."""
    return fact(event_id, EventKind.TRANSFORM, day, site=site, inputs=inputs, outputs=outputs)


def melamine() -> list[EventFact]:
    """Milk of a farm goes into powder at a dairy; shops, a return, a workshop without a ledger."""
    return [
        fact("e01", EventKind.COMMISSION, 0, site="farm", outputs=kgs(("milk", 1000))),
        ship("e02", 1, "farm>dairy", kgs(("milk", 1000))),
        receive("e03", 1.2, "farm>dairy", kgs(("milk", 1000))),
        fact("e04", EventKind.COMMISSION, 1, site="dairy", outputs=kgs(("sugar", 1000))),
        make("e05", 2, "dairy", kgs(("milk", 500), ("sugar", 500)), kgs(("powder", 1000))),
        make("e06", 2.5, "dairy", kgs(("sugar", 100)), kgs(("syrup", 100))),
        ship("e07", 3, "dairy>shop1", kgs(("powder", 300))),
        receive("e08", 3.2, "dairy>shop1", kgs(("powder", 300))),
        fact("e09", EventKind.SELL, 4, site="shop1", inputs=kgs(("powder", 100))),
        ship("e10", 5, "shop1>dairy", kgs(("powder", 50)), kind=EventKind.RETURN_),
        receive("e11", 5.5, "shop1>dairy", kgs(("powder", 50))),
        ship("e12", 3, "dairy>shop2", kgs(("powder", 200))),
        receive("e13", 6, ">shop3", kgs(("powder", 40))),
        ship("e14", 3, "dairy>workshop", kgs(("powder", 100))),
        receive("e15", 3.5, "dairy>workshop", kgs(("powder", 90))),
        fact("e16", EventKind.COMMISSION, 8, site="workshop", outputs=kgs(("candy", 200))),
        ship("e17", 9, "workshop>shop4", kgs(("candy", 50))),
        receive("e18", 9.1, "workshop>shop4", kgs(("candy", 50))),
    ]


@st.composite
def stories(draw: st.DrawFn) -> list[EventFact]:
    """Random records without loops: lots of a higher number are made of lots of a lower one."""
    sites = ["A", "B", "C", "D"]
    site = st.sampled_from(sites)
    mass = st.integers(1, 50)
    facts: list[EventFact] = []
    for n in range(draw(st.integers(0, 5))):
        first = draw(st.integers(0, 4))
        later = st.integers(first + 1, 6)
        ins = draw(st.sets(st.integers(0, first), min_size=1, max_size=3))
        outs = draw(st.sets(later, min_size=1, max_size=2))
        facts.append(
            make(
                f"t{n}",
                draw(st.integers(0, 9)),
                draw(site),
                kgs(*((f"L{i}", draw(mass)) for i in sorted(ins))),
                kgs(*((f"L{i}", draw(mass)) for i in sorted(outs))),
            )
        )
    for n in range(draw(st.integers(0, 8))):
        a, b = draw(site), draw(site)
        goods = kgs((f"L{draw(st.integers(0, 6))}", draw(mass)))
        day = draw(st.integers(0, 9))
        ends = draw(st.integers(1, 3))
        # One-sided records name an end that nobody else names, so nothing can answer them.
        a = f"X{n}" if ends == 2 else a
        b = f"Y{n}" if ends == 1 else b
        if ends & 1:
            facts.append(ship(f"s{n}", day, f"{a}>{b}", goods, documents=(f"D{n}",)))
        if ends & 2:
            got = kgs((goods[0].lot, draw(mass)))
            facts.append(receive(f"r{n}", day + 0.1, f"{a}>{b}", got, documents=(f"D{n}",)))
    for n in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from([EventKind.SELL, EventKind.DESTROY, EventKind.COMMISSION]))
        goods = kgs((f"L{draw(st.integers(0, 6))}", draw(mass)))
        side = {"outputs" if kind is EventKind.COMMISSION else "inputs": goods}
        facts.append(fact(f"x{n}", kind, draw(st.integers(0, 9)), site=draw(site), **side))
    return draw(st.permutations(facts))
