"""The words of accountability: columns, deeds, triggers, and every sentence it can say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhian.kernel import rules
from zhian.kernel.outbox import Happening


class Column(models.TextChoices):
    """The three responsibilities (P7): firm, supervision, leadership."""

    OPERATOR = "OPERATOR", _("Operator")
    OFFICE = "OFFICE", _("Supervising office and officer")
    GOVERNMENT = "GOVERNMENT", _("Government")


class Deed(models.TextChoices):
    """What a line says about its party."""

    FIRST_RESPONSIBLE = "FIRST_RESPONSIBLE", _("First responsible")
    SUPERVISES = "SUPERVISES", _("Supervises")
    PERMITTED = "PERMITTED", _("Permitted")
    INSPECTED = "INSPECTED", _("Inspected last")
    CERTIFIED = "CERTIFIED", _("Certified")
    KNEW = "KNEW", _("Knew")
    LATE = "LATE", _("Late")
    OVERALL = "OVERALL", _("Overall responsibility")


class Trigger(models.TextChoices):
    """The punishable omissions of 003, section three (five), that have a detector here."""

    A1 = "A1", _("A1 Not censused and filed as required")
    A3 = "A3", _("A3 Inspections due by law not carried out")
    A4 = "A4", _("A4 A violation found and not stopped")
    A11 = "A11", _("A11 Report concealed, late or false")


class SignalState(models.TextChoices):
    """A signal is a question put to a named person, never a finding by itself."""

    OPEN = "OPEN", _("To be examined")
    CONFIRMED = "CONFIRMED", _("Confirmed")
    DISMISSED = "DISMISSED", _("Dismissed")


class InspectionCoverage(rules.Content, frozen=True):
    """How often every supervised place is to be inspected at least (years)."""

    years: int


def inspection_overdue(last: date | None, on: date, years: int) -> bool:
    """Whether the last inspection lies further back than the period (Order 49 of 2021)."""
    if last is None:
        return True
    leap_day = (last.month, last.day) == (2, 29)
    return last.replace(year=last.year + years, day=28 if leap_day else last.day) < on


def _check_coverage(content: InspectionCoverage, example: Mapping[str, Any]) -> bool:
    return inspection_overdue(example["last"], example["day"], content.years) is example["overdue"]


INSPECTION_COVERAGE = rules.kind("inspection_coverage", InspectionCoverage, check=_check_coverage)

# A sentence is kept as its code and its values, and said in the reader's language.
# A value that exists in both languages is stored as <name>_zh and <name>_en.
SENTENCES: dict[str, str | Promise] = {
    "first_responsible": _("%(person)s answers first for %(operator)s"),
    "unregistered": _("Nobody has registered this place: %(site)s"),
    "supervises": _("%(office)s, officer %(officer)s, since %(since)s"),
    "no_supervision": _("No office and officer were assigned on %(on)s"),
    "permitted": _("%(instrument)s %(number)s issued by %(office)s, valid %(from)s to %(to)s"),
    "no_permit": _("No valid instrument on %(on)s; missing: %(missing)s"),
    "inspected": _("Sampled on %(on)s by %(officers)s: %(number)s"),
    "never_inspected": _("No sampling visit on record before %(on)s"),
    "certified": _("Test report %(number)s signed by %(person)s on %(on)s: %(outcome)s"),
    "knew": _("%(party)s was served %(notice)s on %(on)s"),
    "acknowledged": _("%(party)s was served %(notice)s on %(on)s and acknowledged it on %(ack)s"),
    "not_served": _("%(notice)s has not been served on %(party)s"),
    "late_open": _("%(deed)s was due %(due)s and is still not done"),
    "late_done": _("%(deed)s was due %(due)s and was done %(done)s"),
    "overall": _("%(office)s, head %(officer)s, answers overall for the territory"),
    "overall_nobody": _("%(office)s answers overall for the territory; no head is on record"),
    "signal_a1": _("%(count)s places in the trace had no registration or no officer in charge"),
    "signal_a3": _(
        "%(count)s of %(total)s places in the trace had no sampling visit in %(years)s years"
    ),
    "signal_a4": _("“%(deed)s” about %(subject)s has been overdue since %(due)s"),
    "signal_a11": _("The report upward was due %(due)s; it was made %(done)s"),
    "not_yet": _("not yet"),
}


@dataclass(frozen=True)
class ResponsibilityTraced(Happening):
    """The three columns of an alert are ready."""

    alert_id: int
    trace_id: int


@dataclass(frozen=True)
class SignalDecided(Happening):
    """A person of the supervision organ decided on a signal."""

    signal_id: int
    trigger: str
    state: str
