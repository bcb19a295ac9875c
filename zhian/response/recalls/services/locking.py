"""Locks in one place and one order: recall first, then its orders by number; never back."""

from collections.abc import Collection

from zhian.foundation.offices.models import User
from zhian.kernel.errors import NotKnown
from zhian.response.recalls import policies
from zhian.response.recalls.models import Extension, Order, Recall


def locked_recall(acting_user: User, recall_id: int) -> Recall:
    """The recall, held until the transaction ends; NotKnown when the user may not know it."""
    visible = policies.recalls_visible_to(acting_user).filter(pk=recall_id)
    recall = visible.select_for_update(of=("self",)).first()
    if recall is None:
        raise NotKnown
    return recall


def locked_extension(acting_user: User, extension_id: int) -> Extension:
    """What waits of a recall, with the recall held; as it is once the lock was given."""
    known = Extension.objects.filter(pk=extension_id).values_list("recall_id", flat=True).first()
    if known is None:
        raise NotKnown
    recall = locked_recall(acting_user, known)
    extension = Extension.objects.get(pk=extension_id)
    extension.recall = recall
    return extension


def locked_orders(acting_user: User, order_ids: Collection[int]) -> dict[int, Order]:
    """Several orders, locked by rising number whatever order they were asked in.

    The first is checked by the caller against `orders_visible_to`; others of the same recall are
    reached through it.
    """
    found = (
        Order.objects.select_related("recall__alert__owner_office", "site", "operator")
        .filter(pk__in=order_ids)
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    orders = {order.pk: order for order in found}
    if len(orders) != len(set(order_ids)):
        raise NotKnown
    return orders


def locked_order(acting_user: User, order_id: int) -> Order:
    """One order the user may know of, held until the transaction ends."""
    if not policies.orders_visible_to(acting_user).filter(pk=order_id).exists():
        raise NotKnown
    return locked_orders(acting_user, [order_id])[order_id]
