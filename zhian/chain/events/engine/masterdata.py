"""The master data of a document's header, read for the registers: products, sites, parties.

Source: CBV 2.0 section 9 (master data), EPCIS 2.0 section 9.4 (header).
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.keys import site_key
from zhian.chain.events.vocabulary.masterdata import MasterDataKind

MOST_ENTRIES = 2_000
_ENCODE = msgspec.json.Encoder(decimal_format="number", order="deterministic").encode
_KINDS = {
    "EPCClass": MasterDataKind.PRODUCT,
    "BusinessLocation": MasterDataKind.SITE,
    "ReadPoint": MasterDataKind.SITE,
    "Location": MasterDataKind.SITE,
    "SourceDest": MasterDataKind.PARTY,
    "Party": MasterDataKind.PARTY,
}
_NAMES = (
    "name", "siteName", "partyName", "tradeItemDescription", "descriptionShort",
    "labelDescription", "regulatedProductName", "functionalName", "description",
)  # fmt: skip
_LAST_PART = re.compile(r"[^#/:]+$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One vocabulary element; `key` is a GTIN, a site key or the identifier itself."""

    kind: MasterDataKind
    vocabulary: str
    key: str
    name: str
    attributes: Mapping[str, object]

    @property
    def digest(self) -> str:
        """The same for the same words, whoever sends them."""
        said = [self.vocabulary, self.key, self.attributes]
        return hashlib.sha256(_ENCODE(said)).hexdigest()


def entries(root: Mapping[str, object]) -> list[Entry]:
    """The elements of all vocabularies of a document, at most `MOST_ENTRIES`."""
    found: list[Entry] = []
    for vocabulary, element in _elements(root):
        if len(found) >= MOST_ENTRIES:
            break
        found.append(_entry(vocabulary, element))
    return found


def _elements(root: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    header = root.get("epcisHeader")
    master = header.get("epcisMasterData") if isinstance(header, dict) else None
    listed = master.get("vocabularyList") if isinstance(master, dict) else None
    for vocabulary in _members(listed):
        for element in _members(vocabulary.get("vocabularyElementList")):
            if isinstance(element.get("id"), str) and element["id"]:
                yield str(vocabulary.get("type", "")), element


def _members(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _entry(vocabulary: str, element: Mapping[str, object]) -> Entry:
    kind = _KINDS.get(_local(vocabulary), MasterDataKind.OTHER)
    attributes: dict[str, object] = {}
    for attribute in _members(element.get("attributes")):
        name, value = _local(str(attribute.get("id", ""))), attribute.get("attribute", "")
        known = attributes.get(name)
        if known is None:
            attributes[name] = value
        else:
            attributes[name] = [*(known if isinstance(known, list) else [known]), value]
    return Entry(kind, vocabulary, _key(kind, str(element["id"])), _name(attributes), attributes)


def _local(name: str) -> str:
    """`name` of `urn:epcglobal:cbv:mda#name`, `cbvmda:name`, `https://…/name`."""
    found = _LAST_PART.search(name)
    return found[0] if found is not None else name


def _key(kind: MasterDataKind, identifier: str) -> str:
    if kind is MasterDataKind.SITE:
        return site_key(identifier)
    found = identify(identifier)
    if kind is MasterDataKind.PRODUCT and found.scheme == "GTIN" and found.fault is None:
        return found.primary
    return found.canonical


def _name(attributes: Mapping[str, object]) -> str:
    for name in _NAMES:
        value = attributes.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""
