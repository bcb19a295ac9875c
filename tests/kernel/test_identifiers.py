"""Real numbers are accepted, each kind of slip is named (vectors: rules 3.12)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from zhian.kernel import identifiers

TODAY = date(2026, 11, 21)
SC = (
    "10314012101087 11464010500015 11333019700024 11837048101233 11834020305037"
    " 12636098200051 11532139200465 12434017430075 11432010400101"
)
JY = "13101140093802 13101160000083 23101140041987 13101050042467 13101120198903 11108071215650"


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("code", ["91110000600037341L", "91310112MA1GD5WP62", "911101083303521997"])
def test_real_credit_codes_pass(code: str) -> None:
    assert identifiers.parse_uscc(f" {code[:9].lower()} {code[9:]}") == code
    assert identifiers.uscc_doubts(code, TODAY) == []


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("91110000600037341M", "check character"),
        ("91110000600037341", "18 characters"),
        ("9111000060003734IL", "18 characters"),
        ("", "18 characters"),
    ],
)
def test_slips_in_credit_codes_are_named(code: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        identifiers.parse_uscc(code)


@given(place=st.integers(0, 16), offset=st.integers(1, 9))
def test_one_wrong_digit_of_a_credit_code_never_passes(place: int, offset: int) -> None:
    code = "911101083303521997"
    wrong = code[:place] + str((int(code[place]) + offset) % 10) + code[place + 1 :]
    with pytest.raises(ValueError):
        identifiers.parse_uscc(wrong)


@pytest.mark.parametrize(
    ("region", "on", "doubts"),
    [
        ("142400", date(1998, 1, 1), []),
        ("142400", TODAY, ["the region code 142400 was not in use on 2026-11-21"]),
        ("341400", date(1998, 1, 1), ["the region code 341400 was not in use on 1998-01-01"]),
        ("341400", date(2005, 1, 1), []),
        ("110108", TODAY, []),
        ("999999", TODAY, ["the region code 999999 is not known"]),
    ],
)
def test_a_region_of_another_time_is_a_doubt(region: str, on: date, doubts: list[str]) -> None:
    assert identifiers.uscc_doubts(f"91{region}600037341L", on) == doubts


def test_goods_and_places_carry_gs1_numbers() -> None:
    assert identifiers.parse_gtin("6922165902996") == "06922165902996"
    assert identifiers.parse_gln("6922165902996") == "6922165902996"
    sgln = identifiers.sgln_of_gln("6922165902996", 7)
    assert sgln == "urn:epc:id:sgln:6922165.90299.0"
    assert identifiers.parse_sgln(f" {sgln} ") == sgln
    assert identifiers.gln_of_sgln(sgln) == "6922165902996"


@pytest.mark.parametrize(
    ("parse", "raw", "says"),
    [
        (identifiers.parse_gtin, "6922165902997", "check digit"),
        (identifiers.parse_gtin, "12345", "8, 12, 13 or 14"),
        (identifiers.parse_gln, "6922165902997", "check digit"),
        (identifiers.parse_gln, "96385074", "13 digits"),
        (identifiers.parse_gln, "abc", "13 digits"),
        (identifiers.parse_sgln, "urn:epc:id:sgln:6922165.9029.0", "site number"),
        (identifiers.parse_sgln, "urn:epc:id:sgln:6922165.90299", "site number"),
        (identifiers.parse_sgln, "6922165902996", "site number"),
        (identifiers.parse_food_licence, "SC10314012101088", "check digit"),
        (identifiers.parse_food_licence, "10314012101087", "SC and 14"),
        (identifiers.parse_trade_licence, "JY1310114009380", "JY and 14"),
    ],
)
def test_slips_are_named(parse: Callable[[str], str], raw: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(raw)


def test_a_company_prefix_has_six_to_twelve_digits() -> None:
    with pytest.raises(ValueError, match="6 to 12"):
        identifiers.sgln_of_gln("6922165902996", 5)


@pytest.mark.parametrize("number", SC.split())
def test_real_food_production_licences_pass(number: str) -> None:
    assert identifiers.parse_food_licence(f"sc {number}") == f"SC{number}"
    assert "check digit" not in " ".join(identifiers.licence_doubts(f"SC{number}", TODAY))


@pytest.mark.parametrize("number", JY.split())
def test_real_food_business_licences_pass(number: str) -> None:
    assert identifiers.parse_trade_licence(f"JY{number}") == f"JY{number}"
    assert "check digit" not in " ".join(identifiers.licence_doubts(f"JY{number}", TODAY))


def test_a_business_licence_with_a_wrong_check_digit_is_doubted_not_refused() -> None:
    number = identifiers.parse_trade_licence("JY13101140093803")
    assert "the check digit of this licence number is wrong" in identifiers.licence_doubts(
        number, TODAY
    )
