"""REST of questions across standards, the programme and the library of law."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from tests.casting import Cast
from tests.registry.standards.test_questions import Libraries, libraries, pair
from zhian.foundation.offices import services as offices
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role
from zhian.registry.standards import services
from zhian.registry.standards.services import Proposal
from zhian.registry.standards.vocabulary import ProjectKind

pytestmark = pytest.mark.django_db
__all__ = ["libraries"]


@pytest.fixture
def clerk(cast: Cast) -> User:
    return make.officer(cast.office, "biao", roles=[Role.STANDARDS_CLERK]).user


def ask(client: Client, path: str, **query: str) -> Any:
    answer = client.get(f"/api/standards/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def caller(cast: Cast) -> Client:
    _token, text = offices.issue_token(acting_user=cast.wang, user_id=cast.wang.pk, label="test")
    return Client(headers={"authorization": f"Bearer {text}"})


def test_comparisons_with_counts_and_their_rows(
    caller: Client, clerk: User, libraries: Libraries
) -> None:
    services.map_foods(acting_user=clerk, rows=[pair()])
    services.compare_market(acting_user=clerk, market="eu")
    (found,) = ask(caller, "comparisons")
    assert (found["market"], found["their_limits"], found["stale"]) == ("eu", 4, False)
    assert {one["finding"]: one["lines"] for one in found["counts"]}["LAXER"] == 1
    (row,) = ask(caller, "comparisons/eu/rows", finding="LAXER")
    assert (row["ratio"], row["theirs"]["demand"]) == (100, "≤10μg/kg")
    gap = ask(caller, "comparisons/eu/rows", finding="GAP")[0]
    assert gap["ours"] is None
    assert ask(caller, "comparisons/eu/rows", after=str(10**9)) == []
    assert caller.get("/api/standards/comparisons/jp/rows").status_code == 404
    assert caller.get("/api/standards/comparisons/eu/rows?finding=ODD").status_code == 422


def test_export_demands_and_standings(caller: Client, clerk: User, libraries: Libraries) -> None:
    services.map_foods(acting_user=clerk, rows=[pair()])
    found = ask(caller, "export-demands", product="韭菜", market="eu", on="2026-10-01")
    assert [one["finding"] for one in found["extra"]] == ["LAXER", "GAP"]
    assert found["their_foods"] == ["leeks"]
    assert caller.get("/api/standards/export-demands?product=x&market=mars").status_code == 404
    asked = {"item": "毒死蜱", "result": "2", "unit": "mg/kg", "product": "韭菜"}
    home, eu = ask(caller, "standing", **asked)
    assert (home["outcome"], home["blocked"]) == ("不合格", True)
    assert eu["blocked"] is False


def test_projects_and_law(caller: Client, cast: Cast, clerk: User) -> None:
    services.load_regulations(acting_user=cast.system)
    proposal = Proposal(
        number="2026-1", year=2026, kind=ProjectKind.MAKING, title_zh="甲",
        due_on=date(2026, 12, 31), office=cast.office,
    )  # fmt: skip
    services.propose_project(acting_user=clerk, proposal=proposal)
    assert [one["number"] for one in ask(caller, "projects", year="2026", stage="PROPOSAL")] == [
        "2026-1"
    ]
    assert ask(caller, "projects", year="2025") == []
    (law,) = ask(caller, "regulations", on="2010-01-01", search="食品安全法 Food Safety Law")
    assert law["effective_from"] == "2009-06-01"
    (later,) = ask(caller, "regulations", search="食品卫生法 Hygiene")
    assert later["version"] is None


def test_without_a_token_nothing_is_said() -> None:
    for path in ("comparisons", "projects", "regulations"):
        assert Client().get(f"/api/standards/{path}").status_code == 401
