"""Names the other rooms may use for what is remembered (no models, no queries).

Each room registers the words for its own kinds of entry here, from its `apps.py ready()`:
`describe("recalls.scope.confirmed", _("Recall scope confirmed"))`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One proof that somebody knew of a subject at a moment (aware, UTC)."""

    at: datetime
    who: str
    office_code: str
    how: Words
    user_id: int | None = None
    entry_id: UUID | None = None
    url: str = ""


KnowledgeSource = Callable[[str, str], Iterable[Knowledge]]
SubjectLink = Callable[[str], str]
SubjectTitle = Callable[[str], str]
# what of one type a reader may know of: a queryset (`<room>.policies.<nouns>_visible_to`)
Visible = Callable[[Any], Any]

_words: dict[str, Words] = {}
_sources: list[KnowledgeSource] = []
_links: dict[str, tuple[Words, SubjectLink | None, Visible | None]] = {}
_titles: dict[str, SubjectTitle] = {}


def describe(kind: str, text: Words) -> None:
    """Register the words for one kind of entry; a second, different text is a mistake."""
    known = _words.get(kind)
    if known is not None and str(known) != str(text):
        raise ValueError(f"two texts for ledger entries of kind {kind}")
    _words[kind] = text


def described(kind: str) -> bool:
    """Whether some room has given words for this kind."""
    return kind in _words


def description(kind: str) -> Words:
    """The words for a kind; where no room gave any, the kind itself made readable."""
    return _words.get(kind) or prettified(kind)


def descriptions() -> Mapping[str, Words]:
    """All registered words, by kind."""
    return dict(_words)


def prettified(kind: str) -> str:
    """`recalls.scope.confirmed` → `Recalls: scope confirmed`."""
    room, _, deed = kind.partition(".")
    words = deed.replace(".", " ").replace("_", " ")
    name = room.replace("_", " ").capitalize()
    return f"{name}: {words}" if words else name


def name_subject(
    subject_type: str,
    text: Words,
    link: SubjectLink | None = None,
    visible: Visible | None = None,
) -> None:
    """Register what one type of subject is called and, if it has a page, where and for whom."""
    _links[subject_type] = (text, link, visible)


def reaction_title(handler: str) -> str:
    """A handler in the words its room gave (`describe("reaction.open_alert", …)`)."""
    name = handler.rpartition(".")[2]
    return str(_words.get(f"reaction.{name}") or prettified(name))


def title_subject(subject_type: str, title: SubjectTitle) -> None:
    """Register how one subject is called where its number is a word of the program."""
    _titles[subject_type] = title


def subject_title(subject_type: str, subject_id: str) -> str:
    """One subject in words: its title, else its type and number."""
    if subject_type in _titles:
        return _titles[subject_type](subject_id)
    return f"{subject_name(subject_type)} {subject_id}".strip()


def subject_name(subject_type: str) -> Words:
    """What a type of subject is called on pages."""
    named = _links.get(subject_type)
    return named[0] if named else subject_type.rpartition(".")[2].replace("_", " ").capitalize()


def subject_link(subject_type: str, subject_id: str, reader: object = None) -> str:
    """The page about one subject; empty when there is none, or none that the reader may open."""
    _text, link, visible = _links.get(subject_type, ("", None, None))
    if link is None:
        return ""
    if reader is None or visible is None or visible(reader).filter(pk=subject_id).exists():
        return link(subject_id)
    return ""


def add_knowledge_source(source: KnowledgeSource) -> None:
    """Let a room above answer "who knew" too (deliveries of notices, duties given)."""
    if source not in _sources:
        _sources.append(source)


def knowledge_sources() -> tuple[KnowledgeSource, ...]:
    """Every registered source."""
    return tuple(_sources)
