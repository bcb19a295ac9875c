"""What is done with notices: issue, serve, refuse, acknowledge; all of it in bulk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from zhian.foundation.notices import policies
from zhian.foundation.notices.lifecycles import DELIVERY
from zhian.foundation.notices.models import Delivery, Notice, NumberSeries
from zhian.foundation.notices.vocabulary import (
    Addressee,
    DeliveryState,
    Draft,
    NoticeKind,
    NoticeRefused,
    NoticeServed,
)
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock, outbox
from zhian.kernel.errors import BadInput, NotKnown, Refused
from zhian.kernel.use_cases import current_entry_id, record, use_case


@use_case("notices.notice.issued")
def issue(
    *,
    acting_user: User,
    kind: str,
    subject: Model,
    title_zh: str,
    title_en: str,
    body_zh: str,
    body_en: str,
    addressees: Sequence[Addressee],
    office: Office | None = None,
) -> Notice:
    """Issue one numbered notice to its addressees; it binds nobody until it is served.

    The issuing office is the acting officer's; a reaction of the platform names it.
    """
    draft = Draft(
        subject._meta.label_lower,
        str(subject.pk),
        title_zh,
        title_en,
        body_zh,
        body_en,
        tuple(addressees),
    )
    notice = _issue(acting_user, NoticeKind(kind), [draft], office)[0]
    names = [addressee.name for addressee in addressees]
    about = f"{draft.subject_type}:{draft.subject_id}"
    record(notice, number=notice.number, kind=kind, about=about, addressees=names)
    return notice


@use_case("notices.notices.issued")
def issue_many(
    *, acting_user: User, kind: str, drafts: Sequence[Draft], office: Office | None = None
) -> list[Notice]:
    """Issue many notices of one kind under gapless numbers: a handful of queries for 900."""
    notices = _issue(acting_user, NoticeKind(kind), drafts, office)
    numbers = [notice.number for notice in notices]
    span = {"first": numbers[0], "last": numbers[-1]} if numbers else {}
    deliveries = sum(len(draft.addressees) for draft in drafts)
    record(f"notices.kind:{kind}", count=len(notices), deliveries=deliveries, **span)
    return notices


def _issue(
    acting_user: User, kind: NoticeKind, drafts: Sequence[Draft], office: Office | None
) -> list[Notice]:
    issuer = office or offices.office_of(acting_user)
    if issuer is None:
        raise Refused(_("Only an office issues notices."))
    if any(not draft.addressees for draft in drafts):
        raise BadInput(_("A notice needs somebody it is addressed to."))
    now = clock.now()
    year = clock.beijing(now).year
    first = _take_numbers(issuer, kind, year, len(drafts))
    common = {
        "year": year,
        "kind": kind,
        "issued_by": issuer,
        "signed_by": acting_user,
        "issued_at": now,
        "entry_id": current_entry_id(),
    }
    notices = Notice.objects.bulk_create(
        Notice(
            serial=first + place,
            title_zh=draft.title_zh,
            title_en=draft.title_en,
            body_zh=draft.body_zh,
            body_en=draft.body_en,
            subject_type=draft.subject_type,
            subject_id=draft.subject_id,
            **common,
        )
        for place, draft in enumerate(drafts)
    )
    _address(notices, drafts)
    return notices


def _address(notices: Sequence[Notice], drafts: Sequence[Draft]) -> None:
    Delivery.objects.bulk_create(
        Delivery(
            notice=notice,
            addressee_kind=addressee.kind,
            addressee_id=addressee.id,
            addressee_name=addressee.name,
            site_id=addressee.site_id,
        )
        for notice, draft in zip(notices, drafts, strict=True)
        for addressee in draft.addressees
    )


def _take_numbers(office: Office, kind: NoticeKind, year: int, count: int) -> int:
    """The first of `count` numbers in a row; the series stays locked until the commit."""
    NumberSeries.objects.bulk_create(
        [NumberSeries(office=office, kind=kind, year=year)], ignore_conflicts=True
    )
    series = NumberSeries.objects.select_for_update(of=("self",)).get(
        office=office, kind=kind, year=year
    )
    first = series.last + 1
    series.last += count
    series.save(update_fields=["last"])
    return first


@use_case("notices.delivery.served")
def serve(
    *, acting_user: User, delivery_ids: Sequence[int], proof_id: UUID, at: datetime | None = None
) -> list[Delivery]:
    """Deliveries reached their addressees, proved by one proof of service (`evidence`).

    From this moment the notice counts. Conflict when one of them is served already.
    """
    deliveries = _serve(dict.fromkeys(delivery_ids, proof_id), at or clock.now(), acting_user)
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
    proofs = _prove(
        acting_user=acting_user,
        received={
            str(one.pk): (f"notices.notice:{one.notice_id}", one.addressee_name) for one in found
        },
    )
    by_delivery = {int(key): proof for key, proof in proofs.items()}
    deliveries = _serve(by_delivery, clock.now(), acting_user) if found else []
    record("notices.delivery:", notices=list(notice_ids), served=len(deliveries))
    return {one.site_id: one.pk for one in deliveries if one.site_id is not None}


class ProvesService(Protocol):
    """Whoever keeps proofs of service: key → (notice, receiver) becomes key → proof number."""

    def __call__(
        self, *, acting_user: User, received: Mapping[str, tuple[str, str]]
    ) -> Mapping[str, UUID]:
        """Prove electronic service of each."""
        ...


_provers: list[ProvesService] = []


def prove_with(prover: ProvesService) -> None:
    """Connect the room that keeps proofs of service; `config/apps.py` does so at start."""
    _provers[:] = [prover]


def _prove(*, acting_user: User, received: Mapping[str, tuple[str, str]]) -> Mapping[str, UUID]:
    if not _provers:
        raise RuntimeError("nobody proves service: config/apps.py connects evidence to notices")
    return _provers[0](acting_user=acting_user, received=received)


def _serve(proofs: Mapping[int, UUID], moment: datetime, acting_user: User) -> list[Delivery]:
    deliveries = _locked(proofs)
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


def _locked(ids: Mapping[int, UUID] | Sequence[int]) -> list[Delivery]:
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
    delivery = _locked([delivery_id])[0]
    require(policies.can_serve(acting_user, delivery))
    if not reason.strip():
        raise BadInput(_("Say why the notice was refused."))
    delivery.state = DELIVERY.target("refuse", delivery.state)
    delivery.served_at = at or clock.now()
    delivery.service_proof, delivery.refusal_reason = proof_id, reason
    delivery.save(update_fields=["state", "served_at", "service_proof", "refusal_reason"])
    outbox.publish(NoticeRefused(delivery.notice_id, delivery.pk, reason))
    record(delivery, reason=reason, proof=proof_id)
    return delivery


@use_case("notices.delivery.acknowledged")
def acknowledge(*, acting_user: User, delivery_ids: Sequence[int]) -> list[Delivery]:
    """The addressee says it has read the notice; only what was served can be acknowledged.

    The room above that knows the operator's clerks checks who may speak for an operator; for
    offices and officers it is checked here.
    """
    deliveries = _locked(delivery_ids)
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
