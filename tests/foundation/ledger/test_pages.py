"""Pages of the ledger, tried by the whole cast."""

import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.casting import Cast
from zhian.foundation.ledger import policies, services
from zhian.foundation.ledger.engine import merkle
from zhian.foundation.ledger.engine.audit import signature_holds
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices.models import User
from zhian.kernel.use_cases import record, use_case


@use_case("duties.duty.finished")
def do(*, acting_user: User, then: User | None = None) -> None:
    record("regions.region:130123", note="已核对")
    if then is not None:
        react(acting_user=then)


@use_case("reaction")
def react(*, acting_user: User) -> None:
    record("reaction:zhian.response.alerts.handlers.open_alert")


@pytest.fixture
def entry(cast: Cast, settings: LazySettings, tmp_path: Path) -> Entry:
    settings.ZHIAN_DATA = tmp_path
    services.ensure_checkpoint_key()
    do(acting_user=cast.wang, then=cast.system)
    return Entry.objects.get(seq=1)


def visible(cast: Cast, entry: Entry) -> set[str]:
    return {
        name
        for name in ("wang", "li", "zhao", "chen", "sun", "head", "jian", "zu", "dian", "admin",
                     "system")
        if policies.entries_visible_to(getattr(cast, name)).filter(pk=entry.pk).exists()
    }  # fmt: skip


def test_offices_read_their_own_line_and_overseers_their_territory(
    cast: Cast, entry: Entry
) -> None:
    expected = {"wang", "li", "sun", "head", "jian", "zu", "system"}
    assert visible(cast, entry) == expected
    assert visible(cast, Entry.objects.get(seq=2)) == expected
    assert not policies.entries_visible_to(cast.public).exists()
    assert policies.can_see_checkpoints(cast.admin)
    assert not policies.can_see_checkpoints(cast.dian)


def test_the_list_says_who_did_what(cast: Cast, client: Client, entry: Entry) -> None:
    client.force_login(cast.wang)
    page = client.get("/ledger/", headers={"accept-language": "zh"}).content.decode()
    for part in ("职责已完成", "王建国", cast.office.name_zh, "平台自动处理"):
        assert part in page
    assert "duties.duty.finished<" not in page
    client.force_login(cast.zhao)
    assert "王建国" not in client.get("/ledger/").content.decode()
    found = client.get("/ledger/?kind=duties.duty.finished&subject=130123&q=王")
    assert found.status_code == 200


def test_an_entry_shows_content_consequences_and_integrity(
    cast: Cast, client: Client, entry: Entry
) -> None:
    client.force_login(cast.wang)
    page = client.get("/ledger/1/", headers={"accept-language": "en"}).content.decode()
    for part in ("Duty done", "已核对", entry.hash, "The platform reacted", "unchanged"):
        assert part in page
    assert "Not yet covered by a checkpoint" in page
    assert client.get("/ledger/1/proof").status_code == 404
    caused = client.get("/ledger/2/").content.decode()
    assert "/ledger/1/" in caused


def test_an_entry_is_a_404_for_strangers(cast: Cast, client: Client, entry: Entry) -> None:
    for user in (cast.zhao, cast.dian, cast.admin):
        client.force_login(user)
        assert client.get("/ledger/1/").status_code == 404
        assert client.get("/ledger/1/proof").status_code == 404
    assert client.get("/ledger/99/").status_code == 404
    client.force_login(cast.wang)
    assert client.post("/ledger/1/").status_code == 405
    assert Client().get("/ledger/1/").status_code == 302


def test_a_downloaded_proof_needs_nothing_but_the_public_key(
    cast: Cast, client: Client, entry: Entry
) -> None:
    services.sign_checkpoint(acting_user=cast.system)
    client.force_login(cast.wang)
    answer = client.get("/ledger/1/proof")
    assert "attachment" in answer["Content-Disposition"]
    found = json.loads(answer.content)
    assert signature_holds(found["checkpoint"])
    assert merkle.includes(
        root=bytes.fromhex(found["checkpoint"]["root"]),
        size=found["checkpoint"]["size"],
        index=found["index"],
        data=bytes.fromhex(found["entry"]["hash"]),
        path=[bytes.fromhex(one) for one in found["path"]],
    )
    assert (
        "checkpoint 1"
        in client.get("/ledger/1/", headers={"accept-language": "en"}).content.decode()
    )


def test_checkpoints_are_listed_for_who_works_here(
    cast: Cast, client: Client, entry: Entry
) -> None:
    services.sign_checkpoint(acting_user=cast.system)
    for user, status in ((cast.wang, 200), (cast.admin, 200), (cast.dian, 404)):
        client.force_login(user)
        assert client.get("/ledger/checkpoints/").status_code == status
    client.force_login(cast.wang)
    page = client.get("/ledger/checkpoints/", headers={"accept-language": "zh"}).content.decode()
    assert "有效" in page
