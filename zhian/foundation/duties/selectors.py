"""What may be read about duties."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Model, Q

from zhian.foundation.duties import terms
from zhian.foundation.duties.models import Duty, DutyQuerySet, DutyStep
from zhian.foundation.duties.vocabulary import Card, DutyCards, DutyState
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel import clock, rules
from zhian.kernel.errors import NotKnown


def duties() -> DutyQuerySet:
    """Every duty, with what a line of a list shows."""
    return Duty.objects.named()


def duty(duty_id: int) -> Duty:
    """One duty; NotKnown when there is none."""
    found = duties().filter(pk=duty_id).first()
    if found is None:
        raise NotKnown
    return found


def open_duties_for(user: User) -> DutyQuerySet:
    """What this officer has to do now, by due time: two queries, whatever the office's size.

    One's own duties and those of the office nobody has taken yet; the head sees all of the
    office; everybody of an office sees what was escalated to it.
    """
    officer = offices.officer_of(user)
    if officer is None:
        return Duty.objects.none()
    mine = Q(office_id=officer.office_id)
    if not (officer.is_head or Role.HEAD.value in officer.roles):
        mine &= Q(officer__isnull=True) | Q(officer=user)
    told = Q(escalated_to_id=officer.office_id)
    return duties().unfinished().filter(mine | told).order_by("due_at", "pk")


def open_duties_of_operator(operator_id: int) -> DutyQuerySet:
    """What an operator has to do now, by due time."""
    return duties().unfinished().filter(operator_ref=operator_id).order_by("due_at", "pk")


def duties_about(subject: Model | str, subject_id: object = "") -> DutyQuerySet:
    """Duties over one thing, by due time: a model instance, or its type and id."""
    if isinstance(subject, Model):
        subject_id = subject.pk
        subject = subject._meta.label_lower
    return duties().about(subject, str(subject_id)).order_by("due_at", "pk")


def overdue_duties(office: Office) -> DutyQuerySet:
    """Duties of one office whose time has run out."""
    return duties().overdue(clock.now()).filter(office=office).order_by("due_at", "pk")


def duties_of_operator(operator_id: int) -> DutyQuerySet:
    """Everything an operator owes or owed, newest first."""
    return duties().filter(operator_ref=operator_id).order_by("-started_at", "-pk")


def is_late(now: datetime) -> Q:
    """The WHERE clause of duties overdue at a moment or done too late."""
    return Q(done_at__gt=F("due_at")) | Q(state=DutyState.OPEN, due_at__lt=now)


def steps_of(found: Duty) -> list[DutyStep]:
    """A duty's history, oldest first."""
    return list(found.steps.all())


def cards() -> DutyCards:
    """When a late duty gets which card, today."""
    return rules.in_force(terms.CARDS, on=clock.today()).content


def ids_to_escalate() -> list[int]:
    """Overdue duties that were not told upward yet, or whose next card is due."""
    now = clock.now()
    red = now - timedelta(hours=cards().red_after_hours)
    again = Q(office__isnull=False, operator_ref__isnull=True, due_at__lte=red) & ~Q(card=Card.RED)
    late = Duty.objects.overdue(now).filter(Q(escalated_at__isnull=True) | again)
    return list(late.order_by("due_at", "pk").values_list("pk", flat=True))


def ids_to_settle() -> list[int]:
    """Unfinished duties counted over a year that was not announced at the time."""
    pending = Duty.objects.unfinished().filter(calendar_pending=True)
    return list(pending.order_by("pk").values_list("pk", flat=True))


def late_among(subjects: Iterable[tuple[str, str]]) -> DutyQuerySet:
    """Duties over any of these things (type, id) overdue now or done too late (B09, A3)."""
    by_type: dict[str, list[str]] = {}
    for kind, number in subjects:
        by_type.setdefault(kind, []).append(number)
    about = Q(pk__in=[])
    for kind, numbers in by_type.items():
        about |= Q(subject_type=kind, subject_id__in=numbers)
    return duties().filter(about & is_late(clock.now())).order_by("due_at", "pk")
