"""What may be read of the limit library, and the one function that judges a result by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhian.registry.standards import judging
from zhian.registry.standards.engine.choosing import Place, StoredLimit, bare_name, choose
from zhian.registry.standards.engine.verdict import Step, Verdict, person
from zhian.registry.standards.judging import CaseRow, Food, judged_by, path_of, place_in
from zhian.registry.standards.models import Edition, FoodNode, Limit, SubstanceName
from zhian.registry.standards.vocabulary import EditionState, JudgedProduct


@dataclass(frozen=True)
class Judgement:
    """A verdict as other rooms keep it: words in both languages, the limit and proof as data."""

    outcome: str
    outcome_code: str
    reason_code: str
    reason_zh: str
    reason_en: str
    clause: str
    limit: dict[str, Any]
    proof: dict[str, Any]


def judge(
    product: JudgedProduct | None,
    item: str,
    result: str,
    unit: str,
    produced_on: date | None,
    *,
    market: str = "cn",
    printed_limit: str | None = None,
    lod: str | None = None,
    basis: str = "",
    moisture_percent: Fraction | None = None,
) -> Judgement:
    """Judge a laboratory's result by the limit in force on the day of production.

    `lod` is the detection limit with its unit (the result's unit where it names none); `basis` as
    the laboratory tested (dry, fat, solid_product, ready_to_eat). Never raises on any text.
    """
    row = CaseRow(
        product=product.name_zh if product is not None else "",
        category=product.category_zh if product is not None else "",
        item=item,
        result=result,
        limit=printed_limit or "",
        unit=unit,
        produced_on=produced_on.isoformat() if produced_on is not None else "",
        market=market,
        detection_limit=_with_unit(lod or "", unit),
        basis=basis,
        moisture_percent=moisture_percent,
    )
    nodes = product.food_nodes() if product is not None else ()
    return _judgement(row, judging.settled(row, lambda asked: _by_library(asked, nodes)))


def _with_unit(lod: str, unit: str) -> str:
    return f"{lod}{unit}" if lod and lod[-1].isdigit() else lod


def _by_library(row: CaseRow, nodes: Sequence[tuple[str, str]]) -> Verdict:
    """The verdict by the limits of the library; what is missing is said."""
    substance = substance_named(row.item)
    if substance is None:
        return person("substance_unknown")
    produced_on = judging.date_of(row.produced_on)
    if produced_on is None:
        return person("production_date_missing")
    market = "cn" if judging.at_home(row.market) else row.market.strip().lower()
    loaded = [limit for limit in stored_limits(substance) if limit.market == market]
    if not loaded:
        return person("market_unknown" if market != "cn" else "no_limit_loaded", market=market)
    places = places_of(row.product, row.category, nodes, {limit.standard for limit in loaded})
    if not places:
        return person("category_unknown")
    return judged_by(row, choose(loaded, str(substance), places, produced_on, market))


def substance_named(item: str) -> int | None:
    """The substance an item's printed name means; None when no name fits."""
    found = SubstanceName.objects.filter(folded=bare_name(item)).first()
    return found.substance_id if found is not None else None


def stored_limits(substance_id: int) -> list[StoredLimit]:
    """Every active limit on a substance, as the engine chooses among them."""
    limits = Limit.objects.filter(
        substance_id=substance_id, edition__state=EditionState.ACTIVE
    ).select_related("edition__standard", "node")
    return [stored(limit) for limit in limits.order_by("pk")]


def stored(limit: Limit) -> StoredLimit:
    """A limit as the engine sees it."""
    edition = limit.edition
    return StoredLimit(
        key=limit.pk,
        substance=str(limit.substance_id),
        standard=edition.standard.code,
        edition=edition.code,
        node=limit.node.code,
        node_name=limit.node.name_zh,
        demand=limit.demand,
        clause=limit.clause,
        grade=limit.grade,
        effective_from=edition.effective_from,
        effective_to=edition.effective_to,
        market=edition.standard.market,
        note=limit.note,
        condition=limit.condition,
    )


def places_of(
    product: str, category: str, nodes: Sequence[tuple[str, str]], standards: Iterable[str]
) -> list[Place]:
    """Where a product stands in each standard's tree: as an officer mapped it, else by words."""
    mapped = dict(nodes)
    places = []
    for standard, foods in _trees(standards).items():
        parents = {food.code: food.parent for food in foods}
        if standard in mapped:
            places.append(Place(standard, path_of(mapped[standard], parents)))
            continue
        place = place_in(standard, foods, product, category)
        if place is not None:
            places.append(place)
    return places


def _trees(standards: Iterable[str]) -> dict[str, list[Food]]:
    rows = FoodNode.objects.filter(standard__code__in=set(standards)).values_list(
        "standard__code", "code", "parent__code", "words"
    )
    trees: dict[str, list[Food]] = {}
    for standard, code, parent, words in rows.order_by("pk"):
        trees.setdefault(standard, []).append(Food(code, parent or "", words))
    return trees


def limits_matching(word: str) -> Q:
    """Limits whose substance (by any of its names or its CAS number) or food fits a word.

    By sub-query: a join with the names would show a limit once for each name that fits.
    """
    named = SubstanceName.objects.filter(folded__icontains=bare_name(word)).values("substance")
    return (
        Q(substance__in=named)
        | Q(substance__cas__iexact=word)
        | Q(node__name_zh__icontains=word)
        | Q(node__name_en__icontains=word)
        | Q(node__code__istartswith=word)
    )


def limits_for(
    substance: str, nodes: Sequence[tuple[str, str]], on: date, market: str = "cn"
) -> list[Limit]:
    """The limits on a substance that bind goods of these food nodes produced on a day."""
    found = substance_named(substance)
    if found is None:
        return []
    limits = stored_limits(found)
    places = places_of("", "", nodes, {standard for standard, _node in nodes})
    keys = [limit.key for limit in choose(limits, str(found), places, on, market)]
    chosen = Limit.objects.filter(pk__in=keys).select_related("edition__standard", "node")
    return list(chosen.order_by("pk"))


def _judgement(row: CaseRow, verdict: Verdict) -> Judgement:
    return Judgement(
        outcome=verdict.outcome.printed,
        outcome_code=verdict.outcome.value,
        reason_code=verdict.reason.code,
        reason_zh=judging.reason_text(verdict.reason, "zh"),
        reason_en=judging.reason_text(verdict.reason, "en"),
        clause=verdict.clause,
        limit=_limit_facts(verdict),
        proof={
            "item": row.item,
            "result": row.result,
            "unit": row.unit,
            "printed_limit": row.limit,
            "detection_limit": row.detection_limit,
            "produced_on": row.produced_on,
            "market": row.market,
            "product": row.product,
            "reason": _step_facts(verdict.reason),
            "steps": [_step_facts(step) for step in verdict.steps],
        },
    )


def _step_facts(step: Step) -> dict[str, Any]:
    return {
        "code": step.code,
        "facts": dict(step.facts),
        "zh": judging.reason_text(step, "zh"),
        "en": judging.reason_text(step, "en"),
    }


def _limit_facts(verdict: Verdict) -> dict[str, Any]:
    """The limit that was used, kept beside the verdict: a later edition never changes it."""
    facts: dict[str, Any] = {"demand": verdict.limit, "clause": verdict.clause}
    if verdict.limit_key is None:
        return facts
    limit = Limit.objects.select_related("edition__standard", "substance", "node").get(
        pk=verdict.limit_key
    )
    return facts | {
        "id": limit.pk,
        "substance": limit.substance.name_zh,
        "food": limit.node.name_zh,
        "standard": limit.edition.standard.code,
        "edition": limit.edition.code,
        "effective_from": limit.edition.effective_from.isoformat(),
        "grade": limit.grade,
    }


def starter_limits_loaded() -> bool:
    """Whether the library holds any edition."""
    return Edition.objects.exists()


def food_nodes(standard_code: str = "", search: str = "") -> QuerySet[FoodNode]:
    """Food categories to choose from, by standard and by words of their names or codes."""
    nodes = FoodNode.objects.select_related("standard", "parent")
    if standard_code:
        nodes = nodes.filter(standard__code=standard_code)
    if search:
        nodes = nodes.filter(Q(name_zh__icontains=search) | Q(code__startswith=search))
    return nodes.order_by("standard__code", "code")


def node_named(standard_code: str, node_code: str) -> FoodNode | None:
    """One food category of a standard."""
    return (
        FoodNode.objects.select_related("standard")
        .filter(standard__code=standard_code, code=node_code)
        .first()
    )


def node_path(node: FoodNode) -> list[FoodNode]:
    """The categories from the root down to a node."""
    path = [node]
    while path[0].parent is not None and path[0].parent not in path:
        path.insert(0, path[0].parent)
    return path


def foods_bound_by(limit: Limit) -> list[FoodNode]:
    """Categories below the limit's own that it binds because nothing deeper is written."""
    return _below(limit)[0]


def foods_released_from(limit: Limit) -> list[Limit]:
    """Limits of the same edition on deeper categories, which win there."""
    return _below(limit)[1]


def _below(limit: Limit) -> tuple[list[FoodNode], list[Limit]]:
    """One walk down the tree: nodes that inherit the limit, and the limits where that ends."""
    nodes = list(FoodNode.objects.filter(standard=limit.edition.standard_id).order_by("code"))
    children: dict[int | None, list[FoodNode]] = {}
    for node in nodes:
        children.setdefault(node.parent_id, []).append(node)
    deeper = {
        other.node_id: other
        for other in Limit.objects.filter(
            edition=limit.edition_id, substance=limit.substance_id
        ).select_related("node", "edition", "substance")
        if other.node_id != limit.node_id
    }
    bound: list[FoodNode] = []
    released: list[Limit] = []
    waiting = list(children.get(limit.node_id, ()))
    while waiting:
        node = waiting.pop(0)
        if node.pk in deeper:
            released.append(deeper[node.pk])
            continue
        bound.append(node)
        waiting.extend(children.get(node.pk, ()))
    return bound, released


def same_substance(limit: Limit) -> QuerySet[Limit]:
    """The same substance in the same food under other editions in force: earlier and later law."""
    return (
        Limit.objects.filter(
            substance=limit.substance_id, node=limit.node_id, edition__state=EditionState.ACTIVE
        )
        .exclude(pk=limit.pk)
        .select_related("edition", "substance", "node")
        .order_by("edition__effective_from")
    )


def edition_counts(edition: Edition) -> list[tuple[str, int]]:
    """How much an edition holds, as label and number."""
    limits = edition.limits.all()
    return [
        (_("Limits"), limits.count()),
        (_("Substances"), limits.values("substance").distinct().count()),
        (_("Food categories"), limits.values("node").distinct().count()),
    ]


def node_choices() -> dict[str, list[tuple[str, str]]]:
    """Food categories to choose from, as (code, label) lists by standard."""
    found: dict[str, list[tuple[str, str]]] = {}
    for node in food_nodes():
        label = node.name if node.name == node.code else f"{node.code} {node.name}"
        found.setdefault(node.standard.code, []).append((node.code, label))
    return found
