"""The table of SimpleEventQuery against the standard's own schema, and every value it refuses."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.shared_data import shared
from zhian.chain.events.engine.grammar import parameters, reading
from zhian.chain.events.engine.grammar.evaluation import Candidate, Register, passes
from zhian.chain.events.engine.grammar.faults import TEMPLATES, QueryFault
from zhian.chain.events.engine.grammar.formats import EpcFormat, in_format, link, urn
from zhian.chain.events.engine.grammar.patterns import fits, read_pattern
from zhian.chain.events.engine.grammar.predicates import Order
from zhian.chain.events.engine.grammar.spelling import name_of, split_full, word_spellings
from zhian.chain.events.engine.grammar.units import in_every_unit, in_unit, units
from zhian.chain.events.engine.grammar.values import Asked
from zhian.chain.events.engine.whereabouts import Seen, state_of
from zhian.chain.events.engine.words import MEASUREMENT
from zhian.chain.events.models import ExactDecoder
from zhian.chain.events.vocabulary import EventKind

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
SITE = "urn:epc:id:sgln:6901234.00001.0"
DOOR = "urn:epc:id:sgln:6901234.00001.door"
ITEM = "urn:epc:id:sgtin:6901234.000031.7"
LOT = "urn:epc:class:lgtin:6901234.000017.M1"
PALLET = "urn:epc:id:sscc:6901234.0000000001"
DEVICE = "urn:epc:id:giai:6901234.401"
METHOD = "https://example.com/method/1"
EX = {"ex": "https://ns.example/"}
FULL_EVENT = json.dumps({
    "type": "ObjectEvent", "eventTime": "2026-03-01T08:00:00Z", "eventTimeZoneOffset": "+08:00",
    "eventID": "urn:x:full", "action": "OBSERVE", "bizStep": "shipping",
    "disposition": "in_transit",
    "persistentDisposition": {"set": ["expired"], "unset": ["recalled"]},
    "epcList": [ITEM], "parentID": PALLET, "childEPCs": [ITEM],
    "quantityList": [{"epcClass": LOT, "quantity": 5, "uom": "KGM"}],
    "inputEPCList": [ITEM], "outputEPCList": [ITEM],
    "inputQuantityList": [{"epcClass": LOT, "quantity": 5, "uom": "KGM"}],
    "outputQuantityList": [{"epcClass": LOT, "quantity": 5, "uom": "KGM"}],
    "transformationID": "urn:epc:id:gdti:6901234.00001.t1",
    "readPoint": {"id": DOOR, "ex:zone": "cold", "ex:box": {"ex:inner": "deep"}},
    "bizLocation": {"id": SITE, "ex:zone": "cold", "ex:box": {"ex:inner": "deep"}},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:po:1"}],
    "sourceList": [{"type": "location", "source": SITE}],
    "destinationList": [{"type": "owning_party", "destination": SITE}],
    "ilmd": {"ex:field": 5, "ex:box": {"ex:inner": 5}},
    "ex:field": 5, "ex:box": {"ex:inner": 5},
    "errorDeclaration": {
        "declarationTime": "2026-03-02T08:00:00Z", "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:x:right"], "ex:field": 5, "ex:box": {"ex:inner": 5},
    },
    "sensorElementList": [{
        "ex:field": 5, "ex:box": {"ex:inner": 5},
        "sensorMetadata": {
            "time": "2026-03-01T07:00:00Z", "startTime": "2026-03-01T06:00:00Z",
            "endTime": "2026-03-01T07:00:00Z", "deviceID": DEVICE,
            "dataProcessingMethod": METHOD, "bizRules": METHOD,
            "ex:field": 5, "ex:box": {"ex:inner": 5},
        },
        "sensorReport": [{
            "type": "Temperature", "value": 5, "minValue": 5, "maxValue": 5, "meanValue": 5,
            "sDev": 5, "percRank": 5, "percValue": 5, "uom": "CEL", "microorganism": "urn:x:m",
            "chemicalSubstance": "urn:x:c", "stringValue": "s", "booleanValue": True,
            "hexBinaryValue": "F0A", "uriValue": "urn:x:u",
            "ex:field": 5, "ex:box": {"ex:inner": 5},
        }],
    }],
})  # fmt: skip
EVENT = Candidate(json.loads(FULL_EVENT, cls=ExactDecoder), EX, "urn:x:full", AT)
REGISTER = Register(
    regions={SITE: "130123001"},
    operators={SITE: "911300001"},
    attributes={SITE: {"name": frozenset({"Plant"})}},
)
BEFORE, AFTER = "2026-01-01T00:00:00Z", "2026-12-01T00:00:00Z"
# every fixed parameter: a value that finds the event, one that does not
FIXED: dict[str, tuple[object, object]] = {
    "eventType": (["ObjectEvent"], ["AggregationEvent"]),
    "GE_eventTime": (BEFORE, AFTER),
    "LT_eventTime": (AFTER, BEFORE),
    "GE_recordTime": (BEFORE, AFTER),
    "LT_recordTime": (AFTER, BEFORE),
    "EQ_action": (["OBSERVE"], ["ADD"]),
    "EQ_bizStep": (["https://ref.gs1.org/cbv/BizStep-shipping"], ["packing"]),
    "EQ_disposition": (["urn:epcglobal:cbv:disp:in_transit"], ["damaged"]),
    "EQ_persistentDisposition_set": (["expired"], ["recalled"]),
    "EQ_persistentDisposition_unset": (["recalled"], ["expired"]),
    "EQ_quantity": ([4, 5], [6]),
    "GT_quantity": (4, 5),
    "GE_quantity": (5, 6),
    "LT_quantity": (6, 5),
    "LE_quantity": (5, 4),
    "EQ_readPoint": ([DOOR], [SITE]),
    "WD_readPoint": ([SITE], ["urn:epc:id:sgln:6901234.00002.0"]),
    "EQ_bizLocation": (["https://id.gs1.org/414/6901234000016"], [DOOR]),
    "WD_bizLocation": (["urn:zhian:region:1301"], ["urn:zhian:region:1302"]),
    "EQ_transformationID": (["urn:epc:id:gdti:6901234.00001.t1"], ["urn:x:other"]),
    "MATCH_epc": (["urn:epc:idpat:sgtin:6901234.*.*"], [LOT]),
    "MATCH_parentID": ([PALLET], [ITEM]),
    "MATCH_inputEPC": ([ITEM], [LOT]),
    "MATCH_outputEPC": (["https://id.gs1.org/01/06901234000313/21/7"], [PALLET]),
    "MATCH_anyEPC": ([PALLET], [LOT]),
    "MATCH_epcClass": ([LOT], [ITEM]),
    "MATCH_inputEPCClass": (["urn:epc:class:lgtin:6901234.000017.*"], [ITEM]),
    "MATCH_outputEPCClass": (["https://id.gs1.org/01/06901234000177/10/M1"], [ITEM]),
    "MATCH_anyEPCClass": (["urn:epc:idpat:lgtin:6901234.[000010-000020].*"], [PALLET]),
    "EQ_eventID": (["urn:x:full"], ["urn:x:right"]),
    "EXISTS_errorDeclaration": (None, None),
    "GE_errorDeclaration_Time": (BEFORE, AFTER),
    "LT_errorDeclaration_Time": (AFTER, BEFORE),
    "EQ_errorReason": (["incorrect_data"], ["did_not_occur"]),
    "EQ_correctiveEventID": (["urn:x:right"], ["urn:x:full"]),
    "EXISTS_sensorElementList": (True, None),
    "GE_time": (BEFORE, AFTER),
    "LT_time": (AFTER, BEFORE),
    "GE_startTime": (BEFORE, AFTER),
    "LT_startTime": (AFTER, BEFORE),
    "GE_endTime": (BEFORE, AFTER),
    "LT_endTime": (AFTER, BEFORE),
    "EQ_type": (["gs1:Temperature"], ["Mass"]),
    "EQ_deviceID": (["https://id.gs1.org/8004/6901234401"], ["urn:x:none"]),
    "EQ_dataProcessingMethod": ([METHOD], ["urn:x:none"]),
    "EQ_microorganism": (["urn:x:m"], ["urn:x:none"]),
    "EQ_chemicalSubstance": (["urn:x:c"], ["urn:x:none"]),
    "EQ_bizRules": ([METHOD], ["urn:x:none"]),
    "EQ_stringValue": (["s"], ["t"]),
    "EQ_booleanValue": (True, False),
    "EQ_hexBinaryValue": (["f0a"], ["F0"]),
    "EQ_uriValue": (["urn:x:u"], ["urn:x:none"]),
    "GE_percRank": (5, 6),
    "LT_percRank": (6, 5),
    "GT_percRank": (4, 5),
    "LE_percRank": (5, 4),
}
_SIDES = {"EQ": (5, 6), "GT": (4, 5), "GE": (5, 6), "LT": (6, 5), "LE": (5, 4)}


def schema() -> dict[str, dict[str, object]]:
    text = shared("epcis/gs1/query-schema.json").read_text("utf-8")
    found: dict[str, dict[str, object]] = json.loads(text)["definitions"]["EPCIS-Query"]
    return found


def example_of(pattern: str) -> str:
    """A name the standard's pattern means; its field parts are written with two backslashes."""
    name = pattern.strip("^$").replace("[a-z][a-zA-Z0-9]*", "ex").replace(r"\\:\\w+", ":field")
    name = name.replace(r"EQ_ATTR_\\w+_\\w+", "EQ_ATTR_bizLocation_name")
    unit = "KGM" if "quantity" in name else "CEL"
    name = name.replace("[A-Z0-9]{2,4}", unit)
    kind = "po" if "bizTransaction" in name else "owning_party" if "dest" in name else "location"
    return name.replace("[a-z][a-zA-Z0-9_]+", kind)


def asked(name: str, value: object) -> bool:
    return passes(reading.from_json({name: value}, EX), EVENT, REGISTER)


def test_the_table_has_every_parameter_of_the_standard() -> None:
    found = schema()
    fixed = set(found["properties"]) - {"@context"}
    assert len(fixed) == 60
    assert fixed == set(parameters.FIXED) | set(parameters.SHAPING)
    assert fixed == set(FIXED) | set(parameters.SHAPING)
    patterns = [example_of(one) for one in found["patternProperties"]]
    assert len(set(patterns)) == 108
    examples = {family.example for family in parameters.PATTERNED}
    assert len(examples) == len(parameters.PATTERNED)
    for example in patterns:
        matching = [f for f in parameters.PATTERNED if f.pattern.fullmatch(example)]
        assert matching, example


@pytest.mark.parametrize("name", sorted(FIXED))
def test_every_fixed_parameter_finds_and_leaves_out(name: str) -> None:
    good, bad = FIXED[name]
    assert asked(name, good)
    if bad is not None:
        assert not asked(name, bad)


def _values_of(name: str) -> tuple[object, object]:
    """A value that finds `FULL_EVENT` and one that does not, for a parameter by pattern."""
    op = name.partition("_")[0]
    if name.startswith("EQ_bizTransaction"):
        return ["urn:x:po:1"], ["urn:x:po:2"]
    if name.startswith(("EQ_source", "EQ_destination")):
        return [SITE], [ITEM]
    if name.startswith("EQ_ATTR"):
        return ["Plant"], ["Farm"]
    if "readPoint" in name or "bizLocation" in name:
        return (["deep"], ["no"]) if "INNER" in name else (["cold"], ["warm"])
    return (None, False) if op == "EXISTS" else _SIDES[op]


def test_every_parameter_by_pattern_finds_and_leaves_out() -> None:
    for pattern in schema()["patternProperties"]:
        name = example_of(pattern)
        if "HASATTR" in name:
            continue
        place = "readPoint" in name or "bizLocation_ex" in name
        name = name.replace("ex:field", "ex:zone") if place else name
        name = name.replace("ex:field", "ex:inner").replace("ex:zone", "ex:inner") \
            if "INNER" in name else name  # fmt: skip
        good, bad = _values_of(name)
        assert asked(name, good), name
        if bad is not False:
            assert not asked(name, bad), name
            assert not asked(name.replace("ex:", "other:"), good) or ":" not in name, name
    assert asked("HASATTR_bizLocation", ["cbvmda:name"])
    assert not asked("HASATTR_bizLocation", ["cbvmda:city"])
    assert not asked("HASATTR_nothing", ["name"])
    assert not asked("HASATTR_ex:field", ["name"])


def test_a_temperature_in_kelvin_finds_one_in_celsius() -> None:
    assert asked("EQ_value_KEL", [278.15])
    assert asked("GE_value_FAH", 41)
    assert not asked("GT_value_FAH", 41)
    assert not asked("GE_value_KGM", 0)
    assert asked("LE_quantity_GRM", 5000)
    assert asked("EQ_quantity_TNE", ["0.005"])
    assert not asked("EQ_value_XXX", [5])
    assert in_unit(Fraction(1), "XXX", "XXX") == 1
    assert in_every_unit(Fraction(1), "XXX") == {"XXX": 1}
    assert in_unit(Fraction(32), "FAH", "CEL") == 0
    for unit in units().values():
        assert unit.from_base(unit.to_base(Fraction(7, 3))) == Fraction(7, 3)
        assert unit.factor > 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"EQ_colour": "red"}, "unknown"),
        ({"EQ_action": []}, "no-value"),
        ({"EQ_action": ["PUSH"]}, "bad-choice"),
        ({"eventType": ["Party"]}, "bad-choice"),
        ({"GE_eventTime": [BEFORE, AFTER]}, "one-value"),
        ({"GE_eventTime": "yesterday"}, "not-time"),
        ({"GE_quantity": "many"}, "not-number"),
        ({"EQ_booleanValue": "perhaps"}, "not-boolean"),
        ({"EXISTS_errorDeclaration": "perhaps"}, "not-boolean"),
        ({"EXISTS_errorDeclaration": [1, 2]}, "one-value"),
        ({"EQ_hexBinaryValue": ["xyz"]}, "not-hexadecimal"),
        ({"EQ_bizStep": ["baking"]}, "not-word"),
        ({"EQ_source_colour": [SITE]}, "not-word"),
        ({"MATCH_epc": ["no uri"]}, "not-uri"),
        ({"MATCH_epc": ["urn:epc:idpat:cow:1.*"]}, "bad-pattern"),
        ({"MATCH_epc": ["urn:epc:idpat:sgtin:1.2*.*"]}, "bad-pattern"),
        ({"MATCH_epc": ["urn:epc:idpat:sgtin:*.5"]}, "bad-pattern"),
        ({"GT_ex:field": "red"}, "not-comparable"),
        ({"EQ_:field": "red"}, "bad-field"),
        ({"orderBy": "colour"}, "bad-choice"),
        ({"orderBy": "eventTime", "orderDirection": "UP"}, "bad-choice"),
        ({"orderDirection": "ASC"}, "needs-order"),
        ({"eventCountLimit": 5}, "needs-order"),
        ({"orderBy": "eventTime", "eventCountLimit": 5, "maxEventCount": 5}, "exclusive"),
        ({"maxEventCount": 0}, "not-count"),
        ({"EQ_eventID": ["a\x00b"]}, "unusable"),
        ({"EQ_eventID": [{}]}, "not-text"),
        ({"EQ_eventID": ["a"] * 1001}, "too-many-values"),
        ({f"EQ_ex:f{number}": "a" for number in range(61)}, "too-many-parameters"),
    ],
)
def test_what_is_wrong_is_named(query: dict[str, object], code: str) -> None:
    with pytest.raises(QueryFault) as caught:
        reading.from_json(query, EX)
    assert caught.value.code == code
    assert TEMPLATES[code] % caught.value.params
    assert caught.value.too_complex == code.startswith("too-many")


def test_a_query_in_an_address_is_cut_at_the_bars() -> None:
    pairs = [("EQ_action", "ADD|OBSERVE"), ("eventType", "ObjectEvent"), ("perPage", "7"),
             ("eventType", "AggregationEvent"), ("nextPageToken", "a|b")]  # fmt: skip
    query = reading.from_address(pairs, {})
    assert passes(query, EVENT)
    assert (query.per_page, query.token, query.order) == (7, "a|b", Order())


def test_orders() -> None:
    assert reading.from_json({"orderBy": "eventTime"}, {}).order == Order("event_time", None, True)
    ordered = reading.from_json({"orderBy": "ex:field", "orderDirection": "ASC"}, EX).order
    assert ordered.name is not None
    assert not ordered.down
    assert reading.from_json({"@context": [{"a": "urn:a:"}], "EQ_a:b": 5, "GE_quantity": Decimal(1)}
                             , {}).predicates  # fmt: skip


def test_fields_by_their_full_name() -> None:
    assert asked("EQ_https://ns.example/field", 5)
    assert asked("EQ_https://ns.example#field", 5)
    assert not asked("EQ_https://ns.example/other/field", 5)
    undeclared = reading.from_json({"EQ_ex:field": "5.0"}, {})
    assert passes(undeclared, EVENT)
    assert split_full("urn:epcglobal:cbv:mda:lotNumber") == ("urn:epcglobal:cbv:mda", "lotNumber")
    assert name_of("bare", {}) is None
    assert "urn:x:own" in word_spellings(MEASUREMENT, "urn:x:own")


def test_values_as_text_number_and_moment() -> None:
    told = {"type": "ObjectEvent", "eventTime": BEFORE, "ex:n": ["5.50", None, [True]],
            "ex:t": "2026-03-01T08:00:00+08:00", "ex:o": {}}  # fmt: skip
    event = Candidate(told, EX, "", AT)

    def finds(name: str, value: object) -> bool:
        return passes(reading.from_json({name: value}, EX), event)

    assert finds("EQ_ex:n", 5.5)
    assert finds("EQ_ex:n", "true")
    assert finds("LT_ex:n", 6)
    assert finds("EQ_ex:t", "2026-03-01T00:00:00Z")
    assert finds("GE_ex:t", "2026-03-01T00:00:00Z")
    assert not finds("GT_ex:t", "2026-03-01T00:00:00Z")
    assert finds("EXISTS_ex:o", 1)
    assert finds("EXISTS_ex:none", False)
    assert not finds("GE_quantity", 0)
    assert not finds("EQ_ILMD_ex:n", 5)


def test_patterns_of_goods() -> None:
    every = read_pattern("https://id.gs1.org/01/06901234000313/21/*")
    assert every is not None
    assert fits(every, ITEM)
    assert not fits(every, "urn:epc:id:sgtin:6901234.000032.7")
    assert not fits(every, "urn:x:item")
    begins = read_pattern("urn:x:item*")
    assert begins is not None
    assert fits(begins, "urn:x:item7")
    ranged = read_pattern("urn:epc:idpat:sscc:6901234.[0000000001-0000000009]")
    assert ranged is not None
    assert fits(ranged, PALLET)
    assert not fits(ranged, "urn:epc:id:sscc:6901234.0000000010")
    both = read_pattern("https://id.gs1.org/01/06901234000313/10/L/21/7")
    assert both is not None
    assert both.whole
    unknown = read_pattern("https://id.gs1.org/01/09524141000165/21/*")
    assert unknown is not None
    assert fits(unknown, "https://id.gs1.org/01/09524141000165/21/5")
    dotted = read_pattern("urn:epc:idpat:sgtin:6901234.000031.*")
    assert dotted is not None
    assert fits(dotted, "urn:epc:id:sgtin:6901234.000031.7.8")


def test_keys_in_the_format_asked_for() -> None:
    event = json.loads(FULL_EVENT)
    linked = in_format(event, EpcFormat.DIGITAL_LINK)
    assert linked["epcList"] == ["https://id.gs1.org/01/06901234000313/21/7"]
    assert "urn:epc:" not in json.dumps({**linked, "sensorElementList": []})
    again = in_format(linked, EpcFormat.URN)
    assert again["quantityList"] == event["quantityList"]
    assert in_format(event, EpcFormat.NEVER) == event
    assert link("urn:x:a") == "urn:x:a"
    assert urn("https://example.com/x") == "https://example.com/x"
    assert link("urn:epc:id:sgtin:bad") == "urn:epc:id:sgtin:bad"
    assert Asked("a", ("1",)).count(5) == 1


def test_unpacking_what_was_not_inside_changes_nothing() -> None:
    def packing(action: str, *children: str) -> Seen:
        kind = EventKind.AGGREGATE if action == "ADD" else EventKind.DISAGGREGATE
        return Seen(action, AT, AT, kind, "AggregationEvent", action,
                    parent=PALLET, children=children)  # fmt: skip

    state = state_of(ITEM, [packing("ADD", ITEM), packing("DELETE", LOT)])
    assert state is not None
    assert state.parent == PALLET
    assert state_of(LOT, [packing("ADD", ITEM)]) is None
