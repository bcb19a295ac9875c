"""Two people at the same moment: the database lets one through, the other is told."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from zhian.kernel.errors import Conflict, Text


@contextmanager
def told_apart(message: Text) -> Iterator[None]:
    """Write; Conflict with these words when a constraint finds what our own check could not see."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Conflict(message) from error
