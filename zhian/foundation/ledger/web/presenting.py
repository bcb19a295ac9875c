"""The values of an entry as people read them; what has no words yet stays as it was recorded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhian.foundation.ledger.vocabulary import prettified
from zhian.kernel.templatetags.zhian import beijing

WORDS: dict[str, Promise] = {
    "about": gettext_lazy("Subject"),
    "added": gettext_lazy("Newly added"),
    "addressees": gettext_lazy("Addressees"),
    "after": gettext_lazy("After"),
    "alert": gettext_lazy("Alert"),
    "at": gettext_lazy("Time"),
    "before": gettext_lazy("Before"),
    "card": gettext_lazy("Card"),
    "case": gettext_lazy("Case"),
    "cause": gettext_lazy("Cause"),
    "changed": gettext_lazy("Changed"),
    "citation": gettext_lazy("Legal source"),
    "clerk": gettext_lazy("Clerk"),
    "count": gettext_lazy("Number of items"),
    "counted_kg": gettext_lazy("Counted, kg"),
    "counts": gettext_lazy("Numbers"),
    "deed": gettext_lazy("Deed"),
    "deliveries": gettext_lazy("Deliveries"),
    "due_at": gettext_lazy("Due"),
    "duplicates": gettext_lazy("Known events"),
    "duties": gettext_lazy("Duties"),
    "editions": gettext_lazy("Editions"),
    "errors": gettext_lazy("Errors"),
    "events": gettext_lazy("Events"),
    "evidence": gettext_lazy("Evidence"),
    "excluded": gettext_lazy("Left out"),
    "facts": gettext_lazy("Facts"),
    "filename": gettext_lazy("File name"),
    "flags": gettext_lazy("Doubts"),
    "found": gettext_lazy("Found"),
    "gaps": gettext_lazy("Gaps"),
    "grade": gettext_lazy("Grade"),
    "granted": gettext_lazy("Granted"),
    "gtin": gettext_lazy("GTIN"),
    "hash_renewed": gettext_lazy("Password stored anew with a stronger hash"),
    "hazard": gettext_lazy("Hazard"),
    "holders": gettext_lazy("Holders"),
    "ids": gettext_lazy("Numbers in the register"),
    "in_time": gettext_lazy("In time"),
    "items": gettext_lazy("Test items"),
    "kg": gettext_lazy("Mass, kg"),
    "kind": gettext_lazy("Kind"),
    "laboratory": gettext_lazy("Laboratory"),
    "late": gettext_lazy("Late"),
    "limits": gettext_lazy("Limits"),
    "lines": gettext_lazy("Lines"),
    "lot": gettext_lazy("Lot"),
    "names": gettext_lazy("Names"),
    "new": gettext_lazy("New"),
    "nodes": gettext_lazy("Food categories"),
    "note": gettext_lazy("Note"),
    "notice": gettext_lazy("Notice"),
    "notices": gettext_lazy("Notices"),
    "number": gettext_lazy("Number"),
    "office": gettext_lazy("Office"),
    "officer": gettext_lazy("Officer"),
    "on": gettext_lazy("On"),
    "opened": gettext_lazy("Opened"),
    "operators": gettext_lazy("Operators"),
    "ordered_kg": gettext_lazy("Ordered, kg"),
    "origin": gettext_lazy("Origin"),
    "outcomes": gettext_lazy("Verdicts"),
    "owner": gettext_lazy("Owner"),
    "pack": gettext_lazy("Rule pack"),
    "public_key": gettext_lazy("Signing key"),
    "reason": gettext_lazy("Reason"),
    "recall": gettext_lazy("Recall"),
    "recall_class": gettext_lazy("Recall class"),
    "receiver": gettext_lazy("Received by"),
    "region": gettext_lazy("Region"),
    "report": gettext_lazy("Test report"),
    "role": gettext_lazy("Role"),
    "root": gettext_lazy("Merkle root"),
    "sample": gettext_lazy("Sample"),
    "seal": gettext_lazy("Seal"),
    "seal_intact": gettext_lazy("Seal intact"),
    "served": gettext_lazy("Served on"),
    "served_at": gettext_lazy("Served"),
    "sha256": gettext_lazy("SHA-256"),
    "signals": gettext_lazy("Signals"),
    "site": gettext_lazy("Site"),
    "size": gettext_lazy("Entries covered"),
    "states": gettext_lazy("Licence states"),
    "step": gettext_lazy("Step taken"),
    "subject": gettext_lazy("Subject"),
    "subjects": gettext_lazy("Subjects"),
    "supervisions": gettext_lazy("Supervisions"),
    "text": gettext_lazy("Text"),
    "to": gettext_lazy("Passed to"),
    "to_name": gettext_lazy("Handed to"),
    "to_user": gettext_lazy("Account of the receiver"),
    "total": gettext_lazy("In all"),
    "unregistered": gettext_lazy("Not registered"),
    "user": gettext_lazy("Account"),
    "username": gettext_lazy("User name"),
    "witness": gettext_lazy("Witness"),
}
FEW = 12


def presented(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of everything an entry recorded."""
    return [(str(WORDS.get(name, prettified(name))), as_words(data[name])) for name in data]


def as_words(value: Any) -> str:
    """A recorded value in words: times in Beijing time, yes and no, lists cut after a dozen."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return _list_in_words(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{label}: {words}" for label, words in presented(value))
    text = str(value)
    moment = _moment(text)
    return beijing(moment) if moment is not None else text


def _list_in_words(values: list[Any]) -> str:
    shown = ", ".join(as_words(value) for value in values[:FEW])
    if len(values) > FEW:
        return _("%(shown)s … (%(total)d in all)") % {"shown": shown, "total": len(values)}
    return shown


def _moment(text: str) -> datetime | None:
    """A recorded moment; None for any other text, days and numbers included."""
    if len(text) < 20 or text[10:11] != "T":
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
