"""Noting the prefixes and private words that events use, so that queries know them."""

from collections.abc import Iterable

from django.db import connection

from zhian.chain.events.engine.documents import Document, prefixes_in
from zhian.chain.events.engine.grammar.parameters import EVENT_TYPES
from zhian.chain.events.engine.words import BIZ_STEP, DISPOSITION
from zhian.chain.events.models import KnownName, NameKind

_Noted = tuple[str, str, str]


def note_names(document: Document) -> None:
    """Note what is new in a document; nearly always nothing is, and one query tells so."""
    found = set(_prefixes(document)) | set(_words(document))
    if not found:
        return
    found -= set(KnownName.objects.values_list("kind", "value", "namespace"))
    if not found:
        return
    kinds, values, namespaces = zip(*sorted(found), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_knownname (kind, value, namespace)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
            [list(kinds), list(values), list(namespaces)],
        )


def _prefixes(document: Document) -> Iterable[_Noted]:
    own = (event["@context"] for event in document.events if "@context" in event)
    for context in (document.context, *own):
        for prefix, namespace in prefixes_in(context).items():
            yield NameKind.PREFIX.value, prefix, namespace


def _words(document: Document) -> Iterable[_Noted]:
    read = [event for event in document.events if event]
    fitted = {one.stencil.cells for one in document.imprints if one is not None}
    for event_type in {event["type"] for event in read} | {one.type for one in fitted}:
        if event_type not in EVENT_TYPES:
            yield NameKind.TYPE.value, str(event_type), ""
    for kind, field, vocabulary, known in (
        (NameKind.STEP, "bizStep", BIZ_STEP, {one.biz_step for one in fitted}),
        (NameKind.DISPOSITION, "disposition", DISPOSITION, {one.disposition for one in fitted}),
    ):
        for word in {event[field] for event in read if field in event} | (known - {""}):
            if vocabulary.word_of(str(word)) is None:
                yield kind.value, str(word), ""
