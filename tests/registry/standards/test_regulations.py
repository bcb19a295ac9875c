"""The library of law: loaded, searched, read as of a day, linked with the rule packs."""

from datetime import date

import pytest

from tests import factories as make
from tests.casting import Cast
from zhian.chain.events.engine.profiles import PROFILES
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel import rules
from zhian.kernel.errors import BadInput
from zhian.kernel.exchange import Row
from zhian.registry.standards import services
from zhian.registry.standards.models import Article, Regulation, RegulationVersion
from zhian.registry.standards.selectors import regulations

# citations that name no law of the library: platform defaults, design decisions, law of other
# countries, source texts of the campaign (the fields of the ledgers are derived from these)
NO_LAW = {
    "duty_terms_master_data",
    "fsma204_first_hands",
    "departments",
    "duty_cards",
    "duty_terms",
    "duty_terms_standards",
    "fsma204_harvesting",
    "fsma204_other_events",
    "jurisdictions",
    "ledger_events",
    "link_departments",
    "verdict_wording",
}


@pytest.fixture
def clerk(cast: Cast) -> User:
    return make.officer(cast.office, "biao", roles=[Role.STANDARDS_CLERK]).user


@pytest.mark.django_db
def test_every_rule_pack_resolves_to_a_law_or_is_listed_as_resting_on_none() -> None:
    # declared by a command of its room, not at start: imported here whatever runs before
    assert PROFILES in rules.kinds()
    assert {pack.id for pack in regulations.unresolved_packs()} == NO_LAW


@pytest.mark.django_db
def test_the_shipped_directory_is_loaded_once(cast: Cast) -> None:
    assert not regulations.regulations_loaded()
    made = services.load_regulations(acting_user=cast.system)
    assert made == Regulation.objects.count() > 20
    assert services.regulations_loaded()
    assert services.load_regulations(acting_user=cast.system) == 0


@pytest.mark.django_db
def test_the_law_is_read_as_in_force_on_a_day(cast: Cast) -> None:
    services.load_regulations(acting_user=cast.system)
    law = regulations.regulations().get(code="food_safety_law")
    old = regulations.version_on(law, date(2010, 1, 1))
    new = regulations.version_on(law, date(2026, 1, 1))
    assert old is not None
    assert new is not None
    assert (old.effective_from, new.effective_from) == (date(2009, 6, 1), date(2021, 4, 29))
    assert regulations.version_on(law, date(2000, 1, 1)) is None
    assert regulations.articles_of(None) == []
    assert 124 in [one.number for one in regulations.articles_of(new)]
    bound = regulations.regulations().filter(regulations.in_force_on(date(2008, 1, 1)))
    codes = {one.code for one in bound}
    assert "food_hygiene_law" in codes
    assert "food_safety_law" not in codes


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("特别规定", "special_rules_503"),
        ("Food Recall", "food_recall_measure"),
        ("第12号", "food_recall_measure"),
        ("九十日内作出处罚", "administrative_penalty_law"),
        ("recheck of a spot check", "product_quality_law"),
        ("Order 310", "crime_referral_regulation"),
    ],
)
def test_the_law_is_found_in_both_languages(cast: Cast, word: str, code: str) -> None:
    services.load_regulations(acting_user=cast.system)
    found = regulations.regulations().filter(regulations.regulations_matching(word))
    assert code in [one.code for one in found]


@pytest.mark.django_db
def test_a_law_shows_the_rule_packs_that_rest_on_it(cast: Cast) -> None:
    services.load_regulations(acting_user=cast.system)
    law = Regulation.objects.get(code="food_recall_measure")
    links = {link.pack.id: link.articles for link in regulations.packs_citing(law)}
    assert links["recall_food"] == (13, 15, 16, 18)
    assert "duty_terms_recall" in links
    assert all(link.title for link in regulations.packs_citing(law))


def row(**values: object) -> Row:
    facts: dict[str, object] = {
        "code": "metrology_law", "name_zh": "计量法", "kind": "LAW",
        "names": "中华人民共和国计量法", "version": "2018年修正",
        "effective_from": date(2018, 10, 26), "article": 9,
        "text_zh": "强制检定", "grade": "L",
    }  # fmt: skip
    return Row(2, facts | values)


@pytest.mark.django_db
def test_a_workbook_adds_laws_versions_and_articles(clerk: User) -> None:
    old = row(version="1985年", effective_from=date(1986, 7, 1), article=None, text_zh=None)
    services.import_regulations(acting_user=clerk, rows=[old, row()])
    services.import_regulations(
        acting_user=clerk, rows=[row(text_zh="强制检定的计量器具", names="计量法（2018）")]
    )
    law = Regulation.objects.get(code="metrology_law")
    assert law.names == ["计量法", "中华人民共和国计量法", "计量法（2018）"]
    first, second = RegulationVersion.objects.order_by("effective_from")
    assert (first.effective_to, second.effective_to) == (date(2018, 10, 25), None)
    assert Article.objects.get().text == "强制检定的计量器具"
    assert str(law) == "计量法"


@pytest.mark.django_db
def test_a_version_written_late_leaves_an_earlier_end_alone(clerk: User) -> None:
    ended = row(version="a", effective_from=date(2000, 1, 1), effective_to=date(2005, 1, 1))
    services.import_regulations(acting_user=clerk, rows=[ended, row()])
    first = RegulationVersion.objects.order_by("effective_from").first()
    assert first is not None
    assert first.effective_to == date(2005, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{"text_zh": None}, {"effective_to": date(2000, 1, 1)}])
def test_flawed_rows_of_law_are_refused(clerk: User, values: dict[str, object]) -> None:
    assert len(services.checked_regulations([row(**values)])) == 1
    with pytest.raises(BadInput):
        services.import_regulations(acting_user=clerk, rows=[row(**values)])
    assert not Regulation.objects.exists()
