"""GB 2760 table A.1 as limits: levels by food code, residues, and what "除外" leaves out.

Pure: rows (column → text) in, `TableContent` out. A note that states a residue (残留量≤30mg/kg)
becomes a second limit: the level says what may be put in, the residue what may be found.
Source: the README of the limit data (columns and traps) and rules.md 3.18 item 3.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from zhian.registry.standards.engine.tables import (
    AS_NEEDED,
    NO_DEMAND,
    ROOT,
    NumberedRow,
    TableContent,
    TableError,
    TableLimit,
    names_in,
    parted,
)
from zhian.registry.standards.engine.terms import Demand, read_limit
from zhian.registry.standards.engine.text import tidy

_CODE = re.compile(r"\d\d\.\d+(?:\.\d+)*")
_RANGE = re.compile(r"(\d+)(?:~(\d+))?")
_ONLY = re.compile(r"仅限[^()\]]*")
_RESIDUE = re.compile(r"(?P<what>铝的)?残留量(?P<demand>[≤<][\d.]+[mg/k]+)(?P<basis>\([^()]*\))?")
_AS_RESIDUE = re.compile(r"以[^;；,，]*残留量计")
ALUMINIUM = "铝的残留量"


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
        limits.extend(_residues(own))
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
        use="RESIDUE" if _AS_RESIDUE.search(row.get("note", "")) else "MAXIMUM_USE",
        kind="ADDITIVE",
        functions=tuple(parted(tidy(row.get("functions", "")))),
        exceptions=row.get("food_name", "") if "除外" in food else "",
    )


def _residues(own: TableLimit) -> Iterable[TableLimit]:
    """The residue a note sets beside the level; that of aluminium is an item of its own."""
    found = _RESIDUE.search(tidy(own.note))
    if found is None:
        return
    residue = replace(
        own, demand=found["demand"] + (found["basis"] or ""), use="RESIDUE", left_out_of=""
    )
    if found["what"] is None:
        yield residue
        return
    yield replace(
        residue,
        substance=ALUMINIUM,
        names=(ALUMINIUM,),
        name_en="Aluminium residue",
        cns="",
        ins="",
        functions=(),
        kind="CONTAMINANT",
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
        kept.setdefault(
            (one.substance, one.node, one.demand, one.condition, one.note, one.use), one
        )
    return tuple(kept.values())


def _up(code: str, end: str, parents: Mapping[str, str]) -> Iterable[str]:
    """A code and those above it, up to but without the end."""
    while code and code not in {end, ROOT}:
        yield code
        code = parents.get(code, "")
