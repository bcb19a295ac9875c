"""Who may see and do what with duties."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhian.foundation.duties.models import Duty, DutyQuerySet
from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import Decision, Person
from zhian.foundation.offices.vocabulary import Line, UserKind

YES = Decision(True)


def duties_visible_to(user: Person) -> DutyQuerySet:
    """Own office and those below it, what was escalated to it; overseers read their territory.

    Overseers are the government (overall responsibility), the supervision organ and the
    leading-group office.
    """
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return Duty.objects.named()
    own = office_selectors.office_of(user)
    if own is None:
        return Duty.objects.none()
    read = Q(office_id__in={own.pk, *office_selectors.subordinate_ids(own)})
    read |= Q(escalated_to=own)
    if own.department.line in (Line.GOVERNMENT, Line.SUPERVISION) or offices.is_leading_group(user):
        read |= offices.jurisdiction(user, "office__region")
    return Duty.objects.named().filter(read)


def can_finish(user: Person, duty: Duty) -> Decision:
    """Whether the user may say with a note that the duty is done.

    Most duties are finished by the deed itself (the recall is started, the report is signed);
    only those the pack marks `by_hand` may be finished by saying so.
    """
    rule = duty.rule
    if rule is None or not rule.by_hand:
        return Decision(False, _("This duty is done by doing it, not by saying so."))
    if duty.office is None:
        return Decision(False, _("This duty is the operator's."))
    decision = offices.can_edit_records(user, duty.office)
    if not decision:
        return decision
    officer = office_selectors.officer_of(user)
    if duty.officer is None or duty.officer == user or (officer is not None and officer.is_head):
        return YES
    return Decision(False, _("This duty is assigned to %(name)s.") % {"name": duty.officer})


def can_assign(user: Person, duty: Duty) -> Decision:
    """Whether the user may give the duty to an officer of its office, or chase it (P9)."""
    if duty.office is None:
        return Decision(False, _("This duty is the operator's."))
    return offices.can_assign(user, duty.office)


def can_stop(user: Person, duty: Duty) -> Decision:
    """Whether the user may stop or restart the clock; only where the law does not count a time."""
    rule = duty.rule
    if rule is None or not rule.stops:
        return Decision(False, _("The law does not let this clock stop."))
    if duty.office is None:
        return Decision(False, _("This duty is the operator's."))
    return offices.can_edit_records(user, duty.office)
