"""Events and capture jobs as the EPCIS 2.0 interface shows them, in JSON and in XML."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext

from zhian.chain.events.engine.documents import prefixes_in
from zhian.chain.events.engine.findings import TEMPLATES, Finding
from zhian.chain.events.engine.grammar.formats import EpcFormat, in_format
from zhian.chain.events.engine.markup.framing import write_xml
from zhian.chain.events.models import CaptureJob, CaptureState, Event
from zhian.kernel import clock

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
SIMPLE_QUERY = "SimpleEventQuery"
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


def to_json(value: object) -> bytes:
    """JSON with exact numbers."""
    return _ENCODE(value)


def event_json(event: Event, form: EpcFormat = EpcFormat.NEVER) -> dict[str, Any]:
    """One event with its number and record time, and with the prefixes it was written in."""
    shown: dict[str, Any] = {}
    own = event.document.get("@context")
    extra = [entry for entry in [*_entries(event.context), *_entries(own)] if entry != CONTEXT]
    if extra:
        shown["@context"] = [CONTEXT, *extra]
    body = {name: value for name, value in event.document.items() if name != "@context"}
    return {
        **shown,
        **in_format(body, form),
        "eventID": event.event_id,
        "recordTime": event.record_time.isoformat(),
    }


def _entries(context: object) -> list[object]:
    if context is None:
        return []
    return context if isinstance(context, list) else [context]


def bare_event_json(event: Event, form: EpcFormat = EpcFormat.NEVER) -> dict[str, Any]:
    """One event as a document of its own."""
    return {"@context": [CONTEXT], **event_json(event, form)}


def query_document(
    events: Iterable[Event],
    form: EpcFormat = EpcFormat.NEVER,
    *,
    name: str = SIMPLE_QUERY,
    subscription: str = "",
) -> dict[str, Any]:
    """The answer of a query, or what a subscriber is told."""
    told = {"subscriptionID": subscription} if subscription else {}
    return {
        "@context": [CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": clock.now().isoformat(),
        "epcisBody": {
            "queryResults": {
                "queryName": name,
                **told,
                "resultsBody": {"eventList": [event_json(event, form) for event in events]},
            }
        },
    }


def as_xml(document: Mapping[str, Any]) -> bytes:
    """A query document in XML 2.0; where events use one prefix in two senses, one is renamed."""
    prefixes: dict[str, str] = {}
    body = document["epcisBody"]["queryResults"]
    listed = [_under(event, prefixes) for event in body["resultsBody"]["eventList"]]
    results = {**body, "resultsBody": {"eventList": listed}}
    root = {**document, "epcisBody": {"queryResults": results}}
    return write_xml(root, prefixes, old=False)


def _under(event: Mapping[str, Any], prefixes: dict[str, str]) -> Any:
    """The event without a context of its own; its prefixes join those of the document."""
    renamed: dict[str, str] = {}
    for prefix, namespace in prefixes_in(event.get("@context")).items():
        free = prefix
        while prefixes.setdefault(free, namespace) != namespace:
            free += "x"
        if free != prefix:
            renamed[prefix] = free
    body = {name: value for name, value in event.items() if name != "@context"}
    return _renamed(body, renamed) if renamed else body


def _renamed(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {_name(key, renamed): _renamed(member, renamed) for key, member in value.items()}
    if isinstance(value, list):
        return [_renamed(item, renamed) for item in value]
    return value


def _name(key: str, renamed: Mapping[str, str]) -> str:
    prefix, colon, local = key.partition(":")
    return f"{renamed[prefix]}:{local}" if colon and prefix in renamed else key


def collection(members: Iterable[str], **more: Any) -> dict[str, Any]:
    """A list of sub-resources or values."""
    return {"@context": [CONTEXT], "type": "Collection", "member": list(members), **more}


def job_json(job: CaptureJob) -> dict[str, Any]:
    """A capture job; its errors are told in the reader's language."""
    shown: dict[str, Any] = {
        "captureID": str(job.capture_id),
        "createdAt": job.created_at.isoformat(),
        "running": job.state == CaptureState.RUNNING,
        "success": not job.errors,
        "captureErrorBehaviour": job.error_behaviour,
        "errors": [stored_finding(error) for error in job.errors],
        "warnings": [stored_finding(warning) for warning in job.warnings],
        "capturedEvents": job.events,
        "knownEvents": job.duplicates,
    }
    if job.finished_at is not None:
        shown["finishedAt"] = job.finished_at.isoformat()
    return shown


def stored_finding(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A finding kept with a job, said in the reader's language."""
    template = TEMPLATES[stored["code"]]
    message = gettext(template) % stored.get("params", {})
    shown = {key: value for key, value in stored.items() if key != "params"}
    return {
        "type": "epcisException:ValidationException",
        "title": message,
        **shown,
        "message": message,
    }


def in_words(finding: Finding) -> str:
    """The finding as a sentence in the active language."""
    return gettext(finding.template) % finding.params


def as_json(finding: Finding) -> dict[str, Any]:
    """The finding as JSON with its sentence in the active language."""
    return {**finding.as_dict(), "message": in_words(finding)}
