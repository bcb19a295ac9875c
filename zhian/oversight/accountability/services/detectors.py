"""Detectors of the triggers A1, A3, A4 and A11: facts in, signals with their evidence out."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from zhian.foundation.duties.vocabulary import Deed as DutyDeed
from zhian.kernel import clock, rules
from zhian.oversight.accountability.models import Signal
from zhian.oversight.accountability.services.facts import Facts, Place, supervised
from zhian.oversight.accountability.services.statements import day, deed_of
from zhian.oversight.accountability.vocabulary import (
    INSPECTION_COVERAGE,
    Trigger,
    inspection_overdue,
)

# Findings that ask for a measure; leaving them lie past the deadline is trigger A4.
MEASURES = frozenset({DutyDeed.FOLLOW_UP_FINDING, DutyDeed.RECTIFY, DutyDeed.DISPOSE_UNQUALIFIED})


def detect(facts: Facts) -> Iterator[Signal]:
    """All signals of an alert."""
    for detector in DETECTORS:
        yield from detector(facts)


def not_censused(facts: Facts) -> Iterator[Signal]:
    """A1: the trace names places that no census has, or that nobody was in charge of."""
    found = [p for p in facts.places if p.site is None or p.supervision is None]
    if found:
        yield Signal(
            trigger=Trigger.A1,
            sentence="signal_a1",
            values={"count": len(found)},
            evidence=[_place(place) for place in found],
        )


def not_inspected(facts: Facts) -> Iterator[Signal]:
    """A3: places whose last sampling visit lies further back than the law's period."""
    years = rules.in_force(INSPECTION_COVERAGE, on=facts.on).content.years
    every: dict[int, list[Place]] = defaultdict(list)
    for place, supervision in supervised(facts.places):
        every[supervision.officer_id].append(place)
    for places in every.values():
        overdue = [place for place in places if _overdue(place, facts, years)]
        if not overdue or places[0].supervision is None:
            continue
        yield Signal(
            trigger=Trigger.A3,
            office=places[0].supervision.office,
            officer=places[0].supervision.officer.user,
            sentence="signal_a3",
            values={"count": len(overdue), "total": len(places), "years": years},
            evidence=[_place(place) for place in overdue],
        )


def _overdue(place: Place, facts: Facts, years: int) -> bool:
    last = clock.beijing(place.sample.drawn_at).date() if place.sample else None
    return inspection_overdue(last, facts.on, years)


def not_stopped(facts: Facts) -> Iterator[Signal]:
    """A4: a finding about a place of this trace was handed to an officer and left lying."""
    seen: set[int] = set()
    for place in facts.places:
        for duty in place.late:
            if duty.pk in seen or duty.deed not in MEASURES or duty.done_at is not None:
                continue
            seen.add(duty.pk)
            yield Signal(
                trigger=Trigger.A4,
                office=duty.office,
                officer=duty.officer,
                sentence="signal_a4",
                values={
                    "subject": duty.subject_label,
                    "due": day(duty.due_at),
                    **deed_of(duty),
                },
                evidence=[["duties.duty", str(duty.pk)]],
            )


def late_report(facts: Facts) -> Iterator[Signal]:
    """A11: the report upward was late or is still missing."""
    for duty in facts.duties:
        if duty.deed != DutyDeed.REPORT_UPWARD or (duty.done_at or facts.now) <= duty.due_at:
            continue
        yield Signal(
            trigger=Trigger.A11,
            office=duty.office,
            officer=duty.officer,
            sentence="signal_a11",
            values={"due": day(duty.due_at), "done": day(duty.done_at)},
            evidence=[["duties.duty", str(duty.pk)]],
        )


def _place(place: Place) -> list[str]:
    if place.site is None:
        return ["site_key", place.key]
    return ["subjects.site", str(place.site.pk)]


DETECTORS: tuple[Callable[[Facts], Iterator[Signal]], ...] = (
    not_censused,
    not_inspected,
    not_stopped,
    late_report,
)
