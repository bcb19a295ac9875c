"""The words of the register: kinds of operator, links of the chain, how a subject was found."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.kernel.outbox import Happening


class OperatorKind(models.TextChoices):
    """What an operator is; the chain of dairy and feed first, others by adding a word."""

    FARM = "FARM", _("Farm")
    DAIRY = "DAIRY", _("Dairy")
    PRODUCER = "PRODUCER", _("Food producer")
    MIXER = "MIXER", _("Blending plant")
    WORKSHOP = "WORKSHOP", _("Small workshop")
    WHOLESALER = "WHOLESALER", _("Wholesaler")
    SHOP = "SHOP", _("Food shop")
    SUPERMARKET = "SUPERMARKET", _("Supermarket")
    CANTEEN = "CANTEEN", _("Canteen")
    RESTAURANT = "RESTAURANT", _("Restaurant")


class ChainLink(models.TextChoices):
    """Links of the food chain (S002) with what lies between them."""

    PRIMARY_PRODUCTION = "PRIMARY_PRODUCTION", _("Planting and breeding")
    RAW_INTAKE = "RAW_INTAKE", _("Raw-material collection")
    PRODUCTION = "PRODUCTION", _("Production and processing")
    STORAGE = "STORAGE", _("Storage")
    TRANSPORT = "TRANSPORT", _("Transport")
    CIRCULATION = "CIRCULATION", _("Circulation and sale")
    CATERING = "CATERING", _("Catering")


class FoundBy(models.TextChoices):
    """How an operator came into the register (S010, S012)."""

    CENSUS = "CENSUS", _("Census")
    LICENCE = "LICENCE", _("Licence application")
    TIP = "TIP", _("Tip from the public")
    VISIT = "VISIT", _("Visit")
    TRACE = "TRACE", _("Tracing")


class LicenceState(models.TextChoices):
    """Whether an operator holds what its sites need (S018), as last computed."""

    UNKNOWN = "UNKNOWN", _("Not yet computed")
    COMPLETE = "COMPLETE", _("Licences complete")
    INCOMPLETE = "INCOMPLETE", _("Licences incomplete")
    NONE = "NONE", _("No licences")


LICENCE_BADGES = {
    LicenceState.COMPLETE: "green",
    LicenceState.INCOMPLETE: "yellow",
    LicenceState.NONE: "red",
    LicenceState.UNKNOWN: "grey",
}

# the link an operator's sites usually have: offered in forms, never forced
USUAL_LINK = {
    OperatorKind.FARM: ChainLink.PRIMARY_PRODUCTION,
    OperatorKind.DAIRY: ChainLink.RAW_INTAKE,
    OperatorKind.PRODUCER: ChainLink.PRODUCTION,
    OperatorKind.MIXER: ChainLink.PRODUCTION,
    OperatorKind.WORKSHOP: ChainLink.PRODUCTION,
    OperatorKind.WHOLESALER: ChainLink.CIRCULATION,
    OperatorKind.SHOP: ChainLink.CIRCULATION,
    OperatorKind.SUPERMARKET: ChainLink.CIRCULATION,
    OperatorKind.CANTEEN: ChainLink.CATERING,
    OperatorKind.RESTAURANT: ChainLink.CATERING,
}


@dataclass(frozen=True)
class OperatorsRegistered(Happening):
    """Operators entered the register."""

    operator_ids: tuple[int, ...]


@dataclass(frozen=True)
class SitesChanged(Happening):
    """Sites of these operators opened or closed: what they need may have changed."""

    operator_ids: tuple[int, ...]


@dataclass(frozen=True)
class SupervisionAssigned(Happening):
    """Sites got an office and a named officer who answer for them."""

    site_ids: tuple[int, ...]
    office_id: int
