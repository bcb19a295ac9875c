"""The question in the address of a trace page: lots, direction, moment, and what is supposed.

Each supposition is one parameter, so that a question can be linked, saved and shared:
`clear=LOT|SITE` (site may be empty), `kill=SITE`, `clean=SITE|MOMENT`, `mix=SITE|HOURS`,
`case=SITE|COUNT`, `negative=SITE`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhian.chain.tracing.selectors import Cleaning, Clearance, Kill, Mixing, Question, Rules
from zhian.chain.tracing.vocabulary import Direction
from zhian.chain.tracing.web.forms import TraceForm
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, FieldError

MOST_LOTS = 50
MOST_SUPPOSED = 50
HOURS = 24.0  # goods of one site touch each other for so long where nothing is said

SUPPOSED: dict[str, Promise] = {
    "case": _("Case here"),
    "negative": _("Nobody ill, nothing found here"),
    "clear": _("Lot found clean"),
    "kill": _("Treatment that kills"),
    "clean": _("Cleaned"),
    "mix": _("Goods mix here"),
    "follow": _("Follow the goods from here"),
}
ONLY_OF_A_MODEL = {"follow"}


@dataclass(frozen=True)
class Supposed:
    """One thing supposed, as its parameter and in parts."""

    kind: str
    value: str
    site: str = ""
    lot: str = ""
    at: datetime | None = None
    number: float = 1.0

    @property
    def word(self) -> str:
        """What is supposed."""
        return str(SUPPOSED[self.kind])


@dataclass(frozen=True)
class Asked:
    """The whole question of a page."""

    question: Question
    supposed: tuple[Supposed, ...]
    form: TraceForm

    @property
    def has_rules(self) -> bool:
        """Whether something is supposed that changes the trace."""
        return self.question.rules != Rules()

    @property
    def has_cases(self) -> bool:
        """Whether there is a case, so that sources can be ranked."""
        return any(one.kind == "case" for one in self.supposed)


def asked(request: HttpRequest) -> Asked:
    """Read the address; BadInput that names the field."""
    query = request.GET.copy()
    query.setdefault("direction", Direction.BOTH.value)
    form = TraceForm(query)
    if not form.is_valid():
        wrong = [FieldError(key, str(texts[0])) for key, texts in form.errors.items()]
        raise BadInput(_("This question cannot be answered."), fields=wrong)
    values = form.cleaned_data
    supposed = suppositions(query)
    question = Question(
        lots=tuple(dict.fromkeys(lot.strip() for lot in query.getlist("lot") if lot.strip()))[
            :MOST_LOTS
        ],
        direction=Direction(values["direction"]),
        as_of=values["as_of"],
        rules=_rules(supposed),
    )
    return Asked(question, supposed, form)


def suppositions(query: QueryDict) -> tuple[Supposed, ...]:
    """What the address supposes; BadInput for what cannot be read."""
    found = tuple(
        _PARTS[kind](kind, value)
        for kind in SUPPOSED
        for value in dict.fromkeys(query.getlist(kind))
        if value.strip()
    )
    if len(found) > MOST_SUPPOSED:
        raise BadInput(_("This is more than one question can suppose."))
    return found


def _place(kind: str, value: str) -> Supposed:
    return Supposed(kind, value, site=value)


def _lot(kind: str, value: str) -> Supposed:
    lot, _bar, site = value.partition("|")
    return Supposed(kind, value, site=site, lot=lot)


def _moment(kind: str, value: str) -> Supposed:
    site, _bar, text = value.partition("|")
    try:
        at = parse_datetime(text if "T" in text or " " in text else f"{text}T00:00")
    except ValueError:
        at = None
    if at is None:
        raise BadInput(fields=[FieldError(kind, _("Say when it was cleaned."))])
    return Supposed(
        kind, value, site=site, at=at if at.tzinfo else at.replace(tzinfo=clock.BEIJING)
    )


def _number(kind: str, value: str) -> Supposed:
    site, _bar, text = value.partition("|")
    try:
        number = float(text or (HOURS if kind == "mix" else 1))
    except ValueError:
        number = -1.0
    if not 0 < number < 1e6:
        raise BadInput(fields=[FieldError(kind, _("This is no usable number."))])
    return Supposed(kind, value, site=site, number=number)


_PARTS: Mapping[str, Callable[[str, str], Supposed]] = {
    "case": _number,
    "negative": _place,
    "clear": _lot,
    "kill": _place,
    "clean": _moment,
    "mix": _number,
    "follow": _place,
}


def _rules(supposed: tuple[Supposed, ...]) -> Rules:
    def of(kind: str) -> list[Supposed]:
        return [one for one in supposed if one.kind == kind]

    return Rules(
        clearances=frozenset(Clearance(one.lot, one.site or None) for one in of("clear")),
        kills=frozenset(Kill(one.site) for one in of("kill")),
        cleanings=frozenset(Cleaning(one.site, one.at) for one in of("clean") if one.at),
        mixings=frozenset(Mixing(one.site, timedelta(hours=one.number)) for one in of("mix")),
    )


def with_supposed(query: QueryDict) -> str:
    """The address with what the panel's form adds: `suppose` at `at_site`, of a lot, at a time."""
    added = query.copy()
    (kind,), (site,), (lot,), (time,) = (
        (added.pop(key, [""]) or [""])[-1:] for key in ("suppose", "at_site", "of_lot", "at_time")
    )
    value = {"clear": lot, "clean": f"{site}|{time}"}.get(kind, site)
    if kind in SUPPOSED and value and value not in added.getlist(kind):
        added.appendlist(kind, value)
    return added.urlencode()


def without(query: QueryDict, one: Supposed) -> str:
    """The address with one supposition taken back."""
    left = query.copy()
    left.setlist(one.kind, [value for value in query.getlist(one.kind) if value != one.value])
    return left.urlencode()


def evidence(supposed: tuple[Supposed, ...]) -> dict[str, Any]:
    """Cases and negatives as keys of a neutral model (trace 3.13)."""
    return {
        "cases": [{"station": s.site, "count": s.number} for s in supposed if s.kind == "case"],
        "negative": [s.site for s in supposed if s.kind == "negative"],
        "kill": [s.site for s in supposed if s.kind == "kill"],
        "mix": [s.site for s in supposed if s.kind == "mix"],
        "follow": [s.site for s in supposed if s.kind == "follow"],
    }
