"""Named queries, subscriptions and deliveries of one account, and which events they want."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, Exists, Max, Min, OuterRef, Q, QuerySet, Value

from zhian.chain.events import policies
from zhian.chain.events.engine.grammar.predicates import Query
from zhian.chain.events.models import (
    CaptureJob,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Event,
    NamedQuery,
    Subscription,
)
from zhian.chain.events.selectors import names
from zhian.chain.events.selectors.compiling import narrowed
from zhian.chain.events.selectors.querying import read_definition
from zhian.chain.events.vocabulary import SOCKET
from zhian.chain.events.vocabulary.problems import NoSuchQuery
from zhian.foundation.offices.models import User

# so many subscriptions are asked about in one statement
PER_STATEMENT = 50
# told: (subscription, event, when it was recorded)
Told = tuple[int, int, datetime]


def queries_of(user: User) -> QuerySet[NamedQuery]:
    """The queries an account keeps, by name."""
    return NamedQuery.objects.filter(owner=user).order_by("name")


def named_query(user: User, name: str) -> NamedQuery:
    """One query of the account; NoSuchQuery when it keeps none of this name."""
    found = queries_of(user).filter(name=name).first()
    if found is None:
        raise NoSuchQuery
    return found


def tree_of(query: NamedQuery) -> Query:
    """What a kept query asks."""
    return read_definition(query.query, query.prefixes)


def subscription(user: User, name: str, subscription_id: str) -> Subscription:
    """One subscription of a query of the account."""
    try:
        number = UUID(subscription_id)
    except ValueError as error:
        raise NoSuchQuery from error
    found = Subscription.objects.filter(
        query=named_query(user, name), subscription_id=number
    ).first()
    if found is None:
        raise NoSuchQuery
    return found


def anybody_listens() -> bool:
    """Whether there is a subscription at all."""
    return Subscription.objects.exists()


def by_key(pk: int) -> Subscription:
    """One subscription with its query and owner, for the platform's own work."""
    found = Subscription.objects.select_related("query__owner").filter(pk=pk).first()
    if found is None:
        raise NoSuchQuery
    return found


def wanted_of_job(job: CaptureJob) -> Iterator[Told]:
    """What of a capture job whom must be told; nothing that was told before."""
    ends = Event.objects.filter(job=job).aggregate(Min("record_time"), Max("record_time"))
    if ends["record_time__min"] is not None:
        every = Subscription.objects.select_related("query__owner").order_by("pk")
        span = (ends["record_time__min"], ends["record_time__max"])
        yield from wanted_by(list(every), job=job, record_time__range=span)


def wanted_by(subscriptions: Sequence[Subscription], **among: Any) -> Iterator[Told]:
    """The events subscriptions want and were not told of, many subscriptions in one statement."""
    # one object for one account: what it may see is looked up once
    owners = {one.query.owner_id: one.query.owner for one in subscriptions}
    with names.remembered():
        for start in range(0, len(subscriptions), PER_STATEMENT):
            part = subscriptions[start : start + PER_STATEMENT]
            first, *rest = [_untold(one, owners[one.query.owner_id], among) for one in part]
            yield from first.union(*rest, all=True) if rest else first


def _untold(one: Subscription, owner: User, among: dict[str, Any]) -> QuerySet[Any, Told]:
    """What one subscription wants: seen by its owner, recorded since its beginning."""
    events = policies.events_visible_to(owner).filter(
        record_time__gte=one.initial_record_time, **among
    )
    told = DeliveryEvent.objects.filter(subscription=one, event_key=OuterRef("pk"))
    wanted = narrowed(events, tree_of(one.query).predicates).filter(~Exists(told))
    return wanted.annotate(subscriber=Value(one.pk, BigIntegerField())).values_list(
        "subscriber", "pk", "record_time"
    )


def collecting_of(subscriptions: Iterable[Subscription]) -> dict[int, Delivery]:
    """The bundle that waits for its hour, of every subscription that has one."""
    found = Delivery.objects.filter(
        subscription__in=list(subscriptions), state=DeliveryState.COLLECTING
    ).select_related("subscription")
    return {one.subscription_id: one for one in found}


def left_sockets() -> QuerySet[Subscription]:
    """Subscriptions of sockets that nobody holds any more."""
    held = Q(held_by__in=living_holders())
    return Subscription.objects.filter(dest=SOCKET).exclude(held)


def living_holders() -> list[int]:
    """The keys of the processes that hold sockets and live: each keeps an advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE granted AND"
            " locktype = 'advisory' AND objsubid = 1 AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return [int(key) for (key,) in cursor.fetchall()]


def deliveries_of(user: User) -> QuerySet[Delivery]:
    """What was and is to be sent to the subscribers of an account, newest first."""
    found = Delivery.objects.filter(subscription__query__owner=user)
    return found.select_related("subscription__query")


def contents(delivery: Delivery) -> list[Event]:
    """The events of a bundle in the order of recording."""
    rows = DeliveryEvent.objects.filter(delivery=delivery)
    keys = dict(rows.values_list("event_key", "record_time"))
    if not keys:
        return []
    span = (min(keys.values()), max(keys.values()))
    found = Event.objects.filter(pk__in=list(keys), record_time__range=span)
    return list(found.order_by("record_time", "pk"))


def waiting_for(subscription: Subscription) -> list[Delivery]:
    """Bundles ready to be sent, oldest first."""
    ready = Delivery.objects.filter(subscription=subscription, state=DeliveryState.PENDING)
    return list(ready.order_by("created_at", "pk"))


def subscription_json(one: Subscription) -> dict[str, Any]:
    """A subscription as the interface shows it; the signature's secret is never told."""
    told: dict[str, Any] = {
        "subscriptionID": str(one.subscription_id),
        "queryName": one.query.name,
        "dest": one.dest,
        "createdAt": one.created_at.isoformat(),
        "initialRecordTime": one.initial_record_time.isoformat(),
        "reportIfEmpty": one.report_if_empty,
        "minRecordTime": (one.last_notified_at or one.initial_record_time).isoformat(),
    }
    if one.last_notified_at is not None:
        told["lastNotifiedAt"] = one.last_notified_at.isoformat()
    if one.epc_format:
        told["epcFormat"] = one.epc_format
    return told | ({"stream": True} if one.stream else {"schedule": one.schedule})


def query_json(one: NamedQuery) -> dict[str, Any]:
    """A kept query as the interface shows it."""
    return {"name": one.name, "query": one.query}


def delivery_json(one: Delivery) -> dict[str, Any]:
    """A bundle as the interface shows it."""
    return {
        "deliveryID": str(one.delivery_id),
        "subscriptionID": str(one.subscription.subscription_id),
        "queryName": one.subscription.query.name,
        "state": one.state,
        "createdAt": one.created_at.isoformat(),
        "attempts": one.attempts,
        "lastProblem": one.last_problem,
    }


def all_json(found: Iterable[Subscription]) -> list[dict[str, Any]]:
    """Several subscriptions."""
    return [subscription_json(one) for one in found]
