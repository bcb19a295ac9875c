"""The published tables of GB 2760 and GB 2762 as limits on single food categories.

Pure: rows (column → text) in, `TableLimit`s and `TableError`s out. Source: the README of the limit
data (columns and traps) and rules.md 3.18 item 3.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from zhian.registry.standards.engine.readings import basis_of
from zhian.registry.standards.engine.terms import Demand, read_limit
from zhian.registry.standards.engine.text import tidy

ROOT = "00"
ALL_FOOD = "食品"
AS_NEEDED = "按生产需要适量使用"
NO_DEMAND = "/"
_CODE = re.compile(r"\d\d\.\d+(?:\.\d+)*")
_RANGE = re.compile(r"(\d+)(?:~(\d+))?")
_ALSO = re.compile(r"(?:又名|包括|以下简称|俗称)?(.*)")
_ONLY = re.compile(r"仅限[^()\]]*")
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


@dataclass(frozen=True, slots=True)
class TableNode:
    """A food category as a table implies it."""

    code: str
    name: str
    parent: str = ""
    words: tuple[str, ...] = ()


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


def additive_limits(
    rows: Iterable[NumberedRow],
    parents: Mapping[str, str],
    excluded: Mapping[int, str],
) -> TableContent:
    """Table A.1: levels by food code, general permissions, and the categories they leave out.

    `parents` is the tree of table E.1 (code → parent), `excluded` table A.2 (number → code).
    """
    limits: list[TableLimit] = []
    errors: list[TableError] = []
    written: dict[str, str] = {}  # one additive is spelt in several ways: its CNS number joins them
    for number, row in rows:
        error = _additive_error(number, row, parents)
        if error is not None:
            errors.append(error)
            continue
        own = _additive(number, row)
        first = written.setdefault(own.cns or own.substance, own.substance)
        own = replace(own, substance=first)
        limits.append(own)
        limits.extend(_left_out(own, row, parents, excluded))
    return TableContent(_without_overruled(limits, parents), errors=tuple(errors))


def _additive_error(
    number: int, row: Mapping[str, str], parents: Mapping[str, str]
) -> TableError | None:
    if not row.get("additive_cn"):
        return TableError(number, "additive_cn", "missing")
    if row.get("food_code", "") and row["food_code"] not in parents:
        return TableError(number, "food_code", "unknown_food")
    if _additive_demand(row) == NO_DEMAND:
        return None
    if read_limit(tidy(_additive_demand(row)))[0].demand is Demand.UNREADABLE:
        return TableError(number, "max_level", "unreadable_limit")
    return None


def _additive_demand(row: Mapping[str, str]) -> str:
    if row.get("gmp"):
        return AS_NEEDED
    level = row.get("max_level", "")
    return f"≤{level}{row.get('unit', '')}" if level else NO_DEMAND


def _additive(number: int, row: Mapping[str, str]) -> TableLimit:
    names = names_in(row["additive_cn"])
    food = tidy(row.get("food_name", ""))
    only = _ONLY.search(food)
    note = "；".join(part for part in (row.get("note", ""), row.get("functions", "")) if part)
    return TableLimit(
        row=number,
        substance=names[0],
        names=names,
        node=row.get("food_code", "") or ROOT,
        demand=_additive_demand(row),
        clause="表A.1",
        name_en=row.get("additive_en", ""),
        cns=row.get("cns", "").replace(" ", ""),
        ins=row.get("ins", ""),
        condition=only[0] if only else "",
        note=note,
    )


def _left_out(
    own: TableLimit,
    row: Mapping[str, str],
    parents: Mapping[str, str],
    excluded: Mapping[int, str],
) -> Iterable[TableLimit]:
    """The categories a row's "除外" names: there the row says nothing (`/`), it forbids nothing."""
    food = tidy(row.get("food_name", ""))
    if "除外" not in food:
        return
    if own.node == ROOT:
        _head, _, numbers = food.partition("编号为")
        codes = [excluded[n] for n in numbers_in(numbers) if n in excluded]
    else:
        codes = [code for code in _CODE.findall(food) if code in parents and code != own.node]
    for code in codes:
        yield replace(
            own,
            node=code,
            demand=NO_DEMAND,
            condition="",
            note=row["food_name"],
            left_out_of=own.node,
        )


def numbers_in(text: str) -> list[int]:
    """`1~3;17` → 1, 2, 3, 17."""
    found: list[int] = []
    for match in _RANGE.finditer(text):
        start = int(match[1])
        found.extend(range(start, int(match[2] or start) + 1))
    return found


def _without_overruled(
    limits: Sequence[TableLimit], parents: Mapping[str, str]
) -> tuple[TableLimit, ...]:
    """Leave out a "not here" where the table gives the substance a level there or above."""
    given = {(one.substance, one.node) for one in limits if one.demand != NO_DEMAND}
    kept: dict[tuple[str, ...], TableLimit] = {}
    for one in limits:
        if one.left_out_of and any(
            (one.substance, code) in given for code in _up(one.node, one.left_out_of, parents)
        ):
            continue
        kept.setdefault((one.substance, one.node, one.demand, one.condition, one.note), one)
    return tuple(kept.values())


def _up(code: str, end: str, parents: Mapping[str, str]) -> Iterable[str]:
    """A code and those above it, up to but without the end."""
    while code and code not in {end, ROOT}:
        yield code
        code = parents.get(code, "")


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
                nodes[food] = TableNode(food, food, parent, _words(food))
    return tuple(nodes.values())


def _words(food: str) -> tuple[str, ...]:
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


def general_limits(rows: Iterable[NumberedRow]) -> TableContent:
    """The platform's own template: one limit a row, the food as a path of categories."""
    limits: list[TableLimit] = []
    nodes: dict[str, TableNode] = {}
    errors: list[TableError] = []
    editions: set[tuple[str, ...]] = set()
    for number, row in rows:
        editions.add(tuple(row.get(key, "") for key in ("standard", "edition", "effective_from")))
        path = [part.strip() for part in row.get("food_path", "").split(">") if part.strip()]
        demand = row.get("limit", "")
        error = _general_error(number, demand, path, len(editions))
        if error is not None:
            errors.append(error)
            continue
        for depth, food in enumerate(path):
            parent = path[depth - 1] if depth else ""
            nodes.setdefault(food, TableNode(food, food, parent, _words(food)))
        limits.append(
            TableLimit(
                row=number,
                substance=row["substance"],
                names=(row["substance"], *filter(None, [row.get("substance_en", "")])),
                node=path[-1],
                demand=demand,
                clause=row.get("clause", ""),
                name_en=row.get("substance_en", ""),
                condition=row.get("condition", ""),
                note=row.get("note", ""),
            )
        )
    return TableContent(tuple(limits), tuple(nodes.values()), tuple(errors))


def _general_error(
    number: int, demand: str, path: Sequence[str], editions: int
) -> TableError | None:
    if editions > 1:
        return TableError(number, "edition", "two_editions")
    if not path:
        return TableError(number, "food_path", "missing")
    if read_limit(tidy(demand))[0].demand in {Demand.UNREADABLE, Demand.BARE}:
        return TableError(number, "limit", "unreadable_limit")
    return None
