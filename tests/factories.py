"""Things of the foundation made for tests. Writes happen in `unguarded("set-up")`.

Every factory returns a saved row and makes what it needs; asking twice for the same code or user
name gives the same row. Other rooms keep theirs in `tests/factories_<room>.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zhian.foundation.offices.engine.names import DEPARTMENTS, office_name
from zhian.foundation.offices.models import Department, Office, Officer, User
from zhian.foundation.offices.vocabulary import (
    SYSTEM_USERNAME,
    Language,
    Role,
    UserKind,
)
from zhian.foundation.regions.engine.area_classes import area_class
from zhian.foundation.regions.engine.names import english_name
from zhian.foundation.regions.models import Region
from zhian.foundation.regions.vocabulary import CODE_DIGITS, ancestor_codes_of
from zhian.kernel import rules
from zhian.kernel.use_cases import unguarded

PASSWORD = "zhian-tests-1"
LONG_AGO = date(2007, 1, 1)
SET_UP = "set-up"

# A few real divisions; others get an invented name.
NAMES = {
    "13": "河北省",
    "1301": "石家庄市",
    "130123": "正定县",
    "130123100": "正定镇",
    "130123001": "诸福屯街道",
    "130126": "灵寿县",
    "130126100": "灵寿镇",
    "11": "北京市",
    "1101": "市辖区",
    "110105": "朝阳区",
}
_LEVELS = {digits: int(level) for level, digits in CODE_DIGITS.items()}


def region(code: str, name_zh: str = "") -> Region:
    """The division with this code, and those above it."""
    path = (*ancestor_codes_of(code), code)
    known = Region.objects.in_bulk(path)
    with unguarded(SET_UP):
        for above in path:
            if above in known:
                continue
            name = (name_zh if above == code else "") or NAMES.get(above, f"测试{above}县")
            known[above] = Region.objects.create(
                pk=above,
                name_zh=name,
                name_en=english_name(name),
                level=_LEVELS[len(above)],
                area_class=area_class(above, name, NAMES.get(above[:6], "")),
                virtual=name == "市辖区",
            )
    return known[code]


def departments() -> dict[str, Department]:
    """Every department of the pack."""
    pack = rules.packs(DEPARTMENTS)[0]
    known = Department.objects.in_bulk()
    missing = [row for row in pack.content.departments if row.code not in known]
    if missing:
        with unguarded(SET_UP):
            Department.objects.bulk_create(
                Department(code=row.code, name_zh=row.name.zh, name_en=row.name.en, line=row.line)
                for row in missing
            )
        known = Department.objects.in_bulk()
    return known


def office(
    department: str = "qts",
    region_code: str | None = "130123",
    *,
    superior: Office | None = None,
    code: str = "",
) -> Office:
    """The office of a department in a region, named as in life."""
    known = departments()[department]
    place = region(region_code) if region_code else None
    level = place.level if place else 0
    row = rules.packs(DEPARTMENTS)[0].content.row(department)
    named = office_name(
        row,
        level=level,
        name_zh=place.name_zh if place else "",
        name_en=place.name_en if place else "",
    ) or (f"{known.name_zh}{region_code}", f"{known.name_en} {region_code}")
    with unguarded(SET_UP):
        found, _made = Office.objects.get_or_create(
            code=code or f"{department}-{region_code or 0}",
            defaults={
                "name_zh": named[0],
                "name_en": named[1],
                "department": known,
                "region": place,
                "level": level,
                "superior": superior,
            },
        )
    return found


def user(
    username: str,
    display_name: str = "",
    kind: UserKind = UserKind.OFFICER,
    *,
    password: str | None = None,
    language: Language = Language.ZH,
) -> User:
    """An account; with a password only where a test signs in by the form (Argon2 is slow)."""
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    made = User(username=username, display_name=display_name or username, kind=kind)
    made.language = language
    if password is None:
        made.set_unusable_password()
    else:
        made.set_password(password)
    with unguarded(SET_UP):
        made.save()
    return made


def system_user() -> User:
    """The platform's own account."""
    return user(SYSTEM_USERNAME, "质安平台", UserKind.SYSTEM)


def admin(username: str = "admin") -> User:
    """An administrator."""
    return user(username, "系统管理员", UserKind.ADMIN)


def officer(
    username: str,
    display_name: str = "",
    *,
    at: Office | None = None,
    roles: Sequence[Role] = (Role.FRONTLINE,),
    is_head: bool = False,
    title_zh: str = "科员",
    title_en: str = "Officer",
    since: date = LONG_AGO,
    password: str | None = None,
) -> Officer:
    """A user with a post."""
    account = user(username, display_name, password=password)
    with unguarded(SET_UP):
        found, _made = Officer.objects.get_or_create(
            user=account,
            defaults={
                "office": at or office(),
                "title_zh": title_zh,
                "title_en": title_en,
                "roles": sorted({str(role) for role in roles} | ({"R18"} if is_head else set())),
                "is_head": is_head,
                "since": since,
            },
        )
    return found
