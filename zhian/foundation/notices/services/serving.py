"""What becomes of deliveries: served, refused, acknowledged; in bulk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from zhian.foundation.notices import policies
from zhian.foundation.notices.lifecycles import DELIVERY
from zhian.foundation.notices.models import Delivery
from zhian.foundation.notices.services.proving import proving
from zhian.foundation.notices.vocabulary import DeliveryState, NoticeRefused, NoticeServed
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock, outbox
from zhian.kernel.errors import BadInput, FieldError, NotKnown
from zhian.kernel.use_cases import record, use_case

WHY_REFUSED = _("Say why the notice was refused.")


@use_case("notices.delivery.served")
def serve(
    *, acting_user: User, delivery_ids: Sequence[int], proof_id: UUID, at: datetime | None = None
) -> list[Delivery]:
    """Deliveries reached their addressees, proved by one proof of service (`evidence`).

    From this moment the notice counts. Conflict when one of them is served already.
    """
    deliveries = mark_served(dict.fromkeys(delivery_ids, proof_id), at or clock.now(), acting_user)
    subject: Model | str = deliveries[0] if len(deliveries) == 1 else "notices.delivery:"
    record(subject, deliveries=[one.pk for one in deliveries], proof=proof_id)
    return deliveries


@use_case("notices.deliveries.served_electronically")
def serve_electronically(*, acting_user: User, notice_ids: Sequence[int]) -> dict[int, int]:
    """Put notices into their addressees' accounts, each with a proof of electronic service.

    Everything not yet served, in a handful of queries. Returns delivery numbers by site, for the
    addressees that are sites.
    """
    waiting = Delivery.objects.filter(notice_id__in=notice_ids, state=DeliveryState.ISSUED)
    found = list(waiting.select_related("notice").order_by("pk"))
    proofs = proving().electronically(
        acting_user=acting_user,
        received={
            str(one.pk): (f"notices.notice:{one.notice_id}", one.addressee_name) for one in found
        },
    )
    by_delivery = {int(key): proof for key, proof in proofs.items()}
    deliveries = mark_served(by_delivery, clock.now(), acting_user) if found else []
    record("notices.delivery:", notices=list(notice_ids), served=len(deliveries))
    return {one.site_id: one.pk for one in deliveries if one.site_id is not None}


def mark_served(proofs: Mapping[int, UUID], moment: datetime, acting_user: User) -> list[Delivery]:
    deliveries = locked(proofs)
    for delivery in deliveries:
        require(policies.can_serve(acting_user, delivery))
        delivery.state = DELIVERY.target("serve", delivery.state)
        delivery.served_at = moment
        delivery.service_proof = proofs[delivery.pk]
    _store_served(deliveries)
    _tell_served(deliveries, moment)
    return deliveries


def _store_served(deliveries: Sequence[Delivery]) -> None:
    """One statement for any number: `bulk_update` spends seconds on writing its CASE for 900."""
    numbers = [delivery.pk for delivery in deliveries]
    proofs = [delivery.service_proof for delivery in deliveries]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_delivery SET state = %s, served_at = %s, service_proof = given.proof"
            " FROM unnest(%s::bigint[], %s::uuid[]) AS given(id, proof)"
            " WHERE notices_delivery.id = given.id",
            [deliveries[0].state, deliveries[0].served_at, numbers, proofs],
        )


def _tell_served(deliveries: Sequence[Delivery], moment: datetime) -> None:
    by_notice: dict[int, list[Delivery]] = {}
    for delivery in deliveries:
        by_notice.setdefault(delivery.notice_id, []).append(delivery)
    for notice_id, served in by_notice.items():
        kind = served[0].notice.kind
        ids = tuple(delivery.pk for delivery in served)
        outbox.publish(NoticeServed(notice_id, kind, ids, moment))


def locked(ids: Mapping[int, UUID] | Sequence[int]) -> list[Delivery]:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("notice__issued_by")
    found = list(rows.filter(pk__in=list(ids)).order_by("pk"))
    if not found or len(found) != len(set(ids)):
        raise NotKnown
    return found


@use_case("notices.delivery.refused")
def refuse(
    *, acting_user: User, delivery_id: int, proof_id: UUID, reason: str, at: datetime | None = None
) -> Delivery:
    """The addressee refused to take the notice, proved by a witness or a recording.

    The refusal is kept as what it is; in law the notice is served (Penalty Law 61).
    """
    delivery = locked([delivery_id])[0]
    require(policies.can_serve(acting_user, delivery))
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", WHY_REFUSED)])
    mark_refused(delivery, proof_id, reason, at or clock.now())
    record(delivery, reason=reason, proof=proof_id)
    return delivery


def mark_refused(delivery: Delivery, proof: UUID, reason: str, at: datetime) -> None:
    delivery.state = DELIVERY.target("refuse", delivery.state)
    delivery.served_at, delivery.service_proof, delivery.refusal_reason = at, proof, reason
    delivery.save(update_fields=["state", "served_at", "service_proof", "refusal_reason"])
    outbox.publish(NoticeRefused(delivery.notice_id, delivery.pk, reason))


@use_case("notices.delivery.acknowledged")
def acknowledge(*, acting_user: User, delivery_ids: Sequence[int]) -> list[Delivery]:
    """The addressee says it has read the notice; only what was served can be acknowledged.

    The room above that knows the operator's clerks checks who may speak for an operator; for
    offices and officers it is checked here.
    """
    deliveries = locked(delivery_ids)
    now = clock.now()
    for delivery in deliveries:
        require(policies.can_acknowledge(acting_user, delivery))
        delivery.state = DELIVERY.target("acknowledge", delivery.state)
        delivery.acknowledged_at, delivery.acknowledged_by = now, acting_user
    fields = ["state", "acknowledged_at", "acknowledged_by"]
    Delivery.objects.bulk_update(deliveries, fields, batch_size=1000)
    subject: Model | str = deliveries[0] if len(deliveries) == 1 else "notices.delivery:"
    record(subject, deliveries=[one.pk for one in deliveries])
    return deliveries
