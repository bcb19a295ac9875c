"""The words of the territory: levels, area classes, kinds of change."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionLevel(models.IntegerChoices):
    """Depth in the tree of divisions; the code has 2, 4, 6, 9 digits (GB/T 2260, GB/T 10114)."""

    PROVINCE = 1, _("Province")
    CITY = 2, _("City / prefecture")
    COUNTY = 3, _("County")
    TOWNSHIP = 4, _("Township / street")


class AreaClass(models.TextChoices):
    """The five classes by which the campaign counts its targets (requirements 2.1, 2.5)."""

    CITY = "CITY", _("Large or medium city")
    COUNTY_SEAT = "COUNTY_SEAT", _("County seat or above")
    TOWNSHIP = "TOWNSHIP", _("Township")
    VILLAGE = "VILLAGE", _("Administrative village")
    FRINGE = "FRINGE", _("Urban-rural fringe")


class ChangeKind(models.TextChoices):
    """What happened to a division on one date."""

    RENAMED = "RENAMED", _("Renamed")
    RECODED = "RECODED", _("New code")
    MERGED = "MERGED", _("Merged into another division")
    MOVED = "MOVED", _("Moved under another division")
    REPLACED = "REPLACED", _("Replaced by another division")


CODE_DIGITS = {
    RegionLevel.PROVINCE: 2,
    RegionLevel.CITY: 4,
    RegionLevel.COUNTY: 6,
    RegionLevel.TOWNSHIP: 9,
}


def ancestor_codes_of(code: str) -> tuple[str, ...]:
    """Every proper prefix of a code that is itself a code, shortest first."""
    return tuple(code[:digits] for digits in CODE_DIGITS.values() if digits < len(code))


def parent_code_of(code: str) -> str:
    """The nearest ancestor's code; empty above a province."""
    return ancestor_codes_of(code)[-1] if len(code) > 2 else ""
