"""Reads a list of renamed and merged divisions, and tells what kind of change each line is.

One line: date, who approved, then province, short, city, short[, county, short] of the old name,
`=>`, then province, city[, county] of the new one; separated by tabs (the format of jionlp's list).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from zhian.kernel.rules import Content, kind

RENAMED = "RENAMED"
MERGED = "MERGED"
MOVED = "MOVED"
REPLACED = "REPLACED"

_ENDING = re.compile(r"(?<=.)(县|市|区|地区|盟|旗|群岛)$")


class Malformed(ValueError):
    """A line that is not a change; `number` counts from 1."""

    def __init__(self, number: int, line: str) -> None:
        super().__init__(f"line {number}: {line!r}")
        self.number = number


@dataclass(frozen=True, slots=True)
class ReadChange:
    """One change with names only: codes are looked up by whoever knows them."""

    on: date
    approved_by: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    kind: str


def read_changes(lines: Iterable[str]) -> list[ReadChange]:
    """Every distinct change in order; a line said twice counts once. Malformed for other lines."""
    facts = dict.fromkeys(
        _parsed(number, line) for number, line in enumerate(lines, 1) if line.strip()
    )
    into = Counter((fact[0], fact[3]) for fact in facts)
    return [
        ReadChange(on, who, old, new, kind_of(old, new, together=into[(on, new)]))
        for on, who, old, new in facts
    ]


def _parsed(number: int, line: str) -> tuple[date, str, tuple[str, ...], tuple[str, ...]]:
    before, arrow, after = line.strip("\r\n").partition("=>")
    parts = before.split("\t")
    new = tuple(part for part in after.split("\t") if part)
    if not arrow or len(parts) not in (6, 8) or len(new) != (len(parts) - 2) // 2:
        raise Malformed(number, line)
    try:
        on = date.fromisoformat(parts[0])
    except ValueError as error:
        raise Malformed(number, line) from error
    return on, parts[1], tuple(parts[2::2]), new


def kind_of(old: tuple[str, ...], new: tuple[str, ...], *, together: int) -> str:
    """What happened; `together` counts the old divisions that became this new one that day."""
    if together > 1:
        return MERGED
    if old[:-1] != new[:-1]:
        return MOVED
    return RENAMED if stem(old[-1]) == stem(new[-1]) else REPLACED


def stem(name: str) -> str:
    """The proper name without the word for its kind (`凤翔县` → `凤翔`)."""
    return _ENDING.sub("", name)


class KnownChange(Content, frozen=True):
    """One change with codes and its own source."""

    kind: Literal["RENAMED", "RECODED", "MERGED", "MOVED", "REPLACED"]
    old_code: str
    new_code: str
    old_path: str
    new_path: str
    day: date
    source: str


class KnownChanges(Content, frozen=True):
    """Content of the packs `region_changes`: changes whose source somebody read."""

    changes: list[KnownChange]


def check_successor(content: KnownChanges, example: Mapping[str, Any]) -> bool:
    """An example of the pack: the code that follows another from a day on."""
    day = date.fromisoformat(str(example["day"]))
    found = [c.new_code for c in content.changes if c.old_code == example["old"] and c.day <= day]
    return bool((found or [example["old"]])[-1] == example["is"])


REGION_CHANGES = kind("region_changes", KnownChanges, check=check_successor)
