"""The lock by which others see that a process which holds sockets lives.

An advisory lock of PostgreSQL on a connection of its own: it ends with the process, however that
ends, so whoever starts later can tell whose sockets are left behind. When the database restarts,
the lock is taken again at the next look.
"""

import secrets

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# the key of this process; positive, so that PostgreSQL shows it back unchanged
KEY = secrets.randbits(62)


class Hold:
    """The lock of one process; used by one thread."""

    def __init__(self, key: int = KEY) -> None:
        self.key = key
        self._connection: BaseDatabaseWrapper | None = None

    def keep(self) -> None:
        """Take the lock, or see that it is still held."""
        if self._connection is not None and not self._answers(self._connection):
            self.release()
        if self._connection is None:
            made = connections[DEFAULT_DB_ALIAS].copy()
            with made.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [self.key])
            self._connection = made

    def release(self) -> None:
        """Give the lock back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @staticmethod
    def _answers(held: BaseDatabaseWrapper) -> bool:
        try:
            with held.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            return False
        return True
