"""Pages of permits, tried by everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import factories_subjects as firms
from tests.casting import Cast
from zhian.foundation.offices.models import User
from zhian.registry.permits.models import Instrument
from zhian.registry.subjects.models import Site
from zhian.registry.subjects.vocabulary import OperatorKind

EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
SC = "SC10314012101087"


def as_user(user: User) -> Client:
    client = Client(**EN)  # type: ignore[arg-type]
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def mixer(cast: Cast) -> Site:
    return firms.site(firms.operator("福来饮品", OperatorKind.MIXER))


@pytest.fixture
def permit(cast: Cast, mixer: Site) -> Instrument:
    return firms.instrument(mixer, cast.office, "food_production", number=SC, scope=("饮料",))


def test_every_page_asks_to_sign_in(permit: Instrument) -> None:
    for page in ("", "new/", f"new/{permit.operator_id}/", f"{permit.pk}/", f"{permit.pk}/revoke/"):
        response = Client().get(f"/permits/{page}")
        assert response.status_code == 302, page


def test_the_list_shows_types_and_states_in_words(cast: Cast, permit: Instrument) -> None:
    firms.instrument(permit.site or firms.site(), cast.office, valid_to=date(2020, 1, 1))
    client = as_user(cast.wang)
    page = text(client.get("/permits/"))
    for words in ("food production licence", "food business licence", "Valid", "Expired", "饮料"):
        assert words in page
    assert "food_production</" not in page
    assert "Grant a permit" not in page
    page = text(client.get("/permits/", {"q": "flyp", "type_code": "food_production"}))
    assert SC in page
    assert SC not in text(client.get("/permits/", {"state": "REVOKED"}))
    assert SC not in text(as_user(cast.zhao).get("/permits/"))


def test_the_list_costs_few_queries(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for _number in range(55):
        firms.instrument(firms.site(), cast.office)
    client = as_user(cast.wang)
    client.get("/permits/")
    with django_assert_max_num_queries(8):
        assert "Page 1 of 2" in text(client.get("/permits/"))


def test_a_permit_is_granted_from_its_operator(cast: Cast, mixer: Site) -> None:
    client = as_user(cast.head)
    assert "Grant a permit" in text(client.get("/permits/"))
    assert f"/permits/new/{mixer.operator_id}/" in text(client.get("/permits/new/", {"q": "福来"}))
    address = f"/permits/new/{mixer.operator_id}/"
    page = text(client.get(address))
    assert "food production licence" in page
    assert "raw-milk" not in page  # another department issues it
    data = {
        "type_code": "food_production",
        "number": SC,
        "site": mixer.pk,
        "scope": "饮料；糖果制品",
        "valid_from": "2026-01-01",
    }
    wrong = client.post(address, data | {"number": "SC10314012101088"})
    assert (wrong.status_code, Instrument.objects.count()) == (422, 0)
    assert "check digit" in text(wrong)
    response = client.post(address, data)
    made = Instrument.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"/permits/{made.pk}/")
    assert (made.scope, made.accountable_office) == (["饮料", "糖果制品"], cast.office)
    assert client.post(address, data).status_code == 422


def test_who_may_not_grant_is_told_why(cast: Cast, mixer: Site) -> None:
    for person in (cast.wang, cast.jian):
        client = as_user(person)
        for page in ("/permits/new/", f"/permits/new/{mixer.operator_id}/"):
            assert client.get(page).status_code == 403
        assert client.post(f"/permits/new/{mixer.operator_id}/").status_code == 403
    assert as_user(cast.zhao).get(f"/permits/new/{mixer.operator_id}/").status_code == 404


def test_a_permit_s_page_offers_only_open_steps_to_the_office_that_answers(
    cast: Cast, permit: Instrument
) -> None:
    page = text(as_user(cast.head).get(f"/permits/{permit.pk}/"))
    for words in (
        "Suspend the permit",
        "Revoke the permit",
        "Legal basis",
        "What was decided when",
    ):
        assert words in page
    assert "Resume the permit" not in page
    page = text(as_user(cast.wang).get(f"/permits/{permit.pk}/"))
    assert "Suspend the permit" not in page
    assert "Only licensing officers" in page
    for person in (cast.zhao, cast.admin, cast.dian):
        assert as_user(person).get(f"/permits/{permit.pk}/").status_code == 404
    firms.clerk(cast.dian, permit.operator)
    assert as_user(cast.dian).get(f"/permits/{permit.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("suspend", "SUSPENDED"),
        ("revoke", "REVOKED"),
        ("withdraw", "WITHDRAWN"),
        ("cancel", "CANCELLED"),
    ],
)
def test_each_decision_shows_its_consequence_and_needs_a_reason(
    cast: Cast, permit: Instrument, step: str, state: str
) -> None:
    client, address = as_user(cast.head), f"/permits/{permit.pk}/{step}/"
    assert "福来饮品" in text(client.get(address))
    assert client.post(address, {"reason": ""}).status_code == 422
    permit.refresh_from_db()
    assert permit.state == "VALID"
    assert client.post(address, {"reason": "抽检不合格"}).status_code == 302
    permit.refresh_from_db()
    assert permit.state == state
    again = client.post(address, {"reason": "抽检不合格"})
    assert again.status_code == 422
    assert "抽检不合格" in text(client.get(f"/permits/{permit.pk}/"))


def test_a_suspended_permit_is_resumed(cast: Cast, permit: Instrument) -> None:
    client = as_user(cast.head)
    client.post(f"/permits/{permit.pk}/suspend/", {"reason": "x"})
    assert "Resume the permit" in text(client.get(f"/permits/{permit.pk}/"))
    client.post(f"/permits/{permit.pk}/resume/", {"reason": "x"})
    permit.refresh_from_db()
    assert permit.state == "VALID"


def test_decisions_that_do_not_exist_or_belong_to_others(cast: Cast, permit: Instrument) -> None:
    client = as_user(cast.head)
    for step in ("grant", "burn"):
        assert client.get(f"/permits/{permit.pk}/{step}/").status_code == 404
    for person, status in ((cast.wang, 403), (cast.sun, 403), (cast.jian, 403), (cast.zhao, 404)):
        response = as_user(person).post(f"/permits/{permit.pk}/revoke/", {"reason": "x"})
        assert response.status_code == status
    permit.refresh_from_db()
    assert permit.state == "VALID"


def test_a_type_nobody_knows_any_more_keeps_its_code(cast: Cast, mixer: Site) -> None:
    old = firms.instrument(mixer, cast.office, "grain_ration")
    page = text(as_user(cast.wang).get(f"/permits/{old.pk}/"))
    assert "grain_ration" in page
    assert "Legal basis" not in page
