"""What a published table says, and GB 2762 as limits on single food categories.

Pure: rows (column → text) in, `TableLimit`s and `TableError`s out. Source: the README of the limit
data (columns and traps) and rules.md 3.18 item 3.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from zhian.registry.standards.engine.readings import basis_of
from zhian.registry.standards.engine.terms import Demand, read_limit
from zhian.registry.standards.engine.text import tidy

ROOT = "00"
# the node of a standard that binds all goods (a list of banned substances)
EVERYTHING = "*"
ALL_FOOD = "食品"
AS_NEEDED = "按生产需要适量使用"
NO_DEMAND = "/"
_ALSO = re.compile(r"(?:又名|包括|以下简称|俗称)?(.*)")
_CONDITION = re.compile(r"仅限|仅适用|不适用")
_COMMA = re.compile(r",(?=\D)")
_SAME_KIND = re.compile(r"及以上.*$")
_OPEN, _CLOSE = "([", ")]"
_EXCEPT = re.compile(r"[(\[][^()\[\]]*(?:\([^()]*\)[^()\[\]]*)*除外[)\]]")


@dataclass(frozen=True, slots=True)
class TableLimit:
    """One limit on one food category, with what is needed to find or make its substance."""

    row: int
    substance: str
    names: tuple[str, ...]
    node: str
    demand: str
    clause: str
    name_en: str = ""
    cns: str = ""
    ins: str = ""
    condition: str = ""
    note: str = ""
    # the category above whose level leaves this one out; ROOT for a general permission
    left_out_of: str = ""
    exceptions: str = ""
    use: str = "CONTENT"
    kind: str = ""
    functions: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class TableNode:
    """A food category as a table implies it."""

    code: str
    name: str
    parent: str = ""
    words: tuple[str, ...] = ()
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class TableError:
    """What is wrong with a row: the column and a code (`unknown_food`, `unreadable_limit` …)."""

    row: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class TableContent:
    """Everything one table says."""

    limits: tuple[TableLimit, ...] = ()
    nodes: tuple[TableNode, ...] = ()
    errors: tuple[TableError, ...] = ()


NumberedRow = tuple[int, Mapping[str, str]]


def parted(text: str, mark: str = ";") -> list[str]:
    """A tidied text parted at a mark outside brackets: `a(b;c);d` gives `a(b;c)` and `d`."""
    parts, depth, current = [], 0, ""
    for sign in text:
        depth += (sign in _OPEN) - (sign in _CLOSE)
        if sign == mark and depth <= 0:
            parts.append(current)
            current = ""
        else:
            current += sign
    return [part for part in (*parts, current) if part]


def names_in(printed: str) -> tuple[str, ...]:
    """Every name a printed additive name holds: before the bracket, 又名 …, 包括 a，b."""
    names: list[str] = []
    for part in parted(_COMMA.sub(";", tidy(printed))):
        head, _, inside = part.partition("(")
        names.append(head if inside.startswith(("又名", "包括", "以下简称")) else part)
        if inside.startswith(("又名", "包括", "以下简称")):
            also = _ALSO.fullmatch(inside.removesuffix(")"))
            names.extend(parted(also[1]) if also else ())
    return tuple(dict.fromkeys(name for name in names if name))


def foods_in(printed: str) -> list[str]:
    """The single foods of a printed category: list parted, "…除外" taken away."""
    foods = [
        _SAME_KIND.sub("", _EXCEPT.sub("", food))
        for food in parted(tidy(printed).replace("、", ";"))
    ]
    if any(len(food) == 1 for food in foods):  # "熏、烧、烤肉类" is one food, not three
        return [_EXCEPT.sub("", tidy(printed).replace(";", "、"))]
    return foods


def contaminant_limits(rows: Iterable[NumberedRow]) -> TableContent:
    """GB 2762: nested categories; a list of foods becomes one limit on each of them."""
    limits: list[TableLimit] = []
    errors: list[TableError] = []
    ways: dict[str, tuple[str, ...]] = {}
    for number, row in rows:
        path = [part.strip() for part in row.get("category_path", "").split(" > ") if part.strip()]
        if not path:
            errors.append(TableError(number, "category_path", "missing"))
            continue
        for way in _ways(path):
            if len(way) > len(ways.get(way[-1], ())):
                ways[way[-1]] = way
        if row.get("kind") == "category_header":
            continue
        found = list(_contaminant(number, row, path))
        bad = any(read_limit(tidy(one.demand))[0].demand is Demand.UNREADABLE for one in found)
        if bad or not row.get("analyte"):
            errors.append(TableError(number, "limit" if bad else "analyte", "unreadable_limit"))
            continue
        limits.extend(found)
    return TableContent(tuple(limits), _nodes(ways), tuple(errors))


def _ways(path: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """For each single food of the last category, the single foods above it."""
    for food in foods_in(path[-1]):
        way = [food]
        for printed in reversed(path[:-1]):
            way.insert(0, _holder(printed, way[0]))
        start = () if way[0] == ALL_FOOD else (ALL_FOOD,)
        yield (
            *start,
            *(one for one, after in pairwise(way) if one != after),
            food,
        )


def _holder(printed: str, below: str) -> str:
    """Which food of a list holds the one below: the one that names it, else the first."""
    foods = foods_in(printed)
    if len(foods) == 1:
        return foods[0]
    for part in parted(tidy(printed).replace("、", ";")):
        if below in part:
            return _EXCEPT.sub("", part)
    return foods[0]


def _nodes(ways: Mapping[str, tuple[str, ...]]) -> tuple[TableNode, ...]:
    """Every food on every way, parents first; a food keeps the parent of its longest way."""
    nodes: dict[str, TableNode] = {}
    for way in sorted(ways.values(), key=len):
        for depth, food in enumerate(way):
            parent = way[depth - 1] if depth else ""
            known = nodes.get(food)
            if known is None or (parent and not known.parent and parent != food):
                nodes[food] = TableNode(food, food, parent, words_of(food))
    return tuple(nodes.values())


def words_of(food: str) -> tuple[str, ...]:
    """The words that lead to a category: as printed, and without brackets."""
    bare = re.sub(r"\([^()]*\)", "", food)
    return tuple(dict.fromkeys(word for word in (food, bare) if word))


def _contaminant(number: int, row: Mapping[str, str], path: Sequence[str]) -> Iterable[TableLimit]:
    basis = f"({row['basis']})" if basis_of(row.get("basis", "")) else ""
    level = row.get("limit", "")
    demand = f"≤{level}{row.get('unit', '')}{basis}" if level else NO_DEMAND
    note = row.get("notes", "")
    if row.get("basis") and not basis:
        note = f"{row['basis']}。{note}"
    for food in foods_in(path[-1]):
        yield TableLimit(
            row=number,
            substance=row.get("analyte", ""),
            names=(row.get("analyte", ""),),
            node=food,
            demand=demand,
            clause=f"表{row.get('table', '')}".rstrip("表"),
            condition=note if _CONDITION.search(note) else "",
            note="" if _CONDITION.search(note) else note,
        )
