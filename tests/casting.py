"""The cast: the same people in every test, so that each endpoint is tried by all of them.

`wang` county officer · `li` same office · `zhao` officer of another county · `chen` signatory of
the county's laboratory · `sun` provincial officer · `head` head of wang's office · `mayor` head of
the county government · `jian` supervision organ of the county · `zu` clerk of the county's
leading-group office · `port` port inspector · `dian` clerk of a shop · `admin` · `public` nobody.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import factories as make
from tests.measuring import measured_once
from tests.worlds import held, shares_cast
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.vocabulary import Role, Stranger, UserKind
from zhian.foundation.regions.models import Region

PROVINCE, CITY = "13", "1301"
COUNTY, TOWNSHIP = "130123", "130123100"
OTHER_COUNTY, OTHER_TOWNSHIP = "130126", "130126100"


@dataclass(frozen=True)
class Cast:
    """Who is who, and where they work."""

    wang: User
    li: User
    zhao: User
    chen: User
    sun: User
    head: User
    mayor: User
    jian: User
    zu: User
    port: User
    dian: User
    admin: User
    system: User
    public: Stranger
    office: Office
    other_office: Office
    province_office: Office
    city_office: Office
    lab: Office
    government: Office
    supervision: Office
    leading_group: Office
    port_office: Office
    county: Region
    township: Region
    other_county: Region
    other_township: Region


def _offices() -> dict[str, Office]:
    state = make.office("qts", None)
    province = make.office("qts", PROVINCE, superior=state)
    city = make.office("qts", CITY, superior=province)
    office = make.office("qts", COUNTY, superior=city)
    above = make.office("government", PROVINCE, superior=make.office("government", None))
    return {
        "office": office,
        "other_office": make.office("qts", OTHER_COUNTY, superior=city),
        "province_office": province,
        "city_office": city,
        "lab": make.office("lab", COUNTY, superior=office),
        "government": make.office("government", COUNTY, superior=above),
        "supervision": make.office("supervision", COUNTY),
        "leading_group": make.office("leading_group", COUNTY),
        "port_office": make.office("ciq", PROVINCE, superior=state),
    }


def _people(offices: dict[str, Office]) -> dict[str, User]:
    home = offices["office"]
    posts = (
        make.officer("wang", "王建国", at=home, roles=[Role.FRONTLINE, Role.CASE_OFFICER]),
        make.officer("li", "李秀英", at=home, roles=[Role.FRONTLINE, Role.CASE_OFFICER]),
        make.officer("zhao", "赵卫东", at=offices["other_office"]),
        make.officer("chen", "陈静", at=offices["lab"], roles=[Role.LABORATORY]),
        make.officer(
            "sun", "孙志远", at=offices["province_office"], roles=[Role.SPOT_CHECK_PLANNER]
        ),
        make.officer("head", "周国强", at=home, roles=[Role.HEAD], is_head=True, title_zh="局长"),
        make.officer(
            "mayor", "吴明", at=offices["government"], roles=[], is_head=True, title_zh="县长"
        ),
        make.officer("jian", "郑直", at=offices["supervision"], roles=[Role.SUPERVISION]),
        make.officer("zu", "冯婷", at=offices["leading_group"], roles=[Role.LEADING_GROUP_CLERK]),
        make.officer("port", "褚海", at=offices["port_office"], roles=[Role.CIQ_INSPECTOR]),
    )
    return {post.user.username: post.user for post in posts}


def everybody() -> Cast:
    """Everybody, with their offices and two counties of one city."""
    offices = _offices()
    return Cast(
        **_people(offices),
        **offices,
        dian=make.user("dian", "便民超市店员", UserKind.OPERATOR),
        admin=make.admin(),
        system=make.system_user(),
        public=Stranger(),
        county=make.region(COUNTY),
        township=make.region(TOWNSHIP),
        other_county=make.region(OTHER_COUNTY),
        other_township=make.region(OTHER_TOWNSHIP),
    )


@pytest.fixture(scope="module", autouse=True)
def cast_of_module(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[Cast | None]:
    """Made once for all tests of a module, where they can share it."""
    if not shares_cast(request):
        yield None
        return
    request.getfixturevalue("django_db_setup")
    with held(django_db_blocker):
        with measured_once("cast"):
            made = everybody()
        yield made


@pytest.fixture
def cast(cast_of_module: Cast | None, db: None) -> Cast:
    """The cast; what a test changes is rolled back, and the objects are its own copies."""
    return everybody() if cast_of_module is None else copy.deepcopy(cast_of_module)
