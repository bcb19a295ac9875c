"""One document in another form: EPCIS 2.0 in JSON, EPCIS 2.0 or 1.2 in XML.

What a form has no place for goes into its extension points, and comes back from there.
"""

from enum import StrEnum

import msgspec

from zhian.chain.events.engine.documents import REPORT_TYPE, Document, Examination
from zhian.chain.events.engine.markup.framing import write_xml

_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


# what is wrong with a value does not keep it from being written in another form
_ABOUT_CONTENT = frozenset(
    {
        "unknown-word", "bad-uom", "unknown-unit", "bad-identifier", "bad-check-digit", "bad-uri",
        "repeated-entry", "ilmd-not-allowed", "nothing-observed", "no-children", "no-parent",
        "no-goods", "no-inputs", "no-outputs", "neither-input-nor-output", "sensor-twice",
        "sensor-time-late", "uom-without-quantity", "bad-choice", "element-order",
    }
)  # fmt: skip


class Form(StrEnum):
    """A form a document can be written in."""

    JSON_2_0 = "json-2.0"
    XML_2_0 = "xml-2.0"
    XML_1_2 = "xml-1.2"


def convertible(found: Examination) -> Document | None:
    """The document when it can be read as a whole, be its content right or wrong."""
    for error in found.errors:
        untyped = error.code == "missing-field" and REPORT_TYPE.search(error.path)
        if error.code not in _ABOUT_CONTENT and not untyped:
            return None
    return found.readable


def convert(document: Document, form: Form) -> bytes:
    """The bytes of an accepted document in the form asked for."""
    if form is Form.JSON_2_0:
        return msgspec.json.format(_ENCODE(document.root), indent=2) + b"\n"
    return write_xml(document.root, document.prefixes, old=form is Form.XML_1_2)
