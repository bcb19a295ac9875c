"""Comparing libraries and keeping the answers; mapping food categories; items without a limit."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, NotKnown
from zhian.kernel.exchange import Row, RowError
from zhian.kernel.use_cases import record, use_case
from zhian.registry.standards import policies
from zhian.registry.standards.engine.defaults import Answer, with_defaults
from zhian.registry.standards.engine.questions import (
    ClashLine,
    MarketLimit,
    Trees,
    clashes,
    compare_libraries,
)
from zhian.registry.standards.models import (
    Comparison,
    ComparisonLine,
    FoodMapping,
    FoodNode,
    UnlimitedItem,
)
from zhian.registry.standards.selectors.questions import (
    FINDINGS,
    fingerprint,
    food_paths,
    mapped_foods,
    market_limits,
    markets,
)
from zhian.registry.standards.selectors.uniform import uniform_limits
from zhian.registry.standards.vocabulary import HOME, Finding

BATCH = 5_000


@use_case("standards.markets.compared")
def compare_market(*, acting_user: User, market: str, on: date | None = None) -> Comparison:
    """Hold our limits against another market's (or, for home, against each other); keep the rows.

    The former rows of that market are replaced: they can be made again at any time. S127, S130.
    """
    policies.require_clerk(acting_user)
    if market != HOME and market not in markets():
        raise NotKnown(_("No limit of this market is loaded."))
    day = on or clock.today()
    ours, theirs = market_limits(HOME, day), market_limits(market, day)
    trees = Trees(food_paths(), mapped_foods(market))
    Comparison.objects.filter(market=market).delete()
    comparison = _comparison(acting_user, market, day, ours, theirs)
    if market == HOME:
        lines = [_clash(comparison, one) for one in clashes(ours, trees)]
    else:
        found = compare_libraries(ours, theirs, trees)
        answers = with_defaults(found, ours, theirs, uniform_limits(market, day))
        lines = [_line(comparison, one) for one in answers]
    ComparisonLine.objects.bulk_create(lines, batch_size=BATCH)
    record(comparison, market=market, on=day, ours=len(ours), theirs=len(theirs), rows=len(lines))
    return comparison


def _comparison(
    user: User, market: str, day: date, ours: Sequence[MarketLimit], theirs: Sequence[MarketLimit]
) -> Comparison:
    return Comparison.objects.create(
        market=market,
        on=day,
        made_at=clock.now(),
        made_by=user,
        editions=fingerprint(market),
        our_limits=len(ours),
        our_substances=len({one.substance for one in ours}),
        their_limits=len(theirs),
        their_substances=len({one.substance for one in theirs}),
    )


def _line(comparison: Comparison, answer: Answer) -> ComparisonLine:
    line, uniform = answer.line, answer.uniform
    some = line.theirs or line.ours
    assert some is not None  # a line has one side at least
    ratio = line.compared.ratio
    return ComparisonLine(
        comparison=comparison,
        finding=FINDINGS[line.compared.relation],
        reason=line.compared.code,
        ratio=float(ratio) if ratio is not None else None,
        substance_id=some.substance,
        ours_id=line.ours.key if line.ours else None,
        theirs_id=line.theirs.key if line.theirs else None,
        our_node_id=line.our_node,
        their_node_id=line.their_node,
        uniform=uniform.demand if uniform else "",
        uniform_clause=uniform.clause if uniform else "",
    )


def _clash(comparison: Comparison, line: ClashLine) -> ComparisonLine:
    return ComparisonLine(
        comparison=comparison,
        finding=Finding(line.clash.value),
        reason=line.code,
        substance_id=line.one.substance,
        ours_id=line.one.key,
        theirs_id=line.other.key,
        our_node_id=line.one.node,
        their_node_id=line.other.node,
    )


@use_case("standards.foods.mapped")
def map_foods(*, acting_user: User, rows: Sequence[Row]) -> int:
    """Say which food category of one tree stands for one of another; known pairs stay.

    BadInput names the first row that `checked_mappings` refuses.
    """
    policies.require_clerk(acting_user)
    errors = checked_mappings(rows)
    if errors:
        raise BadInput(f"{errors[0].row}: {errors[0]}")
    nodes = _named(rows)
    made = FoodMapping.objects.bulk_create(
        [
            FoodMapping(
                ours=nodes[_side(row, "our")],
                theirs=nodes[_side(row, "their")],
                source=str(row.values.get("source") or "")[:300],
                entered_at=clock.now(),
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    record("standards:mappings", rows=len(made))
    return len(made)


def checked_mappings(rows: Sequence[Row]) -> list[RowError]:
    """What is wrong with rows of mappings: a category nobody loaded, or one mapped to itself."""
    nodes = _named(rows)
    errors = []
    for row in rows:
        for side, label in (("our", _("our food category")), ("their", _("their food category"))):
            if _side(row, side) not in nodes:
                errors.append(RowError(row.number, str(label), str(_("not in this standard"))))
        if _side(row, "our") == _side(row, "their"):
            errors.append(RowError(row.number, "", str(_("a category stands for itself anyway"))))
    return errors


def _side(row: Row, side: str) -> tuple[str, str]:
    return str(row.values[f"{side}_standard"]), str(row.values[f"{side}_food"])


def _named(rows: Sequence[Row]) -> dict[tuple[str, str], FoodNode]:
    """The food categories the rows name, by standard and code."""
    wanted = {_side(row, side) for row in rows for side in ("our", "their")}
    codes = {code for _standard, code in wanted}
    standards = {standard for standard, _code in wanted}
    found = FoodNode.objects.filter(Q(code__in=codes), standard__code__in=standards).select_related(
        "standard"
    )
    return {(node.standard.code, node.code): node for node in found.order_by("pk")}


@use_case("standards.mapping.removed")
def unmap_foods(*, acting_user: User, mapping_id: int, reason: str) -> None:
    """Take back a mapping that proved wrong."""
    policies.require_clerk(acting_user)
    found = FoodMapping.objects.filter(pk=mapping_id).select_related("ours", "theirs").first()
    if found is None:
        raise NotKnown
    record(found, ours=found.ours.code, theirs=found.theirs.code, reason=reason)
    found.delete()


@use_case("standards.items.unlimited")
def note_items_without_limit(
    *, acting_user: User, items: Sequence[tuple[str, str, str]], market: str = HOME
) -> int:
    """A laboratory asked for limits the library does not hold: (item, product, reason code)."""
    today = clock.today()
    for item, product, reason in dict.fromkeys(items):
        known, made = UnlimitedItem.objects.select_for_update().get_or_create(
            item=item[:200],
            product=product[:200],
            market=market,
            reason=reason[:40],
            defaults={"first_on": today, "last_on": today},
        )
        if not made:
            known.seen(today)
            known.save(update_fields=["times", "last_on"])
    record("standards:unlimited", items=[item for item, _product, _reason in items])
    return len(items)
