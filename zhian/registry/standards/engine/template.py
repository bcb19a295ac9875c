"""The platform's own template: any limits of any standard, market or contract, one a row.

Pure: rows (column → text) in, `TableContent` out; what is ambiguous or impossible is an error with
its row and column.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from zhian.registry.standards.engine.measures import measure
from zhian.registry.standards.engine.tables import (
    EVERYTHING,
    NumberedRow,
    TableContent,
    TableError,
    TableLimit,
    TableNode,
    words_of,
)
from zhian.registry.standards.engine.terms import Demand, read_limit
from zhian.registry.standards.engine.text import tidy

_WHOLE_FILE = ("standard", "edition", "effective_from", "market")
_ALL_FOODS = {"*", "所有食品", "全部食品", "all food", "all foods", "any food"}
_USES = {"", "CONTENT", "MAXIMUM_USE", "RESIDUE"}
_NAMES = ("substance", "substance_en", "food_path", "food_code", "limit")
# by mass or by volume? of how much? each has been read both ways
_AMBIGUOUS = {"ppm", "ppb", "ppt", "mg", "μg", "µg", "ug", "ng"}
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_OTHER_LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")


def general_limits(rows: Iterable[NumberedRow], known: Collection[str] = ()) -> TableContent:
    """One limit a row; its food is a code of the standard's known tree or a path of categories."""
    limits: list[TableLimit] = []
    nodes: dict[str, TableNode] = {}
    errors: list[TableError] = []
    first: tuple[str, ...] | None = None
    for number, row in rows:
        whole = tuple(row.get(key, "") for key in _WHOLE_FILE)
        first = first or whole
        path = _path(row)
        error = (
            TableError(number, "edition", "two_editions")
            if whole != first
            else _error(number, row, path, known)
        )
        if error is not None:
            errors.append(error)
            continue
        for depth, food in enumerate(path):
            if food not in known:
                parent = path[depth - 1] if depth else ""
                nodes.setdefault(food, TableNode(food, food, parent, words_of(food)))
        limits.append(_limit(number, row, path[-1]))
    return TableContent(tuple(limits), tuple(nodes.values()), tuple(errors))


def _path(row: Mapping[str, str]) -> list[str]:
    if row.get("food_code"):
        return [row["food_code"]]
    path = [part.strip() for part in row.get("food_path", "").split(">") if part.strip()]
    return [EVERYTHING] if len(path) == 1 and path[0].lower() in _ALL_FOODS else path


def _limit(number: int, row: Mapping[str, str], node: str) -> TableLimit:
    return TableLimit(
        row=number,
        substance=row["substance"],
        names=(row["substance"], *filter(None, [row.get("substance_en", "")])),
        node=node,
        demand=row.get("limit", ""),
        clause=row.get("clause", ""),
        name_en=row.get("substance_en", ""),
        condition=row.get("condition", ""),
        note=row.get("note", ""),
        exceptions=row.get("exceptions", ""),
        use=row.get("use", "") or "CONTENT",
        kind=row.get("substance_kind", ""),
        effective_from=_day(row.get("limit_from", "")),
        effective_to=_day(row.get("limit_to", "")),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _error(
    number: int, row: Mapping[str, str], path: Sequence[str], known: Collection[str]
) -> TableError | None:
    if not path:
        return TableError(number, "food_path", "missing")
    if row.get("food_code") and row["food_code"] not in known:
        return TableError(number, "food_code", "unknown_food")
    if row.get("use", "") not in _USES:
        return TableError(number, "use", "unreadable_limit")
    for column in _NAMES:
        code = script_error(row.get(column, ""))
        if code:
            return TableError(number, column, code)
    if row.get("limit_to") and row.get("limit_from") and row["limit_to"] < row["limit_from"]:
        return TableError(number, "limit_to", "ends_before_it_begins")
    return limit_error(number, "limit", row.get("limit", ""))


def script_error(text: str) -> str:
    """The code of what the eye cannot see in a text: letters of two alphabets in one word, marks.

    A Cyrillic р in "рH" or "мg" makes a name or unit nobody will ever find again. Greek is usual
    (ε-聚赖氨酸, μg).
    """
    if any(unicodedata.category(sign) in {"Cf", "Co", "Cn"} for sign in text):
        return "invisible_characters"
    words = (word for word in _WORD.findall(text) if _CYRILLIC.search(word))
    return "mixed_scripts" if any(_OTHER_LETTERS.search(word) for word in words) else ""


def limit_error(number: int, column: str, demand: str) -> TableError | None:
    """What is wrong with a limit's text: unreadable, no operator, an unknown unit, impossible."""
    terms = read_limit(tidy(demand))
    if any(term.demand in {Demand.UNREADABLE, Demand.BARE} for term in terms):
        return TableError(number, column, "unreadable_limit")
    measured = measure(demand)
    if measured.unit and measured.quantity.startswith("as printed") and "/" in measured.unit:
        return TableError(number, column, "unknown_unit")
    if measured.unit in _AMBIGUOUS:
        return TableError(number, column, "ambiguous_unit")
    if any(term.upper is not None and measured.upper is None for term in terms):
        return TableError(number, column, "impossible_limit")
    whole = {"mass/mass", "volume/volume"}
    if measured.quantity in whole and measured.base_upper is not None and measured.base_upper > 1:
        return TableError(number, column, "impossible_limit")
    return None
