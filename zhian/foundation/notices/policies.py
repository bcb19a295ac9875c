"""Who may see, serve and acknowledge notices."""

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.foundation.notices.models import Delivery, Notice
from zhian.foundation.notices.vocabulary import AddresseeKind, DeliveryState
from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import Decision, Person
from zhian.foundation.offices.vocabulary import UserKind

YES = Decision(True)
OperatorOf = Callable[[User], int | None]

_operator_of: list[OperatorOf] = []


def know_operators(operator_of: OperatorOf) -> None:
    """Let the register say for which operator a user speaks; it connects itself at start."""
    _operator_of[:] = [operator_of]


def operator_id_of(user: Person) -> int | None:
    """The operator the user is a clerk of; None for everybody else."""
    if not isinstance(user, User) or user.kind != UserKind.OPERATOR or not _operator_of:
        return None
    return _operator_of[0](user)


def notices_visible_to(user: Person) -> QuerySet[Notice]:
    """Issued in one's territory, or addressed to oneself, one's office or one's operator."""
    if not isinstance(user, User) or not user.is_active:
        return Notice.objects.none()
    if user.kind == UserKind.SYSTEM:
        return Notice.objects.named()
    addressed = Delivery.objects.filter(_addressed_to(user)).values("notice_id")
    return Notice.objects.named().filter(
        Q(pk__in=addressed)
        | Q(issued_by_id__in=_own_offices(user))
        | offices.jurisdiction(user, "issued_by__region")
    )


def deliveries_visible_to(user: Person, notice: Notice) -> QuerySet[Delivery]:
    """All deliveries for the issuer's side; an addressee sees its own only."""
    found = Delivery.objects.filter(notice=notice).select_related("notice", "acknowledged_by")
    if not isinstance(user, User):
        return found.none()
    if user.kind == UserKind.SYSTEM or notice.issued_by_id in _own_offices(user):
        return found
    if offices.covers(user, notice.issued_by.region_code):
        return found
    return found.filter(_addressed_to(user))


def known_deliveries(user: Person) -> QuerySet[Delivery]:
    """Deliveries of the notices of one's side, and those addressed to oneself."""
    found = Delivery.objects.select_related("notice__issued_by")
    if not isinstance(user, User) or not user.is_active:
        return found.none()
    if user.kind == UserKind.SYSTEM:
        return found
    return found.filter(
        _addressed_to(user)
        | Q(notice__issued_by_id__in=_own_offices(user))
        | offices.jurisdiction(user, "notice__issued_by__region")
    )


def can_read_papers(user: Person, delivery_id: str) -> bool:
    """Whether the user may open what shows the service of a delivery."""
    return known_deliveries(user).filter(pk=delivery_id).exists()


def deliveries_to_serve(user: Person) -> QuerySet[Delivery]:
    """What waits until somebody of the user's own office serves it on the spot."""
    waiting = Delivery.objects.filter(state=DeliveryState.ISSUED)
    waiting = waiting.select_related("notice__issued_by")
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return waiting
    own = offices.own_office(user)
    if own is None or not offices.can_edit_records(user, own):
        return waiting.none()
    return waiting.filter(notice__issued_by=own)


def deliveries_addressed_to(user: Person) -> QuerySet[Delivery]:
    """What was addressed to the user, the user's office or operator."""
    if not isinstance(user, User) or not user.is_active:
        return Delivery.objects.none()
    found = Delivery.objects.filter(_addressed_to(user))
    return found.select_related("notice__issued_by", "acknowledged_by")


def _own_offices(user: User) -> set[int]:
    own = office_selectors.office_of(user)
    return {own.pk} if own else set()


def _addressed_to(user: User) -> Q:
    mine = Q(addressee_kind=AddresseeKind.OFFICER, addressee_id=user.pk)
    own = office_selectors.office_of(user)
    if own is not None:
        mine |= Q(addressee_kind=AddresseeKind.OFFICE, addressee_id=own.pk)
    operator = operator_id_of(user)
    if operator is not None:
        mine |= Q(addressee_kind=AddresseeKind.OPERATOR, addressee_id=operator)
    return mine


def can_serve(user: Person, delivery: Delivery) -> Decision:
    """Whether the user may record that the notice was served or refused: the issuing office."""
    return can_serve_notice(user, delivery.notice)


def can_serve_notice(user: Person, notice: Notice) -> Decision:
    """Whether the user may record what became of any delivery of the notice."""
    return offices.can_edit_records(user, notice.issued_by)


def can_acknowledge(user: Person, delivery: Delivery) -> Decision:
    """Whether the user speaks for the addressee."""
    if not isinstance(user, User):
        return Decision(False, _("Sign in first."))
    kind, addressee = delivery.addressee_kind, delivery.addressee_id
    if kind == AddresseeKind.OPERATOR:
        spoken_for = operator_id_of(user)
    elif kind == AddresseeKind.OFFICER:
        spoken_for = user.pk
    else:
        own = office_selectors.office_of(user)
        spoken_for = own.pk if own else None
    if spoken_for == addressee:
        return YES
    return Decision(False, _("Only the addressee acknowledges a notice."))
