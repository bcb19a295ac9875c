"""Capturing: a whole document becomes events, or nothing does."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhian.chain.events import policies
from zhian.chain.events.engine.documents import MAX_EVENTS, Document, Examination, examine
from zhian.chain.events.engine.findings import MAX_FINDINGS, Finding, Severity
from zhian.chain.events.engine.reading import MAX_BYTES
from zhian.chain.events.engine.swift import examine_swiftly
from zhian.chain.events.models import CapturedDocument, CaptureJob, CaptureState
from zhian.chain.events.services import storing
from zhian.chain.events.services.masterdata import propose
from zhian.chain.events.services.refusals import (
    CaptureLimitExceeded,
    RefusedDocument,
    UnreadableMediaType,
)
from zhian.chain.events.vocabulary.happenings import DocumentAccepted, EventsCaptured
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, NotKnown
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case

JSON_TYPES = frozenset({"application/json", "application/ld+json"})
XML_TYPES = frozenset({"application/xml", "text/xml"})
ROLLBACK, PROCEED = "rollback", "proceed"
# larger documents are judged at once and stored by the worker
LATER_ABOVE = 2_000
_LOTS_TOLD = 200


def submit_document(
    *,
    acting_user: User,
    raw: bytes,
    media_type: str = "application/ld+json",
    error_behaviour: str = ROLLBACK,
    single: bool = False,
) -> CaptureJob:
    """Take a document from outside: store it, have it stored, or keep the record of its refusal.

    RefusedDocument when it has errors: no event is stored, the capture job tells why. `single`
    refuses a document of several events.
    """
    require(policies.can_capture(acting_user))
    examination = judge(raw, media_type, error_behaviour)
    try:
        if single:
            _only_one(examination)
        if examination.document and len(examination.document.events) > LATER_ABOVE:
            return accept_for_later(
                acting_user=acting_user,
                raw=raw,
                media_type=media_type,
                error_behaviour=error_behaviour,
            )
        return capture_examined(
            acting_user=acting_user,
            raw=raw,
            media_type=media_type,
            error_behaviour=error_behaviour,
            examination=examination,
        )
    except RefusedDocument as refusal:
        note_refusal(
            acting_user=acting_user,
            raw=raw,
            media_type=media_type,
            error_behaviour=error_behaviour,
            errors=refusal.findings,
        )
        raise


def _only_one(examination: Examination) -> None:
    document = examination.document
    if document is not None and len(document.events) != 1:
        raise RefusedDocument(
            [Finding("one-event", "$", None, {"count": str(len(document.events))})]
        )


def capture_document(
    *,
    acting_user: User,
    raw: bytes,
    media_type: str = "application/ld+json",
    error_behaviour: str = ROLLBACK,
) -> CaptureJob:
    """Judge and store a document here and now; RefusedDocument when it has errors."""
    return capture_examined(
        acting_user=acting_user,
        raw=raw,
        media_type=media_type,
        error_behaviour=error_behaviour,
        examination=judge(raw, media_type, error_behaviour),
    )


def judge(raw: bytes, media_type: str, error_behaviour: str) -> Examination:
    """Judge the bytes under the rules of the interface; raises for type, size and behaviour."""
    kind = media_type.partition(";")[0].strip().lower()
    if kind not in JSON_TYPES | XML_TYPES:
        raise UnreadableMediaType(_("Events are read as JSON, JSON-LD or XML."))
    if error_behaviour not in (ROLLBACK, PROCEED):
        raise BadInput(_("The error behaviour is either rollback or proceed."))
    if len(raw) > MAX_BYTES:
        raise CaptureLimitExceeded(
            _("The document has %(size)d bytes; the limit is %(limit)d.")
            % {"size": len(raw), "limit": MAX_BYTES}
        )
    examination = examine(raw, xml=True) if kind in XML_TYPES else examine_swiftly(raw)
    if any(error.code == "too-many-events" for error in examination.errors):
        raise CaptureLimitExceeded(
            _("One document may hold %(limit)d events at most.") % {"limit": MAX_EVENTS}
        )
    return examination


@use_case("events.document.captured")
def capture_examined(
    *,
    acting_user: User,
    raw: bytes,
    media_type: str,
    error_behaviour: str,
    examination: Examination,
) -> CaptureJob:
    """Store what was judged: every event once, the document itself as evidence."""
    require(policies.can_capture(acting_user))
    job = _new_job(acting_user, raw, media_type, error_behaviour, CaptureState.RUNNING)
    _fill(job, examination)
    return job


@use_case("events.document.accepted")
def accept_for_later(
    *, acting_user: User, raw: bytes, media_type: str, error_behaviour: str
) -> CaptureJob:
    """Keep a large document and have the worker store its events."""
    require(policies.can_capture(acting_user))
    job = _new_job(acting_user, raw, media_type, error_behaviour, CaptureState.RUNNING)
    record(job, sha256=job.sha256, size=job.size)
    publish(DocumentAccepted(capture_id=str(job.capture_id)))
    return job


@use_case("events.document.captured")
def finish_capture(*, acting_user: User, capture_id: UUID) -> CaptureJob:
    """Store the events of a document accepted earlier; a finished job is left as it is."""
    job = _locked_job(capture_id)
    if job.state != CaptureState.RUNNING:
        record(job, already=job.state)
        return job
    document = CapturedDocument.objects.get(job=job)
    _fill(job, judge(bytes(document.raw), job.media_type, job.error_behaviour))
    return job


@use_case("events.document.refused")
def fail_capture(*, acting_user: User, capture_id: UUID, errors: Sequence[Finding]) -> CaptureJob:
    """End a job whose document turned out to contradict what is stored."""
    job = _locked_job(capture_id)
    _refuse(job, errors)
    return job


def _locked_job(capture_id: UUID) -> CaptureJob:
    job = CaptureJob.objects.select_for_update().filter(capture_id=capture_id).first()
    if job is None:
        raise NotKnown
    return job


@use_case("events.document.refused")
def note_refusal(
    *,
    acting_user: User,
    raw: bytes,
    media_type: str,
    error_behaviour: str,
    errors: Sequence[Finding],
) -> CaptureJob:
    """Keep the record that a document was refused, and why; its events are not stored."""
    job = _new_job(acting_user, raw, media_type, error_behaviour, CaptureState.FAILED)
    _refuse(job, errors)
    return job


def _refuse(job: CaptureJob, errors: Sequence[Finding]) -> None:
    job.state = CaptureState.FAILED
    job.errors = _kept(errors)
    job.finished_at = clock.now()
    job.save(update_fields=["state", "errors", "finished_at"])
    record(job, sha256=job.sha256, size=job.size, errors=len(errors))


def _kept(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Findings with their parameters, so that they can be said again in another language."""
    return [finding.as_dict() | {"params": dict(finding.params)} for finding in findings]


def _new_job(
    acting_user: User, raw: bytes, media_type: str, error_behaviour: str, state: CaptureState
) -> CaptureJob:
    job = CaptureJob.objects.create(
        state=state,
        created_at=clock.now(),
        error_behaviour=error_behaviour,
        captured_by=acting_user,
        office=offices.office_of(acting_user),
        operator_ref=policies.operator_id_of(acting_user),
        media_type=media_type[:100],
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
    )
    storing.keep_raw(job, raw)
    return job


def _fill(job: CaptureJob, examination: Examination) -> None:
    """Store the acceptable events of a running job and tell the ledger."""
    document, errors = examination.document, list(examination.errors)
    if job.error_behaviour == PROCEED and document is None:
        document = examination.remainder
    if document is None:
        raise RefusedDocument(errors)
    prepared = storing.prepare(document)
    taken = storing.taken_event_ids(prepared)
    if taken and job.error_behaviour == ROLLBACK:
        raise RefusedDocument(taken)
    wrong = {finding.event for finding in taken}
    kept = [one for one in prepared if one.index not in wrong]
    now = clock.now()
    stored = storing.store(job, document, kept, now)
    if "epcisHeader" in document.root:
        propose(job, document)
    job.events, job.duplicates = stored.events, stored.duplicates - len(wrong)
    errors += taken
    job.errors = _kept(errors)
    job.warnings = _kept([*examination.warnings, *_known(document, kept, stored)])
    job.finished_at = now
    job.state = CaptureState.PARTIAL if errors else CaptureState.SUCCEEDED
    job.save()
    record(
        job,
        sha256=job.sha256,
        size=job.size,
        events=job.events,
        duplicates=job.duplicates,
        errors=len(errors),
    )
    if stored.events:
        more = len(stored.lots) > _LOTS_TOLD
        publish(
            EventsCaptured(
                capture_id=str(job.capture_id),
                events=stored.events,
                lot_keys=() if more else tuple(stored.lots),
                more_lots=more,
            )
        )


def _known(
    document: Document, kept: Sequence[storing.Prepared], stored: storing.Stored
) -> list[Finding]:
    """The events that were stored before, or stand twice in the document, by their places."""
    if not stored.duplicates:
        return []
    indexes = {one.index for one in kept} - stored.known
    found = [
        Finding("already-known", path, index, {}, Severity.WARNING)
        for index, path in document.places
        if index not in indexes
    ]
    return found[:MAX_FINDINGS]


def lay_months(months: int = 24) -> int:
    """Lay the partitions of the coming months (schema, not records); says how many were missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT events_lay_months(%s, %s)", [clock.today(), months])
        return int(cursor.fetchone()[0])
