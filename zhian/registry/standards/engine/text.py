"""Printed cells made comparable: widths, signs, powers and commas, with every doubt kept.

Source: rules.md 3.18 (what real notices look like). A cell that may be read two ways yields two
spellings; the judge answers only where all spellings agree.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_PLAIN = str.maketrans(_SUPERSCRIPTS, "0123456789-+")
_POWER = re.compile(rf"10\s*([{_SUPERSCRIPTS}]+)")
_SIGNS = str.maketrans(
    {
        "≦": "≤",
        "⩽": "≤",
        "≧": "≥",
        "⩾": "≥",
        "✕": "×",
        "⨯": "×",
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "〜": "~",
        "∼": "~",
        "、": ";",
        "，": ";",
        "║": ";",
        "‖": ";",
    }
)
# Longest phrase first: "不得大于" must not be read as "大于".
_WORDS = (
    (re.compile(r"不得大于|不得超过|不得高于|不大于|不超过|不高于|小于或?等于|<=|=<"), "≤"),
    (re.compile(r"不得小于|不得低于|不得少于|不小于|不低于|不少于|大于或?等于|>=|=>"), "≥"),
    (re.compile(r"小于|低于"), "<"),
    (re.compile(r"大于|高于"), ">"),
)
# "10 20 30": without a mark in the gap three values would become one.
_GAP_BETWEEN_VALUES = re.compile(r"(?<=\d)\s+(?=[\d<>]|未检出)")
_VOLUME_PERCENT = re.compile(r"%\((?:v/v|vol|体积分数)\)", re.IGNORECASE)
_TIMES = re.compile(r"(?<=[\d)])\s*[xX*·•]\s*(?=10(?:\D|\d(?:\D|$)|$))")
_LOST_POWER = re.compile(r"×10(-?[1-9])(?![\d.^])")
_SINGLE_GROUP = re.compile(r"(?<![\d.,])([1-9]\d{0,2}),(\d{3})(?![\d,.])")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3}){2,}(?![\d,])|\d{1,3}(?:,\d{3})+(?=\.\d)")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d+)(?![\d,.])")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to read a cell; `note` names the assumption ("" = as printed), `detail` shows it."""

    text: str
    note: str = ""
    detail: str = ""


@lru_cache(maxsize=16384)
def tidy(text: str) -> str:
    """The cell in one alphabet: half width, `^` powers, `≤ ≥ < >`, `;` between list members."""
    if not text.isascii():
        text = _POWER.sub(lambda found: "10^" + found[1].translate(_PLAIN), text)
        text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    for phrase, sign in _WORDS:
        text = phrase.sub(sign, text)
    text = _GAP_BETWEEN_VALUES.sub(";", text)
    text = _VOLUME_PERCENT.sub("%vol", "".join(text.split()))
    return _TIMES.sub("×", text)


@lru_cache(maxsize=16384)
def spellings(text: str, *, commas_separate: bool = False) -> tuple[Spelling, ...]:
    """Every reading of a tidied cell: lost superscripts and doubtful commas double it.

    With `commas_separate` (the five values of a sampling plan) a comma only parts the values.
    """
    readings = _powers(text)
    if commas_separate:
        return readings
    return tuple(
        Spelling(comma.text, power.note or comma.note, power.detail or comma.detail)
        for power in readings
        for comma in _commas(power.text)
    )


def _powers(text: str) -> tuple[Spelling, ...]:
    lost = _LOST_POWER.search(text)
    if lost is None:
        return (Spelling(text),)
    power = Spelling(_LOST_POWER.sub(r"×10^\1", text), "lost_power", lost[0])
    if lost[1].startswith("-"):  # "×10-3" has no other sense than a power
        return (power,)
    literal = re.sub(r"×10([1-9])(?![\d.^])", r"×10\1!", text)
    return (power, Spelling(literal, "literal_factor", lost[0]))


def _commas(text: str) -> tuple[Spelling, ...]:
    if "," not in text:
        return (Spelling(text),)
    text = _THOUSANDS.sub(lambda found: found[0].replace(",", ""), text)
    doubtful = _SINGLE_GROUP.search(text)
    if doubtful is not None:
        decimal = Spelling(_SINGLE_GROUP.sub(r"\1.\2", text), "decimal_comma", doubtful[0])
        thousand = Spelling(_SINGLE_GROUP.sub(r"\1\2", text), "thousands_comma", doubtful[0])
        return (decimal, thousand)
    found = _DECIMAL_COMMA.search(text)
    if found is None:
        return (Spelling(text),)
    return (Spelling(_DECIMAL_COMMA.sub(r"\1.\2", text), "decimal_comma", found[0]),)
