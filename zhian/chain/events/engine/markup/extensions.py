"""Extension content: elements of other namespaces as JSON members, and back.

Text is a string, `xsi:type` makes a number or boolean of it, children make an object, elements of
one name a list. What only XML can say is kept under the prefix `zhian`: attributes
(`zhian:attribute-…`), the text beside them (`zhian:text`), mixed content (`zhian:xml`). What only
JSON can say (empty lists, names that are no XML names) is kept as JSON in `zhian:more`.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal

import msgspec
from lxml import etree

from zhian.chain.events.engine.markup.names import (
    LOCAL,
    OWN,
    OWN_NAMESPACES,
    XSD,
    XSI,
    Scope,
)
from zhian.chain.events.engine.markup.parsing import Element
from zhian.chain.events.engine.reading import MAX_DIGITS

PREFIX = "zhian"
TEXT, XML, ATTRIBUTE = f"{PREFIX}:text", f"{PREFIX}:xml", f"{PREFIX}:attribute-"
MORE, CONTEXT_KEPT = f"{{{OWN}}}more", f"{{{OWN}}}context"
_TYPE, _NIL = f"{{{XSI}}}type", f"{{{XSI}}}nil"
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?")
_WHOLE = re.compile(r"[+-]?\d{1,40}")
# names every edition of XML and every parser takes; other names are kept as JSON
_NAME = re.compile(r"[A-Za-z_\u4e00-\u9fa5][A-Za-z0-9_.\-\u4e00-\u9fa5]*")
_NAMESPACE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]*#?")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMERIC = frozenset(
    {
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger",
        "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort",
        "unsignedByte", "decimal", "double", "float",
    }
)  # fmt: skip
_RESERVED = frozenset({"epcis", "epcisq", "epcismd", "sbdh", "xsi", "xsd", PREFIX})
_TAKEN = frozenset({*OWN_NAMESPACES, XSI, XSD, OWN})
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode
MAX_DEPTH = 40


def exact(text: str) -> object:
    """The number a text writes, exactly; the text itself when it is none or out of bounds."""
    text = text.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        number = Decimal(text)
        _, digits, exponent = number.as_tuple()
        if len(digits) <= MAX_DIGITS and -MAX_DIGITS <= int(exponent) <= MAX_DIGITS - len(digits):
            return number
    return text


def member_name(element: Element, scope: Scope, *, inside: bool) -> str:
    """The JSON name of an element: prefixed, or bare inside an extension."""
    name = etree.QName(element)
    if name.namespace and name.namespace not in OWN_NAMESPACES:
        return scope.name(name.namespace, name.localname, element.prefix)
    return name.localname if inside else scope.name(LOCAL, name.localname, f"{PREFIX}-local")


def add_member(members: dict[str, object], name: str, value: object) -> None:
    """A second element of one name makes a list."""
    if name not in members:
        members[name] = value
    elif isinstance(members[name], list):
        members[name].append(value)  # type: ignore[attr-defined]
    else:
        members[name] = [members[name], value]


def value_of(element: Element, scope: Scope, depth: int = 0) -> object:
    """What an extension element says."""
    children = list(element)
    if element.attrib or depth > MAX_DEPTH or (children and _has_text(element, children)):
        return _unusual(element, children, scope, depth)
    if not children:
        return element.text or ""
    return _object(children, scope, depth)


def _has_text(element: Element, children: list[Element]) -> bool:
    texts = [element.text, *(child.tail for child in children)]
    return any(text and text.strip() for text in texts)


def _object(children: list[Element], scope: Scope, depth: int) -> dict[str, object]:
    members: dict[str, object] = {}
    for child in children:
        if child.tag == MORE:
            members.update(more(child.text))
        else:
            name = member_name(child, scope, inside=True)
            add_member(members, name, value_of(child, scope, depth + 1))
    return members


def more(text: str | None) -> dict[str, object]:
    """The members kept as JSON; nothing when somebody else wrote something there."""
    try:
        members = json.loads(text or "", parse_float=Decimal)
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}


def _unusual(element: Element, children: list[Element], scope: Scope, depth: int) -> object:
    """An element with attributes, or with text between its children."""
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    if attributes.pop(_NIL, "") in ("true", "1"):
        return None
    kind = _schema_type(element, attributes)
    if depth > MAX_DEPTH or kind is None or (children and _has_text(element, children)):
        return {_own(scope, XML): _source(element)}
    if not attributes:
        return _object(children, scope, depth) if children else _typed(element.text or "", kind)
    members: dict[str, object] = _object(children, scope, depth)
    text = element.text or ""
    bare = not children and bool(text.strip())
    for name, value in attributes.items():
        known = _attribute_name(name, element, scope)
        # without text an attribute says what a child element would say
        plain = ":" in known and not bare and known not in members
        members[known if plain else _own(scope, ATTRIBUTE) + known] = value
    if bare:
        members[_own(scope, TEXT)] = _typed(text, kind)
    return members


def _own(scope: Scope, name: str) -> str:
    scope.name(OWN, "", PREFIX)
    return name


def _attribute_name(name: str, element: Element, scope: Scope) -> str:
    qualified = etree.QName(name)
    if not qualified.namespace:
        return name
    return scope.name(qualified.namespace, qualified.localname, prefix_in(element, qualified))


def prefix_in(element: Element, name: etree.QName) -> str | None:
    """The prefix under which an attribute's namespace is declared."""
    found = (p for p, namespace in element.nsmap.items() if namespace == name.namespace and p)
    return next(found, None)


def _schema_type(element: Element, attributes: dict[str, str]) -> str | None:
    """The local name of an `xsi:type` of XML Schema, empty without one, None for another type."""
    written = attributes.pop(_TYPE, "")
    if not written:
        return ""
    prefix, colon, local = written.strip().rpartition(":")
    return local if element.nsmap.get(prefix if colon else None) == XSD else None


def _typed(text: str, kind: str) -> object:
    if kind in _NUMERIC:
        return exact(text)
    if kind == "boolean" and text.strip() in ("true", "false", "1", "0"):
        return text.strip() in ("true", "1")
    return text


def _source(element: Element) -> str:
    """The element in exclusive canonical form, the same in whatever document it stands."""
    written = str(element.get(_TYPE, ""))
    kept = [written.partition(":")[0]] if ":" in written else []
    form = etree.tostring(
        element, method="c14n", exclusive=True, with_tail=False, inclusive_ns_prefixes=kept
    )
    return bytes(form).decode()


def may_be_declared(*, prefix: str, namespace: str) -> bool:
    """Whether a prefix of a context can stand in XML for the namespace it stands for in JSON."""
    reserved = prefix.lower().startswith("xml") or prefix in _RESERVED
    fits = _NAME.fullmatch(prefix) and prefix.isascii() and _NAMESPACE.fullmatch(namespace)
    return bool(fits) and not reserved and namespace not in _TAKEN


class Names:
    """How JSON names and prefixed values are written under the prefixes declared in XML."""

    def __init__(self, prefixes: Mapping[str, str], declared: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._declared = declared
        self._flags = {"typed": False}
        self._sources: list[tuple[Element, Element]] = []

    @property
    def typed(self) -> bool:
        """Whether a type of XML Schema is named somewhere."""
        return self._flags["typed"]

    def use_types(self) -> None:
        """A type of XML Schema is named."""
        self._flags["typed"] = True

    def inside(self, prefixes: Mapping[str, str]) -> "Names":
        """The names of an event with prefixes of its own; XML does not declare those."""
        declared = {p: n for p, n in self._declared.items() if p not in prefixes}
        names = Names({**self._prefixes, **prefixes}, declared)
        names._sources = self._sources
        names._flags = self._flags
        return names

    def keep_source(self, place: Element, source: Element) -> None:
        """An element written as it came; put in place when the document is indented."""
        self._sources.append((place, source))

    def put_sources(self) -> None:
        """Replace the placeholders; white space in mixed content is content."""
        for place, source in self._sources:
            parent = place.getparent()
            assert parent is not None, "every member has a parent"
            source.tail = place.tail
            parent.replace(place, source)

    def tag(self, name: str) -> str | None:
        """The element name of a member; None when XML has none for it."""
        prefix, colon, local = name.partition(":")
        if not colon:
            return name if _NAME.fullmatch(name) else None
        namespace = self._prefixes.get(prefix)
        if namespace is None:
            cut = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
            namespace, local = name[:cut], name[cut:]
        if namespace == LOCAL and _NAME.fullmatch(local):
            return f"{{{LOCAL}}}{local}"
        writable = _NAME.fullmatch(local) and may_be_declared(prefix="p", namespace=namespace)
        return f"{{{namespace}}}{local}" if writable else None

    def value(self, text: str) -> str:
        """A URI; a prefix that XML could not declare is written out."""
        prefix, colon, local = text.partition(":")
        if not colon or local.startswith("//"):
            return text
        namespace = self._prefixes.get(prefix)
        if namespace is None or self._declared.get(prefix) == namespace:
            return text
        return namespace + local


def write_members(
    parent: Element,
    members: Mapping[str, object],
    names: Names,
    kept: Mapping[str, object] | None = None,
) -> None:
    """Extension members as child elements; what has no form in XML as JSON in one of our own.

    `kept` goes into the JSON whatever it is.
    """
    rest: dict[str, object] = dict(kept or {})
    for name, value in members.items():
        tag = names.tag(name)
        if tag is None or not is_natural(value, names):
            rest[name] = value
            continue
        for item in value if isinstance(value, list) else [value]:
            write_value(etree.SubElement(parent, tag), item, names)
    if rest:
        etree.SubElement(parent, MORE).text = json_text(rest)


def json_text(value: object) -> str:
    """JSON in signs every XML document can hold; numbers exact."""
    return _UNWRITABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", _ENCODE(value).decode())


def unwritable(value: object) -> bool:
    """Whether a text holds signs no XML document can hold."""
    return isinstance(value, str) and _UNWRITABLE.search(value) is not None


def is_natural(value: object, names: Names) -> bool:
    """Whether a value can be said in elements and text."""
    if isinstance(value, list):
        return len(value) > 1 and all(
            not isinstance(item, list) and is_natural(item, names) for item in value
        )
    if isinstance(value, dict):
        return bool(value) and not _foreign_own(value, names)
    return not isinstance(value, str) or not _UNWRITABLE.search(value)


def _foreign_own(value: Mapping[str, object], names: Names) -> bool:
    """Names under our prefix that XML could not have said are left to JSON."""
    if XML in value:
        return _parsed(value) is None
    attributes = [name for name in value if name.startswith(ATTRIBUTE)]
    if TEXT in value:
        odd = not attributes or len(attributes) + 1 < len(value)
        odd = odd or not _is_text(value[TEXT])
    else:
        # without text such attributes come back as members of their own
        odd = any(":" in name.removeprefix(ATTRIBUTE) for name in attributes)
    return odd or not all(_attribute_fits(name, value[name], names) for name in attributes)


def _is_text(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip()) and not _UNWRITABLE.search(value)
    return isinstance(value, int | Decimal)


def _attribute_fits(name: str, value: object, names: Names) -> bool:
    tag = names.tag(name.removeprefix(ATTRIBUTE))
    return tag is not None and isinstance(value, str) and not _UNWRITABLE.search(value)


def _parsed(value: Mapping[str, object]) -> Element | None:
    source = value.get(XML)
    if len(value) != 1 or not isinstance(source, str):
        return None
    try:
        return etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return None


def write_value(element: Element, value: object, names: Names) -> None:
    """Fill an element with a value that has a natural form."""
    if not isinstance(value, dict):
        _write_scalar(element, value, names)
    elif XML in value:
        _write_source(element, value, names)
    else:
        _write_object(element, value, names)


def _write_source(element: Element, value: Mapping[str, object], names: Names) -> None:
    parsed = _parsed(value)
    assert parsed is not None, "natural values only"
    names.keep_source(element, parsed)


def _write_object(element: Element, value: Mapping[str, object], names: Names) -> None:
    rest = dict(value)
    for name in value:
        if name.startswith(ATTRIBUTE):
            attribute = names.tag(name.removeprefix(ATTRIBUTE))
            assert attribute is not None, "natural values only"
            element.set(attribute, str(rest.pop(name)))
    if TEXT in rest:
        _write_scalar(element, rest.pop(TEXT), names)
    write_members(element, rest, names)


def _write_scalar(element: Element, value: object, names: Names) -> None:
    if value is None:
        element.set(_NIL, "true")
    elif isinstance(value, bool):
        names.use_types()
        element.set(_TYPE, "xsd:boolean")
        element.text = "true" if value else "false"
    elif isinstance(value, int | Decimal):
        names.use_types()
        element.set(_TYPE, "xsd:integer" if isinstance(value, int) else "xsd:decimal")
        element.text = plain(value)
    else:
        element.text = str(value)


def plain(value: int | Decimal) -> str:
    """A number without exponent."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
