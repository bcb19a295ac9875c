"""What is doubtful in a reply, in the reader's words: no message of the engine reaches a page."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from zhian.chain.tracing.engine.problems import Problem
from zhian.chain.tracing.engine.workbooks.doubts import Doubt

_INSIDE = re.compile(r"\[(.*)\]")


def doubt_words() -> dict[str, str]:
    """Kinds of doubt."""
    return {
        "form_corrects": _("correction"),
        "station_alike": _("names alike"),
        "delivery_repeated": _("said twice"),
        "lot_alike": _("lot numbers alike"),
        "date_impossible": _("impossible date"),
        "above_stock": _("more than was there"),
    }


def action_words() -> dict[str, str]:
    """What ticking a doubt does."""
    return {
        "correct": _("take the correction"),
        "same_station": _("they are one operator"),
        "same_lot": _("they are one lot"),
        "same_delivery": _("they are one delivery"),
    }


def finding_words() -> dict[str, str]:
    """What could not be read as it was written."""
    return {
        "amount_differs": _("the other end wrote another amount"),
        "amount_unreadable": _("the amount cannot be read"),
        "delivery_changed": _("the delivery was given otherwise before"),
        "delivery_incomplete": _("sender or recipient is not among the operators; left out"),
        "duplicate_id": _("the number is given twice"),
        "form_empty": _("the form names no operator; left out"),
        "form_replaced": _("replaces an earlier form of the same request"),
        "id_missing": _("the row has no number; left out"),
        "link_unknown_delivery": _("names a delivery that does not exist; left out"),
        "lot_in_ean": _("a lot number stood in the bar code column"),
        "not_a_date": _("the date is no date"),
        "partner_changed": _("names another partner; read as a new delivery"),
        "reference_missing": _("does not say which goods above it belongs to"),
        "reference_unknown": _("names a line or lot that is not above"),
        "row_repeated": _("said twice; counts once"),
        "station_changed": _("the operator was given otherwise before"),
    }


def field_words() -> dict[str, str]:
    """What a correction may change."""
    return {
        "product": _("Product"),
        "lot": _("Lot"),
        "date": _("Date"),
        "amount": _("Quantity"),
        "unit": _("Unit"),
        "bestBefore": _("Best before"),
    }


def finding_line(problem: Problem) -> dict[str, str]:
    """Where it stands and what is wrong there."""
    place, _mark, row = problem.where.rpartition("!")
    where = _("%(sheet)s, row %(row)s") % {"sheet": place.rpartition(":")[2], "row": row}
    text = finding_words().get(problem.code, _("cannot be read"))
    return {"where": where if place else problem.where, "text": text}


def doubt_line(
    doubt: Doubt, names: Mapping[str, str], delivery: Callable[[str], str]
) -> dict[str, Any]:
    """A doubt with its box: what it is about, and what ticking it does."""
    proposal = doubt.proposal
    if proposal is None:
        found = _INSIDE.search(doubt.where)
        ids = found[1].split(", ") if found else []
        about = " → ".join(names.get(id_) or delivery(id_) or id_ for id_ in ids)
    elif proposal.action == "same_station":
        about = _pair(names.get(proposal.keep, ""), names.get(proposal.other, ""))
    elif proposal.action == "correct":
        words = field_words()
        changes = ", ".join(f"{words.get(key, key)}: {value}" for key, value in proposal.changes)
        about = f"{delivery(proposal.keep)} → {changes}"
    else:
        about = _pair(delivery(proposal.keep), delivery(proposal.other))
    return {
        "id": proposal.id if proposal else "",
        "word": doubt_words()[doubt.code],
        "about": about,
        "action": action_words()[proposal.action] if proposal else "",
    }


def _pair(first: str, second: str) -> str:
    return _("%(first)s, and %(second)s") % {"first": first, "second": second}
