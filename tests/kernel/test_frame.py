"""Clock, lifecycles, errors and the reader's language."""

from datetime import UTC, datetime

import pytest

from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError
from zhian.kernel.lifecycles import Lifecycle, Step
from zhian.kernel.middleware import choose_language

DOOR = Lifecycle(
    "door",
    Step("open", {"shut"}, "open", by="anyone"),
    Step("shut", {"open"}, "shut", by="anyone"),
    Step("brick_up", {"shut", "open"}, "gone", by="mason"),
)


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("", "", "zh-hans"),
        ("", "de-DE,fr;q=0.8", "zh-hans"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "de,en;q=0.5,zh;q=0.4", "en"),
        ("", "zh-TW,en;q=0.8", "zh-hans"),
        ("en", "zh-CN", "en"),
        ("zh-hans", "en", "zh-hans"),
        ("xx", "en", "en"),
    ],
)
def test_the_switch_then_the_browser_then_chinese(
    cookie: str, accepted: str, language: str
) -> None:
    assert choose_language(cookie, accepted) == language


def test_a_step_leads_where_the_table_says() -> None:
    assert DOOR.target("open", "shut") == "open"
    assert [step.name for step in DOOR.open_steps("open")] == ["shut", "brick_up"]
    assert DOOR.allows("shut", "open")
    assert not DOOR.allows("open", "gone")


def test_a_step_from_elsewhere_is_a_conflict_that_says_why() -> None:
    with pytest.raises(Conflict) as caught:
        DOOR.target("open", "gone")
    assert "shut" in str(caught.value)


def test_a_step_is_named_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Lifecycle("x", Step("a", {"b"}, "c", by="d"), Step("a", {"b"}, "c", by="d"))


def test_the_clock_moves_only_by_hand_and_comes_back() -> None:
    moment = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() == moment
        assert clock.today().isoformat() == "2026-11-21"
        assert clock.beijing(moment).hour == 0
    assert clock.now() != moment
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_an_error_names_field_and_row_for_people_and_machines() -> None:
    error = BadInput(fields=[FieldError("gtin", "not a number", row=3)])
    assert error.problem()["errors"] == [{"field": "gtin", "message": "not a number", "row": 3}]
    assert error.problem()["status"] == 422
    assert "gtin" in str(error)
    assert str(BadInput("plain")) == "plain"
