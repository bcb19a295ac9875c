"""The limits as the engine chooses among them: by substance, food and day."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from zhian.registry.standards.engine.choosing import Place, StoredLimit, bare_name, choose
from zhian.registry.standards.judging import Food, path_of, place_in
from zhian.registry.standards.models import Edition, FoodNode, Limit, SubstanceName
from zhian.registry.standards.vocabulary import EditionState


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


def starter_limits_loaded() -> bool:
    """Whether the library holds any edition."""
    return Edition.objects.exists()


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
