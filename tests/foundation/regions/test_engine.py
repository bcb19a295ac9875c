"""Area classes, English names and the reader of changes, each beside its plain twin."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhian.foundation.regions.engine import changes
from zhian.foundation.regions.engine.area_classes import area_class, counties_with_streets
from zhian.foundation.regions.engine.names import ENDINGS, PROPER, english_name, spelled

COUNTIES = ["正定县", "长安区", "神农架林区", "六枝特区", "晋州市", "鄂温克族自治旗", ""]


def plain_class(code: str, name: str, county: str, streets: bool) -> str:
    """The slow obvious twin: the table of cases in the order people say it."""
    district = re.fullmatch(r".*(?<![林特])区", name if len(code) == 6 else county) is not None
    if len(code) in (2, 4):
        return "CITY"
    if len(code) == 6:
        return "CITY" if district else "COUNTY_SEAT"
    hundred = code[6]
    cases = {
        "street": "CITY" if district else "COUNTY_SEAT",
        "town": "FRINGE" if district else "TOWNSHIP",
        "township": "TOWNSHIP",
        "farm": "VILLAGE",
    }
    kind = {"0": "street", "1": "town", "4": "farm", "5": "farm"}.get(hundred, "township")
    if code[6:] == "000":
        kind = "township"
    if code[6:] == "100" and not district and not streets:
        return "COUNTY_SEAT"
    return cases[kind]


@given(
    code=st.from_regex(r"([1-8][0-9]|[1-8][0-9]{3}|[1-8][0-9]{5}|[1-8][0-9]{8})", fullmatch=True),
    name=st.sampled_from(COUNTIES[:-1]),
    county=st.sampled_from(COUNTIES),
    streets=st.booleans(),
)
def test_area_classes_agree_with_the_plain_table(
    code: str, name: str, county: str, streets: bool
) -> None:
    if not code.isascii():
        return
    assert area_class(code, name, county, streets) == plain_class(code, name, county, streets)


@pytest.mark.parametrize(
    ("code", "name", "county", "streets", "expected"),
    [
        ("13", "河北省", "", False, "CITY"),
        ("130102", "长安区", "", False, "CITY"),
        ("429021", "神农架林区", "", False, "COUNTY_SEAT"),
        ("130102001", "建北街道", "长安区", True, "CITY"),
        ("130102100", "西兆通镇", "长安区", True, "FRINGE"),
        ("130102200", "某乡", "长安区", True, "TOWNSHIP"),
        ("130126100", "灵寿镇", "灵寿县", False, "COUNTY_SEAT"),
        ("130123100", "正定镇", "正定县", True, "TOWNSHIP"),
        ("130123500", "某农场", "正定县", True, "VILLAGE"),
    ],
)
def test_area_classes_as_people_know_them(
    code: str, name: str, county: str, streets: bool, expected: str
) -> None:
    assert area_class(code, name, county, streets) == expected


def test_counties_with_streets_are_those_with_a_code_below_a_hundred() -> None:
    codes = ["13", "130123", "130123001", "130126100", "130127099"]
    assert counties_with_streets(codes) == {"130123", "130127"}


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("正定县", "Zhengding County"),
        ("西安市", "Xi'an City"),
        ("陕西省", "Shaanxi Province"),
        ("山西省", "Shanxi Province"),
        ("本溪满族自治县", "Benximanzu Autonomous County"),
        ("东华门街道", "Donghuamen Subdistrict"),
        ("绿园区", "Luyuan District"),
        ("市辖区", "Districts of the city"),
        ("洋浦", "Yangpu"),
        ("县", "Counties of the city"),
    ],
)
def test_english_names_as_people_know_them(chinese: str, english: str) -> None:
    assert english_name(chinese) == english


@given(st.text(alphabet="正定安平绿西长城新东", min_size=1, max_size=6), st.sampled_from(ENDINGS))
def test_english_names_keep_the_word_for_the_kind(proper: str, ending: tuple[str, str]) -> None:
    name = proper + ending[0]
    if name in PROPER:
        return
    fitting = (e for e in ENDINGS if name.endswith(e[0]) and name != e[0])  # 新区: 新 + 区
    longest = max(fitting, key=lambda e: len(e[0]))
    assert english_name(name) == f"{spelled(name.removesuffix(longest[0]))} {longest[1]}"


def line(on: str, old: list[str], new: list[str]) -> str:
    pairs = "\t".join(f"{name}\t{name[:2]}" for name in old)
    return f"{on}\t国批\t{pairs}=>" + "\t".join(new)


PLACES = st.lists(st.sampled_from(["甲省", "乙市", "丙县", "丁区", "戊市"]), min_size=3, max_size=3)


@given(st.lists(st.tuples(PLACES, PLACES), max_size=8))
def test_every_distinct_line_is_read_and_named_alike(
    pairs: list[tuple[list[str], list[str]]],
) -> None:
    read = changes.read_changes(line("2020-01-01", old, new) for old, new in pairs)
    distinct = list(dict.fromkeys((tuple(old), tuple(new)) for old, new in pairs))
    assert [(one.old, one.new) for one in read] == distinct
    for one in read:
        sources = [old for old, new in distinct if new == one.new]
        plain = (
            "MERGED" if len(sources) > 1
            else "MOVED" if one.old[:2] != one.new[:2]
            else "RENAMED" if one.old[2].rstrip("县区市") == one.new[2].rstrip("县区市")
            else "REPLACED"
        )  # fmt: skip
        assert one.kind == plain
        assert one.on == date(2020, 1, 1)


@pytest.mark.parametrize(
    "bad",
    [
        "x",
        "2020-01-01\t国批\t甲省\t甲\t乙市\t乙",
        "2020-13-01\t国批\t甲省\t甲\t乙市\t乙=>甲省\t丙市",
        "2020-01-01\t国批\t甲省\t甲=>甲省",
        "2020-01-01\t国批\t甲省\t甲\t乙市\t乙=>甲省",
    ],
)
def test_a_malformed_line_is_named_by_its_number(bad: str) -> None:
    with pytest.raises(changes.Malformed) as error:
        changes.read_changes(["", bad])
    assert error.value.number == 2
