"""Every write is a use case; a stray write is refused; a GET never writes."""

import pytest
from django.db import connection, transaction

from zhian.foundation.ledger import selectors as ledger
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import User
from zhian.kernel.use_cases import (
    UnrecordedUseCase,
    WriteOutsideUseCase,
    current_entry_id,
    reading,
    record,
    unguarded,
    use_case,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def system() -> User:
    with unguarded("set-up"):
        user, _made = User.objects.get_or_create(
            username="system", defaults={"display_name": "platform", "kind": "SYSTEM"}
        )
    return user


def test_the_platform_account_is_the_one_reactions_act_with(system: User) -> None:
    assert offices.system_user() == system


@use_case("test.renamed")
def rename(*, acting_user: User, user_id: int, name: str, fail: bool = False) -> User:
    """A deed for the tests below."""
    user = User.objects.get(pk=user_id)
    user.display_name = name
    user.save(update_fields=["display_name"])
    record(user, name=name)
    if fail:
        raise RuntimeError("half way")
    return user


@use_case("test.outer")
def outer(*, acting_user: User, user_id: int, inner_fails: bool) -> object:
    """A deed that contains another."""
    record("test:outer", inner_fails=inner_fails)
    try:
        rename(acting_user=acting_user, user_id=user_id, name="inner", fail=inner_fails)
    except RuntimeError:
        return None
    return current_entry_id()


@use_case("test.silent")
def silent(*, acting_user: User) -> None:
    """A deed that forgets the ledger."""


def test_a_write_outside_a_use_case_is_refused(system: User) -> None:
    with pytest.raises(WriteOutsideUseCase, match="offices_user"):
        User.objects.filter(pk=system.pk).update(display_name="x")
    with pytest.raises(WriteOutsideUseCase), connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM offices_user RETURNING 1) SELECT count(*) FROM gone"
        )


def test_reading_and_plumbing_are_not_writes(system: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT display_name FROM offices_user WHERE display_name = 'UPDATE x'")
        cursor.execute("DELETE FROM django_session WHERE session_key = 'none'")


def test_a_use_case_writes_and_leaves_one_entry(system: User) -> None:
    rename(acting_user=system, user_id=system.pk, name="new name")
    entries = [e for e in ledger.entries_about(system) if e.kind == "test.renamed"]
    assert [(e.kind, e.actor_id, e.data) for e in entries] == [
        ("test.renamed", system.pk, {"name": "new name"})
    ]


def test_a_failing_use_case_leaves_nothing(system: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        rename(acting_user=system, user_id=system.pk, name="lost", fail=True)
    system.refresh_from_db()
    assert system.display_name != "lost"
    assert not [e for e in ledger.entries_about(system) if e.kind == "test.renamed"]


def test_a_nested_deed_has_its_own_entry_with_its_cause(system: User) -> None:
    outer_id = outer(acting_user=system, user_id=system.pk, inner_fails=False)
    (entry,) = [e for e in ledger.entries_about(system) if e.kind == "test.renamed"]
    assert entry.cause == outer_id


def test_a_nested_deed_that_fails_takes_its_entry_with_it(system: User) -> None:
    outer(acting_user=system, user_id=system.pk, inner_fails=True)
    assert not [e for e in ledger.entries_about(system) if e.kind == "test.renamed"]


def test_a_use_case_that_forgets_the_ledger_fails(system: User) -> None:
    with pytest.raises(UnrecordedUseCase, match=r"test\.silent"):
        silent(acting_user=system)


def test_nothing_is_written_while_answering_a_get(system: User) -> None:
    with reading(), pytest.raises(WriteOutsideUseCase, match="GET"):
        rename(acting_user=system, user_id=system.pk, name="x")
    with reading(), unguarded("no excuse"), pytest.raises(WriteOutsideUseCase):
        User.objects.filter(pk=system.pk).update(display_name="x")


def test_a_deed_needs_an_actor_and_keywords_only(system: User) -> None:
    with pytest.raises(TypeError):
        rename(acting_user=None, user_id=1, name="x")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        use_case("test.bad")(lambda acting_user: None)


def test_recording_twice_is_an_error(system: User) -> None:
    @use_case("test.twice")
    def twice(*, acting_user: User) -> None:
        record("test:a")
        record("test:b")

    with pytest.raises(UnrecordedUseCase, match="twice"):
        twice(acting_user=system)


def test_outside_a_use_case_there_is_no_entry() -> None:
    with pytest.raises(WriteOutsideUseCase):
        current_entry_id()


def test_the_guard_is_lifted_only_with_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"), unguarded(""):
        pass
