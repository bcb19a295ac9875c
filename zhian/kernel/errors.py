"""What can go wrong, as one tree.

ZhianError
├── BadInput      422  something in a form, file or call is wrong: names field and row
├── Refused       403  you may know of it, you may not do it: says why
├── NotKnown      404  it does not exist, or you may not know that it does
├── Conflict      409  the thing is not in the state this step starts from
├── TooLarge      413  more than we promised to take
├── Unsupported   415  a media type we do not read
└── Unavailable   503  a part is missing for now (calendar not announced, database starting)

One class serves people and machines: `problem()` is RFC 7807, the page shows the same words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type_prefix = "urn:zhian:problem:"
Text = str | Promise


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with the input: which field, which row (1 = first data row), and why."""

    field: str
    message: Text
    row: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The error as plain JSON in the active language."""
        found: dict[str, Any] = {"field": self.field, "message": str(self.message)}
        if self.row is not None:
            found["row"] = self.row
        return found


class ZhianError(Exception):
    """An error a person or a client can act upon."""

    code = "error"
    status = 500
    title: Text = _("Something went wrong")

    def __init__(self, message: Text = "", *, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.message: Text = message or self.title
        self.fields = tuple(fields)

    def __str__(self) -> str:
        named = "; ".join(f"{f.field}: {f.message}" for f in self.fields)
        return f"{self.message} ({named})" if named else str(self.message)

    def problem(self) -> dict[str, Any]:
        """RFC 7807 problem details in the active language."""
        found: dict[str, Any] = {
            "type": type_prefix + self.code,
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.message),
        }
        if self.fields:
            found["errors"] = [field.as_json() for field in self.fields]
        return found


class BadInput(ZhianError):
    """The input is wrong; nothing was written."""

    code = "bad-input"
    status = 422
    title = _("The input has errors")


class Refused(ZhianError):
    """You may not do this; the message is the reason."""

    code = "refused"
    status = 403
    title = _("You may not do this")


class NotKnown(ZhianError):
    """Nothing here that you may know of."""

    code = "not-known"
    status = 404
    title = _("There is nothing here")


class Conflict(ZhianError):
    """The thing is not in the state this step starts from."""

    code = "conflict"
    status = 409
    title = _("This step is not possible now")


class TooLarge(ZhianError):
    """More than the announced limit."""

    code = "too-large"
    status = 413
    title = _("This is too large")


class Unsupported(ZhianError):
    """A media type or format that is not read here."""

    code = "unsupported"
    status = 415
    title = _("This format is not supported")


class Unavailable(ZhianError):
    """A part that is needed is missing for now."""

    code = "unavailable"
    status = 503
    title = _("This is not available now")
