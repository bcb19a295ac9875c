"""Who is responsible, who is above."""

from datetime import date

import pytest

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.offices import selectors, services
from zhian.foundation.regions.models import RegionChange
from zhian.kernel.errors import NotKnown
from zhian.kernel.use_cases import unguarded

pytestmark = pytest.mark.empty_platform


def test_the_nearest_office_at_or_above_is_responsible(cast: Cast) -> None:
    assert selectors.responsible_office("130123100", "qts") == cast.office
    assert selectors.responsible_office("130199", "qts") == cast.city_office
    assert selectors.responsible_office("1302", "qts") == cast.province_office
    assert selectors.responsible_office("65", "qts").code == "qts-0"
    with pytest.raises(NotKnown):
        selectors.responsible_office("65", "commerce")


def test_a_replaced_code_finds_the_office_of_its_successor(cast: Cast) -> None:
    with unguarded("set-up"):
        RegionChange.objects.create(
            kind="RECODED", old_code="130199", new_code="130123", on=date(2020, 1, 1), source="t"
        )
    assert selectors.responsible_office("130199", "qts", date(2021, 1, 1)) == cast.office
    assert selectors.responsible_office("130199", "qts", date(2019, 1, 1)) == cast.city_office


def test_the_government_answers_from_the_county_up(cast: Cast) -> None:
    assert selectors.government_of("130123100") == cast.government
    above = selectors.government_of("130126")
    assert above is not None
    assert above.code == "government-13"


def test_without_any_government_nobody_answers(db: None) -> None:
    assert selectors.government_of("13") is None


def test_heads_and_superiors(cast: Cast) -> None:
    head = selectors.head_of(cast.office)
    assert head is not None
    assert head.user == cast.head
    assert selectors.head_of(cast.lab) is None
    assert selectors.head_of(cast.office, date(2000, 1, 1)) is None
    assert selectors.superior_of(cast.office) == cast.city_office
    assert selectors.superior_of(make.office("qts", None)) is None
    assert [o.user.username for o in selectors.officers_in(cast.office)] == ["head", "wang", "li"]


def test_everything_below_in_the_line_of_command(cast: Cast) -> None:
    below = selectors.subordinate_ids(cast.city_office)
    assert below == {cast.office.pk, cast.other_office.pk, cast.lab.pk}


def test_looking_up_by_name_number_and_code(cast: Cast) -> None:
    assert selectors.user_by_name("wang") == cast.wang
    assert selectors.user_by_name("nobody") is None
    assert selectors.user_by_id(cast.wang.pk) == cast.wang
    assert selectors.office(cast.office.pk) == cast.office
    assert selectors.office_by_code("qts-130123") == cast.office
    assert selectors.offices_by_id([cast.office.pk]) == {cast.office.pk: cast.office}
    assert selectors.system_user() == cast.system
    for ask in (selectors.user_by_id, selectors.office):
        with pytest.raises(NotKnown):
            ask(0)


def test_posts_of_people(cast: Cast) -> None:
    assert selectors.office_of(cast.wang) == cast.office
    assert selectors.office_of(cast.dian) is None
    assert selectors.officer_of(cast.public) is None


def test_an_empty_platform_has_no_system_user(db: None) -> None:
    with pytest.raises(NotKnown):
        selectors.system_user()


def test_tasks_know_their_owner(cast: Cast) -> None:
    services.load_departments(acting_user=cast.admin)
    assert selectors.owner_of_task("processed_food").code == "qts"
    assert {task.code for task in selectors.tasks_of("qts")} == {"processed_food", "health_safety"}
    assert selectors.departments().count() == 12
    with pytest.raises(NotKnown):
        selectors.owner_of_task("nothing")


def test_several_people_at_once(cast: Cast) -> None:
    assert selectors.users_by_id([cast.wang.pk, 0]) == {cast.wang.pk: cast.wang}
    post = selectors.officer_of(cast.li)
    assert post is not None
    assert selectors.officers_by_id([post.pk]) == {post.pk: post}
    assert str(post) == "李秀英"
    found = [o.user.username for o in selectors.officers_at([cast.office.pk, cast.lab.pk])]
    assert sorted(found) == ["chen", "head", "li", "wang"]
    assert list(selectors.officers_at([cast.office.pk], date(2000, 1, 1))) == []
    assert selectors.office_codes_of([cast.wang.pk]) == {cast.wang.pk: "qts-130123"}
    assert selectors.office_names(["qts-130123"]) == {"qts-130123": "正定县质量技术监督局"}
