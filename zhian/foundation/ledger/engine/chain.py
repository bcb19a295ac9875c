"""The hash chain: each entry's SHA-256 covers its content and the hash of the one before."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

GENESIS = "0" * 64
HASHED = (
    "seq",
    "id",
    "at",
    "kind",
    "actor_id",
    "actor_name",
    "office_code",
    "subject_type",
    "subject_id",
    "data",
    "happenings",
    "cause",
    "once_key",
    "prev_hash",
)


def plain(value: Any) -> Any:
    """A value as JSON that PostgreSQL gives back unchanged.

    No floats: `jsonb` rewrites them (1e16 → 10000000000000000) and the hash would no longer
    hold, so they become their shortest text. No NUL: `jsonb` refuses it.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {_text(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=repr)
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\x00", "")


def instant(moment: datetime) -> str:
    """An aware moment as it stands in the chain: UTC, microseconds, one spelling."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one spelling of a JSON object: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256, hexadecimal, over the hashed fields of one entry; KeyError when one is missing."""
    return hashlib.sha256(canonical({field: content[field] for field in HASHED})).hexdigest()


def chained(
    contents: Iterable[Mapping[str, Any]], *, size: int = 0, head: str = GENESIS
) -> list[dict[str, Any]]:
    """The contents with `seq`, `prev_hash` and `hash`, following an existing chain."""
    found: list[dict[str, Any]] = []
    for number, content in enumerate(contents, start=size + 1):
        linked = {**content, "seq": number, "prev_hash": head}
        head = hash_of(linked)
        found.append({**linked, "hash": head})
    return found
