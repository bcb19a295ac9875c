"""Who sees recalls and orders, and who may act on them (S059, S100)."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.policies import (
    YES,
    Decision,
    Person,
    any_of,
    can_edit_records,
    jurisdiction,
)
from zhian.foundation.offices.selectors import office_of
from zhian.foundation.offices.vocabulary import UserKind
from zhian.registry.subjects.selectors import operator_of
from zhian.response.recalls.models import Order, Reappearance, Recall


def recalls_visible_to(user: Person) -> QuerySet[Recall]:
    """Recalls of one's territory or office, and those with a holder in one's territory."""
    office = office_of(user)
    own = Q(alert__owner_office=office) if office is not None else Q(pk__in=[])
    here = Order.objects.filter(jurisdiction(user, "region"), recall=OuterRef("pk"))
    return Recall.objects.filter(
        any_of(jurisdiction(user, "alert__site__region"), own, Q(Exists(here)))
    ).select_related("alert__owner_office", "alert__product", "alert__operator", "confirmed_by")


def orders_visible_to(user: Person) -> QuerySet[Order]:
    """Officers: holders in the territory, all of the own office's recalls; clerks: their own."""
    visible = Order.objects.select_related("site__operator", "operator", "region", "recall__alert")
    if user.kind == UserKind.OPERATOR:
        operator = operator_of(user)
        return visible.filter(operator=operator) if operator is not None else visible.none()
    office = office_of(user)
    own = Q(recall__alert__owner_office=office) if office is not None else Q(pk__in=[])
    return visible.filter(any_of(jurisdiction(user, "region"), own))


def reappearances_visible_to(user: Person) -> QuerySet[Reappearance]:
    """Reappearances of visible recalls."""
    return Reappearance.objects.filter(recall__in=recalls_visible_to(user)).select_related(
        "site__operator", "recall__alert", "from_order__site"
    )


def can_handle(user: Person, recall: Recall) -> Decision:
    """The owner office of the alert runs its recall."""
    return can_edit_records(user, recall.alert.owner_office)


def can_answer(user: Person, order: Order) -> Decision:
    """The holder's own clerk answers an order; nobody acknowledges for somebody else."""
    operator = operator_of(user) if user.kind == UserKind.OPERATOR else None
    if operator is not None and operator.pk == order.operator_id:
        return YES
    return Decision(False, _("Only the holder named in the order may answer it."))
