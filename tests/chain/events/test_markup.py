"""XML as others write it: what is refused and where, what is odd and kept."""

from typing import Any

import pytest

from tests.chain.events.content import content_of
from zhian.chain.events.engine.conversion import Form, convert
from zhian.chain.events.engine.documents import Document, examine
from zhian.chain.events.engine.hashing import hash_ids
from zhian.chain.events.engine.hashing_twin import canonical_text as slow_text
from zhian.chain.events.engine.markup.lines import Lines
from zhian.chain.events.engine.markup.names import Scope
from zhian.chain.events.engine.markup.parsing import looks_like_xml

HEAD = {
    2: 'xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0"',
    1: 'xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"',
}
FIRST = """<eventTime>2026-03-01T08:00:00+08:00</eventTime>
<eventTimeZoneOffset>+08:00</eventTimeZoneOffset>"""
GOODS = "<epcList><epc>urn:x:a</epc></epcList>"


def framed(body: str, *, version: int = 2, attributes: str = "", header: str = "") -> bytes:
    return f"""<epcis:EPCISDocument {HEAD[version]} creationDate="2026-03-01T09:00:00Z"
xmlns:ex="https://e.x/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
xmlns:xsd="http://www.w3.org/2001/XMLSchema" {attributes}>{header}
<EPCISBody>{body}</EPCISBody></epcis:EPCISDocument>""".encode()


def listed(*events: str, **options: Any) -> bytes:
    return framed(f"<EventList>{''.join(events)}</EventList>", **options)


def observed(
    more: str = "", *, goods: str = GOODS, first: str = FIRST, attributes: str = ""
) -> str:
    return f"<ObjectEvent {attributes}>{first}{goods}<action>ADD</action>{more}</ObjectEvent>"


def accepted(raw: bytes) -> Document:
    found = examine(raw)
    assert found.document is not None, [error.as_dict() for error in found.errors]
    return found.document


def survives(raw: bytes) -> Document:
    start = accepted(raw)
    for form in Form:
        back = accepted(convert(start, form))
        assert content_of(back) == content_of(start)
        assert hash_ids(back) == hash_ids(start)
    for event in start.events:
        assert slow_text(event, start.prefixes)
    return start


@pytest.mark.parametrize(
    ("raw", "code", "path"),
    [
        (b"<a", "not-xml", "$"),
        (b"<a/>", "unknown-document", "$"),
        (b"<!DOCTYPE a SYSTEM 'http://e.x/a.dtd'><a/>", "document-type", "$"),
        (b"<!doctype a [<!ENTITY b 'c'>]><a>&b;</a>", "document-type", "$"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>".encode("utf-16"), "document-type", "$"),
        (b"<a>" * 600 + b"</a>" * 600, "too-deep", "$"),
        (b"<a>" * 600, "too-deep", "$"),
        (listed(observed("<colour>red</colour>")), "unknown-element", "[0].colour"),
        (listed(observed("<action>ADD</action>")), "repeated-element", "[0].action"),
        (listed(observed("<recordTime>2026-03-01T08:00:00Z</recordTime>")), "element-order",
         "[0].recordTime"),
        (listed(observed(), "<Feast/>"), "unknown-element", "[1]"),
        (listed(observed(goods="<epcList><item>a</item></epcList>")), "unknown-element",
         "[0].item"),
        (listed(observed("<quantityList><quantityElement><epcClass>urn:x:c</epcClass><price>1"
                         "</price></quantityElement></quantityList>")), "unknown-element",
         "[0].price"),
        (listed(observed("<readPoint><name>x</name></readPoint>")), "unknown-element",
         "[0].name"),
        (listed(observed("<persistentDisposition><keep>x</keep></persistentDisposition>")),
         "unknown-element", "[0].keep"),
        (listed(observed("<sensorElementList><sensorElement><dial/></sensorElement>"
                         "</sensorElementList>")), "unknown-element", "[0].dial"),
        (listed(observed(first=FIRST + "<errorDeclaration><who>x</who></errorDeclaration>")),
         "unknown-element", "[0].who"),
        (listed(observed(attributes='colour="red"')), "unknown-element", "[0].ObjectEvent"),
        (listed(observed("<quantityList><quantityElement><epcClass>urn:x:c</epcClass><quantity>"
                         "many</quantity></quantityElement></quantityList>")), "not-numeric",
         "[0].quantityList[0].quantity"),
        (listed(observed("<quantityList><quantityElement><epcClass>urn:x:c</epcClass><quantity>"
                         f"1{'0' * 60}</quantity></quantityElement></quantityList>")),
         "not-numeric", "[0].quantityList[0].quantity"),
        (framed("<Menu/>"), "unknown-element", "$.epcisBody"),
        (framed("<EventList/>").replace(b"creationDate", b"ex:date", 1), "missing-field",
         "$.creationDate"),
        (listed(f"<QuantityEvent>{FIRST}</QuantityEvent>", version=1), "missing-field",
         "[0].quantityList[0].epcClass"),
        (framed("", header="<Menu/>"), "unknown-element", "$"),
        (framed("<EventList/>", header="<EPCISHeader><Menu/></EPCISHeader>"), "unknown-element",
         "$.epcisHeader"),
    ],
)  # fmt: skip
def test_what_is_out_of_place_is_named_with_its_line(raw: bytes, code: str, path: str) -> None:
    found = examine(raw)
    full = f"$.epcisBody.eventList{path}" if path.startswith("[") else path
    errors = [(error.code, error.path) for error in found.errors]
    assert (code, full) in errors
    assert found.document is None
    if raw[:2] != b"\xff\xfe" and code not in ("document-type",):
        assert all(error.line for error in found.errors)


def test_lines_lead_to_the_value() -> None:
    raw = listed(observed("<bizStep>urn:epcglobal:cbv:bizstep:baking</bizStep>"), observed())
    (error,) = examine(raw).errors
    assert error.line == raw[: raw.index(b"baking")].count(b"\n") + 1
    goods = "<epcList>\n<epc>urn:x:a</epc>\n<epc>no uri</epc></epcList>"
    (error,) = examine(listed(observed(goods=goods))).errors
    assert (error.path[-11:], error.code) == (".epcList[1]", "bad-uri")
    assert error.line == listed(observed(goods=goods)).split(b"no uri")[0].count(b"\n") + 1
    lines, root = Lines(), {"a": [1]}
    lines.note(root, "a", None)
    lines.note(root, "a", 7)
    assert [lines.line_of(root, path) for path in ("$.a[0].b", "$.a[9]", "$.z", "$")] == [
        7, 7, None, None,
    ]  # fmt: skip


def test_a_remainder_is_what_is_left_of_good_events() -> None:
    found = examine(listed(observed("<colour/>"), observed()))
    assert found.remainder is not None
    assert [index for index, _path in found.remainder.places] == [1]


ODD = """
<ex:plain> kept  as is </ex:plain>
<ex:whole xsi:type="xsd:integer">007</ex:whole>
<ex:exact xsi:type="xsd:decimal">1.50</ex:exact>
<ex:endless xsi:type="xsd:double">INF</ex:endless>
<ex:yes xsi:type="xsd:boolean">1</ex:yes>
<ex:maybe xsi:type="xsd:boolean">perhaps</ex:maybe>
<ex:day xsi:type="xsd:date">2026-03-01</ex:day>
<ex:none xsi:nil="true"/>
<ex:weight unit="KGM" ex:scale="b">3.5</ex:weight>
<ex:marked ex:by="x" colour="red"/>
<ex:group colour="red"><inner>1</inner><inner>2</inner></ex:group>
<ex:mixed>text <b>bold</b> and more</ex:mixed>
<ex:typed xsi:type="ex:Own">a</ex:typed>
<ex:again>1</ex:again><ex:again>2</ex:again><ex:again>3</ex:again>
<other:far xmlns:other="https://far.x/">1</other:far>
<other:far xmlns:other="https://farther.x/">2</other:far>
<far xmlns="https://default.x/"><near>1</near></far>
"""


def test_odd_extensions_are_kept_and_come_back() -> None:
    found = survives(listed(observed(ODD), observed(f"<ilmd>{ODD}</ilmd>")))
    event = found.events[0]
    assert event["ex:plain"] == " kept  as is "
    assert (event["ex:whole"], str(event["ex:exact"])) == (7, "1.50")
    assert (event["ex:endless"], event["ex:yes"], event["ex:maybe"]) == ("INF", True, "perhaps")
    assert (event["ex:day"], event["ex:none"]) == ("2026-03-01", None)
    assert event["ex:weight"] == {
        "zhian:attribute-unit": "KGM",
        "zhian:attribute-ex:scale": "b",
        "zhian:text": "3.5",
    }
    assert event["ex:marked"] == {"ex:by": "x", "zhian:attribute-colour": "red"}
    assert event["ex:group"] == {"inner": ["1", "2"], "zhian:attribute-colour": "red"}
    assert event["ex:again"] == ["1", "2", "3"]
    assert len({found.prefixes[name.split(":")[0]] for name in event if name.endswith(":far")}) == 3


def test_deep_extensions_are_kept_as_they_are() -> None:
    deep = "<ex:a>" * 45 + "<ex:b/>" + "</ex:a>" * 45
    assert [error.code for error in examine(listed(observed(deep))).errors] == ["too-deep"]


def test_fields_stand_wherever_a_version_has_a_place_for_them() -> None:
    raw = listed(
        f"""<ObjectEvent ex:tag="t" xsi:type="ex:Own">{FIRST}<baseExtension><eventID>urn:x:e
        </eventID><errorDeclaration><declarationTime>2026-03-02T08:00:00Z</declarationTime>
        <extension><who>x</who></extension></errorDeclaration><extension><certificationInfo>https://e.x/c</certificationInfo></extension></baseExtension>{GOODS}
        <action>ADD</action><readPoint><id>urn:x:p</id><extension><yard>7</yard></extension>
        </readPoint><extension><ilmd><extension><grade>A</grade></extension></ilmd><extension>
        <sensorElementList><sensorElement><sensorMetaData deviceID="urn:x:d"/><sensorReport
        type="gs1:Temperature" value="1e1" booleanValue="true" stringValue=" x "/><extension>
        <dial>2</dial></extension></sensorElement></sensorElementList><newField>n</newField>
        </extension></extension><ex:own>o</ex:own></ObjectEvent>""",
        f"<extension><TransformationEvent>{FIRST}<inputEPCList><epc>urn:x:i</epc></inputEPCList>"
        "<outputEPCList><epc>urn:x:o</epc></outputEPCList></TransformationEvent></extension>",
        f"<extension><extension><ex:Feast>{FIRST}</ex:Feast></extension></extension>",
        version=1,
    )
    found = survives(raw)
    first = found.events[0]
    assert (first["eventID"], first["certificationInfo"]) == ("urn:x:e", "https://e.x/c")
    assert first["ilmd"] == {"zhian-local:grade": "A"}
    assert first["readPoint"] == {"id": "urn:x:p", "zhian-local:yard": "7"}
    assert (first["ex:tag"], first["zhian-local:newField"]) == ("t", "n")
    (sensor,) = first["sensorElementList"]  # type: ignore[misc, attr-defined]
    assert sensor["sensorMetadata"] == {"deviceID": "urn:x:d"}
    assert sensor["sensorReport"][0]["value"] == 10
    assert [event["type"] for event in found.events[1:]] == ["TransformationEvent", "ex:Feast"]


def test_prefixes_that_change_their_sense_are_told_apart() -> None:
    first = observed("<ex:a>1</ex:a>")
    second = observed(
        "<bizStep>ex:baking</bizStep><ex:a>2</ex:a>", attributes='xmlns:ex="https://other.x/"'
    )
    found = survives(listed(first, second))
    assert found.events[1]["@context"] == {"ex": "https://other.x/"}
    one, other = hash_ids(found)
    assert one != other
    bare = f"<ObjectEvent xmlns:ex='https://e.x/' schemaVersion='2.0'>{FIRST}{GOODS}<action>ADD</action><ex:a>1</ex:a></ObjectEvent>"  # noqa: E501
    assert hash_ids(survives(bare.encode())) == [one]
    scope = Scope({"a": "urn:a"})
    scope.declare({"a": "urn:b", None: "urn:c"})
    assert scope.name("urn:a", "x", "a") == "ns2:x"
    assert scope.name("urn:d", "x", None) == "ns1:x"


def test_query_results_and_frames_keep_what_others_add() -> None:
    query = """<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:2" schemaVersion="2.0"
    creationDate="2026-03-01T09:00:00Z" xmlns:ex="https://e.x/"><EPCISBody><q:QueryResults>
    <queryName>Q</queryName><subscriptionID>7</subscriptionID><resultsBody>{body}</resultsBody>
    <extension><late>1</late></extension><ex:also>2</ex:also></q:QueryResults></EPCISBody>
    </q:EPCISQueryDocument>"""
    events = f"<EventList>{observed()}</EventList>"
    assert len(survives(query.format(body=events).encode()).events) == 1
    vocabularies = """<VocabularyList><Vocabulary type="urn:x:v"><VocabularyElementList>
    <VocabularyElement id="urn:x:e"><attribute id="urn:x:a">1</attribute></VocabularyElement>
    </VocabularyElementList><ex:more>1</ex:more></Vocabulary></VocabularyList>"""
    found = survives(query.format(body=vocabularies).encode())
    assert found.events == ()
    empty = query.format(body="").replace("<resultsBody></resultsBody>", "").encode()
    assert [error.path for error in examine(empty).errors] == [
        "$.epcisBody.queryResults.resultsBody"
    ]
    for wrong in ("<Menu/>", "<resultsBody><Menu/></resultsBody>"):
        raw = query.format(body=events).replace("<queryName>Q</queryName>", wrong)
        assert "unknown-element" in {error.code for error in examine(raw.encode()).errors}
    header = f"""<EPCISHeader><extension><EPCISMasterData>{vocabularies}<extension><a>1</a>
    </extension></EPCISMasterData><extension><b>2</b></extension></extension></EPCISHeader>"""
    body = f"<EventList>{observed()}</EventList><extension><c>3</c></extension><ex:d>4</ex:d>"
    rest = b"<extension><e>5</e></extension><ex:f>6</ex:f></epcis:EPCISDocument>"
    raw = framed(body, header=header).replace(b"</epcis:EPCISDocument>", rest)
    survives(raw)
    strange = header.replace("<extension><b>2</b></extension>", "<ex:b>2</ex:b>")
    survives(framed(body, header=strange.replace("</EPCISHeader>", "<ex:g>7</ex:g></EPCISHeader>")))


def test_a_header_with_vocabularies_beside_events_in_a_query_survives() -> None:
    raw = b"""{"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
    "type": "EPCISQueryDocument", "schemaVersion": "2.0", "creationDate": "2026-03-01T09:00:00Z",
    "epcisBody": {"queryResults": {"queryName": "Q", "resultsBody": {"eventList": [{
    "type": "ObjectEvent", "eventTime": "2026-03-01T08:00:00Z", "eventTimeZoneOffset": "+00:00",
    "action": "OBSERVE", "epcList": ["urn:x:a"]}], "vocabularyList": [{"type": "urn:x:v"}]}}}}"""
    survives(raw)
    undated = raw.replace(b'"creationDate": "2026-03-01T09:00:00Z",', b"")
    assert accepted(convert(accepted(undated), Form.XML_2_0)).events


def test_kept_json_that_somebody_else_wrote_is_passed_over() -> None:
    own = 'xmlns:zhian="urn:zhian:epcis:"'
    body = f"<zhian:more {own}>not json</zhian:more><zhian:more {own}>[1]</zhian:more>"
    found = accepted(listed(observed(body)))
    assert not [name for name in found.events[0] if name.startswith("zhian")]
    kept = observed(attributes=f'{own} zhian:context=\'{{"k": "https://k.x/"}}\'')
    assert accepted(listed(kept)).events[0]["@context"] == {"k": "https://k.x/"}
    nested = f'<ex:a><zhian:more {own}>{{"b c": [1]}}</zhian:more></ex:a>'
    assert accepted(listed(observed(nested))).events[0]["ex:a"] == {"b c": [1]}


def test_names_of_ours_in_json_that_xml_could_not_have_said_survive() -> None:
    odd: list[Any] = [
        {"zhian:text": "alone"},
        {"zhian:text": ["x"], "zhian:attribute-a": "1"},
        {"zhian:text": "a", "zhian:attribute-a": 1},
        {"zhian:text": "a", "zhian:attribute-a b": "1"},
        {"zhian:text": "a", "zhian:attribute-a": "1", "more": "2"},
        {"zhian:attribute-ex:a": "1"},
        {"zhian:text": 5, "zhian:attribute-a": "1"},
        {"zhian:xml": "no xml"},
        {"zhian:xml": "<a/>", "b": "1"},
        {"zhian:xml": 5},
    ]
    start = accepted(listed(observed()))
    event = {**start.events[0], **{f"ex:n{n}": value for n, value in enumerate(odd)}}
    root = {**start.root, "epcisBody": {"eventList": [event]}}
    changed = Document(start.kind, start.context, (event,), start.places, start.prefixes, root)
    for form in (Form.XML_2_0, Form.XML_1_2):
        back = accepted(convert(changed, form))
        assert back.events[0] == event


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"\xef\xbb\xbf\n <a/>", True),
        ("<a/>".encode("utf-16"), True),
        ('{"a": 1}'.encode("utf-16"), False),
        (b'{"a": "<b/>"}', False),
        (b"", False),
    ],
)
def test_the_first_sign_tells_xml_from_json(raw: bytes, answer: bool) -> None:
    assert looks_like_xml(raw) is answer


def test_xml_in_other_encodings_is_read() -> None:
    text = listed(observed("<ex:a>好</ex:a>")).decode()
    for encoding in ("utf-16", "gb18030"):
        raw = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
        assert examine(raw, xml=True).document is not None
    assert accepted(b"<?xml version='1.0'?><!DOCTYPE epcis>" + listed(observed())).events


def test_a_bare_event_of_somebody_elses_type_survives() -> None:
    raw = b"""{"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
    {"ex": "https://e.x/"}], "type": "%s", "eventTime": "2026-03-01T08:00:00Z",
    "eventTimeZoneOffset": "+00:00", "ex:note": "a", "readPoint": {"id": "ex:p"}}"""
    for kind in (b"ex:Feast", b"ex:100%"):
        found = survives(raw.replace(b"%s", kind))
        assert found.events[0]["type"] == kind.decode()
    framed_events = b"""{"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
    {"ex": "https://e.x/"}], "type": "EPCISDocument", "schemaVersion": "2.0",
    "creationDate": "2026-03-01T08:00:00Z", "sender": "urn:x:s", "epcisBody": {"eventList": [
    {"type": "ex:100%", "eventTime": "2026-03-01T08:00:00Z", "eventTimeZoneOffset": "+00:00",
    "bizTransactionList": [], "sensorElementList": []}]},
    "epcisHeader": {"epcisMasterData": {"vocabularyList": [], "ex:also": 1}}}"""
    survives(framed_events)
    for lone in (b'"ex:a": {"b": 1}', b'"epcisMasterData": {"ex:only": 1}',
                 b'"epcisMasterData": {"vocabularyList": []}'):  # fmt: skip
        head, _, _tail = framed_events.partition(b'"epcisHeader"')
        survives(head.replace(b'"sender": "urn:x:s", ', b"") + b'"epcisHeader": {' + lone + b"}}")


def test_a_document_of_master_data_alone_survives() -> None:
    raw = b"""<m:EPCISMasterDataDocument xmlns:m="urn:epcglobal:epcis-masterdata:xsd:2"
    schemaVersion="2.0" creationDate="2026-03-01T09:00:00Z"><EPCISBody><VocabularyList>
    <Vocabulary type="urn:x:v"><VocabularyElementList><VocabularyElement id="urn:x:e">
    <attribute id="urn:x:a">1</attribute></VocabularyElement></VocabularyElementList></Vocabulary>
    </VocabularyList></EPCISBody></m:EPCISMasterDataDocument>"""
    found = survives(raw)
    assert b"EPCISMasterDataDocument" in convert(found, Form.XML_1_2)


def test_too_large_is_said_before_anything_is_read() -> None:
    found = examine(listed(observed()), max_bytes=20)
    assert [error.code for error in found.errors] == ["too-large"]
