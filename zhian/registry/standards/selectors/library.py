"""The limits as the engine chooses among them: by substance, food and day."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet, Value

from zhian.registry.standards.engine.choosing import Place, StoredLimit, bare_name, choose
from zhian.registry.standards.engine.library import Food, Library, ListSpan, Tree
from zhian.registry.standards.models import Edition, FoodNode, Limit, Substance, SubstanceName
from zhian.registry.standards.vocabulary import EditionState, StandardKind

_LISTS = {StandardKind.ADDITIVES, StandardKind.PESTICIDES, StandardKind.VETERINARY}


def substance_named(item: str) -> int | None:
    """The substance an item's printed name means; None when no name fits."""
    found = SubstanceName.objects.filter(folded=bare_name(item)).first()
    return found.substance_id if found is not None else None


def stored_limits(substance_id: int) -> list[StoredLimit]:
    """Every active limit on a substance, as the engine chooses among them."""
    return _stored(Limit.objects.filter(substance_id=substance_id))


def _stored(limits: QuerySet[Limit]) -> list[StoredLimit]:
    active = limits.filter(edition__state=EditionState.ACTIVE)
    return [
        stored(limit) for limit in active.select_related("edition__standard", "node").order_by("pk")
    ]


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
        effective_from=limit.binds_from,
        effective_to=limit.binds_until,
        market=edition.standard.market,
        note=limit.note,
        condition=limit.condition,
        use=limit.use,
    )


def library_for(items: Iterable[str]) -> Library:
    """The part of the library that some items need: their substances, limits and trees."""
    folded = {bare_name(item) for item in items}
    names = {
        name: str(key)
        for name, key in SubstanceName.objects.filter(folded__in=folded).values_list(
            "folded", "substance_id"
        )
    }
    return _library(names, _stored(Limit.objects.filter(substance_id__in=set(names.values()))))


def whole_library() -> Library:
    """Everything in force, for judging many results at once."""
    names = {
        name: str(key) for name, key in SubstanceName.objects.values_list("folded", "substance_id")
    }
    return _library(names, _stored(Limit.objects.all()))


def _library(names: dict[str, str], limits: Sequence[StoredLimit]) -> Library:
    kinds = Substance.objects.filter(pk__in={int(key) for key in names.values()}).exclude(kind="")
    trees = _trees({limit.standard for limit in limits})
    return Library(
        names,
        limits,
        trees.values(),
        {str(key): kind for key, kind in kinds.values_list("pk", "kind")},
        complete_lists(),
    )


def complete_lists() -> list[ListSpan]:
    """Lists imported whole: what they do not name is not permitted, or falls under a default."""
    editions = Edition.objects.filter(state=EditionState.ACTIVE, standard__kind__in=_LISTS)
    return [
        ListSpan(
            market=one.standard.market,
            kind=one.standard.kind,
            standard=one.standard.code,
            edition=one.code,
            begins=one.effective_from,
            ends=one.effective_to,
        )
        for one in editions.select_related("standard")
        if _whole(one)
    ]


def _whole(edition: Edition) -> bool:
    """An additive standard is whole with table A.1; others once anything was imported."""
    if edition.standard.kind == StandardKind.ADDITIVES and edition.standard.market == "cn":
        return "ADDITIVES" in edition.tables
    return bool(edition.tables) and "STARTER" not in edition.tables


def places_of(
    product: str, category: str, nodes: Sequence[tuple[str, str]], standards: Iterable[str]
) -> list[Place]:
    """Where a product stands in each standard's tree: as an officer mapped it, else by words."""
    mapped = dict(nodes)
    places = (
        tree.at(mapped[standard]) if standard in mapped else tree.place(product, category)
        for standard, tree in _trees(standards).items()
    )
    return [place for place in places if place is not None]


def _trees(standards: Iterable[str]) -> dict[str, Tree]:
    rows = FoodNode.objects.filter(standard__code__in=set(standards)).values_list(
        "standard__code", "code", "parent__code", "words"
    )
    foods: dict[str, list[Food]] = {}
    for standard, code, parent, words in rows.order_by("pk"):
        foods.setdefault(standard, []).append(Food(code, parent or "", words))
    return {standard: Tree(standard, nodes) for standard, nodes in foods.items()}


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


# two letters at least: one is in every name
_KEYED = re.compile(r"[a-zA-Z]{2,}")


def limits_matching(word: str) -> Q:
    """Limits whose substance (by any of its names or its CAS number) or food fits a word.

    The few substances and foods are found first: with their keys at hand the database takes the
    fitting limits from its indexes, by sub-query it would walk through all of them.
    """
    spelled = Q(folded__icontains=bare_name(word))
    food = Q(name_zh__icontains=word) | Q(name_en__icontains=word)
    if _KEYED.fullmatch(word):
        spelled |= Q(pinyin__contains=word.casefold())
        food |= Q(pinyin__contains=word.casefold())
    named = SubstanceName.objects.filter(spelled | Q(substance__cas__iexact=word))
    foods = FoodNode.objects.filter(food | Q(code__istartswith=word))
    found = (
        named.order_by()
        .values_list(Value("substance"), "substance")
        .union(foods.order_by().values_list(Value("node"), "pk"))
    )
    keys: dict[str, list[int]] = {"substance": [], "node": []}
    for kind, key in found:
        keys[kind].append(key)
    return Q(substance__in=keys["substance"]) | Q(node__in=keys["node"])
