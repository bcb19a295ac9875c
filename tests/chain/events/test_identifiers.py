"""GS1 identifiers: every scheme, both forms, and a slow second check-digit sum."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhian.chain.events.engine.grammar.formats import urn
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.translation import translate


def slow_check_digit(digits: str) -> str:
    """The GS1 sum written out: weights 3, 1, 3 … from the right (the twin of stdnum's)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        total += int(digit) * (3 if position % 2 == 0 else 1)
    return str((10 - total % 10) % 10)


@pytest.mark.parametrize(
    ("urn", "link"),
    [
        ("urn:epc:id:sgtin:4012345.011111.9876", "01/04012345111118/21/9876"),
        ("urn:epc:class:lgtin:4012345.012345.998877", "01/04012345123456/10/998877"),
        ("urn:epc:id:upui:4012345.012345.ab", "01/04012345123456/235/ab"),
        ("urn:epc:idpat:sgtin:4012345.066666.*", "01/04012345666663"),
        ("urn:epc:id:sscc:4012345.0000000111", "00/040123450000001112"),
        ("urn:epc:id:sgln:4012345.00005.0", "414/4012345000054"),
        ("urn:epc:id:sgln:4012345.00011.987", "414/4012345000115/254/987"),
        ("urn:epc:id:pgln:4012345.00000", "417/4012345000009"),
        ("urn:epc:id:gdti:4012345.11111.123", "253/4012345111118123"),
        ("urn:epc:id:grai:4012345.55555.987", "8003/04012345555554987"),
        ("urn:epc:id:giai:4000001.111", "8004/4000001111"),
        ("urn:epc:id:gsrn:4012345.0000000001", "8018/401234500000000012"),
        ("urn:epc:id:gsrnp:4012345.0000000001", "8017/401234500000000012"),
        ("urn:epc:id:gsin:4012345.000000001", "402/40123450000000016"),
        ("urn:epc:id:ginc:4012345.xyz", "401/4012345xyz"),
        ("urn:epc:id:sgcn:4012345.11111.12", "255/401234511111812"),
        ("urn:epc:id:cpi:4012345.PQ.7", "8010/4012345PQ/8011/7"),
        ("urn:epc:id:itip:4012345.012345.01.02.9", "8006/040123451234560102/21/9"),
        ("urn:epc:idpat:itip:4012345.012345.01.02.*", "8006/040123451234560102"),
    ],
)
def test_both_forms_of_a_key_are_one(urn: str, link: str) -> None:
    found, linked = identify(urn), identify(f"https://id.gs1.org/{link}")
    assert found.canonical == f"https://id.gs1.org/{link}"
    assert (found.fault, linked.fault) == (None, None)
    assert linked.canonical == found.canonical
    assert (linked.scheme, linked.primary) == (found.scheme, found.primary)


@pytest.mark.parametrize(
    "uri",
    [
        "urn:epc:id:sgtin:4012345.0111.1",
        "urn:epc:id:sgtin:4012345.01111x.1",
        "urn:epc:id:sgtin:4012345.011111",
        "urn:epc:id:sgtin:4012345.011111.",
        "urn:epc:id:sgtin:4012345.011111." + "9" * 21,
        "urn:epc:id:sgtin:401.0111111111.1",
        "urn:epc:id:sgln:40123456.00005.0",
        "urn:epc:id:giai:4000001." + "1" * 31,
        "https://id.gs1.org/hello",
        "https://id.gs1.org/01/123",
        "https://id.gs1.org/01/04012345111118/21",
        "https://id.gs1.org/01/04012345111118/99/1",
        "https://id.gs1.org/01/04012345111118/21/" + "9" * 21,
        "https://id.gs1.org/8004/" + "9" * 31,
        "https://id.gs1.org/414/40123450000549",
    ],
)
def test_a_malformed_key_is_named(uri: str) -> None:
    assert identify(uri).fault == "bad-identifier"


@pytest.mark.parametrize(
    "uri",
    [
        "urn:epc:po:123",
        "urn:epc:id:gid:1.2.3",
        "urn:epc:idpat:sgtin:*.*.*",
        "geo:42.6,23.3",
        "https://example.com/01/hello",
        "https://example.com/01/04012345111119",
        "https://example.com/bizStep/inspecting",
    ],
)
def test_what_is_no_key_is_left_alone(uri: str) -> None:
    found = identify(uri)
    assert (found.canonical, found.fault, found.gln) == (uri, None, None)


def test_short_gtins_are_padded_and_lots_win_over_serials() -> None:
    assert identify("https://id.gs1.org/01/4012345111118").primary == "04012345111118"
    both = identify("https://id.gs1.org/01/04012345111118/22/V/10/L/21/S")
    assert both.canonical == "https://id.gs1.org/01/04012345111118/21/S"
    assert both.lot == "https://id.gs1.org/01/04012345111118/10/L"


@given(st.from_regex(r"[0-9]{7}\.[0-9]{5}", fullmatch=True))
def test_the_check_digit_of_a_location_agrees_with_the_written_out_sum(parts: str) -> None:
    digits = parts.replace(".", "")
    right = digits + slow_check_digit(digits)
    assert identify(f"urn:epc:id:sgln:{parts}.0").gln == right
    for last in "0123456789":
        found = identify(f"https://id.gs1.org/414/{digits}{last}")
        assert (found.fault is None) == (last == right[-1])


# what people print: signs a URN has, signs it escapes, signs it has not
PRINTED = st.text(
    st.sampled_from("AZaz09-_./%&+ #?:*'\"<>()\u6279\u00e9\t"), min_size=1, max_size=12
)
DIGITS = st.from_regex(r"(690|401|952)[0-9]{9}", fullmatch=True)


@given(
    st.sampled_from(["01//10", "01//21", "01//22", "414//254", "414//", "8003/x", "253/x", "8004/x",
                     "401/x", "8010//8011", "00//", "8006//21", "417//", "255/x", "402//",
                     "8018//", "8017//"]),
    DIGITS,
    PRINTED,
    st.integers(0, 9),
)  # fmt: skip
def test_a_urn_is_only_given_where_it_is_a_proper_one(
    form: str, digits: str, printed: str, last: int
) -> None:
    key, more = form.split("/", maxsplit=1)
    lengths = {"01": 14, "414": 13, "417": 13, "8003": 14, "253": 13, "255": 13, "00": 18,
               "8006": 18, "402": 17, "8018": 18, "8017": 18}  # fmt: skip
    leading = "0" if key in {"01", "8003", "00", "8006"} else ""
    value = leading + digits
    if key in lengths:
        value = value.ljust(lengths[key] - 1, "0")
        place = 13 if key in {"8003", "8006"} else len(value)
        value = value[:place] + (slow_check_digit(value[:place]) if last else "0")
        value = value.ljust(lengths[key], "1")
    free = quote(printed, safe="")
    link = f"https://id.gs1.org/{key}/{value}{free if more == 'x' else ''}"
    if more.strip("/") not in {"", "x"}:
        link += f"/{more.strip('/')}/{free}"
    spelled = urn(link)
    if spelled != link:
        found = identify(spelled)
        assert found.fault is None
        assert found.canonical == identify(link).canonical
    told = translate(link)
    if told.urn is not None:
        assert identify(told.urn).canonical == told.digital_link


@pytest.mark.parametrize("lot", ["A%20B", "%E6%89%B9", "a%40b"])
def test_a_lot_that_no_urn_can_hold_stays_a_link(lot: str) -> None:
    link = f"https://id.gs1.org/01/06901234000177/10/{lot}"
    assert urn(link) == link
    assert translate(link).urn is None
    assert urn("https://id.gs1.org/01/06901234000177/10/A%2FB").endswith(":6901234.000017.A%2FB")
