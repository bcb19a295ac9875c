"""Every write is a use case: one transaction, one actor, one ledger entry, its happenings.

    @use_case("permits.instrument.revoked")
    def revoke(*, acting_user: User, instrument_id: int, reason: str) -> Instrument:
        …
        record(instrument, reason=reason)
        publish(InstrumentRevoked(instrument.pk))
        return instrument

What would break otherwise: an audit row that is built by hand is forgotten one day. Here a use
case that does not `record` fails, a write outside a use case is refused by the database
connection, and a GET cannot write at all. Ledger entries are appended at the very end of the
outermost use case, so the lock that orders the hash chain is held for the commit only.
"""

import functools
import inspect
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

import msgspec
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from zhian.kernel import clock

F = TypeVar("F", bound=Callable[..., Any])


class WriteOutsideUseCase(RuntimeError):
    """A write was tried outside a use case, or while answering a GET."""


class UnrecordedUseCase(RuntimeError):
    """A use case ended without telling the ledger what it did."""


class ActingUser(Protocol):
    """Whoever acts: the kernel needs a number and a name, no more."""

    pk: Any

    @property
    def display_name(self) -> str:
        """The name kept beside the number, so that the ledger outlives the account."""
        ...


@dataclass
class PendingEntry:
    """A ledger entry of a use case under way."""

    kind: str
    actor_id: int
    actor_name: str
    at: datetime
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    subject_type: str = ""
    subject_id: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    happenings: list[dict[str, Any]] = field(default_factory=list)
    cause: uuid.UUID | None = None
    once_key: str | None = None
    recorded: bool = False


class LedgerPort(Protocol):
    """What the kernel asks of the ledger; the ledger's room connects itself at start."""

    def append(self, entries: Sequence[PendingEntry]) -> None:
        """Chain and store the entries, in order, in the running transaction."""
        ...

    def already_done(self, once_key: str) -> bool:
        """Whether an entry with this key stands in the ledger."""
        ...


class _Unit:
    """The outermost use case and all that joined it."""

    def __init__(self) -> None:
        self.entries: list[PendingEntry] = []
        self.stack: list[PendingEntry] = []


_unit: ContextVar[_Unit | None] = ContextVar("use_case_unit", default=None)
_unguarded: ContextVar[str] = ContextVar("writes_unguarded", default="")
_reading: ContextVar[bool] = ContextVar("answering_a_get", default=False)
_ports: list[LedgerPort] = []

# Tables that are plumbing, not records: sessions, the job queue, schema bookkeeping.
_PLUMBING = ("procrastinate_", "django_session", "django_migrations", "django_content_type")
_WRITE = re.compile(
    r"^\s*(?:/\*.*?\*/\s*)?(INSERT\s+INTO|UPDATE|DELETE\s+FROM|COPY|TRUNCATE|MERGE\s+INTO)"
    r"\s+(?:ONLY\s+)?\"?([a-z_0-9]+)",
    re.IGNORECASE | re.DOTALL,
)
_CTE_WRITE = re.compile(r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?([a-z_0-9]+)", re.IGNORECASE)
_COPY_OUT = re.compile(r"^\s*COPY\b.*\bTO\s+(STDOUT|')", re.IGNORECASE | re.DOTALL)


def connect_ledger(port: LedgerPort) -> None:
    """Let the ledger's room receive the entries; the last one connected counts."""
    _ports[:] = [port]


def ledger() -> LedgerPort:
    """The connected ledger; a platform without one must not write."""
    if not _ports:
        raise RuntimeError("no ledger is connected: zhian.foundation.ledger is not installed")
    return _ports[0]


def use_case(kind: str, *, once: Callable[..., str] | None = None) -> Callable[[F], F]:
    """Make a keyword-only function with `acting_user` the one place where its deed is written."""

    def decorate(function: F) -> F:
        parameters = inspect.signature(function).parameters
        if "acting_user" not in parameters or any(
            p.kind is not inspect.Parameter.KEYWORD_ONLY for p in parameters.values()
        ):
            raise TypeError(f"{function.__qualname__}: keyword-only with acting_user, please")

        @functools.wraps(function)
        def run(**arguments: Any) -> Any:
            with _entering(kind, arguments["acting_user"]) as entry:
                if once is not None:
                    entry.once_key = once(**arguments)
                result = function(**arguments)
                if not entry.recorded:
                    raise UnrecordedUseCase(f"{kind} did not record what it did")
            return result

        run.use_case_kind = kind  # type: ignore[attr-defined]
        return cast(F, run)

    return decorate


@contextmanager
def _entering(kind: str, actor: ActingUser) -> Iterator[PendingEntry]:
    if _reading.get():
        raise WriteOutsideUseCase(f"{kind}: a GET never writes")
    if actor is None or actor.pk is None:
        raise TypeError(f"{kind}: an acting user is needed")
    entry = PendingEntry(kind, actor.pk, actor.display_name, clock.now())
    unit = _unit.get()
    if unit is not None:
        entry.cause = unit.stack[-1].id
        mark = len(unit.entries)
        unit.stack.append(entry)
        unit.entries.append(entry)
        try:
            with transaction.atomic():
                yield entry
        except BaseException:
            # The savepoint is gone, so are the entries of what happened inside it.
            del unit.entries[mark:]
            raise
        finally:
            unit.stack.pop()
        return
    unit = _Unit()
    unit.stack.append(entry)
    unit.entries.append(entry)
    token = _unit.set(unit)
    try:
        with transaction.atomic():
            yield entry
            ledger().append(unit.entries)
    finally:
        _unit.reset(token)


def current_entry() -> PendingEntry:
    """The entry of the use case under way."""
    unit = _unit.get()
    if unit is None:
        raise WriteOutsideUseCase("no use case is under way")
    return unit.stack[-1]


def current_entry_id() -> uuid.UUID:
    """The ledger entry's id, known before the commit, so that records can point at it."""
    return current_entry().id


def record(subject: models.Model | str, /, **data: Any) -> None:
    """Tell the ledger what this use case did, to what, with which values (JSON-able)."""
    entry = current_entry()
    if entry.recorded:
        raise UnrecordedUseCase(f"{entry.kind} recorded twice; put it into one call")
    if isinstance(subject, models.Model):
        entry.subject_type, entry.subject_id = subject._meta.label_lower, str(subject.pk)
    else:
        entry.subject_type, _sep, entry.subject_id = subject.partition(":")
    entry.data = msgspec.to_builtins(data, enc_hook=str)
    entry.recorded = True


@contextmanager
def unguarded(reason: str) -> Iterator[None]:
    """Let plumbing write outside a use case: migrations and the set-up of tests. Say why."""
    if not reason:
        raise ValueError("a reason, please")
    token = _unguarded.set(reason)
    try:
        yield
    finally:
        _unguarded.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Answer a GET: nothing may be written until this ends."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def _written_table(sql: str) -> str | None:
    found = _WRITE.match(sql)
    if found is None and sql.lstrip()[:4].upper() == "WITH":
        found = _CTE_WRITE.search(sql)
    if found is None or _COPY_OUT.match(sql):
        return None
    return found.group(2).lower()


def guard(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """A wrapper round every statement of the connection: refuses stray writes."""
    text = sql if isinstance(sql, str) else str(sql)
    table = _written_table(text)
    if table is not None and not table.startswith(_PLUMBING):
        allowed = _unit.get() is not None or _unguarded.get()
        if _reading.get() or not allowed:
            raise WriteOutsideUseCase(f"a write to {table} outside a use case")
    return execute(sql, params, many, context)


def install_guard(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Put the guard on a database connection as it opens."""
    if guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard)
