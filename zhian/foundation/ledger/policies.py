"""Who may read which entries; nobody writes them but use cases."""

from django.db.models import Q, QuerySet

from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.policies import Person
from zhian.foundation.offices.vocabulary import UserKind


def entries_visible_to(user: Person) -> QuerySet[Entry]:
    """Entries of the offices the user reads, and what the platform did because of them.

    The supervision organ and the leading-group office read their territory, other officers their
    own office and those below it, administrators only what concerns accounts and offices.
    """
    entries = Entry.objects.all()
    if not isinstance(user, User) or not user.is_active:
        return entries.none()
    if user.kind == UserKind.SYSTEM:
        return entries
    if user.kind == UserKind.ADMIN:
        return entries.filter(Q(kind__startswith="offices.") | Q(kind__startswith="ledger."))
    read = _offices_read_by(user)
    if read is None:
        return entries.none()
    codes = read.values("code")
    caused = Entry.objects.filter(office_code__in=codes).values("pk")
    reactions = Entry.objects.filter(office_code="", cause__in=caused).values("pk")
    return entries.filter(
        Q(office_code__in=codes) | Q(office_code="", cause__in=caused) | Q(cause__in=reactions)
    )


def _offices_read_by(user: User) -> QuerySet[Office] | None:
    own = office_selectors.office_of(user)
    if own is None:
        return None
    visible = offices.offices_visible_to(user).select_related(None)
    if offices.is_supervision(user) or offices.is_leading_group(user):
        return visible.filter(offices.jurisdiction(user, "region"))
    return visible.filter(pk__in={own.pk, *office_selectors.subordinate_ids(own)})


def can_see_checkpoints(user: Person) -> bool:
    """Checkpoints hold no records, only hashes: everybody who works here may see them."""
    return isinstance(user, User) and user.is_active and user.kind != UserKind.OPERATOR
