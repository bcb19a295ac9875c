"""How many queries each main page costs in the running world: a number that never creeps up.

The numbers are rewritten by `UPDATE_QUERY_COUNTS=1 pytest tests/performance`; the bounds are not.
"""

import json

import pytest

from tests.incident import Incident
from tests.performance.counting import (
    EXTENDED_KEY,
    LOT,
    MOST_ON_A_DESK,
    PROPOSED_KEY,
    TABLE,
    Page,
    check,
    queries_of,
)

# A list: the session, the account, its post and office, the count, the rows, what it prefetches.
MOST_ON_A_LIST = 15
LISTS = (
    "accountability:signals", "alerts:list", "cases:list", "desk:incidents", "desk:work",
    "duties:all", "duties:list", "events:bundles", "events:jobs", "events:list", "events:queries",
    "events:subscriptions", "ledger:checkpoints",
    "ledger:list", "notices:list", "notices:received", "notices:waiting",
    "offices:list", "offices:tasks",
    "permits:list", "products:list", "recalls:list", "regions:changes", "regions:list",
    "sampling:list", "standards:adoptions", "standards:ages", "standards:editions",
    "standards:list", "standards:mappings", "standards:programme", "standards:projects",
    "standards:questions", "standards:regulations", "standards:unlimited", "subjects:list",
    "subjects:sites", "tracing:investigations",
)  # fmt: skip


PAGES = (
    *(Page(name) for name in LISTS),
    Page("desk:incident", wants=("alert",)),
    Page("desk:incident_live", wants=("alert",)),
    Page("desk:dossier", wants=("operator",)),
    Page("desk:search", query=(("q", "奶"),)),
    Page("recalls:detail", wants=("recall",)),
    Page("recalls:progress", wants=("recall",)),
    Page("recalls:orders", wants=("recall",)),
    Page("recalls:scope", wants=("recall",)),
    Page("recalls:order", wants=("order",)),
    Page("alerts:detail", wants=("alert",)),
    Page("cases:detail", wants=("case",)),
    Page("sampling:detail", wants=("sample",)),
    Page("sampling:report", wants=("report",)),
    Page("accountability:alert", wants=("alert",)),
    Page("accountability:lines", wants=("alert",)),
    Page("tracing:index"),
    Page("tracing:lot", query=LOT),
    Page("tracing:lot_data", query=LOT),
    Page("tracing:lot_gaps", query=LOT),
    Page("counter:home", user="dian"),
    Page("counter:order", user="dian", wants=("order",)),
    Page("portal:home", user=""),
    Page("portal:recalls", user=""),
    Page("portal:recall", user="", wants=("notice",)),
)


@pytest.fixture(scope="module")
def counted(running_of_module: Incident) -> dict[str, list[str]]:
    """Every page asked once for all tests of this module."""
    return {page.key: queries_of(page, running_of_module) for page in PAGES}


@pytest.mark.django_db
def test_every_page_costs_what_it_cost(counted: dict[str, list[str]]) -> None:
    check(counted)


@pytest.mark.django_db
def test_the_table_names_no_page_that_is_gone() -> None:
    known = set(json.loads(TABLE.read_text()))
    assert known == {page.key for page in PAGES} | {PROPOSED_KEY, EXTENDED_KEY}


@pytest.mark.django_db
def test_no_desk_page_costs_more_than_twenty_five(counted: dict[str, list[str]]) -> None:
    dear = {key: len(sql) for key, sql in counted.items() if len(sql) > MOST_ON_A_DESK}
    assert dear == {}


@pytest.mark.django_db
def test_no_list_costs_more_than_fifteen(counted: dict[str, list[str]]) -> None:
    dear = {key: len(counted[key]) for key in LISTS if len(counted[key]) > MOST_ON_A_LIST}
    assert dear == {}


@pytest.mark.django_db
def test_no_page_asks_the_same_for_every_row(counted: dict[str, list[str]]) -> None:
    for key, found in counted.items():
        shapes = [sql.partition(" WHERE ")[0] for sql in found]
        most = max(shapes, key=shapes.count)
        assert shapes.count(most) <= 4, (key, shapes.count(most), most)
