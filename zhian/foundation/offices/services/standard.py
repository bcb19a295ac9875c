"""The departments of the pack in force, and their usual offices in a territory."""

from __future__ import annotations

from collections.abc import Iterable

from zhian.foundation.offices import policies
from zhian.foundation.offices.engine.names import (
    DEPARTMENTS,
    DepartmentRow,
    Departments,
    office_name,
)
from zhian.foundation.offices.models import Department, Office, Task, User
from zhian.foundation.regions import selectors as regions
from zhian.foundation.regions.models import Region
from zhian.foundation.regions.vocabulary import ancestor_codes_of
from zhian.kernel import clock, rules
from zhian.kernel.use_cases import record, use_case

STATE = ""


@use_case("offices.departments.loaded")
def load_departments(*, acting_user: User) -> int:
    """Departments and the owners of the eight tasks; an owner somebody changed is kept."""
    policies.require(policies.can_administer(acting_user))
    pack = rules.in_force(DEPARTMENTS, on=clock.today())
    Department.objects.bulk_create(
        [
            Department(code=row.code, name_zh=row.name.zh, name_en=row.name.en, line=row.line)
            for row in pack.content.departments
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_zh", "name_en", "line"],
    )
    Task.objects.bulk_create(
        [
            Task(
                code=task.code,
                name_zh=task.name.zh,
                name_en=task.name.en,
                department_id=task.department,
                grade=task.grade,
                source=task.source,
                targets=task.targets,
            )
            for task in pack.content.tasks
        ],
        ignore_conflicts=True,
    )
    record(f"offices.department:{pack.id}", pack=pack.id, citation=pack.citation)
    return len(pack.content.departments)


@use_case("offices.standard_offices.opened")
def open_standard_offices(*, acting_user: User, region_code: str) -> list[Office]:
    """The usual offices of every department in a region, below it and above it up to the state.

    Idempotent: an office that stands is left as it is. Returns the ones that were opened.
    """
    policies.require(policies.can_administer(acting_user))
    content = rules.in_force(DEPARTMENTS, on=clock.today()).content
    load_departments(acting_user=acting_user)
    places = _places(region_code)
    standing = {
        office.code: office for office in Office.objects.filter(code__in=_codes(content, places))
    }
    opened: list[Office] = []
    # Top down, and those that answer to another department last: superiors exist before they
    # are pointed at.
    for level in range(5):
        at_level = [place for place in places if _level(place) == level]
        for own_line in (True, False):
            rows = [row for row in content.departments if (row.superior is None) == own_line]
            new = list(_new_offices(rows, at_level, standing))
            Office.objects.bulk_create(new, batch_size=2000)
            standing.update({office.code: office for office in new})
            opened.extend(new)
    record(f"regions.region:{region_code}", region=region_code, opened=len(opened))
    return opened


def office_code(department_code: str, region_code: str) -> str:
    """The code of the usual office: `qts-130123`, `qts-0` for the state."""
    return f"{department_code}-{region_code or 0}"


def _places(region_code: str) -> list[Region | None]:
    region = regions.region(region_code)
    below = regions.regions_under(region.code).real()
    return [None, *regions.ancestors_of(region.code), *below]


def _level(place: Region | None) -> int:
    return place.level if place else 0


def _codes(content: Departments, places: Iterable[Region | None]) -> list[str]:
    return [
        office_code(row.code, place.code if place else STATE)
        for place in places
        for row in content.departments
    ]


def _new_offices(
    rows: Iterable[DepartmentRow], places: Iterable[Region | None], standing: dict[str, Office]
) -> Iterable[Office]:
    for place in places:
        for row in rows:
            code = office_code(row.code, place.code if place else STATE)
            name = office_name(
                row,
                level=_level(place),
                name_zh=place.name_zh if place else "",
                name_en=place.name_en if place else "",
            )
            if name is None or code in standing:
                continue
            yield Office(
                code=code,
                name_zh=name[0],
                name_en=name[1],
                department_id=row.code,
                region=place,
                level=_level(place),
                superior=_superior(row, place, standing),
            )


def _superior(
    row: DepartmentRow, place: Region | None, standing: dict[str, Office]
) -> Office | None:
    """The nearest office above: of the same department, or of the one named as its superior."""
    if place is None:
        return None
    above = (*reversed(ancestor_codes_of(place.code)), STATE)
    codes = [office_code(row.code, code) for code in above]
    if row.superior:
        # at its own level first, unless it answers straight to the state
        tiers = (STATE,) if row.under_state else (place.code, *above)
        codes = [*(office_code(row.superior, code) for code in tiers), *codes]
    return next((standing[code] for code in codes if code in standing), None)
