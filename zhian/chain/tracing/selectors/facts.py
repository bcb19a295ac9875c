"""Captured facts along a trace: fetched round by round, so a small trace stays fast in a big store.

`as_of` answers what was known then: later records do not count.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from zhian.chain.events import selectors as events
from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.selectors.indexing import lots_ahead

Step = Callable[[EventFact, set[str]], Iterable[str]]

_CONTAINERS = {EventKind.AGGREGATE, EventKind.DISAGGREGATE}


def outputs(fact: EventFact, known: set[str]) -> Iterable[str]:
    """What was made of known lots."""
    if any(item.lot in known for item in fact.inputs):
        return (item.lot for item in fact.outputs)
    return ()


def inputs(fact: EventFact, known: set[str]) -> Iterable[str]:
    """What known lots were made of."""
    if any(item.lot in known for item in fact.outputs):
        return (item.lot for item in fact.inputs)
    return ()


def expand(
    lots: Iterable[str], steps: Sequence[Step], as_of: datetime | None
) -> dict[str, EventFact]:
    """Facts about the lots, about what each step leads to, and about the containers of both.

    All steps go on together, so that a round costs the same queries for both directions as for one.
    What the index knows to lie ahead is fetched in the first round; what to take of it the facts
    themselves decide, so the answer is the same without an index or with one that is behind.
    """
    lots = set(lots)
    ahead = lots_ahead(lots, forward=outputs in steps, backward=inputs in steps)
    store = _Store(ahead - lots, as_of)
    facts: dict[str, EventFact] = {}
    known: list[set[str]] = [set() for _step in steps]
    frontiers = [set(lots) for _step in steps]
    while wanted := set().union(*frontiers):
        found = store.facts_for(wanted)
        facts.update((fact.event_id, fact) for fact in found)
        for number, step in enumerate(steps):
            near = [fact for fact in found if _touches(fact, frontiers[number])]
            known[number] |= frontiers[number]
            frontiers[number] = _reached(near, step, known[number]) - known[number]
    return facts


class _Store:
    """Facts by lot, fetched once; a lot that is not there yet is fetched when it is asked for."""

    def __init__(self, ahead: set[str], as_of: datetime | None) -> None:
        self._ahead, self._as_of = ahead, as_of
        self._fetched: set[str] = set()
        self._by_lot: dict[str, list[EventFact]] = {}

    def facts_for(self, lots: set[str]) -> list[EventFact]:
        """Every fact that touches one of the lots."""
        if not self._ahead:
            return events.facts_for_lots(lots, as_of=self._as_of)
        if missing := lots - self._fetched:
            missing |= self._ahead - self._fetched
            self._fetched |= missing
            for fact in events.facts_for_lots(missing, as_of=self._as_of):
                for lot in _named(fact) & missing:
                    self._by_lot.setdefault(lot, []).append(fact)
        found = {fact.event_id: fact for lot in lots for fact in self._by_lot.get(lot, ())}
        return list(found.values())


def _named(fact: EventFact) -> set[str]:
    named = {item.lot for item in (*fact.inputs, *fact.outputs)}
    return named | {fact.parent} if fact.parent else named


def _touches(fact: EventFact, lots: set[str]) -> bool:
    return fact.parent in lots or any(item.lot in lots for item in (*fact.inputs, *fact.outputs))


def _reached(found: Iterable[EventFact], step: Step, known: set[str]) -> set[str]:
    """Lots and containers one step away."""
    reached: set[str] = set()
    for fact in found:
        if fact.kind is EventKind.TRANSFORM:
            reached.update(step(fact, known))
        elif fact.kind in _CONTAINERS and fact.parent:
            reached.add(fact.parent)
    return reached
