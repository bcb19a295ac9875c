"""What takes an event back, and what stands in its place: error declarations and corrections."""

from collections.abc import Iterable
from dataclasses import dataclass

from zhian.chain.events import policies
from zhian.chain.events.models import Event
from zhian.foundation.offices.models import User

_MOST = 50


@dataclass(frozen=True, slots=True)
class Links:
    """Events one may see beside an event: what corrects it, and what it was put right for."""

    corrections: tuple[Event, ...]
    corrected: tuple[Event, ...]


def links_of(user: User, event: Event) -> Links:
    """The corrective events named when the event was declared wrong, and the way back."""
    visible = policies.events_visible_to(user)
    declarations = visible.filter(event_id=event.event_id, declared_wrong=True)[:_MOST]
    named = {name for one in declarations for name in _corrective(one)}
    back = visible.filter(
        declared_wrong=True,
        document__errorDeclaration__correctiveEventIDs__contains=[event.event_id],
    )
    return Links(
        corrections=tuple(visible.filter(event_id__in=named).order_by("pk")[:_MOST]),
        corrected=tuple(_first_of_each(back.order_by("pk")[:_MOST])),
    )


def _corrective(declaration: Event) -> list[str]:
    named = declaration.document["errorDeclaration"].get("correctiveEventIDs", [])
    return [str(one) for one in named]


def _first_of_each(events: Iterable[Event]) -> list[Event]:
    return list({event.event_id: event for event in events}.values())
