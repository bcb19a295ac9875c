"""When a subscriber is told: any schedule of EPCIS from the form, in words, with its next times."""

from datetime import datetime

import pytest
from django.utils.translation import override

from tests.casting import Cast
from tests.chain.events.test_event_pages import page, signed_in
from tests.chain.events.test_subscriptions import Listener, listener
from zhian.chain.events.models import Subscription
from zhian.chain.events.services.queries import keep_query
from zhian.chain.events.web.schedules import ScheduleForm, as_standard, schedule_text, told_text
from zhian.kernel import clock

__all__ = ["listener"]
NEW, TOLD = "/events/subscriptions/new/", "/events/subscriptions/new/told/"
# a Sunday
AT = datetime.fromisoformat("2026-11-22T12:00:00+08:00")
OFFICE_HOURS = {"dayOfWeek": "[1-5]", "hour": "8,16", "minute": "30"}


def given(schedule: dict[str, str]) -> dict[str, str]:
    """The schedule as the form sends it."""
    return {"when": "other", **{f"at-{name}": text for name, text in schedule.items()}}


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (None, "at once"),
        ({"minute": "5"}, "every hour at minute 05"),
        ({"dayOfWeek": "3", "hour": "7", "minute": "0"}, "Wednesday at 07:00"),
        (OFFICE_HOURS, "Monday to Friday; hour 8, 16; minute 30"),
        ({"minute": "*/15"}, "minute any in steps of 15"),
        ({"month": "2", "dayOfMonth": "29"}, "month 2; day of the month 29"),
        ({"dayOfWeek": "9"}, "9"),
        ({"second": "odd"}, "second odd"),
    ],
)
def test_a_schedule_is_said_in_words(schedule: dict[str, object] | None, words: str) -> None:
    with override("en"):
        assert schedule_text(schedule) == words


def test_the_next_three_times_are_told_in_both_languages() -> None:
    with override("en"):
        assert told_text(None, AT) == "Told at once, whenever something is captured."
        assert told_text(OFFICE_HOURS, AT) == (
            "Monday to Friday; hour 8, 16; minute 30. Next on Monday 2026-11-23 08:30:00, then"
            " on Monday 2026-11-23 16:30:00 and on Tuesday 2026-11-24 08:30:00, Beijing time."
        )
    with override("zh-hans"):
        assert schedule_text(OFFICE_HOURS) == "星期一至星期五；8、16时；30分"
        assert told_text({"hour": "8", "minute": "0"}, AT) == (
            "每天 08:00。下次：2026年11月23日 08:00:00（星期一），随后：2026年11月24日 08:00:00"
            "（星期二）、2026年11月25日 08:00:00（星期三）（北京时间）。"
        )


@pytest.mark.parametrize(
    ("written", "standard"),
    [("8", "8"), ("8-17", "[8-17]"), ("[8-17]", "[8-17]"), ("1，3、5 - 7", "1,3,[5-7]")],
)
def test_values_are_kept_as_the_standard_writes_them(written: str, standard: str) -> None:
    assert as_standard(written) == standard


@pytest.mark.parametrize(
    ("schedule", "field", "said"),
    [
        ({"hour": "24"}, "hour", "Numbers from 0 to 23"),
        ({"dayOfWeek": "Monday", "minute": "1"}, "dayOfWeek", "Numbers from 1 to 7"),
        ({"dayOfMonth": "30", "month": "2"}, "dayOfMonth", "This day never comes"),
        ({}, "__all__", "Fill in at least one"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(
    schedule: dict[str, str], field: str, said: str
) -> None:
    with override("en"):
        form = ScheduleForm({f"at-{name}": text for name, text in schedule.items()}, prefix="at")
        assert not form.is_valid()
        assert list(form.errors) == [field]
        assert said in str(form.errors[field])


@pytest.mark.django_db
def test_any_schedule_of_the_standard_is_chosen_in_the_form(cast: Cast, listener: Listener) -> None:
    keep_query(acting_user=cast.wang, name="all", query={}, prefixes={})
    client = signed_in(cast.wang)
    assert TOLD in page(client.get(NEW))
    wish = {"query": "all", "dest": listener.url}
    text = page(client.post(NEW, wish | given({"hour": "25", "minute": "x"})), 422)
    assert "Numbers from 0 to 23" in text
    assert "Numbers from 0 to 59" in text
    assert "see its fields" in text
    assert not Subscription.objects.exists()
    every = {"second": "0", "dayOfMonth": "1-7", "month": "[1-6],12", **OFFICE_HOURS}
    with clock.at(AT):
        place = client.post(NEW, wish | given(every))["Location"]
    made = Subscription.objects.get()
    assert made.schedule == every | {"dayOfMonth": "[1-7]"}
    assert made.next_due == datetime.fromisoformat("2026-12-01T08:30:00+08:00")
    assert "day of the month 1 to 7" in page(client.get(place))


@pytest.mark.django_db
def test_the_sentence_follows_what_is_chosen(cast: Cast) -> None:
    client = signed_in(cast.wang)
    with clock.at(AT):
        for asked, said in (
            ({}, "Told at once"),
            ({"when": "hour"}, "Next on Sunday 2026-11-22 13:00:00"),
            ({"when": "day", "hour": "8"}, "Next on Monday 2026-11-23 08:00:00"),
            ({"when": "day", "hour": "99"}, "At which hour: "),
            ({"when": "odd"}, "When: "),
            (given({}), "Fill in at least one of these."),
            (given({"month": "13"}), "Month: Numbers from 1 to 12"),
            (given({"second": "30"}), "Next on Sunday 2026-11-22 12:00:30"),
        ):
            assert said in page(client.get(TOLD, asked)), asked
