"""Happenings leave with the transaction; each reaction runs once, whatever is repeated."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction

from config.reactions import REACTIONS
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import User
from zhian.kernel import outbox
from zhian.kernel.outbox import Happening, publish
from zhian.kernel.use_cases import record, unguarded, use_case

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class BellRang(Happening):
    """Something for the tests."""

    times: int
    at: datetime
    kg: Decimal


heard: list[BellRang] = []


def listen(happening: BellRang, *, acting_user: User) -> None:
    """A reaction that leaves a trace."""
    answer(acting_user=acting_user, times=happening.times)
    heard.append(happening)


@use_case("test.answered")
def answer(*, acting_user: User, times: int) -> None:
    """What the reaction does."""
    if times < 0:
        raise RuntimeError("cannot be answered")
    record("test:answer", times=times)


@use_case("test.rang")
def ring(*, acting_user: User, times: int) -> None:
    """What happens first."""
    record("test:bell", times=times)
    publish(BellRang(times, datetime(2026, 11, 21, tzinfo=UTC), Decimal("1.250")))


@pytest.fixture
def system() -> Iterator[User]:
    with unguarded("set-up"):
        user, _made = User.objects.get_or_create(
            username="system", defaults={"display_name": "platform", "kind": "SYSTEM"}
        )
    outbox.connect({BellRang: (listen,)}, actor=offices.system_user)
    heard.clear()
    yield user
    outbox.connect(REACTIONS, actor=offices.system_user)


def jobs(status: str) -> list[tuple[int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs WHERE status = %s", [status])
        return list(cursor.fetchall())


def test_a_reaction_runs_and_knows_its_cause(system: User) -> None:
    ring(acting_user=system, times=3)
    assert heard == []
    assert outbox.drain() == 1
    assert heard == [BellRang(3, datetime(2026, 11, 21, tzinfo=UTC), Decimal("1.250"))]
    rang, reaction, answered = Entry.objects.order_by("-seq")[:3][::-1]
    assert [rang.kind, reaction.kind, answered.kind] == ["test.rang", "reaction", "test.answered"]
    assert (reaction.cause, answered.cause) == (rang.id, reaction.id)
    assert rang.happenings[0]["kind"] == "BellRang"


def test_what_is_rolled_back_never_happened(system: User) -> None:
    with transaction.atomic():
        ring(acting_user=system, times=1)
        transaction.set_rollback(True)
    assert outbox.drain() == 0
    assert heard == []


def test_a_job_that_comes_twice_changes_nothing_the_second_time(system: User) -> None:
    ring(acting_user=system, times=2)
    outbox.drain()
    before = Entry.objects.count()
    with unguarded("a job is delivered again"), connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'todo'")
    assert outbox.drain() == 1
    assert len(heard) == 1
    assert Entry.objects.count() == before


def test_a_reaction_that_fails_stays_queued_and_writes_nothing(system: User) -> None:
    ring(acting_user=system, times=-1)
    before = Entry.objects.count()
    with pytest.raises(RuntimeError, match="answered"):
        outbox.drain()
    assert Entry.objects.count() == before
    assert len(jobs("todo")) == 1


def test_two_happenings_may_not_share_a_name() -> None:
    other = type("BellRang", (Happening,), {})
    try:
        with pytest.raises(ValueError, match="BellRang"):
            outbox.connect({BellRang: (), other: ()}, actor=offices.system_user)
    finally:
        outbox.connect(REACTIONS, actor=offices.system_user)
