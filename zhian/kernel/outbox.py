"""What happened, and who reacts: happenings leave with the transaction that made them true.

A happening is published inside a use case. Each reaction to it becomes one procrastinate job in
the same PostgreSQL transaction: no commit, no job; a commit, and the job will run, even after
kill -9. A job that runs twice changes nothing the second time, because the reaction's own ledger
entry carries a key that may stand there once.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from django.db import connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from zhian.kernel import use_cases

DELIVER = "zhian.deliver"


@dataclass(frozen=True)
class Happening:
    """Something that became true, named in the past tense; plain values only."""


class Handler(Protocol):
    """A reaction: a function of `handlers.py`, called with the platform's own account."""

    __module__: str
    __name__: str

    def __call__(self, happening: Any, /, *, acting_user: Any) -> None:
        """React, through services only."""
        ...


Reactions = Mapping[type[Happening], Sequence[Callable[..., None]]]

_reactions: dict[type[Happening], tuple[Callable[..., None], ...]] = {}
_kinds: dict[str, type[Happening]] = {}
_handlers: dict[str, Callable[..., None]] = {}
_actor: list[Callable[[], use_cases.ActingUser]] = []


def connect(reactions: Reactions, *, actor: Callable[[], use_cases.ActingUser]) -> None:
    """Hang the one table of reactions in; `actor` gives the account in whose name they run."""
    _reactions.clear()
    _kinds.clear()
    _handlers.clear()
    _actor[:] = [actor]
    for kind, handlers in reactions.items():
        if _kinds.setdefault(kind.__name__, kind) is not kind:
            raise ValueError(f"two happenings are called {kind.__name__}")
        _reactions[kind] = tuple(handlers)
        for handler in handlers:
            _handlers[handler_name(handler)] = handler


def handler_name(handler: Callable[..., None]) -> str:
    """The lasting name of a reaction, as jobs and ledger keep it."""
    return f"{handler.__module__}.{handler.__name__}"


def publish(happening: Happening) -> None:
    """Say what happened; the ledger keeps it and every reaction is queued with this commit."""
    entry = use_cases.current_entry()
    kind = type(happening).__name__
    payload = msgspec.to_builtins(happening)
    number = len(entry.happenings)
    entry.happenings.append({"kind": kind, **payload})
    for handler in _reactions.get(type(happening), ()):
        deliver.defer(
            kind=kind,
            payload=payload,
            handler=handler_name(handler),
            key=f"{entry.id}:{number}",
            cause=str(entry.id),
        )


@app.task(name=DELIVER, queue="reactions", retry=RetryStrategy(max_attempts=12, exponential_wait=2))
def deliver(*, kind: str, payload: dict[str, Any], handler: str, key: str, cause: str) -> None:
    """Run one reaction once, in one transaction with its ledger entry."""
    react = _handlers[handler]
    happening = msgspec.convert(payload, _kinds[kind], strict=False)
    once_key = f"{key}:{handler}"
    if use_cases.ledger().already_done(once_key):
        return
    _react(
        acting_user=_actor[0](),
        react=react,
        happening=happening,
        once_key=once_key,
        cause=uuid.UUID(cause),
    )


@use_cases.use_case("reaction", once=lambda **arguments: str(arguments["once_key"]))
def _react(
    *,
    acting_user: use_cases.ActingUser,
    react: Callable[..., None],
    happening: Happening,
    once_key: str,
    cause: uuid.UUID,
) -> None:
    use_cases.current_entry().cause = cause
    use_cases.record(f"reaction:{handler_name(react)}"[:120], to=type(happening).__name__)
    react(happening, acting_user=acting_user)


def drain(*, limit: int = 10_000) -> int:
    """Run the queued reactions here and now, oldest first; returns how many ran.

    For the demo's history and for tests: the worker does the same from its own process.
    """
    done = 0
    while done < limit:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, args FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s"
                " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
                [DELIVER],
            )
            row = cursor.fetchone()
            if row is None:
                return done
            arguments = row[1] if isinstance(row[1], dict) else msgspec.json.decode(row[1])
            deliver.func(**arguments)
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [row[0]]
            )
        done += 1
    return done
