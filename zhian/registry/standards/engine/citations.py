"""Which laws and articles a citation names: 《食品安全法》第一百二十四条, Art. 14, 20 and the like.

Names are matched longest first, so that 食品安全法实施条例 is not taken for 食品安全法. S132.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
_UNITS = {"十": 10, "百": 100}
_CHINESE = r"[零〇一二三四五六七八九十百]+"
_ARTICLE = re.compile(rf"第(?P<list>(?:{_CHINESE}|\d+)(?:[、,，–—~-]\s*(?:{_CHINESE}|\d+))*)条")
_ART = re.compile(r"\bArt(?:icles?|\.)\s*(?P<list>\d+(?:\s*[,–—-]\s*\d+)*)")
_PART = re.compile(rf"(?P<from>{_CHINESE}|\d+)(?:\s*[–—~-]\s*(?P<to>{_CHINESE}|\d+))?")


@dataclass(frozen=True, slots=True)
class Reference:
    """One law a citation names, with the articles it names of it."""

    regulation: str
    articles: tuple[int, ...] = ()


def whole(text: str) -> int:
    """A number in digits or Chinese words below a thousand: 124, 一百二十四, 十."""
    if text.isdigit():
        return int(text)
    value = digit = 0
    for sign in text:
        if sign in _UNITS:
            value += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return value + digit


def articles_in(text: str) -> tuple[int, ...]:
    """The article numbers a text names, ranges written out, in order, each once."""
    found: list[int] = []
    for pattern in (_ARTICLE, _ART):
        for hit in pattern.finditer(text):
            for part in _PART.finditer(hit["list"]):
                first = whole(part["from"])
                last = whole(part["to"]) if part["to"] else first
                found.extend(range(first, min(last, first + 200) + 1))
    return tuple(dict.fromkeys(found))


def references(citation: str, names: Mapping[str, str]) -> tuple[Reference, ...]:
    """The laws a citation names; each has the articles up to the next law's name.

    `names` maps every name a law is called by to its key.
    """
    hits = _named(citation, names)
    found: dict[str, list[int]] = {}
    for index, (start, length, key) in enumerate(hits):
        end = hits[index + 1][0] if index + 1 < len(hits) else len(citation)
        found.setdefault(key, []).extend(articles_in(citation[start + length : end]))
    return tuple(Reference(key, tuple(dict.fromkeys(articles))) for key, articles in found.items())


def _named(citation: str, names: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Where laws are named: (start, length, key), without overlaps, in order."""
    taken = [False] * len(citation)
    hits = []
    for name in sorted(names, key=len, reverse=True):
        start = citation.find(name)
        while start >= 0:
            end = start + len(name)
            if not any(taken[start:end]):
                taken[start:end] = [True] * len(name)
                hits.append((start, len(name), names[name]))
            start = citation.find(name, end)
    return sorted(hits)
