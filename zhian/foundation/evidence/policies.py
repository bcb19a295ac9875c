"""Who may read a file: the room its subject belongs to says so; nobody else may.

A room registers from its `apps.py ready()`:
`register_reader("sampling.sample", lambda user, subject_id: …)`.
"""

from collections.abc import Callable

from zhian.foundation.evidence.models import Item
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import Person
from zhian.foundation.offices.vocabulary import UserKind

Reader = Callable[[User, str], bool]

_readers: dict[str, Reader] = {}


def register_reader(subject_type: str, reader: Reader) -> None:
    """Let a room decide who reads the evidence about one type of its subjects."""
    _readers[subject_type] = reader


def can_read(user: Person, item: Item) -> bool:
    """Whether the user may read the file: the platform, whoever added it, and who its room lets."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.kind == UserKind.SYSTEM or item.added_by_id == user.pk:
        return True
    reader = _readers.get(item.subject_type)
    return reader is not None and bool(reader(user, item.subject_id))
