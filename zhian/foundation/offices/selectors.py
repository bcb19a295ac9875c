"""What may be read about offices and the people in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from zhian.foundation.offices.models import Delegation, Department, Office, Officer, Task, User
from zhian.foundation.offices.policies import offices_visible_to
from zhian.foundation.offices.vocabulary import SYSTEM_USERNAME, Line, Stranger
from zhian.foundation.regions.selectors import current_code
from zhian.foundation.regions.vocabulary import ancestor_codes_of
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown


def user_by_name(username: str) -> User | None:
    """The account with this name, whatever its state."""
    return User.objects.filter(username=username).first()


def user_by_id(user_id: int) -> User:
    """One account; NotKnown when there is none."""
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise NotKnown
    return found


def system_user() -> User:
    """The platform's own account, in whose name reactions and jobs run."""
    found = user_by_name(SYSTEM_USERNAME)
    if found is None:
        raise NotKnown
    return found


def officer_of(user: User | Stranger) -> Officer | None:
    """The post the user holds today, with office, department and region; None without one."""
    return user.post_on(clock.today()) if isinstance(user, User) else None


def holds_post(officer: Officer, on: date) -> bool:
    """Whether the appointment is in force that day."""
    return officer.holds_on(on)


def office_of(user: User | Stranger) -> Office | None:
    """The office the user works in today."""
    officer = officer_of(user)
    return officer.office if officer else None


def office(office_id: int) -> Office:
    """One office; NotKnown when there is none."""
    found = (
        Office.objects.select_related("department", "region", "superior")
        .filter(pk=office_id)
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def office_by_code(code: str) -> Office | None:
    """The office with this code."""
    return Office.objects.select_related("department", "region").filter(code=code).first()


def in_force_on(on: date) -> Q:
    """The WHERE clause of appointments and delegations that apply on a day."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gte=on))


def officers_in(office: Office, on: date | None = None) -> QuerySet[Officer]:
    """Who holds a post in the office that day, the head first."""
    return (
        office.officers.filter(in_force_on(on or clock.today()), user__is_active=True)
        .select_related("user")
        .order_by("-is_head", "pk")
    )


def head_of(office: Office, on: date | None = None) -> Officer | None:
    """The head of the office that day; None while the post is vacant."""
    return officers_in(office, on).filter(is_head=True).first()


def superior_of(office: Office) -> Office | None:
    """The office one level up its line of command."""
    if office.superior_id is None:
        return None
    return Office.objects.select_related("department", "region").get(pk=office.superior_id)


def responsible_office(region_code: str, department_code: str, on: date | None = None) -> Office:
    """The office of the department at the region or the nearest above it.

    A code replaced by that day is followed to its successor. NotKnown when even the state has none.
    """
    code = current_code(region_code, on or clock.today())
    found = (
        Office.objects.select_related("department", "region")
        .filter(department_id=department_code)
        .filter(Q(region_id__in=(*ancestor_codes_of(code), code)) | Q(region_id__isnull=True))
        .order_by("-level", "pk")
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def government_of(region_code: str, on: date | None = None) -> Office | None:
    """The government that answers overall for the region, from the county up (P4)."""
    code = current_code(region_code, on or clock.today())[:6]
    return (
        Office.objects.select_related("department", "region")
        .filter(department__line=Line.GOVERNMENT, level__lte=3)
        .filter(Q(region_id__in=(*ancestor_codes_of(code), code)) | Q(region_id__isnull=True))
        .order_by("-level", "pk")
        .first()
    )


def delegations_on(office: Office, on: date | None = None) -> QuerySet[Delegation]:
    """Delegations given or received by the office that apply on the day."""
    return (
        Delegation.objects.filter(in_force_on(on or clock.today()))
        .filter(Q(from_office=office) | Q(to_office=office))
        .select_related("from_office", "to_office")
    )


def departments() -> QuerySet[Department]:
    """Every department."""
    return Department.objects.all()


def tasks_of(department_code: str) -> QuerySet[Task]:
    """The tasks of the campaign the department owns."""
    return Task.objects.filter(department_id=department_code)


def tasks_visible_to(user: User | Stranger) -> QuerySet[Task]:
    """The tasks are known to everybody who works here, to nobody else."""
    tasks = Task.objects.select_related("department")
    return tasks if offices_visible_to(user).exists() else tasks.none()


def owner_of_task(task_code: str) -> Department:
    """The department that owns a task of the campaign; NotKnown for another word."""
    found = Task.objects.select_related("department").filter(pk=task_code).first()
    if found is None:
        raise NotKnown
    return found.department


def offices_by_id(ids: Iterable[int]) -> dict[int, Office]:
    """Several offices at once."""
    return Office.objects.select_related("department", "region").in_bulk(set(ids))


def subordinate_ids(office: Office) -> set[int]:
    """Ids of every office below this one in the line of command."""
    found: set[int] = set()
    waiting = {office.pk}
    while waiting:
        below = set(
            Office.objects.filter(superior_id__in=waiting)
            .exclude(pk__in=found)
            .values_list("pk", flat=True)
        )
        found |= below
        waiting = below
    return found


def office_codes_of(user_ids: Iterable[int]) -> dict[int, str]:
    """The code of the office each user works in today, in one query; none for the others."""
    return dict(
        Officer.objects.filter(in_force_on(clock.today()), user_id__in=set(user_ids)).values_list(
            "user_id", "office__code"
        )
    )


def office_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of several offices by code, in the reader's language, in one query."""
    return {found.code: found.name for found in Office.objects.filter(code__in=set(codes))}


def users_by_id(ids: Iterable[int]) -> dict[int, User]:
    """Several accounts at once."""
    return User.objects.in_bulk(set(ids))


def officers_by_id(ids: Iterable[int]) -> dict[int, Officer]:
    """Several posts at once, with user, office, department and region."""
    found = Officer.objects.select_related("user", "office__department", "office__region")
    return found.in_bulk(set(ids))


def officers_at(office_ids: Iterable[int], on: date | None = None) -> QuerySet[Officer]:
    """Who holds a post in any of the offices that day, office by office, heads first."""
    return (
        Officer.objects.filter(in_force_on(on or clock.today()), office_id__in=set(office_ids))
        .filter(user__is_active=True)
        .select_related("user", "office__department", "office__region")
        .order_by("office_id", "-is_head", "pk")
    )
