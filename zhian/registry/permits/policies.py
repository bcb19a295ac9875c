"""Who may see permits and decide about them: who issues, supervises and answers (P1)."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.policies import YES, Decision, Person
from zhian.foundation.offices.vocabulary import Role, UserKind
from zhian.kernel.errors import NotKnown
from zhian.registry.permits.models import Instrument


def instruments_visible_to(user: Person) -> QuerySet[Instrument]:
    """Permits of operators and sites in my territory, and those my office issued or acts on."""
    if isinstance(user, User) and user.kind == UserKind.OPERATOR:
        return Instrument.objects.filter(operator__clerks__user=user)
    visible = offices.jurisdiction(user, "operator__region")
    visible |= offices.jurisdiction(user, "site__region")
    own = office_selectors.office_of(user)
    if own is not None:
        visible |= Q(issuing_office=own) | Q(accountable_office=own) | Q(acting_office=own)
    return Instrument.objects.filter(visible)


def visible_instrument(user: Person, instrument_id: int) -> Instrument:
    """One permit the user may know of; NotKnown otherwise."""
    found = (
        instruments_visible_to(user)
        .select_related(
            "operator__region", "site", "issuing_office", "accountable_office", "acting_office"
        )
        .filter(pk=instrument_id)
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def can_grant(user: Person) -> Decision:
    """Whether the user grants permits for the own office."""
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return YES
    editing = offices.can_keep_department_records(user)
    if not editing:
        return editing
    if offices.has_role(user, Role.LICENCE_AUTHORITY, Role.HEAD):
        return YES
    return Decision(
        False, _("Only licensing officers and the head of the office decide about permits.")
    )


def can_grant_for(user: Person, office: Office, region_code: str) -> Decision:
    """Whether the user grants permits in the name of an office to an operator in a region."""
    granting = can_grant(user)
    if not granting:
        return granting
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return YES
    own = offices.can_edit_records(user, office)
    return own and offices.covers(user, region_code)


def can_decide(user: Person, instrument: Instrument) -> Decision:
    """Whether the user may suspend, resume, revoke … : only the office that answers may (P1)."""
    granting = can_grant(user)
    return granting and offices.can_edit_records(user, instrument.accountable_office)
