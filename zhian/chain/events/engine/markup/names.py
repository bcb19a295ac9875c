"""Namespaces, the order of elements, and prefixes of EPCIS documents in XML.

Source: the schemas of EPCIS 2.0 and 1.2 (element order, extension points).
"""

from collections.abc import Mapping

from zhian.chain.events.engine.words import CBV, GS1_VOC

EPCIS2, EPCIS1 = "urn:epcglobal:epcis:xsd:2", "urn:epcglobal:epcis:xsd:1"
QUERY2, QUERY1 = "urn:epcglobal:epcis-query:xsd:2", "urn:epcglobal:epcis-query:xsd:1"
MASTER2, MASTER1 = "urn:epcglobal:epcis-masterdata:xsd:2", "urn:epcglobal:epcis-masterdata:xsd:1"
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "http://www.w3.org/2001/XMLSchema"
# what XML says and JSON has no place for, and the other way round
OWN = "urn:zhian:epcis:"
# unqualified elements of an extension point: names without a namespace of their own
LOCAL = "urn:zhian:epcis:local:"
MDA = "urn:epcglobal:cbv:mda:"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

OWN_NAMESPACES = frozenset({EPCIS2, EPCIS1, QUERY2, QUERY1, MASTER2, MASTER1})
_SILENT = OWN_NAMESPACES | {XSI, XSD, SBDH, OWN, LOCAL, "urn:epcglobal:xsd:1"}
# the prefixes the standard context defines by itself
STANDARD_PREFIXES: Mapping[str, str] = {
    "cbv": CBV,
    "gs1": GS1_VOC,
    "cbvmda": MDA,
    "epcis": "https://ref.gs1.org/epcis/",
}
# master data words are written with and without the last colon or with a hash sign
_SPELLINGS = {"urn:epcglobal:cbv:mda": MDA}

_BASE = (
    "eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration",
    "certificationInfo", "baseExtension",
)  # fmt: skip
_BASE_1 = ("eventTime", "recordTime", "eventTimeZoneOffset", "baseExtension")
_WHERE = ("action", "bizStep", "disposition", "readPoint", "bizLocation")
_TAIL = ("sourceList", "destinationList", "sensorElementList", "persistentDisposition")
_TRANSFORMED = (
    "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList",
    "transformationID", "bizStep", "disposition", "readPoint", "bizLocation",
    "bizTransactionList",
)  # fmt: skip
_ASSOCIATED = ("parentID", "childEPCs", "childQuantityList", *_WHERE, "bizTransactionList", *_TAIL)

ORDER_2: Mapping[str, tuple[str, ...]] = {
    "ObjectEvent": (
        *_BASE, "epcList", *_WHERE, "bizTransactionList", "quantityList", *_TAIL, "ilmd",
        "extension",
    ),
    "AggregationEvent": (
        *_BASE, "parentID", "childEPCs", *_WHERE, "bizTransactionList", "childQuantityList",
        *_TAIL, "extension",
    ),
    "TransactionEvent": (
        *_BASE, "bizTransactionList", "parentID", "epcList", *_WHERE, "quantityList", *_TAIL,
        "extension",
    ),
    "TransformationEvent": (*_BASE, *_TRANSFORMED, *_TAIL, "ilmd", "extension"),
    "AssociationEvent": (*_BASE, *_ASSOCIATED, "extension"),
}  # fmt: skip
# what stands at the event itself in 1.2; the rest stands in its extension points
ORDER_1: Mapping[str, tuple[str, ...]] = {
    "ObjectEvent": (*_BASE_1, "epcList", *_WHERE, "bizTransactionList", "extension"),
    "AggregationEvent": (
        *_BASE_1, "parentID", "childEPCs", *_WHERE, "bizTransactionList", "extension",
    ),
    "TransactionEvent": (
        *_BASE_1, "bizTransactionList", "parentID", "epcList", *_WHERE, "extension",
    ),
    "TransformationEvent": (
        *_BASE_1, *_TRANSFORMED, "sourceList", "destinationList", "ilmd", "extension",
    ),
    # not part of 1.2: written into its extension points, read in any order
    "AssociationEvent": (*_BASE_1, *_ASSOCIATED, "extension"),
    "QuantityEvent": (
        *_BASE_1, "epcClass", "quantity", "bizStep", "disposition", "readPoint", "bizLocation",
        "bizTransactionList", "extension",
    ),
}  # fmt: skip
# the first extension point of an event in 1.2; what is in neither goes into the second
EXTENSION_1: Mapping[str, tuple[str, ...]] = {
    "ObjectEvent": ("quantityList", "sourceList", "destinationList", "ilmd"),
    "AggregationEvent": ("childQuantityList", "sourceList", "destinationList"),
    "TransactionEvent": ("quantityList", "sourceList", "destinationList"),
}
# an event of 1.2 names its goods even when there are none
NEEDED_1: Mapping[str, str] = {
    "ObjectEvent": "epcList",
    "AggregationEvent": "childEPCs",
    "TransactionEvent": "epcList",
}


def prefixes_in(context: object) -> dict[str, str]:
    """The CURIE prefixes a `@context` declares; a later entry overrules an earlier one."""
    prefixes: dict[str, str] = {}
    for entry in context if isinstance(context, list) else [context]:
        if isinstance(entry, dict):
            prefixes.update({k: v for k, v in entry.items() if isinstance(v, str)})
    return prefixes


class Scope:
    """The prefixes in force in one event: those of the document, and what it declares anew."""

    def __init__(self, document: dict[str, str]) -> None:
        self.document = document
        self.own: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def declare(self, nsmap: Mapping[str | None, str]) -> None:
        """Take over what an element declares."""
        for prefix, namespace in nsmap.items():
            if prefix is None or namespace in _SILENT:
                continue
            self._declare(prefix, _SPELLINGS.get(namespace, namespace))

    def _declare(self, prefix: str, namespace: str) -> None:
        known = self._in_force(prefix)
        if known == namespace:
            return
        self._names.clear()
        if prefix not in self.document and known is None:
            self.document[prefix] = namespace
        else:
            self.own[prefix] = namespace

    def _in_force(self, prefix: str) -> str | None:
        return self.own.get(prefix) or self.document.get(prefix) or STANDARD_PREFIXES.get(prefix)

    def name(self, namespace: str, local: str, wanted: str | None) -> str:
        """`prefix:local` under a prefix that stands for the namespace here."""
        prefix = self._names.get(namespace)
        if prefix is None:
            prefix = self._names[namespace] = self._prefix(namespace, wanted)
        return f"{prefix}:{local}"

    def _prefix(self, written: str, wanted: str | None) -> str:
        namespace = _SPELLINGS.get(written, written)
        candidates = [wanted] if wanted else []
        candidates += [*self.own, *self.document, *STANDARD_PREFIXES]
        for prefix in candidates:
            if self._in_force(prefix) == namespace:
                return prefix
        return self._invented(namespace, wanted)

    def _invented(self, namespace: str, wanted: str | None) -> str:
        number, prefix = 1, wanted or "ns1"
        while self._in_force(prefix) is not None:
            number += 1
            prefix = f"ns{number}"
        self.document[prefix] = namespace
        return prefix
