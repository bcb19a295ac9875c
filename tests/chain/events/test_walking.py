"""The events of a place or of lots, found by their rows: each once, in the order asked for."""

from itertools import pairwise
from typing import Any

import pytest

from tests.casting import Cast
from tests.chain.events.test_capture import FARM, MILK, PLANT, captured, ship
from zhian.chain.events.models import Event
from zhian.chain.events.selectors import querying, walking
from zhian.chain.events.vocabulary.problems import QueryTooComplex

pytestmark = pytest.mark.django_db

ASKED: list[list[tuple[str, str]]] = [
    [("EQ_readPoint", FARM)],
    [("EQ_source_location", FARM), ("EQ_destination_location", PLANT)],
    [("EQ_readPoint", FARM), ("GE_eventTime", "2026-03-01T01:00:00Z"), ("EQ_bizStep", "shipping")],
    [("EQ_readPoint", FARM), ("LT_recordTime", "2000-01-01T00:00:00Z")],
    [("EQ_readPoint", FARM), ("EQ_action", "DELETE")],
    [("MATCH_epcClass", MILK)],
    [("MATCH_epcClass", MILK.rpartition(".")[0] + ".*"), ("EQ_readPoint", FARM)],
]
ORDERS = [
    [("orderBy", field), ("orderDirection", way)]
    for field in ("eventTime", "recordTime")
    for way in ("ASC", "DESC")
]


@pytest.fixture
def _sent(cast: Cast) -> None:
    """Seven shipments, told in another order than they happened; every second one elsewhere."""
    for number, hour in enumerate((12, 8, 9, 8, 11, 10, 9)):
        there = (FARM, PLANT) if number % 3 else (PLANT, FARM)
        captured(cast, ship(hour, MILK, *there, number + 1))


def pages(cast: Cast, pairs: list[tuple[str, str]]) -> list[Event]:
    """All pages of two events each."""
    found: list[Event] = []
    token: list[tuple[str, str]] = []
    while True:
        query = querying.read_address([*pairs, ("perPage", "2"), *token], {})
        answer = querying.answer(cast.system, query)
        found += answer.events
        if not answer.next_token:
            return found
        token = [("nextPageToken", answer.next_token)]


@pytest.mark.usefixtures("_sent")
def test_however_few_rows_are_looked_up_at_once_the_answer_is_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answered() -> list[Any]:
        return [[e.pk for e in pages(cast, [*a, *order])] for a in ASKED for order in ORDERS]

    with monkeypatch.context() as closed:
        closed.setattr(querying, "along_rows", lambda *_: None)
        slow = answered()
    assert [len(found) for found in slow[:: len(ORDERS)]] == [4, 4, 3, 0, 0, 7, 4]
    assert answered() == slow
    monkeypatch.setattr(walking, "FIRST", 1)
    monkeypatch.setattr(walking, "MOST", 2)
    assert answered() == slow


@pytest.mark.usefixtures("_sent")
def test_they_come_in_the_order_of_their_time(cast: Cast) -> None:
    found = pages(cast, [("EQ_readPoint", FARM), ("orderBy", "eventTime")])
    assert all((a.event_time, a.pk) > (b.event_time, b.pk) for a, b in pairwise(found))


@pytest.mark.usefixtures("_sent")
def test_a_walk_that_finds_nothing_ends_in_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(querying, "MOST_SECONDS", 0)
    monkeypatch.setattr(walking, "MOST", 2)
    query = querying.read_address([("EQ_readPoint", FARM), ("EQ_action", "DELETE")], {})
    with pytest.raises(QueryTooComplex):
        querying.answer(cast.system, query)
