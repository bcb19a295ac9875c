"""The reads: the latest picture of an alert, link by link, and its signals."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from zhian.oversight.accountability.models import Line, ResponsibilityTrace, Signal
from zhian.oversight.accountability.vocabulary import Column, SignalState, Trigger
from zhian.registry.subjects.vocabulary import ChainLink
from zhian.response.alerts.models import Alert

SHOWN_PER_LINK = 30


@dataclass
class LinkColumns:
    """One link of the chain: its lines in three columns, and how many there are in all."""

    link: str
    columns: dict[str, list[Line]] = field(
        default_factory=lambda: {column.value: [] for column in Column}
    )
    places: int = 0
    total: int = 0
    doubtful: int = 0


def latest_trace(alert: Alert) -> ResponsibilityTrace | None:
    """The newest picture of an alert, None before the first."""
    return ResponsibilityTrace.objects.filter(alert=alert).order_by("-built_at", "-pk").first()


@dataclass(frozen=True)
class LinkCount:
    """One link of the chain in numbers."""

    link: str
    places: int
    total: int
    doubtful: int


def summary(trace: ResponsibilityTrace) -> list[LinkCount]:
    """How many places, lines and doubtful lines each link has, in one query."""
    rows = (
        trace.lines.values("link")
        .annotate(
            total=Count("pk"),
            doubtful=Count("pk", filter=Q(doubtful=True)),
            places=Count("site_key", distinct=True),
            first=Min("tier"),
        )
        .order_by("first", "link")
    )
    return [LinkCount(r["link"], r["places"], r["total"], r["doubtful"]) for r in rows]


def by_link(trace: ResponsibilityTrace, *, doubtful_first: bool = True) -> Sequence[LinkColumns]:
    """The three columns of each link; long links show their doubtful lines first."""
    found = {
        row.link: LinkColumns(row.link, places=row.places, total=row.total, doubtful=row.doubtful)
        for row in summary(trace)
    }
    order = ("-doubtful",) if doubtful_first else ()
    lines = trace.lines.select_related("site", "office", "officer").order_by(*order, "tier", "pk")
    for line in lines.iterator(chunk_size=2000):
        column = found[line.link].columns[line.column]
        if len(column) < SHOWN_PER_LINK:
            column.append(line)
    return list(found.values())


def link_label(link: str) -> str:
    """The name of a link of the chain; what concerns the alert as a whole has its own."""
    if link == "ALERT":
        return str(_("The alert as a whole"))
    if link == "UNKNOWN":
        return str(_("Places nobody has registered"))
    return str(ChainLink(link).label)


# What was found and left lying comes before what was never looked for.
_WEIGHT = (Trigger.A4, Trigger.A11, Trigger.A1, Trigger.A3)


def signals_about(alert: Alert) -> list[Signal]:
    """The signals of an alert: open ones first, the gravest trigger first."""
    found = Signal.objects.filter(alert=alert).select_related("office", "officer", "decided_by")
    return sorted(
        found,
        key=lambda one: (
            one.state != SignalState.OPEN,
            _WEIGHT.index(Trigger(one.trigger)),
            -int(one.values.get("count", 0)),
            one.pk,
        ),
    )
