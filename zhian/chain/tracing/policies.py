"""Who may see a trace."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.chain.tracing.models import Investigation, Reply, SavedView
from zhian.foundation.offices import policies as offices
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import YES, Decision, Person, require
from zhian.foundation.offices.vocabulary import UserKind
from zhian.kernel.errors import NotKnown
from zhian.registry.subjects import policies as subjects


def can_trace(user: Person) -> Decision:
    """Officers and the platform follow goods; an operator sees only its own, at the counter."""
    if isinstance(user, User) and user.kind in {UserKind.OFFICER, UserKind.SYSTEM}:
        return YES
    return Decision(False, _("Only officers follow lots through the chain."))


def trace_visible_to(user: Person, site_keys: Iterable[str]) -> bool:
    """Whether any site of the trace lies in the user's territory: then the whole trace does.

    Goods do not stop at a county line, and neither may the search for them (S003).
    """
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return True
    return subjects.sites_visible_to(user).filter(sgln__in=list(site_keys)).exists()


def investigations_visible_to(user: Person) -> QuerySet[Investigation]:
    """Those of offices in the user's territory; the platform sees all."""
    return Investigation.objects.filter(offices.jurisdiction(user, "office__region"))


def replies_visible_to(user: Person) -> QuerySet[Reply]:
    """Those to investigations one may see."""
    return Reply.objects.filter(investigation__in=investigations_visible_to(user))


def can_begin(user: Person) -> Decision:
    """Officers of departments lead investigations; governments, supervision and the leading group
    read them."""
    allowed = can_trace(user)
    return offices.can_keep_department_records(user) if allowed else allowed


def can_work_on(user: Person, investigation: Investigation) -> Decision:
    """The office that leads it, and nobody else, changes an investigation."""
    own = offices.own_office(user)
    if own is not None and own.pk == investigation.office_id:
        return YES
    return Decision(False, _("Only the office that leads the investigation changes it."))


def views_visible_to(user: Person) -> QuerySet[SavedView]:
    """One's own, and what colleagues share; opening one asks again who may see the trace."""
    if not isinstance(user, User) or not can_trace(user).allowed:
        return SavedView.objects.none()
    return SavedView.objects.filter(Q(user=user) | Q(is_shared=True))


def require_sight(user: Person, site_keys: Iterable[str]) -> None:
    """Go on when the user may follow goods and some site of the answer is in sight; a trace
    elsewhere is NotKnown, so nobody learns that it exists."""
    require(can_trace(user))
    if not trace_visible_to(user, site_keys):
        raise NotKnown
