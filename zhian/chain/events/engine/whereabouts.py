"""Where a thing is now: the state its history leaves it in (what the standard does not offer).

A thing shares the fate of what it is packed in, from the aggregation that put it in to the one
that takes it out. Events declared wrong are told apart beforehand and count for nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from zhian.chain.events.vocabulary import EventKind

_BONDS = ("AggregationEvent", "AssociationEvent")
_LEAVING = frozenset({EventKind.SHIP, EventKind.RETURN_})
_ENDING = frozenset({EventKind.DESTROY, EventKind.SELL})


@dataclass(frozen=True, slots=True)
class Seen:
    """One event as a thing's history needs it; keys are lot keys, `outputs` what came to be."""

    event_id: str
    at: datetime
    recorded: datetime
    kind: EventKind
    type: str
    action: str = ""
    step: str = ""
    disposition: str = ""
    lasting_set: frozenset[str] = frozenset()
    lasting_unset: frozenset[str] = frozenset()
    location: str = ""
    read_point: str = ""
    destination: str = ""
    parent: str = ""
    children: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()

    @property
    def bonds(self) -> bool:
        """Whether it packs or unpacks."""
        return self.type in _BONDS and self.action in ("ADD", "DELETE")


@dataclass(slots=True)
class State:
    """What is known of a thing now; `location` None means under way or never said."""

    exists: bool = True
    location: str | None = None
    destination: str | None = None
    disposition: str | None = None
    lasting: set[str] = field(default_factory=set)
    parent: str | None = None
    contents: list[str] = field(default_factory=list)
    last: Seen | None = None


def state_of(key: str, events: Iterable[Seen]) -> State | None:
    """The state the events leave a thing in; None when none of them touches it.

    `events` are those naming the thing or anything it was ever packed in.
    """
    history = sorted(events, key=lambda one: (one.at, one.recorded, one.event_id))
    state: State | None = None
    parents: dict[str, str] = {}
    for one in history:
        inside = _chain(key, parents)
        if one.bonds:
            _bond(one, parents)
        named = key in one.children or key in one.inputs or key == one.parent
        carried = any(holder in one.children or holder == one.parent for holder in inside[1:])
        if not named and not (carried and not _packs_others(one, inside)):
            continue
        state = state or State()
        _apply(state, one, key)
    if state is not None:
        state.parent = parents.get(key)
        state.contents = sorted(child for child, parent in parents.items() if parent == key)
    return state


def _chain(key: str, parents: Mapping[str, str]) -> list[str]:
    """The thing and what it is packed in, innermost first; a loop is cut."""
    found = [key]
    while found[-1] in parents and parents[found[-1]] not in found:
        found.append(parents[found[-1]])
    return found


def _packs_others(one: Seen, inside: Sequence[str]) -> bool:
    """Whether the event only packs or unpacks something else beside the thing."""
    others = bool(one.children) and not set(one.children) & set(inside)
    return one.bonds and one.parent in inside and others


def _bond(one: Seen, parents: dict[str, str]) -> None:
    if one.action == "ADD":
        parents.update(dict.fromkeys(one.children, one.parent))
        return
    # unpacking without naming contents empties the unit
    leaving = one.children or [child for child, parent in parents.items() if parent == one.parent]
    for child in list(leaving):
        if parents.get(child) == one.parent:
            del parents[child]


def _apply(state: State, one: Seen, key: str) -> None:
    state.last = one
    if one.disposition:
        state.disposition = one.disposition
    state.lasting -= one.lasting_unset
    state.lasting |= one.lasting_set
    state.exists = one.kind not in _ENDING and key not in one.inputs
    if one.location:
        state.location, state.destination = one.location, None
    elif one.kind in _LEAVING:
        state.location, state.destination = None, one.destination or None
