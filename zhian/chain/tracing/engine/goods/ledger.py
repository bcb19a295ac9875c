"""Books every event: holdings per site and lot, movements, transformations."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.engine.goods.containers import in_order, unpacked
from zhian.chain.tracing.engine.goods.movements import movements_of
from zhian.chain.tracing.engine.goods.nouns import Count, Flow, Holding, Movement, Transformation
from zhian.chain.tracing.engine.goods.rules import NO_RULES, Rules

_OUT_COLUMN = {EventKind.SELL: "sold_kg", EventKind.DESTROY: "destroyed_kg"}

_COMING = frozenset({"made_kg", "received_kg", "unconfirmed_kg"})

Key = tuple[str, str]  # site, lot


@dataclass(frozen=True)
class Ledger:
    """Everything the facts say, booked; the truth stays with the events."""

    holdings: dict[Key, Holding]
    movements: list[Movement]
    transformations: list[Transformation]
    born: dict[str, datetime]  # lot → first moment any event speaks of it
    makers: dict[str, list[Transformation]]  # lot → what made it
    users: dict[str, list[Transformation]]  # lot → what it went into
    moves: dict[str, list[Movement]]  # lot → its movements
    arrivals: dict[Key, list[Movement]]  # holding → what came to it
    departures: dict[Key, list[Movement]]  # holding → what left it for somewhere
    sites_of: dict[str, list[str]]  # lot → sites that held it, in order of time
    rules: Rules = NO_RULES
    killed: frozenset[str] = field(default=frozenset())  # makings that let nothing through
    cleared: frozenset[str] = field(default=frozenset())  # lots that are clean wherever they lie
    cleared_at: frozenset[Key] = field(default=frozenset())  # holdings that are clean

    def is_early(self, made: Transformation, lot: str) -> bool:
        """Whether the record uses a lot that no event had spoken of yet."""
        return lot in self.born and self.born[lot] > made.at

    def is_barred(self, made: Transformation, lot: str) -> bool:
        """Whether a making takes nothing over from this lot."""
        return (
            self.is_early(made, lot)
            or made.event_id in self.killed
            or lot in self.cleared
            or (made.site or "", lot) in self.cleared_at
        )

    def is_accounted(self, holding: Holding) -> bool:
        """Whether records or an accepted document say what became of the goods."""
        return holding.is_accounted or any(
            (one.site, one.lot) == (holding.site, holding.lot) for one in self.rules.settled
        )


def with_rules(ledger: Ledger, rules: Rules, sources: Iterable[str] = ()) -> Ledger:
    """The same books under rules; a source of the trace stays a source whatever a sample says."""
    found = set(sources)
    whole = {one.lot for one in rules.clearances if one.site is None} - found
    return replace(
        ledger,
        rules=rules,
        killed=frozenset(
            made.event_id
            for made in ledger.transformations
            if rules.is_killed(made.site, made.at, made.event_id)
        ),
        cleared=frozenset(whole),
        cleared_at=frozenset((one.site, one.lot) for one in rules.clearances if one.site),
    )


def build_ledger(facts: Iterable[EventFact], known_by: datetime | None = None) -> Ledger:
    """Book the facts that were recorded by that moment (all when None)."""
    plain = unpacked(in_order(facts, known_by))
    book = _Book()
    transformations = [
        Transformation(f.event_id, f.site, f.at, f.inputs, f.outputs)
        for f in plain
        if f.kind is EventKind.TRANSFORM
    ]
    movements = movements_of(plain)
    for made in transformations:
        book.transform(made)
    for fact in plain:
        book.fact(fact)
    for movement in movements:
        book.move(movement)
    return _indexed(book, movements, transformations)


class _Book:
    """The pen: adds one event at a time."""

    def __init__(self) -> None:
        self.holdings: dict[Key, Holding] = {}
        self.born: dict[str, datetime] = {}
        self._made: set[Key] = set()

    def _at(self, site: str, lot: str, at: datetime, *event_ids: str) -> Holding:
        holding = self.holdings.get((site, lot))
        if holding is None:
            holding = self.holdings[site, lot] = Holding(site, lot, at, at)
        holding.first_at = min(holding.first_at, at)
        holding.last_at = max(holding.last_at, at)
        holding.events.update(dict.fromkeys(event_ids))
        return holding

    def _add(
        self, holding: Holding, column: str, kg: Decimal | None, at: datetime, *event_ids: str
    ) -> None:
        if kg is None:
            holding.has_unknown_mass = True
        else:
            setattr(holding, column, getattr(holding, column) + kg)
            signed = kg if column in _COMING else -kg
            holding.flows.append(Flow(at, signed, column, event_ids))

    def _speaks_of(self, lot: str, at: datetime) -> None:
        self.born[lot] = min(self.born.get(lot, at), at)

    def transform(self, made: Transformation) -> None:
        """Inputs are used up, outputs come to be."""
        for item in made.outputs:
            self._speaks_of(item.lot, made.at)
            if made.site:
                self._made.add((made.site, item.lot))
                holding = self._at(made.site, item.lot, made.at, made.event_id)
                self._add(holding, "made_kg", item.kg, made.at, made.event_id)
        for item in made.inputs:
            if made.site:
                holding = self._at(made.site, item.lot, made.at, made.event_id)
                self._add(holding, "used_kg", item.kg, made.at, made.event_id)
                holding.is_accounted = True

    def fact(self, fact: EventFact) -> None:
        """What is neither a transformation nor a movement."""
        if fact.kind is EventKind.TRANSFORM:
            return
        for item in (*fact.inputs, *fact.outputs):
            self._speaks_of(item.lot, fact.at)
        if fact.site is None:
            return
        if fact.kind is EventKind.COMMISSION:
            self._commission(fact, fact.site)
        elif fact.kind is EventKind.OBSERVE:
            self._count(fact, fact.site)
        elif fact.kind in _OUT_COLUMN:
            self._take_out(fact, fact.site)

    def _take_out(self, fact: EventFact, site: str) -> None:
        for item in fact.inputs or fact.outputs:
            holding = self._at(site, item.lot, fact.at, fact.event_id)
            self._add(holding, _OUT_COLUMN[fact.kind], item.kg, fact.at, fact.event_id)
            holding.is_accounted = True

    def _commission(self, fact: EventFact, site: str) -> None:
        """Making is booked once: where a transformation made the lot, it has the mass."""
        for item in fact.outputs or fact.inputs:
            holding = self._at(site, item.lot, fact.at, fact.event_id)
            if (site, item.lot) not in self._made:
                self._add(holding, "made_kg", item.kg, fact.at, fact.event_id)

    def _count(self, fact: EventFact, site: str) -> None:
        for item in fact.outputs or fact.inputs:
            holding = self._at(site, item.lot, fact.at, fact.event_id)
            holding.counted_kg = item.kg
            if item.kg is not None:
                holding.counts.append(Count(fact.at, item.kg, fact.event_id))
            holding.is_accounted = True

    def move(self, movement: Movement) -> None:
        """Out of one holding, into the other; each end knows whether it said so itself."""
        sent, came = movement.shipped_at, movement.received_at
        at = sent or came
        assert at is not None
        if movement.origin:
            holding = self._at(movement.origin, movement.lot, at, *movement.event_ids)
            if sent:
                self._add(holding, "shipped_kg", movement.shipped_kg, sent, movement.event_ids[0])
                holding.is_accounted = True
                if movement.is_return and movement.shipped_kg:
                    holding.returned_kg += movement.shipped_kg
            else:
                self._add(holding, "undeclared_kg", movement.received_kg, at, *movement.event_ids)
        if movement.destination:
            holding = self._at(movement.destination, movement.lot, came or at, *movement.event_ids)
            column = "received_kg" if came else "unconfirmed_kg"
            self._add(holding, column, movement.kg, came or at, *movement.event_ids)


def _indexed(
    book: _Book, movements: list[Movement], transformations: list[Transformation]
) -> Ledger:
    makers: dict[str, list[Transformation]] = defaultdict(list)
    users: dict[str, list[Transformation]] = defaultdict(list)
    moves: dict[str, list[Movement]] = defaultdict(list)
    sites: dict[str, list[str]] = defaultdict(list)
    for made in transformations:
        for lot in dict.fromkeys(item.lot for item in made.outputs):
            makers[lot].append(made)
        for lot in dict.fromkeys(item.lot for item in made.inputs):
            users[lot].append(made)
    arrivals: dict[Key, list[Movement]] = defaultdict(list)
    departures: dict[Key, list[Movement]] = defaultdict(list)
    for movement in movements:
        moves[movement.lot].append(movement)
        if movement.destination:
            arrivals[movement.destination, movement.lot].append(movement)
        if movement.origin:
            departures[movement.origin, movement.lot].append(movement)
    for holding in sorted(book.holdings.values(), key=lambda h: (h.first_at, h.site)):
        sites[holding.lot].append(holding.site)
    return Ledger(
        holdings=book.holdings,
        movements=movements,
        transformations=transformations,
        born=book.born,
        makers=dict(makers),
        users=dict(users),
        moves=dict(moves),
        arrivals=dict(arrivals),
        departures=dict(departures),
        sites_of=dict(sites),
    )
