"""Duties as the desk shows them: the deed as a verb, the light, the time left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from zhian.foundation.duties.models import Duty
from zhian.kernel.templatetags.zhian import name_in_language


@dataclass(frozen=True)
class DutyRow:
    """One duty on a page."""

    deed: str
    href: str
    who: str
    due_at: datetime
    remaining: str
    done_at: datetime | None
    light: str
    state_word: str
    basis: str


def rows_of(found: Iterable[Duty]) -> list[DutyRow]:
    """Duties as rows; the bearer is the officer, else the office, else the operator's side."""
    return [
        DutyRow(
            deed=duty.words,
            href=duty.get_absolute_url(),
            who=" · ".join(
                part
                for part in (
                    name_in_language(duty.office) if duty.office else "",
                    duty.officer.display_name if duty.officer else "",
                )
                if part
            ),
            due_at=duty.due_at,
            remaining=duty.remaining,
            done_at=duty.done_at,
            light=duty.light.value,
            state_word=duty.get_state_display(),
            basis=duty.basis,
        )
        for duty in found
    ]
