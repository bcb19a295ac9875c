"""Questions across standards in the database: comparisons, mappings, export demands, standings."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pytest
from click import ClickException
from click.testing import CliRunner
from django.utils import translation

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, NotKnown, Refused
from zhian.kernel.exchange import Row
from zhian.kernel.use_cases import unguarded
from zhian.registry.standards import services
from zhian.registry.standards.commands import bench_compare
from zhian.registry.standards.commands.comparing import compared
from zhian.registry.standards.engine.choosing import bare_name
from zhian.registry.standards.models import (
    Comparison,
    Edition,
    FoodMapping,
    FoodNode,
    Limit,
    Standard,
    Substance,
    SubstanceName,
    UnlimitedItem,
)
from zhian.registry.standards.selectors import questions
from zhian.registry.standards.vocabulary import EditionState, Finding

pytestmark = pytest.mark.django_db
MADE = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def english(clerk: User) -> Iterator[None]:
    """The words of errors in English; people are made before."""
    with translation.override("en"):
        yield


@dataclass
class Goods:
    name_zh: str
    category_zh: str = ""
    nodes: Sequence[tuple[str, str]] = ()

    def food_nodes(self) -> Sequence[tuple[str, str]]:
        return self.nodes


@pytest.fixture
def clerk(cast: Cast) -> User:
    return make.officer(cast.office, "biao", roles=[Role.STANDARDS_CLERK]).user


def standard(code: str, market: str) -> Edition:
    made = Standard.objects.create(code=code, name_zh=code, name_en=code, market=market)
    return Edition.objects.create(
        standard=made, code=f"{code}-1", effective_from=date(2020, 1, 1),
        state=EditionState.ACTIVE, grade="M", imported_at=clock.now(),
    )  # fmt: skip


def node(edition: Edition, code: str, parent: FoodNode | None = None, *words: str) -> FoodNode:
    return FoodNode.objects.create(
        standard=edition.standard, code=code, name_zh=code, parent=parent, words=list(words)
    )


def substance(name: str) -> Substance:
    made = Substance.objects.create(key=name, name_zh=name)
    SubstanceName.objects.create(substance=made, name=name, folded=bare_name(name))
    return made


def limit(edition: Edition, of: Substance, at: FoodNode, demand: str, **more: object) -> Limit:
    return Limit.objects.create(
        edition=edition, substance=of, node=at, demand=demand, grade="M", **more
    )


@dataclass
class Libraries:
    """Ours: vegetables ⊃ leek. Theirs: leafy ⊃ leeks. Lead and chlorpyrifos on both sides."""

    home: Edition
    eu: Edition
    leek: FoodNode
    leeks: FoodNode
    lead: Substance
    chlorpyrifos: Substance


@pytest.fixture
def libraries(cast: Cast) -> Libraries:
    with unguarded("set-up"):
        home, eu = standard("GB 2763", "cn"), standard("EU 396/2005", "eu")
        vegetables = node(home, "蔬菜")
        leek = node(home, "韭菜", vegetables, "韭菜")
        leafy = node(eu, "leafy")
        leeks = node(eu, "leeks", leafy)
        lead, chlorpyrifos = substance("铅"), substance("毒死蜱")
        diuron = substance("敌草隆")
        limit(home, lead, vegetables, "≤0.3mg/kg")
        limit(home, chlorpyrifos, leek, "≤1mg/kg")
        limit(home, substance("镉"), leek, "/")
        limit(home, substance("汞"), leek, "≤0.01mg/kg", effective_to=date(2024, 1, 1))
        limit(eu, lead, leeks, "≤0.3mg/kg")
        limit(eu, chlorpyrifos, leeks, "≤10μg/kg")
        limit(eu, diuron, leeks, "≤0.01mg/kg")
        limit(eu, diuron, node(eu, "hops"), "≤0.05mg/kg")
    return Libraries(home, eu, leek, leeks, lead, chlorpyrifos)


def pair(**values: object) -> Row:
    row = {"our_standard": "GB 2763", "our_food": "韭菜",
           "their_standard": "EU 396/2005", "their_food": "leeks", "source": "对照表"}  # fmt: skip
    return Row(2, row | values)


def counts(comparison: Comparison) -> dict[str, int]:
    return {str(one.finding): one.lines for one in questions.headline(comparison).counts}


def test_counts_open_to_the_rows_behind_them(clerk: User, libraries: Libraries) -> None:
    assert services.map_foods(acting_user=clerk, rows=[pair()]) == 1
    found = services.compare_market(acting_user=clerk, market="eu", on=MADE)
    assert (found.our_limits, found.their_limits) == (2, 4)
    assert (found.our_substances, found.their_substances) == (2, 3)
    assert counts(found) == {"LAXER": 1, "EQUAL": 1, "GAP": 1, "NOT_COMPARABLE": 1}
    laxer = questions.lines_of(found).get(finding=Finding.LAXER)
    assert (laxer.substance, laxer.ratio) == (libraries.chlorpyrifos, 100)
    assert (laxer.our_node, laxer.their_node) == (libraries.leek, libraries.leeks)
    unmapped = questions.lines_of(found).get(finding=Finding.NOT_COMPARABLE)
    assert "nobody mapped" in unmapped.why
    by_finding = {one.finding: one for one in questions.headline(found).counts}
    assert by_finding[Finding.LAXER].limits == 1
    assert by_finding[Finding.GAP].substances == 1


def test_without_a_mapping_nothing_is_compared(clerk: User, libraries: Libraries) -> None:
    found = services.compare_market(acting_user=clerk, market="eu")
    assert counts(found) == {"NOT_COMPARABLE": 4}


def test_a_comparison_says_when_it_is_stale_and_is_made_anew(
    clerk: User, libraries: Libraries
) -> None:
    first = services.compare_market(acting_user=clerk, market="eu")
    assert not questions.headline(first).stale
    services.map_foods(acting_user=clerk, rows=[pair()])
    assert questions.headline(first).stale
    services.compare_market(acting_user=clerk, market="eu")
    only = questions.comparison_of("eu")
    assert only is not None
    assert only.pk != first.pk
    assert Comparison.objects.count() == 1
    assert not questions.headline(only).stale
    mapping = FoodMapping.objects.get()
    services.unmap_foods(acting_user=clerk, mapping_id=mapping.pk, reason="wrong")
    assert questions.headline(only).stale
    with pytest.raises(NotKnown):
        services.unmap_foods(acting_user=clerk, mapping_id=mapping.pk, reason="again")


def test_a_market_nobody_loaded_and_a_person_without_the_right(
    cast: Cast, clerk: User, libraries: Libraries
) -> None:
    assert questions.markets() == ["eu"]
    with pytest.raises(NotKnown):
        services.compare_market(acting_user=clerk, market="jp")
    with pytest.raises(Refused):
        services.compare_market(acting_user=cast.wang, market="eu")
    with pytest.raises(Refused):
        services.map_foods(acting_user=cast.wang, rows=[pair()])
    assert questions.comparison_of("eu") is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"our_food": "白菜"}, "our food category"),
        ({"their_food": "kale"}, "their food category"),
        ({"their_standard": "GB 2763", "their_food": "韭菜"}, "stands for itself"),
    ],
)
def test_a_mapping_of_unknown_foods_is_refused(
    clerk: User, libraries: Libraries, values: dict[str, object], message: str
) -> None:
    (error,) = services.checked_mappings([pair(**values)])
    assert message in str(error)
    with pytest.raises(BadInput):
        services.map_foods(acting_user=clerk, rows=[pair(**values)])
    assert not FoodMapping.objects.exists()


def test_our_own_limits_are_searched_for_conflicts(clerk: User, libraries: Libraries) -> None:
    with unguarded("set-up"):
        other = standard("GB 2762", "cn")
        vegetables = node(other, "新鲜蔬菜")
        limit(other, libraries.lead, vegetables, "≤0.1mg/kg")
        limit(other, libraries.chlorpyrifos, vegetables, "≤1000μg/kg")
    across = pair(their_standard="GB 2762", their_food="新鲜蔬菜")
    services.map_foods(acting_user=clerk, rows=[across])
    found = services.compare_market(acting_user=clerk, market="cn")
    assert counts(found) == {"CONFLICT": 1, "DUPLICATE": 1}
    conflict = questions.lines_of(found).get(finding=Finding.CONFLICT)
    assert conflict.substance == libraries.lead
    assert str(found) == "cn"


def test_what_an_export_lot_must_meet_besides(clerk: User, libraries: Libraries) -> None:
    services.map_foods(acting_user=clerk, rows=[pair()])
    asked = questions.export_demands("韭菜", "", "eu", MADE)
    assert [(one.substance.key, str(one.finding)) for one in asked.extra] == [
        ("毒死蜱", "LAXER"), ("敌草隆", "GAP"),
    ]  # fmt: skip
    assert [one.substance.key for one in asked.met] == ["铅"]
    assert asked.extra[0].ratio == 100
    assert asked.extra[1].ours is None
    assert [one.code for one in asked.their_places] == ["leeks"]
    nowhere = questions.export_demands("砖", "", "eu", MADE)
    assert (nowhere.our_places, nowhere.extra, nowhere.met) == ([], [], [])


def test_their_tree_is_reached_by_words_where_nobody_mapped(libraries: Libraries) -> None:
    with unguarded("set-up"):
        libraries.leeks.words = ["韭菜"]
        libraries.leeks.save(update_fields=["words"])
    asked = questions.export_demands("韭菜", "", "eu", MADE)
    assert len(asked.extra) == 2


def test_legal_here_illegal_there_blocks_for_that_market_only(libraries: Libraries) -> None:
    goods = Goods("韭菜", nodes=[("GB 2763", "韭菜"), ("EU 396/2005", "leeks")])
    found = questions.standing_on_markets(goods, "毒死蜱", "0.5", "mg/kg", MADE)
    assert [(one.market, one.judgement.outcome, one.blocked) for one in found] == [
        ("cn", "合格", False), ("eu", "不合格", True),
    ]  # fmt: skip
    assert "≤10μg/kg" in found[1].judgement.reason_zh
    clean = questions.standing_on_markets(goods, "毒死蜱", "0.005", "mg/kg", MADE, wanted=["eu"])
    assert [(one.market, one.blocked) for one in clean] == [("eu", False)]


def test_a_market_without_a_limit_blocks_nothing_and_says_so(libraries: Libraries) -> None:
    goods = Goods("韭菜", nodes=[("GB 2763", "韭菜"), ("EU 396/2005", "leeks")])
    home, eu = questions.standing_on_markets(goods, "敌草隆", "1", "mg/kg", MADE)
    assert (home.blocked, home.judgement.outcome) == (False, "需人工")
    assert eu.blocked


def test_items_without_a_limit_are_counted(cast: Cast) -> None:
    asked = [("敌草隆", "韭菜", "substance_unknown")]
    with clock.at(clock.now()):
        services.note_items_without_limit(acting_user=cast.system, items=asked * 2)
        services.note_items_without_limit(acting_user=cast.system, items=asked)
    one = UnlimitedItem.objects.get()
    assert (one.times, one.first_on, one.last_on) == (2, clock.today(), clock.today())
    assert str(one) == "敌草隆 / 韭菜"


def test_editions_due_for_review(libraries: Libraries) -> None:
    old = questions.editions_by_age(MADE).filter(questions.review_due(MADE))
    assert [one.code for one in old] == ["GB 2763-1"]
    assert questions.review_years(MADE) == 5
    assert not questions.editions_by_age(MADE).filter(questions.review_due(date(2024, 1, 1)))


def test_the_command_compares_and_prints_the_counts(libraries: Libraries, clerk: User) -> None:
    services.map_foods(acting_user=clerk, rows=[pair()])
    facts = compared("eu")
    assert facts["counts"]["LAXER"] == {"lines": 1, "limits": 1, "substances": 1}
    assert facts["their_limits"] == 4
    with pytest.raises(ClickException, match="No limit of this market"):
        compared("jp")


def test_invented_limits_are_all_answered() -> None:
    answer = CliRunner().invoke(bench_compare, ["--json", "--limits", "2000"])
    facts = json.loads(answer.output)
    assert facts["foreign_limits"] == 2000
    assert sum(facts["counts"].values()) == facts["rows"] >= 2000
    assert "limits/s" in CliRunner().invoke(bench_compare, ["--limits", "500"]).output
