"""One limit: which foods it binds, where deeper rules win, its twins in other editions."""

from django.db.models import QuerySet

from zhian.registry.standards.models import FoodNode, Limit
from zhian.registry.standards.vocabulary import EditionState


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
