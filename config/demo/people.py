"""The demo's cast: who works where, and how they sign in."""

import random
from dataclasses import dataclass, field
from datetime import date

from config.demo import names
from config.demo.world import COUNTIES, FAR, HOME, NEXT, SEED, SOURCE
from zhian.foundation.evidence import services as evidence
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices import services
from zhian.foundation.offices.models import Office, Officer, User
from zhian.foundation.offices.vocabulary import Role

PASSWORD = "zhian-demo-2026"  # noqa: S105 — printed on purpose: it opens an invented county
PIN = "246810"
PROVINCE, CITY = "23", "2302"
OF_LINK = {  # link of the chain → the department that supervises it (requirements 4.3)
    "PRIMARY_PRODUCTION": "agriculture",
    "PRODUCTION": "qts",
    "CIRCULATION": "aic",
    "CATERING": "health",
}


@dataclass(frozen=True)
class Part:
    """One of the people the reader can sign in as."""

    username: str
    name: str
    department: str
    region: str
    roles: tuple[Role, ...]
    title: tuple[str, str]
    what: tuple[str, str]
    is_head: bool = False


CAST = (
    Part("chen", "陈静", "lab", HOME, (Role.LABORATORY,), ("授权签字人", "Signatory"),
         ("在检验报告上签字", "signs the test report")),
    Part("lin", "林晓", "lab", HOME, (Role.LABORATORY,), ("检验员", "Analyst"),
         ("出具检验结果", "drafts the report")),
    Part("wang", "王建国", "qts", HOME, (Role.FRONTLINE, Role.CASE_OFFICER),
         ("监管员", "Supervisor"), ("确认召回范围", "confirms the recall scope")),
    Part("li", "李秀英", "qts", HOME, (Role.FRONTLINE, Role.CASE_OFFICER),
         ("监管员", "Supervisor"), ("抽样、办案", "samples and works on cases")),
    Part("qian", "钱守成", "qts", HOME, (Role.FRONTLINE,),
         ("监管员", "Supervisor"), ("两个月没有处理", "was told and did nothing for two months")),
    Part("head", "周国强", "qts", HOME, (Role.HEAD,), ("局长", "Director"),
         ("看本局全部待办", "sees the whole bureau"), is_head=True),
    Part("mayor", "吴明", "government", HOME, (Role.HEAD,), ("县长", "County head"),
         ("对本县负总责", "answers overall for the county"), is_head=True),
    Part("zhao", "赵卫东", "qts", NEXT, (Role.FRONTLINE,), ("监管员", "Supervisor"),
         ("另一个县的同行", "a colleague of another county")),
    Part("gao", "高远", "qts", SOURCE, (Role.FRONTLINE,), ("监管员", "Supervisor"),
         ("监管乳品厂", "supervises the dairy")),
    Part("sun", "孙志远", "qts", PROVINCE, (Role.SPOT_CHECK_PLANNER,),
         ("处长", "Division chief"), ("省局", "the provincial bureau")),
    Part("jian", "郑直", "supervision", HOME, (Role.SUPERVISION,), ("监察员", "Inspector"),
         ("决定责任线索", "decides on accountability signals")),
    Part("zu", "冯婷", "leading_group", HOME, (Role.LEADING_GROUP_CLERK,),
         ("干部", "Clerk"), ("督办", "assigns and chases")),
)  # fmt: skip
OPERATORS = (
    ("dairy", "dairy", ("乳品厂", "the dairy")),
    ("mixer", "mixer0", ("奶茶粉厂", "the beverage maker")),
    ("trader", "wholesaler0", ("批发商", "a wholesaler")),
    ("dian", "shop0012", ("食杂店", "a food shop")),
    ("workshop", "workshop", ("糕点小作坊", "the pastry workshop")),
)


@dataclass
class Staff:
    """The offices and officers of the demo counties."""

    office: dict[tuple[str, str], Office] = field(default_factory=dict)
    officers: dict[tuple[str, str], list[Officer]] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)


def hire(admin: User, since: date) -> Staff:
    """Open the offices of the city and appoint everybody."""
    staff = Staff()
    services.open_standard_offices(acting_user=admin, region_code=CITY)
    for part in CAST:
        officer = _appoint(admin, staff, part, since)
        staff.users[part.username] = officer.user
    dice = random.Random(SEED + 2)  # noqa: S311
    for county, _name in COUNTIES:
        for department in sorted(set(OF_LINK.values())):
            for number in range(2):
                _extra(admin, staff, dice, (department, county), number, since)
        if county != HOME:
            _leader(admin, staff, dice, county, since)
    evidence.create_signing_key(acting_user=staff.users["chen"], pin=PIN)
    return staff


def _office(staff: Staff, department: str, region: str) -> Office:
    key = (department, region)
    if key not in staff.office:
        staff.office[key] = offices.responsible_office(region, department)
    return staff.office[key]


def _appoint(admin: User, staff: Staff, part: Part, since: date) -> Officer:
    office = _office(staff, part.department, part.region)
    user = services.create_user(
        acting_user=admin,
        username=part.username,
        display_name=part.name,
        # Only the cast signs in; the others are there to be in charge.
        password=PASSWORD if part.what[0] else None,
    )
    officer = services.appoint_officer(
        acting_user=admin,
        user_id=user.pk,
        office_id=office.pk,
        title_zh=part.title[0],
        title_en=part.title[1],
        roles=part.roles,
        is_head=part.is_head,
        since=since,
    )
    if Role.FRONTLINE in part.roles:
        staff.officers.setdefault((part.department, part.region), []).append(officer)
    return officer


def _extra(
    admin: User,
    staff: Staff,
    dice: random.Random,
    where: tuple[str, str],
    number: int,
    since: date,
) -> None:
    department, county = where
    name_zh, _name_en = names.person(dice)
    part = Part(
        f"{department[:3]}{county[-2:]}{number}", name_zh, department, county,
        (Role.FRONTLINE,), ("监管员", "Supervisor"), ("", ""),
    )  # fmt: skip
    _appoint(admin, staff, part, since)


def _leader(admin: User, staff: Staff, dice: random.Random, county: str, since: date) -> None:
    name_zh, _name_en = names.person(dice)
    part = Part(
        f"gov{county[-2:]}", name_zh, "government", county, (Role.HEAD,),
        ("县长", "County head"), ("", ""), is_head=True,
    )  # fmt: skip
    _appoint(admin, staff, part, since)


__all__ = ["CAST", "FAR", "OPERATORS", "PASSWORD", "PIN", "Staff", "hire"]
