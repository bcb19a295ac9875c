"""What the services of duties share: the locked row and the line of its history."""

from collections.abc import Iterable

from zhian.foundation.duties.models import Duty, DutyStep
from zhian.foundation.duties.vocabulary import StepKind
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown
from zhian.kernel.use_cases import current_entry_id


def locked(duty_id: int) -> Duty:
    """The duty, locked until the commit; NotKnown when there is none."""
    rows = Duty.objects.select_for_update(of=("self",)).select_related("office", "officer")
    found = rows.filter(pk=duty_id).first()
    if found is None:
        raise NotKnown
    return found


def note_step(kind: StepKind, duties: Iterable[Duty], by: User, note: object = "") -> None:
    """Add one line to the history of each duty."""
    now, entry = clock.now(), current_entry_id()
    DutyStep.objects.bulk_create(
        DutyStep(
            duty=duty,
            kind=kind,
            at=now,
            by_name=by.display_name,
            note=str(note)[:500],
            entry_id=entry,
        )
        for duty in duties
    )
