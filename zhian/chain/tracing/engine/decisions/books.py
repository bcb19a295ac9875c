"""The books of lots and sites for a period, and the contradictions in them (trace 2.2-5).

Each component of records that speak of common goods is judged alone, so one firm's slip does not
make another's records doubtful.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from zhian.chain.tracing.engine.decisions.balance import Claim, Law, System, conflicts
from zhian.chain.tracing.engine.goods.gaps import DEFAULT, Tolerance
from zhian.chain.tracing.engine.goods.ledger import Key, Ledger
from zhian.chain.tracing.engine.goods.movements import CLOCK_SLACK
from zhian.chain.tracing.engine.goods.nouns import ZERO, Count, Movement, Transformation

MOST_GAIN = 1.0  # kilograms out of a making per kilogram in, unless a site's yield says otherwise


@dataclass(frozen=True, slots=True)
class Page:
    """One lot at one site over a period: opening + came − left = closing, kg."""

    site: str
    lot: str
    opening_kg: Decimal
    came_kg: Decimal
    left_kg: Decimal
    counted_kg: Decimal | None
    has_unknown_mass: bool

    @property
    def closing_kg(self) -> Decimal:
        """What must lie there at the end by the records; negative when they cannot be true."""
        return self.opening_kg + self.came_kg - self.left_kg


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Events that cannot all be true, the lots and sites they speak of, and by how much, kg."""

    event_ids: tuple[str, ...]
    lots: tuple[str, ...]
    sites: tuple[str, ...]
    kg: Decimal
    is_smallest: bool


def pages(
    ledger: Ledger, *, since: datetime | None = None, until: datetime | None = None
) -> list[Page]:
    """The balance of every lot at every site over the period, by site and lot."""
    found = []
    for (site, lot), holding in sorted(ledger.holdings.items()):
        opening = came = left = ZERO
        for flow in holding.flows:
            if until is not None and flow.at > until:
                continue
            if since is not None and flow.at < since:
                opening += flow.kg
            elif flow.kg > 0:
                came += flow.kg
            else:
                left -= flow.kg
        counted, unknown = holding.counted_kg, holding.has_unknown_mass
        found.append(Page(site, lot, opening, came, left, counted, unknown))
    return found


def contradictions(
    ledger: Ledger,
    *,
    lots: Iterable[str] | None = None,
    sites: Iterable[str] | None = None,
    until: datetime | None = None,
    tolerance: Tolerance = DEFAULT,
    gains: Mapping[str, float] | None = None,
) -> list[Contradiction]:
    """Sets of records that cannot all be true, largest first; `gains` are a site's yields."""
    books = _Books(ledger, tolerance, gains or {}, until)
    books.write()
    wanted_lots, wanted_sites = _maybe(lots), _maybe(sites)
    found = []
    for system in books.parts():
        for conflict in conflicts(system):
            about = [books.about[record] for record in conflict.records]
            named = sorted({lot for keys in about for _, lot in keys})
            places = sorted({site for keys in about for site, _ in keys})
            if wanted_lots.isdisjoint(named) or wanted_sites.isdisjoint(places):
                continue
            kg = Decimal(repr(conflict.kg)).quantize(Decimal("0.001"))
            found.append(
                Contradiction(
                    conflict.records, tuple(named), tuple(places), kg, conflict.is_smallest
                )
            )
    return sorted(found, key=lambda one: (-one.kg, one.event_ids))


class _All(set[str]):
    """Contains everything."""

    def isdisjoint(self, other: Iterable[object]) -> bool:
        """Never."""
        return False


def _maybe(names: Iterable[str] | None) -> set[str]:
    return _All() if names is None else set(names)


class _Books:
    """Writes one system of claims and laws for all holdings."""

    def __init__(
        self, ledger: Ledger, tolerance: Tolerance, gains: Mapping[str, float],
        until: datetime | None,
    ) -> None:  # fmt: skip
        self.ledger = ledger
        self.tolerance = tolerance
        self.gains = gains
        self.until = until
        self.system = System()
        self.about: dict[str, set[Key]] = defaultdict(set)
        self._stock: dict[Key, list[tuple[datetime, bool, int, int]]] = defaultdict(list)

    def write(self) -> None:
        """Every flow with its records, then the laws."""
        for movement in self.ledger.movements:
            if self._counts(movement.shipped_at or movement.received_at):
                self._move(movement)
        for made in self.ledger.transformations:
            if self._counts(made.at):
                self._make(made)
        moved = {"made_kg": 1, "sold_kg": -1, "destroyed_kg": -1}
        done = {made.event_id for made in self.ledger.transformations}
        for key, holding in self.ledger.holdings.items():
            for flow in holding.flows:
                sign = moved.get(flow.column)
                if sign and self._counts(flow.at) and done.isdisjoint(flow.event_ids):
                    number = self._flow()
                    self._claim(flow.event_ids[0], number, abs(flow.kg), {key})
                    self._book(key, flow.at, sign, number)
        self._stocks()

    def _counts(self, at: datetime | None) -> bool:
        return self.until is None or (at is not None and at <= self.until)

    def _flow(self) -> int:
        self.system.flows += 1
        return self.system.flows - 1

    def _claim(self, record: str, flow: int, kg: Decimal | None, keys: set[Key]) -> None:
        self.about[record] |= keys
        if kg is not None:
            allowed = max(self.tolerance.kg, self.tolerance.share * kg)
            self.system.claims.append(
                Claim(record, ((flow, 1),), float(max(kg - allowed, ZERO)), float(kg + allowed))
            )

    def _book(self, key: Key, at: datetime, sign: int, flow: int) -> None:
        # What came in counts from a little before it was recorded: clocks of two firms differ.
        when = at - CLOCK_SLACK if sign > 0 else at
        self._stock[key].append((when, sign < 0, sign, flow))

    def _move(self, movement: Movement) -> None:
        flow = self._flow()
        ends = (movement.origin, movement.destination)
        keys = {(site, movement.lot) for site in ends if site}
        sent, came = movement.shipped_at, movement.received_at
        ids = movement.event_ids
        if sent:
            self._claim(ids[0], flow, movement.shipped_kg, keys)
        if came:
            # Several receipts of one dispatch stand or fall together by their sum.
            self._claim(ids[-1], flow, movement.received_kg, keys)
        at = sent or came
        assert at is not None
        if movement.origin:
            self._book((movement.origin, movement.lot), at, -1, flow)
        if movement.destination:
            self._book((movement.destination, movement.lot), came or at, 1, flow)

    def _make(self, made: Transformation) -> None:
        site = made.site or ""
        terms: list[tuple[int, float]] = []
        for goods, sign in ((made.inputs, -1), (made.outputs, 1)):
            for item in goods:
                flow = self._flow()
                self._claim(made.event_id, flow, item.kg, {(site, item.lot)})
                if made.site:
                    self._book((site, item.lot), made.at, sign, flow)
                terms.append((flow, self.gains.get(site, MOST_GAIN) if sign < 0 else -1.0))
        if made.inputs:
            self.system.laws.append(Law(tuple(terms)))

    def _stocks(self) -> None:
        """No stock is ever negative; what lay there at a count is known.

        A lot whose coming nobody recorded, or some of whose masses are unknown, can have any stock.
        """
        for key, entries in self._stock.items():
            holding = self.ledger.holdings[key]
            if holding.has_unknown_mass or not any(sign > 0 for _, _, sign, _ in entries):
                continue
            entries.sort()
            terms: list[tuple[int, int]] = []
            for number, (_, leaves, sign, flow) in enumerate(entries, start=1):
                terms.append((flow, sign))
                if leaves and (number == len(entries) or not entries[number][1]):
                    self.system.laws.append(Law(tuple((one, float(s)) for one, s in terms)))
            for count in holding.counts:
                self._count(key, count, entries)

    def _count(
        self, key: Key, count: Count, entries: list[tuple[datetime, bool, int, int]]
    ) -> None:
        """A count says what the stock was: everything that came less everything that left."""
        terms = tuple((flow, sign) for at, _, sign, flow in entries if at <= count.at)
        if terms and self._counts(count.at):
            self.about[count.event_id].add(key)
            allowed = max(self.tolerance.kg, self.tolerance.share * count.kg)
            least, most = float(max(count.kg - allowed, ZERO)), float(count.kg + allowed)
            self.system.claims.append(Claim(count.event_id, terms, least, most))

    def parts(self) -> list[System]:
        """The system taken apart where neither a law nor a record ties its flows together."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        system = self.system
        tied = [[flow for flow, _ in law.terms] for law in system.laws]
        tied += _of_records(system.claims)
        pairs = [(some[0], other) for some in tied for other in some]
        firsts, others = zip(*pairs, strict=True) if pairs else ((), ())
        ties = coo_array(([1] * len(pairs), (firsts, others)), shape=(system.flows, system.flows))
        count, part_of = connected_components(ties, directed=False)
        parts = [System() for _ in range(count)]
        place = []
        for number in part_of:
            place.append(parts[number].flows)
            parts[number].flows += 1
        for claim in system.claims:
            terms = tuple((place[flow], sign) for flow, sign in claim.terms)
            parts[part_of[claim.terms[0][0]]].claims.append(replace(claim, terms=terms))
        for law in system.laws:
            factors = tuple((place[flow], factor) for flow, factor in law.terms)
            parts[part_of[law.terms[0][0]]].laws.append(Law(factors))
        return parts


def _of_records(claims: Iterable[Claim]) -> list[list[int]]:
    """The flows each record speaks of."""
    found: dict[str, list[int]] = defaultdict(list)
    for claim in claims:
        found[claim.record].extend(flow for flow, _ in claim.terms)
    return list(found.values())
