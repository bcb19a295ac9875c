"""The words of the authorities: lines, levels, roles, kinds of user, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.kernel.outbox import Happening


class Line(models.TextChoices):
    """Where a department stands: territory (块), function (条), port, or outside both."""

    TERRITORIAL = "TERRITORIAL", _("Territorial line")
    FUNCTIONAL = "FUNCTIONAL", _("Functional line")
    PORT = "PORT", _("Port line")
    SUPERVISION = "SUPERVISION", _("Supervision organ")
    LABORATORY = "LABORATORY", _("Laboratory")
    GOVERNMENT = "GOVERNMENT", _("Government")


class OfficeLevel(models.IntegerChoices):
    """L0–L5 of requirements 4.1; L6 is the operator, who holds no office."""

    STATE = 0, _("National level")
    PROVINCE = 1, _("Province")
    CITY = 2, _("City / prefecture")
    COUNTY = 3, _("County")
    TOWNSHIP = 4, _("Township / street")
    VILLAGE = 5, _("Community / village")


class UserKind(models.TextChoices):
    """Who stands behind an account."""

    OFFICER = "OFFICER", _("Officer")
    OPERATOR = "OPERATOR", _("Operator's clerk")
    SYSTEM = "SYSTEM", _("The platform itself")
    ADMIN = "ADMIN", _("Administrator")


class Language(models.TextChoices):
    """Languages of the pages."""

    ZH = "zh-hans", "中文"
    EN = "en", "English"


class Role(models.TextChoices):
    """R01–R27 of requirements 4.2."""

    PERSON_IN_CHARGE = "R01", _("Enterprise person in charge")
    RECORD_KEEPER = "R02", _("Enterprise record keeper")
    WORKSHOP_OWNER = "R03", _("Workshop owner")
    FARM_MANAGER = "R04", _("Farm or base manager")
    FOOD_OPERATOR = "R05", _("Food operator")
    SLAUGHTERHOUSE = "R06", _("Slaughterhouse operator")
    TRADER = "R07", _("Exporter, importer or agent")
    CONSUMER = "R08", _("Consumer or informer")
    FRONTLINE = "R09", _("Frontline supervisor")
    COORDINATOR = "R10", _("Township coordinator or village informant")
    CASE_OFFICER = "R11", _("Case officer or reviewer")
    LICENCE_AUTHORITY = "R12", _("Licence reviewer or authority")
    LABORATORY = "R13", _("Sampler, analyst, reviewer or report signatory")
    CIQ_INSPECTOR = "R14", _("Origin or port inspection officer")
    CUSTOMS = "R15", _("Customs counterpart")
    POLICE = "R16", _("Police or procuratorate liaison")
    SPOT_CHECK_PLANNER = "R17", _("Spot-check planner or publisher")
    HEAD = "R18", _("Head of office")
    LEADING_GROUP_CLERK = "R19", _("Leading-group office clerk")
    CONTACT = "R20", _("Contact person of an office")
    WORK_GROUP = "R21", _("Work-group member")
    SUPERVISION = "R22", _("Supervision organ")
    STANDARDS_CLERK = "R23", _("Standards clerk")
    SPOKESPERSON = "R24", _("Spokesperson or editor")
    ASSOCIATION = "R25", _("Association")
    PROTECTED_FIRM = "R26", _("Brand-protected firm")
    PARTNER = "R27", _("Finance or joint punishment partner")


# Roles that hold an office; the rest belong to operators, the public and external systems (4.2).
OFFICE_ROLES = tuple(role for role in Role if "R09" <= role.value <= "R24")

SYSTEM_USERNAME = "system"
ADMIN_USERNAME = "admin"

# Wrong passwords in a row before the account closes, and for how long.
LOCKOUT_FAILURES = 5
LOCKOUT_TIME = timedelta(minutes=15)


class TaskGrade(models.TextChoices):
    """How sure we are who owns a task of requirements 4.3."""

    TEXT = "T", _("Stated in the source texts")
    INFERRED = "FK", _("Inferred from the remit")


@dataclass(frozen=True)
class Stranger:
    """Whoever has not signed in: may do nothing that is not public."""

    pk: None = None
    kind: str = ""
    display_name: str = ""
    is_authenticated: bool = False
    is_anonymous: bool = True
    is_active: bool = False


@dataclass(frozen=True)
class AccountLocked(Happening):
    """Too many wrong passwords: the account is closed until a moment (ISO 8601, UTC)."""

    user_id: int
    until: str


@dataclass(frozen=True)
class OfficerAppointed(Happening):
    """Somebody took up a post."""

    officer_id: int
    office_id: int


@dataclass(frozen=True)
class WorkDelegated(Happening):
    """An office let another do field work; the first still answers for it (P1)."""

    delegation_id: int
    from_office_id: int
    to_office_id: int
