"""What a printed limit demands: at most, at least, between, nothing at all, or a sampling plan.

Source: rules.md 3.18 item 1; GB 4789.1 for n/c/m/M (as printed in official notices).
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from zhian.registry.standards.engine.readings import (
    BASIS_NOTE,
    LIMIT_OF_DETECTION,
    NUMBER,
    UNIT,
    basis_of,
    number_of,
)

_NONE = {"", "/", "-", "--", "---", "无", "无限量", "nolimit"}
_CITED = re.compile(r"\((?:GB|SN|NY|SB|DB|农业)[^()]*\)", re.IGNORECASE)
_ABSENT = re.compile(
    r"(?:不得|不可|禁止|不应)(?:检出|使用|添加|含有)|未检出|阴性|negative|notdetected|禁用",
    re.IGNORECASE,
)
_AS_NEEDED = re.compile(r".*(?:适量使用|适量|GMP).*", re.IGNORECASE)
_PLAN = re.compile(
    rf"[≤<]?n=(?P<n>\d+)[;,]?c=(?P<c>\d+)[;,]?m=(?P<m>{NUMBER})(?P<unit1>{UNIT})"
    rf"(?:[;,]?M=(?P<M>{NUMBER}|-|/)(?P<unit2>{UNIT}))?(?P<tail>[;,].*)?"
)
_TOLERANCE = re.compile(
    rf"(?P<sign>[≤≥]?)\(?(?P<middle>{NUMBER})(?P<unit1>{UNIT})±(?P<spread>{NUMBER})\)?(?P<unit2>{UNIT})"
)
_RANGE = re.compile(
    rf"(?P<low_sign>[>≥]?)(?P<low>{NUMBER})(?P<unit1>{UNIT})[~-](?P<high_sign>[<≤]?)"
    rf"(?P<high>{NUMBER})(?P<unit2>{UNIT})"
)
_BOUNDS = re.compile(
    rf"(?P<low_sign>[>≥])(?P<low>{NUMBER})(?P<unit1>{UNIT})[;,且]+(?P<high_sign>[<≤])"
    rf"(?P<high>{NUMBER})(?P<unit2>{UNIT})"
)
_SINGLE = re.compile(rf"(?P<sign>[<>≤≥]*)(?P<value>{NUMBER})(?P<unit>{UNIT})")


class Demand(StrEnum):
    """What sort of limit it is."""

    MAXIMUM = "maximum"
    MINIMUM = "minimum"
    RANGE = "range"
    ABSENT = "absent"
    PLAN = "plan"
    BARE = "bare"
    AS_NEEDED = "as_needed"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Term:
    """A limit as numbers in its own unit; `note` names the repair or assumption made to read it.

    `lower_open` / `upper_open`: the bound itself does not conform. For a plan `upper` is m,
    `ceiling` is M (None: two classes), n samples of which at most c may lie above m.
    """

    demand: Demand
    lower: Fraction | None = None
    upper: Fraction | None = None
    lower_open: bool = False
    upper_open: bool = False
    unit: str = ""
    basis: str = ""
    n: int = 0
    c: int = 0
    ceiling: Fraction | None = None
    note: str = ""
    text: str = ""
    # "not to be detected" by a method that sees this much (不得检出(检出限0.3μg/kg))
    detection_limit: Fraction | None = None
    detection_unit: str = ""


@lru_cache(maxsize=8192)
def is_plan(text: str) -> bool:
    """Whether a tidied limit speaks of several sub-samples."""
    return _PLAN.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def read_limit(text: str) -> tuple[Term, ...]:
    """Every demand a tidied limit may express (more than one where the print is ambiguous)."""
    basis = basis_of(text)
    rest = _CITED.sub("", BASIS_NOTE.sub("", text))
    ban = _ABSENT.match(rest)
    method = LIMIT_OF_DETECTION.search(rest, ban.end()) if ban is not None else None
    if method is not None:
        rest = rest[: method.start()] + rest[method.end() :]
    terms = _words(rest) or _plan(rest) or _tolerance(rest) or _two_bounds(rest) or _single(rest)
    if method is not None:
        seen, unit = number_of(method[1]), method[2]
        terms = tuple(replace(t, detection_limit=seen, detection_unit=unit) for t in terms)
    return tuple(replace(term, basis=basis, text=text) for term in terms)


def _words(text: str) -> tuple[Term, ...]:
    if text.lower() in _NONE:
        return (Term(Demand.MISSING),)
    if _ABSENT.match(text):
        portion = re.search(r"/[\d.]+[a-zA-Z]+2?$", text)
        return (Term(Demand.ABSENT, unit=portion[0] if portion else ""),)
    if _AS_NEEDED.fullmatch(text):
        return (Term(Demand.AS_NEEDED),)
    return ()


def _plan(text: str) -> tuple[Term, ...]:
    found = _PLAN.fullmatch(text)
    if found is None:
        return ()
    unit = found["unit2"] or found["unit1"]
    printed = found["M"] if found["M"] not in {None, "-", "/"} else None
    readings = [(number_of(found["m"]), number_of(printed) if printed else None)]
    if printed and re.fullmatch(r"10[2-9]", printed):  # "m=104, M=105" with the superscripts lost
        lower = found["m"]
        lost = re.fullmatch(r"10[1-9]", lower)
        small = Fraction(10) ** int(lower[2]) if lost else number_of(lower)
        readings.append((small, Fraction(10) ** int(printed[2])))
    tail = "next_item_cut" if found["tail"] else ""
    return tuple(
        Term(Demand.PLAN, upper=m, ceiling=ceiling, unit=unit, n=int(found["n"]), c=int(found["c"]),
             note=tail if index == 0 else "lost_power")
        for index, (m, ceiling) in enumerate(readings)
    )  # fmt: skip


def _tolerance(text: str) -> tuple[Term, ...]:
    found = _TOLERANCE.fullmatch(text)
    if found is None:
        return ()
    middle, spread = number_of(found["middle"]), number_of(found["spread"])
    unit = found["unit2"] or found["unit1"]
    between = Term(Demand.RANGE, middle - spread, middle + spread, unit=unit, note="tolerance")
    if not found["sign"]:
        return (between,)
    # "≤35±1.0%vol" may mean 34 to 36, or at most 36: both are tried.
    if found["sign"] == "≤":
        return (between, Term(Demand.MAXIMUM, upper=middle + spread, unit=unit, note="tolerance"))
    return (between, Term(Demand.MINIMUM, lower=middle - spread, unit=unit, note="tolerance"))


def _two_bounds(text: str) -> tuple[Term, ...]:
    found = _RANGE.fullmatch(text) or _BOUNDS.fullmatch(text)
    if found is None:
        return ()
    low, high = number_of(found["low"]), number_of(found["high"])
    unit = found["unit2"] or found["unit1"]
    if low > high or (found["unit1"] and found["unit1"] != unit):
        return (Term(Demand.UNREADABLE),)
    return (
        Term(Demand.RANGE, low, high, found["low_sign"] == ">", found["high_sign"] == "<", unit),
    )


def _single(text: str) -> tuple[Term, ...]:
    found = _SINGLE.fullmatch(text)
    if found is None:
        return (Term(Demand.UNREADABLE),)
    signs, value, unit = set(found["sign"]), number_of(found["value"]), found["unit"]
    note = "doubled_sign" if len(found["sign"]) > len(signs) else ""
    if len(signs) > 1:
        return (Term(Demand.UNREADABLE),)
    sign = signs.pop() if signs else ""
    if sign in {"≤", "<"}:
        term = Term(Demand.MAXIMUM, upper=value, upper_open=sign == "<", unit=unit, note=note)
    elif sign:
        term = Term(Demand.MINIMUM, lower=value, lower_open=sign == ">", unit=unit, note=note)
    else:
        term = Term(Demand.BARE, upper=value, unit=unit)
    return (term,)
