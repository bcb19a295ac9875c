"""Every published document goes through every form and comes back as it was."""

from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.chain.events.content import content_of
from tests.chain.events.test_documents_refused import document, event
from tests.chain.events.written import events
from tests.shared_data import SHARED, shared
from zhian.chain.events.engine.conversion import Form, convert, convertible
from zhian.chain.events.engine.documents import Document, examine
from zhian.chain.events.engine.hashing import hash_ids

BASE = SHARED / "epcis"
XML_FILES = [
    path
    for pattern in ("gs1/XML/**/*.xml", "gs1/1.2/XML/*.xml", "openepcis/**/XML/**/*.xml")
    for path in sorted(BASE.glob(pattern))
    if path.parent.name not in ("CaptureJob", "Invalid")
]
JSON_FILES = [
    path
    for pattern in ("gs1/JSON/**/*.jsonld", "openepcis/2.0/JSON/[DE]*/*.json")
    for path in sorted(BASE.glob(pattern))
]
# values a form of the standard cannot hold: a time without seconds
NOT_READABLE = {"openepcis/1.2/XML/TransactionEvent_all_possible_fields.xml"}
SCHEMAS = {
    (Form.XML_2_0, "EPCISDocument"): "gs1/XSD/EPCglobal-epcis-2_0.xsd",
    (Form.XML_2_0, "EPCISQueryDocument"): "gs1/XSD/EPCglobal-epcis-query-2_0.xsd",
    (Form.XML_2_0, "EPCISMasterDataDocument"): "gs1/XSD/EPCglobal-epcis-masterdata-2_0.xsd",
    (Form.XML_1_2, "EPCISDocument"): "gs1/1.2/XSD/EPCglobal-epcis-1_2.xsd",
    (Form.XML_1_2, "EPCISQueryDocument"): "gs1/1.2/XSD/EPCglobal-epcis-query-1_2.xsd",
    (Form.XML_1_2, "EPCISMasterDataDocument"): "gs1/1.2/XSD/EPCglobal-epcis-masterdata-1_2.xsd",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(BASE)) if path.is_relative_to(BASE) else str(path)


def read(raw: bytes) -> Document:
    found = convertible(examine(raw))
    assert found is not None, [error.as_dict() for error in examine(raw).errors]
    return found


@lru_cache
def schema(form: Form, kind: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(shared(f"epcis/{SCHEMAS[form, kind]}"))))


def is_valid(raw: bytes, form: Form) -> bool:
    """Whether the schema of the form accepts the document; bare events have none."""
    root = etree.fromstring(raw)
    kind = etree.QName(root).localname
    return (form, kind) not in SCHEMAS or schema(form, kind).validate(root)


def goes_round(start: Document, form: Form) -> Document:
    written = convert(start, form)
    back = read(written)
    assert content_of(back) == content_of(start)
    if not examine(written).errors:
        assert hash_ids(back) == hash_ids(start)
    return back


def test_the_reference_documents_are_all_there() -> None:
    shared("epcis")
    assert (len(XML_FILES), len(JSON_FILES)) == (71, 70)


@pytest.mark.parametrize("path", [*XML_FILES, *JSON_FILES], ids=name_of)
def test_a_published_document_survives_every_form(path: Path) -> None:
    if name_of(path) in NOT_READABLE:
        assert convertible(examine(path.read_bytes())) is None
        return
    start = read(path.read_bytes())
    goes_round(start, Form.JSON_2_0)
    for form in (Form.XML_2_0, Form.XML_1_2):
        assert is_valid(convert(start, form), form)
        goes_round(start, form)


PAIRS = [
    (path, other)
    for path in XML_FILES
    if "2.0" in path.parts
    and (other := Path(str(path).replace("/XML/", "/JSON/")).with_suffix(".json")).exists()
]


def test_there_are_pairs() -> None:
    shared("epcis")
    assert len(PAIRS) == 20


@pytest.mark.parametrize(("xml", "json"), PAIRS, ids=lambda path: path.stem)
def test_the_same_event_in_xml_and_json_has_the_same_hash(xml: Path, json: Path) -> None:
    assert hash_ids(read(xml.read_bytes())) == hash_ids(read(json.read_bytes()))


@pytest.mark.parametrize("vector", ["", "2", "3"])
def test_the_published_hashes_hold_for_the_xml_too(vector: str) -> None:
    base = shared(f"epcis/event_hash/ReferenceEventHashAlgorithm{vector}.xml")
    found = examine(base.read_bytes()).document
    assert found is not None
    assert hash_ids(found) == base.with_suffix(".hashes").read_text().split()


@pytest.mark.parametrize("form", [Form.XML_2_0, Form.XML_1_2])
@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(found=st.lists(events(), min_size=1, max_size=3))
def test_any_event_survives(form: Form, found: list[dict[str, object]]) -> None:
    start = examine(document(*found)).document
    assert start is not None, examine(document(*found)).errors
    goes_round(start, form)


def test_what_xml_has_no_place_for_comes_back() -> None:
    odd = {
        "ex:numbers": [1, 1.50, True, None, "1"],
        "ex:nested": [["a"], []],
        "ex:empty": {},
        "ex:one": ["alone"],
        "ex:100%": {"deep er": [{"x": None}]},
        "ex:control": "bell \x07 and \ufffe",
        "ex:space": "  two lines\r\n\tand a tab ",
        "https://e.x/full#name": {"bare": "1", "ex:in": ["a", {"b": "c"}]},
        "undeclared:name": "kept",
    }
    sensor = {"type": "Temperature", "ex:list": [1, 2], "ex:text": "a\n b", "stringValue": " \x01"}
    start = read(document(event(**odd, sensorElementList=[{"sensorReport": [sensor]}])))
    for form in (Form.XML_2_0, Form.XML_1_2):
        assert is_valid(convert(start, form), form)
        goes_round(start, form)


@pytest.mark.parametrize(
    "context",
    [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"epcis": "https://e.x/"}],
        ["https://e.x/context.jsonld", {"ex": "https://e.x/", "xsi": "https://e.y/"}],
        [{"ex": "https://e.x/"}, {"ex": "https://e.z/"}, {"@vocab": "https://e.v/"}],
        [{"a+b": "https://e.x/one/"}, {"ex": {"@id": "https://e.x/", "@prefix": True}}],
    ],
)
def test_every_legal_context_survives(context: object) -> None:
    fields = {"ex:note": "a", "epcis:x": "b", "a+b:y": "c", "bizStep": "a+b:baking"}
    inner = event(**fields, **{"@context": {"ex": "https://inside/"}})
    start = read(document(event(**fields), inner, **{"@context": context}))
    for form in (Form.XML_2_0, Form.XML_1_2):
        assert is_valid(convert(start, form), form)
        goes_round(start, form)


def test_a_header_in_json_survives() -> None:
    header = {
        "ex:note": {"a": 1},
        "epcisMasterData": {
            "vocabularyList": [
                {
                    "type": "urn:epcglobal:epcis:vtype:Location",
                    "vocabularyElementList": [
                        {
                            "id": "urn:epc:id:sgln:6901234.00001.0",
                            "attributes": [
                                {"id": "cbvmda:name", "attribute": "大桥乳业"},
                                {"id": "ex:n", "attribute": 7.50},
                                {"id": "ex:o", "attribute": {"ex:a": [1, "b"], "zhian:x": None}},
                                {"id": "ex:l", "attribute": ["a", "b"]},
                                {"id": "ex:none", "attribute": None},
                            ],
                            "children": ["urn:epc:id:sgln:6901234.00001.1"],
                            "ex:more": "yes",
                        }
                    ],
                },
                {"type": "ex:empty", "vocabularyElementList": []},
            ]
        },
    }
    start = read(document(event(), epcisHeader=header, id="https://e.x/1", **{"ex:top": [1, 2]}))
    for form in (Form.XML_2_0, Form.XML_1_2):
        assert is_valid(convert(start, form), form)
        back = read(convert(start, form))
        assert _without_lists(content_of(back)) == _without_lists(content_of(start))


def _without_lists(content: dict[str, object]) -> dict[str, object]:
    """A list of values of one attribute is written as attributes of one name."""
    vocabulary = content["epcisHeader"]["epcisMasterData"]["vocabularyList"][0]  # type: ignore[index]
    attributes = vocabulary["vocabularyElementList"]["attributes"]
    pairs = [
        (one["id"], value)
        for one in attributes
        for value in (
            one["attribute"] if isinstance(one["attribute"], list) else [one["attribute"]]
        )
    ]
    vocabulary["vocabularyElementList"]["attributes"] = pairs
    return content


def test_a_quantity_event_of_1_2_becomes_an_observation() -> None:
    raw = b"""<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" schemaVersion="1.1"
        creationDate="2012-05-04T03:02:01"><EPCISBody><EventList><QuantityEvent>
        <eventTime>2012-05-04T03:02:01Z</eventTime>
        <eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
        <epcClass>urn:epc:idpat:sgtin:6901234.012345.*</epcClass><quantity>12</quantity>
        <bizStep>urn:epcglobal:cbv:bizstep:stocking</bizStep>
        <extension><aNewField>1</aNewField></extension>
        </QuantityEvent></EventList></EPCISBody></e:EPCISDocument>"""
    found = examine(raw).document
    assert found is not None
    assert found.version == "1.1"
    assert found.events[0] == {
        "type": "ObjectEvent",
        "eventTime": "2012-05-04T03:02:01Z",
        "eventTimeZoneOffset": "+00:00",
        "bizStep": "stocking",
        "action": "OBSERVE",
        "quantityList": [{"epcClass": "urn:epc:idpat:sgtin:6901234.012345.*", "quantity": 12}],
        "zhian-local:aNewField": "1",
    }
    assert found.root["creationDate"] == "2012-05-04T03:02:01Z"
    goes_round(found, Form.XML_1_2)
