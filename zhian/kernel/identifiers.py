"""Numbers that firms, goods and places carry: thin words round python-stdnum (rules 3.12).

Each `parse_…` returns the compact number or raises ValueError with words for the person who typed
it; each `…_doubts` lists what is unusual without being wrong (a region code of another time, a
printed number whose check digit fails): shown as a warning, never a refusal.
"""

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from stdnum import ean, numdb
from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.iso7064 import mod_11_10

SGLN_PREFIX = "urn:epc:id:sgln:"

_SGLN = re.compile(r"urn:epc:id:sgln:(\d{6,12})\.(\d{0,6})\.([!%-?A-Z_a-z\"]{1,20})\Z", re.ASCII)
_SC = re.compile(r"SC\d{14}\Z", re.ASCII)
_JY = re.compile(r"JY\d{14}\Z", re.ASCII)
_SPACES = re.compile(r"[\s\-]+")
# a year span in front of a name: [1999-2011]巢湖市, either end may be open
_SPAN = re.compile(r"\[(\d{4})?-(\d{4})?\](.*)")


def parse_uscc(raw: str) -> str:
    """Unified social credit code 统一社会信用代码 (GB 32100-2015): 18 characters, check held."""
    try:
        return stdnum_uscc.validate(_SPACES.sub("", raw).upper())
    except InvalidChecksum:
        raise ValueError(_("the check character of this credit code is wrong")) from None
    except ValidationError:
        raise ValueError(_("not a unified social credit code of 18 characters")) from None


def uscc_doubts(uscc: str, on: date) -> list[str]:
    """What is unusual about a valid code: its region was not in force on the day, or never."""
    return list(_region_doubts(uscc[2:8], on))


def parse_gtin(raw: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits with a right check digit, as 14 digits."""
    try:
        return ean.validate(raw).zfill(14)
    except InvalidChecksum:
        raise ValueError(_("the check digit of this GTIN is wrong")) from None
    except ValidationError:
        raise ValueError(_("not a GTIN of 8, 12, 13 or 14 digits")) from None


def parse_gln(raw: str) -> str:
    """A global location number, 13 digits with a right check digit."""
    try:
        gln = ean.validate(raw)
    except InvalidChecksum:
        raise ValueError(_("the check digit of this location number is wrong")) from None
    except ValidationError:
        gln = ""
    if len(gln) != 13:
        raise ValueError(_("not a location number (GLN) of 13 digits"))
    return gln


def parse_sgln(raw: str) -> str:
    """A site URN `urn:epc:id:sgln:Prefix.Reference.Extension`: 12 digits before the extension."""
    found = _SGLN.match(raw.strip())
    if found is None or len(found[1]) + len(found[2]) != 12:
        raise ValueError(_("not a site number like urn:epc:id:sgln:6901234.00001.0"))
    return found[0]


def sgln_of_gln(gln: str, prefix_digits: int, extension: str = "0") -> str:
    """The site URN of a GLN whose company prefix has so many digits (6 to 12)."""
    if not 6 <= prefix_digits <= 12:
        raise ValueError(_("a company prefix has 6 to 12 digits"))
    digits = parse_gln(gln)[:12]
    return f"{SGLN_PREFIX}{digits[:prefix_digits]}.{digits[prefix_digits:]}.{extension}"


def gln_of_sgln(sgln: str) -> str:
    """The 13-digit GLN inside a site URN."""
    prefix, reference, _extension = parse_sgln(sgln).removeprefix(SGLN_PREFIX).split(".", 2)
    digits = prefix + reference
    return digits + ean.calc_check_digit(digits)


def parse_food_licence(raw: str) -> str:
    """Food production licence number: SC and 14 digits (ISO 7064 MOD 11,10 holds on all tried)."""
    number = _SPACES.sub("", raw).upper()
    if not _SC.match(number):
        raise ValueError(_("not a food production licence number: SC and 14 digits"))
    if not mod_11_10.is_valid(number[2:]):
        raise ValueError(_("the check digit of this licence number is wrong"))
    return number


def parse_trade_licence(raw: str) -> str:
    """Food business licence number: JY and 14 digits; a wrong check digit is only a doubt."""
    number = _SPACES.sub("", raw).upper()
    if not _JY.match(number):
        raise ValueError(_("not a food business licence number: JY and 14 digits"))
    return number


def licence_doubts(number: str, on: date) -> list[str]:
    """What is unusual about an SC or JY number: check digit, region of another time."""
    doubts = []
    if not mod_11_10.is_valid(number[2:]):
        doubts.append(_("the check digit of this licence number is wrong"))
    start = 5 if number.startswith("SC") else 3
    doubts.extend(_region_doubts(number[start : start + 6], on))
    return doubts


def _region_doubts(code: str, on: date) -> Iterator[str]:
    """A region code nobody knows, or one that was not in force on the day (GB/T 2260, dated)."""
    parts = numdb.get("cn/loc").info(code)
    named = "".join(properties.get("county", "") for _part, properties in parts)
    if not named:
        yield _("the region code %(code)s is not known") % {"code": code}
        return
    for name in named.split(","):
        span = _SPAN.match(name)
        if span is None:
            return
        start, end = span[1] or "0000", span[2] or "9999"
        if start <= f"{on.year:04}" <= end:
            return
    yield _("the region code %(code)s was not in use on %(day)s") % {
        "code": code,
        "day": on.isoformat(),
    }
