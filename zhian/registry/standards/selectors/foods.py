"""Food categories to choose from, one tree per standard."""

from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from zhian.registry.standards.engine.tables import NO_DEMAND
from zhian.registry.standards.models import FoodNode, Limit, Standard
from zhian.registry.standards.vocabulary import EditionState


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


def node_choices() -> dict[str, list[tuple[str, str]]]:
    """Food categories to choose from, as (code, label) lists by standard."""
    found: dict[str, list[tuple[str, str]]] = {}
    for node in food_nodes():
        label = node.name if node.name == node.code else f"{node.code} {node.name}"
        found.setdefault(node.standard.code, []).append((node.code, label))
    return found


def food_trees() -> QuerySet[Standard]:
    """The standards that have a food tree of their own."""
    with_nodes = FoodNode.objects.values("standard")
    return Standard.objects.filter(pk__in=with_nodes).order_by("market", "code")


def node_by_key(key: str) -> FoodNode | None:
    """One food category by its number as an address writes it."""
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        return None
    return FoodNode.objects.select_related("standard", "parent").filter(pk=int(key)).first()


def categories_below(tree: Standard, node: FoodNode | None) -> QuerySet[FoodNode]:
    """The categories right below a node (the roots of the tree for none), and what is written."""
    active = Q(limits__edition__state=EditionState.ACTIVE) & ~Q(limits__demand=NO_DEMAND)
    found = FoodNode.objects.filter(standard=tree, parent=node)
    return found.annotate(written=Count("limits", filter=active)).order_by("code")


def binding_at(node: FoodNode, on: date, limits: QuerySet[Limit]) -> list[Limit]:
    """The limits that bind goods of a category made on a day: for each substance the deepest.

    What is written nearest to the category stands first.
    """
    path = [one.pk for one in reversed(node_path(node))]
    begins = Coalesce("effective_from", "edition__effective_from")
    ends = Coalesce("effective_to", "edition__effective_to")
    written = limits.alias(begins=begins, ends=ends).filter(
        Q(ends__isnull=True) | Q(ends__gte=on),
        node__in=path,
        begins__lte=on,
        edition__state=EditionState.ACTIVE,
    )
    by_substance: dict[int, list[Limit]] = {}
    for limit in written.order_by("substance__name_zh", "pk"):
        by_substance.setdefault(limit.substance_id, []).append(limit)
    found: list[Limit] = []
    for same in by_substance.values():
        depth = min(path.index(limit.node_id) for limit in same)
        deepest = [limit for limit in same if limit.node_id == path[depth]]
        found += [limit for limit in deepest if limit.demand != NO_DEMAND]
    return sorted(found, key=lambda limit: path.index(limit.node_id))
