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
    "addressees": gettext_lazy("Addressees"),
    "at": gettext_lazy("Time"),
    "card": gettext_lazy("Card"),
    "count": gettext_lazy("Number of items"),
    "deed": gettext_lazy("Deed"),
    "due_at": gettext_lazy("Due"),
    "filename": gettext_lazy("File name"),
    "in_time": gettext_lazy("In time"),
    "kind": gettext_lazy("Kind"),
    "note": gettext_lazy("Note"),
    "number": gettext_lazy("Number"),
    "office": gettext_lazy("Office"),
    "officer": gettext_lazy("Officer"),
    "reason": gettext_lazy("Reason"),
    "receiver": gettext_lazy("Received by"),
    "root": gettext_lazy("Merkle root"),
    "served_at": gettext_lazy("Served"),
    "size": gettext_lazy("Entries covered"),
    "subject": gettext_lazy("Subject"),
    "text": gettext_lazy("Text"),
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
