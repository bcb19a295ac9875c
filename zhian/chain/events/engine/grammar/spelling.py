"""Every way one value may be written: standard words, GS1 keys, names of extension fields."""

from collections.abc import Mapping

from zhian.chain.events.engine.grammar.predicates import Name
from zhian.chain.events.engine.identifiers import RESOLVER, identify
from zhian.chain.events.engine.keys import site_key
from zhian.chain.events.engine.translation import as_urn
from zhian.chain.events.engine.words import CBV, GS1_VOC, Vocabulary

STANDARD_PREFIXES = {
    "cbv": CBV,
    "gs1": GS1_VOC,
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "epcis": "https://ref.gs1.org/epcis/",
}
_CBV_STARTS = (CBV, "https://ns.gs1.org/cbv/", "http://ns.gs1.org/cbv/", "cbv:")
_VOC_STARTS = (GS1_VOC, "http://gs1.org/voc/", "https://www.gs1.org/voc/", "gs1:")
# what separates a namespace from a name in its spellings (XML: none, JSON-LD: # / or :)
_JOINTS = "#/:"


def word_spellings(vocabulary: Vocabulary, value: str) -> frozenset[str]:
    """Every form of a standard value; a private value has one form."""
    word = vocabulary.word_of(value)
    if word is None:
        return frozenset({value})
    starts: tuple[str, ...] = _VOC_STARTS
    if vocabulary.stem != GS1_VOC:
        kind = vocabulary.stem.removeprefix(CBV)
        starts = tuple(start + kind for start in _CBV_STARTS)
    return frozenset({word, vocabulary.urn + word, *(start + word for start in starts)})


def key_spellings(uri: str) -> frozenset[str]:
    """A GS1 key as URN and as Digital Link at id.gs1.org; any other URI as it is."""
    canonical = identify(uri).canonical
    if not canonical.startswith(f"{RESOLVER}/"):
        return frozenset({uri})
    return frozenset(filter(None, (uri, canonical, as_urn(canonical))))


def place_spellings(uri: str) -> frozenset[str]:
    """A place; the site as a whole is written with or without the extension 0."""
    found = key_spellings(uri)
    site = site_key(uri)
    if identify(site).canonical == identify(uri).canonical:
        return found | {site}
    return found


def namespace_of(text: str) -> str:
    """A namespace without the sign that joins it to names, so that spellings compare equal."""
    return text.rstrip(_JOINTS)


def split_full(uri: str) -> tuple[str, str]:
    """Namespace and name of a full URI: cut at the last `#`, else at the last `/` or `:`."""
    cut = uri.rfind("#")
    if cut < 0:
        cut = max(uri.rfind("/"), uri.rfind(":"))
    return namespace_of(uri[:cut]), uri[cut + 1 :]


def is_full(text: str) -> bool:
    """Whether a field is written as a full URI rather than with a prefix."""
    return "://" in text or text.startswith("urn:")


def name_of(written: str, prefixes: Mapping[str, str]) -> Name | None:
    """The extension field a query names; None when it has neither prefix nor full URI."""
    if is_full(written):
        namespace, local = split_full(written)
        return Name(written, namespace, local) if namespace and local else None
    prefix, colon, local = written.partition(":")
    if not (colon and prefix and local):
        return None
    known = {**STANDARD_PREFIXES, **prefixes}.get(prefix)
    return Name(written, None if known is None else namespace_of(known), local)


def names_field(name: Name, key: str, prefixes: Mapping[str, str]) -> bool:
    """Whether a key of an event, under the prefixes in force there, is the named field."""
    if name.namespace is None:
        return key == name.written
    found = name_of(key, prefixes)
    return found is not None and (found.namespace, found.local) == (name.namespace, name.local)
