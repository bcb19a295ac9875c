"""The REST interface: bearer tokens, jurisdiction, problems, and an OpenAPI that tells it all."""

import json
from decimal import Decimal

import pytest
from django.test import Client

from tests.incident import Incident
from zhian.foundation.offices import services as offices
from zhian.foundation.offices.models import User


def client_of(user: User) -> Client:
    """A client that carries the user's own token."""
    _token, raw = offices.issue_token(acting_user=user, user_id=user.pk, label="test")
    return Client(headers={"authorization": f"Bearer {raw}"})


def test_the_interface_describes_itself_without_a_token(db: None) -> None:
    found = Client().get("/api/openapi.json").json()
    assert {"/api/me", "/api/alerts", "/api/recalls/{recall_id}/progress"} <= set(found["paths"])


@pytest.mark.parametrize("path", ["/api/me", "/api/alerts", "/api/recalls", "/api/operators"])
def test_a_stranger_gets_a_401_problem(db: None, path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 401
    assert response.headers["content-type"].startswith("application/problem+json")


def test_who_am_i(running: Incident) -> None:
    found = client_of(running.users["wang"]).get("/api/me").json()
    assert (found["username"], found["kind"]) == ("wang", "OFFICER")
    assert found["office_code"].startswith("qts")


def test_alerts_of_my_territory_only(running: Incident) -> None:
    wang = client_of(running.users["wang"])
    (found,) = wang.get("/api/alerts", {"state": running.alert.state}).json()
    assert found["number"] == running.alert.number
    assert wang.get(f"/api/alerts/{running.alert.pk}").json() == found
    assert wang.get("/api/alerts", {"lot": "none"}).json() == []
    assert wang.get("/api/alerts", {"before": running.alert.pk}).json() == []
    zhao = client_of(running.users["zhao"])
    assert zhao.get("/api/alerts").json() == []
    problem = zhao.get(f"/api/alerts/{running.alert.pk}")
    assert (problem.status_code, problem.json()["status"]) == (404, 404)


def test_a_recall_and_its_balance(running: Incident) -> None:
    wang = client_of(running.users["wang"])
    (found,) = wang.get("/api/recalls").json()
    assert wang.get(f"/api/recalls/{found['id']}").json() == found
    balance = wang.get(f"/api/recalls/{found['id']}/progress").json()["total"]
    orders = wang.get(f"/api/recalls/{found['id']}/orders").json()
    assert balance["holders"] == len(orders)
    assert Decimal(balance["recalled_kg"]) == sum(Decimal(one["ordered_kg"]) for one in orders)
    assert client_of(running.users["dian"]).get("/api/recalls/999").status_code == 404


def test_a_holder_answers_by_its_own_program(running: Incident) -> None:
    dian = client_of(running.users["dian"])
    (order,) = dian.get(f"/api/recalls/{running.recall.pk}/orders").json()
    url = f"/api/recalls/orders/{order['id']}"
    assert dian.post(f"{url}/acknowledge").json()["acknowledged_at"]
    assert dian.post(f"{url}/acknowledge").status_code == 409
    wrong = dian.post(f"{url}/count", json.dumps({"counted_kg": "many"}), "application/json")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"].endswith("counted_kg")
    done = dian.post(f"{url}/count", json.dumps({"counted_kg": "1.5"}), "application/json")
    assert Decimal(done.json()["counted_kg"]) == Decimal("1.5")


def test_operators_are_found_by_name_and_kind(running: Incident) -> None:
    wang = client_of(running.users["wang"])
    mixer = running.seeded.world.firms["mixer0"]
    (found,) = wang.get("/api/operators", {"search": mixer.name_zh, "kind": "MIXER"}).json()
    assert found["uscc"] == mixer.uscc
    assert wang.get(f"/api/operators/{found['id']}").json() == found
    assert client_of(running.users["zhao"]).get(f"/api/operators/{found['id']}").status_code == 404


def test_a_body_that_is_not_json_is_a_problem(running: Incident) -> None:
    response = client_of(running.users["dian"]).post(
        "/api/recalls/orders/1/count", "{", "application/json"
    )
    assert response.status_code == 400
    assert response.json()["type"].startswith("urn:zhian:problem:")
