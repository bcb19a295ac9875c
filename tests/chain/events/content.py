"""The content of a document, whatever form it was written in: the slow obvious twin of conversion.

Names are spelled out as `{namespace}local`, words of the CBV in full, numbers by value; a list of
one is its entry and an empty list nothing, since XML writes them alike.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from zhian.chain.events.engine.documents import Document, prefixes_in
from zhian.chain.events.engine.hashing_order import STANDARD_PREFIXES
from zhian.chain.events.engine.words import (
    ALERT,
    BIZ_STEP,
    BIZ_TRANSACTION_TYPE,
    COMPONENT,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENT,
    SOURCE_DESTINATION_TYPE,
)

WORDS = {
    "bizStep": (BIZ_STEP,),
    "disposition": (DISPOSITION,),
    "set": (DISPOSITION,),
    "unset": (DISPOSITION,),
    "type": (BIZ_TRANSACTION_TYPE, SOURCE_DESTINATION_TYPE, MEASUREMENT),
    "exception": (ALERT,),
    "component": (COMPONENT,),
    "reason": (ERROR_REASON,),
}
# what the frame says about itself, not about its content
FRAME = ("@context", "schemaVersion")


def content_of(document: Document) -> dict[str, Any]:
    """Everything a document says, ready to be compared."""
    prefixes = {**STANDARD_PREFIXES, **document.prefixes}
    root = {name: value for name, value in document.root.items() if name not in FRAME}
    return dict(_members(root, prefixes))


def _members(members: Mapping[str, Any], prefixes: Mapping[str, str]) -> dict[str, Any]:
    prefixes = {**prefixes, **prefixes_in(members.get("@context"))}
    found = {}
    for name, value in members.items():
        if name != "@context":
            plain = _value(name, value, prefixes)
            if plain != []:
                found[_name(name, prefixes)] = plain
    return found


def _name(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    if not colon:
        return name
    if prefix in prefixes:
        return f"{{{prefixes[prefix]}}}{local}"
    cut = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
    return f"{{{name[:cut]}}}{name[cut:]}"


def _value(name: str, value: Any, prefixes: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return _members(value, prefixes)
    if isinstance(value, list):
        items = [_value(name, item, prefixes) for item in value]
        return items[0] if len(items) == 1 else items
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return _text(name, value, prefixes)


def _text(name: str, value: str, prefixes: Mapping[str, str]) -> str:
    if ":" in name:
        return value
    prefix, colon, local = value.partition(":")
    if colon and not local.startswith("//") and prefix in prefixes:
        value = prefixes[prefix] + local
    for vocabulary in WORDS.get(name, ()):
        value = vocabulary.full(value)
    return value
