"""Values written with a prefix of the sender's own for a namespace of the standard.

`"c:BizStep-shipping"` with `c` for the CBV, `"key:01/06901234000177"` with `key` for id.gs1.org:
legal JSON-LD, and nobody who reads the event later knows the prefix. Such values are written out
before the document is judged; extensions are left as they are.
"""

import re
from collections.abc import Mapping

from zhian.chain.events.engine.markup.names import STANDARD_PREFIXES, prefixes_in

# what standard words and keys may stand in: the vocabularies, EPC URNs, addresses of keys
_OF_THE_STANDARD = re.compile(
    r"https?://(?:ref|ns)\.gs1\.org/|https?://(?:www\.)?gs1\.org/voc/|urn:epc(?:global)?:"
    r"|https?://id\.gs1\.org/|https?://[^?#]+/(?:0[01]|25[35]|40[12]|41[47]|80(?:0[346]|1[078]))/"
)


def standard_prefixes(context: object) -> dict[str, str]:
    """The prefixes of a context that stand for a namespace of the standard under another name."""
    return {
        prefix: namespace
        for prefix, namespace in prefixes_in(context).items()
        if _OF_THE_STANDARD.match(namespace) and STANDARD_PREFIXES.get(prefix) != namespace
    }


def write_out(events: list[object], context: object) -> None:
    """Write out the values of events whose document or own context renames the standard."""
    shared = standard_prefixes(context)
    for event in events:
        if isinstance(event, dict) and (shared or "@context" in event):
            prefixes = {**shared, **standard_prefixes(event.get("@context"))}
            if prefixes:
                _write_out_members(event, prefixes)


def _write_out_members(members: dict[str, object], prefixes: Mapping[str, str]) -> None:
    for name, value in members.items():
        if ":" not in name and name != "@context":
            members[name] = _written_out(value, prefixes)


def _written_out(value: object, prefixes: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        _write_out_members(value, prefixes)
    elif isinstance(value, list):
        return [_written_out(item, prefixes) for item in value]
    elif isinstance(value, str):
        prefix, colon, local = value.partition(":")
        if colon and prefix in prefixes:
            return prefixes[prefix] + local
    return value
