"""Limits are public law: every signed-in person reads them; a standards clerk changes them."""

from django.db.models import QuerySet

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices.policies import Decision, Person
from zhian.foundation.offices.vocabulary import Role
from zhian.registry.standards.engine.tables import NO_DEMAND
from zhian.registry.standards.models import (
    Comment,
    Edition,
    FoodMapping,
    Limit,
    Project,
    Regulation,
    UnlimitedItem,
)
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


def mappings_visible_to(user: Person) -> QuerySet[FoodMapping]:
    """Which food categories stand for each other: open to all who read the limits."""
    return FoodMapping.objects.all()


def projects_visible_to(user: Person) -> QuerySet[Project]:
    """The programme is open: who makes which standard by when."""
    return Project.objects.all()


def comments_visible_to(user: Person) -> QuerySet[Comment]:
    """Comments and their answers; how to reach somebody is shown to standards clerks only."""
    comments = Comment.objects.select_related("answered_by")
    return comments if can_import(user) else comments.defer("contact")


def regulations_visible_to(user: Person) -> QuerySet[Regulation]:
    """The law is everybody's."""
    return Regulation.objects.all()


def can_import(user: Person) -> Decision:
    """Whether the person may import tables and put editions in force (R23)."""
    return offices.can(user, Role.STANDARDS_CLERK)


def require_clerk(user: Person) -> None:
    """Go on, or refuse with the reason."""
    offices.require(can_import(user))
