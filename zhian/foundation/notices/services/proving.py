"""Who keeps the proofs of service: another room, connected in `config/apps.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from zhian.foundation.offices.models import User


class ProvesService(Protocol):
    """Whoever keeps proofs of service: key → (notice, receiver) becomes key → proof number."""

    def __call__(
        self, *, acting_user: User, received: Mapping[str, tuple[str, str]]
    ) -> Mapping[str, UUID]:
        """Prove electronic service of each."""
        ...


@dataclass(frozen=True, slots=True)
class Proving:
    """The room that keeps proofs of service: electronic, on the spot, and what shows the latter."""

    electronically: ProvesService
    on_site: Callable[..., UUID]
    keep: Callable[..., UUID]


_provers: list[Proving] = []


def prove_with(proving: Proving) -> None:
    """Connect the room that keeps proofs of service; `config/apps.py` does so at start."""
    _provers[:] = [proving]


def proving() -> Proving:
    if not _provers:
        raise RuntimeError("nobody proves service: config/apps.py connects evidence to notices")
    return _provers[0]
