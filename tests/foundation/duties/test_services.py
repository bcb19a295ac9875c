"""Duties start, are given, stopped, escalated and done; each step stands in the ledger."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.casting import Cast
from zhian.foundation.duties import policies, selectors, services, tasks
from zhian.foundation.duties.engine.calendar import BEIJING
from zhian.foundation.duties.models import Duty
from zhian.foundation.duties.services import NewDuty
from zhian.foundation.duties.vocabulary import Card, Deed, DutyState, Light, StepKind
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused

# a Friday
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=BEIJING)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def friday():
    with clock.at(FRIDAY):
        yield


def begin(cast: Cast, deed: Deed = Deed.FOLLOW_UP_FINDING, **more) -> Duty:
    """A duty of wang's office over the county (any row is a subject)."""
    more.setdefault("office", cast.office)
    more.setdefault("subject", cast.county)
    return services.start_duty(acting_user=more.pop("by", cast.wang), deed=deed, **more)


def last_entry() -> Entry:
    found = Entry.objects.first()
    assert found is not None
    return found


def history(duty: Duty) -> list[str]:
    return [step.kind for step in selectors.steps_of(duty)]


def test_a_duty_takes_term_and_basis_from_the_law(cast: Cast) -> None:
    duty = begin(cast, Deed.FINISH_RECALL_CLASS1, officer=cast.wang)
    assert duty.due_at == datetime(2026, 12, 4, 23, 59, 59, tzinfo=BEIJING)
    assert (duty.term_amount, duty.term_unit) == (10, "WORKING_DAYS")
    assert duty.pack_id == "duty_terms_recall"
    assert "10个工作日" in duty.legal_basis
    assert (duty.subject_type, duty.subject_id) == ("regions.region", cast.county.pk)
    assert duty.verified
    assert duty.light is Light.GREEN
    assert history(duty) == [StepKind.STARTED]
    entry = last_entry()
    assert entry.kind == "duties.duty.started"
    assert entry.data["deed"] == "finish_recall_class1"
    assert duty.steps.get().entry_id == entry.pk


def test_words_basis_and_time_left_follow_the_reader(cast: Cast) -> None:
    from django.utils import translation

    duty = begin(cast, Deed.FINISH_RECALL_CLASS1)
    with translation.override("en"):
        assert duty.words == "Finish the class I recall"
        assert duty.basis.startswith("Food Recall Measure (Order 12, 2015)")
        assert duty.remaining == "10 working days left (until 12-04 23:59)"
    with translation.override("zh-hans"):
        assert duty.words == "完成一级召回"
        assert duty.basis.startswith("《食品召回管理办法》")
        assert duty.remaining == "还有 10 个工作日（至 12-04 23:59）"


def test_a_duty_without_bearer_or_term_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput, match="somebody who owes it"):
        begin(cast, office=None)
    with pytest.raises(BadInput, match="due_at"):
        begin(cast, Deed.RECTIFY)
    assert not Duty.objects.exists()
    assert not Entry.objects.exists()


def test_an_order_may_state_term_and_basis_itself(cast: Cast) -> None:
    due_at = FRIDAY + timedelta(days=30)
    duty = begin(cast, Deed.RECTIFY, due_at=due_at, legal_basis="正质监责改〔2026〕第 1 号")
    assert duty.due_at == due_at
    assert duty.basis == "正质监责改〔2026〕第 1 号"
    assert (duty.term_amount, duty.term_unit) == (None, "")
    assert not duty.verified


def test_the_same_deed_is_owed_once(cast: Cast) -> None:
    duty = begin(cast)
    with pytest.raises(Conflict, match="already owed"):
        begin(cast)
    begin(cast, office=cast.other_office)
    services.finish_duty(acting_user=cast.wang, duty_id=duty.pk)
    begin(cast)
    assert Duty.objects.count() == 3


def test_nine_hundred_duties_start_in_a_handful_of_queries(cast: Cast) -> None:
    new = [NewDuty(cast.county, operator_id=number) for number in range(900)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        made = services.start_duties(acting_user=cast.wang, deed=Deed.COUNT_STOCK, duties=new)
    assert len(made) == Duty.objects.count() == 900
    assert len(queries) <= 12
    entry = last_entry()
    assert (entry.kind, entry.data["count"]) == ("duties.duties.started", 900)
    assert selectors.open_duties_of_operator(899).get().deed == Deed.COUNT_STOCK


def test_doing_the_deed_ends_the_duty(cast: Cast) -> None:
    duty = begin(cast, Deed.CONFIRM_SCOPE)
    with clock.at(FRIDAY + HOUR):
        done = services.finish_duty(acting_user=cast.wang, duty_id=duty.pk, note="好")
    assert (done.state, done.done_at) == (DutyState.DONE, FRIDAY + HOUR)
    entry = last_entry()
    assert done.done_entry == entry.pk
    assert entry.data["in_time"] is True
    with pytest.raises(Conflict):
        services.finish_duty(acting_user=cast.wang, duty_id=duty.pk)
    with pytest.raises(NotKnown):
        services.finish_duty(acting_user=cast.wang, duty_id=0)


def test_duties_over_a_subject_end_together(cast: Cast) -> None:
    mine = begin(cast)
    late = begin(cast, operator_id=5, office=None)
    other = begin(cast, subject=cast.township)
    with clock.at(mine.due_at + HOUR):
        count = services.finish_for(
            acting_user=cast.wang, deed=Deed.FOLLOW_UP_FINDING, subject=cast.county, operator_id=5
        )
    assert count == 1
    assert last_entry().data["late"] == [late.pk]
    services.stop_clock  # noqa: B018
    assert (
        services.finish_for(acting_user=cast.wang, deed=Deed.FOLLOW_UP_FINDING, subject=cast.county)
        == 1
    )
    assert services.finish_duties(acting_user=cast.wang, duty_ids=[mine.pk, other.pk]) == 1
    assert not Duty.objects.unfinished().exists()


def test_a_cancelled_duty_keeps_its_reason(cast: Cast) -> None:
    duty = begin(cast)
    services.cancel_duty(acting_user=cast.wang, duty_id=duty.pk, reason="recall withdrawn")
    duty.refresh_from_db()
    assert (duty.state, duty.done_at) == (DutyState.CANCELLED, None)
    assert duty.steps.last().note == "recall withdrawn"
    begin(cast)
    assert services.cancel_for(acting_user=cast.wang, subject=cast.county, reason="gone") == 1
    assert services.cancel_for(acting_user=cast.wang, subject=cast.county, reason="gone") == 0


def test_testing_time_is_not_counted(cast: Cast) -> None:
    start = datetime(2026, 5, 6, 10, tzinfo=BEIJING)
    with clock.at(start):
        duty = begin(cast, Deed.END_MEDIATION)
    assert duty.due_at == datetime(2026, 7, 8, 23, 59, 59, tzinfo=BEIJING)
    with clock.at(datetime(2026, 5, 11, 9, tzinfo=BEIJING)):
        services.stop_clock(acting_user=cast.wang, duty_id=duty.pk, reason="testing")
        with pytest.raises(Conflict):
            services.stop_clock(acting_user=cast.wang, duty_id=duty.pk, reason="again")
    duty.refresh_from_db()
    assert (duty.state, duty.light) == (DutyState.STOPPED, Light.GREEN)
    with clock.at(datetime(2026, 8, 1, tzinfo=BEIJING)):
        assert selectors.ids_to_escalate() == []
    with clock.at(datetime(2026, 6, 8, 15, tzinfo=BEIJING)):
        duty = services.resume_clock(acting_user=cast.wang, duty_id=duty.pk)
    assert duty.due_at == datetime(2026, 8, 5, 23, 59, 59, tzinfo=BEIJING)
    assert duty.stopped_total == timedelta(days=28, hours=6)
    assert history(duty) == [StepKind.STARTED, StepKind.STOPPED, StepKind.RESUMED]
    with clock.at(datetime(2026, 6, 9, tzinfo=BEIJING)), pytest.raises(Conflict):
        services.resume_clock(acting_user=cast.wang, duty_id=duty.pk)


def test_a_stated_due_moment_moves_by_the_time_that_stood_still(cast: Cast) -> None:
    duty = begin(cast, Deed.END_MEDIATION, due_at=FRIDAY + 48 * HOUR)
    services.stop_clock(acting_user=cast.wang, duty_id=duty.pk, reason="testing")
    with clock.at(FRIDAY + 5 * HOUR):
        duty = services.resume_clock(acting_user=cast.wang, duty_id=duty.pk)
    assert duty.due_at == FRIDAY + 53 * HOUR
    assert str(duty.stops.get()).startswith(f"{duty.pk}: 2026-11-20")
    assert str(duty.steps.first()) == f"{duty.pk}: STARTED"


def test_a_clock_stops_only_where_the_law_says_so(cast: Cast) -> None:
    duty = begin(cast, Deed.CONFIRM_SCOPE)
    with pytest.raises(Conflict, match="does not let this clock stop"):
        services.stop_clock(acting_user=cast.wang, duty_id=duty.pk, reason="holiday")


def test_a_stop_lies_within_the_life_of_the_duty(cast: Cast) -> None:
    duty = begin(cast, Deed.END_MEDIATION)
    for moment in (FRIDAY - HOUR, FRIDAY + HOUR):
        with pytest.raises(BadInput):
            services.stop_clock(acting_user=cast.wang, duty_id=duty.pk, reason="x", at=moment)


@pytest.mark.parametrize("end", ["finish", "cancel", "finish_for", "cancel_for"])
def test_a_stopped_duty_may_end(cast: Cast, end: str) -> None:
    duty = begin(cast, Deed.END_MEDIATION)
    services.stop_clock(acting_user=cast.wang, duty_id=duty.pk, reason="testing")
    by = {"acting_user": cast.wang}
    if end == "finish":
        services.finish_duty(**by, duty_id=duty.pk)
    elif end == "cancel":
        services.cancel_duty(**by, duty_id=duty.pk, reason="x")
    elif end == "finish_for":
        services.finish_for(**by, deed=duty.deed, subject=cast.county)
    else:
        services.cancel_for(**by, subject=cast.county, reason="x")
    duty.refresh_from_db()
    assert duty.stopped_since is None
    assert duty.stops.get().until == FRIDAY


def happenings(entry: Entry) -> list[tuple[str, str]]:
    return [(one["kind"], one["card"]) for one in entry.happenings]


def test_an_overdue_duty_goes_to_the_superior_with_a_card(cast: Cast) -> None:
    duty = begin(cast, Deed.REPORT_UPWARD, officer=cast.wang)
    assert services.escalate_overdue(acting_user=cast.system) == 0
    with clock.at(duty.due_at + HOUR):
        assert duty.light is Light.RED
        assert list(selectors.overdue_duties(cast.office)) == [duty]
        tasks.escalate_overdue(0)
        tasks.escalate_overdue(0)
    duty.refresh_from_db()
    assert (duty.escalated_to, duty.card) == (cast.city_office, Card.YELLOW)
    entry = last_entry()
    assert (entry.kind, happenings(entry)) == (
        "duties.duty.escalated",
        [("DutyOverdue", "YELLOW")],
    )
    with clock.at(duty.due_at + 24 * HOUR):
        assert services.escalate_overdue(acting_user=cast.system) == 1
        assert services.escalate_overdue(acting_user=cast.system) == 0
    duty.refresh_from_db()
    assert duty.card == Card.RED
    assert history(duty) == [StepKind.STARTED, StepKind.ESCALATED, StepKind.CARDED]
    assert happenings(last_entry()) == [("DutyOverdue", "RED")]


def test_an_operators_overdue_duty_goes_to_the_office_without_a_card(cast: Cast) -> None:
    duty = begin(cast, Deed.COUNT_STOCK, operator_id=7)
    with clock.at(duty.due_at + 48 * HOUR):
        assert services.escalate_overdue(acting_user=cast.system) == 1
        assert services.escalate_overdue(acting_user=cast.system) == 0
        assert list(selectors.late_among([("regions.region", cast.county.pk)])) == [duty]
        assert list(selectors.late_among([("regions.region", "1")])) == []
    duty.refresh_from_db()
    assert (duty.escalated_to, duty.card) == (cast.office, Card.NONE)
    assert list(selectors.duties_of_operator(7)) == [duty]


def test_what_is_not_overdue_is_not_escalated(cast: Cast) -> None:
    duty = begin(cast)
    with pytest.raises(Conflict, match="not overdue"):
        services.escalate(acting_user=cast.system, duty_id=duty.pk)


def test_the_top_office_has_nobody_above(cast: Cast) -> None:
    top = cast.province_office.superior
    duty = begin(cast, office=top)
    with clock.at(duty.due_at + HOUR):
        services.escalate(acting_user=cast.system, duty_id=duty.pk)
    duty.refresh_from_db()
    assert (duty.escalated_to, duty.card) == (None, Card.YELLOW)


def test_a_term_into_a_year_not_announced_is_settled_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhian.foundation.duties import terms
    from zhian.foundation.duties.engine.calendar import WorkingDays

    with clock.at(datetime(2030, 12, 20, 10, tzinfo=BEIJING)):
        duty = begin(cast, Deed.FINISH_RECALL_CLASS1)
        assert duty.calendar_pending
        assert services.settle_pending(acting_user=cast.system) == 0
        rest = frozenset({datetime(2031, 1, 1, tzinfo=UTC).date()})
        known = WorkingDays(announced=frozenset({2030, 2031}), rest=rest)
        monkeypatch.setattr(terms, "calendar", lambda *, provisional=False: known)
        tasks.settle_pending(0)
    before = duty.due_at
    duty.refresh_from_db()
    assert not duty.calendar_pending
    assert duty.due_at == before + timedelta(days=3)
    assert history(duty) == [StepKind.STARTED, StepKind.DUE_SET]


def test_the_head_or_the_leading_group_gives_a_duty_to_an_officer(cast: Cast) -> None:
    duty = begin(cast)
    for by in (cast.head, cast.zu):
        given = services.assign(acting_user=by, duty_id=duty.pk, officer_id=cast.li.pk)
        assert given.officer == cast.li
    for stranger in (cast.wang, cast.zhao, cast.jian, cast.dian):
        with pytest.raises(Refused):
            services.assign(acting_user=stranger, duty_id=duty.pk, officer_id=cast.wang.pk)
    with pytest.raises(BadInput, match="officer of the office"):
        services.assign(acting_user=cast.head, duty_id=duty.pk, officer_id=cast.zhao.pk)
    services.chase(acting_user=cast.zu, duty_id=duty.pk, note="please")
    duty.refresh_from_db()
    assert duty.officer == cast.li
    assert duty.steps.last().note == "please"
    services.finish_duty(acting_user=cast.li, duty_id=duty.pk)
    for late in (
        lambda: services.assign(acting_user=cast.head, duty_id=duty.pk, officer_id=cast.li.pk),
        lambda: services.chase(acting_user=cast.head, duty_id=duty.pk, note="x"),
    ):
        with pytest.raises(Conflict, match="not owed any more"):
            late()


def test_an_operators_duty_is_not_assigned(cast: Cast) -> None:
    duty = begin(cast, office=None, operator_id=1)
    assert not policies.can_assign(cast.head, duty)
    assert not policies.can_finish(cast.head, duty)
    stopping = begin(cast, Deed.END_MEDIATION, office=None, operator_id=1)
    assert not policies.can_stop(cast.head, stopping)


def test_who_may_say_that_a_duty_is_done(cast: Cast) -> None:
    free, given = begin(cast), begin(cast, subject=cast.township, officer=cast.li)
    computed = begin(cast, Deed.CONFIRM_SCOPE)
    assert [bool(policies.can_finish(user, free)) for user in people(cast)] == [
        True,
        True,
        False,
        True,
        False,
        False,
        False,
        False,
    ]
    assert [bool(policies.can_finish(user, given)) for user in people(cast)] == [
        False,
        True,
        False,
        True,
        False,
        False,
        False,
        False,
    ]
    assert not policies.can_finish(cast.head, computed)
    with pytest.raises(Refused, match="by doing it"):
        services.finish_by_hand(acting_user=cast.head, duty_id=computed.pk, note="done")
    done = services.finish_by_hand(acting_user=cast.wang, duty_id=free.pk, note="seen on site")
    assert (done.state, done.steps.last().note) == (DutyState.DONE, "seen on site")


def people(cast: Cast) -> list[User]:
    return [cast.wang, cast.li, cast.zhao, cast.head, cast.jian, cast.zu, cast.sun, cast.dian]


def test_only_the_office_stops_a_clock(cast: Cast) -> None:
    duty = begin(cast, Deed.END_MEDIATION)
    assert [bool(policies.can_stop(user, duty)) for user in people(cast)] == [
        True,
        True,
        False,
        True,
        False,
        False,
        False,
        False,
    ]
    assert not policies.can_stop(cast.wang, begin(cast))


def test_everybody_sees_what_concerns_them(cast: Cast) -> None:
    duty = begin(cast)
    seen = {
        name: policies.duties_visible_to(getattr(cast, name)).filter(pk=duty.pk).exists()
        for name in (
            "wang",
            "li",
            "zhao",
            "chen",
            "sun",
            "head",
            "mayor",
            "jian",
            "zu",
            "port",
            "dian",
            "admin",
            "system",
        )
    }
    assert {name for name, visible in seen.items() if visible} == {
        "wang",
        "li",
        "sun",
        "head",
        "mayor",
        "jian",
        "zu",
        "system",
    }
    assert not policies.duties_visible_to(cast.public).exists()


def test_my_queue_is_mine_my_offices_and_what_was_told_to_us(cast: Cast) -> None:
    free = begin(cast, Deed.REPORT_UPWARD)
    lis = begin(cast, officer=cast.li)
    with clock.at(FRIDAY + 3 * HOUR):
        services.escalate_overdue(acting_user=cast.system)
    with CaptureQueriesContext(connection) as queries:
        queue = list(selectors.open_duties_for(cast.wang))
        assert [(one.office.name, one.officer) for one in queue]
    assert queue == [free]
    assert len(queries) <= 3
    assert list(selectors.open_duties_for(cast.li)) == [free, lis]
    assert list(selectors.open_duties_for(cast.head)) == [free, lis]
    assert not selectors.open_duties_for(cast.zhao).exists()
    assert not selectors.open_duties_for(cast.dian).exists()
    assert list(selectors.duties_about(cast.county)) == [free, lis]
    assert list(selectors.duties_about("regions.region", cast.county.pk)) == [free, lis]
    assert selectors.duty(free.pk) == free
    with pytest.raises(NotKnown):
        selectors.duty(0)


@pytest.mark.parametrize(
    ("moment", "light", "text"),
    [
        (FRIDAY, Light.GREEN, "2 hours left (until 11-20 12:00)"),
        (FRIDAY + 1.4 * HOUR, Light.YELLOW, "36 minutes left (until 11-20 12:00)"),
        (FRIDAY + 3 * HOUR, Light.RED, "overdue by 1 hour (since 11-20 12:00)"),
        (FRIDAY + 100 * HOUR, Light.RED, "overdue by 4 days (since 11-20 12:00)"),
    ],
)
def test_light_and_words_tell_the_time_left(
    cast: Cast, moment: datetime, light: Light, text: str
) -> None:
    from django.utils import translation

    duty = begin(cast, Deed.REPORT_UPWARD)
    with clock.at(moment), translation.override("en"):
        assert (duty.light, duty.remaining) == (light, text)


def test_the_words_of_duties_that_are_over(cast: Cast) -> None:
    from django.utils import translation

    with translation.override("en"):
        stopped = begin(cast, Deed.END_MEDIATION)
        services.stop_clock(acting_user=cast.wang, duty_id=stopped.pk, reason="testing")
        stopped.refresh_from_db()
        assert stopped.remaining == "clock stopped (was due 01-22 23:59)"
        done = services.finish_duty(acting_user=cast.wang, duty_id=begin(cast).pk)
        assert done.remaining == "done in time"
        done.done_at = done.due_at + HOUR
        assert done.remaining == "done late"
        gone = services.cancel_duty(acting_user=cast.wang, duty_id=begin(cast).pk, reason="x")
        assert gone.remaining == "cancelled"
        today = begin(cast, Deed.FOLLOW_UP_FINDING)
        with clock.at(today.due_at - HOUR):
            assert today.remaining == "1 hour left (until 12-04 23:59)"
        today.pack_id = "burnt"
        assert (today.words, today.basis, today.verified) == (
            "follow_up_finding",
            "平台默认",
            False,
        )
