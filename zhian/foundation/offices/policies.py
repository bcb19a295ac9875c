"""Who may see and do what: a WHERE clause to load by, and a decision with its reason."""

from __future__ import annotations

import functools
import hashlib
import operator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import ApiToken, Office, Officer, User
from zhian.foundation.offices.vocabulary import Line, Role, Stranger, UserKind
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown, Refused

Person = User | Stranger
NOTHING = Q(pk__in=[])
# Their territory is not an administrative subtree: the rooms that know sites, consignments and
# samples give their officers what is theirs.
WITHOUT_SUBTREE = frozenset({Line.PORT, Line.LABORATORY})


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether somebody may do something, and if not, why."""

    allowed: bool
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(True)


def require(decision: Decision) -> None:
    """Go on, or refuse with the reason."""
    if not decision.allowed:
        raise Refused(decision.reason)


def signed_in(user: object) -> User:
    """The account behind a request; Refused for strangers."""
    if isinstance(user, User) and user.is_active:
        return user
    raise Refused(_("Sign in first."))


def at_work(user: object) -> User:
    """The officer behind a request; an operator or administrator knows no page of the desk."""
    person = signed_in(user)
    if person.kind not in (UserKind.OFFICER, UserKind.SYSTEM):
        raise NotKnown
    return person


def own_post(user: Person) -> Officer | None:
    """The post that gives the user authority today."""
    return user.post_on(clock.today()) if isinstance(user, User) else None


def own_office(user: Person) -> Office | None:
    """The office the user works in today."""
    officer = own_post(user)
    return officer.office if officer else None


def subtree_of(user: Person) -> str | None:
    """Prefix of the region codes the user answers for: "" is the country, None is nothing."""
    office = own_office(user)
    if office is None or office.department.line in WITHOUT_SUBTREE:
        return None
    return office.region_code


def jurisdiction(user: Person, path: str) -> Q:
    """The WHERE clause "in my territory" on a path that ends at a region; "" is the region itself.

    Officers see their subtree; the supervision organ and the leading-group office read theirs;
    the platform itself sees everything; operators, administrators and strangers see nothing here.
    """
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return Q()
    prefix = subtree_of(user)
    if prefix is None:
        return NOTHING
    return Q(**{f"{path}__code__startswith" if path else "code__startswith": prefix})


def any_of(*clauses: Q) -> Q:
    """One clause or another; an empty one (the platform's own sight) lets everything through.

    Django's `Q() | clause` is the clause alone: the platform would see less than anybody.
    """
    return Q() if any(not clause for clause in clauses) else functools.reduce(operator.or_, clauses)


def covers(user: Person, region_code: str) -> Decision:
    """Whether a region lies in the user's territory."""
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return YES
    prefix = subtree_of(user)
    if prefix is not None and region_code.startswith(prefix):
        return YES
    return Decision(False, _("This lies outside your territory."))


def line_of(user: Person) -> str:
    """The line of the department the user works in; empty without a post."""
    office = own_office(user)
    return office.department.line if office else ""


def has_role(user: Person, *roles: Role) -> bool:
    """Whether today's post gives one of the roles."""
    officer = own_post(user)
    return officer is not None and any(role.value in officer.roles for role in roles)


def can(user: Person, role: Role) -> Decision:
    """Whether the user acts in the role; the platform itself may act in every one."""
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return YES
    if has_role(user, role):
        return YES
    return Decision(
        False, _("Only somebody in the role “%(role)s” may do this.") % {"role": role.label}
    )


def is_supervision(user: Person) -> bool:
    """Whether the user inspects the inspectors (R22)."""
    return line_of(user) == Line.SUPERVISION


def is_leading_group(user: Person) -> bool:
    """Whether the user works in a leading-group office (R19, P9)."""
    return has_role(user, Role.LEADING_GROUP_CLERK)


def can_edit_records(user: Person, office: Office | None = None) -> Decision:
    """Whether the user may write a department's records, here: those of `office`.

    P9: the leading-group office assigns and chases; R22: the supervision organ reads and finds.
    """
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return YES
    if is_supervision(user):
        return Decision(
            False, _("The supervision organ reads and makes findings; it does not edit records.")
        )
    if is_leading_group(user):
        return Decision(
            False,
            _("The leading-group office assigns and chases; it does not edit others' records."),
        )
    own = own_office(user)
    if own is None:
        return Decision(False, _("Only an officer with a post may do this."))
    if office is not None and own.pk != office.pk:
        return Decision(False, _("This belongs to %(office)s.") % {"office": office.name})
    return YES


def can_keep_department_records(user: Person) -> Decision:
    """Whether the user writes what departments keep: registers, products, permits, events.

    A government answers overall for its territory (R18); keeping records is its departments' work.
    """
    if line_of(user) == Line.GOVERNMENT:
        return Decision(False, _("A government answers overall; its departments keep the records."))
    return can_edit_records(user)


def can_write_findings(user: Person, region_code: str) -> Decision:
    """Whether the user may write an accountability finding about this territory (R22)."""
    if not is_supervision(user):
        return Decision(False, _("Only the supervision organ makes accountability findings."))
    return covers(user, region_code)


def can_assign(user: Person, office: Office) -> Decision:
    """Whether the user may assign or chase the duties of an office (P9, R18, R19)."""
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return YES
    if is_leading_group(user):
        return covers(user, office.region_code)
    if not has_role(user, Role.HEAD):
        return Decision(
            False, _("Only the head of the office or the leading-group office may assign duties.")
        )
    own = own_office(user)
    if own is not None and (own.pk == office.pk or is_above(own, office)):
        return YES
    return Decision(False, _("This belongs to %(office)s.") % {"office": office.name})


def is_above(upper: Office, lower: Office) -> bool:
    """Whether `upper` stands above `lower` in the line of command."""
    current, seen = lower.superior_id, set[int]()
    while current is not None and current not in seen:
        if current == upper.pk:
            return True
        seen.add(current)
        current = Office.objects.values_list("superior_id", flat=True).get(pk=current)
    return False


def can_delegate(user: Person, office: Office) -> Decision:
    """Whether the user may hand field work of the office to another by a dated act (P1)."""
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return YES
    if own_office(user) != office:
        return Decision(False, _("This belongs to %(office)s.") % {"office": office.name})
    if has_role(user, Role.HEAD):
        return YES
    return Decision(False, _("Only the head of the office may delegate its work."))


def can_administer(user: Person) -> Decision:
    """Whether the user keeps accounts and offices; that right gives no sight of domain records."""
    if isinstance(user, User) and user.is_active and user.kind in (UserKind.ADMIN, UserKind.SYSTEM):
        return YES
    return Decision(False, _("Only an administrator keeps accounts and offices."))


def can_own_task(user: Person) -> Decision:
    """Whether the user may change which department owns a task (4.3: data, not code)."""
    if is_leading_group(user) or can_administer(user):
        return YES
    return Decision(False, _("Only the leading-group office changes the owner of a task."))


def can_manage_tokens_of(user: Person, owner: User) -> Decision:
    """Whether the user may make or withdraw API tokens of the owner."""
    if (isinstance(user, User) and user.pk == owner.pk) or can_administer(user):
        return YES
    return Decision(False, _("You may only keep your own tokens."))


def offices_visible_to(user: Person) -> QuerySet[Office]:
    """Offices are public knowledge to everybody who works here."""
    visible = Office.objects.select_related("department", "region", "superior")
    if isinstance(user, User) and user.kind in (
        UserKind.OFFICER,
        UserKind.ADMIN,
        UserKind.SYSTEM,
    ):
        return visible
    return visible.none()


def users_visible_to(user: Person) -> QuerySet[User]:
    """Accounts are listed for administrators only."""
    return User.objects.all() if can_administer(user) else User.objects.none()


def token_digest(raw: str) -> str:
    """What is kept of a bearer token: enough to recognise it, nothing to use it with."""
    return hashlib.sha256(raw.encode()).hexdigest()


def user_of_token(raw: str) -> User | None:
    """The active account behind a bearer token that was not withdrawn."""
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=token_digest(raw), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    return token.user if token else None


def can_classify_areas(user: Person) -> Decision:
    """Whether the user may correct the class of an area the targets are counted by."""
    if has_role(user, Role.HEAD, Role.LEADING_GROUP_CLERK):
        return YES
    return Decision(
        False, _("Only a head of office or the leading-group office corrects the class of an area.")
    )
