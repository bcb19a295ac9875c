"""The usual offices of a territory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.offices import selectors, services
from zhian.foundation.offices.engine.names import (
    DEPARTMENTS,
    DepartmentRow,
    Departments,
    office_name,
)
from zhian.foundation.offices.models import Office
from zhian.foundation.offices.vocabulary import Line
from zhian.kernel import rules
from zhian.kernel.errors import NotKnown, Refused
from zhian.kernel.rules import Text

pytestmark = pytest.mark.empty_platform

PACK = rules.packs(DEPARTMENTS)[0]


def superior(code: str) -> str:
    office = selectors.office_by_code(code)
    assert office is not None
    above = selectors.superior_of(office)
    return above.code if above else ""


def test_every_department_of_a_county_gets_its_office_with_a_line_upward(db: None) -> None:
    admin = make.admin()
    make.region("130123100")
    make.region("130123001")
    opened = services.open_standard_offices(acting_user=admin, region_code="130123")
    county = {office.department_id: office for office in opened if office.region_id == "130123"}
    assert set(county) == {
        "qts", "aic", "health", "agriculture", "sfda", "commerce", "government",
        "leading_group", "supervision", "lab",
    }  # fmt: skip
    assert county["qts"].name_zh == "正定县质量技术监督局"
    assert county["qts"].name_en == "Quality and Technical Supervision Bureau of Zhengding County"
    assert superior("qts-130123") == "qts-1301"
    assert superior("qts-13") == "qts-0"
    assert superior("lab-130123") == "qts-130123"
    assert superior("ciq-13") == "qts-0"
    assert superior("township-130123100") == "government-130123"
    assert superior("supervision-130123") == "supervision-1301"
    street = selectors.office_by_code("township-130123001")
    assert street is not None
    assert street.name_zh == "诸福屯街道办事处"


def test_opening_them_again_opens_nothing(db: None) -> None:
    admin = make.admin()
    make.region("130123")
    first = services.open_standard_offices(acting_user=admin, region_code="130123")
    count = Office.objects.count()
    assert len(first) == count
    assert services.open_standard_offices(acting_user=admin, region_code="130123") == []
    assert Office.objects.count() == count


def test_a_district_of_a_city_under_the_state_answers_to_that_city(db: None) -> None:
    admin = make.admin()
    make.region("110105")
    services.open_standard_offices(acting_user=admin, region_code="110105")
    # 市辖区 stands only for the path: it has no offices
    assert selectors.office_by_code("qts-1101") is None
    assert superior("qts-110105") == "qts-11"
    assert selectors.office_by_code("health-11").name_zh == "北京市卫生局"  # type: ignore[union-attr]


def test_no_supervision_organ_stands_in_a_line_it_inspects(db: None) -> None:
    admin = make.admin()
    make.region("130123100")
    services.open_standard_offices(acting_user=admin, region_code="13")
    mixed = Office.objects.filter(superior__department__line=Line.SUPERVISION).exclude(
        department__line=Line.SUPERVISION
    )
    assert not mixed.exists()
    own = Office.objects.filter(department__line=Line.SUPERVISION, superior__isnull=False)
    assert set(own.values_list("superior__department_id", flat=True)) == {"supervision"}


def test_only_administrators_and_known_regions(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.open_standard_offices(acting_user=cast.head, region_code="13")
    with pytest.raises(NotKnown):
        services.open_standard_offices(acting_user=cast.admin, region_code="99")


def plain_pattern(row: DepartmentRow, level: int, name_zh: str) -> Text | None:
    """The table of cases, one line each."""
    street = name_zh.endswith("街道")
    bureau_only = row.province is None or (row.office is not None and name_zh.endswith("市"))
    table = {
        (0, False): row.state,
        (1, False): row.office if bureau_only else row.province,
        (2, False): row.office,
        (3, False): row.office,
        (4, False): row.township,
        (4, True): row.street,
    }
    return table[(level, street and level == 4)]


def plain_name(
    row: DepartmentRow, level: int, name_zh: str, name_en: str
) -> tuple[str, str] | None:
    """The slow obvious twin of `office_name`: every case spelled out."""
    pattern = plain_pattern(row, level, name_zh)
    if pattern is None:
        return None
    short_zh, short_en = name_zh, name_en
    for ending in (
        "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市",
    ):  # fmt: skip
        if name_zh.endswith(ending) and len(name_zh) - len(ending) >= 2:
            short_zh = name_zh[: -len(ending)]
            break
    for ending in (
        " Uygur Autonomous Region", " Zhuang Autonomous Region", " Hui Autonomous Region",
        " Autonomous Region", " Special Administrative Region", " Province", " City",
    ):  # fmt: skip
        if name_en.endswith(ending):
            short_en = name_en[: -len(ending)]
            break
    return (
        pattern.zh.replace("{name}", name_zh).replace("{short}", short_zh),
        pattern.en.replace("{name}", name_en).replace("{short}", short_en),
    )


PLACES = [
    ("", ""), ("河北省", "Hebei Province"), ("北京市", "Beijing City"),
    ("新疆维吾尔自治区", "Xinjiang Uygur Autonomous Region"),
    ("西藏自治区", "Tibet Autonomous Region"),
    ("正定县", "Zhengding County"), ("正定镇", "Zhengding Town"),
    ("东华门街道", "Donghuamen Subdistrict"), ("沙市", "Sha City"),
]  # fmt: skip


@given(
    row=st.sampled_from(PACK.content.departments),
    level=st.integers(0, 4),
    place=st.sampled_from(PLACES),
)
def test_names_of_offices_agree_with_the_plain_reading(
    row: DepartmentRow, level: int, place: tuple[str, str]
) -> None:
    if level and not place[0]:
        return
    found = office_name(row, level=level, name_zh=place[0], name_en=place[1])
    assert found == plain_name(row, level, *place)


@pytest.mark.parametrize("example", PACK.examples)
def test_examples_of_the_pack_hold(example: dict[str, object]) -> None:
    assert rules.holds(DEPARTMENTS, PACK, example)


def test_a_pack_that_names_an_unknown_department_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown departments"):
        Departments(departments=[], tasks=PACK.content.tasks)
