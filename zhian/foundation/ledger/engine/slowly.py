"""The slow, obvious twins: the definitions as the RFC and the words state them."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from zhian.foundation.ledger.engine.chain import GENESIS, HASHED


def spelled(value: Any) -> str:
    """JSON by hand: sorted keys, no spaces, only the escapes JSON demands."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        pairs = (f"{spelled(key)}:{spelled(value[key])}" for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(spelled(item) for item in value) + "]"
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    short |= {"\b": "\\b", "\f": "\\f"}
    letters = (short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value)
    return '"' + "".join(letters) + '"'


def chain_holds(entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the entries, in this order, are an unbroken chain from the beginning."""
    for position, entry in enumerate(entries):
        before = entries[position - 1]["hash"] if position else GENESIS
        text = spelled({field: entry[field] for field in HASHED})
        right = hashlib.sha256(text.encode()).hexdigest()
        if (entry["seq"], entry["prev_hash"], entry["hash"]) != (position + 1, before, right):
            return False
    return True


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return hashlib.sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def split(size: int) -> int:
    """The largest power of two below the size."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def inclusion(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*inclusion(index, leaves[:k]), root(leaves[k:])]
    return [*inclusion(index - k, leaves[k:]), root(leaves[:k])]


def consistency(old_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]) of RFC 6962 2.1.2; nothing to prove for an empty older tree."""
    return _subproof(old_size, leaves, whole=True) if old_size else []


def _subproof(old_size: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if old_size <= k:
        return [*_subproof(old_size, leaves[:k], whole=whole), root(leaves[k:])]
    return [*_subproof(old_size - k, leaves[k:], whole=False), root(leaves[:k])]
