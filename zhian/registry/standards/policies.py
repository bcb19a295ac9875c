"""Limits are public law: every signed-in person reads them; a standards clerk changes them."""

from django.db.models import QuerySet

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices.policies import Decision, Person
from zhian.foundation.offices.vocabulary import Role
from zhian.registry.standards.engine.tables import NO_DEMAND
from zhian.registry.standards.models import Edition, Limit, UnlimitedItem
from zhian.registry.standards.vocabulary import EditionState


def limits_visible_to(user: Person) -> QuerySet[Limit]:
    """Limits of editions in force (now or for their dates); drafts are for standards clerks."""
    limits = Limit.objects.select_related("edition__standard", "substance", "node")
    if not can_import(user):
        limits = limits.filter(edition__state=EditionState.ACTIVE)
    return limits


def printed_limits_visible_to(user: Person) -> QuerySet[Limit]:
    """The limits in force a standard really prints, for the look-up list."""
    return (
        limits_visible_to(user).filter(edition__state=EditionState.ACTIVE).exclude(demand=NO_DEMAND)
    )


def editions_visible_to(user: Person) -> QuerySet[Edition]:
    """Editions with their states; drafts only for those who may put them in force."""
    editions = Edition.objects.select_related("standard")
    return editions if can_import(user) else editions.filter(state=EditionState.ACTIVE)


def unlimited_items_visible_to(user: Person) -> QuerySet[UnlimitedItem]:
    """What laboratories asked in vain: a number of items, no operator and no person in it."""
    return UnlimitedItem.objects.all()


def can_import(user: Person) -> Decision:
    """Whether the person may import tables and put editions in force (R23)."""
    return offices.can(user, Role.STANDARDS_CLERK)


def require_clerk(user: Person) -> None:
    """Go on, or refuse with the reason."""
    offices.require(can_import(user))
