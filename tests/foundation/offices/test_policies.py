"""Who sees and does what."""

import pytest

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.offices import policies
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.vocabulary import Role
from zhian.foundation.regions.models import Region
from zhian.kernel.errors import Refused


def seen(person: object) -> set[str]:
    return set(
        Region.objects.filter(policies.jurisdiction(person, "")).values_list("code", flat=True)
    )


def test_a_county_officer_sees_the_county_and_below(cast: Cast) -> None:
    assert seen(cast.wang) == {"130123", "130123100"}


def test_a_provincial_officer_sees_the_whole_subtree(cast: Cast) -> None:
    assert seen(cast.sun) == {"13", "1301", "130123", "130123100", "130126", "130126100"}


def test_an_officer_of_the_state_sees_everything(cast: Cast) -> None:
    state = make.officer("bei", at=make.office("qts", None)).user
    assert seen(state) == set(Region.objects.values_list("code", flat=True))


@pytest.mark.parametrize("name", ["jian", "zu", "mayor", "head"])
def test_county_authorities_read_their_county(cast: Cast, name: str) -> None:
    assert seen(getattr(cast, name)) == {"130123", "130123100"}


@pytest.mark.parametrize("name", ["dian", "admin", "public", "port", "chen"])
def test_people_without_a_territory_see_nothing_by_region(cast: Cast, name: str) -> None:
    assert seen(getattr(cast, name)) == set()
    assert policies.subtree_of(getattr(cast, name)) is None


def test_the_platform_itself_sees_everything(cast: Cast) -> None:
    assert seen(cast.system) == set(Region.objects.values_list("code", flat=True))


def test_a_path_ends_at_a_region_of_another_table(cast: Cast) -> None:
    offices = Office.objects.filter(policies.jurisdiction(cast.wang, "region"))
    assert {o.region_id for o in offices} == {"130123"}
    officers = User.objects.filter(policies.jurisdiction(cast.zhao, "officer__office__region"))
    assert set(officers) == {cast.zhao}


def test_an_ended_or_coming_post_gives_no_sight(cast: Cast) -> None:
    late = make.officer("late", since=make.date(2099, 1, 1)).user
    assert seen(late) == set()


@pytest.mark.parametrize(
    ("name", "code", "allowed"),
    [
        ("wang", "130123100", True),
        ("wang", "130126", False),
        ("sun", "130126", True),
        ("system", "65", True),
        ("dian", "130123", False),
        ("public", "130123", False),
    ],
)
def test_territory_covers_a_code(cast: Cast, name: str, code: str, allowed: bool) -> None:
    assert policies.covers(getattr(cast, name), code).allowed is allowed


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("wang", True), ("li", True), ("head", True), ("system", True), ("zhao", False),
        ("jian", False), ("zu", False), ("admin", False), ("dian", False), ("public", False),
    ],
)  # fmt: skip
def test_records_of_an_office_are_edited_by_its_officers_only(
    cast: Cast, name: str, allowed: bool
) -> None:
    decision = policies.can_edit_records(getattr(cast, name), cast.office)
    assert decision.allowed is allowed
    assert bool(decision.reason) is not allowed


def test_the_supervision_organ_writes_findings_in_its_territory_only(cast: Cast) -> None:
    assert policies.can_write_findings(cast.jian, "130123100")
    assert not policies.can_write_findings(cast.jian, "130126")
    assert not policies.can_write_findings(cast.wang, "130123")


@pytest.mark.parametrize(
    ("name", "office", "allowed"),
    [
        ("zu", "office", True),
        ("zu", "other_office", False),
        ("head", "office", True),
        ("head", "lab", True),
        ("head", "other_office", False),
        ("wang", "office", False),
        ("jian", "office", False),
        ("system", "other_office", True),
    ],
)
def test_duties_are_assigned_by_heads_and_the_leading_group(
    cast: Cast, name: str, office: str, allowed: bool
) -> None:
    assert policies.can_assign(getattr(cast, name), getattr(cast, office)).allowed is allowed


def test_a_head_without_an_office_above_is_not_above_anything(cast: Cast) -> None:
    assert policies.is_above(cast.province_office, cast.office)
    assert not policies.is_above(cast.office, cast.province_office)


def test_a_circle_of_superiors_ends(cast: Cast) -> None:
    one = make.office("aic", "130123")
    two = make.office("aic", "130126", superior=one)
    with make.unguarded("set-up"):
        Office.objects.filter(pk=one.pk).update(superior=two)
    one.refresh_from_db()
    assert not policies.is_above(cast.office, one)


def test_roles_are_asked_of_the_post(cast: Cast) -> None:
    assert policies.can(cast.wang, Role.FRONTLINE)
    assert policies.can(cast.system, Role.FRONTLINE)
    refused = policies.can(cast.wang, Role.HEAD)
    assert not refused
    with pytest.raises(Refused, match=r"一把手|Head"):
        policies.require(refused)
    assert not policies.can(cast.public, Role.FRONTLINE)


def test_a_stranger_or_a_locked_account_is_not_signed_in(cast: Cast) -> None:
    assert policies.signed_in(cast.wang) is cast.wang
    cast.li.is_active = False
    for person in (cast.public, None, cast.li):
        with pytest.raises(Refused):
            policies.signed_in(person)


def test_offices_are_known_to_those_who_work_here(cast: Cast) -> None:
    everything = Office.objects.count()
    for person in (cast.wang, cast.admin, cast.system):
        assert policies.offices_visible_to(person).count() == everything
    for person in (cast.dian, cast.public):
        assert policies.offices_visible_to(person).count() == 0


def test_accounts_are_listed_for_administrators_only(cast: Cast) -> None:
    assert policies.users_visible_to(cast.admin).count() == User.objects.count()
    assert policies.users_visible_to(cast.head).count() == 0


@pytest.mark.parametrize(
    ("name", "allowed"), [("head", True), ("wang", False), ("zu", False), ("system", True)]
)
def test_only_the_head_delegates_the_work_of_the_office(
    cast: Cast, name: str, allowed: bool
) -> None:
    assert policies.can_delegate(getattr(cast, name), cast.office).allowed is allowed


def test_tasks_are_given_out_by_the_leading_group(cast: Cast) -> None:
    assert policies.can_own_task(cast.zu)
    assert policies.can_own_task(cast.admin)
    assert not policies.can_own_task(cast.wang)
