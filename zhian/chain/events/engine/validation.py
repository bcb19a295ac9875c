"""Judging EPCIS 2.0 events and documents: shape, vocabulary, and the rules beyond the schema.

Source: EPCIS 2.0 sections 7 and 10, CBV 2.0 section 7; traceability 1(a) "Beyond schema".
"""

from collections.abc import Mapping
from datetime import datetime

from zhian.chain.events.engine import values
from zhian.chain.events.engine.findings import Findings, child, shown
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.shapes import (
    Members,
    Place,
    Scalar,
    judge_extension,
    listed,
    scalars,
    shape,
)
from zhian.chain.events.engine.words import (
    ALERT,
    BIZ_STEP,
    BIZ_TRANSACTION_TYPE,
    COMPONENT,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENT,
    SOURCE_DESTINATION_TYPE,
    is_uri,
)

_SENSOR_TIMES = ("time", "startTime", "endTime")
_METADATA = frozenset(
    {
        "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
        "dataProcessingMethod", "bizRules",
    }
)  # fmt: skip
_SHARED = frozenset({"time", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod"})


def _anything(_findings: Findings, _path: str, _value: object) -> None:
    """A member judged elsewhere."""


def _quantity_rules(findings: Findings, path: str, value: object) -> None:
    """A negative quantity is reported only: the standard sets no lower bound."""
    assert isinstance(value, dict)
    quantity = values.number(value.get("quantity"))
    if quantity is not None and quantity < 0:
        findings.warn("negative-quantity", f"{path}.quantity", value=str(quantity))
    if quantity is not None and "uom" not in value and quantity != int(quantity):
        findings.warn("fraction-of-pieces", f"{path}.quantity", value=str(quantity))
    if "uom" in value and "quantity" not in value:
        findings.add("uom-without-quantity", f"{path}.uom")


def _sensor_rules(findings: Findings, path: str, value: object) -> None:
    """An attribute belongs either to the metadata or to the reports."""
    assert isinstance(value, dict)
    metadata, reports = value.get("sensorMetadata"), value.get("sensorReport")
    if not isinstance(metadata, dict) or not isinstance(reports, list):
        return
    _interval_rule(findings, f"{path}.sensorMetadata", metadata)
    for index, report in enumerate(reports):
        if not isinstance(report, dict):
            continue
        note = findings.warn if _repeats_all(metadata, report) else findings.add
        for name in sorted(metadata.keys() & report.keys() & _METADATA):
            note("sensor-twice", child(f"{path}.sensorReport[{index}]", name), name=shown(name, 40))


def _repeats_all(metadata: Members, report: Members) -> bool:
    """GS1's examples of every field repeat all of the metadata in a report: told, not refused."""
    return metadata.keys() >= _SHARED and report.keys() >= _SHARED


def _interval_rule(findings: Findings, path: str, metadata: Members) -> None:
    start, end = (_moment(metadata.get(name)) for name in ("startTime", "endTime"))
    if start is not None and end is not None and start > end:
        findings.add("sensor-interval", f"{path}.endTime")


def _moment(value: object) -> datetime | None:
    return values.moment(value) if isinstance(value, str) else None


def _sensor_times(findings: Findings, path: str, event: Members) -> None:
    """What a sensor measured for an event was measured by then."""
    at, elements = _moment(event.get("eventTime")), event.get("sensorElementList")
    if at is None or not isinstance(elements, list):
        return
    for index, element in enumerate(elements):
        if isinstance(element, dict):
            _element_times(findings, f"{path}.sensorElementList[{index}]", element, at)


def _element_times(findings: Findings, path: str, element: Members, at: datetime) -> None:
    metadata = element.get("sensorMetadata")
    reports = element.get("sensorReport")
    parts = [(f"{path}.sensorMetadata", metadata)]
    if isinstance(reports, list):
        parts += [(f"{path}.sensorReport[{n}]", report) for n, report in enumerate(reports)]
    whole = [part for _, part in parts[1:] if isinstance(part, dict)]
    known = isinstance(metadata, dict) and any(_repeats_all(metadata, one) for one in whole)
    note = findings.warn if known else findings.add
    for place, part in parts:
        for name in _SENSOR_TIMES if isinstance(part, dict) else ():
            found = _moment(part.get(name)) if isinstance(part, dict) else None
            if found is not None and found > at and isinstance(part, dict):
                note("sensor-time-late", f"{place}.{name}", value=shown(part[name]))


def _disposition_change_rules(findings: Findings, path: str, value: object) -> None:
    if isinstance(value, dict) and not value.keys() & {"set", "unset"}:
        findings.add("missing-field", f"{path}.set", name="set")


def _certification(findings: Findings, path: str, value: object) -> None:
    (_uris if isinstance(value, list) else _uri)(findings, path, value)


def _context(findings: Findings, path: str, value: object) -> None:
    """An address, an object of prefixes, or a list of these; something must be in it."""
    entries = value if isinstance(value, list) else [value]
    if not entries:
        findings.add("bad-context", path)
    for entry in entries:
        good = (isinstance(entry, dict) and entry) or (isinstance(entry, str) and is_uri(entry))
        if not good:
            findings.add("bad-context", path)
        elif isinstance(entry, dict):
            judge_extension(findings, path, entry)


_uri = Scalar(values.uri)
_time = Scalar(values.time)
_text = Scalar(values.text)
_decimal = Scalar(values.decimal)
_uris = scalars(values.uri)
_epcs = scalars(values.uri, unique=True)
_disposition = values.word(DISPOSITION)

_quantity = shape(
    {"epcClass": _uri, "quantity": _decimal, "uom": Scalar(values.uom)},
    required=("epcClass",),
    extra=_quantity_rules,
)
_quantities = listed(_quantity)
_where = shape({"id": _uri}, required=("id",), extensible=True)
_sensor_metadata = shape(
    {
        "time": _time, "startTime": _time, "endTime": _time, "deviceID": _uri,
        "deviceMetadata": _uri, "rawData": _uri, "dataProcessingMethod": _uri, "bizRules": _uri,
    },
    extensible=True,
)  # fmt: skip
_sensor_report = shape(
    {
        "type": Scalar(values.word(MEASUREMENT)), "exception": Scalar(values.word(ALERT)),
        "deviceID": _uri, "deviceMetadata": _uri, "rawData": _uri, "dataProcessingMethod": _uri,
        "bizRules": _uri, "time": _time, "microorganism": _uri, "chemicalSubstance": _uri,
        "coordinateReferenceSystem": _uri, "value": _decimal,
        "component": Scalar(values.word(COMPONENT)), "stringValue": _text,
        "booleanValue": Scalar(values.boolean), "hexBinaryValue": Scalar(values.hexadecimal),
        "uriValue": _uri, "minValue": _decimal, "maxValue": _decimal, "meanValue": _decimal,
        "sDev": _decimal, "percRank": _decimal, "percValue": _decimal, "uom": Scalar(values.uom),
    },
    required=("type",),
    extensible=True,
)  # fmt: skip
_sensor_element = shape(
    {"sensorMetadata": _sensor_metadata, "sensorReport": listed(_sensor_report, least=1)},
    required=("sensorReport",),
    extensible=True,
    extra=_sensor_rules,
)
_error_declaration = shape(
    {
        "declarationTime": _time,
        "reason": Scalar(values.word(ERROR_REASON)),
        "correctiveEventIDs": _uris,
    },
    required=("declarationTime",),
    extensible=True,
)
_disposition_change = shape(
    {
        "set": scalars(_disposition, least=1, unique=True),
        "unset": scalars(_disposition, least=1, unique=True),
    },
    extra=_disposition_change_rules,
)
_party_type = Scalar(values.word(SOURCE_DESTINATION_TYPE))
_transactions = shape(
    {"type": Scalar(values.word(BIZ_TRANSACTION_TYPE)), "bizTransaction": _uri},
    required=("bizTransaction",),
)

_COMMON: dict[str, Place] = {
    "@context": _context,
    "type": _text,
    "eventTime": _time,
    "recordTime": _time,
    "eventTimeZoneOffset": Scalar(values.zone_offset),
    "eventID": _uri,
    "certificationInfo": _certification,
    "errorDeclaration": _error_declaration,
}
_CONTEXT_OF_BUSINESS: dict[str, Place] = {
    "bizStep": Scalar(values.word(BIZ_STEP)),
    "disposition": Scalar(_disposition),
    "readPoint": _where,
    "bizLocation": _where,
    "bizTransactionList": listed(_transactions),
    "sourceList": listed(shape({"type": _party_type, "source": _uri}, required=("type", "source"))),
    "destinationList": listed(
        shape({"type": _party_type, "destination": _uri}, required=("type", "destination"))
    ),
    "sensorElementList": listed(_sensor_element),
}
_ACTION: dict[str, Place] = {"action": Scalar(values.action)}
_ILMD: dict[str, Place] = {"ilmd": shape({}, extensible=True)}
_CHANGE: dict[str, Place] = {"persistentDisposition": _disposition_change}
_FAMILY: dict[str, Place] = {
    "parentID": _uri,
    "childEPCs": _epcs,
    "childQuantityList": _quantities,
}


def _object_rules(findings: Findings, path: str, event: object) -> None:
    assert isinstance(event, dict)
    sensed = event.get("sensorElementList") and "readPoint" in event
    if "epcList" not in event and not event.get("quantityList") and not sensed:
        findings.add("nothing-observed", path)
    if "ilmd" in event and event.get("action") != "ADD":
        findings.add("ilmd-not-allowed", f"{path}.ilmd")


def _family_rules(findings: Findings, path: str, event: object) -> None:
    """Children unless everything is taken out (DELETE); a parent when the bond changes."""
    assert isinstance(event, dict)
    action = shown(event.get("action"))
    if not (event.get("childEPCs") or event.get("childQuantityList")) and action != "DELETE":
        findings.add("no-children", f"{path}.childEPCs", action=action)
    if action in ("ADD", "DELETE") and "parentID" not in event:
        findings.add("no-parent", f"{path}.parentID", action=action)


def _transaction_rules(findings: Findings, path: str, event: object) -> None:
    assert isinstance(event, dict)
    action = shown(event.get("action"))
    if "epcList" not in event and not event.get("quantityList") and action != "DELETE":
        findings.add("no-goods", f"{path}.epcList", action=action)
    if event.get("bizTransactionList") == []:
        findings.add("empty-list", f"{path}.bizTransactionList")


def _transformation_rules(findings: Findings, path: str, event: object) -> None:
    assert isinstance(event, dict)
    inputs = event.get("inputEPCList") or event.get("inputQuantityList")
    outputs = event.get("outputEPCList") or event.get("outputQuantityList")
    if "transformationID" in event:
        if not inputs and not outputs:
            findings.add("neither-input-nor-output", path)
        return
    if not inputs:
        findings.add("no-inputs", f"{path}.inputEPCList")
    if not outputs:
        findings.add("no-outputs", f"{path}.outputEPCList")


def _event_shape(
    fields: Mapping[str, Place], extra: Place, *, required: tuple[str, ...] = ("action",)
) -> Place:
    return shape(
        {**_COMMON, **_CONTEXT_OF_BUSINESS, **fields},
        required=("eventTime", "eventTimeZoneOffset", *required),
        extensible=True,
        extra=extra,
    )


EVENT_SHAPES: dict[str, Place] = {
    "ObjectEvent": _event_shape(
        {**_ACTION, **_ILMD, **_CHANGE, "epcList": _epcs, "quantityList": _quantities},
        _object_rules,
    ),
    "AggregationEvent": _event_shape({**_ACTION, **_FAMILY, **_CHANGE}, _family_rules),
    "AssociationEvent": _event_shape(
        {**_ACTION, **_FAMILY, **_CHANGE}, _family_rules, required=("action", "parentID")
    ),
    "TransactionEvent": _event_shape(
        {
            **_ACTION, **_CHANGE, "parentID": _uri, "epcList": _epcs,
            "quantityList": _quantities,
        },
        _transaction_rules,
        required=("action", "bizTransactionList"),
    ),
    "TransformationEvent": _event_shape(
        {
            **_ILMD, **_CHANGE, "inputEPCList": _epcs, "inputQuantityList": _quantities,
            "outputEPCList": _epcs, "outputQuantityList": _quantities, "transformationID": _uri,
        },
        _transformation_rules,
        required=(),
    ),
}  # fmt: skip
_EXTENDED = shape(
    {**_COMMON, **_CONTEXT_OF_BUSINESS, **_ACTION, **_FAMILY},
    required=("eventTime", "eventTimeZoneOffset"),
    extensible=True,
)


def judge_event(findings: Findings, path: str, event: object) -> None:
    """Record what is wrong with one event."""
    if not isinstance(event, dict):
        findings.add("not-an-object", path)
        return
    kind = event.get("type")
    if kind is None:
        findings.add("missing-field", f"{path}.type", name="type")
    elif not isinstance(kind, str):
        findings.add("not-text", f"{path}.type")
    elif kind in EVENT_SHAPES:
        EVENT_SHAPES[kind](findings, path, event)
        if "sensorElementList" in event:
            _sensor_times(findings, path, event)
        _weak_identifiers(findings, path, event)
    elif is_uri(kind):
        _EXTENDED(findings, path, event)
    else:
        findings.add("unknown-document", f"{path}.type", value=shown(kind))


def _weak_identifiers(findings: Findings, path: str, event: Members) -> None:
    """A wrong check digit of a logistic unit is reported, not refused: its goods are known."""
    for name in ("parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList"):
        uris = event.get(name)
        for uri in uris if isinstance(uris, list) else [uris]:
            found = identify(uri) if isinstance(uri, str) else None
            if found is not None and found.fault is not None and not found.strict:
                findings.warn(
                    found.fault, child(path, name), value=shown(uri), expected=found.expected
                )


judge_context = _context
judge_uri = _uri
judge_text = Scalar(values.line)
judge_time = _time
judge_version = Scalar(values.version)
judge_header = shape(
    {
        "epcisMasterData": shape(
            {
                "vocabularyList": listed(
                    shape(
                        {"type": _uri, "vocabularyElementList": _anything},
                        required=("type",),
                        extensible=True,
                    )
                )
            },
            extensible=True,
        )
    },
    extensible=True,
)
