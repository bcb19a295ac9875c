"""Who may send events, and whose events one may read: always as a WHERE clause."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.models import CaptureJob, Event, EventParty, MasterDataProposal
from zhian.foundation.offices import policies as offices
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import YES, Decision, Person
from zhian.foundation.offices.vocabulary import UserKind
from zhian.registry.subjects import policies as subjects
from zhian.registry.subjects import selectors as operators

NOTHING = Q(pk__in=[])


def operator_id_of(user: Person) -> int | None:
    """The operator the user speaks for, None for everybody else."""
    if not isinstance(user, User) or user.kind != UserKind.OPERATOR:
        return None
    operator = operators.operator_of(user)
    return None if operator is None else operator.pk


def can_capture(user: Person) -> Decision:
    """Operators' clerks, officers with a post and the platform itself send events."""
    if not isinstance(user, User) or not user.is_active:
        return Decision(False, _("Sign in first."))
    if user.kind == UserKind.SYSTEM or operator_id_of(user) is not None:
        return YES
    return offices.can_keep_department_records(user)


def can_subscribe(user: Person) -> Decision:
    """Whoever has an account keeps queries and subscribes; they show what the account may see."""
    if isinstance(user, User) and user.is_active:
        return YES
    return Decision(False, _("Sign in first."))


def jobs_visible_to(user: Person) -> QuerySet[CaptureJob]:
    """One's own jobs, those of one's operator, those sent from one's territory."""
    jobs = CaptureJob.objects.select_related("captured_by")
    if not isinstance(user, User):
        return jobs.none()
    if user.kind == UserKind.SYSTEM:
        return jobs
    own = Q(captured_by=user)
    operator = operator_id_of(user)
    if operator is not None:
        return jobs.filter(own | Q(operator_ref=operator))
    if user.kind == UserKind.OFFICER:
        own |= offices.jurisdiction(user, "office__region")
        own |= Q(operator_ref__in=subjects.operators_visible_to(user).values("pk"))
    return jobs.filter(own)


def proposals_visible_to(user: Person) -> QuerySet[MasterDataProposal]:
    """Proposals of the documents one may know of."""
    return MasterDataProposal.objects.filter(job__in=jobs_visible_to(user)).select_related("job")


def can_decide_proposals(user: Person) -> Decision:
    """Officers who keep records take master data over, or do not."""
    return offices.can_keep_department_records(user)


def events_visible_to(user: Person) -> QuerySet[Event]:
    """Operators read what they sent or took part in, officers what touches their territory."""
    events = Event.objects.all()
    if not isinstance(user, User):
        return events.none()
    if user.kind == UserKind.SYSTEM:
        return events
    if user.kind == UserKind.ADMIN:
        return events.none()
    return events.filter(Exists(_parties_in_sight(user)) | Q(job__in=_own_jobs(user)))


def _parties_in_sight(user: User) -> QuerySet[EventParty]:
    sites = subjects.sites_visible_to(user).values("sgln")
    return EventParty.objects.filter(event=OuterRef("pk"), site__in=sites)


def _own_jobs(user: User) -> QuerySet[CaptureJob]:
    operator = operator_id_of(user)
    own = Q(captured_by=user) if operator is None else Q(operator_ref=operator)
    return CaptureJob.objects.filter(own)
