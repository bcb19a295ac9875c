"""Events with their GS1 keys written one way: as EPC URNs, as Digital Links, or as captured.

A key without a proper URN (company prefix not on GS1's list, signs a URN does not have) stays a
Digital Link.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from zhian.chain.events.engine.identifiers import RESOLVER, identify
from zhian.chain.events.engine.translation import proper_urn

_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_MEMBERS = {
    **dict.fromkeys(_QUANTITIES, "epcClass"),
    "bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"
}  # fmt: skip
_PLACES = ("readPoint", "bizLocation")
_SINGLE = ("parentID", "transformationID")


class EpcFormat(StrEnum):
    """What the header GS1-EPC-Format may ask for."""

    NO_PREFERENCE = "No_Preference"
    DIGITAL_LINK = "Always_GS1_Digital_Link"
    URN = "Always_EPC_URN"
    NEVER = "Never_Translates"


def in_format(event: Mapping[str, object], form: EpcFormat) -> dict[str, object]:
    """The event with its keys in the format asked for."""
    if form is EpcFormat.URN:
        return _rewritten(event, urn)
    return _rewritten(event, link) if form is EpcFormat.DIGITAL_LINK else dict(event)


def urn(uri: str) -> str:
    """A Digital Link as EPC URN."""
    if uri.startswith("urn:"):
        return uri
    found = identify(uri)
    if found.fault is not None or not found.canonical.startswith(f"{RESOLVER}/"):
        return uri
    return proper_urn(found.canonical) or uri


def link(uri: str) -> str:
    """An EPC URN as Digital Link at id.gs1.org."""
    if not uri.startswith("urn:epc:"):
        return uri
    found = identify(uri)
    return uri if found.fault is not None else found.canonical


def _rewritten(event: Mapping[str, object], spell: Callable[[str], str]) -> dict[str, object]:
    return {name: _field(name, value, spell) for name, value in event.items()}


def _field(name: str, value: object, spell: Callable[[str], str]) -> object:
    if name in _SINGLE and isinstance(value, str):
        return spell(value)
    if name in _PLACES and isinstance(value, dict):
        return {**value, "id": spell(str(value["id"]))}
    if name in _LISTS:
        return [spell(str(uri)) for uri in _items(value)]
    if name in _MEMBERS:
        return [_entry(entry, _MEMBERS[name], spell) for entry in _items(value)]
    return value


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _entry(entry: object, member: str, spell: Callable[[str], str]) -> object:
    assert isinstance(entry, dict), "only events that passed the judge are shown"
    return {**entry, member: spell(str(entry[member]))}
