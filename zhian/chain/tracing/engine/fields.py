"""Reads single JSON fields; what has the wrong shape becomes an error that names its row."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from zhian.chain.tracing.engine.problems import Clipboard


def as_map(raw: Any, where: str, notes: Clipboard) -> Mapping[str, Any]:
    """A JSON object; absent or null is empty."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        notes.error("not_an_object", where, "must be a JSON object")
        return {}
    return raw


def as_list(raw: Any, where: str, notes: Clipboard) -> Sequence[Any]:
    """A JSON array; absent or null is empty."""
    if raw is None:
        return []
    if not isinstance(raw, list):
        notes.error("not_a_list", where, "must be a JSON list")
        return []
    return raw


def as_text(raw: Any) -> str:
    """Any scalar as text; a number as written (3.0 reads as 3), null as nothing."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw).strip()


def as_id(raw: Any, where: str, notes: Clipboard) -> str:
    """An id; a number is read as text."""
    if isinstance(raw, str) and raw:
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return as_text(raw)
    notes.error("id_missing", where, "an id is missing or is no text")
    return ""


def as_number(raw: Any, where: str, notes: Clipboard) -> float:
    """A finite number; null is 0."""
    if raw is None:
        return 0.0
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        notes.error("not_a_number", where, f"{raw!r} is no number")
        return 0.0
    return raw


def as_amount(raw: Any, where: str, notes: Clipboard) -> float:
    """A finite number that is not negative; null is 0."""
    value = as_number(raw, where, notes)
    if value < 0:
        notes.error("negative", where, f"{raw!r} is negative")
        return 0.0
    return value
