"""What a laboratory's result says: a number, a bound, nothing found, something found.

Every amount is the interval in which the true reading lies: `0.5` is [0.5, 0.5], `<10` is [0, 10),
`not detected (LOD 0.02)` is [0, 0.02). Source: rules.md 3.18 item 1.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

# Exponents have two digits at most: a longer one is a slip of the pen, and would cost a gigabyte.
NUMBER = (
    r"(?:\d{1,30}(?:\.\d{1,30})?|\.\d{1,30})"
    r"(?:×\d{1,9}(?:\^-?\d{1,2}(?!\d))?!?|\^-?\d{1,2}(?!\d)|[eE][+-]?\d{1,2}(?!\d))?"
)
UNIT = r"(?:\([^()\d=:]*/[^()]*\)|[^\d.,;()±~<>≤≥=:×^-][^,;()±~<>≤≥=:]*|/[^,;()±~<>≤≥=:]*)?"
_NOTHING = {"", "/", "-", "--", "---", "无", "空白", "未检", "未检验", "n/a"}
LIMIT_OF_DETECTION = re.compile(
    rf"\(?[^();,]*?(?:检出低?限|检测低?限|定量限|报告限|LOD|LOQ|MDL)[^\d;,]*({NUMBER})({UNIT})\)?",
    re.IGNORECASE,
)
_MAY_NAME_A_LIMIT = re.compile(r"限|LO|MDL", re.IGNORECASE)
_BELOW_DETECTION = re.compile(
    r"<?(?:方法)?(?:检出低?限|检测低?限|定量限|报告限|LOD|LOQ|MDL)", re.IGNORECASE
)
_ABSENT = re.compile(
    r"(?:未检出|未检测出|未发现|不得检出|N\.?D\.?(?![a-z])|阴性|negative|notdetected|\(-\))",
    re.IGNORECASE,
)
_PRESENT = re.compile(r"(?:检出|阳性|positive|\(\+\))", re.IGNORECASE)
_STATEMENT = re.compile(r"(?:不合格|不符合|合格|符合|痕量|trace)", re.IGNORECASE)
_COVERAGE = re.compile(r"[;,(]*k=\d(?:\.\d+)?\)?", re.IGNORECASE)
# "0.3/0.5+0.4/1.0": shares of the maximum level each, summed (mixed preservatives)
_SHARE = rf"({NUMBER})(?:/({NUMBER}))?"
_SUM = re.compile(rf"{_SHARE}(?:\+{_SHARE})+")
_UNCERTAINTY = re.compile(rf"[;,(]*U=({NUMBER})[^();]*\)?", re.IGNORECASE)
_BASES = (
    ("dry", re.compile(r"干基|干重|干样|drybasis|drymatter", re.IGNORECASE)),
    ("fat", re.compile(r"以?脂肪计|fatbasis", re.IGNORECASE)),
    ("solid_product", re.compile(r"固态产品")),
    ("reconstituted", re.compile(r"冲调|复原|复水|reconstituted", re.IGNORECASE)),
    ("ready_to_eat", re.compile(r"即饮|即食|readytoeat", re.IGNORECASE)),
)
# one look for all of them: most texts state none
_ANY_BASIS = re.compile(
    "|".join(f"(?:{pattern.pattern})" for _name, pattern in _BASES), re.IGNORECASE
)
BASIS_NOTE = re.compile(
    r"\([^()]*?(?:计|状态|basis|matter|干基|干重|干样品?|湿基|湿重|鲜重)\)", re.IGNORECASE
)
_SINGLE = re.compile(
    rf"(?P<sign>[<>≤≥]?)(?P<low>{NUMBER})(?P<unit1>{UNIT})"
    rf"(?:±(?P<spread>{NUMBER})|[~-](?P<high>{NUMBER}))?(?P<unit2>{UNIT})"
)
# Values are parted by ; or , and by a stroke when a value, not a portion, follows it.
_BETWEEN = re.compile(r"[;,]|/(?=未检|检出|[<>]|\d[\d.]*(?:CFU|MPN|[/;,]|$))")
_BRACKETED = re.compile(r"^\(([^()]*±[^()]*)\)")
_UNIT = re.compile(UNIT)


class Kind(StrEnum):
    """What sort of statement a result is."""

    AMOUNT = "amount"
    ABSENT = "absent"
    PRESENT = "present"
    STATEMENT = "statement"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading as an interval in its own unit; `high` None means no upper bound is known."""

    kind: Kind
    low: Fraction = Fraction(0)
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    unit: str = ""
    uncertainty: Fraction = Fraction(0)
    detection_limit: Fraction | None = None
    detection_unit: str = ""
    basis: str = ""
    text: str = ""


def number_of(text: str) -> Fraction:
    """The value of one printed number: `1.4×10^2`, `10^5`, `1.2e3`, `1.4×102!` (a plain factor)."""
    mantissa, _, factor = text.rstrip("!").partition("×")
    value = _power(mantissa)
    return value * _power(factor) if factor else value


def _power(text: str) -> Fraction:
    base, _, exponent = text.partition("^")
    whole, _, part = base.partition(".")
    if not exponent and (whole + part).isdecimal():
        return Fraction(int(whole + part), 10 ** len(part))
    value = Fraction(Decimal(base))
    return value ** int(exponent) if exponent else value


def basis_of(text: str) -> str:
    """The basis a text states: dry, fat, solid_product, reconstituted, ready_to_eat, or ""."""
    if _ANY_BASIS.search(text) is None:
        return ""
    return next((name for name, pattern in _BASES if pattern.search(text)), "")


def read_result(text: str) -> Reading:
    """The reading in one tidied cell; what it cannot read is said, never guessed."""
    if text.lower() in _NOTHING:
        return Reading(Kind.MISSING, text=text)
    basis = basis_of(text)
    rest = BASIS_NOTE.sub("", text) if "(" in text else text
    rest, limit, limit_unit = _without_detection_limit(rest)
    rest, uncertainty = _without_uncertainty(rest)
    reading = _words(rest) or _number(rest)
    if reading.kind is Kind.ABSENT and limit is None:
        rest = _ABSENT.sub("", rest, count=1).removesuffix(reading.unit)
        found = re.search(rf"({NUMBER})({UNIT})", rest)
        if found is not None:  # "ND(0.02)", "ND(<0.02mg/kg)": the number is the detection limit
            limit, limit_unit = number_of(found[1]), found[2]
    return Reading(
        reading.kind,
        reading.low,
        reading.high,
        reading.low_open,
        reading.high_open,
        reading.unit,
        uncertainty or reading.uncertainty,
        limit,
        limit_unit or reading.unit,
        basis,
        text,
    )


def _without_detection_limit(text: str) -> tuple[str, Fraction | None, str]:
    found = LIMIT_OF_DETECTION.search(text) if _MAY_NAME_A_LIMIT.search(text) else None
    if found is None:
        return text, None, ""
    kept = (text[: found.start()] + text[found.end() :]).strip(";,")
    if _ABSENT.match(found[0]) or not kept:  # "未检出检出限0.02", "<LOD(0.02)"
        kept = "未检出" + kept
    return kept, number_of(found[1]), found[2]


def _without_uncertainty(text: str) -> tuple[str, Fraction]:
    if "=" not in text:  # "U=0.02", "k=2"
        return text, Fraction(0)
    found = _UNCERTAINTY.search(text)
    if found is None:
        return _COVERAGE.sub("", text), Fraction(0)
    return text[: found.start()] + text[found.end() :], number_of(found[1])


def _words(text: str) -> Reading | None:
    """A statement in words; None where the cell holds a measured number instead."""
    if _ABSENT.match(text):
        rest = _ABSENT.sub("", text, count=1)
        return Reading(Kind.ABSENT, unit=rest if _UNIT.fullmatch(rest) else "")
    if _BELOW_DETECTION.fullmatch(text):
        return Reading(Kind.ABSENT)
    if _PRESENT.match(text):
        rest = _PRESENT.sub("", text, count=1)
        if _UNIT.fullmatch(rest):
            return Reading(Kind.PRESENT, unit=rest)
        return _number(rest.strip("():;,"))
    if _STATEMENT.fullmatch(text):
        return Reading(Kind.STATEMENT)
    return None


def sum_of_shares(text: str) -> Fraction | None:
    """`0.3/0.5+0.4/1.0` as one number; None where the text is no such sum or divides by nought."""
    if _SUM.fullmatch(text) is None:
        return None
    shares = [re.fullmatch(_SHARE, part) for part in text.split("+")]
    parts = [(number_of(share[1]), number_of(share[2] or "1")) for share in shares if share]
    if any(whole == 0 for _part, whole in parts):
        return None
    return sum((part / whole for part, whole in parts), Fraction(0))


def _number(text: str) -> Reading:
    total = sum_of_shares(text)
    if total is not None:
        return Reading(Kind.AMOUNT, total, total)
    found = _SINGLE.fullmatch(_BRACKETED.sub(r"\1", text))
    if found is None:
        return Reading(Kind.UNREADABLE)
    low = number_of(found["low"])
    unit = found["unit2"] or found["unit1"]
    if found["high"] is not None:
        return _between(found, low, number_of(found["high"]), unit)
    if found["spread"] is not None:
        spread = number_of(found["spread"])
        if spread > low:  # "0.5±10%": a relative spread must not become the unit
            return Reading(Kind.UNREADABLE)
        return Reading(Kind.AMOUNT, low, low, unit=unit, uncertainty=spread)
    sign = found["sign"]
    if sign in {"<", "≤"}:
        return Reading(Kind.AMOUNT, Fraction(0), low, high_open=sign == "<", unit=unit)
    if sign:
        return Reading(Kind.AMOUNT, low, None, low_open=sign == ">", unit=unit)
    return Reading(Kind.AMOUNT, low, low, unit=unit)


def _between(found: re.Match[str], low: Fraction, high: Fraction, unit: str) -> Reading:
    both_units = found["unit1"] and found["unit2"] and found["unit1"] != found["unit2"]
    if found["sign"] or low > high or both_units:
        return Reading(Kind.UNREADABLE)
    return Reading(Kind.AMOUNT, low, high, unit=unit)


def read_values(text: str) -> tuple[Reading, ...]:
    """The readings of a sampling plan's sub-samples; the last one's unit holds for all."""
    parts = [part for part in _BETWEEN.split(text) if part]
    readings = [read_result(part) for part in parts]
    unit = next((reading.unit for reading in reversed(readings) if reading.unit), "")
    return tuple(
        reading
        if reading.unit
        else replace(reading, unit=unit, detection_unit=reading.detection_unit or unit)
        for reading in readings
    )
