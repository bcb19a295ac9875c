"""The input of a mass trace: lots, their inputs, the source (trace 3.14)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from zhian.chain.tracing.engine.fields import as_id, as_list, as_map
from zhian.chain.tracing.engine.problems import Clipboard

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Input:
    """Mass that went into a lot; parent None came from outside, mass None is unknown."""

    parent: str | None
    child: str
    mass: float | None


@dataclass(frozen=True, slots=True)
class MassModel:
    """Checked lots with the moment each existed first (one unit), inputs in file order."""

    time: Mapping[str, float]
    inputs: tuple[Input, ...]
    roots: frozenset[str]
    kill: frozenset[str]

    def contradicts(self, item: Input) -> bool:
        """Whether the record says the parent did not exist yet when the child was made."""
        return item.parent is not None and self.time[item.parent] > self.time[item.child]

    def carries(self, item: Input) -> bool:
        """Whether the input hands on what its parent holds."""
        return (
            item.parent is not None and item.parent not in self.kill and not self.contradicts(item)
        )


def read_mass_model(raw: Any) -> MassModel:
    """Check and read a mass model; raises ModelError with all errors found."""
    notes = Clipboard()
    top = as_map(raw, "model", notes)
    time = _read_lots(top, notes)
    inputs = []
    for row, item in enumerate(as_list(top.get("inputs"), "inputs", notes)):
        where = f"inputs[{row}]"
        fields = as_map(item, where, notes)
        parent = fields.get("parent")
        inputs.append(
            Input(
                None if parent is None else _lot(parent, f"{where}.parent", time, notes),
                _lot(fields.get("child"), f"{where}.child", time, notes),
                _mass(fields.get("mass"), f"{where}.mass", notes),
            )
        )
    roots = _lots(top, "roots", time, notes)
    kill = _lots(top, "kill", time, notes)
    notes.stop_on_errors()
    return MassModel(time, tuple(inputs), roots, kill)


def _read_lots(top: Mapping[str, Any], notes: Clipboard) -> dict[str, float]:
    found: dict[str, float] = {}
    kinds = set()
    for row, raw in enumerate(as_list(top.get("lots"), "lots", notes)):
        where = f"lots[{row}]"
        fields = as_map(raw, where, notes)
        lot = as_id(fields.get("id"), f"{where}.id", notes)
        if lot in found:
            notes.error("duplicate_id", where, f"lot id {lot!r} is given twice")
        moment = fields.get("time")
        kinds.add(isinstance(moment, str))
        found[lot] = _moment(moment, f"{where}.time", notes)
    if len(kinds) > 1:
        notes.error("mixed_times", "lots", "times are numbers or date-times, not both")
    return found


def _moment(raw: Any, where: str, notes: Clipboard) -> float:
    """A number as it is; a date-time in microseconds, UTC where it names no offset."""
    if isinstance(raw, str):
        try:
            at = datetime.fromisoformat(raw)
        except ValueError:
            notes.error("not_a_time", where, f"{raw!r} is no ISO date-time")
            return 0
        since = (at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        notes.error("not_a_time", where, "a time is a number or an ISO date-time")
        return 0
    return raw


def _mass(raw: Any, where: str, notes: Clipboard) -> float | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw < math.inf:
        notes.error("not_a_mass", where, f"{raw!r} is no mass (a number from 0 upwards)")
        return None
    return raw


def _lot(raw: Any, where: str, known: Mapping[str, float], notes: Clipboard) -> str:
    lot = as_id(raw, where, notes)
    if lot and lot not in known:
        notes.error("unknown_lot", where, f"no lot {lot!r}")
    return lot


def _lots(
    top: Mapping[str, Any], key: str, known: Mapping[str, float], notes: Clipboard
) -> frozenset[str]:
    rows = enumerate(as_list(top.get(key), key, notes))
    return frozenset(_lot(raw, f"{key}[{row}]", known, notes) for row, raw in rows)
