"""The published lists that name things rather than levels: flavourings, aids, indexes, rules.

Pure, like `tables.py`: rows (column → text) in, limits, names, items and errors out; a row that
does not fit is named, never repaired. Source: the README of the limit data (columns and traps).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from zhian.registry.standards.engine.choosing import bare_name
from zhian.registry.standards.engine.identifiers import cas_holds
from zhian.registry.standards.engine.tables import (
    AS_NEEDED,
    ROOT,
    NumberedRow,
    TableContent,
    TableError,
    TableLimit,
    TableNode,
    names_in,
    parted,
)
from zhian.registry.standards.engine.text import tidy

FLAVOURS = "食品用香料、香精"
FORBIDDEN = "不得使用"
_LATIN = re.compile(r"(?P<zh>.*[一-鿿)）])\s+(?P<en>[A-Za-z0-9(αβγ][^一-鿿]{3,})")
_COMPONENT = re.compile(r"(?P<name>[^*×]+)(?:[*×](?P<factor>\d{1,9}(?:\.\d+)?))?")


@dataclass(frozen=True, slots=True)
class Naming:
    """What a list says of one substance: its names, numbers, kind and residue definition."""

    row: int
    names: tuple[str, ...]
    name_en: str = ""
    cas: str = ""
    ins: str = ""
    e_number: str = ""
    kind: str = ""
    residue_zh: str = ""
    residue_en: str = ""
    components: tuple[tuple[str, Decimal], ...] = ()

    def folded(self) -> dict[str, str]:
        """The names by the form they are found by."""
        return {bare_name(name): name for name in self.names}


@dataclass(frozen=True, slots=True)
class RuleItem:
    """One item a plan of inspections tests in one food."""

    row: int
    big_category: str
    sub_category: str
    table: str
    number: str
    item: str
    standard: str
    method: str
    note: str


def no_flavour_foods(rows: Iterable[NumberedRow], known: Mapping[str, str]) -> TableContent:
    """Table B.1: foods to which no flavouring may be added; a footnote opens them to a person."""
    limits: list[TableLimit] = []
    errors: list[TableError] = []
    for number, row in rows:
        code = row.get("food_code", "")
        if code not in known:
            errors.append(TableError(number, "food_code", "unknown_food"))
            continue
        mark = row.get("footnote", "")
        limits.append(
            TableLimit(
                row=number,
                substance=FLAVOURS,
                names=(FLAVOURS,),
                node=code,
                demand=FORBIDDEN,
                clause="表B.1",
                condition=f"脚注{mark}另有规定" if mark else "",
                note=row.get("food_name", ""),
            )
        )
    return TableContent(tuple(limits), errors=tuple(errors))


_FLAVOUR_TABLES = {"natural": "表B.2", "synthetic": "表B.3"}


def flavourings(rows: Iterable[NumberedRow]) -> TableContent:
    """Tables B.2 and B.3: each flavouring may be used as needed, except in the foods of B.1."""
    limits: list[TableLimit] = []
    errors: list[TableError] = []
    for number, row in rows:
        clause = _FLAVOUR_TABLES.get(row.get("kind", ""))
        if clause is None or not row.get("name_cn"):
            column = "name_cn" if clause else "kind"
            errors.append(TableError(number, column, "missing"))
            continue
        fema = f"FEMA {row['fema']}" if row.get("fema") else ""
        limits.append(
            TableLimit(
                row=number,
                substance=names_in(row["name_cn"])[0],
                names=names_in(row["name_cn"]),
                node=ROOT,
                demand=AS_NEEDED,
                clause=f"{clause} {row.get('code', '')}".strip(),
                name_en=row.get("name_en", ""),
                note="；".join(part for part in ("表B.1所列食品除外", fema) if part),
                kind="FLAVOURING",
            )
        )
    return TableContent(tuple(limits), errors=tuple(errors))


def processing_aids(rows: Iterable[NumberedRow]) -> TableContent:
    """Appendix C: C.1 everywhere, C.2 for a use, C.3 enzymes with their sources."""
    limits: list[TableLimit] = []
    errors: list[TableError] = []
    for number, row in rows:
        if not row.get("name_cn") or not row.get("table", "").startswith("C."):
            column = "table" if row.get("name_cn") else "name_cn"
            errors.append(TableError(number, column, "missing"))
            continue
        zh, en = in_two_languages(row["name_cn"])
        note = "；".join(
            f"{label}{row[key]}"
            for key, label in (("function", "功能："), ("source", "来源："), ("donor", "供体："))
            if row.get(key)
        )
        limits.append(
            TableLimit(
                row=number,
                substance=names_in(zh)[0],
                names=names_in(zh),
                node=ROOT,
                demand=AS_NEEDED,
                clause=f"表{row['table']} 序号{row.get('no', '')}",
                name_en=row.get("name_en", "") or en,
                condition=f"仅限{row['use_scope']}" if row.get("use_scope") else "",
                note=f"加工助剂；{note}".rstrip("；"),
                kind="PROCESSING_AID",
            )
        )
    return TableContent(tuple(limits), errors=tuple(errors))


def in_two_languages(printed: str) -> tuple[str, str]:
    """`磷脂酶 Phospholipase` as its Chinese and its English name."""
    found = _LATIN.fullmatch(printed.strip())
    return (found["zh"].strip(), found["en"].strip()) if found else (printed.strip(), "")


def additive_index(
    rows: Iterable[NumberedRow], known: Mapping[str, int]
) -> tuple[list[Naming], list[TableError]]:
    """Appendix F: names and INS numbers of additives table A.1 has; others are named as errors."""
    namings: list[Naming] = []
    errors: list[TableError] = []
    for number, row in rows:
        names = names_in(row.get("name_cn", ""))
        if not any(bare_name(name) in known for name in names):
            errors.append(TableError(number, "name_cn", "unknown_substance"))
            continue
        ins = row.get("ins", "").strip("—- ")
        namings.append(Naming(number, names, ins=ins, kind="ADDITIVE"))
    return namings, errors


def substances(rows: Iterable[NumberedRow]) -> tuple[list[Naming], list[TableError]]:
    """The template of substances: names, CAS (its check digit must hold), residue components."""
    namings: list[Naming] = []
    errors: list[TableError] = []
    for number, row in rows:
        components = _components(row.get("components", ""))
        if components is None:
            errors.append(TableError(number, "components", "unreadable_components"))
            continue
        cas = row.get("cas", "").strip()
        if cas and not cas_holds(cas):
            errors.append(TableError(number, "cas", "wrong_cas"))
            continue
        names = [row.get("name_zh", ""), row.get("name_en", "")]
        names += parted(tidy(row.get("synonyms", "")).replace("|", ";"))
        namings.append(
            Naming(
                row=number,
                names=tuple(dict.fromkeys(name for name in names if name)),
                name_en=row.get("name_en", ""),
                cas=cas,
                ins=row.get("ins", ""),
                e_number=row.get("e_number", ""),
                kind=row.get("substance_kind", ""),
                residue_zh=row.get("residue_zh", ""),
                residue_en=row.get("residue_en", ""),
                components=components,
            )
        )
    return namings, errors


def _components(text: str) -> tuple[tuple[str, Decimal], ...] | None:
    """`克百威;3-羟基克百威*0.93` as names with factors; None where a factor is no number."""
    found: list[tuple[str, Decimal]] = []
    for part in parted(tidy(text)):
        matched = _COMPONENT.fullmatch(part)
        if matched is None:
            return None
        factor = Decimal(matched["factor"] or "1")
        if not 0 < factor < 10_000:
            return None
        found.append((matched["name"], factor))
    return tuple(found)


def food_tree(rows: Iterable[NumberedRow]) -> tuple[list[TableNode], list[TableError]]:
    """The template of a food tree: every parent stands in the file, none is its own ancestor."""
    listed = list(rows)
    parents = {row.get("code", ""): row.get("parent", "") for _number, row in listed}
    nodes: list[TableNode] = []
    errors: list[TableError] = []
    for number, row in listed:
        parent = row.get("parent", "")
        if parent and parent not in parents:
            errors.append(TableError(number, "parent", "unknown_food"))
            continue
        if _circles(row["code"], parents):
            errors.append(TableError(number, "parent", "circle"))
            continue
        words = tuple(parted(tidy(row.get("words", "")).replace("|", ";")))
        nodes.append(TableNode(row["code"], row["name"], parent, words, row.get("name_en", "")))
    return nodes, errors


def _circles(code: str, parents: Mapping[str, str]) -> bool:
    seen = {code}
    while code := parents.get(code, ""):
        if code in seen:
            return True
        seen.add(code)
    return False


def inspection_items(rows: Iterable[NumberedRow]) -> tuple[list[RuleItem], list[TableError]]:
    """The inspection rules; a row whose cells moved a column is an error, never repaired.

    Only blanks between Chinese characters (line breaks of the PDF) are taken out.
    """
    items: list[RuleItem] = []
    errors: list[TableError] = []
    for number, row in rows:
        texts = {key: joined(value) for key, value in row.items()}
        if not texts.get("item"):
            code = "shifted_row" if texts.get("standard") else "missing"
            errors.append(TableError(number, "item", code))
            continue
        if not texts.get("sub_category") or not texts.get("big_category"):
            errors.append(TableError(number, "sub_category", "missing"))
            continue
        items.append(
            RuleItem(
                row=number,
                big_category=texts["big_category"],
                sub_category=texts["sub_category"],
                table=texts.get("table_no", ""),
                number=texts.get("seq", ""),
                item=texts["item"],
                standard=texts.get("standard", ""),
                method=texts.get("method", ""),
                note=row.get("notes", ""),
            )
        )
    return items, errors


_BROKEN_LINE = re.compile(r"(?<=[一-鿿，、（）])\s+(?=[一-鿿，、（）])")


def joined(text: str) -> str:
    """A cell without the blanks a PDF's line break left between Chinese characters."""
    return _BROKEN_LINE.sub("", text.strip())
