"""What a cell says: text in, value out, or ValueError with words for the person who typed it."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Text = str | Promise
Parse = Callable[[str], Any]
LANGUAGES = ("zh-hans", "en")

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z", re.ASCII)
_YES = frozenset({"是", "有", "yes", "y", "true", "1"})
_NO = frozenset({"否", "无", "no", "n", "false", "0"})
# control characters would survive into names, notices and PDFs
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def text(raw: str) -> str:
    """The text as typed, without control characters; 1,000 characters at most."""
    if _CONTROL.search(raw):
        raise ValueError(_("holds characters that cannot be printed"))
    if len(raw) > 1000:
        raise ValueError(_("longer than 1,000 characters"))
    return raw


def whole_number(raw: str) -> int:
    """A whole number, thousands separators allowed."""
    cleaned = raw.replace(",", "").replace("\N{FULLWIDTH COMMA}", "")
    if not re.fullmatch(r"[+-]?\d{1,18}", cleaned, re.ASCII):
        raise ValueError(_("not a whole number"))
    return int(cleaned)


def decimal_number(raw: str) -> Decimal:
    """A finite decimal number, thousands separators allowed."""
    try:
        value = Decimal(raw.replace(",", "").replace("\N{FULLWIDTH COMMA}", ""))
    except InvalidOperation:
        raise ValueError(_("not a number")) from None
    if not value.is_finite():
        raise ValueError(_("not a number"))
    return value


def day(raw: str) -> date:
    """A calendar day: 2026-11-21, 2026/11/21, 2026.11.21 or 2026年11月21日."""
    found = _DAY.match(raw)
    if found is None:
        raise ValueError(_("not a date like 2026-11-21"))
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError(_("there is no such day")) from None


def yes_no(raw: str) -> bool:
    """是 or 否 (yes or no)."""
    word = raw.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(_("answer yes or no"))


def choice(choices: Sequence[tuple[Any, Text]]) -> Parse:
    """One of the values, by its name in either language or by its code."""

    def parse(raw: str) -> Any:
        for value, label in choices:
            if folded(raw) in {folded(str(value)), *names(label)}:
                return value
        known = ", ".join(str(label) for _value, label in choices[:12])
        raise ValueError(_("not one of: %(known)s") % {"known": known})

    return parse


def folded(name: str) -> str:
    """A name for comparing: without spaces, case, a star or a colon at its end."""
    return re.sub(r"\s+", "", name).casefold().rstrip("*:\N{FULLWIDTH COLON}")


def names(label: Text) -> set[str]:
    """What a label is called in every language, folded."""
    found = set()
    for language in LANGUAGES:
        with translation.override(language):
            found.add(folded(str(label)))
    return found
