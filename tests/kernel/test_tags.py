"""`{% load zhian %}`: what pages say of lights, times, masses, shares and names."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from zhian.kernel.lists import Cell, Head, Row
from zhian.kernel.templatetags import zhian as tags


def drawn(source: str, **context: Any) -> str:
    """A template with our tags, in the active language."""
    return Template("{% load zhian %}" + source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("language", "moment", "shown"),
    [
        ("en", datetime(2026, 11, 26, 9, 0, tzinfo=UTC), "2026-11-26 17:00"),
        ("zh-hans", datetime(2026, 11, 26, 9, 0, tzinfo=UTC), "2026年11月26日 17:00"),
        ("en", date(2026, 1, 5), "2026-01-05"),
        ("zh-hans", date(2026, 1, 5), "2026年1月5日"),
        ("en", None, "–"),
    ],
)
def test_moments_are_shown_in_beijing_time(language: str, moment: object, shown: str) -> None:
    with translation.override(language):
        assert drawn("{{ moment|beijing }}", moment=moment) == shown


def test_a_light_has_an_icon_and_a_word() -> None:
    with translation.override("en"):
        page = drawn("{% light colour %}", colour=SimpleNamespace(value="RED"))
    assert "light-red" in page
    assert "#alert-triangle" in page
    assert "Overdue" in page


def test_a_light_may_say_more_than_its_word() -> None:
    assert "3 days" in drawn("{% light 'green' text='3 days' %}")


def test_a_badge_escapes_what_it_shows() -> None:
    page = drawn("{% badge text 'red' %}", text="<b>")
    assert page == '<span class="state state-red">&lt;b&gt;</span>'


@pytest.mark.parametrize(
    ("mass", "shown"),
    [(Decimal("1234.500"), "1,234.5"), (0, "0"), (Decimal("1000"), "1,000"), ("0.250", "0.25")],
)
def test_masses_carry_their_unit(mass: object, shown: str) -> None:
    with translation.override("en"):
        assert drawn("{{ mass|kg }}", mass=mass) == f'<span class="number">{shown}&nbsp;kg</span>'
    with translation.override("zh-hans"):
        assert "千克" in drawn("{{ mass|kg }}", mass=mass)


def test_an_unknown_number_is_a_dash_not_a_zero() -> None:
    assert drawn("{{ x|kg }}", x=None) == "–"
    assert drawn("{{ x|number }}", x="") == "–"
    assert drawn("{{ x|number }}", x=12345) == '<span class="number">12,345</span>'


def test_a_share_shows_what_it_is_a_share_of() -> None:
    with translation.override("en"):
        page = drawn("{% percent 880 907 %}")
    assert "97.0&nbsp;%" in page
    assert "(880 of 907)" in page
    assert drawn("{% percent 1 0 %}") == "–"
    assert drawn("{% percent none 10 %}", none=None) == "–"


def test_names_follow_the_reader() -> None:
    shop = SimpleNamespace(name_zh="平安食杂店", name_en="Ping'an food shop")
    bare = SimpleNamespace(name_zh="平安食杂店", name_en="")
    with translation.override("en"):
        assert tags.name_in_language(shop) == "Ping'an food shop"
        assert tags.name_in_language(bare) == "平安食杂店"
    with translation.override("zh-hans"):
        assert tags.name_in_language(shop) == "平安食杂店"
    assert tags.name_in_language(None) == "–"


class Sheet(forms.Form):
    """One field of each kind."""

    text = forms.CharField()
    kind = forms.ChoiceField(choices=[("a", "First"), ("b", "Second")])
    agreed = forms.BooleanField()
    one = forms.ChoiceField(choices=[("a", "First")], widget=forms.RadioSelect)


def test_controls_wear_the_clothes_of_their_kind() -> None:
    form = Sheet({})
    assert 'class="form-control is-invalid"' in tags.control(form["text"])
    assert "form-select" in tags.control(form["kind"])
    assert "form-check-input" in tags.control(form["agreed"])
    assert "choices" in tags.control(form["one"])
    assert tags.is_checkbox(form["agreed"])
    assert not tags.is_checkbox(form["text"])


def test_the_narrowing_in_force_can_be_taken_away() -> None:
    request = RequestFactory().get("/alerts/", {"kind": "b", "q": "milk", "page": "3"})
    chips = tags.active_filters(Sheet(request.GET), request)
    assert chips == [{"label": "Kind", "value": "Second", "url": "?q=milk"}]


def test_the_cells_of_a_line_are_written_whole_and_escaped() -> None:
    columns = [Head(str(n), label, False, None, "") for n, label in enumerate("甲乙丙丁<")]
    line = Row(
        "/one/",
        [
            Cell("<b>", None, "", ""),
            Cell("12", None, "numeric", ""),
            Cell("好", None, "", "green"),
            Cell("2026-11-21 10:00", None, "", "", 10),
            Cell("到", '/x?a=1&b="2"', "", ""),
        ],
    )
    assert tags.cells(line, columns).split("\n") == [
        '<td data-label="甲"><a href="/one/">&lt;b&gt;</a></td>',
        '<td data-label="乙" class="numeric">12</td>',
        '<td data-label="丙"><span class="state state-green">好</span></td>',
        '<td data-label="丁"><span><span class="whole">2026-11-21</span> 10:00</span></td>',
        '<td data-label="&lt;"><a href="/x?a=1&amp;b=&quot;2&quot;">到</a></td>',
    ]


def test_names_follow_each_other_as_the_language_has_it() -> None:
    with translation.override("zh-hans"):
        assert tags.enumerated(["甲", "乙"]) == "甲、乙"
    with translation.override("en"):
        assert tags.enumerated(["a", "b"]) == "a, b"
