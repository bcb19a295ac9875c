"""Events and capture jobs as the EPCIS 2.0 interface shows them."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext

from zhian.chain.events.engine.findings import TEMPLATES, Finding
from zhian.chain.events.models import CaptureJob, CaptureState, Event
from zhian.kernel import clock

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


def to_json(value: object) -> bytes:
    """JSON with exact numbers."""
    return _ENCODE(value)


def event_json(event: Event) -> dict[str, Any]:
    """One event with its number and record time, and with the prefixes it was written in."""
    shown: dict[str, Any] = {}
    extra = [entry for entry in _entries(event.context) if entry != CONTEXT]
    if extra:
        shown["@context"] = [CONTEXT, *extra]
    return {
        **shown,
        **event.document,
        "eventID": event.event_id,
        "recordTime": event.record_time.isoformat(),
    }


def _entries(context: object) -> list[object]:
    return context if isinstance(context, list) else [context]


def bare_event_json(event: Event) -> dict[str, Any]:
    """One event as a document of its own."""
    return {"@context": [CONTEXT], **event_json(event)}


def query_document(events: Iterable[Event]) -> dict[str, Any]:
    """The answer of a query."""
    listed = [event_json(event) for event in events]
    return {
        "@context": [CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": clock.now().isoformat(),
        "epcisBody": {
            "queryResults": {
                "queryName": "SimpleEventQuery",
                "resultsBody": {"eventList": listed},
            }
        },
    }


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
