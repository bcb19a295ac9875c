"""A changed limit never changes an old verdict: results are judged anew beside it (T10)."""

from datetime import date

import pytest
from django.test import Client

from tests import factories as make
from tests import factories_response as story
from tests.casting import Cast
from zhian.fieldwork.sampling import policies, services
from zhian.fieldwork.sampling.models import TestReport, TestResult
from zhian.fieldwork.sampling.services import ResultInput
from zhian.fieldwork.sampling.vocabulary import Outcome
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel.errors import BadInput, NotKnown, Refused
from zhian.kernel.exchange import Row
from zhian.registry.standards import selectors as standards_selectors
from zhian.registry.standards import services as standards
from zhian.registry.standards.models import Edition
from zhian.registry.standards.vocabulary import Table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(cast: Cast) -> None:
    standards.load_starter_limits(acting_user=cast.system)


@pytest.fixture
def clerk(cast: Cast) -> User:
    return make.officer("biao", at=cast.office, roles=[Role.STANDARDS_CLERK]).user


def as_user(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def signed(cast: Cast, result: ResultInput) -> TestReport:
    return story.signed(cast, story.shop(), result)


def new_edition(cast: Cast, limit: str) -> Edition:
    """A stricter announcement imported late, for goods already made."""
    row = {
        "standard": "公告2011-10", "edition": "公告2011-10-2026", "substance": "三聚氰胺",
        "effective_from": date(2020, 1, 1), "food_code": "infant_formula", "limit": limit,
        "grade": "M",
    }  # fmt: skip
    rows = [Row(2, row), Row(3, row | {"food_code": "other_food", "limit": limit})]
    edition = standards.import_table(acting_user=cast.system, table=Table.GENERAL, rows=rows)
    assert edition is not None
    standards.activate_edition(acting_user=cast.system, edition_id=edition.pk)
    return edition


def test_a_stricter_edition_reports_what_would_fail_and_rewrites_nothing(
    cast: Cast, clerk: User
) -> None:
    report = signed(cast, ResultInput("三聚氰胺", "0.5", "mg/kg"))
    before = report.results.get()
    assert before.outcome == Outcome.CONFORMING
    edition = new_edition(cast, "≤0.1mg/kg")
    made = services.rejudge_reports(acting_user=clerk, edition_id=edition.pk, reason="新版施行")
    assert (made.judged, made.differing) == (1, 1)
    line = made.lines.get()
    assert (line.outcome_before, line.outcome_now) == (Outcome.CONFORMING, Outcome.NONCONFORMING)
    assert (line.limit_before, line.limit_now) == ("≤1mg/kg", "≤0.1mg/kg")
    assert line.proof["steps"]
    after = TestResult.objects.get(pk=before.pk)
    assert (after.outcome, after.clause, after.proof) == (
        before.outcome, before.clause, before.proof,
    )  # fmt: skip
    entry = Entry.objects.filter(kind="sampling.reports.rejudged").get()
    assert (entry.data["judged"], entry.data["other"]) == (1, 1)
    assert list(policies.rejudgements_visible_to(clerk)) == [made]
    assert not policies.rejudgements_visible_to(cast.wang)


def test_judging_anew_needs_a_clerk_a_reason_and_an_edition_in_force(
    cast: Cast, clerk: User
) -> None:
    edition = standards_selectors.binding_editions()[0]
    with pytest.raises(Refused):
        services.rejudge_reports(acting_user=cast.wang, edition_id=edition.pk, reason="x")
    with pytest.raises(BadInput):
        services.rejudge_reports(acting_user=clerk, edition_id=edition.pk, reason=" ")
    with pytest.raises(NotKnown):
        services.rejudge_reports(acting_user=clerk, edition_id=0, reason="x")


def test_only_goods_the_edition_binds_are_judged_anew(cast: Cast, clerk: User) -> None:
    signed(cast, ResultInput("三聚氰胺", "0.5", "mg/kg"))
    ended = Edition.objects.get(code="GB 2762-2022")
    made = services.rejudge_reports(acting_user=clerk, edition_id=ended.pk, reason="核对")
    assert made.differing == 0


def test_the_laboratorys_own_verdict_stands_beside_ours_and_a_difference_is_a_finding(
    cast: Cast,
) -> None:
    passed = ResultInput("三聚氰胺", "0.5", "mg/kg", laboratory_outcome=Outcome.CONFORMING)
    agreed = signed(cast, passed).results.get()
    assert not agreed.laboratory_differs
    assert Entry.objects.filter(kind="sampling.report.signed").get().data[
        "laboratory_disagrees"
    ] == []  # fmt: skip


def test_a_laboratory_that_passes_what_fails_is_told_of(cast: Cast) -> None:
    wrong = ResultInput("三聚氰胺", "2563", "mg/kg", laboratory_outcome=Outcome.CONFORMING)
    report = signed(cast, wrong)
    result = report.results.get()
    assert (result.outcome, result.laboratory_outcome) == (
        Outcome.NONCONFORMING, Outcome.CONFORMING,
    )  # fmt: skip
    assert result.laboratory_differs
    entry = Entry.objects.filter(kind="sampling.report.signed").get()
    assert entry.data["laboratory_disagrees"] == ["三聚氰胺"]
    told = [one for one in entry.happenings if "LaboratoryDisagreed" in str(one)]
    assert len(told) == 1
    assert '"laboratory":"CONFORMING"' in report.payload


def test_the_pages_of_judging_anew(cast: Cast, clerk: User) -> None:
    signed(cast, ResultInput("三聚氰胺", "0.5", "mg/kg"))
    edition = new_edition(cast, "≤0.1mg/kg")
    client = as_user(clerk)
    assert client.get("/samples/rejudgements/").status_code == 200
    done = client.post(
        "/samples/rejudgements/new/", {"edition": edition.pk, "reason": "新版施行"}, follow=True
    )
    page = done.content.decode()
    assert "≤0.1mg/kg" in page
    assert done.redirect_chain
    assert client.get("/samples/rejudgements/999999/").status_code == 404
    assert as_user(cast.wang).get("/samples/rejudgements/").status_code == 403
