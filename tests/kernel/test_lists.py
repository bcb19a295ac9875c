"""The list page: what is shown, searched, narrowed, sorted, paged and exported."""

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation

from tests import factories as make
from zhian.foundation.regions.models import Region
from zhian.foundation.regions.vocabulary import RegionLevel
from zhian.kernel import lists
from zhian.kernel.errors import BadInput, TooLarge
from zhian.kernel.lists import (
    Action,
    ChoiceFilter,
    DateFilter,
    Filter,
    ListColumn,
    ListPage,
    TextFilter,
)

COLUMNS = (
    ListColumn("name_zh", "Name", sort="name_zh"),
    ListColumn(
        "code",
        "Code",
        href=lambda region: f"/regions/{region.code}/",
        numeric=True,
        sort="code",
    ),
    ListColumn("level", "Level", value=lambda region: region.get_level_display()),
    ListColumn("virtual", "Virtual", badge=lambda region: "green"),
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def regions(db: None) -> QuerySet[Region]:
    for number in range(120):
        make.region(f"1301{number // 60 + 21}{number % 60 + 100:03}", f"镇{number:03}")
    return Region.objects.all()


def page_of(queryset: QuerySet[Region], **arguments: Any) -> ListPage:
    settings: dict[str, Any] = {
        "title": "Regions",
        "queryset": queryset,
        "columns": COLUMNS,
        "search": ("name_zh__icontains", "code__startswith"),
        "filters": [
            ChoiceFilter("level", "Level", RegionLevel.choices),
            TextFilter("code", "Code", lookup="code__startswith"),
        ],
        "default_sort": "code",
        "export_name": "regions",
        "row_url": lambda region: f"/r/{region.code}",
    }
    return ListPage(**(settings | arguments))


def shown(
    page: ListPage, monkeypatch: pytest.MonkeyPatch, query: str = ""
) -> tuple[lists.Page, int]:
    """The page as the template gets it, and the status."""
    caught: dict[str, Any] = {}

    def catch(request: HttpRequest, template: str, context: dict[str, Any], *, status: int) -> Any:
        caught.update(context, status=status)
        return None

    monkeypatch.setattr(lists, "render", catch)
    page.respond(RequestFactory().get(f"/x/?{query}"))
    return caught["page"], caught["status"]


def codes(page: lists.Page) -> list[str]:
    return [row.cells[1].text for row in page.rows]


def exported(page: ListPage, query: str) -> list[list[Any]]:
    response = page.respond(RequestFactory().get(f"/x/?{query}"))
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    response.close()
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.rows]


def test_a_list_shows_fifty_rows_and_the_ways_on(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, status = shown(page_of(regions), monkeypatch, "level=4&page=2")
    assert (status, page.total, len(page.rows)) == (200, 120, 50)
    assert (page.pager.number, page.pager.count) == (2, 3)
    assert page.pager.prev == "?level=4&page=1"
    assert page.pager.next == "?level=4&page=3"
    assert page.export_url == "?level=4&export=xlsx"
    first = page.rows[0]
    assert first.url == f"/r/{first.cells[1].text}"
    assert first.cells[1].href == f"/regions/{first.cells[1].text}/"
    assert [cell.style for cell in first.cells] == ["", "numeric", "", ""]
    assert (first.cells[3].text, first.cells[3].badge) == ("No", "green")


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "1" * 40, "²"])
def test_a_page_number_nobody_has_leads_to_one_that_exists(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    page, status = shown(page_of(regions), monkeypatch, f"level=4&page={number}")
    assert status == 200
    assert page.pager.number in {1, 3}
    assert page.rows


def test_every_word_must_be_found(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _status = shown(page_of(regions), monkeypatch, "q=130122+镇06")
    assert page.search == "130122 镇06"
    assert [row.cells[0].text for row in page.rows] == [f"镇06{n}" for n in range(10)]
    nothing, _status = shown(page_of(regions), monkeypatch, "q=nothing")
    assert (nothing.rows, nothing.total, nothing.pager.count) == ([], 0, 1)


def test_a_search_may_be_written_by_hand(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(regions, search=(), search_by=lambda word: Q(name_zh=word))
    found, _status = shown(page, monkeypatch, "q=镇007")
    assert [row.cells[0].text for row in found.rows] == ["镇007"]
    bare, _status = shown(page_of(regions, search=(), export_name=""), monkeypatch)
    assert (bare.searchable, bare.export_url) == (False, None)


def test_a_filter_narrows_and_a_wrong_value_shows_nothing(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _status = shown(page_of(regions), monkeypatch, "code=130121")
    assert page.total == 61
    page, status = shown(page_of(regions), monkeypatch, "level=mine")
    assert (status, page.rows, page.total) == (422, [], 0)
    assert "level" in page.filters.errors
    with pytest.raises(BadInput) as caught:
        page_of(regions).respond(RequestFactory().get("/x/?level=mine&export=xlsx"))
    assert caught.value.fields[0].field == "level"


def test_filters_may_narrow_by_hand(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_parity(queryset: QuerySet[Region], value: str) -> QuerySet[Region]:
        return queryset.filter(code__endswith=value)

    filters = [
        ChoiceFilter("end", "End", [("0", "0"), ("1", "1")], narrow_by=by_parity),
        TextFilter("ends", "Ends", narrow_by=by_parity),
        TextFilter("name_zh", "Name"),
    ]
    page, _status = shown(
        page_of(regions, filters=filters), monkeypatch, "end=1&ends=01&name_zh=镇"
    )
    assert {code[-2:] for code in codes(page)} == {"01"}
    assert page.total == 2


def test_days_are_inclusive_and_moments_are_beijing_days(db: None) -> None:
    entries = Region.objects.none()
    dates = DateFilter("since", "Since", field="opened")
    assert list(dates.fields()) == ["since_from", "since_to"]
    assert str(dates.fields()["since_from"].label) == "Since from"
    assert dates.narrow(entries, {}) is entries

    class Asked:
        def __init__(self) -> None:
            self.lookups: dict[str, object] = {}

        def filter(self, **lookups: object) -> "Asked":
            self.lookups.update(lookups)
            return self

    asked: Any = Asked()
    days = {"since_from": date(2026, 1, 1), "since_to": date(2026, 1, 2)}
    dates.narrow(asked, days)
    DateFilter("at", "At", moment=True).narrow(asked, {"at_to": date(2026, 1, 3)})
    assert asked.lookups == {
        "opened__gte": date(2026, 1, 1),
        "opened__lte": date(2026, 1, 2),
        "at__date__lte": date(2026, 1, 3),
    }


def test_a_filter_of_ones_own_must_say_both(db: None) -> None:
    with pytest.raises(TypeError):
        Filter().fields()
    with pytest.raises(TypeError):
        Filter().narrow(Region.objects.all(), {})


def test_only_listed_columns_sort_and_a_second_click_turns_round(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _status = shown(page_of(regions), monkeypatch, "sort=-code&level=4")
    assert codes(page) == sorted(codes(page), reverse=True)
    heads = {head.key: head for head in page.columns}
    assert (heads["code"].sorted, heads["code"].sort_url) == ("down", "?level=4&sort=code")
    assert (heads["name_zh"].sorted, heads["level"].sort_url) == ("", None)
    for wrong in ("pk__password", "level", "-virtual", "--code"):
        page, _status = shown(page_of(regions), monkeypatch, f"sort={wrong}&level=4")
        assert codes(page) == sorted(codes(page)), wrong
        assert page.columns[1].sort_url == "?level=4&sort=-code"


def test_the_default_order_may_be_a_field_nobody_sees(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _status = shown(page_of(regions, default_sort="-level"), monkeypatch)
    assert page.rows[0].cells[2].text == str(RegionLevel.TOWNSHIP.label)


def test_a_list_costs_three_queries(
    regions: QuerySet[Region],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    seen: list[int] = []

    def prepare(rows: list[Region]) -> None:
        seen.append(Region.objects.filter(pk__in=[row.pk for row in rows]).count())

    page = page_of(regions, prepare=prepare, actions=[Action("Do", "/do/")])
    with django_assert_num_queries(3):
        built, _status = shown(page, monkeypatch)
    assert seen == [50]
    assert built.actions[0].url == "/do/"
    with django_assert_num_queries(1):
        shown(page, monkeypatch, "code=99")
    assert seen == [50]


def test_the_workbook_holds_exactly_what_is_narrowed(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[int] = []
    monkeypatch.setattr(lists, "_EXPORT_CHUNK", 40)
    page = page_of(regions, prepare=lambda rows: prepared.append(len(rows)))
    rows = exported(page, "code=1301&level=4&q=镇&sort=-code&export=xlsx&page=2")
    assert rows[0] == ["Name", "Code", "Level", "Virtual"]
    assert len(rows) == 121
    assert [row[1] for row in rows[1:]] == sorted((row[1] for row in rows[1:]), reverse=True)
    assert rows[1][3] == "No"
    assert prepared == [40, 40, 40]


def test_a_workbook_too_large_for_anybody_is_refused(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "EXPORT_LIMIT", 100)
    with pytest.raises(TooLarge, match="100"):
        page_of(regions).respond(RequestFactory().get("/x/?export=xlsx"))


def test_without_a_name_there_is_no_workbook(
    regions: QuerySet[Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _status = shown(page_of(regions, export_name=""), monkeypatch, "export=xlsx")
    assert page.rows


def test_the_real_template_draws_it(regions: QuerySet[Region]) -> None:
    request = RequestFactory().get("/x/?level=4&q=镇")
    response = page_of(regions).respond(request)
    text = response.content.decode()  # type: ignore[attr-defined]
    assert "镇000" in text
    assert "120 rows" in text
