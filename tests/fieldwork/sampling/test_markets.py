"""Legal here, illegal there: a lot that fails on a market cannot be declared for it (S087, T10)."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests import factories_response as story
from tests.casting import Cast
from tests.registry.standards.goods import activated, general
from zhian.fieldwork.sampling import policies, selectors, services
from zhian.fieldwork.sampling.models import MarketDeclaration, TestReport
from zhian.fieldwork.sampling.services import ResultInput
from zhian.fieldwork.sampling.web.forms import DeclareForm
from zhian.foundation.duties import selectors as duties
from zhian.foundation.duties.vocabulary import Deed, DutyState
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices.models import User
from zhian.kernel import outbox
from zhian.kernel.errors import BadInput, Conflict, Refused
from zhian.registry.standards import services as standards
from zhian.registry.standards.vocabulary import Table

pytestmark = pytest.mark.django_db
PASSES_HERE = ResultInput("三聚氰胺", "0.5", "mg/kg", "0.05")


@pytest.fixture(autouse=True)
def limits(cast: Cast) -> None:
    """Ours lets 1 mg/kg pass; a buyer's contract lets 0.1, another market 2 mg/kg pass."""
    standards.load_starter_limits(acting_user=cast.system)
    for market, demand in (("contract:acme", "≤0.1mg/kg"), ("codex", "≤2mg/kg")):
        row = general(
            standard=f"limits of {market}", edition=f"{market}-1", market=market,
            substance="三聚氰胺", food_path="婴幼儿配方食品", food_words="婴幼儿配方食品",
            limit=demand, clause="Art. 3", effective_from=date(2001, 1, 1), grade="M",
        )  # fmt: skip
        activated(cast.system, Table.GENERAL, [row])


def declare(cast: Cast, market: str, user: User | None = None) -> MarketDeclaration:
    return services.declare_for_market(
        acting_user=user or cast.wang,
        product_id=story.product().pk,
        lot_key=story.LOT,
        market=market,
    )


def reported(cast: Cast, *results: ResultInput) -> TestReport:
    return story.signed(cast, story.shop(), *results)


def test_what_is_legal_here_and_illegal_there_is_blocked_for_that_market_only(cast: Cast) -> None:
    report = reported(cast, PASSES_HERE)
    assert report.results.get().outcome == "CONFORMING"
    (block,) = selectors.blocks_for(story.LOT, "contract:acme")
    assert (block.item, block.result, block.limit, block.clause) == (
        "三聚氰胺", "0.5mg/kg", "≤0.1mg/kg", "contract:acme-1 Art. 3",
    )  # fmt: skip
    with translation.override("en"), pytest.raises(Conflict, match=r"Art\. 3.*0\.5"):
        declare(cast, "contract:acme")
    assert not MarketDeclaration.objects.exists()
    assert selectors.blocks_for(story.LOT, "codex") == []
    made = declare(cast, "codex")
    assert (made.results, made.stopped_at, made.office) == (1, None, cast.office)
    with translation.override("en"), pytest.raises(Conflict, match="declared for this market"):
        declare(cast, "codex")


def test_nothing_is_declared_for_a_market_without_limits_or_by_a_stranger(cast: Cast) -> None:
    with pytest.raises(BadInput):
        declare(cast, "jp")
    with pytest.raises(Refused):
        declare(cast, "codex", cast.chen)


def test_a_later_report_stops_the_lot_on_the_market_it_fails_on(cast: Cast) -> None:
    failing, free = declare(cast, "contract:acme"), declare(cast, "codex")
    assert failing.results == 0
    report = reported(cast, PASSES_HERE)
    outbox.drain()
    failing.refresh_from_db()
    free.refresh_from_db()
    assert failing.stopped_at is not None
    assert free.stopped_at is None
    assert failing.blocks[0]["clause"] == "contract:acme-1 Art. 3"
    (duty,) = duties.duties_about(failing)
    assert (duty.deed, duty.office, duty.officer) == (
        Deed.FOLLOW_UP_FINDING, cast.office, cast.wang,
    )  # fmt: skip
    assert "Art. 3" in duty.subject_label
    assert duty.subject_label.startswith(f"{story.product().name_zh} P0: ")
    assert services.stop_declared_lots(acting_user=cast.system, report_id=report.pk) == 0
    assert Entry.objects.filter(kind="sampling.market.stopped").count() == 2


def test_a_withdrawn_report_blocks_nothing(cast: Cast) -> None:
    report = reported(cast, PASSES_HERE)
    services.withdraw_report(acting_user=cast.chen, report_id=report.pk, reason="样品混淆")
    assert selectors.blocks_for(story.LOT, "contract:acme") == []


def test_the_pages_refuse_with_the_clause_and_list_what_is_declared(cast: Cast) -> None:
    reported(cast, PASSES_HERE)
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.wang)
    values = {"product": story.product().pk, "lot_text": "P0", "market": "contract:acme"}
    refused = client.post(reverse("sampling:declare"), values)
    assert refused.status_code == 422
    assert "contract:acme-1 Art. 3" in refused.content.decode()
    done = client.post(reverse("sampling:declare"), values | {"market": "codex"}, follow=True)
    assert "Codex Alimentarius" in done.content.decode()
    other = Client(headers={"accept-language": "en"})
    other.force_login(cast.zhao)
    assert story.LOT not in other.get(reverse("sampling:markets")).content.decode()
    assert list(policies.declarations_visible_to(cast.zhao)) == []


def test_without_limits_of_another_market_the_form_says_what_is_missing(cast: Cast) -> None:
    form = DeclareForm()
    form.offer([])
    with translation.override("en"):
        assert "have them imported" in str(form["market"].help_text)


def test_a_differing_verdict_reaches_the_office_that_drew_the_sample_once(cast: Cast) -> None:
    wrong = ResultInput("三聚氰胺", "0.5", "mg/kg", laboratory_outcome="NONCONFORMING")
    report = reported(cast, wrong)
    result = report.results.get()
    assert outbox.drain() >= 1
    (duty,) = duties.duties_about(result)
    assert (duty.office, duty.officer, duty.deed) == (
        cast.office, cast.wang, Deed.FOLLOW_UP_FINDING,
    )  # fmt: skip
    assert report.number in duty.subject_label
    assert duty.url == report.get_absolute_url()
    assert not services.note_disagreement(acting_user=cast.system, result_id=result.pk)
    assert duties.duties_about(result).count() == 1
    services.withdraw_report(acting_user=cast.chen, report_id=report.pk, reason="复核")
    duty.refresh_from_db()
    assert duty.state == DutyState.CANCELLED


def test_verdicts_that_agree_give_nobody_a_duty(cast: Cast) -> None:
    right = ResultInput("三聚氰胺", "0.5", "mg/kg", laboratory_outcome="CONFORMING")
    report = reported(cast, right)
    outbox.drain()
    assert not duties.duties_about(report.results.get()).exists()
