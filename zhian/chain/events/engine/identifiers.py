"""GS1 identifiers in events: EPC URNs, Digital Link URIs, check digits, one canonical form.

Source: EPC Tag Data Standard 2.0 (URNs), GS1 Digital Link 1.3, CBV 2.0 section 8.
The canonical form is the Digital Link URI at id.gs1.org; a URI that is no GS1 key is its own.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

import msgspec
from stdnum import ean

RESOLVER = "https://id.gs1.org"

# primary key: digits it must have (None = free text), whether its check digit refuses the document
_PRIMARY: dict[str, tuple[int | None, bool]] = {
    "00": (18, False),
    "01": (14, True),
    "253": (13, False),
    "255": (13, False),
    "401": (None, False),
    "402": (17, False),
    "414": (13, True),
    "417": (13, True),
    "8003": (14, False),
    "8004": (None, False),
    "8006": (18, False),
    "8010": (None, False),
    "8017": (18, False),
    "8018": (18, False),
}
# keys whose digits may be followed by a serial in the same value
_SERIAL_FOLLOWS = frozenset({"253", "255", "8003"})
_QUALIFIERS: dict[str, dict[str, int]] = {
    "01": {"22": 20, "10": 20, "21": 20, "235": 28},
    "414": {"254": 20},
    "417": {"7040": 4},
    "8006": {"22": 20, "10": 20, "21": 20},
    "8010": {"8011": 12},
    "8017": {"8019": 10},
    "8018": {"8019": 10},
}
_NAMES = {
    "00": "SSCC", "01": "GTIN", "253": "GDTI", "255": "GCN", "401": "GINC", "402": "GSIN",
    "414": "GLN", "417": "GLN", "8003": "GRAI", "8004": "GIAI", "8006": "ITIP", "8010": "CPID",
    "8017": "GSRN", "8018": "GSRN",
}  # fmt: skip
# which qualifier names the thing, finest first: an item, a third-party item, a lot
_FINEST = ("21", "235", "10", "254", "8011", "8019", "7040")

# URN scheme: application identifier, digits of prefix + reference, parts after them, qualifier
_URN: dict[str, tuple[str, int, int, str]] = {
    "sgtin": ("01", 13, 1, "21"),
    "lgtin": ("01", 13, 1, "10"),
    "upui": ("01", 13, 1, "235"),
    "sscc": ("00", 17, 0, ""),
    "sgln": ("414", 12, 1, "254"),
    "pgln": ("417", 12, 0, ""),
    "grai": ("8003", 12, 1, "+"),
    "gdti": ("253", 12, 1, "+"),
    "sgcn": ("255", 12, 1, "+"),
    "gsrn": ("8018", 17, 0, ""),
    "gsrnp": ("8017", 17, 0, ""),
    "gsin": ("402", 16, 0, ""),
    "itip": ("8006", 13, 3, "21"),
    "giai": ("8004", 0, 0, ""),
    "ginc": ("401", 0, 0, ""),
    "cpi": ("8010", 0, 1, "8011"),
}
# EPCs that are no GS1 keys; they name themselves
_FOREIGN = frozenset({"gid", "usdod", "adi", "bic", "imovn"})
# what follows the company prefix: signs of TDS 2.0, escapes included; digits where it says so
_SIGNS = re.compile(r"(?:[A-Za-z0-9!'()*+,\-.:;=_]|%(?:2[2356F]|3[CEF]))+", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_PART_SIGNS = re.compile(r"(?:[0-9A-Z\-]|%2[3F])+", re.IGNORECASE)
_TWO_DIGITS = re.compile(r"\d\d")
_FREE = {"8004": _SIGNS, "401": _SIGNS, "8010": _PART_SIGNS}
_TAIL_SIGNS = {"255": _DIGITS, "8010": _DIGITS}
_LONGEST_SERIAL = {"253": 17, "255": 12, "8003": 16}
_INDICATOR_LEADS = frozenset({"sgtin", "lgtin", "upui", "sscc", "itip"})
_LINK_ESCAPES = {ord(sign): f"%{ord(sign):02X}" for sign in "!()*+,:"}
_URN_HEAD = re.compile(r"urn:epc:(id|idpat|class):([a-z]+):(.+)", re.DOTALL)
_DIGITAL_LINK = re.compile(r"https?://([^/?#\s]+)([^?#\s]*)(?:[?#]\S*)?")


class Identifier(msgspec.Struct, frozen=True):
    """A URI understood: its canonical form, its lot form, its primary key, what is wrong with it.

    `fault` is a code of `findings.TEMPLATES` or None; `strict` says whether it refuses.
    """

    uri: str
    canonical: str
    lot: str
    scheme: str = ""
    primary: str = ""
    fault: str | None = None
    expected: str = ""
    strict: bool = True

    @property
    def gln(self) -> str | None:
        """The 13 digits of a location or party, None for any other identifier."""
        return self.primary if self.scheme == "GLN" and self.fault is None else None


@lru_cache(maxsize=65_536)
def identify(uri: str) -> Identifier:
    """Read one URI; a URI outside the GS1 system is left as it is."""
    if uri.startswith("urn:"):
        head = _URN_HEAD.fullmatch(uri) if uri.startswith("urn:epc:") else None
        return Identifier(uri, uri, uri) if head is None else _from_urn(uri, *head.groups())
    link = _DIGITAL_LINK.fullmatch(uri)
    if link is not None:
        return _from_link(uri, link[1].lower(), link[2])
    return Identifier(uri, uri, uri)


def _malformed(uri: str, scheme: str) -> Identifier:
    return Identifier(uri, uri, uri, scheme, fault="bad-identifier")


def _from_urn(uri: str, form: str, scheme: str, rest: str) -> Identifier:
    known = _URN.get(scheme)
    if known is None:
        return Identifier(uri, uri, uri) if scheme in _FOREIGN else _malformed(uri, scheme)
    if (scheme == "lgtin") != (form == "class"):
        return _malformed(uri, scheme)
    ai, digits, extra, qualifier = known
    parts = rest.split(".", 1 + extra)
    pattern = form == "idpat"
    if len(parts) != 2 + extra and not (pattern and len(parts) >= 2):
        return _malformed(uri, scheme)
    prefix, reference, tail = parts[0], parts[1], parts[2:]
    if pattern and "*" in (prefix, reference):
        return Identifier(uri, uri, uri, scheme)
    if not (_prefix_fits(prefix) and _parts_fit(ai, qualifier, reference, tail)):
        return _malformed(uri, scheme)
    if digits == 0:
        return _built(uri, ai, prefix + _encoded(reference), qualifier, tail)
    if not _digits_fit(prefix + reference, digits):
        return _malformed(uri, scheme)
    return _built(uri, ai, _with_check_digit(scheme, prefix, reference), qualifier, tail)


def _digits_fit(value: str, digits: int) -> bool:
    return len(value) == digits and value.isascii() and value.isdigit()


def _encoded(text: str) -> str:
    """Characters a URN may carry but a Digital Link must escape."""
    return text.translate(_LINK_ESCAPES)


def _prefix_fits(prefix: str) -> bool:
    return prefix.isascii() and prefix.isdigit() and 6 <= len(prefix) <= 12


def _parts_fit(ai: str, qualifier: str, reference: str, tail: list[str]) -> bool:
    """Signs and lengths of what follows the company prefix; `*` is a pattern or a sign alike."""
    if ai in _FREE and not _FREE[ai].fullmatch(reference):
        return False
    signs = _TAIL_SIGNS.get(ai, _SIGNS)
    if ai == "8006" and not all(part == "*" or _TWO_DIGITS.fullmatch(part) for part in tail[:-1]):
        return False
    if not all(part == "*" or signs.fullmatch(part) for part in tail):
        return False
    longest = _LONGEST_SERIAL.get(ai) or _QUALIFIERS.get(ai, {}).get(qualifier, 30)
    return len(reference) <= 30 and all(len(unquote(part)) <= longest for part in tail)


@lru_cache(maxsize=65_536)
def _with_check_digit(scheme: str, prefix: str, reference: str) -> str:
    if scheme in _INDICATOR_LEADS:
        digits = reference[:1] + prefix + reference[1:]
    elif scheme == "grai":
        digits = "0" + prefix + reference
    else:
        digits = prefix + reference
    return digits + ean.calc_check_digit(digits)


def _built(uri: str, ai: str, primary: str, qualifier: str, tail: list[str]) -> Identifier:
    """The identifier of a URN whose parts were checked; `*` stands for the whole class."""
    base = f"{RESOLVER}/{ai}/{primary}"
    name = _NAMES[ai]
    if ai == "8006" and len(tail) == 3:
        base, tail = base + tail[0] + tail[1], tail[2:]
    last = tail[-1] if tail else ""
    if last in ("", "*") or (ai == "414" and last == "0"):
        return Identifier(uri, base, base, name, primary)
    last = _encoded(last)
    full = base + last if qualifier == "+" else f"{base}/{qualifier}/{last}"
    return Identifier(uri, full, full, name, primary)


def _from_link(uri: str, host: str, path: str) -> Identifier:
    segments = path.split("/")
    own = host == "id.gs1.org"
    for position in range(1, len(segments) - 1):
        if segments[position] in _PRIMARY:
            return _read_link(uri, segments[position:], own=own)
    return _malformed(uri, "Digital Link") if own else Identifier(uri, uri, uri)


def _read_link(uri: str, segments: list[str], *, own: bool) -> Identifier:
    """A path that starts with a primary key; elsewhere an address may only look like one."""
    ai, value, rest = segments[0], segments[1], segments[2:]
    plain = Identifier(uri, uri, uri)
    digits, strict = _PRIMARY[ai]
    if ai == "01" and len(value) in (8, 12, 13):
        value = value.zfill(14)
    qualifiers = _qualifiers(ai, rest)
    if qualifiers is None or not _value_fits(ai, value, digits):
        return _malformed(uri, _NAMES[ai]) if own else plain
    primary = value if digits is None else value[: 14 if ai == "8006" else digits]
    expected = _expected_check_digit(ai, primary)
    if expected is not None:
        return (
            Identifier(uri, uri, uri, _NAMES[ai], primary, "bad-check-digit", expected, strict)
            if own
            else plain
        )
    return _linked(uri, ai, value, primary, qualifiers)


def _linked(uri: str, ai: str, value: str, primary: str, qualifiers: dict[str, str]) -> Identifier:
    base = f"{RESOLVER}/{ai}/{value}"
    finest = next((key for key in _FINEST if key in qualifiers), None)
    canonical = base if finest is None else f"{base}/{finest}/{qualifiers[finest]}"
    # an item that carries its lot is traced as part of that lot
    lot = f"{base}/10/{qualifiers['10']}" if "10" in qualifiers else canonical
    return Identifier(uri, canonical, lot, _NAMES[ai], primary)


def _qualifiers(ai: str, rest: list[str]) -> dict[str, str] | None:
    """Qualifier → value; None when one is unknown, empty or too long."""
    allowed = _QUALIFIERS.get(ai, {})
    if len(rest) % 2:
        return None
    pairs = dict(zip(rest[::2], rest[1::2], strict=True))
    for key, value in pairs.items():
        if key not in allowed or not 1 <= len(unquote(value)) <= allowed[key]:
            return None
    return pairs


def _value_fits(ai: str, value: str, digits: int | None) -> bool:
    if digits is None:
        return 1 <= len(unquote(value)) <= 30
    head, tail = value[:digits], value[digits:]
    if len(head) != digits or not (head.isascii() and head.isdigit()):
        return False
    if not tail:
        return True
    return ai in _SERIAL_FOLLOWS and 1 <= len(unquote(tail)) <= _LONGEST_SERIAL[ai]


def _expected_check_digit(ai: str, primary: str) -> str | None:
    """The right check digit when a wrong one is written; otherwise None."""
    if _PRIMARY[ai][0] is None:
        return None
    expected = str(ean.calc_check_digit(primary[:-1]))
    return None if primary[-1] == expected else expected
