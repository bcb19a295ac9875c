"""What may be read about notices and their deliveries."""

from collections.abc import Iterable

from django.db.models import Count, Model, QuerySet

from zhian.foundation.ledger.vocabulary import Knowledge
from zhian.foundation.notices.models import Delivery, Notice
from zhian.foundation.notices.vocabulary import AddresseeKind, DeliveryState
from zhian.foundation.offices.models import Office, User
from zhian.kernel.errors import NotKnown


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
