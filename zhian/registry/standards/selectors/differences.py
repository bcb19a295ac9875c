"""What changed between two editions, in words a lawyer reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from zhian.kernel import clock
from zhian.kernel.languages import in_reader_language
from zhian.registry.standards import packs
from zhian.registry.standards.engine.differences import (
    Change,
    Difference,
    Entry,
    counted,
    differences,
)
from zhian.registry.standards.engine.verdict import Direction
from zhian.registry.standards.models import Edition, FoodNode, Limit
from zhian.registry.standards.vocabulary import EditionState


@dataclass(frozen=True)
class ChangeRow:
    """One change with its words; `old_id` and `new_id` lead to the limits."""

    change: Change
    label: str
    substance: str
    food: str
    old: str
    new: str
    old_clause: str
    new_clause: str
    remark: str
    old_id: int | None
    new_id: int | None
    inherited: bool = False


@dataclass(frozen=True)
class ChangeReport:
    """All changes from one edition to another, and their numbers by sort."""

    old: Edition
    new: Edition
    rows: tuple[ChangeRow, ...]
    counts: tuple[tuple[Change, str, int], ...]

    def of(self, change: str) -> tuple[ChangeRow, ...]:
        """The rows of one sort; all of them where none is named."""
        return tuple(row for row in self.rows if change in {"", row.change.value})


def change_label(change: Change) -> str:
    """The sort of a change in the reader's language."""
    return {
        Change.STRICTER: _("Stricter"),
        Change.LOOSER: _("Looser"),
        Change.NEW: _("New"),
        Change.GONE: _("Gone"),
        Change.OTHER_TERMS: _("In other terms"),
        Change.CLAUSE: _("Other clause"),
        Change.RESTATED: _("Restated"),
    }[change]


def changes_between(old: Edition, new: Edition) -> ChangeReport:
    """The report on two editions of one standard, or of two standards with the same foods."""
    policy = packs.verdict_rules(clock.today())
    names: dict[str, tuple[str, str]] = {}

    def direction(substance: str) -> Direction:
        return policy.direction(names[substance][0])

    before, after = _entries(old, names), _entries(new, names)
    found = differences(before, after, _parents(old, new), direction)
    order = list(Change)
    found.sort(key=lambda one: (names[one.substance], order.index(one.change), one.node))
    foods = _foods(old, new)
    rows = tuple(_row(one, names, foods) for one in found)
    counts = tuple((one, change_label(one), number) for one, number in counted(found).items())
    return ChangeReport(old, new, rows, counts)


def _entries(edition: Edition, names: dict[str, tuple[str, str]]) -> list[Entry]:
    """The limits of an edition; a substance is the same one where its name is."""
    limits = Limit.objects.filter(edition=edition).select_related("substance", "node")
    found = []
    for limit in limits.order_by("pk"):
        substance = limit.substance
        names[str(substance.pk)] = (substance.name_zh, substance.name_en)
        found.append(
            Entry(
                key=limit.pk,
                substance=str(substance.pk),
                node=limit.node.code,
                demand=limit.demand,
                clause=limit.clause,
                condition=limit.condition,
                note=limit.note,
                use=limit.use,
            )
        )
    return found


def _parents(old: Edition, new: Edition) -> dict[str, str]:
    nodes = FoodNode.objects.filter(standard__in={old.standard_id, new.standard_id})
    return {code: parent or "" for code, parent in nodes.values_list("code", "parent__code")}


def _foods(old: Edition, new: Edition) -> dict[str, tuple[str, str]]:
    nodes = FoodNode.objects.filter(standard__in={old.standard_id, new.standard_id})
    return {code: (zh, en) for code, zh, en in nodes.values_list("code", "name_zh", "name_en")}


def _row(
    one: Difference, names: dict[str, tuple[str, str]], foods: dict[str, tuple[str, str]]
) -> ChangeRow:
    return ChangeRow(
        change=one.change,
        label=change_label(one.change),
        substance=in_reader_language(*names[one.substance]),
        food=in_reader_language(*foods.get(one.node, (one.node, one.node))),
        old=_shown(one.old),
        new=_shown(one.new),
        old_clause=one.old.clause if one.old else "",
        new_clause=one.new.clause if one.new else "",
        remark=_remark(one, foods),
        old_id=one.old.key if one.old else None,
        new_id=one.new.key if one.new else None,
        inherited=bool(one.through),
    )


def _shown(entry: Entry | None) -> str:
    if entry is None:
        return ""
    return f"{entry.demand} ({entry.condition})" if entry.condition else entry.demand


def _remark(one: Difference, foods: dict[str, tuple[str, str]]) -> str:
    """How much, why it cannot be compared, and which category's rule was or is inherited."""
    parts = [*_how_much(one.ratio)]
    if one.why:
        parts.append(_why(one.why))
    if one.through:
        above = in_reader_language(*foods.get(one.through, (one.through, one.through)))
        inherited_before = one.old is not None and one.old.node == one.through
        parts.append(
            (_("before: the rule of %(food)s") if inherited_before else _("now: that of %(food)s"))
            % {"food": above}
        )
    return "；".join(parts)


def _how_much(ratio: Fraction | None) -> Iterable[str]:
    if ratio is None or ratio in {0, 1}:
        return ()
    factor = f"{float(ratio if ratio > 1 else 1 / ratio):.4g}"
    text = _("%(factor)s times stricter") if ratio > 1 else _("%(factor)s times looser")
    return (text % {"factor": factor},)


def _why(code: str) -> str:
    return {
        "basis_differs": _("another basis"),
        "unit_differs": _("another unit"),
        "plan_against_number": _("a sampling plan against a number"),
        "plans_differ": _("another number of sub-samples"),
        "portion_differs": _("another portion"),
        "limits_cross": _("one bound stricter, the other looser"),
        "no_operator": _("a number without operator"),
    }.get(code, _("needs a person"))


def editions_to_compare(edition: Edition, visible: Iterable[Edition]) -> Sequence[Edition]:
    """Other imports of the same standard, the nearest earlier one first."""
    others = [
        one
        for one in visible
        if one.standard_id == edition.standard_id
        and one.pk != edition.pk
        and one.state != EditionState.DISCARDED
    ]
    return sorted(others, key=lambda one: _distance(one, edition))


def _distance(one: Edition, edition: Edition) -> tuple[bool, int, int]:
    later = (one.effective_from, one.revision) > (edition.effective_from, edition.revision)
    return (
        later,
        abs((edition.effective_from - one.effective_from).days),
        abs(edition.revision - one.revision),
    )


def edition_named(text: str) -> Edition | None:
    """An edition by its printed code: the import in force, else the newest; `code#2` names one."""
    code, _mark, revision = text.rpartition("#") if "#" in text else (text, "", "")
    found = Edition.objects.filter(code__iexact=code.strip()).select_related("standard")
    if revision.isdigit():
        return found.filter(revision=int(revision)).first()
    active = found.filter(state=EditionState.ACTIVE).first()
    return active or found.exclude(state=EditionState.DISCARDED).order_by("-revision").first()


def headers() -> list[str]:
    """The columns of the report."""
    return [
        _("Change"), _("Substance"), _("Food category"), _("Before"), _("Now"),
        _("Clause before"), _("Clause now"), _("Remark"),
    ]  # fmt: skip


def cells(report: ChangeReport) -> list[list[str]]:
    """The rows of the report as its columns show them."""
    return [
        [row.label, row.substance, row.food, row.old, row.new, row.old_clause, row.new_clause,
         row.remark]
        for row in report.rows
    ]  # fmt: skip
