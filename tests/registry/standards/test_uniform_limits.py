"""A market's default limit in the comparison: it binds where the market names nothing (S127)."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from tests import factories as make
from tests.casting import Cast
from tests.registry.standards.goods import activated, general
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel.exchange import Row
from zhian.registry.standards import services
from zhian.registry.standards.commands.comparing import compared
from zhian.registry.standards.engine.defaults import Uniform, with_defaults
from zhian.registry.standards.engine.questions import (
    MarketLimit,
    Relation,
    Trees,
    compare,
    compare_libraries,
)
from zhian.registry.standards.engine.questions_twin import defaults_slowly
from zhian.registry.standards.models import Comparison
from zhian.registry.standards.selectors import questions
from zhian.registry.standards.vocabulary import Finding, Table

MADE = date(2026, 10, 1)
DEFAULT = Uniform("≤0.01mg/kg", "Art. 18")
# two trees: 1 ⊃ 2, 3 ours; 11 ⊃ 12, 13 theirs
PATHS = {1: (1,), 2: (2, 1), 3: (3, 1), 11: (11,), 12: (12, 11), 13: (13, 11)}
VALUES = st.sampled_from(["≤0.005mg/kg", "≤0.01mg/kg", "≤0.02mg/kg", "≤1mg/L"])
PAIRS = st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from([11, 12, 13])), unique=True)


def limits_at(nodes: list[int]) -> st.SearchStrategy[list[tuple[int, int, str, str]]]:
    use = st.sampled_from(["", "MAXIMUM_USE"])
    return st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(nodes), VALUES, use), max_size=6
    )  # fmt: skip


def numbered(first: int, rows: list[tuple[int, int, str, str]]) -> list[MarketLimit]:
    return [
        MarketLimit(first + number, substance, "", node, demand, use=use)
        for number, (substance, node, demand, use) in enumerate(rows)
    ]


@given(limits_at([1, 2, 3]), limits_at([11, 12, 13]), PAIRS, st.sets(st.integers(1, 3)))
@example([(1, 1, "≤0.01mg/kg", "MAXIMUM_USE")], [], [(1, 11)], {1})
@example([(1, 2, "≤1mg/L", "")], [(1, 12, "≤1mg/L", "")], [(2, 11), (3, 13)], {1, 2})
def test_the_default_answers_exactly_what_the_slow_twin_says(
    mine: list[tuple[int, int, str, str]],
    theirs: list[tuple[int, int, str, str]],
    pairs: list[tuple[int, int]],
    covered: set[int],
) -> None:
    ours, other, trees = numbered(100, mine), numbered(200, theirs), Trees(PATHS, pairs)
    uniform = dict.fromkeys(covered, DEFAULT)
    lines = list(compare_libraries(ours, other, trees))
    answers = list(with_defaults(lines, ours, other, uniform))
    by_default = {a.line.ours.key for a in answers if a.uniform and a.line.ours}
    assert by_default == defaults_slowly(ours, other, trees, covered)
    assert [a.line for a in answers if not a.uniform] == [
        line
        for line in lines
        if line.compared.relation is not Relation.NONE_THERE
        or line.ours is None
        or line.ours.substance not in covered
    ]
    for answer in answers:
        if answer.uniform and answer.line.ours and not answer.line.ours.use:
            assert answer.line.compared == compare(answer.line.ours.demand, DEFAULT.demand)


@pytest.fixture
def clerk(cast: Cast) -> User:
    return make.officer(cast.office, "biao", roles=[Role.STANDARDS_CLERK]).user


@pytest.fixture
def japan(cast: Cast) -> None:
    """Japan lists chlorpyrifos in leek; we have limits on it, procymidone (two foods) and lead."""
    there = general(
        standard="肯定列表", edition="肯定列表(2026)", market="jp", standard_kind="PESTICIDES",
        limit="≤0.05mg/kg", food_path="にら", food_words="にら", substance_kind="PESTICIDE",
    )  # fmt: skip
    activated(cast.system, Table.GENERAL, [there])
    procymidone = {"substance": "腐霉利", "substance_en": "procymidone"}
    here = [
        general(2, limit="≤0.02mg/kg", substance_kind="PESTICIDE"),
        general(3, **procymidone, limit="≤0.2mg/kg", substance_kind="PESTICIDE"),
        general(4, **procymidone, limit="≤0.01mg/kg", food_path="蔬菜 > 黄瓜",
                substance_kind="PESTICIDE"),
        general(5, substance="铅", substance_en="lead", limit="≤0.1mg/kg"),
    ]  # fmt: skip
    activated(cast.system, Table.GENERAL, here)
    nodes = questions.FoodNode.objects.filter(standard__market="jp")
    pair = {"our_standard": "GB 2763", "our_food": "蔬菜>韭菜", "their_standard": "肯定列表"}
    ours = questions.FoodNode.objects.get(name_zh="韭菜", standard__code="GB 2763")
    values = pair | {"our_food": ours.code, "their_food": nodes.get().code, "source": "对照表"}
    services.map_foods(acting_user=cast.system, rows=[Row(2, values)])


def counted(comparison: Comparison) -> tuple[dict[str, int], dict[str, int]]:
    head = questions.headline(comparison)
    return (
        {str(one.finding): one.lines for one in head.counts},
        {str(one.finding): one.lines for one in head.by_default},
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("japan")
def test_the_default_is_part_of_the_comparison_and_counted_apart(clerk: User) -> None:
    found = services.compare_market(acting_user=clerk, market="jp", on=MADE)
    own, by_default = counted(found)
    assert own == {"STRICTER": 1, "NONE_THERE": 1}
    assert by_default == {"LAXER": 1, "EQUAL": 1}
    laxer = questions.lines_of(found).get(finding=Finding.LAXER)
    assert (laxer.substance.name_zh, laxer.ratio, laxer.theirs) == ("腐霉利", 20, None)
    assert laxer.uniform == "≤0.01mg/kg"
    assert "厚生労働省告示第497号" in laxer.uniform_clause
    assert compared("jp")["by_default"]["LAXER"]["substances"] == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("japan")
def test_without_the_list_loaded_no_default_applies(clerk: User) -> None:
    early = date(2021, 1, 1)
    assert questions.uniform_rules("jp", early) == []
    assert questions.uniform_rules("cn", MADE) == []
    assert questions.uniform_rules("nowhere", MADE) == []
    found = services.compare_market(acting_user=clerk, market="jp", on=early)
    assert counted(found)[1] == {}


@pytest.mark.django_db
@pytest.mark.usefixtures("japan")
def test_an_export_lot_is_told_of_the_default(cast: Cast) -> None:
    demands = questions.export_demands("韭菜", "", "jp", MADE)
    extra = {one.substance.name_zh: one for one in demands.extra}
    assert extra["腐霉利"].uniform == Uniform("≤0.01mg/kg", "厚生労働省告示第497号（一律基準）")
    assert {rule.kind.value for rule in demands.rules} == {"PESTICIDE", "VETERINARY_DRUG"}


@pytest.mark.django_db
@pytest.mark.usefixtures("japan")
def test_pages_show_the_default_as_such_and_open_to_its_rows(clerk: User) -> None:
    services.compare_market(acting_user=clerk, market="jp", on=MADE)
    client = Client(headers={"accept-language": "en"})
    client.force_login(clerk)
    overview = client.get(reverse("standards:questions")).content.decode()
    assert "by default limit" in overview
    rows = reverse("standards:comparison", args=["jp"])
    assert f"{rows}?finding=LAXER&amp;their=default" in overview
    default = client.get(rows, {"their": "default"}).content.decode()
    assert "≤0.01mg/kg by default" in default
    own = client.get(rows, {"their": "own"}).content.decode()
    assert "by default (" not in own
    page = client.get(
        reverse("standards:export"),
        {"product": "韭菜", "market": "jp", "produced_on": "2026-10-01"},
    ).content.decode()
    assert "一律基準" in page
