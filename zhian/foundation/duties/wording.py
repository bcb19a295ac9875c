"""How much time is left, in words: “2 working days left (until 11-26 23:59)”."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhian.foundation.duties import terms
from zhian.foundation.duties.engine.calendar import Unit, day_of, working_days_between
from zhian.foundation.duties.vocabulary import DutyState
from zhian.kernel.clock import beijing

HOUR = timedelta(hours=1)
TWO_DAYS = timedelta(days=2)


def remaining(*, due_at: datetime, unit: str, state: str, now: datetime) -> str:
    """What is left of a term at a moment; what it was late or early by once it is over."""
    if state == DutyState.DONE:
        return _("done in time") if now <= due_at else _("done late")
    if state == DutyState.CANCELLED:
        return _("cancelled")
    until = f"{beijing(due_at):%m-%d %H:%M}"
    if state == DutyState.STOPPED:
        return _("clock stopped (was due %(until)s)") % {"until": until}
    if now > due_at:
        return _("overdue by %(span)s (since %(until)s)") % {
            "span": span(now - due_at),
            "until": until,
        }
    return _("%(span)s left (until %(until)s)") % {"span": left(due_at, unit, now), "until": until}


def left(due_at: datetime, unit: str, now: datetime) -> str:
    """The time left in the unit of the term; hours on the last day."""
    if unit == Unit.WORKING_DAYS:
        calendar = terms.calendar(provisional=True)
        days = working_days_between(day_of(now), day_of(due_at), calendar)
        if days:
            return ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days}
    return span(due_at - now)


def span(time: timedelta) -> str:
    """Whole days from two days on, else whole hours, else minutes."""
    if time >= TWO_DAYS:
        return ngettext("%(n)d day", "%(n)d days", time.days) % {"n": time.days}
    if time >= HOUR:
        hours = time // HOUR
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    minutes = time // timedelta(minutes=1)
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
