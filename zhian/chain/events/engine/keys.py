"""Keys under which lots and sites are found again: GS1 URNs, one per thing.

A lot is `urn:epc:class:lgtin:…` (a single item its `urn:epc:id:sgtin:…`, a logistic unit its
`urn:epc:id:sscc:…`), a site or party `urn:epc:id:sgln:….0`. A Digital Link whose company prefix
GS1's list does not know is its own key.
"""

from functools import lru_cache

from zhian.chain.events.engine.identifiers import RESOLVER, identify
from zhian.chain.events.engine.translation import as_urn


@lru_cache(maxsize=65_536)
def lot_key(uri: str) -> str:
    """The key of the lot, item or unit a URI names; an item that carries its lot is its lot."""
    if uri.startswith("urn:"):
        return uri
    found = identify(uri)
    if found.fault is not None or not found.lot.startswith(RESOLVER):
        return found.lot
    return as_urn(found.lot) or found.lot


@lru_cache(maxsize=65_536)
def site_key(uri: str) -> str:
    """The key of the place or party: a dock door or shelf belongs to its site."""
    found = identify(uri)
    if found.gln is None:
        return found.canonical
    if uri.startswith("urn:"):
        prefix, reference = uri.rsplit(":", maxsplit=1)[-1].split(".")[:2]
        return f"urn:epc:id:sgln:{prefix}.{reference}.0"
    link = f"{RESOLVER}/414/{found.gln}"
    return as_urn(link) or link
