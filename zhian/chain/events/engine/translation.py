"""From one spelling of a GS1 key to the others: URN, Digital Link, element string.

A Digital Link does not say how long the company prefix is; GS1's published list does (biip).
Where it does not, a key has no URN.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from zhian.chain.events.engine.identifiers import RESOLVER, identify

# what an EPC URN may hold beside letters and digits; a Digital Link escapes more
_URN_PLAIN = "!'()*+,-.:;=_"
_ITEM_SCHEMES = {"10": "class:lgtin", "21": "id:sgtin", "235": "id:upui"}
_SERIAL_SCHEMES = {"253": "gdti", "255": "sgcn", "8003": "grai"}
_PLAIN_SCHEMES = {"402": "gsin", "417": "pgln", "8017": "gsrnp", "8018": "gsrn"}
_FREE_SCHEMES = {"401": "ginc", "8004": "giai"}


@dataclass(frozen=True, slots=True)
class Translation:
    """One key in its spellings; `error` is a code of `findings.TEMPLATES` when it is not valid."""

    input: str
    valid: bool
    error: str | None = None
    urn: str | None = None
    digital_link: str | None = None
    element_string: str | None = None


def translate(text: str) -> Translation:
    """Read a URN or Digital Link and spell it in every way."""
    found = identify(text)
    if found.fault is not None:
        return Translation(text, valid=False, error=found.fault)
    if not found.canonical.startswith(f"{RESOLVER}/"):
        return Translation(text, valid=False, error="bad-identifier")
    return Translation(
        text,
        valid=True,
        urn=text if text.startswith("urn:") else proper_urn(found.canonical),
        digital_link=found.canonical,
        element_string=_element_string(found.canonical),
    )


def _element_string(link: str) -> str:
    parts = link.removeprefix(f"{RESOLVER}/").split("/")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return "".join(f"({ai}){unquote(value)}" for ai, value in pairs)


@lru_cache(maxsize=65_536)
def as_urn(link: str) -> str | None:
    """The EPC URN of a canonical Digital Link; None when its company prefix is not known."""
    ai, value, *rest = link.removeprefix(f"{RESOLVER}/").split("/")
    qualifier = (rest[0], rest[1]) if len(rest) > 1 else ("", "")
    speller = _SPELLERS.get(ai)
    return speller(ai, value, qualifier) if speller is not None else None


def proper_urn(link: str) -> str | None:
    """The EPC URN of a canonical Digital Link, None also where a URN cannot hold its signs.

    A lot may be printed with signs (a space, 批) that no URN has; such a key stays a link.
    """
    made = as_urn(link)
    if made is None:
        return None
    found = identify(made)
    return made if found.fault is None and found.canonical == link else None


def _company_prefix(digits: str) -> str | None:
    """The GS1 company prefix thirteen digits start with."""
    # its table takes a tenth of a second to read: only who translates waits
    from biip.gs1_prefixes import GS1CompanyPrefix

    prefix = GS1CompanyPrefix.extract(digits)
    return None if prefix is None else prefix.value


def _escaped(value: str) -> str:
    return quote(unquote(value), safe=_URN_PLAIN)


def _item(_ai: str, gtin: str, qualifier: tuple[str, str]) -> str | None:
    prefix = _company_prefix(gtin[1:])
    if prefix is None:
        return None
    body = f"{prefix}.{gtin[0]}{gtin[1 + len(prefix) : 13]}"
    kind, value = qualifier
    if kind not in _ITEM_SCHEMES:
        return f"urn:epc:idpat:sgtin:{body}.*"
    return f"urn:epc:{_ITEM_SCHEMES[kind]}:{body}.{_escaped(value)}"


def _pack(_ai: str, itip: str, qualifier: tuple[str, str]) -> str | None:
    item = _item("01", itip[:14], ("", ""))
    if item is None:
        return None
    body = item.removeprefix("urn:epc:idpat:sgtin:").removesuffix(".*")
    form, serial = ("id", _escaped(qualifier[1])) if qualifier[0] == "21" else ("idpat", "*")
    return f"urn:epc:{form}:itip:{body}.{itip[14:16]}.{itip[16:18]}.{serial}"


def _unit(_ai: str, sscc: str, _qualifier: tuple[str, str]) -> str | None:
    prefix = _company_prefix(sscc[1:14])
    if prefix is None:
        return None
    return f"urn:epc:id:sscc:{prefix}.{sscc[0]}{sscc[1 + len(prefix) : -1]}"


def _place(_ai: str, gln: str, qualifier: tuple[str, str]) -> str | None:
    prefix = _company_prefix(gln)
    if prefix is None:
        return None
    extension = _escaped(qualifier[1]) if qualifier[0] == "254" else "0"
    return f"urn:epc:id:sgln:{prefix}.{gln[len(prefix) : -1]}.{extension}"


def _plain(ai: str, digits: str, _qualifier: tuple[str, str]) -> str | None:
    prefix = _company_prefix(digits[:13])
    if prefix is None:
        return None
    return f"urn:epc:id:{_PLAIN_SCHEMES[ai]}:{prefix}.{digits[len(prefix) : -1]}"


def _serial(ai: str, value: str, _qualifier: tuple[str, str]) -> str | None:
    digits = value[1:14] if ai == "8003" else value[:13]
    serial = _escaped(value[14:] if ai == "8003" else value[13:])
    prefix = _company_prefix(digits)
    if prefix is None:
        return None
    form, serial = ("id", serial) if serial else ("idpat", "*")
    return f"urn:epc:{form}:{_SERIAL_SCHEMES[ai]}:{prefix}.{digits[len(prefix) : 12]}.{serial}"


def _free(ai: str, value: str, _qualifier: tuple[str, str]) -> str | None:
    digits = re.match(r"\d*", value)
    assert digits is not None
    prefix = _company_prefix(digits[0][:13].ljust(13, "0"))
    if prefix is None or not value.startswith(prefix):
        return None
    return f"urn:epc:id:{_FREE_SCHEMES[ai]}:{prefix}.{_escaped(value[len(prefix) :])}"


def _part(_ai: str, value: str, qualifier: tuple[str, str]) -> str | None:
    giai = _free("8004", value, ("", ""))
    if giai is None:
        return None
    body = giai.removeprefix("urn:epc:id:giai:")
    if qualifier[0] != "8011":
        return f"urn:epc:idpat:cpi:{body}.*"
    return f"urn:epc:id:cpi:{body}.{_escaped(qualifier[1])}"


_SPELLERS: dict[str, Callable[[str, str, tuple[str, str]], str | None]] = {
    "00": _unit,
    "01": _item,
    "414": _place,
    "8006": _pack,
    "8010": _part,
    **dict.fromkeys(_PLAIN_SCHEMES, _plain),
    **dict.fromkeys(_SERIAL_SCHEMES, _serial),
    **dict.fromkeys(_FREE_SCHEMES, _free),
}
