"""Why two traces differ: which new record, which withdrawn one, which rule (trace 2.2-16).

The two sides are the same question over other records or under other rules. What changed between
them is a list of single changes; the cause of a line is a set of them that alone turns its state
in the first trace into its state in the second, and of which none can be left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.engine.decisions.whatif import lines_under
from zhian.chain.tracing.engine.goods.ledger import build_ledger, with_rules
from zhian.chain.tracing.engine.goods.rules import Rules, together
from zhian.chain.tracing.engine.goods.scope import ScopeLine
from zhian.chain.tracing.engine.goods.trace import trace_forward
from zhian.chain.tracing.vocabulary import Ring

EXPLAINED = 40  # lines whose cause is worked out; the others are only listed


@dataclass(frozen=True)
class Side:
    """One of the two traces: its records, sources and rules."""

    facts: tuple[EventFact, ...]
    sources: tuple[str, ...]
    rules: Rules


@dataclass(frozen=True, slots=True)
class Step:
    """One single change from the first side to the second."""

    kind: str  # "new_record", "withdrawn_record", "rule_added", "rule_removed", "source"
    event_id: str | None = None
    rule: Rules | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line that is not the same on both sides; `because` None means it was not worked out."""

    before: ScopeLine | None
    after: ScopeLine | None
    because: tuple[Step, ...] | None

    @property
    def line(self) -> ScopeLine:
        """The line as it is now, or as it was when it is gone."""
        found = self.after or self.before
        assert found is not None
        return found


Key = tuple[str, str]
State = tuple[str, str] | None


class Comparison:
    """Two traces and everything in between; each mixture of changes is traced once."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before, self.after = before, after
        self._facts = {fact.event_id: fact for fact in (*before.facts, *after.facts)}
        self._old = {fact.event_id for fact in before.facts}
        new = {fact.event_id for fact in after.facts}
        self.steps = [
            *(Step("source") for _ in [0] if before.sources != after.sources),
            *(Step("new_record", event_id=one) for one in sorted(new - self._old)),
            *(Step("withdrawn_record", event_id=one) for one in sorted(self._old - new)),
            *_rule_steps(before.rules, after.rules),
        ]
        self._known: dict[tuple[frozenset[Step], frozenset[str] | None], dict[Key, ScopeLine]] = {}
        self._about_lot: dict[str, frozenset[str]] = {}
        self._naming: dict[str, list[str]] = defaultdict(list)
        for fact in self._facts.values():
            named = {item.lot for item in (*fact.inputs, *fact.outputs)}
            for lot in named | ({fact.parent} if fact.parent else set()):
                self._naming[lot].append(fact.event_id)
        self._paths: dict[Key, set[str]] | None = None

    def lines_with(self, steps: Iterable[Step]) -> dict[Key, ScopeLine]:
        """The scope when only these changes were made to the first side."""
        return self._traced(frozenset(steps), None)

    def _traced(
        self, steps: frozenset[Step], within: frozenset[str] | None
    ) -> dict[Key, ScopeLine]:
        """The scope with these changes, from all records or from some."""
        known = (steps, within)
        if known not in self._known:
            side = self._side(steps)
            if within is not None:
                facts = tuple(fact for fact in side.facts if fact.event_id in within)
                side = replace(side, facts=facts)
            self._known[known] = _lines(side)
        return self._known[known]

    def _about(self, lot: str) -> frozenset[str]:
        """Records of either side that name the lot, what went into it, or what they lay in."""
        if lot not in self._about_lot:
            wanted, queue, ids = {lot}, [lot], set[str]()
            while queue:
                here = queue.pop()
                for event_id in self._naming.get(here, ()):
                    ids.add(event_id)
                    fact = self._facts[event_id]
                    inner = fact.inputs if _leads_back(fact, here) else ()
                    near = {item.lot for item in inner} | ({fact.parent} if fact.parent else set())
                    queue.extend(near - wanted)
                    wanted |= near
            self._about_lot[lot] = frozenset(ids)
        return self._about_lot[lot]

    def _side(self, steps: frozenset[Step]) -> Side:
        ids = set(self._old)
        rules = set(self.before.rules.each())
        for step in steps:
            if step.kind == "new_record" and step.event_id:
                ids.add(step.event_id)
            elif step.kind == "withdrawn_record" and step.event_id:
                ids.discard(step.event_id)
            elif step.kind == "rule_added" and step.rule:
                rules.add(step.rule)
            elif step.rule:
                rules.discard(step.rule)
        sources = self.after.sources if Step("source") in steps else self.before.sources
        return Side(tuple(self._facts[one] for one in sorted(ids)), sources, together(rules))

    def changes(self, explained: int = EXPLAINED) -> list[Change]:
        """Every line that differs, added ones first, each with its cause while there is room."""
        old, new = self.lines_with(()), self.lines_with(self.steps)
        keys = [key for key in {**new, **old} if _state(old, key) != _state(new, key)]
        found = []
        for number, key in enumerate(keys):
            because = tuple(self.cause(key)) if number < explained else None
            found.append(Change(old.get(key), new.get(key), because))
        return found

    def cause(self, key: Key) -> list[Step]:
        """Changes that alone give this line its new state; none of them can be left out."""
        wanted = _state(self.lines_with(self.steps), key)
        # Whether goods must be recalled is settled by the records of what went into them; whether
        # they may be affected can hang on any record of the places that made them.
        within = self._about(key[1]) if wanted and wanted[0] == Ring.MUST else None

        def gives(steps: Sequence[Step]) -> bool:
            return _state(self._traced(frozenset(steps), within), key) == wanted

        near = self._near(key)
        return irreducible(near if gives(near) else list(self.steps), gives)

    def _near(self, key: Key) -> list[Step]:
        """The changes that the ways to this line speak of: the likely cause."""
        if self._paths is None:
            self._paths = {}
            for side in (self.before, self.after):
                for one, ids in _ways(side).items():
                    self._paths.setdefault(one, set()).update(ids)
        ids = self._paths.get(key, set())
        return [step for step in self.steps if step.event_id is None or step.event_id in ids]


def _leads_back(fact: EventFact, lot: str) -> bool:
    """Whether what the event names first went into the lot."""
    return fact.kind is EventKind.TRANSFORM and any(item.lot == lot for item in fact.outputs)


def _rule_steps(before: Rules, after: Rules) -> list[Step]:
    old, new = before.each(), after.each()
    return [
        *(Step("rule_added", rule=rule) for rule in new if rule not in old),
        *(Step("rule_removed", rule=rule) for rule in old if rule not in new),
    ]


def _lines(side: Side) -> dict[Key, ScopeLine]:
    lines = lines_under(build_ledger(side.facts), side.sources, side.rules)
    return {(line.site_key, line.lot): line for line in lines}


def _state(lines: dict[Key, ScopeLine], key: Key) -> State:
    line = lines.get(key)
    return None if line is None else (line.ring.value, line.reason.value)


def _ways(side: Side) -> dict[Key, set[str]]:
    """For each line of the side the events that brought the goods there."""
    ledger = with_rules(build_ledger(side.facts), side.rules, side.sources)
    trace = trace_forward(ledger, *side.sources)
    found = {}
    for key, line in _lines(side).items():
        ids = set(line.event_ids)
        for hop in trace.path_to(*key):
            ids.update(hop.event_ids)
        found[key] = ids
    return found


def irreducible(steps: list[Step], gives: Callable[[Sequence[Step]], bool]) -> list[Step]:
    """Leave out halves, quarters and single changes while the rest still gives the state."""
    size = max(len(steps) // 2, 1)
    while True:
        start = 0
        while start < len(steps):
            rest = steps[:start] + steps[start + size :]
            if gives(rest):
                steps = rest
            else:
                start += size
        if size == 1:
            return _once_more(steps, gives)
        size = max(size // 2, 1)


def _once_more(steps: list[Step], gives: Callable[[Sequence[Step]], bool]) -> list[Step]:
    """Changes can hinder each other, so leaving one out may free another: until none can go."""
    for step in steps:
        rest = [one for one in steps if one != step]
        if gives(rest):
            return _once_more(rest, gives)
    return steps


def cause_twin(comparison: Comparison, key: Key) -> list[Step]:
    """The smallest cause by trying every set of changes, small ones first."""
    wanted = _state(comparison.lines_with(comparison.steps), key)
    return next(
        list(some)
        for size in range(len(comparison.steps) + 1)
        for some in combinations(comparison.steps, size)
        if _state(comparison.lines_with(some), key) == wanted
    )
