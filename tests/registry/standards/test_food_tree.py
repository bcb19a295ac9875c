"""The food tree page: from the roots of a standard down to a category and what binds it there."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.casting import Cast
from tests.registry.standards.goods import activated, general
from zhian.registry.standards import policies, selectors
from zhian.registry.standards.models import FoodNode
from zhian.registry.standards.vocabulary import Table

pytestmark = pytest.mark.django_db
URL = "standards:foods"


@pytest.fixture
def leek(cast: Cast) -> FoodNode:
    lead = {"substance": "铅", "substance_en": "lead"}
    rows = [
        general(2, **lead, food_path="蔬菜", limit="≤0.1mg/kg"),
        general(3, **lead, food_path="蔬菜 > 韭菜", limit="≤0.3mg/kg"),
        general(4, substance="镉", substance_en="cadmium", food_path="蔬菜", limit="≤0.05mg/kg"),
        general(5, food_path="蔬菜", limit="≤0.02mg/kg"),
        general(6, food_path="蔬菜 > 韭菜", limit="/"),
        general(7, substance="汞", food_path="蔬菜", limit="≤0.01mg/kg", limit_to=date(2022, 1, 1)),
    ]
    activated(cast.system, Table.GENERAL, rows)
    return FoodNode.objects.get(name_zh="韭菜", standard__code="GB 2763")


def reader(cast: Cast) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.wang)
    return client


def test_the_deepest_limit_binds_and_what_is_excluded_or_ended_does_not(
    cast: Cast, leek: FoodNode
) -> None:
    visible = policies.limits_visible_to(cast.wang)
    found = selectors.binding_at(leek, date(2026, 10, 1), visible)
    assert {(str(one.substance.name_zh), one.demand, one.node.name_zh) for one in found} == {
        ("铅", "≤0.3mg/kg", "韭菜"), ("镉", "≤0.05mg/kg", "蔬菜"),
    }  # fmt: skip
    assert selectors.binding_at(leek, date(2001, 1, 1), visible) == []


def test_the_tree_is_walked_from_the_roots_to_a_category(cast: Cast, leek: FoodNode) -> None:
    client = reader(cast)
    assert leek.parent is not None
    roots = client.get(reverse(URL)).content.decode()
    assert f"?node={leek.parent_id}" in roots
    assert "4 limits written here" in roots
    above = client.get(reverse(URL), {"node": leek.parent_id}).content.decode()
    assert f"?node={leek.pk}" in above
    page = client.get(reverse(URL), {"node": leek.pk}).content.decode()
    assert 'today: <span class="number">2</span>' in page
    assert "this category" in page
    assert "No category lies below this one." in page
    for nonsense in ({"node": "x"}, {"node": "9" * 30}, {"standard": "0"}):
        assert client.get(reverse(URL), nonsense).status_code == 200


def test_without_a_tree_the_page_says_so(cast: Cast) -> None:
    assert "No food tree is loaded." in reader(cast).get(reverse(URL)).content.decode()
