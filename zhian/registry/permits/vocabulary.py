"""The words of market access, and what a pack of instrument types contains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.kernel import rules
from zhian.kernel.outbox import Happening
from zhian.registry.subjects.vocabulary import ChainLink, OperatorKind


class InstrumentState(models.TextChoices):
    """What was decided about an instrument; expiry comes with time and is computed."""

    VALID = "VALID", _("Valid")
    SUSPENDED = "SUSPENDED", _("Suspended")
    REVOKED = "REVOKED", _("Revoked")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    CANCELLED = "CANCELLED", _("Cancelled")


class StandingState(models.TextChoices):
    """Whether a site held what its link needs on a day (S018)."""

    COMPLETE = "COMPLETE", _("Licences complete")
    INCOMPLETE = "INCOMPLETE", _("Licences incomplete")
    EXPIRED = "EXPIRED", _("Expired")
    SUSPENDED = "SUSPENDED", _("Suspended")
    OUT_OF_SCOPE = "OUT_OF_SCOPE", _("Outside the scope of its permit")
    NONE = "NONE", _("No licences")
    NOT_REQUIRED = "NOT_REQUIRED", _("No permit required")


class Step(models.TextChoices):
    """Steps of an instrument's life."""

    GRANT = "grant", _("Grant")
    SUSPEND = "suspend", _("Suspend")
    RESUME = "resume", _("Resume")
    REVOKE = "revoke", _("Revoke")
    WITHDRAW = "withdraw", _("Withdraw")
    CANCEL = "cancel", _("Cancel")


NumberForm = Literal["free", "uscc", "sc", "jy"]


class InstrumentType(rules.Content, frozen=True):
    """One kind of licence, certificate or pledge: who issues it, how it is numbered, its source."""

    name: rules.Text
    departments: tuple[str, ...]
    number_form: NumberForm
    citation: str
    grade: Literal["H", "M", "L"]
    valid_years: int | None = None
    for_site: bool = True

    def __post_init__(self) -> None:
        if not self.departments:
            raise ValueError("an instrument nobody issues")


class Requirement(rules.Content, frozen=True):
    """Who needs what: operators of a kind at a link need one of each group."""

    kinds: tuple[OperatorKind, ...]
    links: tuple[ChainLink, ...]
    one_of_each: tuple[tuple[str, ...], ...]
    citation: str
    grade: Literal["H", "M", "L"]


class InstrumentTypes(rules.Content, frozen=True):
    """All types of a jurisdiction and who needs which."""

    types: dict[str, InstrumentType]
    requirements: tuple[Requirement, ...]

    def __post_init__(self) -> None:
        named = {code for r in self.requirements for group in r.one_of_each for code in group}
        if unknown := sorted(named - set(self.types)):
            raise ValueError(f"required but not described: {', '.join(unknown)}")

    def required_of(self, kind: str, link: str) -> tuple[tuple[str, ...], ...]:
        """Groups of type codes; one of each group is needed. Empty: nothing we know of."""
        return tuple(
            group
            for requirement in self.requirements
            if kind in requirement.kinds and link in requirement.links
            for group in requirement.one_of_each
        )


def check_requirement(content: InstrumentTypes, example: rules.Example) -> None:
    """An example says which groups an operator of a kind at a link needs."""
    found = content.required_of(example["kind"], example["link"])
    assert [list(group) for group in found] == example["needs"]


INSTRUMENT_TYPES = rules.kind("instrument_types", InstrumentTypes, check=check_requirement)


@dataclass(frozen=True)
class InstrumentGranted(Happening):
    """A permit was granted."""

    instrument_id: int
    operator_id: int


@dataclass(frozen=True)
class InstrumentSuspended(Happening):
    """A permit was suspended: what it allowed is not allowed until it is resumed."""

    instrument_id: int
    operator_id: int
    site_id: int | None
    reason: str


@dataclass(frozen=True)
class InstrumentRevoked(Happening):
    """A permit was taken away for good (revoked, withdrawn or cancelled)."""

    instrument_id: int
    operator_id: int
    site_id: int | None
    step: str
    reason: str
