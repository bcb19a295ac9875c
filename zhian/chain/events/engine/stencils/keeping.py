"""The stencils in use, found by the pieces they share with an event."""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from zhian.chain.events.engine.hashing_order import STANDARD_PREFIXES
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.stencils.learning import learnt
from zhian.chain.events.engine.stencils.stencil import Imprint, Picker, Stencil, picker
from zhian.chain.events.engine.values import MAX_URI
from zhian.chain.events.engine.words import is_uri

# an event of more pieces or letters is read the long way; shapes kept of each number of pieces
MOST_PIECES, MOST_LETTERS, MOST_SHAPES, MOST_REMEMBERED = 400, 8_192, 32, 32_768
_GOODS = ("urn:epc:class:lgtin:", "urn:epc:id:sgtin:")
_LONGEST_LOT = 20


@lru_cache(maxsize=4_096)
def _head(goods: str) -> str | None:
    """The canonical form of a kind of goods, up to the number of its lot or item."""
    found = identify(f"{goods}.X")
    return None if found.fault is not None else found.canonical[:-1]


def _of_goods(uri: str) -> str | None:
    """The canonical form of a lot or item with a plain number; None for any other identifier."""
    goods, _, number = uri.rpartition(".")
    if not (number.isalnum() and number.isascii() and len(number) <= _LONGEST_LOT):
        return None
    head = _head(goods) if goods.startswith(_GOODS) else None
    return None if head is None else head + number


class _Shape(msgspec.Struct, frozen=True):
    """The pieces all events of a shape share; without a stencil when its hash cannot be told."""

    fixed: Picker
    pieces: tuple[str, ...]
    stencil: Stencil | None


class Shelf:
    """The stencils of events written under one set of prefixes."""

    def __init__(self, prefixes: tuple[tuple[str, str], ...]) -> None:
        self._prefixes: Mapping[str, str] = dict(prefixes)
        self._renamed = frozenset({*STANDARD_PREFIXES, *self._prefixes})
        self._written: dict[str, str] = {}
        self._shapes: dict[int, list[_Shape]] = {}

    def imprint(self, raw: bytes) -> Imprint | None:
        """The event when it fits a stencil and nothing is wrong with its values."""
        if b"\\" in raw:
            return None
        pieces = raw.decode().split('"')
        for shape in self._shapes.get(len(pieces), ()):
            if shape.fixed(pieces) == shape.pieces:
                if shape.stencil is None:
                    return None
                return shape.stencil.imprint(pieces, raw, self._identifiers)
        return None

    def _identifiers(self, uris: tuple[str, ...]) -> list[str] | None:
        """Identifiers as they are hashed; None when one of them is wrong."""
        known = self._written
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        written = []
        for uri in uris:
            text = known.get(uri)
            if text is None:
                text = self._written_new(uri)
                if text is None:
                    return None
            written.append(text)
        return written

    def _written_new(self, uri: str) -> str | None:
        """Numbers of papers and events hardly come again and are not remembered."""
        if uri.partition(":")[0] in self._renamed or len(uri.encode()) > MAX_URI:
            return None
        if not is_uri(uri):
            return None
        if uri.startswith("urn:") and not uri.startswith("urn:epc:"):
            return uri
        text = _of_goods(uri)
        if text is None:
            found = identify.__wrapped__(uri)
            if found.fault is not None:
                return None
            text = found.canonical
        self._written[uri] = text
        return text

    def learn(self, raw: bytes, event: dict[str, object]) -> None:
        """Take a stencil off an event in which nothing was found, unless it is an odd one."""
        if len(raw) > MOST_LETTERS or raw.count(b'"') >= MOST_PIECES or b"\\" in raw:
            return
        pieces = raw.decode().split('"')
        found = learnt(pieces, event, self._prefixes)
        if found is None:
            return
        positions, stencil = found
        fixed = picker(positions)
        shapes = self._shapes.setdefault(len(pieces), [])
        shapes.insert(0, _Shape(fixed, fixed(pieces), stencil))
        del shapes[MOST_SHAPES:]
