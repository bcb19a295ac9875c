"""The reads: the latest picture of an alert, link by link, and its signals."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q

from zhian.oversight.accountability.models import Line, ResponsibilityTrace, Signal
from zhian.oversight.accountability.vocabulary import Column
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


def by_link(trace: ResponsibilityTrace, *, doubtful_first: bool = True) -> Sequence[LinkColumns]:
    """The three columns of each link; long links show their doubtful lines first."""
    found: dict[str, LinkColumns] = {}
    counts = (
        trace.lines.values("link")
        .annotate(
            total=Count("pk"),
            doubtful=Count("pk", filter=Q(doubtful=True)),
            places=Count("site_key", distinct=True),
        )
        .order_by("link")
    )
    for row in counts:
        found[row["link"]] = LinkColumns(
            row["link"], places=row["places"], total=row["total"], doubtful=row["doubtful"]
        )
    order = ("-doubtful",) if doubtful_first else ()
    tiers: dict[str, int] = {}
    lines = trace.lines.select_related("site", "office", "officer").order_by(*order, "tier", "pk")
    for line in lines.iterator(chunk_size=2000):
        tiers[line.link] = min(tiers.get(line.link, line.tier), line.tier)
        column = found[line.link].columns[line.column]
        if len(column) < SHOWN_PER_LINK:
            column.append(line)
    return sorted(found.values(), key=lambda link: tiers[link.link])


def signals_about(alert: Alert) -> list[Signal]:
    """The signals of an alert, open ones first."""
    return list(
        Signal.objects.filter(alert=alert)
        .select_related("office", "officer", "decided_by")
        .order_by("state", "trigger", "pk")
    )
