"""Duties end: done by the deed itself, by hand, or cancelled."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model, Q

from zhian.foundation.duties import policies
from zhian.foundation.duties.lifecycles import DUTY
from zhian.foundation.duties.models import UNFINISHED, Duty
from zhian.foundation.duties.services.clocks import close_stop
from zhian.foundation.duties.services.steps import locked, note_step
from zhian.foundation.duties.vocabulary import DutyState, StepKind
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.use_cases import current_entry_id, record, use_case

ENDING = ["state", "done_at", "done_entry", "stopped_since"]


@use_case("duties.duty.finished")
def finish_duty(*, acting_user: User, duty_id: int, note: str = "") -> Duty:
    """The deed was done; called by the service that did it."""
    duty = locked(duty_id)
    _end("finish", duty)
    note_step(StepKind.DONE, [duty], acting_user, note)
    record(duty, deed=duty.deed, in_time=_in_time(duty), note=note)
    return duty


@use_case("duties.duty.finished_by_hand")
def finish_by_hand(*, acting_user: User, duty_id: int, note: str) -> Duty:
    """The bearer says with a note that the deed was done; only where the pack allows it."""
    duty = locked(duty_id)
    require(policies.can_finish(acting_user, duty))
    _end("finish", duty)
    note_step(StepKind.DONE, [duty], acting_user, note)
    record(duty, deed=duty.deed, in_time=_in_time(duty), note=note)
    return duty


@use_case("duties.duties.finished")
def finish_duties(*, acting_user: User, duty_ids: Sequence[int], note: str = "") -> int:
    """Many duties were done by one deed; returns how many were still owed."""
    return _finish_all(acting_user, Q(pk__in=list(duty_ids)), "duties.duty", note)


@use_case("duties.duties.finished_for")
def finish_for(
    *,
    acting_user: User,
    deed: str,
    subject: Model,
    operator_id: int | None = None,
    note: str = "",
) -> int:
    """Whoever owed this deed over this subject has done it; returns how many duties that ends."""
    subject_type = subject._meta.label_lower
    owed = Q(deed=deed, subject_type=subject_type, subject_id=str(subject.pk))
    if operator_id is not None:
        owed &= Q(operator_ref=operator_id)
    return _finish_all(acting_user, owed, f"{subject_type}:{subject.pk}", note, deed)


def _finish_all(acting_user: User, owed: Q, about: str, note: str, deed: str = "") -> int:
    rows = Duty.objects.select_for_update(of=("self",)).filter(owed, state__in=UNFINISHED)
    found = list(rows.order_by("pk"))
    close_stop([duty for duty in found if duty.stopped_since], clock.now())
    for duty in found:
        _set_end("finish", duty)
    Duty.objects.bulk_update(found, ENDING)
    note_step(StepKind.DONE, found, acting_user, note)
    late = [duty.pk for duty in found if not _in_time(duty)]
    record(about, deed=deed, duties=[duty.pk for duty in found], late=late, note=note)
    return len(found)


@use_case("duties.duty.cancelled")
def cancel_duty(*, acting_user: User, duty_id: int, reason: str) -> Duty:
    """The duty fell away; the reason is kept."""
    duty = locked(duty_id)
    _end("cancel", duty)
    note_step(StepKind.CANCELLED, [duty], acting_user, reason)
    record(duty, deed=duty.deed, reason=reason)
    return duty


@use_case("duties.duties.cancelled_for")
def cancel_for(*, acting_user: User, subject: Model, reason: str) -> int:
    """Everything still owed over a subject fell away; returns how many duties that were."""
    about = Q(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
    rows = Duty.objects.select_for_update(of=("self",)).filter(about, state__in=UNFINISHED)
    found = list(rows.order_by("pk"))
    close_stop([duty for duty in found if duty.stopped_since], clock.now())
    for duty in found:
        _set_end("cancel", duty)
    Duty.objects.bulk_update(found, ENDING)
    note_step(StepKind.CANCELLED, found, acting_user, reason)
    record(subject, duties=[duty.pk for duty in found], reason=reason)
    return len(found)


def _end(step: str, duty: Duty) -> None:
    stopped = duty.stopped_since
    _set_end(step, duty)
    if stopped is not None:
        close_stop([duty], clock.now())
    duty.save(update_fields=ENDING)


def _set_end(step: str, duty: Duty) -> None:
    duty.state = DUTY.target(step, duty.state)
    duty.stopped_since = None
    if duty.state == DutyState.DONE:
        duty.done_at, duty.done_entry = clock.now(), current_entry_id()


def _in_time(duty: Duty) -> bool:
    done: datetime = duty.done_at or clock.now()
    return done <= duty.due_at
