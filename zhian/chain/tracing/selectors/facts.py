"""Captured facts along a trace: fetched round by round, so a small trace stays fast in a big store.

`as_of` answers what was known then: later records do not count.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from zhian.chain.events import selectors as events
from zhian.chain.events.vocabulary import EventFact, EventKind

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
    """
    facts: dict[str, EventFact] = {}
    known: list[set[str]] = [set() for _step in steps]
    frontiers = [set(lots) for _step in steps]
    while wanted := set().union(*frontiers):
        found = events.facts_for_lots(wanted, as_of=as_of)
        facts.update((fact.event_id, fact) for fact in found)
        for number, step in enumerate(steps):
            near = [fact for fact in found if _touches(fact, frontiers[number])]
            known[number] |= frontiers[number]
            frontiers[number] = _reached(near, step, known[number]) - known[number]
    return facts


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
