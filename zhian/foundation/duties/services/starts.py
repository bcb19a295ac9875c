"""Duties begin, are given to officers, are chased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from zhian.foundation.duties import policies, terms
from zhian.foundation.duties.engine.calendar import Term
from zhian.foundation.duties.models import Duty
from zhian.foundation.duties.services.steps import locked, note_step
from zhian.foundation.duties.vocabulary import DutyState, StepKind, TermRule
from zhian.foundation.ledger.vocabulary import subject_link
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError
from zhian.kernel.use_cases import record, use_case


@dataclass(frozen=True, slots=True)
class NewDuty:
    """One duty of a bulk start: over what, owed by whom."""

    subject: Model
    office: Office | None = None
    officer: User | None = None
    operator_id: int | None = None
    label: str = ""
    url: str = ""


@use_case("duties.duty.started")
def start_duty(
    *,
    acting_user: User,
    deed: str,
    subject: Model,
    office: Office | None = None,
    officer: User | None = None,
    operator_id: int | None = None,
    label: str = "",
    url: str = "",
    started_at: datetime | None = None,
    due_at: datetime | None = None,
    legal_basis: str = "",
) -> Duty:
    """Begin a duty; term and legal basis are those in force on the day it starts.

    `due_at` and `legal_basis` only for deeds whose term the order itself states (限期).
    BadInput without a bearer or a term, Conflict when the bearer already owes this.
    """
    new = NewDuty(subject, office, officer, operator_id, label, url)
    duty = _start(acting_user, deed, [new], started_at, due_at, legal_basis)[0]
    record(duty, deed=deed, subject=_subject_key(duty), due_at=duty.due_at, office=_code(office))
    return duty


@use_case("duties.duties.started")
def start_duties(
    *,
    acting_user: User,
    deed: str,
    duties: Sequence[NewDuty],
    started_at: datetime | None = None,
    due_at: datetime | None = None,
    legal_basis: str = "",
) -> list[Duty]:
    """Begin many duties of one deed in two inserts (a recall of 900 holders) and one entry."""
    made = _start(acting_user, deed, duties, started_at, due_at, legal_basis)
    subjects = [_subject_key(duty) for duty in made]
    first = min((duty.due_at for duty in made), default=None)
    record(f"duties.deed:{deed}", count=len(made), due_at=first, subjects=subjects)
    return made


def _start(
    acting_user: User,
    deed: str,
    new: Sequence[NewDuty],
    started_at: datetime | None,
    due_at: datetime | None,
    legal_basis: str,
) -> list[Duty]:
    start = started_at or clock.now()
    pack, rule = terms.rule_for(deed, clock.beijing(start).date())
    pending, term = False, None
    if due_at is None:
        term = _term(rule)
        due_at, pending = terms.counted(start, term)
    common = {
        "deed": deed,
        "legal_basis": legal_basis or rule.basis_zh,
        "pack_id": pack.id,
        "term_amount": term.amount if term else None,
        "term_unit": term.unit if term else "",
        "started_at": start,
        "due_at": due_at,
        "calendar_pending": pending,
    }
    made = [Duty(**common, **_whose(one)) for one in new]
    _refuse_nobody(made)
    try:
        with transaction.atomic():
            Duty.objects.bulk_create(made)
    except IntegrityError as error:
        raise Conflict(_("This duty is already owed.")) from error
    note_step(StepKind.STARTED, made, acting_user)
    return made


def _term(rule: TermRule) -> Term:
    if terms.is_stated(rule):
        missing = FieldError("due_at", _("The order must state by when."))
        raise BadInput(_("This duty has no term of its own."), fields=[missing])
    return terms.term_of(rule)


def _whose(one: NewDuty) -> dict[str, Any]:
    return {
        "subject_type": one.subject._meta.label_lower,
        "subject_id": str(one.subject.pk),
        "subject_label": (one.label or str(one.subject))[:300],
        "url": one.url or _url(one.subject),
        "office": one.office,
        "officer": one.officer,
        "operator_ref": one.operator_id,
    }


def _refuse_nobody(made: Sequence[Duty]) -> None:
    if any(duty.office_id is None and duty.operator_ref is None for duty in made):
        missing = FieldError("office", _("An office or an operator must owe it."))
        raise BadInput(_("A duty needs somebody who owes it."), fields=[missing])


def _url(subject: Model) -> str:
    own = getattr(subject, "get_absolute_url", None)
    return str(own()) if own else subject_link(subject._meta.label_lower, str(subject.pk))


def _subject_key(duty: Duty) -> str:
    return f"{duty.subject_type}:{duty.subject_id}"


def _code(office: Office | None) -> str:
    return office.code if office else ""


@use_case("duties.duty.assigned")
def assign(*, acting_user: User, duty_id: int, officer_id: int) -> Duty:
    """Give a duty to one officer of its office (P9: the head or the leading-group office)."""
    duty = locked(duty_id)
    require(policies.can_assign(acting_user, duty))
    if duty.state not in (DutyState.OPEN, DutyState.STOPPED) or duty.office is None:
        raise Conflict(_("This duty is not owed any more."))
    post = offices.officers_in(duty.office).filter(user_id=officer_id).first()
    if post is None:
        wrong = FieldError("officer", _("Choose an officer of the office that owes the duty."))
        raise BadInput(fields=[wrong])
    duty.officer = post.user
    duty.save(update_fields=["officer"])
    note_step(StepKind.ASSIGNED, [duty], acting_user, post.user.display_name)
    record(duty, officer=post.user.username)
    return duty


@use_case("duties.duty.chased")
def chase(*, acting_user: User, duty_id: int, note: str) -> Duty:
    """Urge the office on (催办); changes nothing but the history."""
    duty = locked(duty_id)
    require(policies.can_assign(acting_user, duty))
    if duty.state not in (DutyState.OPEN, DutyState.STOPPED):
        raise Conflict(_("This duty is not owed any more."))
    note_step(StepKind.CHASED, [duty], acting_user, note)
    record(duty, note=note)
    return duty
