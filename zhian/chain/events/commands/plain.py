"""The reference of the benchmark: a repository as it is written on the first afternoon.

jsonschema judges every event, then every event, lot and place is an object of the ORM that is
created on its own, all in one transaction a document. It fills the same tables, hashes with the
slow twin, and lacks everything else (check digits, vocabularies, error declarations, the ledger).
"""

import hashlib
import json
from decimal import Decimal
from typing import Any

from django.db import transaction

from zhian.chain.events.engine.documents import prefixes_in
from zhian.chain.events.engine.facts import summarise
from zhian.chain.events.engine.hashing_twin import canonical_text
from zhian.chain.events.models import (
    CapturedDocument,
    CaptureJob,
    Event,
    EventIdentity,
    EventLot,
    EventParty,
)
from zhian.chain.events.vocabulary import PartyRole
from zhian.foundation.offices.models import User
from zhian.kernel import clock

_URI = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.\-]*:\S+$", "maxLength": 2048}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_WORD = {"type": "string", "minLength": 1}
_PLACE = {"type": "object", "properties": {"id": _URI}, "required": ["id"]}
_QUANTITIES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "epcClass": _URI,
            "quantity": {"type": "number"},
            "uom": {"type": "string", "pattern": "^[A-Z0-9]{2,3}$"},
        },
        "required": ["epcClass"],
        "additionalProperties": False,
    },
}
_EPCS = {"type": "array", "items": _URI, "uniqueItems": True}


def _pairs(name: str) -> dict[str, Any]:
    pair = {"type": "object", "properties": {"type": _WORD, name: _URI}, "required": [name]}
    return {"type": "array", "items": pair}


# what EPCIS 2.0 says of the shape of an event, as short as it can be said
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "type": {
            "enum": [
                "ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent",
                "TransformationEvent",
            ]
        },
        "eventTime": _TIME,
        "eventTimeZoneOffset": {"type": "string", "pattern": r"^[+-]\d\d:\d\d$"},
        "eventID": _URI,
        "action": {"enum": ["ADD", "OBSERVE", "DELETE"]},
        "bizStep": _WORD,
        "disposition": _WORD,
        "readPoint": _PLACE,
        "bizLocation": _PLACE,
        "parentID": _URI,
        "epcList": _EPCS,
        "childEPCs": _EPCS,
        "inputEPCList": _EPCS,
        "outputEPCList": _EPCS,
        "quantityList": _QUANTITIES,
        "childQuantityList": _QUANTITIES,
        "inputQuantityList": _QUANTITIES,
        "outputQuantityList": _QUANTITIES,
        "bizTransactionList": _pairs("bizTransaction"),
        "sourceList": _pairs("source"),
        "destinationList": _pairs("destination"),
        "ilmd": {"type": "object", "patternProperties": {":": {}}, "additionalProperties": False},
    },
    "patternProperties": {":": {}},
    "required": ["type", "eventTime", "eventTimeZoneOffset"],
    "additionalProperties": False,
}  # fmt: skip


def capture(raw: bytes, user: User) -> None:
    """Judge and store a document, one object at a time; jsonschema raises for a faulty event."""
    # a tool of the developers, installed by `make setup`; the platform itself does not use it
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(SCHEMA)
    root = json.loads(raw, parse_float=Decimal)
    for event in root["epcisBody"]["eventList"]:
        validator.validate(event)
    with transaction.atomic():
        job = CaptureJob.objects.create(
            created_at=clock.now(), captured_by=user, media_type="application/json",
            sha256=hashlib.sha256(raw).hexdigest(), size=len(raw),
        )  # fmt: skip
        CapturedDocument.objects.create(job=job, raw=raw)
        for event in root["epcisBody"]["eventList"]:
            _store(job, root["@context"], event)


def _store(job: CaptureJob, context: object, event: dict[str, Any]) -> None:
    digest = hashlib.sha256(canonical_text(event, prefixes_in(context)).encode())
    _identity, new = EventIdentity.objects.get_or_create(identity=digest.digest())
    if not new:
        return
    name = f"ni:///sha-256;{digest.hexdigest()}?ver=CBV2.0"
    found, now = summarise(event), clock.now()
    stored = Event.objects.create(
        event_id=event.get("eventID", name), event_hash=name, type=found.type,
        action=found.action, kind=found.kind.value, event_time=found.event_time, record_time=now,
        time_zone_offset=event["eventTimeZoneOffset"], biz_step=found.biz_step,
        disposition=found.disposition, read_point=found.read_point,
        biz_location=found.biz_location, site=found.site or "",
        source_site=found.nearest(PartyRole.SOURCE) or "",
        destination_site=found.nearest(PartyRole.DESTINATION) or "", job=job,
        context=context, document=json.loads(json.dumps(event, default=float)),
    )  # fmt: skip
    for lot in found.lots:
        EventLot.objects.create(
            event=stored, record_time=now, role=lot.role.value, lot=lot.lot,
            quantity=lot.quantity, uom=lot.uom, kg=lot.kg,
        )  # fmt: skip
    for party in found.parties:
        EventParty.objects.create(
            event=stored, record_time=now, role=party.role.value, kind=party.kind, site=party.site,
            event_time=found.event_time,
        )  # fmt: skip
