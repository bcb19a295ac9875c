"""Doubtful links: goods that came from nowhere against goods that were lost sight of.

A loose end is a dispatch nobody received, or goods that lie at a site. An orphan is a receipt
without a dispatch, or goods used, sold or sent on by a site that never got them. Each pair is
weighed by how the numbers, places, times and kilograms fit; a weight is a probability against
the other pairs of either side and against "they have nothing to do with each other".
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from zhian.chain.tracing.engine.goods.ledger import Ledger
from zhian.chain.tracing.engine.goods.movements import CLOCK_SLACK
from zhian.chain.tracing.engine.goods.nouns import ZERO, Holding
from zhian.chain.tracing.engine.goods.rules import LotLink
from zhian.chain.tracing.engine.goods.slips import slip_cost

UNRELATED = math.exp(-7)  # likelihood that nobody made a slip and the goods have other partners
REAL = 0.05  # factor when the written number is a lot that exists
ELSEWHERE = 0.05  # factor when one side names another place
UNNAMED = 0.3  # factor when one side names no place
UNWEIGHED = 0.5  # factor when a mass is unknown
LONGEST = timedelta(days=30)  # between loose end and orphan
DAYS = 5.0  # e-folding of the time between
SHARPNESS = 3.0  # exponent of the ratio of kilograms
SHOWN = 0.05  # links below that weight are not proposed


@dataclass(frozen=True, slots=True)
class _End:
    """One side of a possible link."""

    lot: str
    site: str | None  # where the goods are known to have been
    other: str | None  # the place named as the other end
    at: datetime
    kg: Decimal | None
    event_ids: tuple[str, ...]
    stays: bool  # whether both ends would lie at the same site


def candidate_links(ledger: Ledger, *, least: float = SHOWN) -> list[LotLink]:
    """Proposed links, most probable first; nothing is used unless a person accepts it."""
    loose, orphans = _loose_ends(ledger), _orphans(ledger)
    real = {lot for (_, lot), holding in ledger.holdings.items() if holding.made_kg > 0}
    real |= set(ledger.makers)
    found: list[tuple[int, int, float]] = []
    for i, one in enumerate(loose):
        for j, other in enumerate(orphans):
            chance = likelihood(one, other, is_real=other.lot in real)
            if chance > 0:
                found.append((i, j, chance))
    rows, columns = [0.0] * len(loose), [0.0] * len(orphans)
    for i, j, chance in found:
        rows[i] += chance
        columns[j] += chance
    links = [
        _link(loose[i], orphans[j], chance / (rows[i] + columns[j] - chance + UNRELATED))
        for i, j, chance in found
    ]
    kept = [link for link in links if link.weight >= least]
    return sorted(kept, key=lambda link: (-link.weight, link.lot_to, link.site_to, link.lot_from))


def likelihood(loose: _End, orphan: _End, *, is_real: bool) -> float:
    """How well an orphan fits a loose end, between 0 and 1."""
    gap = orphan.at - loose.at
    if loose.stays != orphan.stays or not -CLOCK_SLACK <= gap <= LONGEST:
        return 0.0
    same = loose.lot == orphan.lot
    if same and loose.stays:
        return 0.0
    place = _place(loose, orphan)
    chance = place * _mass(loose.kg, orphan.kg) * math.exp(-max(gap / timedelta(days=1), 0) / DAYS)
    if not same:
        chance *= math.exp(-slip_cost(_number(loose.lot), _number(orphan.lot)))
        chance *= REAL if is_real else 1.0
    return chance


def _place(loose: _End, orphan: _End) -> float:
    """Both ends must fit: where it went against where it came in, and the named sender."""
    if loose.stays:
        return 1.0 if loose.site == orphan.site else 0.0
    factor = 1.0
    for said, seen in ((loose.other, orphan.site), (orphan.other, loose.site)):
        if said is None or seen is None:
            factor *= UNNAMED
        elif said != seen:
            factor *= ELSEWHERE
    return factor


def _mass(sent: Decimal | None, got: Decimal | None) -> float:
    if sent is None or got is None or not (sent and got):
        return UNWEIGHED
    return math.pow(min(sent, got) / max(sent, got), SHARPNESS)


def _number(lot: str) -> str:
    return lot.rsplit(":", 1)[-1]


def _link(loose: _End, orphan: _End, weight: float) -> LotLink:
    return LotLink(
        lot_from=loose.lot,
        site_from=loose.site or "",
        lot_to=orphan.lot,
        site_to=orphan.site or "",
        weight=weight,
        how="unnamed" if loose.lot == orphan.lot else "slip",
        kg=orphan.kg,
        event_ids=(*loose.event_ids, *orphan.event_ids),
    )


def _loose_ends(ledger: Ledger) -> list[_End]:
    ends = [
        _End(m.lot, m.origin, m.destination, m.shipped_at, m.shipped_kg, m.event_ids, stays=False)
        for m in ledger.movements
        if m.shipped_at and m.received_at is None
    ]
    ends.extend(
        _End(h.lot, h.site, None, h.first_at, h.on_hand_kg, h.event_ids, stays=True)
        for h in ledger.holdings.values()
        if h.incoming_kg > 0 and h.on_hand_kg > 0
    )
    return ends


def _orphans(ledger: Ledger) -> list[_End]:
    ends = [
        _End(m.lot, m.destination, m.origin, m.received_at, m.received_kg, m.event_ids, stays=False)
        for m in ledger.movements
        if m.received_at and m.shipped_at is None
    ]
    ends.extend(
        _End(h.lot, h.site, None, h.first_at, h.outgoing_kg, h.event_ids, stays=True)
        for h in ledger.holdings.values()
        if _came_from_nowhere(h)
    )
    return ends


def _came_from_nowhere(holding: Holding) -> bool:
    """Whether the site used, sold or sent goods of a lot that it never got by any record."""
    used = holding.used_kg + holding.sold_kg + holding.shipped_kg
    return holding.incoming_kg == ZERO and used > ZERO and not holding.has_unknown_mass


def ends_without_partner(ledger: Ledger, lots: Iterable[str]) -> list[tuple[str, datetime]]:
    """Sites and moments at which goods of these lots were lost sight of: where to look further."""
    wanted = set(lots)
    return [
        (site, end.at)
        for end in _loose_ends(ledger)
        if end.lot in wanted and (site := end.site if end.stays else end.other)
    ]
