"""Appointments and delegations: who gets authority, from when, until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import policies, selectors
from zhian.foundation.offices.models import Delegation, Office, Officer, User
from zhian.foundation.offices.vocabulary import (
    OFFICE_ROLES,
    Line,
    OfficerAppointed,
    Role,
    UserKind,
    WorkDelegated,
)
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case


@use_case("offices.officer.appointed")
def appoint_officer(
    *,
    acting_user: User,
    user_id: int,
    office_id: int,
    title_zh: str,
    title_en: str,
    roles: Sequence[Role],
    is_head: bool = False,
    since: date | None = None,
) -> Officer:
    """Give a user a post, or move them to another one; the former post stands in the ledger.

    A new head ends nobody's post: BadInput while the office still has one.
    """
    policies.require(policies.can_administer(acting_user))
    user, office = selectors.user_by_id(user_id), selectors.office(office_id)
    start = since or clock.today()
    _refuse_bad_appointment(user, office, roles, is_head)
    former = Officer.objects.select_for_update().filter(user=user).first()
    before = _described(former)
    officer = former or Officer(user=user)
    officer.office = office
    officer.title_zh, officer.title_en = title_zh.strip(), title_en.strip()
    officer.roles = sorted({str(role) for role in roles} | ({str(Role.HEAD)} if is_head else set()))
    officer.is_head, officer.since, officer.until = is_head, start, None
    officer.save()
    user.forget_post()
    record(officer, user=user.username, before=before, after=_described(officer))
    publish(OfficerAppointed(officer.pk, office.pk))
    return officer


def _refuse_bad_appointment(
    user: User, office: Office, roles: Sequence[Role], is_head: bool
) -> None:
    problems = []
    if user.kind != UserKind.OFFICER:
        problems.append(FieldError("user", _("Only an officer's account can hold a post.")))
    if not roles and not is_head:
        problems.append(FieldError("roles", _("Choose at least one role.")))
    if any(role not in OFFICE_ROLES for role in roles):
        problems.append(FieldError("roles", _("This role does not belong to an office.")))
    in_supervision = office.department.line == Line.SUPERVISION
    if (Role.SUPERVISION in roles) != in_supervision and (Role.SUPERVISION in roles or not is_head):
        problems.append(
            FieldError("roles", _("Only the supervision organ has, and only has, its own role."))
        )
    head = Officer.objects.filter(office=office, is_head=True, until__isnull=True)
    if is_head and head.exclude(user=user).exists():
        problems.append(FieldError("is_head", _("The office has a head; end that post first.")))
    if problems:
        raise BadInput(fields=problems)


def _described(officer: Officer | None) -> dict[str, object] | None:
    if officer is None:
        return None
    return {
        "office": officer.office.code,
        "title": officer.title_zh,
        "roles": list(officer.roles),
        "head": officer.is_head,
        "since": officer.since.isoformat(),
        "until": officer.until.isoformat() if officer.until else None,
    }


@use_case("offices.officer.left")
def end_appointment(*, acting_user: User, officer_id: int, until: date | None = None) -> Officer:
    """End a post; what its holder did stays under their name."""
    policies.require(policies.can_administer(acting_user))
    officer = (
        Officer.objects.select_for_update(of=("self",))
        .select_related("user", "office")
        .filter(pk=officer_id)
        .first()
    )
    if officer is None:
        raise NotKnown
    if officer.until is not None:
        raise Conflict(_("This post has ended already."))
    last_day = until or clock.today()
    if last_day < officer.since:
        raise BadInput(fields=[FieldError("until", _("The end is before the beginning."))])
    officer.until = last_day
    officer.save(update_fields=["until"])
    record(officer, user=officer.user.username, office=officer.office.code, until=last_day)
    return officer


@use_case("offices.work.delegated")
def delegate(
    *,
    acting_user: User,
    from_office_id: int,
    to_office_id: int,
    matter: str,
    document_ref: str,
    since: date | None = None,
    until: date | None = None,
) -> Delegation:
    """Let another office do field work in a matter; the first still answers for it (P1)."""
    giver, taker = selectors.office(from_office_id), selectors.office(to_office_id)
    policies.require(policies.can_delegate(acting_user, giver))
    start = since or clock.today()
    problems = []
    if giver.pk == taker.pk:
        problems.append(FieldError("to_office", _("An office cannot delegate to itself.")))
    if Line.SUPERVISION in (giver.department.line, taker.department.line):
        problems.append(
            FieldError("to_office", _("The supervision organ neither gives nor takes field work."))
        )
    if not matter.strip():
        problems.append(FieldError("matter", _("Say what is delegated.")))
    if not document_ref.strip():
        problems.append(FieldError("document_ref", _("Name the document that delegates.")))
    if until is not None and until < start:
        problems.append(FieldError("until", _("The end is before the beginning.")))
    if problems:
        raise BadInput(fields=problems)
    delegation = Delegation.objects.create(
        from_office=giver,
        to_office=taker,
        matter=matter.strip(),
        since=start,
        until=until,
        document_ref=document_ref.strip(),
    )
    record(delegation, giver=giver.code, taker=taker.code, matter=matter, document=document_ref)
    publish(WorkDelegated(delegation.pk, giver.pk, taker.pk))
    return delegation


@use_case("offices.delegation.ended")
def end_delegation(
    *, acting_user: User, delegation_id: int, until: date | None = None
) -> Delegation:
    """End a delegation on a day; what was done under it stays billed to both offices."""
    delegation = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("from_office", "to_office")
        .filter(pk=delegation_id)
        .first()
    )
    visible = policies.offices_visible_to(acting_user)
    if delegation is None or not visible.filter(pk=delegation.from_office_id).exists():
        raise NotKnown
    policies.require(policies.can_delegate(acting_user, delegation.from_office))
    today = clock.today()
    if delegation.until is not None and delegation.until <= today:
        raise Conflict(_("This delegation has ended already."))
    last_day = until or today
    if last_day < delegation.since:
        raise BadInput(fields=[FieldError("until", _("The end is before the beginning."))])
    delegation.until = last_day
    delegation.save(update_fields=["until"])
    record(delegation, until=last_day)
    return delegation
