"""The may ring: lots that stood beside affected goods, or hang on them by a doubtful link.

Four ways in: made on the shared line within the window; made without recorded ingredients where
affected goods are unaccounted for; made at a mixing site after affected goods, before a cleaning;
linked by a candidate that a person accepted. What is made of a may lot is in the ring too.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhian.chain.tracing.engine.goods.ledger import Ledger
from zhian.chain.tracing.engine.goods.nouns import Holding, Transformation
from zhian.chain.tracing.engine.goods.trace import LotTrace
from zhian.chain.tracing.vocabulary import Reason

SHARED_LINE = timedelta(days=1)  # made on the same site that soon before or after
UNRECORDED = timedelta(days=30)  # unaccounted goods may be used that long


@dataclass(frozen=True, slots=True)
class May:
    """Why a lot may be affected, and at which tier it was made."""

    reason: Reason
    tier: int


def may_lots(ledger: Ledger, trace: LotTrace, window: timedelta = SHARED_LINE) -> dict[str, May]:
    """Lots outside the must ring that may be affected, each with its reason and tier."""
    ring = _Ring(ledger, trace)
    for lot, may in _shared(ledger, trace, window):
        ring.add(lot, may)
    for lot, may in _unrecorded(ledger, trace):
        ring.found.pop(lot, None)
        ring.add(lot, may)
    ring.spread()
    return ring.found


class _Ring:
    """Grows from lot to lot until nothing new is reached."""

    def __init__(self, ledger: Ledger, trace: LotTrace) -> None:
        self.ledger = ledger
        self.trace = trace
        self.found: dict[str, May] = {}
        self._queue: deque[str] = deque(trace.lots)
        self._windows = {mixing.site: mixing.window for mixing in ledger.rules.mixings}
        self._runs: dict[str, list[Transformation]] = {site: [] for site in self._windows}
        for made in ledger.transformations:
            if made.site in self._runs:
                self._runs[made.site].append(made)
        for runs in self._runs.values():
            runs.sort(key=lambda made: made.at)

    def add(self, lot: str, may: May) -> None:
        """Take a lot into the ring unless it must be recalled anyway or is known to be clean."""
        if not (lot in self.trace.lots or lot in self.found or lot in self.ledger.cleared):
            self.found[lot] = may
            self._queue.append(lot)

    def spread(self) -> None:
        """Follow makings, mixing sites and accepted links."""
        while self._queue:
            lot = self._queue.popleft()
            if lot in self.found:
                self._descend(lot, self.found[lot])
            self._mix(lot)
            for link in sorted(self.ledger.rules.links, key=repr):
                if link.lot_from == lot:
                    tier = self._tier(link.site_from, lot)
                    self.add(link.lot_to, May(Reason.CANDIDATE_LINK, tier))

    def _tier(self, site: str, lot: str) -> int:
        may = self.found.get(lot)
        return may.tier if may else self.trace.tiers.get((site, lot), 0)

    def _descend(self, lot: str, may: May) -> None:
        for made in self.ledger.users.get(lot, ()):
            if not self.ledger.is_barred(made, lot):
                for item in made.outputs:
                    self.add(item.lot, May(Reason.FROM_MAY, may.tier))

    def _mix(self, lot: str) -> None:
        """What a mixing site made within the window after it handled this lot."""
        makers, users = self.ledger.makers.get(lot, ()), self.ledger.users.get(lot, ())
        for made in (*makers, *(one for one in users if not self.ledger.is_early(one, lot))):
            site = made.site or ""
            if site in self._windows:
                for later in self._after(site, made.at):
                    for item in later.outputs:
                        self.add(item.lot, May(Reason.SITE_MIXING, self._tier(site, lot)))

    def _after(self, site: str, at: datetime) -> Iterator[Transformation]:
        runs, last = self._runs[site], at + self._windows[site]
        for later in runs[bisect_left(runs, at, key=lambda made: made.at) :]:
            if later.at > last or self.ledger.rules.cleaned_between(site, at, later.at):
                return
            yield later


def _shared(ledger: Ledger, trace: LotTrace, window: timedelta) -> Iterator[tuple[str, May]]:
    """Lots made on the same site that soon before or after affected goods, no cleaning between."""
    runs = _runs(ledger, trace)
    for made in ledger.transformations:
        near = [
            tier
            for at, tier in runs.get(made.site or "", ())
            if abs(made.at - at) <= window
            and not ledger.rules.cleaned_between(made.site or "", at, made.at)
        ]
        if near:
            for item in made.outputs:
                yield item.lot, May(Reason.SHARED_LINE, min(near))


def _runs(ledger: Ledger, trace: LotTrace) -> dict[str, list[tuple[datetime, int]]]:
    """When and at which tier each site made something that holds mass of the source."""
    runs: dict[str, list[tuple[datetime, int]]] = {}
    for lot in trace.lots:
        for made in ledger.makers.get(lot, ()):
            if made.site and lot not in trace.sources:
                tier = trace.tiers.get((made.site, lot), 0)
                runs.setdefault(made.site, []).append((made.at, tier))
    return runs


def _unrecorded(ledger: Ledger, trace: LotTrace) -> Iterator[tuple[str, May]]:
    """Lots made of nothing where traced goods vanished without a record."""
    vanished: dict[str, list[Holding]] = {}
    for key in trace.tiers:
        holding = ledger.holdings.get(key)
        if holding and not ledger.is_accounted(holding) and holding.on_hand_kg > 0:
            vanished.setdefault(holding.site, []).append(holding)
    for holding in list(ledger.holdings.values()):
        makers = ledger.makers.get(holding.lot, ())
        if holding.made_kg <= 0 or any(made.inputs for made in makers):
            continue
        for lost in vanished.get(holding.site, ()):
            if lost.first_at <= holding.first_at <= lost.first_at + UNRECORDED:
                yield holding.lot, May(Reason.UNRECORDED_USE, trace.tiers[lost.site, lost.lot])
