"""Recalls, the lines of their scope, and what confirming these does (S100)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhian.kernel.errors import NotKnown
from zhian.response.recalls.lifecycles import RECALL
from zhian.response.recalls.models import Extension, Recall, ScopeLine
from zhian.response.recalls.vocabulary import ExtensionState, RecallState

UNDER_WAY = (RecallState.RUNNING, RecallState.FINISHED)
# A line of the first scope, or of an extension that a person decided on.
DECIDED = Q(extension__isnull=True) | Q(extension__decided_at__isnull=False)


@dataclass(frozen=True)
class Consequence:
    """What confirming a scope does, in numbers, before anybody presses the button."""

    holders: int
    unregistered: int
    lots: int
    kg: Decimal
    quantity_unknown: int
    regions: int
    lines: int
    excluded: int


def recall_of_alert(alert_id: int) -> Recall | None:
    """The recall an alert already has."""
    return Recall.objects.filter(alert_id=alert_id).first()


def line_kg(line: ScopeLine) -> Decimal | None:
    """What the holder should have: what is on hand by the records, else all it received."""
    if line.kg_on_hand is None:
        return line.kg_received
    # Records that let more go out than came in cannot be true; nobody owes less than nothing.
    return max(Decimal(0), line.kg_on_hand)


def consequence(
    lines: Iterable[ScopeLine], excluded: Mapping[int, str] | None = None
) -> Consequence:
    """The numbers of a scope with some lines left out."""
    every = list(lines)
    kept = [line for line in every if line.pk not in (excluded or {})]
    masses = [line_kg(line) for line in kept]
    return Consequence(
        holders=len({line.site_key for line in kept if line.site_id is not None}),
        unregistered=len({line.site_key for line in kept if line.site_id is None}),
        lots=len({line.lot_key for line in kept}),
        kg=sum((kg for kg in masses if kg is not None), Decimal(0)),
        quantity_unknown=sum(1 for kg in masses if kg is None),
        regions=len({line.site.region_id for line in kept if line.site is not None}),
        lines=len(kept),
        excluded=len(every) - len(kept),
    )


def lines_of(recall: Recall) -> QuerySet[ScopeLine]:
    """The scope of a recall with names."""
    return ScopeLine.objects.filter(recall=recall).select_related(
        "site__region", "operator", "product", "extension"
    )


def undecided_lines(recall: Recall) -> QuerySet[ScopeLine]:
    """The lines a person has yet to decide on: the first scope, later what the recall lacks."""
    if RECALL.allows("confirm", recall.state):
        return lines_of(recall)
    return lines_of(recall).filter(extension__state=ExtensionState.PROPOSED)


def decided_lines(recall: Recall) -> QuerySet[ScopeLine]:
    """The lines of a started recall that were confirmed or left out."""
    return lines_of(recall).filter(DECIDED)


def open_extension(recall: Recall) -> Extension | None:
    """What was found since the start and waits for a decision."""
    return recall.extensions.filter(state=ExtensionState.PROPOSED).first()


def extension(extension_id: int) -> Extension:
    """One extension, whoever asks; NotKnown when there is none."""
    found = Extension.objects.filter(pk=extension_id).first()
    if found is None:
        raise NotKnown
    return found


def extensions_of(recall: Recall) -> QuerySet[Extension]:
    """What was found since the start, oldest first, decided or not."""
    return recall.extensions.select_related("decided_by", "public_notice")


def regions_in_scope(recall: Recall) -> list[str]:
    """Where the goods lie or may lie, by code."""
    lines = ScopeLine.objects.filter(recall=recall, included=True, site__isnull=False)
    return sorted(set(lines.values_list("site__region_id", flat=True)))


def _in_force() -> QuerySet[ScopeLine]:
    """Lines whose goods are ordered back."""
    return ScopeLine.objects.filter(DECIDED, included=True)


def recalls_of_lots(lot_keys: Sequence[str]) -> QuerySet[Recall]:
    """Recalls whose included scope names any of the lots (for lot pages and the public)."""
    return Recall.objects.filter(
        Exists(_in_force().filter(recall=OuterRef("pk"), lot_key__in=lot_keys)), state__in=UNDER_WAY
    )


def lots_under_recall(lot_keys: Sequence[str]) -> dict[str, list[int]]:
    """Which of the lots are under which recalls, by lot; lots under none are absent."""
    found: dict[str, list[int]] = {}
    lines = _in_force().filter(lot_key__in=lot_keys, recall__state__in=UNDER_WAY)
    for lot, recall_id in (
        lines.values_list("lot_key", "recall_id").distinct().order_by("recall_id")
    ):
        found.setdefault(lot, []).append(recall_id)
    return found


def recalls_to_search(lot_keys: Sequence[str] | None) -> list[int]:
    """Recalls under way that these lots concern; None: all of them."""
    recalls = Recall.objects.filter(state__in=UNDER_WAY)
    if lot_keys is not None:
        named = _in_force().filter(recall=OuterRef("pk"), lot_key__in=list(lot_keys))
        recalls = recalls.filter(Exists(named))
    return list(recalls.order_by("pk").values_list("pk", flat=True))


def recalls_to_extend(lot_keys: Sequence[str] | None) -> list[int]:
    """Running recalls that any line names these lots of, decided or not; None: all of them."""
    recalls = Recall.objects.filter(state=RecallState.RUNNING)
    if lot_keys is not None:
        lines = ScopeLine.objects.filter(recall=OuterRef("pk"), lot_key__in=list(lot_keys))
        recalls = recalls.filter(Exists(lines))
    return list(recalls.order_by("pk").values_list("pk", flat=True))


def plain(kg: Decimal | None) -> str:
    """A mass for texts that are stored: no trailing zeros, a dash where none is known."""
    return "–" if kg is None else f"{kg.normalize():f}"
