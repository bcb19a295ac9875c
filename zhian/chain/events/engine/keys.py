"""Keys under which lots and sites are found again: GS1 URNs, one per thing.

A lot is `urn:epc:class:lgtin:…` (a single item its `urn:epc:id:sgtin:…`, a logistic unit its
`urn:epc:id:sscc:…`), a site or party `urn:epc:id:sgln:….0`. A Digital Link does not say how long
the company prefix is: GS1's published list does; where it does not, the Digital Link is the key.
"""

from functools import lru_cache

from biip.gs1_prefixes import GS1CompanyPrefix

from zhian.chain.events.engine.identifiers import RESOLVER, identify


@lru_cache(maxsize=65_536)
def lot_key(uri: str) -> str:
    """The key of the lot, item or unit a URI names; an item that carries its lot is its lot."""
    if uri.startswith("urn:"):
        return uri
    found = identify(uri)
    ai, _, rest = found.lot.removeprefix(f"{RESOLVER}/").partition("/")
    if found.fault is not None or not found.lot.startswith(RESOLVER) or ai not in ("00", "01"):
        return found.lot
    prefix = _company_prefix(found.primary[1:] if ai == "01" else found.primary[1:14])
    if prefix is None:
        return found.lot
    body = found.primary[0] + found.primary[1 + len(prefix) : -1]
    if ai == "00":
        return f"urn:epc:id:sscc:{prefix}.{body}"
    return _item_key(prefix, body, rest.partition("/")[2])


def _item_key(prefix: str, reference: str, qualifier: str) -> str:
    """The URN of a trade item class, a lot or an item."""
    kind, _, value = qualifier.partition("/")
    if kind == "10":
        return f"urn:epc:class:lgtin:{prefix}.{reference}.{value}"
    if kind == "21":
        return f"urn:epc:id:sgtin:{prefix}.{reference}.{value}"
    if kind == "235":
        return f"urn:epc:id:upui:{prefix}.{reference}.{value}"
    return f"urn:epc:idpat:sgtin:{prefix}.{reference}.*"


@lru_cache(maxsize=65_536)
def site_key(uri: str) -> str:
    """The key of the place or party: a dock door or shelf belongs to its site."""
    found = identify(uri)
    if found.gln is None:
        return found.canonical
    if uri.startswith("urn:"):
        prefix, reference = uri.rsplit(":", maxsplit=1)[-1].split(".")[:2]
    else:
        known = _company_prefix(found.gln)
        if known is None:
            return f"{RESOLVER}/414/{found.gln}"
        prefix, reference = known, found.gln[len(known) : -1]
    return f"urn:epc:id:sgln:{prefix}.{reference}.0"


def _company_prefix(digits: str) -> str | None:
    """The GS1 company prefix thirteen digits start with; None when GS1's list does not say."""
    prefix = GS1CompanyPrefix.extract(digits)
    return None if prefix is None else prefix.value
