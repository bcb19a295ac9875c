"""What may be wrong in a model, what would mend it, and that nothing is mended unasked."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhian.chain.tracing.engine.problems import ModelError
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.engine.workbooks.accepting import accept
from zhian.chain.tracing.engine.workbooks.doubts import Doubt, doubts_of
from zhian.chain.tracing.engine.workbooks.draft import Correction
from zhian.chain.tracing.engine.workbooks.names import alike, is_slip, slips, slips_twin

WORDS = st.lists(st.text("ab1", max_size=5), max_size=8)


def delivery(id_: str, ends: str, **more: Any) -> dict[str, Any]:
    """A delivery of milk, ends as `A>B`."""
    origin, _, recipient = ends.partition(">")
    return {"id": id_, "from": origin, "to": recipient, "product": "Milk", "unit": "kg"} | more


def model(*deliveries: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A model of these deliveries."""
    ends = dict.fromkeys(row[end] for row in deliveries for end in ("from", "to"))
    return {"stations": [{"id": i} for i in ends], "deliveries": list(deliveries)} | more


def codes(raw: dict[str, Any], today: str = "") -> list[str]:
    """Codes of the doubts."""
    return [doubt.code for doubt in doubts_of(raw, today=today)]


def accepted(raw: dict[str, Any], doubts: list[Doubt] | None = None) -> dict[str, Any]:
    """Everything that is proposed, confirmed; the input stays as it was."""
    before = copy.deepcopy(raw)
    told = doubts_of(raw) if doubts is None else doubts
    after = accept(raw, told, {d.proposal.id for d in told if d.proposal})
    assert raw == before
    read_model(after)
    return after


@given(WORDS)
def test_slips_are_found_as_by_comparing_all_pairs(words: list[str]) -> None:
    assert list(slips(words)) == list(slips_twin(words))


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [
        ("golden", "goldne", True), ("golden", "golen", True), ("golden", "golder", True),
        ("golden", "golden", False), ("golden", "gold", False), ("golden", "silver", False),
        ("ab", "ba", True), ("abcd", "badc", False),
    ],
)  # fmt: skip
def test_a_slip_is_one_letter(first: str, second: str, answer: bool) -> None:
    assert is_slip(first, second) is answer
    assert is_slip(second, first) is answer


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("正定乳业有限公司", "正定乳业", "form"),
        ("Dairy Products Ltd.", "DAIRY PRODUCTS", "form"),
        ("正定面包房", "正定面包坊", "sound"),
        ("Zhengding Ruye", "正定乳业有限公司", "sound"),
        ("All-Year-Fruits Plc", "All-Year-Fruit Plc", "slip"),
        ("便民食品店", "便民食物店", "slip"),
        ("便民店12号", "便民店13号", ""),
        ("Kiosk", "Office", ""),
        ("大店", "小店", ""),
    ],
)
def test_names_that_may_mean_one_firm(first: str, second: str, why: str) -> None:
    found = list(alike({"a": first, "b": second}))
    assert found == ([("a", "b", why)] if why else [])


def test_a_slip_names_the_older_one_first() -> None:
    assert list(alike({"z": "Golden Mill", "a": "Goldne Mill"})) == [("z", "a", "slip")]


def test_two_addresses_are_two_branches() -> None:
    stations = [{"id": "a", "name": "便民店", "address": "东街"}, {"id": "b", "name": "便民店"}]
    assert codes({"stations": stations}) == ["station_alike"]
    stations[1]["address"] = "西街"
    assert codes({"stations": stations}) == []


def test_a_merged_station_takes_its_deliveries_settings_and_cases_along() -> None:
    raw = model(
        delivery("d1", "正定乳业>S", lot="1"), delivery("d2", "正定乳业公司>T", lot="2"),
        links=[], cases=[{"station": "正定乳业公司"}], salesShare={"正定乳业公司": 1, "S": 1},
        mergedStations={},
        settings={"stationWeight": {"正定乳业公司": 2, "正定乳业": 1},
                  "stationKill": ["正定乳业公司"], "note": "kept"},
    )  # fmt: skip
    after = accepted(raw)
    assert [row["id"] for row in after["stations"]] == ["正定乳业", "S", "T"]
    assert {row["from"] for row in after["deliveries"]} == {"正定乳业"}
    assert after["settings"] == {
        "stationWeight": {"正定乳业": 3}, "stationKill": ["正定乳业"], "note": "kept",
    }  # fmt: skip
    assert after["cases"] == [{"station": "正定乳业"}]
    assert after["salesShare"] == {"正定乳业": 1, "S": 1}


def test_three_spellings_of_one_firm_become_one() -> None:
    raw = {"stations": [{"id": name} for name in ("正定乳业", "正定乳业公司", "正定乳业有限公司")]}
    assert len(codes(raw)) == 3
    assert [row["id"] for row in accepted(raw)["stations"]] == ["正定乳业"]


def test_a_delivery_said_twice_becomes_one_with_all_its_links() -> None:
    raw = model(
        delivery("a", "F>D", lot="1", date="2026-09-01", amount=5),
        delivery("b", "F>D", lot="1", date="2026-09-01", amount=5000, unit="g", bestBefore="2027"),
        delivery("c", "F>D", lot="1", date="2026-09-01", amount=5),
        delivery("x", "D>S", lot="9", date="2026-09-02"),
        links=[["a", "x"], ["b", "x"], ["b", "c"]],
        forms={"f": {"deliveries": ["a", "b"], "links": [["b", "x"]]}},
        settings={"deliveryWeight": {"b": 1}, "observedDeliveries": ["b", "a"]},
    )
    assert codes(raw) == ["delivery_repeated", "delivery_repeated"]
    after = accepted(raw)
    assert [row["id"] for row in after["deliveries"]] == ["a", "x"]
    assert after["links"] == [["a", "x"]]
    assert after["forms"] == {"f": {"deliveries": ["a"], "links": [["a", "x"]]}}
    assert after["settings"] == {"deliveryWeight": {"a": 1}, "observedDeliveries": ["a"]}
    assert after["deliveries"][0]["bestBefore"] == "2027"


@pytest.mark.parametrize(("first", "second", "told"), [("LO1", "L01", 1), ("L1", "L2", 0)])
def test_lot_numbers_that_look_alike(first: str, second: str, told: int) -> None:
    raw = model(delivery("a", "F>D", lot=first), delivery("b", "F>E", lot=second))
    assert codes(raw) == ["lot_alike"] * told
    assert {row["lot"] for row in accepted(raw)["deliveries"]} == (
        {first} if told else {"L1", "L2"}
    )


def test_one_delivery_whose_ends_write_the_lot_differently() -> None:
    facts = {"date": "2026-09-01", "amount": 5}
    raw = model(delivery("a", "F>D", lot="117", **facts), delivery("b", "F>D", lot="171", **facts))
    assert codes(raw) == ["lot_alike"]
    assert [row["lot"] for row in accepted(raw)["deliveries"]] == ["117"]
    apart = model(
        delivery("a", "F>D", lot="117", **facts), delivery("b", "F>D", lot="204", **facts)
    )
    assert codes(apart) == []
    same = model(delivery("a", "F>D", lot="LO1", **facts), delivery("b", "F>D", lot="L01", **facts))
    assert codes(same) == ["lot_alike"]


def test_three_spellings_of_one_delivery_become_one() -> None:
    facts = {"date": "2026-09-01", "amount": 5}
    rows = [delivery(lot, "F>D", lot=lot, **facts) for lot in ("12", "112", "122")]
    assert codes(model(*rows)) == ["lot_alike"] * 3
    assert [row["id"] for row in accepted(model(*rows))["deliveries"]] == ["12"]


def test_a_lot_passed_on_under_a_number_that_never_came() -> None:
    raw = model(
        delivery("a", "F>W", lot="L117"), delivery("b", "W>S", lot="L177"),
        delivery("c", "W>S", lot="Z999"), delivery("d", "W>S", lot="L117"), delivery("e", "W>S"),
    )  # fmt: skip
    assert codes(raw) == ["lot_alike"]
    assert accepted(raw)["deliveries"][1]["lot"] == "L117"


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"date": "2026-09-05", "dateArrival": "2026-09-04"}, True),
        ({"date": "2026-09", "dateArrival": "2026-09-04"}, False),
        ({"date": "2026-12-01"}, True),
        ({"date": "2026-09-05", "bestBefore": "2026-09-01"}, True),
        ({"date": "2026-09-05", "bestBefore": "some day"}, False),
        ({}, False),
    ],
)
def test_dates_that_cannot_be(facts: dict[str, str], wrong: bool) -> None:
    raw = model(delivery("a", "F>D", lot="1", **facts))
    assert codes(raw, today="2026-11-21") == (["date_impossible"] if wrong else [])


def test_goods_that_left_before_their_ingredient_came() -> None:
    raw = model(
        delivery("a", "F>D", lot="1", date="2026-09-05"),
        delivery("b", "D>S", lot="2", date="2026-09-04"),
        links=[["a", "b"], ["b", "nowhere"]],
    )
    assert codes(raw) == ["date_impossible"]
    assert "proposal" not in doubts_of(raw)[0].as_json()


@pytest.mark.parametrize(
    ("came", "sent", "told"),
    [
        ({"amount": 5}, {"amount": 5000, "unit": "g"}, 0),
        ({"amount": 5}, {"amount": 6}, 1),
        ({"amount": 5, "unit": "jars"}, {"amount": 6}, 0),
        ({"amount": None}, {"amount": 6}, 0),
    ],
)
def test_more_sent_on_than_received(came: Any, sent: Any, told: int) -> None:
    raw = model(delivery("a", "F>W", lot="1", **came), delivery("b", "W>S", lot="1", **sent))
    assert codes(raw) == ["above_stock"] * told


def test_more_sent_than_the_lot_was_large() -> None:
    raw = model(
        delivery("a", "F>D", lot="1", amount=5, lotSize=8, lotSizeUnit="kg"),
        delivery("b", "F>E", lot="1", amount=5),
        delivery("c", "F>E", amount=99),
    )
    assert codes(raw) == ["above_stock"]


def test_a_correction_of_a_delivery_that_is_gone_is_not_asked() -> None:
    raw = model(delivery("a", "F>D", lot="1"))
    changes = (("lot", "2"),)
    doubts = doubts_of(raw, [Correction("a", changes, "f!7"), Correction("gone", changes, "f!8")])
    assert [doubt.as_json()["changes"] for doubt in doubts] == [{"lot": "2"}]
    assert accepted(raw, doubts)["deliveries"][0]["lot"] == "2"


def test_what_nobody_proposed_cannot_be_confirmed() -> None:
    raw = model(delivery("a", "F>D", lot="1"))
    with pytest.raises(ModelError, match="nothing of this id"):
        accept(raw, doubts_of(raw), {"abc"})
