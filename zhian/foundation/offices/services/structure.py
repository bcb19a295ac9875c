"""Offices and their line of command, owners of tasks, classes of areas."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import policies, selectors
from zhian.foundation.offices.models import Department, Office, Task, User
from zhian.foundation.offices.vocabulary import Line, OfficeLevel, TaskGrade
from zhian.foundation.regions import services as regions
from zhian.foundation.regions.models import Region
from zhian.foundation.regions.selectors import find_region
from zhian.foundation.regions.vocabulary import AreaClass
from zhian.kernel.errors import BadInput, FieldError, NotKnown
from zhian.kernel.use_cases import record, use_case


@use_case("offices.office.created")
def create_office(
    *,
    acting_user: User,
    code: str,
    name_zh: str,
    name_en: str,
    department_code: str,
    region_code: str | None,
    level: OfficeLevel,
    superior_id: int | None = None,
) -> Office:
    """One office; the supervision organ never stands in the line of those it inspects (R22)."""
    policies.require(policies.can_administer(acting_user))
    department = Department.objects.filter(pk=department_code).first()
    if department is None:
        raise BadInput(fields=[FieldError("department", _("There is no such department."))])
    superior = selectors.office(superior_id) if superior_id is not None else None
    _refuse_supervision_in_line(department, superior)
    office = Office(
        code=code.strip(),
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        department=department,
        region=find_region(region_code) if region_code else None,
        level=level,
        superior=superior,
    )
    if region_code and office.region is None:
        raise BadInput(fields=[FieldError("region", _("There is no such region."))])
    try:
        office.full_clean()
    except ValidationError as error:
        problems = [
            FieldError(field, text) for field, texts in error.message_dict.items() for text in texts
        ]
        raise BadInput(fields=problems) from error
    office.save()
    record(office, code=office.code, department=department_code, region=region_code or "")
    return office


def _refuse_supervision_in_line(department: Department, superior: Office | None) -> None:
    if superior is None:
        return
    lines = {department.line, superior.department.line}
    if Line.SUPERVISION in lines and len(lines) == 2:
        problem = _("The supervision organ is not in the line of command of those it inspects.")
        raise BadInput(fields=[FieldError("superior", problem)])


@use_case("offices.task.assigned")
def assign_task(*, acting_user: User, task_code: str, department_code: str, reason: str) -> Task:
    """Give a task of the campaign to another department; the decision is its source."""
    policies.require(policies.can_own_task(acting_user))
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Say why"))])
    task = Task.objects.select_for_update().filter(pk=task_code).first()
    if task is None:
        raise NotKnown
    department = Department.objects.filter(pk=department_code).first()
    if department is None:
        raise BadInput(fields=[FieldError("department", _("There is no such department."))])
    before = task.department_id
    task.department = department
    task.grade = TaskGrade.TEXT
    task.source = reason[:200]
    task.save(update_fields=["department", "grade", "source"])
    record(task, before=before, after=department_code, reason=reason)
    return task


@use_case("offices.area_class.corrected")
def correct_area_class(
    *, acting_user: User, region_code: str, area_class: AreaClass, reason: str
) -> Region:
    """Correct the class of an area in one's own territory (leading group, head of office)."""
    if not policies.can_administer(acting_user):
        policies.require(policies.covers(acting_user, region_code))
        policies.require(policies.can_classify_areas(acting_user))
    region = regions.correct_area_class(
        acting_user=acting_user, code=region_code, area_class=area_class, reason=reason
    )
    record(region, area_class=str(area_class), reason=reason)
    return region
