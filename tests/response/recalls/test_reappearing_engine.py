"""Each kilogram that turns up again counts once (S101, T9)."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from zhian.response.recalls.engine.reappearing import Found, Move, reappearances

START = datetime(2026, 9, 12, tzinfo=UTC)
TIERS = {"producer": 0, "wholesaler": 1, "shop": 2}
LOT = "L1"
KG = Decimal(150)


def move(hour: int, kind: str, site: str, kg: Decimal | None = KG, **ends: str) -> Move:
    at = START + timedelta(hours=hour)
    return Move(f"e{hour}{kind}{site}", kind, at, LOT, site, kg=kg, **ends)


def sums(found: list[Found]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for one in found:
        total[one.from_site] += one.counted_kg
    return {site: kg for site, kg in total.items() if kg}


SHIPPED = move(1, "ship", "shop", destination="workshop")
RECEIVED = move(2, "receive", "workshop", source="shop", destination="workshop")
USED = move(3, "transform", "workshop")


def test_shipped_received_and_used_are_the_same_goods() -> None:
    assert sums(reappearances([SHIPPED, RECEIVED, USED], TIERS)) == {"shop": KG}
    assert sums(reappearances([RECEIVED, USED], TIERS)) == {"shop": KG}
    assert sums(reappearances([SHIPPED, USED], TIERS)) == {"shop": KG}


def test_goods_used_where_nobody_knows_them_from_are_not_attributed() -> None:
    assert sums(reappearances([USED], TIERS)) == {"": KG}


def test_a_holder_answers_for_what_it_sells_and_uses() -> None:
    found = reappearances([move(1, "sell", "shop"), move(2, "transform", "producer")], TIERS)
    assert sums(found) == {"shop": KG, "producer": KG}


def test_a_shipment_towards_the_source_is_a_return() -> None:
    back = move(1, "ship", "shop", destination="wholesaler")
    sideways = move(2, "ship", "shop", destination="shop")
    assert reappearances([back], TIERS) == []
    assert sums(reappearances([sideways], TIERS)) == {"shop": KG}


def test_receipts_destructions_and_counts_at_holders_are_no_reappearance() -> None:
    quiet = [move(n, kind, "shop") for n, kind in enumerate(("receive", "destroy", "observe"))]
    assert reappearances(quiet, TIERS) == []
    assert reappearances([move(1, "observe", "workshop")], TIERS) == []


def test_more_used_than_came_in_counts_the_rest() -> None:
    more = move(3, "transform", "workshop", Decimal(200))
    assert sums(reappearances([SHIPPED, more], TIERS)) == {"shop": KG, "": Decimal(50)}


def test_goods_shipped_on_from_outside_are_explained_there() -> None:
    on = move(4, "ship", "workshop", destination="market")
    sold = move(5, "sell", "market")
    assert sums(reappearances([SHIPPED, on, sold], TIERS)) == {"shop": KG}


def test_an_unknown_quantity_is_found_and_adds_nothing() -> None:
    found = reappearances([move(1, "sell", "shop", None)], TIERS)
    assert [one.counted_kg for one in found] == [Decimal(0)]


def test_a_place_answers_only_from_its_order_on() -> None:
    tiers, since = {**TIERS, "workshop": 3}, {"workshop": START + timedelta(hours=3)}
    early, late = move(2, "sell", "workshop"), move(4, "sell", "workshop")
    assert sums(reappearances([SHIPPED, early], tiers, since)) == {"shop": KG}
    assert sums(reappearances([SHIPPED, early, late], tiers, since)) == {
        "shop": KG, "workshop": KG
    }  # fmt: skip
    market = move(5, "sell", "market")
    on = move(4, "ship", "workshop", destination="market")
    assert sums(reappearances([on, market], tiers, since)) == {"workshop": KG}


kinds = st.sampled_from(["ship", "receive", "sell", "transform", "destroy", "return_"])
sites = st.sampled_from(["producer", "wholesaler", "shop", "workshop", "market", ""])
moves = st.lists(
    st.builds(
        lambda n, kind, lot, site, to, kg: Move(
            f"e{n}", kind, START + timedelta(minutes=n), lot, site, site, to, kg
        ),
        st.integers(0, 500),
        kinds,
        st.sampled_from(["L1", "L2"]),
        sites,
        sites,
        st.one_of(st.none(), st.integers(0, 90).map(Decimal)),
    ),
    max_size=14,
    unique_by=lambda one: one.event_id,
)


LATER = {"wholesaler": START + timedelta(minutes=250), "market": START + timedelta(minutes=250)}


def tier_at(site: str, at: datetime) -> int | None:
    tiers = {**TIERS, "market": 2}
    return None if site in LATER and at < LATER[site] else tiers.get(site)


def twin(drawn: list[Move]) -> Decimal:
    """What reappeared in all, recomputed from the whole history up to each move."""
    ordered = sorted(drawn, key=lambda one: (one.at, one.kind == "receive", one.event_id))
    total = Decimal(0)
    extra: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for n, one in enumerate(ordered):
        kg, history = one.kg or Decimal(0), ordered[: n + 1]
        tier = tier_at(one.site, one.at)
        if tier is not None:
            to = tier_at(one.destination, one.at)
            back = one.kind == "ship" and to is not None and to < tier
            total += kg if one.kind in ("ship", "sell", "transform") and not back else Decimal(0)
            continue
        if one.kind in ("destroy", "return_"):
            continue
        here = [
            m for m in history
            if m.lot == one.lot and m.site == one.site and tier_at(m.site, m.at) is None
        ]  # fmt: skip
        came = [
            m for m in history
            if m.lot == one.lot and m.kind == "ship" and m.destination == one.site
            and m is not one and one.site
        ]  # fmt: skip
        same = [m for m in here if (m.kind == "receive") == (one.kind == "receive")]
        same = [m for m in same if m.kind not in ("destroy", "return_")]
        seen = sum((m.kg or Decimal(0) for m in same), Decimal(0))
        known = sum((m.kg or Decimal(0) for m in came), Decimal(0)) + extra[one.lot, one.site]
        new = max(Decimal(0), seen - known)
        extra[one.lot, one.site] += new
        total += new
    return total


@given(moves)
@settings(max_examples=300, deadline=None)
def test_the_engine_agrees_with_the_twin(drawn: list[Move]) -> None:
    tiers = {**TIERS, "market": 2}
    found = reappearances(drawn, tiers, LATER)
    assert sum((one.counted_kg for one in found), Decimal(0)) == twin(drawn)
    assert reappearances(list(reversed(drawn)), tiers, LATER) == found
