"""The audit of an exported ledger, without database: what was changed, dropped, moved, added.

An export is one JSON object a line, each in canonical spelling: a header, the entries, the
checkpoints, a trailer. The trailer and the checkpoints are signed with Ed25519.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from zhian.foundation.ledger.engine import merkle
from zhian.foundation.ledger.engine.chain import GENESIS, HASHED, canonical, hash_of

FORMAT = "zhian-ledger-1"
Line = Mapping[str, Any]


class FaultKind(StrEnum):
    """What was done to a line."""

    UNREADABLE = "unreadable"
    CHANGED = "changed"
    DROPPED = "dropped"
    REORDERED = "reordered"
    INSERTED = "inserted"
    REWRITTEN = "rewritten"
    UNSIGNED = "unsigned"


@dataclass(frozen=True)
class Fault:
    """One thing wrong: the line of the file (None when it is not there) and what it concerns."""

    kind: FaultKind
    what: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        return f"{place}{self.kind.value}: {self.what}"


@dataclass
class Audit:
    """The result: faults in file order, counts, and the keys that vouch for the file."""

    faults: list[Fault] = field(default_factory=list)
    entries: int = 0
    checkpoints: int = 0
    keys: set[str] = field(default_factory=set)

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def signed_bytes(statement: Line) -> bytes:
    """What a signature covers: everything but the signature itself."""
    return canonical({key: value for key, value in statement.items() if key != "signature"})


def signature_holds(statement: Line) -> bool:
    """Whether the statement is signed by the key it names."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(statement["public_key"])))
        key.verify(bytes.fromhex(str(statement["signature"])), signed_bytes(statement))
    except (KeyError, ValueError, InvalidSignature):
        return False
    return True


def digest(line: Line) -> str:
    """SHA-256 of a line's canonical spelling."""
    return hashlib.sha256(canonical(line)).hexdigest()


def audit(lines: Iterable[str], *, public_keys: Sequence[str] = ()) -> Audit:
    """Read a whole export and name every fault; with no key given, the trailer's is believed."""
    found = Audit()
    parts = _Parts()
    for number, raw in enumerate(lines, start=1):
        _sort(parts, number, raw.rstrip("\n"), found)
    found.entries, found.checkpoints = len(parts.entries), len(parts.checkpoints)
    sound = _check_entries(parts, found)
    keys = set(public_keys) or {str(line.get("public_key", "")) for _n, line in parts.trailers[:1]}
    found.keys = keys
    _check_checkpoints(parts, found, keys, sound)
    _check_trailer(parts, found, keys, sound)
    found.faults.sort(key=lambda fault: (fault.line is None, fault.line or 0))
    return found


class _Parts:
    """The lines of a file by what they say they are, with their line numbers."""

    def __init__(self) -> None:
        self.headers: list[tuple[int, Line]] = []
        self.entries: list[tuple[int, Line]] = []
        self.checkpoints: list[tuple[int, Line]] = []
        self.trailers: list[tuple[int, Line]] = []

    def named(self, kind: object) -> list[tuple[int, Line]] | None:
        """The list a kind of line belongs to."""
        return {
            "header": self.headers,
            "entry": self.entries,
            "checkpoint": self.checkpoints,
            "trailer": self.trailers,
        }.get(str(kind))


def _sort(parts: _Parts, number: int, raw: str, found: Audit) -> None:
    try:
        line = json.loads(raw)
        spelled = canonical(line).decode()
    except (ValueError, TypeError, UnicodeError, RecursionError):
        found.faults.append(Fault(FaultKind.UNREADABLE, "not a line of an export", number))
        return
    place = parts.named(line.get("type")) if isinstance(line, dict) else None
    if place is None or not _has_its_fields(line):
        found.faults.append(Fault(FaultKind.UNREADABLE, "not a line of an export", number))
        return
    if spelled != raw:
        what = f"{_name(line)} is not spelled as it was written"
        found.faults.append(Fault(FaultKind.CHANGED, what, number))
    _check_section(parts, number, line, found)
    place.append((number, line))


def _check_section(parts: _Parts, number: int, line: Line, found: Audit) -> None:
    """The header comes first, then entries, checkpoints and the trailer, each in one run."""
    kind = str(line["type"])
    if parts.trailers:
        found.faults.append(Fault(FaultKind.INSERTED, "a line after the end", number))
    elif kind in _LATER and any(parts.named(later) for later in _LATER[kind]):
        what = f"{_name(line)} stands after its section of the file"
        found.faults.append(Fault(FaultKind.REORDERED, what, number))


_NEEDED: dict[str, tuple[str, ...]] = {
    "header": ("format",),
    "entry": (*HASHED, "hash"),
    "checkpoint": ("seq", "size", "root"),
    "trailer": ("entries", "head", "root", "checkpoints", "header"),
}
_LATER = {"header": ("entry", "checkpoint"), "entry": ("checkpoint",)}
_NUMBERS = ("seq", "size", "entries", "checkpoints")


def _has_its_fields(line: Line) -> bool:
    needed = _NEEDED[str(line["type"])]
    return all(name in line for name in needed) and all(
        type(line[name]) is int for name in needed if name in _NUMBERS
    )


def _name(line: Line) -> str:
    kind = str(line["type"])
    return f"{kind} {line['seq']}" if "seq" in line else kind


def _check_entries(parts: _Parts, found: Audit) -> list[str]:
    """Name what is wrong with the entries; the hashes of the sound beginning."""
    by_seq: dict[int, Line] = {}
    wrong: set[int] = set()
    highest = 0
    for number, line in parts.entries:
        seq = line["seq"]
        kind, what = _entry_fault(line, by_seq, highest)
        if kind is not None:
            found.faults.append(Fault(kind, what, number))
            wrong.add(seq)
        by_seq.setdefault(seq, line)
        highest = max(highest, seq)
    _name_missing(by_seq, highest, found, "entry")
    _name_broken_links(parts, by_seq, wrong, found)
    sound: list[str] = []
    while (seq := len(sound) + 1) in by_seq and seq not in wrong:
        sound.append(str(by_seq[seq]["hash"]))
    return sound


def _entry_fault(
    line: Line, by_seq: Mapping[int, Line], highest: int
) -> tuple[FaultKind | None, str]:
    seq = line["seq"]
    if hash_of(line) != line["hash"]:
        return FaultKind.CHANGED, f"entry {seq} does not match its hash"
    if seq in by_seq:
        return FaultKind.INSERTED, f"entry {seq} stands twice"
    if seq < highest:
        return FaultKind.REORDERED, f"entry {seq} stands after entry {highest}"
    if seq < 1:
        return FaultKind.INSERTED, f"entry {seq}: numbers begin with 1"
    return None, ""


def _name_missing(by_seq: Mapping[int, Line], highest: int, found: Audit, what: str) -> None:
    present = [0, *sorted(seq for seq in by_seq if 0 < seq <= highest)]
    for before, after in pairwise(present):
        if after - before == 2:
            found.faults.append(Fault(FaultKind.DROPPED, f"{what} {before + 1} is missing"))
        elif after - before > 2:
            span = f"{before + 1} to {after - 1}"
            found.faults.append(Fault(FaultKind.DROPPED, f"{what} {span} are missing"))


def _name_broken_links(
    parts: _Parts, by_seq: Mapping[int, Line], wrong: set[int], found: Audit
) -> None:
    """An entry whose hash was recomputed after a change no longer fits the entry after it."""
    for number, line in parts.entries:
        seq = line["seq"]
        before = by_seq.get(seq - 1)
        expected = GENESIS if seq == 1 else before and before["hash"]
        if expected is not None and line["prev_hash"] != expected and not {seq, seq - 1} & wrong:
            what = f"entry {seq} was chained to another entry {seq - 1} than the one here"
            found.faults.append(Fault(FaultKind.CHANGED, what, number))
            wrong.update({seq - 1, seq} if seq > 1 else {seq})


def _root_of(hashes: Sequence[str]) -> str:
    return merkle.root(bytes.fromhex(one) for one in hashes).hex()


def _check_checkpoints(parts: _Parts, found: Audit, keys: set[str], sound: Sequence[str]) -> None:
    by_seq: dict[int, Line] = {}
    highest = good = 0
    for number, line in parts.checkpoints:
        seq, size = line["seq"], line["size"]
        if seq in by_seq:
            what = f"checkpoint {seq} stands twice"
            found.faults.append(Fault(FaultKind.INSERTED, what, number))
        elif seq < highest:
            what = f"checkpoint {seq} stands after checkpoint {highest}"
            found.faults.append(Fault(FaultKind.REORDERED, what, number))
        highest = max(highest, seq)
        by_seq.setdefault(seq, line)
        if fault := _signature_fault(line, keys, number):
            found.faults.append(fault)
        elif size <= len(sound) and _root_of(sound[:size]) != line["root"]:
            what = f"entries {good + 1} to {size} are not those checkpoint {seq} was signed over"
            found.faults.append(Fault(FaultKind.REWRITTEN, what, number))
        else:
            good = max(good, min(size, len(sound)))
    _name_missing(by_seq, highest, found, "checkpoint")


def _signature_fault(line: Line, keys: set[str], number: int) -> Fault | None:
    if not signature_holds(line):
        return Fault(FaultKind.CHANGED, f"{_name(line)} does not match its signature", number)
    if str(line["public_key"]) not in keys:
        return Fault(FaultKind.UNSIGNED, f"{_name(line)} is signed by an unknown key", number)
    return None


def _check_trailer(parts: _Parts, found: Audit, keys: set[str], sound: Sequence[str]) -> None:
    if not parts.trailers:
        found.faults.append(Fault(FaultKind.DROPPED, "the end of the file is missing"))
        return
    number, line = parts.trailers[0]
    if fault := _signature_fault(line, keys, number):
        found.faults.append(fault)
        return
    _check_counts(parts, line, found)
    if len(parts.headers) != 1 or parts.headers[0][0] != 1:
        found.faults.append(Fault(FaultKind.CHANGED, "the header is not the first line", 1))
    elif digest(parts.headers[0][1]) != line["header"]:
        found.faults.append(Fault(FaultKind.CHANGED, "the header is not the one signed", 1))
    size = line["entries"]
    if size <= len(sound) and _root_of(sound[:size]) != line["root"]:
        what = "the entries are not those the file was signed over"
        found.faults.append(Fault(FaultKind.REWRITTEN, what, number))


def _check_counts(parts: _Parts, trailer: Line, found: Audit) -> None:
    for name, lines in (("entries", parts.entries), ("checkpoints", parts.checkpoints)):
        what = "entry" if name == "entries" else "checkpoint"
        signed = trailer[name]
        for number, line in lines:
            if line["seq"] > signed:
                text = f"{what} {line['seq']} came after the {signed} that were signed"
                found.faults.append(Fault(FaultKind.INSERTED, text, number))
        highest = max((line["seq"] for _number, line in lines), default=0)
        if highest < signed:
            text = f"{what} {highest + 1} to {signed} are missing"
            found.faults.append(Fault(FaultKind.DROPPED, text))
