"""Accounts, passwords, signing in, tokens."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, verify_password

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices import policies, selectors, services
from zhian.foundation.offices.models import ApiToken, User
from zhian.foundation.offices.vocabulary import LOCKOUT_TIME, Language, UserKind
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.kernel.use_cases import WriteOutsideUseCase, unguarded

pytestmark = pytest.mark.empty_platform

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def kinds() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("kind", flat=True))


def fields_of(error: pytest.ExceptionInfo[BadInput]) -> set[str]:
    return {problem.field for problem in error.value.fields}


@pytest.fixture
def ming(cast: Cast) -> User:
    return make.user("ming", "小明", password=make.PASSWORD)


def test_an_empty_platform_gets_its_two_first_accounts(db: None) -> None:
    system = services.ensure_system_user()
    assert services.ensure_system_user() == system
    admin = services.create_admin(acting_user=system, password="quite-long-password")
    assert admin.username == "admin"
    assert admin.kind == UserKind.ADMIN
    assert admin.check_password("quite-long-password")
    assert admin.password.startswith("argon2")
    assert kinds() == [
        "offices.platform.set_up",
        "offices.departments.loaded",
        "offices.user.created",
    ]


def test_an_account_is_made_by_administrators_only(cast: Cast) -> None:
    made = services.create_user(acting_user=cast.admin, username=" Hong ", display_name="红")
    assert made.username == "hong"
    assert not made.has_usable_password()
    with pytest.raises(Refused):
        services.create_user(acting_user=cast.head, username="lan", display_name="兰")
    assert selectors.user_by_name("lan") is None


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("wang", None, "username"),
        ("不行", None, "username"),
        ("ok-name", "short", "password"),
        ("ok-name", "password123", "password"),
    ],
)
def test_a_bad_account_names_the_field(
    cast: Cast, username: str, password: str | None, field: str
) -> None:
    with pytest.raises(BadInput) as error:
        services.create_user(
            acting_user=cast.admin, username=username, display_name="某", password=password
        )
    assert fields_of(error) == {field}
    assert selectors.user_by_name("ok-name") is None


def test_the_right_password_signs_in_and_is_remembered(ming: User) -> None:
    assert services.sign_in(username=" MING ", password=make.PASSWORD) == ming
    assert kinds()[-1] == "offices.user.signed_in"
    services.sign_out(acting_user=ming)
    assert kinds()[-1] == "offices.user.signed_out"


def test_five_wrong_passwords_close_the_account_for_a_quarter_of_an_hour(ming: User) -> None:
    with clock.at(NOON):
        for _attempt in range(5):
            with pytest.raises(Refused):
                services.sign_in(username="ming", password="wrong-password")
        assert kinds() == ["offices.user.sign_in_failed"] * 5
        assert Entry.objects.order_by("seq").last().happenings[0]["kind"] == "AccountLocked"
        with pytest.raises(Refused):
            services.sign_in(username="ming", password=make.PASSWORD)
        # while it is closed nothing more is written: an outsider cannot flood the ledger
        assert len(kinds()) == 5
    with clock.at(NOON + LOCKOUT_TIME - timedelta(seconds=1)), pytest.raises(Refused):
        services.sign_in(username="ming", password=make.PASSWORD)
    with clock.at(NOON + LOCKOUT_TIME):
        user = services.sign_in(username="ming", password=make.PASSWORD)
    assert user.failed_logins == 0
    assert user.locked_until is None


def test_four_wrong_passwords_are_forgotten_by_the_right_one(ming: User) -> None:
    for _attempt in range(4):
        with pytest.raises(Refused):
            services.sign_in(username="ming", password="wrong-password")
    services.sign_in(username="ming", password=make.PASSWORD)
    ming.refresh_from_db()
    assert (ming.failed_logins, ming.locked_until) == (0, None)


@pytest.mark.parametrize("name", ["nobody", "system", "wang"])
def test_unknown_names_and_accounts_without_password_answer_alike(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.sign_in(username=name, password="wrong-password")
    assert "密码" in str(refusal.value) or "password" in str(refusal.value)
    assert kinds() == []


class WeakHasher(Argon2PasswordHasher):
    """Yesterday's strength."""

    time_cost, memory_cost, parallelism = 1, 64, 1


def test_an_old_hash_is_renewed_at_sign_in(ming: User) -> None:
    weak = WeakHasher()
    with unguarded("set-up"):
        old = weak.encode(make.PASSWORD, weak.salt())
        User.objects.filter(pk=ming.pk).update(password=old)
    services.sign_in(username="ming", password=make.PASSWORD)
    ming.refresh_from_db()
    assert ming.password != old
    assert verify_password(make.PASSWORD, ming.password) == (True, False)
    assert Entry.objects.order_by("seq").last().data == {"hash_renewed": True}


def test_a_locked_account_stays_out_until_it_is_unlocked(cast: Cast, ming: User) -> None:
    services.lock_user(acting_user=cast.admin, user_id=ming.pk, reason="离职")
    with pytest.raises(Refused):
        services.sign_in(username="ming", password=make.PASSWORD)
    with pytest.raises(Conflict):
        services.lock_user(acting_user=cast.admin, user_id=ming.pk, reason="又一次")
    services.unlock_user(acting_user=cast.admin, user_id=ming.pk)
    assert services.sign_in(username="ming", password=make.PASSWORD) == ming
    with pytest.raises(Conflict):
        services.unlock_user(acting_user=cast.admin, user_id=ming.pk)


def test_locking_needs_a_reason_and_spares_the_platform_and_oneself(cast: Cast, ming: User) -> None:
    with pytest.raises(BadInput):
        services.lock_user(acting_user=cast.admin, user_id=ming.pk, reason=" ")
    for person in (cast.system, cast.admin):
        with pytest.raises(Refused):
            services.lock_user(acting_user=cast.admin, user_id=person.pk, reason="x")
    with pytest.raises(NotKnown):
        services.lock_user(acting_user=cast.admin, user_id=0, reason="x")
    assert User.objects.filter(is_active=False).count() == 0


def test_only_administrators_keep_accounts(cast: Cast, ming: User) -> None:
    with pytest.raises(Refused):
        services.lock_user(acting_user=cast.head, user_id=ming.pk, reason="x")
    with pytest.raises(Refused):
        services.unlock_user(acting_user=cast.head, user_id=ming.pk)
    with pytest.raises(Refused):
        services.reset_password(acting_user=cast.head, user_id=ming.pk)
    assert Entry.objects.count() == 0


def test_a_reset_password_works_once_shown_and_must_be_changed(cast: Cast, ming: User) -> None:
    password = services.reset_password(acting_user=cast.admin, user_id=ming.pk)
    user = services.sign_in(username="ming", password=password)
    assert user.must_change_password
    user = services.change_password(acting_user=user, old=password, new="an-own-password")
    assert not user.must_change_password
    assert services.sign_in(username="ming", password="an-own-password") == ming
    with pytest.raises(Refused):
        services.reset_password(acting_user=cast.admin, user_id=cast.system.pk)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("not-the-password", "another-password", "old"),
        (make.PASSWORD, make.PASSWORD, "new"),
        (make.PASSWORD, "short", "new"),
    ],
)
def test_a_refused_new_password_changes_nothing(ming: User, old: str, new: str, field: str) -> None:
    with pytest.raises(BadInput) as error:
        services.change_password(acting_user=ming, old=old, new=new)
    assert fields_of(error) == {field}
    ming.refresh_from_db()
    assert ming.check_password(make.PASSWORD)


def test_the_chosen_language_is_kept(ming: User) -> None:
    services.set_language(acting_user=ming, language=Language.EN)
    ming.refresh_from_db()
    assert ming.language == Language.EN


def test_a_token_opens_the_interface_until_it_is_withdrawn(cast: Cast) -> None:
    token, raw = services.issue_token(acting_user=cast.wang, user_id=cast.wang.pk, label="仓库")
    assert raw.startswith("zhian_")
    assert raw not in str(ApiToken.objects.values().get())
    assert raw not in str(list(Entry.objects.values_list("data", flat=True)))
    assert policies.user_of_token(raw) == cast.wang
    assert policies.user_of_token(raw + "x") is None
    services.revoke_token(acting_user=cast.wang, token_id=token.pk)
    assert policies.user_of_token(raw) is None
    with pytest.raises(Conflict):
        services.revoke_token(acting_user=cast.wang, token_id=token.pk)


def test_a_locked_account_has_no_use_of_its_token(cast: Cast) -> None:
    _token, raw = services.issue_token(acting_user=cast.admin, user_id=cast.wang.pk, label="x")
    services.lock_user(acting_user=cast.admin, user_id=cast.wang.pk, reason="离职")
    assert policies.user_of_token(raw) is None
    with pytest.raises(BadInput):
        services.issue_token(acting_user=cast.admin, user_id=cast.wang.pk, label="x")


def test_tokens_of_others_cannot_be_made_or_withdrawn(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.issue_token(acting_user=cast.li, user_id=cast.wang.pk, label="x")
    token, _raw = services.issue_token(acting_user=cast.wang, user_id=cast.wang.pk, label="x")
    for number in (token.pk, 0):
        with pytest.raises(NotKnown):
            services.revoke_token(acting_user=cast.li, token_id=number)
    with pytest.raises(BadInput):
        services.issue_token(acting_user=cast.wang, user_id=cast.wang.pk, label=" ")
    token.refresh_from_db()
    assert token.revoked_at is None
    assert str(token).startswith("x (zhian_")


def test_an_account_is_not_written_outside_a_use_case(cast: Cast) -> None:
    cast.wang.display_name = "改名"
    with pytest.raises(WriteOutsideUseCase):
        cast.wang.save()
