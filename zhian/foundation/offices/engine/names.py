"""The name of a department's office in a region, from the patterns of the pack `departments`.

Patterns know `{name}` (full name of the region) and `{short}` (without the word for its kind).
A department without a pattern for a level has no office there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from zhian.kernel.rules import Content, Text, kind

LineName = Literal["TERRITORIAL", "FUNCTIONAL", "PORT", "SUPERVISION", "LABORATORY", "GOVERNMENT"]

_KIND_ZH = re.compile(r"(?<=..)((维吾尔|壮族|回族)?自治区|省|市|特别行政区)$")
_KIND_EN = re.compile(
    r" ((Uygur |Zhuang |Hui )?Autonomous Region|Province|City|Special Administrative Region)$"
)


class DepartmentRow(Content, frozen=True):
    """A department: its line, and how its offices are called level by level.

    `office` names the offices from province to county; `province` wins over it in provinces and
    autonomous regions (厅), not in cities directly under the state (局). `superior` is the
    department above when it is not the same one; `under_state` when it is that department's
    office of the state, whatever stands between (直属局).
    """

    code: str
    line: LineName
    name: Text
    state: Text | None = None
    province: Text | None = None
    office: Text | None = None
    township: Text | None = None
    street: Text | None = None
    superior: str | None = None
    under_state: bool = False


class TaskRow(Content, frozen=True):
    """One of the eight tasks and its owner; grade T stated, FK inferred (requirements 4.3)."""

    code: str
    name: Text
    department: str
    grade: Literal["T", "FK"]
    source: str
    targets: str


class Departments(Content, frozen=True):
    """Content of the pack `departments`; every task and superior names a known department."""

    departments: list[DepartmentRow]
    tasks: list[TaskRow]

    def __post_init__(self) -> None:
        codes = {row.code for row in self.departments}
        named = {task.department for task in self.tasks}
        named.update(row.superior for row in self.departments if row.superior)
        if unknown := named - codes:
            raise ValueError(f"unknown departments: {sorted(unknown)}")

    def row(self, code: str) -> DepartmentRow:
        """The department with this code; KeyError when there is none."""
        return {row.code: row for row in self.departments}[code]


def office_name(
    row: DepartmentRow, *, level: int, name_zh: str, name_en: str
) -> tuple[str, str] | None:
    """Chinese and English name of the office at a level (0–4); None where there is none."""
    pattern = _pattern(row, level, name_zh)
    if pattern is None:
        return None
    return (
        pattern.zh.format(name=name_zh, short=_KIND_ZH.sub("", name_zh)),
        pattern.en.format(name=name_en, short=_KIND_EN.sub("", name_en)),
    )


def _pattern(row: DepartmentRow, level: int, name_zh: str) -> Text | None:
    if level == 0:
        return row.state
    if level == 4:
        return row.street if name_zh.endswith("街道") else row.township
    if level == 1 and row.province is not None and (row.office is None or name_zh[-1] != "市"):
        return row.province
    return row.office


def check_name(content: Departments, example: Mapping[str, Any]) -> bool:
    """An example of the pack: a department in a region has exactly this name."""
    found = office_name(
        content.row(example["department"]),
        level=example["level"],
        name_zh=example["name_zh"],
        name_en=example["name_en"],
    )
    return found == (example["zh"], example["en"])


DEPARTMENTS = kind("departments", Departments, check=check_name)
