"""The CBV 2.0 event hash id: the published vectors, and what may and may not change it."""

import json
from typing import Any

import pytest

from tests.chain.events.test_documents_refused import document, event
from tests.shared_data import shared
from zhian.chain.events.engine.documents import examine
from zhian.chain.events.engine.hashing import canonical_text, hash_ids


def hash_of(**fields: Any) -> str:
    examined = examine(document(event(**fields)))
    assert examined.document is not None, examined.errors
    return hash_ids(examined.document)[0]


def text_of(**fields: Any) -> str:
    examined = examine(document(event(**fields)))
    assert examined.document is not None, examined.errors
    return canonical_text(examined.document.events[0], examined.document.prefixes)


@pytest.mark.parametrize("vector", ["", "2", "3"])
def test_the_published_vectors_are_reproduced(vector: str) -> None:
    base = shared(f"epcis/event_hash/ReferenceEventHashAlgorithm{vector}.jsonld")
    examined = examine(base.read_bytes())
    assert examined.document is not None
    (only,) = examined.document.events
    text = canonical_text(only, examined.document.prefixes)
    assert text == base.with_suffix(".prehashes").read_text("utf-8").rstrip("\n")
    assert hash_ids(examined.document) == base.with_suffix(".hashes").read_text().split()


def test_every_published_document_can_be_hashed() -> None:
    for path in sorted(shared("epcis/gs1/JSON").rglob("*.jsonld")):
        examined = examine(path.read_bytes())
        assert examined.document is not None
        for found in hash_ids(examined.document):
            assert found.startswith("ni:///sha-256;")
            assert found.endswith("?ver=CBV2.0")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"eventTime": "2026-03-01T00:00:00Z"}, {"eventTime": "2026-03-01T08:00:00.000+08:00"}),
        ({"eventTime": "2026-03-01T00:00:00.1415Z"}, {"eventTime": "2026-03-01T00:00:00.142Z"}),
        ({"eventTime": "2026-03-01T00:00:59.9996Z"}, {"eventTime": "2026-03-01T00:01:00Z"}),
        ({"bizStep": "shipping"}, {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}),
        ({"bizStep": "shipping"}, {"bizStep": "cbv:BizStep-shipping"}),
        ({"bizStep": "ex:baking"}, {"bizStep": "https://e.x/baking"}),
        ({"ex:note": 1.50}, {"https://e.x/note": "1.5"}),
        ({"ex:note": ["a", "b"]}, {"ex:note": ["b", "a"]}),
        ({"ex:note": [["a"], {"x": 1}]}, {"ex:note": [{"x": "1.0"}, ["a"]]}),
        ({"epcList": ["urn:x:a", "urn:x:b"]}, {"epcList": ["urn:x:b", "urn:x:a"]}),
        (
            {"sensorElementList": [{"sensorReport": [{"type": "Count", "stringValue": " "}]}]},
            {"sensorElementList": [{"sensorReport": [{"type": "gs1:Count"}]}]},
        ),
        ({}, {"eventID": "urn:x:e", "recordTime": "2026-03-02T00:00:00Z"}),
        ({}, {"ex:none": None} | {"errorDeclaration": {"declarationTime": "2026-03-02T00:00:00Z"}}),
        (
            {"epcList": ["urn:epc:id:sgtin:6901234.012345.L!1"]},
            {"epcList": ["https://example.org/x/01/06901234123456/10/A/21/L%211?17=261231"]},
        ),
        (
            {"readPoint": {"id": "urn:epc:id:sgln:6901234.00001.0"}},
            {"readPoint": {"id": "https://id.gs1.org/414/6901234000016"}},
        ),
    ],
)  # fmt: skip
def test_the_same_event_written_differently_has_the_same_hash(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    if "ex:none" in other:
        one = {"ex:none": None}
    assert hash_of(**one) == hash_of(**other)


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2026-03-01T00:00:00.001Z"},
        {"eventTimeZoneOffset": "+09:00"},
        {"action": "DELETE"},
        {"bizStep": "shipping"},
        {"disposition": "recalled"},
        {"persistentDisposition": {"set": ["recalled"], "unset": ["active"]}},
        {"quantityList": []},
        {"epcList": ["urn:x:a"]},
        {"readPoint": {"id": "urn:x:a", "ex:door": 3}},
        {"ex:flag": True},
        {"ex:empty": ""},
        {"bizTransactionList": [{"bizTransaction": "urn:x:a"}]},
        {"sourceList": [{"type": "location", "source": "urn:x:a"}]},
        {"sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 4}]}]},
        {"action": "ADD", "ilmd": {"ex:lot": "7"}},
    ],
)
def test_a_changed_event_has_another_hash(change: dict[str, Any]) -> None:
    if "quantityList" in change:
        change = {**change, "epcList": ["urn:x:z"]}
    assert hash_of(**change) != hash_of()


def test_fields_stand_in_the_order_of_the_standard() -> None:
    text = text_of(
        bizStep="receiving",
        epcList=["urn:x:b", "urn:x:a"],
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:1"}],
        sensorElementList=[
            {
                "sensorMetadata": {"time": "2026-03-01T08:00:00+08:00"},
                "sensorReport": [{"type": "Temperature", "value": 4.0, "ex:by": "x"}],
                "ex:place": "door",
            }
        ],
    )
    assert text == (
        "eventType=ObjectEventeventTime=2026-03-01T00:00:00.000ZeventTimeZoneOffset=+08:00"
        "epcListepc=urn:x:aepc=urn:x:bquantityListquantityElement"
        "epcClass=https://id.gs1.org/01/06901234000177/10/L1quantity=20uom=KGM"
        "action=OBSERVEbizStep=https://ref.gs1.org/cbv/BizStep-receiving"
        "sensorElementListsensorElementsensorMetadatatime=2026-03-01T00:00:00.000Z"
        "sensorReporttype=https://gs1.org/voc/Temperaturevalue=4{https://e.x/}by=x"
        "{https://e.x/}place=door"
        "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:x:1"
    )


def test_a_context_inside_the_event_counts() -> None:
    inside = event(**{"@context": {"own": "https://e.x/"}, "own:note": "a"})
    raw = json.loads(document(inside))
    examined = examine(json.dumps(raw).encode())
    assert examined.document is not None
    assert hash_ids(examined.document)[0] == hash_of(**{"ex:note": "a"})
