"""Deeds done at the same moment by many stand in one unbroken chain."""

import threading

import pytest
from django.db import connections

from tests.casting import Cast
from zhian.foundation.ledger import selectors
from zhian.foundation.ledger.engine import slowly
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices.models import User
from zhian.kernel.use_cases import record, use_case

WRITERS, DEEDS = 6, 5


@use_case("tests.thing.raced")
def do(*, acting_user: User, number: int) -> None:
    record(f"tests.thing:{number}")


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_leave_no_gap_and_no_fork(cast: Cast) -> None:
    gate = threading.Barrier(WRITERS)
    people = (cast.wang, cast.li, cast.zhao)
    failed: list[Exception] = []

    def write(writer: int) -> None:
        gate.wait()
        try:
            for number in range(DEEDS):
                do(acting_user=people[writer % 3], number=writer * DEEDS + number)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    entries = list(Entry.objects.order_by("seq"))
    assert not failed
    assert [entry.seq for entry in entries] == list(range(1, WRITERS * DEEDS + 1))
    assert {entry.subject_id for entry in entries} == {str(n) for n in range(WRITERS * DEEDS)}
    assert slowly.chain_holds([selectors.content_of(entry) for entry in entries])


@pytest.mark.django_db(transaction=True)
def test_the_next_test_begins_with_an_empty_ledger() -> None:
    assert not Entry.objects.exists()
