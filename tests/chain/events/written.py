"""Events as anybody might write them, for hypothesis."""

from hypothesis import strategies as st

NAMES = st.sampled_from(
    [
        "ex:a",
        "ex:bB",
        "ex:地",
        "ex:%20name",
        "ex:1",
        "own:x",
        "https://e.x/full",
        "cbvmda:lotNumber",
    ]
)
BARE = st.one_of(NAMES, st.sampled_from(["plain", "with space", "", "Ä", "xml", "more"]))
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12), st.decimals(-1000, 1000, places=3).map(float), st.booleans()
)
VALUES = st.recursive(
    st.one_of(TEXTS, NUMBERS, st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(BARE, inner, max_size=3)),
    max_leaves=6,
)
EXTENSIONS = st.dictionaries(NAMES, VALUES, max_size=3)
EPCS = st.sampled_from(
    [
        "urn:epc:id:sgtin:6901234.012345.1",
        "https://id.gs1.org/01/06901234123456/21/2",
        "urn:epc:id:sscc:6901234.0000000001",
        "urn:uuid:a:b",
        "ex:private/1",
    ]
)
MOMENTS = st.sampled_from(["2026-03-01T08:00:00+08:00", "2026-02-01T00:00:00.123456Z"])
QUANTITIES = st.lists(
    st.fixed_dictionaries(
        {"epcClass": st.just("urn:epc:class:lgtin:6901234.000017.L1")},
        optional={"quantity": st.integers(0, 9999) | st.floats(0, 99).map(lambda n: round(n, 3))},
    ),
    min_size=1,
    max_size=2,
)
PLACES = st.builds(lambda more: {"id": "urn:epc:id:sgln:6901234.00001.0", **more}, EXTENSIONS)
REPORTS = st.builds(
    lambda fields, more: {**fields, **more},
    st.fixed_dictionaries(
        {"type": st.sampled_from(["Temperature", "gs1:Count", "ex:property"])},
        optional={
            "value": st.decimals(-99, 99, places=2).map(float),
            "booleanValue": st.booleans(),
            "stringValue": TEXTS,
            "hexBinaryValue": st.just("f0"),
            "component": st.sampled_from(["latitude", "cbv:Comp-x", "ex:c"]),
            "exception": st.just("ALARM_CONDITION"),
            "uom": st.just("CEL"),
        },
    ),
    EXTENSIONS,
)
SENSORS = st.builds(
    lambda reports, metadata, more: {"sensorReport": reports, **metadata, **more},
    st.lists(REPORTS, min_size=1, max_size=2),
    st.one_of(
        st.just({}),
        st.builds(lambda more: {"sensorMetadata": {"deviceID": "urn:x:d", **more}}, EXTENSIONS),
    ),
    EXTENSIONS,
)
ERRORS = st.builds(
    lambda fields, more: {**fields, **more},
    st.fixed_dictionaries(
        {"declarationTime": MOMENTS},
        optional={
            "reason": st.sampled_from(["incorrect_data", "ex:reason"]),
            "correctiveEventIDs": st.lists(st.just("urn:uuid:1"), max_size=2),
        },
    ),
    EXTENSIONS,
)
FIELDS = {
    "recordTime": MOMENTS,
    "eventID": st.just("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"),
    "certificationInfo": st.sampled_from(["https://e.x/c", ["https://e.x/c", "https://e.x/d"]]),
    "errorDeclaration": ERRORS,
    "bizStep": st.sampled_from(["shipping", "cbv:BizStep-receiving", "ex:baking"]),
    "disposition": st.sampled_from(["in_transit", "urn:epcglobal:cbv:disp:active"]),
    "readPoint": PLACES,
    "bizLocation": PLACES,
    "bizTransactionList": st.just(
        [{"type": "po", "bizTransaction": "urn:x:1"}, {"bizTransaction": "ex:2"}]
    ),
    "sourceList": st.just([{"type": "location", "source": "urn:epc:id:sgln:6901234.00001.0"}]),
    "destinationList": st.just([{"type": "owning_party", "destination": "ex:party"}]),
    "sensorElementList": st.lists(SENSORS, max_size=2),
    "persistentDisposition": st.just({"set": ["recalled"], "unset": ["active", "ex:d"]}),
}
GOODS = st.lists(EPCS, unique=True, min_size=1, max_size=3)
KINDS = {
    "ObjectEvent": ({"action": st.just("ADD"), "epcList": GOODS},
                    {"quantityList": QUANTITIES, "ilmd": EXTENSIONS}),
    "AggregationEvent": ({"action": st.just("OBSERVE"), "childEPCs": GOODS},
                         {"parentID": EPCS, "childQuantityList": QUANTITIES}),
    "AssociationEvent": ({"action": st.just("ADD"), "parentID": EPCS, "childEPCs": GOODS},
                         {"childQuantityList": QUANTITIES}),
    "TransactionEvent": ({"action": st.just("OBSERVE"), "quantityList": QUANTITIES,
                          "bizTransactionList": FIELDS["bizTransactionList"]},
                         {"parentID": EPCS, "epcList": GOODS}),
    "TransformationEvent": ({"inputEPCList": GOODS, "outputQuantityList": QUANTITIES},
                            {"transformationID": EPCS, "ilmd": EXTENSIONS}),
    "ex:Inspection": ({}, {"action": st.just("OBSERVE"), "parentID": EPCS}),
}  # fmt: skip


@st.composite
def events(draw: st.DrawFn) -> dict[str, object]:
    """One valid event of any type with extensions of any shape."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    needed, more = KINDS[kind]
    optional = {name: field for name, field in {**FIELDS, **more}.items() if name not in needed}
    if ":" in kind:
        del optional["persistentDisposition"]
    fields = draw(st.fixed_dictionaries(needed, optional=optional))
    time = {"eventTime": draw(MOMENTS), "eventTimeZoneOffset": "+08:00"}
    return {"type": kind, **time, **fields, **draw(EXTENSIONS)}
