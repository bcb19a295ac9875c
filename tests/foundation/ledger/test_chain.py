"""The chain agrees with its slow twin; any change breaks it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from zhian.foundation.ledger.engine import slowly
from zhian.foundation.ledger.engine.chain import GENESIS, canonical, chained, plain

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)


def content(number: int, data: Any = None) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-0000-0000-{number:012d}",
        "at": "2026-11-21T02:00:00.000000+00:00",
        "kind": "recalls.scope.confirmed",
        "actor_id": 7,
        "actor_name": "王建国",
        "office_code": "qts-230126",
        "subject_type": "recalls.recall",
        "subject_id": str(number),
        "data": data,
        "happenings": [],
        "cause": None,
        "once_key": None,
    }


def chain_of(size: int) -> list[dict[str, Any]]:
    return chained([content(number, {"n": number}) for number in range(1, size + 1)])


@given(values)
def test_the_fast_spelling_is_the_spelling_by_hand(value: Any) -> None:
    assert canonical(value) == slowly.spelled(value).encode()


@given(st.lists(values, max_size=6))
def test_a_chain_holds_and_grows_from_any_cut(data: list[Any]) -> None:
    contents = [content(number, item) for number, item in enumerate(data)]
    whole = chained(contents)
    assert slowly.chain_holds(whole)
    for cut in range(len(whole) + 1):
        head = whole[cut - 1]["hash"] if cut else GENESIS
        assert chained(contents[cut:], size=cut, head=head) == whole[cut:]


@given(st.integers(0, 4), st.sampled_from(["at", "kind", "actor_name", "data", "cause", "hash"]))
def test_any_changed_field_breaks_the_chain(place: int, field: str) -> None:
    entries = chain_of(5)
    entries[place][field] = "other"
    assert not slowly.chain_holds(entries)


def test_a_dropped_or_moved_entry_breaks_the_chain() -> None:
    entries = chain_of(5)
    assert not slowly.chain_holds(entries[1:])
    assert not slowly.chain_holds([entries[0], entries[2], entries[1]])


class Colour(Enum):
    RED = "red"


def test_values_become_json_the_database_gives_back_unchanged() -> None:
    value = {
        "when": datetime(2026, 11, 21, 10, tzinfo=UTC),
        "on": date(2026, 11, 21),
        "kg": Decimal("1.500"),
        "place": 126.53,
        "id": UUID(int=1),
        "colour": Colour.RED,
        "lots": {"b", "a"},
        "rows": (1, True, None),
        5: "nul\x00",
    }
    assert plain(value) == {
        "when": "2026-11-21T10:00:00.000000+00:00",
        "on": "2026-11-21",
        "kg": "1.500",
        "place": "126.53",
        "id": "00000000-0000-0000-0000-000000000001",
        "colour": "red",
        "lots": ["a", "b"],
        "rows": [1, True, None],
        "5": "nul",
    }


@given(st.floats(allow_nan=True))
def test_a_float_is_kept_as_its_shortest_text(number: float) -> None:
    assert plain([number]) == [repr(number)]
    assert json.loads(canonical(plain([number]))) == [repr(number)]
