"""Rules of EPCIS and CBV the schemas do not hold: sensors, units, identifiers, contexts."""

from typing import Any

import pytest

from tests.chain.events.test_documents_refused import CONTEXT, LOT, document, event
from zhian.chain.events.engine.documents import examine
from zhian.chain.events.engine.facts import summarise
from zhian.chain.events.engine.grammar.units import units
from zhian.chain.events.engine.hashing import hash_ids
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.rec20 import is_unit
from zhian.chain.events.vocabulary import EventKind

METADATA = {
    "time": "2026-03-01T07:00:00+08:00",
    "deviceID": "urn:x:d",
    "deviceMetadata": "urn:x:m",
    "rawData": "urn:x:r",
    "dataProcessingMethod": "urn:x:p",
}


def sensed(metadata: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    element = {"sensorMetadata": metadata, "sensorReport": [{"type": "Temperature", **report}]}
    return event(sensorElementList=[element])


def errors(one: dict[str, Any], **head: Any) -> list[tuple[str, str]]:
    found = examine(document(one, **head)).errors
    return [(error.code, error.path.removeprefix("$.epcisBody.eventList[0]")) for error in found]


@pytest.mark.parametrize(
    ("one", "code", "place"),
    [
        (sensed({"deviceID": "urn:x:d"}, {"deviceID": "urn:x:d"}), "sensor-twice",
         ".sensorElementList[0].sensorReport[0].deviceID"),
        (sensed({"time": "2026-03-01T08:00:01+08:00"}, {}), "sensor-time-late",
         ".sensorElementList[0].sensorMetadata.time"),
        (sensed({}, {"time": "2026-03-01T00:00:00.001Z"}), "sensor-time-late",
         ".sensorElementList[0].sensorReport[0].time"),
        (sensed({"startTime": "2026-03-01T07:00:00+08:00",
                 "endTime": "2026-03-01T06:00:00+08:00"}, {}), "sensor-interval",
         ".sensorElementList[0].sensorMetadata.endTime"),
        (sensed({"time": "2026-03-01T08:00:00"}, {}), "bad-time",
         ".sensorElementList[0].sensorMetadata.time"),
        (sensed({}, {"value": 4, "uom": "GRAD"}), "bad-uom",
         ".sensorElementList[0].sensorReport[0].uom"),
        (sensed({}, {"value": 4, "uom": "QQ"}), "unknown-unit",
         ".sensorElementList[0].sensorReport[0].uom"),
        (sensed({}, {"exception": "gs1:PANIC"}), "unknown-word",
         ".sensorElementList[0].sensorReport[0].exception"),
        (sensed({}, {"component": "width"}), "unknown-word",
         ".sensorElementList[0].sensorReport[0].component"),
        (event(quantityList=[{"epcClass": LOT, "quantity": 1, "uom": "KG"}]), "unknown-unit",
         ".quantityList[0].uom"),
        (event(type="AssociationEvent", action="ADD", parentID="urn:x:p"), "no-children",
         ".childEPCs"),
        (event(type="AssociationEvent", action="OBSERVE", parentID="urn:x:p"), "no-children",
         ".childEPCs"),
        (event(type="AssociationEvent", action="DELETE", childEPCs=["urn:x:c"]), "no-parent",
         ".parentID"),
        (event(eventTimeZoneOffset="Z"), "bad-offset", ".eventTimeZoneOffset"),
        (event(eventTime="2026-03-01T08:00:00"), "bad-time", ".eventTime"),
        (event(persistentDisposition={"set": ["urn:epcglobal:cbv:disp:lost"]}), "unknown-word",
         ".persistentDisposition.set[0]"),
        (event(sourceList=[{"type": "owner", "source": "urn:x:y"}]), "unknown-word",
         ".sourceList[0].type"),
        (event(bizTransactionList=[{"type": "bill", "bizTransaction": "urn:x:y"}]),
         "unknown-word", ".bizTransactionList[0].type"),
        (event(errorDeclaration={"declarationTime": "2026-03-01T08:00:00Z", "reason": "typo"}),
         "unknown-word", ".errorDeclaration.reason"),
    ],
)  # fmt: skip
def test_each_rule_has_its_own_error(one: dict[str, Any], code: str, place: str) -> None:
    assert (code, place) in errors(one)


def test_a_report_that_repeats_all_of_the_metadata_is_only_told() -> None:
    """GS1's own examples of every field are written so, with times after the event."""
    late = {**METADATA, "time": "2027-03-01T07:00:00+08:00"}
    found = examine(document(sensed(late, late)))
    assert not found.errors
    assert {one.code for one in found.warnings} == {"sensor-twice", "sensor-time-late"}


def test_sensor_data_of_a_wrong_shape_is_refused_and_nothing_else() -> None:
    for elements in (
        [{"sensorMetadata": {}, "sensorReport": [1]}],
        ["x"],
        [{"sensorMetadata": 1, "sensorReport": [1]}],
        {"a": 1},
        [],
    ):
        found = examine(document(event(sensorElementList=elements)))
        assert not {"sensor-twice", "sensor-time-late"} & {one.code for one in found.errors}
    assert not examine(document(sensed({"time": 5}, {"time": 5}))).document
    assert not examine(document(sensed({"startTime": "x", "endTime": "y"}, {}))).document


@pytest.mark.parametrize("code", [*units(), "XBX", "XPK", "H87", "EA", "C62", "59", "P71", "DD"])
def test_units_that_exist_are_accepted(code: str) -> None:
    assert is_unit(code)


@pytest.mark.parametrize("code", ["KG", "BX", "CT", "PCS", "GMS", "L", "ZZZ", "I1", "AAA"])
def test_units_that_do_not_exist_or_were_deleted_are_none(code: str) -> None:
    assert not is_unit(code)


GOOD = [
    ("urn:epc:id:sgtin:6901234.012345.A%2Fb!", "GTIN"),
    ("urn:epc:idpat:sgtin:6901234.012345.*", "GTIN"),
    ("urn:epc:class:lgtin:6901234.012345.L-1", "GTIN"),
    ("urn:epc:id:upui:6901234.012345.51qIgY)", "GTIN"),
    ("urn:epc:id:sscc:6901234.0000000001", "SSCC"),
    ("urn:epc:id:sgln:6901234.00001.door_1", "GLN"),
    ("urn:epc:id:pgln:6901234.00001", "GLN"),
    ("urn:epc:id:grai:6901234.00001.98765", "GRAI"),
    ("urn:epc:id:giai:6901234.32a%2Fb", "GIAI"),
    ("urn:epc:id:gsrn:6901234.0000000001", "GSRN"),
    ("urn:epc:id:gsrnp:6901234.0000000001", "GSRN"),
    ("urn:epc:id:gdti:6901234.00001.006847", "GDTI"),
    ("urn:epc:id:sgcn:6901234.00001.04711", "GCN"),
    ("urn:epc:id:cpi:6901234.5PQ7%2FZ43.12345", "CPID"),
    ("urn:epc:id:itip:6901234.012345.01.02.987", "ITIP"),
    ("urn:epc:id:ginc:6901234.xyz47%2F11", "GINC"),
    ("urn:epc:id:gsin:6901234.000000001", "GSIN"),
    ("https://id.gs1.org/253/6901234000016ABC", "GDTI"),
    ("https://id.gs1.org/8010/6901234AB/8011/12", "CPID"),
    ("https://id.gs1.org/8003/06901234000016X1", "GRAI"),
]
BAD = [
    ("urn:epc:id:sgtin:6901234.012345", "bad-identifier"),
    ("urn:epc:id:sgtin:6901234.012345.a b", "bad-identifier"),
    ("urn:epc:id:sgtin:6901234.012345.a/b", "bad-identifier"),
    ("urn:epc:id:sgtin:6901234.012345.123456789012345678901", "bad-identifier"),
    ("urn:epc:id:lgtin:6901234.012345.L1", "bad-identifier"),
    ("urn:epc:class:sgtin:6901234.012345.1", "bad-identifier"),
    ("urn:epc:id:unheardof:1.2.3", "bad-identifier"),
    ("urn:epc:id:grai:6901234.00001.12345678901234567", "bad-identifier"),
    ("urn:epc:id:gdti:6901234.00001.123456789012345678", "bad-identifier"),
    ("urn:epc:id:sgcn:6901234.00001.abc", "bad-identifier"),
    ("urn:epc:id:cpi:6901234.AB*.1", "bad-identifier"),
    ("urn:epc:id:cpi:6901234.AB.x", "bad-identifier"),
    ("urn:epc:id:itip:6901234.012345.1.2.987", "bad-identifier"),
    ("urn:epc:id:giai:6901234.a b", "bad-identifier"),
    ("urn:epc:id:sgln:69012345.00001.0", "bad-identifier"),
    ("https://id.gs1.org/01/06901234123457", "bad-check-digit"),
    ("https://id.gs1.org/414/6901234000017", "bad-check-digit"),
    ("https://id.gs1.org/00/069012340000000015", "bad-check-digit"),
    ("https://id.gs1.org/8018/690123400000000010", "bad-check-digit"),
    ("https://id.gs1.org/253/6901234000016ABCDEFGHIJKLMNOPQR", "bad-identifier"),
    ("https://id.gs1.org/01/0690123412345X", "bad-identifier"),
    ("https://id.gs1.org/01/06901234123456/99/x", "bad-identifier"),
    ("https://id.gs1.org/", "bad-identifier"),
]  # fmt: skip


@pytest.mark.parametrize(("uri", "scheme"), GOOD)
def test_a_well_formed_key_is_recognised(uri: str, scheme: str) -> None:
    found = identify(uri)
    assert (found.fault, found.scheme) == (None, scheme)
    assert found.canonical.startswith("https://id.gs1.org/")


@pytest.mark.parametrize(("uri", "fault"), BAD)
def test_a_malformed_key_is_named(uri: str, fault: str) -> None:
    assert identify(uri).fault == fault


@pytest.mark.parametrize(
    ("context", "fields"),
    [
        ({"c": "https://ref.gs1.org/cbv/"}, {"bizStep": "c:BizStep-shipping"}),
        ({"v": "https://ns.gs1.org/cbv/BizStep-"}, {"bizStep": "v:shipping"}),
        ({"u": "urn:epcglobal:cbv:"}, {"bizStep": "u:bizstep:shipping"}),
    ],
)
def test_a_word_under_any_prefix_is_the_word(
    context: dict[str, str], fields: dict[str, Any]
) -> None:
    plain = examine(document(event(bizStep="shipping"))).document
    assert plain is not None
    for head in ({"@context": [CONTEXT[0], context]}, {}):
        own = {} if head else {"@context": context}
        found = examine(document(event(**fields, **own), **head)).document
        assert found is not None
        assert summarise(found.events[0]).kind is EventKind.SHIP
        assert hash_ids(found) == hash_ids(plain)


def test_a_key_under_any_prefix_is_the_key_and_is_checked() -> None:
    context = {"k": "https://id.gs1.org/01/", "e": "urn:epc:id:"}
    goods = {"quantityList": [{"epcClass": "k:06901234000177/10/L1", "quantity": 20, "uom": "KGM"}]}
    place = {"readPoint": {"id": "e:sgln:6901234.00001.0", "k:own": "k:untouched"}}
    found = examine(document(event(**goods, **place), **{"@context": context})).document
    assert found is not None
    assert found.events[0]["readPoint"] == {
        "id": "urn:epc:id:sgln:6901234.00001.0",
        "k:own": "k:untouched",
    }
    assert summarise(found.events[0]).lots[0].lot == LOT
    wrong = {"quantityList": [{"epcClass": "k:06901234000178/10/L1", "quantity": 20}]}
    assert errors(event(**wrong), **{"@context": context})[0][0] == "bad-check-digit"
