"""The calendar engine agrees with its slow twin and with days counted by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zhian.foundation.duties.engine import slowly
from zhian.foundation.duties.engine.calendar import (
    BEIJING,
    CalendarNotAnnounced,
    Stop,
    Term,
    Unit,
    WorkingDays,
    due,
    share_left,
    working_days_between,
)

CHINA = WorkingDays()
FIRST = datetime(2024, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


moments = st.integers(0, 700 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
day_terms = st.builds(
    Term, st.integers(1, 45), st.sampled_from([Unit.CALENDAR_DAYS, Unit.WORKING_DAYS])
)
hour_terms = st.builds(Term, st.integers(1, 30), st.just(Unit.HOURS))


OVERLAPPING = [
    Stop(at("2024-12-31T09:00"), at("2025-01-02T15:00")),
    Stop(at("2025-01-01T09:00"), at("2025-01-03T15:00")),
    Stop(at("2025-01-01T10:00"), at("2025-01-02T10:00")),
]


@st.composite
def clocks(draw: st.DrawFn, terms: st.SearchStrategy[Term], spread: int) -> tuple:
    start = draw(moments)
    minutes = st.integers(-spread, 2 * spread)
    spans = draw(st.lists(st.tuples(minutes, st.integers(0, spread)), max_size=4))
    stops = [
        Stop(start + timedelta(minutes=begin), start + timedelta(minutes=begin + length))
        for begin, length in spans
    ]
    return start, draw(terms), stops


@given(clocks(day_terms, 20 * 24 * 60))
@example((at("2024-12-30T10:00"), Term(9, Unit.CALENDAR_DAYS), OVERLAPPING))
@example((at("2024-12-30T10:00"), Term(9, Unit.WORKING_DAYS), OVERLAPPING))
def test_terms_in_days_are_the_walk_day_by_day(case: tuple) -> None:
    start, term, stops = case
    assert due(start, term, CHINA, stops) == slowly.due(start, term, CHINA, stops)


@given(clocks(hour_terms, 24 * 60))
@example((at("2024-12-30T10:00"), Term(90, Unit.HOURS), OVERLAPPING))
def test_terms_in_hours_are_the_walk_by_minutes(case: tuple) -> None:
    start, term, stops = case
    assert due(start, term, CHINA, stops) == slowly.due(start, term, CHINA, stops)


@pytest.mark.parametrize(
    ("start", "term", "expected"),
    [
        ("2026-11-20T17:00", Term(3, Unit.CALENDAR_DAYS), "2026-11-23T23:59:59"),
        ("2026-11-20T23:30", Term(24, Unit.HOURS), "2026-11-21T23:30"),
        ("2026-02-13T09:00", Term(10, Unit.WORKING_DAYS), "2026-03-05T23:59:59"),
        ("2025-09-30T10:00", Term(5, Unit.WORKING_DAYS), "2025-10-14T23:59:59"),
        ("2025-12-31T10:00", Term(1, Unit.WORKING_DAYS), "2026-01-04T23:59:59"),
    ],
)
def test_days_counted_by_hand(start: str, term: Term, expected: str) -> None:
    assert due(at(start), term, CHINA) == at(expected)


def test_twenty_working_days_of_testing_move_the_end_by_exactly_twenty() -> None:
    start, term = at("2026-05-06T10:00"), Term(45, Unit.WORKING_DAYS)
    stop = Stop(at("2026-05-11T09:00"), at("2026-06-08T15:00"))
    assert working_days_between(date(2026, 5, 11), date(2026, 6, 8), CHINA) == 20
    plain, moved = due(start, term, CHINA), due(start, term, CHINA, [stop])
    assert working_days_between(plain.astimezone(BEIJING).date(), moved.date(), CHINA) == 20


def test_a_year_nobody_announced_fails_loudly() -> None:
    with pytest.raises(CalendarNotAnnounced, match="2031") as error:
        due(at("2030-12-31T10:00"), Term(1, Unit.WORKING_DAYS), calendar_knowing(2030))
    assert error.value.year == 2031
    assert due(at("2030-12-31T10:00"), Term(1, Unit.CALENDAR_DAYS), CHINA) == at(
        "2031-01-01T23:59:59"
    )


def calendar_knowing(*years: int, **table: Sequence[date]) -> WorkingDays:
    days = {name: frozenset(value) for name, value in table.items()}
    return WorkingDays(announced=frozenset(years), **days)


def test_an_announced_year_is_told_by_its_table() -> None:
    calendar = calendar_knowing(2030, rest=[date(2030, 2, 4)], work=[date(2030, 2, 9)])
    assert [calendar.is_working(date(2030, 2, day)) for day in (4, 5, 9, 10)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_provisional_calendar_counts_monday_to_friday() -> None:
    calendar = WorkingDays(provisional=True)
    assert calendar.is_working(date(2031, 1, 1))
    assert not calendar.is_working(date(2031, 1, 4))
    assert not calendar.is_working(date(2026, 10, 1))


def test_a_correction_of_a_known_year_wins_over_the_installed_calendar() -> None:
    calendar = calendar_knowing(rest=[date(2026, 11, 23)])
    assert CHINA.is_working(date(2026, 11, 23))
    assert not calendar.is_working(date(2026, 11, 23))


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert working_days_between(date(2026, 11, 23), date(2026, 11, 20), CHINA) == 0


def test_a_stop_after_the_end_changes_nothing() -> None:
    start, after = at("2026-11-20T10:00"), Stop(at("2026-11-25T10:00"), at("2026-11-26T10:00"))
    for unit in Unit:
        term = Term(2, unit)
        assert due(start, term, CHINA, [after]) == due(start, term, CHINA)


def test_a_term_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a term of 0"):
        due(at("2026-11-20T10:00"), Term(0, Unit.HOURS), CHINA)


def test_the_share_left_runs_from_one_to_below_nothing() -> None:
    start, end = at("2026-11-20T10:00"), at("2026-11-20T16:00")
    nothing = timedelta(0)

    def share(now: str, stopped: timedelta = nothing) -> float:
        return share_left(started_at=start, due_at=end, stopped=stopped, now=at(now))

    assert share("2026-11-20T10:00") == 1
    assert share("2026-11-20T14:00") == pytest.approx(1 / 3)
    assert share("2026-11-20T14:00", timedelta(hours=3)) == pytest.approx(2 / 3)
    assert share("2026-11-20T16:00") == 0
    assert share("2026-11-20T19:00") == pytest.approx(-0.5)
    assert share("2026-11-20T16:00", timedelta(hours=6)) == 0
    assert share("2026-11-20T17:00", timedelta(hours=6)) == -1
