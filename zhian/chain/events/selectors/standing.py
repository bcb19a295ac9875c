"""How the subscriptions of an account fare: what waits, what failed, what was given up."""

from uuid import UUID

from django.db.models import Case, Count, Max, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from zhian.chain.events.models import Delivery, DeliveryState, NamedQuery, Standing, Subscription
from zhian.chain.events.selectors.subscriptions import queries_of
from zhian.chain.events.vocabulary.problems import NoSuchQuery
from zhian.foundation.offices.models import User

_WAITING = (DeliveryState.COLLECTING, DeliveryState.PENDING, DeliveryState.HELD)


def subscriptions_of(user: User) -> QuerySet[Subscription]:
    """The subscriptions of an account with `waiting`, `failures`, `dead` and their `standing`."""
    sent = Q(deliveries__state=DeliveryState.PENDING)
    return (
        Subscription.objects.filter(query__owner=user)
        .select_related("query")
        .annotate(
            waiting=Count("deliveries", filter=Q(deliveries__state__in=_WAITING)),
            failures=Coalesce(Max("deliveries__attempts", filter=sent), 0),
            dead=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD)),
        )
        .annotate(
            standing=Case(
                When(paused_at__isnull=False, then=Value(Standing.PAUSED.value)),
                When(dead__gt=0, then=Value(Standing.STUCK.value)),
                When(failures__gt=0, then=Value(Standing.RETRYING.value)),
                default=Value(Standing.RUNNING.value),
            )
        )
    )


def subscription_of(user: User, subscription_id: UUID) -> Subscription:
    """One of them; NoSuchQuery for anybody else's."""
    found = subscriptions_of(user).filter(subscription_id=subscription_id).first()
    if found is None:
        raise NoSuchQuery
    return found


def bundles_of(one: Subscription, most: int) -> list[Delivery]:
    """The newest bundles of a subscription, those given up first; `events` counts each."""
    found = Delivery.objects.filter(subscription=one).annotate(events=Count("contents"))
    given_up = Case(When(state=DeliveryState.DEAD, then=0), default=1)
    return list(found.order_by(given_up, "-created_at", "-pk")[:most])


def counted_queries_of(user: User) -> QuerySet[NamedQuery]:
    """The queries an account keeps, each with the number of its `subscribers`."""
    return queries_of(user).annotate(subscribers=Count("subscriptions"))


def query_of(user: User, query_id: int) -> NamedQuery:
    """One query the account keeps; NoSuchQuery for anybody else's."""
    found = queries_of(user).filter(pk=query_id).first()
    if found is None:
        raise NoSuchQuery
    return found


def subscribers_of(user: User, query: NamedQuery) -> QuerySet[Subscription]:
    """The subscriptions that hang on a query of the account, oldest first."""
    return subscriptions_of(user).filter(query=query).order_by("created_at", "pk")
