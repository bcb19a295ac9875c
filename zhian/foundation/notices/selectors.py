"""What may be read about notices and their deliveries."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, Model, QuerySet
from django.utils.translation import gettext

from zhian.foundation.ledger.vocabulary import Knowledge
from zhian.foundation.notices.models import Delivery, Notice
from zhian.foundation.notices.vocabulary import (
    AddresseeKind,
    DeliveryState,
    PlaceOfSite,
    ProofOfService,
)
from zhian.foundation.offices.models import Office, User
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown

ReadsProofs = Callable[[Iterable[UUID]], Mapping[UUID, Any]]
ReadsSites = Callable[[Iterable[int]], Mapping[int, Any]]
FindsSites = Callable[[str], QuerySet[Any]]

_readers: list[ReadsProofs] = []
_registers: list[tuple[ReadsSites, FindsSites]] = []


def read_proofs_with(reader: ReadsProofs) -> None:
    """Connect the room that keeps proofs of service; `config/apps.py` does so at start."""
    _readers[:] = [reader]


def know_sites(by_id: ReadsSites, in_region: FindsSites) -> None:
    """Connect the register, which knows where addressees are; `config/apps.py` does so."""
    _registers[:] = [(by_id, in_region)]


def proofs_of(found: Iterable[Delivery]) -> dict[int, ProofOfService]:
    """The proofs of service of some deliveries, by delivery; in one query."""
    numbers = {one.pk: one.service_proof for one in found if one.service_proof is not None}
    proofs = _readers[0](numbers.values()) if _readers and numbers else {}
    return {key: proofs[number] for key, number in numbers.items() if number in proofs}


def what_became_of(delivery: Delivery) -> str:
    """Who recorded when that a notice was served or refused, for somebody who comes too late."""
    proof = proofs_of([delivery]).get(delivery.pk)
    state, at = delivery.get_state_display(), delivery.served_at
    who = str(proof.recorded_by) if proof else delivery.notice.issued_by.name
    return gettext("%(who)s has recorded this already: %(state)s, %(at)s.") % {
        "who": who, "state": state, "at": f"{clock.beijing(at):%Y-%m-%d %H:%M}" if at else "",
    }  # fmt: skip


def places_of(found: Iterable[Delivery]) -> Mapping[int, PlaceOfSite]:
    """The sites some deliveries have to be brought to; in one query."""
    numbers = [one.site_id for one in found if one.site_id is not None]
    return _registers[0][0](numbers) if _registers and numbers else {}


def in_region(found: QuerySet[Delivery], code: str) -> QuerySet[Delivery]:
    """Deliveries to the sites of a region, by the beginning of its code."""
    for _by_id, sites in _registers:
        found = found.filter(site_id__in=sites(code).values("pk"))
    return found


def notices() -> QuerySet[Notice]:
    """Every notice with its office and signatory."""
    return Notice.objects.named()


def notice(notice_id: int) -> Notice:
    """One notice; NotKnown when there is none."""
    found = notices().filter(pk=notice_id).first()
    if found is None:
        raise NotKnown
    return found


def notices_about(subject: Model | str, subject_id: object = "") -> QuerySet[Notice]:
    """Notices over one thing, newest first: a model instance, or its type and id."""
    if isinstance(subject, Model):
        subject_id = subject.pk
        subject = subject._meta.label_lower
    return notices().filter(subject_type=subject, subject_id=str(subject_id))


def deliveries() -> QuerySet[Delivery]:
    """Every delivery with its notice."""
    return Delivery.objects.select_related("notice__issued_by", "acknowledged_by")


def delivery(delivery_id: int) -> Delivery:
    """One delivery; NotKnown when there is none."""
    found = deliveries().filter(pk=delivery_id).first()
    if found is None:
        raise NotKnown
    return found


def deliveries_of(notice: Notice) -> QuerySet[Delivery]:
    """Whom one notice went to and what became of it."""
    return deliveries().filter(notice=notice).order_by("pk")


def counts_by_state(found: QuerySet[Delivery]) -> list[tuple[str, int]]:
    """How many deliveries stand in each state, in words, zeros included."""
    rows = found.order_by().values_list("state").annotate(count=Count("pk"))
    counts = dict(rows.values_list("state", "count"))
    return [(str(state.label), counts.get(state.value, 0)) for state in DeliveryState]


def deliveries_about(subject: Model | str, subject_id: object = "") -> QuerySet[Delivery]:
    """Deliveries of every notice over one thing."""
    if isinstance(subject, Model):
        subject_id = subject.pk
        subject = subject._meta.label_lower
    return deliveries().filter(notice__subject_type=subject, notice__subject_id=str(subject_id))


def deliveries_for_operator(operator_id: int) -> QuerySet[Delivery]:
    """What was addressed to an operator, newest first."""
    return _addressed(AddresseeKind.OPERATOR, operator_id)


def deliveries_to_office(office: Office) -> QuerySet[Delivery]:
    """What was addressed to an office, newest first."""
    return _addressed(AddresseeKind.OFFICE, office.pk)


def deliveries_to_officer(user: User) -> QuerySet[Delivery]:
    """What was addressed to one officer, newest first."""
    return _addressed(AddresseeKind.OFFICER, user.pk)


def _addressed(kind: AddresseeKind, addressee_id: int) -> QuerySet[Delivery]:
    found = deliveries().filter(addressee_kind=kind, addressee_id=addressee_id)
    return found.order_by("-notice__issued_at", "-pk")


def notices_to_office(office: Office) -> QuerySet[Notice]:
    """Notices an office received, newest first."""
    return notices().filter(
        deliveries__addressee_kind=AddresseeKind.OFFICE, deliveries__addressee_id=office.pk
    )


def who_received(subject_type: str, subject_id: str) -> Iterable[Knowledge]:
    """Whoever was served a notice over a subject knew of it from that moment (A-triggers)."""
    served = deliveries_about(subject_type, subject_id).exclude(state=DeliveryState.ISSUED)
    for one in served:
        yield Knowledge(
            at=one.served_at or one.notice.issued_at,
            who=one.addressee_name,
            office_code="",
            how=one.notice.get_kind_display() + one.notice.number,
            user_id=one.addressee_id if one.addressee_kind == AddresseeKind.OFFICER else None,
            entry_id=one.notice.entry_id,
            url=one.notice.get_absolute_url(),
        )
