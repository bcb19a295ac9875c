"""Broken, hostile and unclear documents are refused quickly, by name and place."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhian.chain.events.engine.documents import examine
from zhian.chain.events.engine.findings import MAX_FINDINGS, TEMPLATES, Severity

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "https://e.x/"}]
LOT = "urn:epc:class:lgtin:6901234.000017.L1"


def event(**fields: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "quantityList": [{"epcClass": LOT, "quantity": 20, "uom": "KGM"}],
        **fields,
    }


def without(name: str, **fields: Any) -> dict[str, Any]:
    return {key: value for key, value in event(**fields).items() if key != name}


def document(*events: Any, **head: Any) -> bytes:
    return json.dumps(
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-01T09:00:00Z",
            "epcisBody": {"eventList": list(events)},
            **head,
        }
    ).encode()


def codes(raw: bytes) -> list[str]:
    return [error.code for error in examine(raw).errors]


def test_a_plain_document_passes() -> None:
    found = examine(document(event()))
    assert found.document is not None
    assert (found.errors, found.warnings) == ((), ())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not-json"),
        (b"\xff\xfe{", "not-utf8"),
        (b"<epcis/>", "unknown-document"),
        (b"[]", "not-an-object"),
        (b"null", "not-an-object"),
        (b"{}", "missing-field"),
        (b'{"type": 1}', "not-text"),
        (b'{"type": "Recipe"}', "unknown-document"),
        (b"[" * 200_000, "too-deep"),
        (b'{"a":' * 200_000, "too-deep"),
        (document(event(bizStep="x\x00")), "forbidden-character"),
        (document(event(bizStep="\ud800")), "forbidden-character"),
        (document(event(**{"ex:note": float("nan")})), "not-a-number"),
        (document(event(**{"ex:note": float("inf")})), "not-a-number"),
        (document(event()).replace(b"20,", b"1e9999999999999999999,"), "number-out-of-range"),
        (document(event()).replace(b"20,", b"1" * 5000 + b","), "number-out-of-range"),
        (document(event()).replace(b"20,", b"1." + b"1" * 5000 + b","), "number-out-of-range"),
        (document(event()).replace(b'"action"', b'"type": "ObjectEvent", "action"'),
         "duplicate-key"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(raw: bytes, code: str) -> None:
    assert code in codes(raw)


@pytest.mark.parametrize(
    ("one", "code", "place"),
    [
        (7, "not-an-object", ""),
        ({"eventTime": "2026-03-01T08:00:00Z"}, "missing-field", ".type"),
        (event(type=5), "not-text", ".type"),
        (event(type="Feast"), "unknown-document", ".type"),
        (without("eventTime"), "missing-field", ".eventTime"),
        (without("eventTimeZoneOffset"), "missing-field", ".eventTimeZoneOffset"),
        (without("action"), "missing-field", ".action"),
        (event(eventTime="2026-03-01T08:00:00"), "bad-time", ".eventTime"),
        (event(eventTime="2026-02-30T08:00:00Z"), "bad-time", ".eventTime"),
        (event(eventTime="0999-02-10T08:00:00Z"), "bad-time", ".eventTime"),
        (event(eventTime="0001-01-01T00:00:00+14:00"), "bad-time", ".eventTime"),
        (event(eventTime=5), "not-text", ".eventTime"),
        (event(eventTimeZoneOffset="+15:00"), "bad-offset", ".eventTimeZoneOffset"),
        (event(eventTimeZoneOffset=8), "not-text", ".eventTimeZoneOffset"),
        (event(action="CREATE"), "bad-choice", ".action"),
        (event(action=["ADD"]), "bad-choice", ".action"),
        (event(bizStep="transforming"), "unknown-word", ".bizStep"),
        (event(bizStep=1), "not-text", ".bizStep"),
        (event(bizStep="urn:epcglobal:cbv:bizstep:baking"), "unknown-word", ".bizStep"),
        (event(bizStep="https://ref.gs1.org/cbv/BizStep-baking"), "unknown-word", ".bizStep"),
        (event(disposition="tasty"), "unknown-word", ".disposition"),
        (event(epcList=["plain words"]), "bad-uri", ".epcList[0]"),
        (event(epcList=[3]), "not-text", ".epcList[0]"),
        (event(epcList="urn:x:y"), "not-a-list", ".epcList"),
        (event(epcList=["urn:x:y", "urn:x:y"]), "repeated-entry", ".epcList[1]"),
        (event(epcList=["urn:x:" + "y" * 3000]), "too-long", ".epcList[0]"),
        (event(epcList=["urn:epc:id:sgtin:69012.12.1"]), "bad-identifier", ".epcList[0]"),
        (event(epcList=["https://id.gs1.org/01/06901234000011"]), "bad-check-digit",
         ".epcList[0]"),
        (event(quantityList={}), "not-a-list", ".quantityList"),
        (event(quantityList=[{}]), "missing-field", ".quantityList[0].epcClass"),
        (event(quantityList=[{"epcClass": LOT, "quantity": "1"}]), "not-numeric",
         ".quantityList[0].quantity"),
        (event(quantityList=[{"epcClass": LOT, "quantity": True}]), "not-numeric",
         ".quantityList[0].quantity"),
        (event(quantityList=[{"epcClass": LOT, "quantity": 1, "uom": "kg"}]), "bad-uom",
         ".quantityList[0].uom"),
        (event(quantityList=[{"epcClass": LOT, "uom": "KGM"}]), "uom-without-quantity",
         ".quantityList[0].uom"),
        (event(quantityList=[{"epcClass": LOT, "price": 1}]), "unknown-field",
         ".quantityList[0].price"),
        (event(readPoint="urn:x:y"), "not-an-object", ".readPoint"),
        (event(readPoint={}), "missing-field", ".readPoint.id"),
        (event(colour="red"), "unknown-field", ".colour"),
        (event(action="ADD", ilmd={"colour": "red"}), "unknown-field", ".ilmd.colour"),
        (event(ilmd={"ex:colour": "red"}), "ilmd-not-allowed", ".ilmd"),
        (without("quantityList"), "nothing-observed", ""),
        (event(sourceList=[{"source": "urn:x:y"}]), "missing-field", ".sourceList[0].type"),
        (event(persistentDisposition={}), "missing-field", ".persistentDisposition.set"),
        (event(persistentDisposition={"set": []}), "empty-list", ".persistentDisposition.set"),
        (event(persistentDisposition=1), "not-an-object", ".persistentDisposition"),
        (event(certificationInfo=["x"]), "bad-uri", ".certificationInfo[0]"),
        (event(errorDeclaration={}), "missing-field", ".errorDeclaration.declarationTime"),
        (event(sensorElementList=[{"sensorReport": []}]), "empty-list",
         ".sensorElementList[0].sensorReport"),
        (event(sensorElementList=[{"sensorReport": [{"type": "Temperature",
                                                     "booleanValue": "yes"}]}]),
         "not-boolean", ".sensorElementList[0].sensorReport[0].booleanValue"),
        (event(sensorElementList=[{"sensorReport": [{"type": "Temperature",
                                                     "hexBinaryValue": "xyz"}]}]),
         "not-hexadecimal", ".sensorElementList[0].sensorReport[0].hexBinaryValue"),
        (event(**{"@context": []}), "bad-context", "['@context']"),
        (event(type="AggregationEvent", parentID="urn:x:y"), "no-children", ".childEPCs"),
        (event(type="AggregationEvent", childEPCs=["urn:x:y"], action="ADD"), "no-parent",
         ".parentID"),
        (event(type="AssociationEvent", childEPCs=["urn:x:y"]), "missing-field", ".parentID"),
        (event(type="TransactionEvent"), "missing-field", ".bizTransactionList"),
        (event(type="TransactionEvent", bizTransactionList=[]), "empty-list",
         ".bizTransactionList"),
        (without("quantityList", type="TransactionEvent",
                 bizTransactionList=[{"bizTransaction": "urn:x:y"}]), "no-goods", ".epcList"),
        (event(type="TransformationEvent"), "unknown-field", ".action"),
        (without("action", type="TransformationEvent", outputEPCList=["urn:x:y"]), "no-inputs",
         ".inputEPCList"),
        (without("action", type="TransformationEvent", inputEPCList=["urn:x:y"]), "no-outputs",
         ".outputEPCList"),
        (without("action", type="TransformationEvent", transformationID="urn:x:y"),
         "neither-input-nor-output", ""),
    ],
)  # fmt: skip
def test_a_bad_event_is_refused_at_its_place(one: Any, code: str, place: str) -> None:
    errors = examine(document(event(), one)).errors
    assert (code, f"$.epcisBody.eventList[1]{place}", 1) in [
        (error.code, error.path, error.event) for error in errors
    ]


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ({"@context": []}, "bad-context"),
        ({"@context": [5]}, "bad-context"),
        ({"schemaVersion": "1.2"}, "unsupported-version"),
        ({"schemaVersion": 2}, "bad-version"),
        ({"creationDate": "yesterday"}, "bad-time"),
        ({"epcisBody": []}, "not-an-object"),
        ({"epcisBody": {}}, "missing-field"),
        ({"epcisBody": {"eventList": {}}}, "not-a-list"),
        ({"colour": "red"}, "unknown-field"),
        ({"sender": 5}, "not-text"),
        ({"sender": "a\x07"}, "forbidden-character"),
        ({"id": "urn:x:\uffff"}, "bad-uri"),
    ],
)
def test_a_bad_head_is_refused(head: dict[str, Any], code: str) -> None:
    assert code in codes(document(event(), **head))


def test_deep_extensions_are_refused_and_shallow_ones_pass() -> None:
    deep: Any = 1
    for _ in range(100):
        deep = {"ex:in": [deep]}
    assert codes(document(event(**{"ex:deep": deep}))) == ["too-deep"]
    assert codes(document(event(**{"ex:deep": {"ex:in": [1]}}))) == []


def test_an_extension_event_and_a_bare_event_are_accepted() -> None:
    extended = {**event(type="ex:FeastEvent"), "epcList": []}
    assert codes(document(without("quantityList", type="ex:FeastEvent"))) == []
    assert codes(document(extended)) == ["unknown-field", "unknown-field"]
    assert codes(json.dumps(event(**{"@context": CONTEXT})).encode()) == []
    assert codes(json.dumps(event()).encode()) == ["missing-field"]


def test_limits_of_bytes_events_and_findings() -> None:
    assert [e.code for e in examine(document(event()), max_bytes=10).errors] == ["too-large"]
    many = examine(document(event(), event()), max_events=1)
    assert [error.code for error in many.errors] == ["too-many-events"]
    wrong = examine(document(*[event(colour=1)] * 1000))
    assert len(wrong.errors) == MAX_FINDINGS
    assert wrong.errors[-1].code == "too-many-findings"


def test_a_wrong_check_digit_of_a_pallet_is_a_warning() -> None:
    pallet = "https://id.gs1.org/00/401234560095633759"
    found = examine(document(event(type="AggregationEvent", action="DELETE", parentID=pallet)
                             | {"quantityList": []}))  # fmt: skip
    assert [error.code for error in found.errors] == ["unknown-field"]
    assert [warning.severity for warning in found.warnings] == [Severity.WARNING]
    assert "5 is expected" in found.warnings[0].message


def test_a_repeated_event_id_is_a_warning_and_the_last_counts() -> None:
    raw = document(event(eventID="urn:x:b")).replace(b'"eventID"', b'"eventID":"urn:x:a","eventID"')
    found = examine(raw)
    assert found.document is not None
    assert found.document.events[0]["eventID"] == "urn:x:b"
    assert [warning.code for warning in found.warnings] == ["event-id-twice"]


def test_a_negative_quantity_and_a_fraction_of_a_piece_are_warnings() -> None:
    odd = [{"epcClass": LOT, "quantity": -1}, {"epcClass": LOT, "quantity": 1.5}]
    found = examine(document(event(quantityList=odd)))
    assert not found.errors
    assert {one.code for one in found.warnings} == {"fraction-of-pieces", "negative-quantity"}


def test_hostile_documents_are_judged_in_bounded_time() -> None:
    started = time.monotonic()
    for raw in (b'{"a":' * 1_000_000, b"[" * 5_000_000, document(*[event(x=1)] * 5000)):
        assert examine(raw).errors
    assert time.monotonic() - started < 10


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "eventTime", "epcList", "id", "readPoint", "ilmd", "@context", "a:b", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(json_values, st.sampled_from(["ObjectEvent", "TransformationEvent", "a:B"]))
def test_no_value_makes_the_judge_fall_over(value: Any, kind: str) -> None:
    """Whatever is sent, the answer is a list of findings with sentences."""
    bare = value if not isinstance(value, dict) else {"type": kind, **value}
    for raw in (json.dumps(bare).encode(), document(bare), document(event(bizStep=value))):
        for finding in examine(raw).errors:
            assert finding.message


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fall_over(raw: bytes) -> None:
    assert examine(raw).document is None


def test_every_sentence_has_its_values() -> None:
    found = examine(document(event(colour=1, eventTime="x", bizStep="y", action=0)))
    assert all("%(" not in error.message for error in found.errors)
    assert all(error.template in TEMPLATES.values() for error in found.errors)
