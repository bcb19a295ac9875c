"""Food categories to choose from, one tree per standard."""

from django.db.models import Q, QuerySet

from zhian.registry.standards.models import FoodNode


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
