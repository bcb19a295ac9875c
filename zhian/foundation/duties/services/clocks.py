"""The clock of a duty: stopped, resumed, run out, fixed once a year is announced."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from zhian.foundation.duties import selectors, terms
from zhian.foundation.duties.engine.calendar import Stop, Term, Unit
from zhian.foundation.duties.lifecycles import DUTY
from zhian.foundation.duties.models import Duty, DutyStop
from zhian.foundation.duties.services.steps import locked, note_step
from zhian.foundation.duties.vocabulary import Card, DutyOverdue, DutyState, StepKind
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import Office, User
from zhian.kernel import clock, outbox
from zhian.kernel.errors import BadInput, Conflict
from zhian.kernel.use_cases import record, use_case


@use_case("duties.clock.stopped")
def stop_clock(*, acting_user: User, duty_id: int, reason: str, at: datetime | None = None) -> Duty:
    """The law does not count what follows (testing time, rules.md 3.5); Conflict elsewhere."""
    duty = locked(duty_id)
    rule = duty.rule
    if rule is None or not rule.stops:
        raise Conflict(_("The law does not let this clock stop."))
    since = _moment_after(duty.started_at, at)
    duty.state = DUTY.target("stop", duty.state)
    duty.stopped_since = since
    duty.save(update_fields=["state", "stopped_since"])
    DutyStop.objects.create(duty=duty, since=since, reason=reason)
    note_step(StepKind.STOPPED, [duty], acting_user, reason)
    record(duty, since=since, reason=reason)
    return duty


@use_case("duties.clock.resumed")
def resume_clock(*, acting_user: User, duty_id: int, at: datetime | None = None) -> Duty:
    """The clock runs again; the due moment moves by exactly what was not counted."""
    duty = locked(duty_id)
    state = DUTY.target("resume", duty.state)
    until = _moment_after(duty.stopped_since or duty.started_at, at)
    close_stop([duty], until)
    duty.state, duty.stopped_since = state, None
    _count_anew(duty)
    duty.save(
        update_fields=["state", "stopped_since", "stopped_total", "due_at", "calendar_pending"]
    )
    note_step(StepKind.RESUMED, [duty], acting_user)
    record(duty, until=until, due_at=duty.due_at)
    return duty


def close_stop(duties: Sequence[Duty], until: datetime) -> None:
    """End the running stop of each duty; nothing to do for none."""
    if duties:
        DutyStop.objects.filter(duty__in=duties, until__isnull=True).update(until=until)


def _moment_after(earliest: datetime, at: datetime | None) -> datetime:
    moment = at or clock.now()
    if moment < earliest:
        raise BadInput(_("This lies before the clock began."))
    if moment > clock.now():
        raise BadInput(_("This lies in the future."))
    return moment


def _count_anew(duty: Duty) -> None:
    """The due moment with every stop so far; a stated one moves by the time that stood still."""
    stops = tuple(Stop(one.since, one.until) for one in duty.stops.all() if one.until is not None)
    stopped = sum((one.until - one.since for one in stops), timedelta())
    if duty.term_amount:
        term = Term(duty.term_amount, Unit(duty.term_unit))
        duty.due_at, duty.calendar_pending = terms.counted(duty.started_at, term, stops)
    else:
        duty.due_at += stopped - duty.stopped_total
    duty.stopped_total = stopped


def escalate_overdue(*, acting_user: User) -> int:
    """Tell the superior office of every duty that ran out, each in its own use case; how many."""
    late = selectors.ids_to_escalate()
    for duty_id in late:
        escalate(acting_user=acting_user, duty_id=duty_id)
    return len(late)


@use_case("duties.duty.escalated")
def escalate(*, acting_user: User, duty_id: int) -> Duty:
    """An overdue duty goes to the superior office, which now answers too; the office gets a card.

    An operator's duty goes to the office that supervises it, without a card. B09.
    """
    duty = locked(duty_id)
    now = clock.now()
    if duty.state != DutyState.OPEN or duty.due_at >= now:
        raise Conflict(_("This duty is not overdue."))
    first = duty.escalated_at is None
    duty.card = _card_now(duty, now)
    if first:
        duty.escalated_at = now
        duty.escalated_to = _superior(duty)
    duty.save(update_fields=["card", "escalated_at", "escalated_to"])
    kind = StepKind.ESCALATED if first else StepKind.CARDED
    told = duty.escalated_to.name_zh if first and duty.escalated_to else ""
    note_step(kind, [duty], acting_user, told or Card(duty.card).label)
    record(duty, deed=duty.deed, card=duty.card, due_at=duty.due_at, to=duty.escalated_to_id)
    outbox.publish(_overdue(duty))
    return duty


def _card_now(duty: Duty, now: datetime) -> str:
    if duty.operator_ref is not None:
        return Card.NONE.value
    return selectors.cards().card_after((now - duty.due_at) / timedelta(hours=1))


def _superior(duty: Duty) -> Office | None:
    if duty.office is None or duty.operator_ref is not None:
        return duty.office
    return offices.superior_of(duty.office)


def _overdue(duty: Duty) -> DutyOverdue:
    return DutyOverdue(
        duty_id=duty.pk,
        deed=duty.deed,
        subject_type=duty.subject_type,
        subject_id=duty.subject_id,
        office_id=duty.office_id,
        operator_id=duty.operator_ref,
        superior_id=duty.escalated_to_id,
        officer_user_id=duty.officer_id,
        card=duty.card,
        due_at=duty.due_at,
    )


def settle_pending(*, acting_user: User) -> int:
    """Fix the due moments that waited for a year's working days to be announced; how many."""
    settled = 0
    for duty_id in selectors.ids_to_settle():
        settled += not settle(acting_user=acting_user, duty_id=duty_id).calendar_pending
    return settled


@use_case("duties.duty.settled")
def settle(*, acting_user: User, duty_id: int) -> Duty:
    """Count one provisional due moment again."""
    duty = locked(duty_id)
    before = duty.due_at
    _count_anew(duty)
    duty.save(update_fields=["due_at", "calendar_pending", "stopped_total"])
    if not duty.calendar_pending:
        note_step(StepKind.DUE_SET, [duty], acting_user)
    record(duty, before=before, due_at=duty.due_at, pending=duty.calendar_pending)
    return duty
