"""The current state of one thing, from the events the reader may see."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from zhian.chain.events import policies
from zhian.chain.events.engine.facts import summarise
from zhian.chain.events.engine.grammar.formats import EpcFormat, link, urn
from zhian.chain.events.engine.grammar.patterns import read_pattern
from zhian.chain.events.engine.keys import lot_key
from zhian.chain.events.engine.whereabouts import Seen, State, state_of
from zhian.chain.events.engine.words import DISPOSITION
from zhian.chain.events.models import Event, EventLot
from zhian.chain.events.selectors.facts import declared_wrong
from zhian.chain.events.vocabulary import EventKind, LotRole, PartyRole
from zhian.foundation.offices.policies import Person

# how many units a thing may have been packed in one after another or one in another
_MOST_UNITS = 200
_MOST_EVENTS = 5_000
_INSIDE = (LotRole.EPC, LotRole.CHILD)


def is_known(user: Person, uri: str) -> bool:
    """Whether an event the reader may see names the thing."""
    return _naming(policies.events_visible_to(user), keys_of(uri)).exists()


def keys_of(uri: str) -> frozenset[str]:
    """Under which keys events may name the thing."""
    pattern = read_pattern(uri)
    return pattern.keys if pattern is not None else frozenset({lot_key(uri)})


def current_state(user: Person, uri: str) -> dict[str, Any] | None:
    """Where the thing is, in what, since when; None when nothing is known of it."""
    key = lot_key(uri)
    events = policies.events_visible_to(user)
    found: dict[int, Seen] = {}
    waiting, asked = set(keys_of(uri)), set[str]()
    while waiting and len(asked) < _MOST_UNITS:
        asked |= waiting
        fresh = _seen(_naming(events, waiting))
        found.update(fresh)
        waiting = {one.parent for one in fresh.values() if one.bonds and one.parent} - asked
    state = state_of(key, found.values())
    return None if state is None else _as_json(state)


def _naming(events: QuerySet[Event], keys: Iterable[str]) -> QuerySet[Event]:
    rows = EventLot.objects.filter(event=OuterRef("pk"), lot__in=sorted(keys))
    return events.filter(Exists(rows))


def _seen(events: QuerySet[Event]) -> dict[int, Seen]:
    rows = list(events.defer("context").order_by("-event_time", "-pk")[:_MOST_EVENTS])
    wrong = declared_wrong({one.event_id for one in rows})
    return {
        one.pk: _read(one) for one in rows if not one.declared_wrong and one.event_id not in wrong
    }


def _read(event: Event) -> Seen:
    found = summarise(event.document)
    lasting = event.document.get("persistentDisposition", {})
    goods: dict[LotRole, list[str]] = {role: [] for role in LotRole}
    for lot in found.lots:
        goods[lot.role].append(lot.lot)
    return Seen(
        event_id=event.event_id,
        at=event.event_time,
        recorded=event.record_time,
        kind=EventKind(event.kind),
        type=event.type,
        action=event.action,
        step=event.biz_step,
        disposition=event.disposition,
        lasting_set=_words(lasting.get("set", ())),
        lasting_unset=_words(lasting.get("unset", ())),
        location=event.biz_location,
        read_point=event.read_point,
        destination=found.nearest(PartyRole.DESTINATION) or "",
        parent=next(iter(goods[LotRole.PARENT]), ""),
        children=tuple(key for role in (*_INSIDE, LotRole.OUTPUT) for key in goods[role]),
        inputs=tuple(goods[LotRole.INPUT]),
    )


def _words(values: Iterable[str]) -> frozenset[str]:
    return frozenset(DISPOSITION.word_of(value) or value for value in values)


def _as_json(state: State) -> dict[str, Any]:
    assert state.last is not None, "a state comes from an event"
    last = state.last
    return {
        "exists": state.exists,
        "bizLocation": state.location,
        "destination": state.destination,
        "disposition": state.disposition,
        "persistentDisposition": sorted(state.lasting),
        "parentID": state.parent,
        "childEPCs": state.contents,
        "lastSeen": {
            "eventTime": last.at.isoformat(),
            "eventID": last.event_id,
            "bizStep": last.step or None,
            "readPoint": last.read_point or None,
        },
    }


def state_in(state: dict[str, Any], form: EpcFormat) -> dict[str, Any]:
    """The state with its keys in the format asked for."""
    spell = {EpcFormat.URN: urn, EpcFormat.DIGITAL_LINK: link}.get(form)
    if spell is None:
        return state
    told = dict(state)
    for name in ("bizLocation", "destination", "parentID"):
        told[name] = spell(state[name]) if state[name] else None
    told["childEPCs"] = [spell(key) for key in state["childEPCs"]]
    return told
