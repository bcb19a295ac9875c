"""The pages, each tried seven ways: works, wrong method, stranger, no right, bad input, twice."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.offices import selectors, services
from zhian.foundation.offices.models import Delegation, Office, Officer, User
from zhian.foundation.offices.web.middleware import bearer_token

EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
ADMIN_ONLY = ["offices:users", "offices:user_create"]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def ming(cast: Cast) -> User:
    return make.user("ming", "小明", password=make.PASSWORD)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["Sign in", "User name", "Password"]), ("zh-CN", ["登录", "用户名", "密码"])],
)
def test_the_sign_in_page_speaks_both_languages(
    db: None, client: Client, language: str, words: list[str]
) -> None:
    page = client.get("/sign-in/", HTTP_ACCEPT_LANGUAGE=language)
    assert page.status_code == 200
    for word in words:
        assert word in text(page)


def test_signing_in_leads_back_to_where_one_wanted_to_go(ming: User, client: Client) -> None:
    away = client.get("/offices/?level=3")
    assert away.status_code == 302
    assert away.headers["Location"] == "/sign-in/?next=%2Foffices%2F%3Flevel%3D3"
    page = client.get(away.headers["Location"])
    assert 'value="/offices/?level=3"' in text(page)
    data = {"username": "ming", "password": make.PASSWORD, "next": "/offices/?level=3"}
    answer = client.post("/sign-in/", data)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/offices/?level=3")
    assert "zhian_language" not in answer.cookies  # the browser decides until somebody chooses
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(
    "bad", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_signing_in_never_leads_to_another_site(ming: User, client: Client, bad: str) -> None:
    data = {"username": "ming", "password": make.PASSWORD, "next": bad}
    assert client.post("/sign-in/", data).headers["Location"] == "/"


def test_a_wrong_password_says_so_and_starts_no_session(ming: User, client: Client) -> None:
    answer = client.post("/sign-in/", {"username": "ming", "password": "wrong"}, **EN)
    assert answer.status_code == 422
    assert "The user name or the password is wrong." in text(answer)
    assert client.get("/me/").status_code == 302


def test_an_incomplete_form_is_refused(db: None, client: Client) -> None:
    assert client.post("/sign-in/", {"username": "ming"}).status_code == 422


def test_signing_out_ends_the_session_and_may_be_repeated(ming: User) -> None:
    client = signed_in(ming)
    assert client.get("/sign-out/").status_code == 405
    for _time in range(2):
        assert client.post("/sign-out/").status_code == 302
    assert client.get("/me/").status_code == 302


def test_a_part_of_a_page_asked_by_htmx_reloads_as_a_whole(db: None, client: Client) -> None:
    answer = client.get("/offices/", HTTP_HX_REQUEST="true")
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/sign-in/?next=")


def test_a_new_password_ends_the_other_sessions(ming: User) -> None:
    here, elsewhere = signed_in(ming), signed_in(ming)
    data = {"old": make.PASSWORD, "new": "an-own-password", "again": "an-own-password"}
    assert here.post("/me/password/", data).status_code == 302
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


@pytest.mark.parametrize(
    "data",
    [
        {"old": "wrong", "new": "an-own-password", "again": "an-own-password"},
        {"old": make.PASSWORD, "new": "an-own-password", "again": "another-password"},
        {"old": make.PASSWORD, "new": "short", "again": "short"},
        {},
    ],
)
def test_a_refused_password_is_explained_beside_the_field(ming: User, data: dict[str, str]) -> None:
    answer = signed_in(ming).post("/me/password/", data)
    assert answer.status_code == 422
    assert "invalid-feedback" in text(answer)
    ming.refresh_from_db()
    assert ming.check_password(make.PASSWORD)


def test_a_reset_password_must_be_changed_before_anything_else(cast: Cast, ming: User) -> None:
    services.reset_password(acting_user=cast.admin, user_id=ming.pk)
    ming.refresh_from_db()
    client = signed_in(ming)
    answer = client.get("/offices/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/password/")
    assert client.get("/me/password/").status_code == 200


def test_a_locked_account_is_out_at_once(cast: Cast, ming: User) -> None:
    client = signed_in(ming)
    services.lock_user(acting_user=cast.admin, user_id=ming.pk, reason="x")
    assert client.get("/me/").status_code == 302


def test_my_account_shows_post_language_and_tokens(cast: Cast) -> None:
    client = signed_in(cast.wang)
    page = text(client.get("/me/", **EN))
    assert "Quality and Technical Supervision Bureau of Zhengding County" in page
    answer = client.post("/me/language/", {"language": "en"})
    assert answer.cookies["zhian_language"].value == "en"
    assert client.post("/me/language/", {"language": "tlh"}).status_code == 422
    made = client.post("/me/tokens/", {"label": "warehouse"})
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    token = cast.wang.api_tokens.get()
    assert token.prefix in text(made)
    assert "warehouse" in text(client.get("/me/"))
    assert client.post("/me/tokens/", {"label": ""}).status_code == 422
    stranger = signed_in(cast.li)
    url = reverse("offices:token_revoke", args=[token.pk])
    assert stranger.post(url).status_code == 404
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 409
    assert "warehouse" in text(client.get("/me/"))


def test_a_machine_shows_its_token_and_nothing_else(cast: Cast, rf: Any) -> None:
    _token, raw = services.issue_token(acting_user=cast.wang, user_id=cast.wang.pk, label="x")
    client = Client()
    refused = client.get("/api/nothing-here")
    assert refused.status_code in (401, 404)
    with_token = client.get("/api/nothing-here", HTTP_AUTHORIZATION=f"Bearer {raw}")
    assert with_token.status_code == 404
    for header in ("Basic abc", "Bearer", "Bearer  ", ""):
        assert bearer_token(rf.get("/", HTTP_AUTHORIZATION=header)) is None
    assert bearer_token(rf.get("/", HTTP_AUTHORIZATION=f"bearer {raw} ")) == raw


def test_the_list_of_offices_is_for_those_who_work_here(cast: Cast) -> None:
    page = text(signed_in(cast.wang).get("/offices/?q=正定"))
    assert "正定县质量技术监督局" in page
    assert "灵寿县质量技术监督局" not in page
    english = text(signed_in(cast.wang).get("/offices/?department=qts&level=3", **EN))
    assert "Quality and Technical Supervision Bureau of Lingshou County" in english
    assert "没有符合条件" in text(signed_in(cast.dian).get("/offices/"))
    export = signed_in(cast.wang).get("/offices/?export=xlsx")
    assert export.headers["Content-Type"].startswith("application/vnd.openxml")
    export.close()


def test_an_office_shows_people_superior_and_coverage(cast: Cast) -> None:
    services.load_departments(acting_user=cast.admin)
    url = reverse("offices:office", args=[cast.office.pk])
    page = text(signed_in(cast.wang).get(url, **EN))
    for word in (
        "王建国",
        "周国强",
        "Shijiazhuang",
        "Frontline supervisor",
        "Processed food",
        "Head",
    ):
        assert word in page
    assert "Delegate field work" not in page
    assert "Delegate field work" in text(signed_in(cast.head).get(url, **EN))
    assert signed_in(cast.dian).get(url).status_code == 404
    assert signed_in(cast.wang).get("/offices/0/").status_code == 404
    assert Client().get(url).status_code == 302
    port = reverse("offices:office", args=[make.office("qts", None).pk])
    assert signed_in(cast.wang).get(port).status_code == 200


def test_the_head_delegates_and_ends_by_the_pages(cast: Cast) -> None:
    url = reverse("offices:delegate", args=[cast.office.pk])
    data = {
        "to_office": "qts-130126",
        "matter": "巡查",
        "document_ref": "〔2026〕3号",
        "since": "2026-01-01",
    }
    client = signed_in(cast.head)
    assert client.get(url).status_code == 200
    assert signed_in(cast.wang).get(url).status_code == 403
    assert signed_in(cast.wang).post(url, data).status_code == 403
    assert not Delegation.objects.exists()
    for wrong in ({"to_office": "none"}, {"until": "2025-01-01"}, {"matter": ""}):
        assert client.post(url, data | wrong).status_code == 422
    assert client.post(url, data).status_code == 302
    act = Delegation.objects.get()
    office_page = reverse("offices:office", args=[cast.office.pk])
    assert "〔2026〕3号" in text(client.get(office_page))
    end = reverse("offices:delegation_end", args=[act.pk])
    assert client.get(end).status_code == 405
    assert signed_in(cast.zhao).post(end).status_code == 403
    assert client.post(end).status_code == 302
    assert client.post(end).status_code == 409


def test_an_administrator_opens_an_office(cast: Cast) -> None:
    data = {
        "code": "ciq-port-1",
        "name_zh": "口岸办事处",
        "name_en": "Port office",
        "department": "ciq",
        "level": "2",
        "superior": "ciq-13",
    }
    client = signed_in(cast.admin)
    url = reverse("offices:create")
    assert client.get(url).status_code == 200
    for wrong in ({"superior": "none"}, {"region_code": "999999"}, {"code": "qts-13"}):
        assert client.post(url, data | wrong).status_code == 422
    assert signed_in(cast.head).post(url, data).status_code == 403
    assert not Office.objects.filter(code="ciq-port-1").exists()
    assert client.post(url, data).status_code == 302
    assert Office.objects.get(code="ciq-port-1").superior == cast.port_office
    assert client.post(url, data).status_code == 422


@pytest.mark.parametrize("name", ADMIN_ONLY)
def test_accounts_are_a_page_for_administrators(cast: Cast, name: str) -> None:
    url = reverse(name)
    assert signed_in(cast.admin).get(url).status_code == 200
    for person in (cast.wang, cast.head, cast.jian, cast.dian):
        assert signed_in(person).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_the_list_of_accounts_tells_state_and_post(cast: Cast) -> None:
    services.lock_user(acting_user=cast.admin, user_id=cast.li.pk, reason="x")
    page = text(signed_in(cast.admin).get("/users/", **EN))
    for word in ("王建国", "Locked", "Account open", "Operator&#x27;s clerk", "Create an account"):
        assert word in page


def test_an_account_from_creation_to_a_post_and_out(cast: Cast) -> None:
    client = signed_in(cast.admin)
    data = {"username": "hong", "display_name": "红", "kind": "OFFICER", "language": "zh-hans"}
    assert client.post("/users/new/", data | {"username": "不行"}).status_code == 422
    made = client.post("/users/new/", data)
    assert made.status_code == 201
    assert client.post("/users/new/", data).status_code == 422
    hong = User.objects.get(username="hong")
    assert hong.must_change_password
    page = reverse("offices:user", args=[hong.pk])
    assert client.get(page).status_code == 200
    assert client.get("/users/0/").status_code == 404
    appoint = reverse("offices:user_appoint", args=[hong.pk])
    post = {
        "office": "qts-130126",
        "title_zh": "科员",
        "title_en": "Officer",
        "roles": ["R09"],
        "since": "2026-01-01",
    }
    assert client.get(appoint).status_code == 200
    assert client.post(appoint, post | {"office": "none"}).status_code == 422
    assert client.post(appoint, post | {"roles": []}).status_code == 422
    assert client.post(appoint, post).status_code == 302
    assert Officer.objects.get(user=hong).office == cast.other_office
    assert "一线监管执法人员" in text(client.get(page))
    end = reverse("offices:user_end_post", args=[hong.pk])
    assert client.post(end).status_code == 302
    assert client.post(end).status_code == 409
    nobody = reverse("offices:user_end_post", args=[cast.dian.pk])
    assert client.post(nobody).status_code == 404


def test_locking_unlocking_and_resetting_by_the_page(cast: Cast) -> None:
    client = signed_in(cast.admin)
    lock, unlock, reset = (
        reverse(f"offices:user_{deed}", args=[cast.wang.pk]) for deed in ("lock", "unlock", "reset")
    )
    assert client.get(lock).status_code == 405
    assert client.post(lock, {"reason": ""}).status_code == 422
    assert client.post(lock, {"reason": "离职"}).status_code == 302
    assert client.post(lock, {"reason": "离职"}).status_code == 409
    assert "解锁账号" in text(client.get(reverse("offices:user", args=[cast.wang.pk])))
    assert client.post(unlock).status_code == 302
    shown = client.post(reset)
    assert shown.status_code == 201
    assert shown.headers["Cache-Control"] == "no-store"
    for url in (lock, unlock, reset):
        assert signed_in(cast.head).post(url, {"reason": "x"}).status_code == 404
    found = selectors.user_by_name("wang")
    assert found is not None
    assert found.is_active


def test_the_leading_group_changes_the_owner_of_a_task(cast: Cast) -> None:
    services.load_departments(acting_user=cast.admin)
    client = signed_in(cast.zu)
    page = text(client.get("/offices/tasks/", **EN))
    for word in ("Catering", "Inferred from the remit", "/offices/tasks/catering/"):
        assert word in page
    assert "/offices/tasks/catering/" not in text(signed_in(cast.wang).get("/offices/tasks/"))
    url = reverse("offices:task", args=["catering"])
    data = {"department": "sfda", "reason": "领导小组〔2026〕1号"}
    assert client.get(url).status_code == 200
    assert client.post(url, {"department": "sfda"}).status_code == 422
    assert client.post(url, data | {"reason": " "}).status_code == 422
    assert signed_in(cast.wang).post(url, data).status_code == 403
    assert signed_in(cast.dian).post(url, data).status_code == 404
    assert client.get("/offices/tasks/nothing/").status_code == 404
    assert selectors.owner_of_task("catering").code == "health"
    assert client.post(url, data).status_code == 302
    assert selectors.owner_of_task("catering").code == "sfda"


def test_the_class_of_an_area_is_corrected_by_the_page(cast: Cast) -> None:
    client = signed_in(cast.head)
    own = reverse("offices:office", args=[cast.office.pk])
    assert "Correct an area class" in text(client.get(own, **EN))
    data = {"region_code": "130123100", "area_class": "FRINGE", "reason": "现场核实"}
    assert client.get("/offices/areas/?code=130123100").status_code == 200
    assert client.post("/offices/areas/", data | {"area_class": "MOON"}).status_code == 422
    assert client.post("/offices/areas/", data | {"region_code": "130126"}).status_code == 403
    assert signed_in(cast.wang).get("/offices/areas/").status_code == 403
    assert client.post("/offices/areas/", data).headers["Location"] == "/regions/130123100/"
    assert "城乡结合部" in text(client.get("/regions/130123100/"))


def test_a_reason_of_blanks_is_no_reason(cast: Cast) -> None:
    data = {"region_code": "130123100", "area_class": "FRINGE", "reason": "   "}
    assert signed_in(cast.head).post("/offices/areas/", data).status_code == 422
