"""Bearer tokens from the command line to the interface."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from ninja import NinjaAPI

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.offices import commands, services
from zhian.foundation.offices.api.auth import Bearer
from zhian.kernel import command_line

api = NinjaAPI(auth=Bearer(), urls_namespace="test-bearer")


@api.get("/who")
def who(request: HttpRequest) -> dict[str, str]:
    """Who the interface takes the caller for."""
    return {"user": request.user.username}  # type: ignore[union-attr]


@api.post("/say")
def say(request: HttpRequest) -> dict[str, str]:
    """Something that writes, or would."""
    return {"user": request.user.username}  # type: ignore[union-attr]


urlpatterns = [path("api/", api.urls), path("", include("zhian.foundation.offices.web.urls"))]


@pytest.fixture
def interface() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def token(cast: Cast) -> str:
    return services.issue_token(acting_user=cast.wang, user_id=cast.wang.pk, label="x")[1]


def test_a_token_opens_the_interface(interface: None, token: str) -> None:
    header = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert Client().get("/api/who", **header).json() == {"user": "wang"}
    assert Client(enforce_csrf_checks=True).post("/api/say", **header).json() == {"user": "wang"}


@pytest.mark.parametrize("header", ["", "Bearer zhian_wrong", "Basic d2FuZzp4"])
def test_without_a_good_token_a_machine_gets_401_as_a_problem(
    interface: None, token: str, header: str
) -> None:
    answer = Client().get("/api/who", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["status"] == 401


def test_a_session_reads_but_never_writes_at_a_machine_address(interface: None, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.wang)
    # django-ninja asks for the token even where the session would do
    assert client.get("/api/who").status_code == 401
    assert client.post("/api/say").status_code == 401


def test_the_description_of_the_interface_is_public(interface: None, db: None) -> None:
    assert Client().get("/api/openapi.json").status_code == 200


def test_the_bearer_class_knows_tokens(cast: Cast, token: str, rf: RequestFactory) -> None:
    request = rf.get("/")
    assert Bearer().authenticate(request, token) == cast.wang
    assert request.user == cast.wang
    assert Bearer().authenticate(request, "zhian_wrong") is None


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own database is open already: only the opening is left out."""
    monkeypatch.setattr(command_line, "open_data", lambda data: None)


def test_the_command_line_prints_a_token_once(
    opened: None, cast: Cast, interface: None, tmp_path: Path
) -> None:
    arguments = ["issue", "wang", "--label", "仓库", "--data", str(tmp_path)]
    result = CliRunner().invoke(commands.token, arguments)
    assert result.exit_code == 0, result.output
    raw = result.stdout.strip()
    assert raw.count("\n") == 0
    answer = Client().get("/api/who", HTTP_AUTHORIZATION=f"Bearer {raw}")
    assert answer.json() == {"user": "wang"}
    assert cast.wang.api_tokens.get().label == "仓库"


@pytest.mark.parametrize("name", ["nobody", "system", "away"])
def test_the_command_line_refuses_unknown_and_closed_accounts(
    opened: None, cast: Cast, tmp_path: Path, name: str
) -> None:
    away = make.user("away")
    services.lock_user(acting_user=cast.admin, user_id=away.pk, reason="x")
    result = CliRunner().invoke(commands.token, ["issue", name, "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stdout == ""
