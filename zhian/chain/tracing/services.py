"""What people do with traces: begin an investigation, take replies, mark evidence, save a view."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhian.chain.tracing import policies
from zhian.chain.tracing.engine.problems import ModelError
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.engine.workbooks.accepting import accept
from zhian.chain.tracing.engine.workbooks.merging import take
from zhian.chain.tracing.models import Investigation, Reply, SavedView
from zhian.chain.tracing.selectors.replies import looked_at, read_reply
from zhian.chain.tracing.vocabulary import ReplyState
from zhian.foundation.evidence import services as evidence
from zhian.foundation.evidence.vocabulary import EvidenceKind
from zhian.foundation.offices import policies as offices
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown
from zhian.kernel.use_cases import record, use_case

# what may be marked on the explorer, by the key of the model's settings (trace 3.2)
MARKS = (
    "stationWeight", "deliveryWeight", "stationKill", "deliveryKill", "stationCrossContamination",
    "deliveryCrossContamination", "observedStations", "observedDeliveries",
)  # fmt: skip


@dataclass(frozen=True)
class ViewText:
    """A view as its owner names it; `address` is the query of the page."""

    name: str
    address: str
    lot: str = ""
    investigation_id: int | None = None
    as_of: datetime | None = None
    is_shared: bool = False


def _refused(error: ModelError, field: str) -> BadInput:
    lines = [f"{p.where}: {p.message}" for p in error.problems[:5]]
    return BadInput(fields=[FieldError(field, "; ".join(lines))])


@use_case("tracing.investigation.begun")
def begin_investigation(
    *, acting_user: User, name: str, model: Mapping[str, Any], lot: str = ""
) -> Investigation:
    """An investigation of one's own office on a neutral model; BadInput when it cannot be read."""
    offices.require(policies.can_begin(acting_user))
    office = offices.own_office(acting_user)
    if office is None:
        raise BadInput(_("Only somebody with a post in an office leads an investigation."))
    try:
        read_model(model)
    except ModelError as error:
        raise _refused(error, "file") from error
    now = clock.now()
    made = Investigation.objects.create(
        name=name, office=office, lot=lot, model=dict(model), begun_at=now, changed_at=now,
        begun_by=acting_user,
    )  # fmt: skip
    record(made, name=name, lot=lot, deliveries=len(model.get("deliveries") or []))
    return made


def _locked(acting_user: User, investigation_id: int) -> Investigation:
    """One to change, locked; NotKnown or Refused for others."""
    seen = policies.investigations_visible_to(acting_user)
    found = seen.select_for_update(of=("self",)).filter(pk=investigation_id).first()
    if found is None:
        raise NotKnown
    offices.require(policies.can_work_on(acting_user, found))
    return found


def _store(investigation: Investigation, model: dict[str, Any]) -> None:
    investigation.model, investigation.changed_at = model, clock.now()
    investigation.revision += 1
    investigation.save(update_fields=["model", "changed_at", "revision"])


@use_case("tracing.reply.received")
def receive_reply(*, acting_user: User, investigation_id: int, filename: str, data: bytes) -> Reply:
    """Keep a workbook that came back; BadInput when it is none of a known form."""
    investigation = _locked(acting_user, investigation_id)
    try:
        read_reply(investigation.model, filename, data)
    except ModelError as error:
        raise _refused(error, "file") from error
    item = evidence.keep(
        acting_user=acting_user, subject=investigation, kind=EvidenceKind.DOCUMENT,
        filename=filename, data=data,
    )  # fmt: skip
    reply = Reply.objects.create(
        investigation=investigation, item_id=item.pk, filename=item.filename,
        received_at=clock.now(),
    )  # fmt: skip
    record(reply, investigation=investigation.pk, sha256=item.sha256)
    return reply


def _waiting(acting_user: User, reply_id: int) -> Reply:
    reply = Reply.objects.select_for_update(of=("self",)).filter(pk=reply_id).first()
    if reply is None:
        raise NotKnown
    reply.investigation = _locked(acting_user, reply.investigation_id)
    if reply.state != ReplyState.WAITING:
        raise Conflict(_("Somebody has decided about this reply already."))
    return reply


def _decide(reply: Reply, acting_user: User, state: ReplyState, taken: Collection[str]) -> None:
    reply.state, reply.decided_at, reply.decided_by = state, clock.now(), acting_user
    reply.taken = sorted(taken)
    reply.save(update_fields=["state", "decided_at", "decided_by", "taken"])


@use_case("tracing.reply.merged")
def merge_reply(
    *, acting_user: User, reply_id: int, chosen: Collection[str], revision: int
) -> Investigation:
    """Take the chosen lines and confirmed proposals, nothing else.

    Conflict when the investigation changed since the person looked at `revision`.
    """
    reply = _waiting(acting_user, reply_id)
    investigation = reply.investigation
    if investigation.revision != revision:
        raise Conflict(_("The investigation has changed meanwhile; look at the lines again."))
    seen = looked_at(reply)
    offered = {line.id for line in seen.lines} | {
        doubt.proposal.id for doubt in seen.doubts if doubt.proposal
    }
    if not set(chosen) <= offered:
        raise BadInput(_("This reply proposes no such line."))
    model = take(investigation.model, seen.after, chosen)
    possible = seen.doubts_within(model)  # a doubt about a line that was left out is gone
    confirmed = {d.proposal.id for d in possible if d.proposal} & set(chosen)
    model = accept(model, possible, confirmed)
    _store(investigation, model)
    _decide(reply, acting_user, ReplyState.MERGED, chosen)
    record(
        reply, investigation=investigation.pk, revision=investigation.revision,
        lines=sorted(chosen), offered=len(offered),
    )  # fmt: skip
    return investigation


@use_case("tracing.reply.refused")
def refuse_reply(*, acting_user: User, reply_id: int, reason: str) -> Reply:
    """Take nothing of a reply, with the reason."""
    reply = _waiting(acting_user, reply_id)
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Say why nothing is taken."))])
    _decide(reply, acting_user, ReplyState.REFUSED, ())
    record(reply, reason=reason)
    return reply


@use_case("tracing.investigation.marked")
def mark_evidence(
    *, acting_user: User, investigation_id: int, marks: Mapping[str, Any], in_time_order: bool
) -> Investigation:
    """Set cases, negatives, kill steps and mixing places; keys not named stay as they are."""
    investigation = _locked(acting_user, investigation_id)
    settings = dict(investigation.model.get("settings") or {})
    settings |= {key: value for key, value in marks.items() if key in MARKS}
    model = investigation.model | {"settings": settings, "enforceTemporalOrder": in_time_order}
    try:
        read_model(model)
    except ModelError as error:
        raise _refused(error, "marks") from error
    _store(investigation, model)
    record(investigation, marks=dict(marks), in_time_order=in_time_order)
    return investigation


@use_case("tracing.view.saved")
def save_view(*, acting_user: User, text: ViewText) -> SavedView:
    """Keep a view under a name of one's own; the same name again replaces it."""
    offices.require(policies.can_trace(acting_user))
    name = text.name.strip()
    if not name:
        raise BadInput(fields=[FieldError("name", _("Give the view a name."))])
    facts = {
        "lot": text.lot, "investigation_id": text.investigation_id, "address": text.address,
        "as_of": text.as_of or clock.now(), "is_shared": text.is_shared, "saved_at": clock.now(),
    }  # fmt: skip
    view, _made = SavedView.objects.update_or_create(user=acting_user, name=name, defaults=facts)
    record(
        view, name=name, address=text.address, as_of=view.as_of.isoformat(), lot=text.lot,
        shared=text.is_shared,
    )  # fmt: skip
    return view


@use_case("tracing.view.dropped")
def drop_view(*, acting_user: User, view_id: int) -> None:
    """Remove a view of one's own; the ledger remembers it."""
    view = SavedView.objects.filter(user=acting_user, pk=view_id).first()
    if view is None:
        raise NotKnown
    record(view, name=view.name)
    view.delete()
