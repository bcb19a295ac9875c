"""Who may see and change the register: a WHERE clause to load by, a decision with its reason."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as offices_selectors
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.policies import NOTHING, YES, Decision, Person
from zhian.foundation.offices.vocabulary import Role, UserKind
from zhian.kernel.errors import NotKnown
from zhian.registry.subjects.models import Operator, Site

# who meets operators in their work: on visits, in the township, when licensing (4.2)
KEEPERS = (Role.FRONTLINE, Role.COORDINATOR, Role.LICENCE_AUTHORITY, Role.HEAD)


def operators_visible_to(user: Person) -> QuerySet[Operator]:
    """Operators of my territory or with a site in it; a clerk sees the own operator."""
    if isinstance(user, User) and user.kind == UserKind.OPERATOR:
        return Operator.objects.filter(clerks__user=user)
    inside = offices.jurisdiction(user, "region")
    if inside == NOTHING:
        return Operator.objects.none()
    if not inside:
        return Operator.objects.all()
    sites = Site.objects.filter(offices.jurisdiction(user, "region"))
    return Operator.objects.filter(inside | Q(pk__in=sites.values("operator_id")))


def sites_visible_to(user: Person) -> QuerySet[Site]:
    """Sites of my territory; a clerk sees those of the own operator."""
    if isinstance(user, User) and user.kind == UserKind.OPERATOR:
        return Site.objects.filter(operator__clerks__user=user)
    return Site.objects.filter(offices.jurisdiction(user, "region"))


def visible_operator(user: Person, operator_id: int) -> Operator:
    """One operator the user may know of; NotKnown otherwise."""
    found = (
        operators_visible_to(user)
        .select_related("region", "township_office")
        .filter(pk=operator_id)
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def visible_site(user: Person, site_id: int) -> Site:
    """One site the user may know of; NotKnown otherwise."""
    found = (
        sites_visible_to(user)
        .select_related("operator__region", "region", "sale_area")
        .filter(pk=site_id)
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def can_keep_register(user: Person) -> Decision:
    """Whether the user writes into the register at all."""
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return YES
    editing = offices.can_keep_department_records(user)
    if not editing:
        return editing
    if offices.has_role(user, *KEEPERS):
        return YES
    return Decision(
        False,
        _("Only frontline, township and licensing officers and heads of office keep the register."),
    )


def can_register(user: Person, region_code: str) -> Decision:
    """Whether the user may register operators and sites in a region."""
    return can_keep_register(user) and offices.covers(user, region_code)


def can_assign_supervision(user: Person, office: Office, region_code: str) -> Decision:
    """Whether the user may say which officer of an office answers for sites in a region (S005)."""
    assigning = offices.can_assign(user, office)
    if not assigning:
        return assigning
    if region_code.startswith(office.region_code):
        return offices.covers(user, region_code)
    return Decision(
        False, _("The place lies outside the territory of %(office)s.") % {"office": office.name}
    )


def can_choose_supervisor(user: Person, site: Site) -> Decision:
    """Whether the assignment form is open to the user at all."""
    own = offices_selectors.office_of(user)
    if own is None:
        return Decision(False, _("Only an officer with a post may do this."))
    return offices.can_assign(user, own) and offices.covers(user, site.region_id)


def require_register(user: Person, region_codes: set[str]) -> None:
    """Go on when the user may write into the register in all these regions, else refuse."""
    offices.require(can_keep_register(user))
    for code in sorted(region_codes):
        offices.require(offices.covers(user, code))
