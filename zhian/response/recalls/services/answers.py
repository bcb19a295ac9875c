"""What a holder answers: read, counted, returned, destroyed with proof (S059, S100, S101)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhian.foundation.duties import services as duties
from zhian.foundation.duties.services import NewDuty
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.evidence import services as evidence
from zhian.foundation.evidence.vocabulary import EvidenceKind
from zhian.foundation.notices import services as notices
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown
from zhian.kernel.use_cases import record, use_case
from zhian.response.recalls import policies, selectors
from zhian.response.recalls.lifecycles import ORDER
from zhian.response.recalls.models import Disposal, Order
from zhian.response.recalls.services.locking import locked_order, locked_orders
from zhian.response.recalls.vocabulary import DisposalKind

ZERO = Decimal(0)
MASSES = ["state", "returned_in_kg", "returned_out_kg", "destroyed_kg", "recovered_kg"]


@dataclass(frozen=True)
class Proof:
    """A file that shows what happened to the goods."""

    filename: str
    data: bytes


@use_case("recalls.order.acknowledged")
def acknowledge_order(*, acting_user: User, order_id: int) -> Order:
    """The holder has read both notices; Conflict the second time."""
    order = locked_order(acting_user, order_id)
    require(policies.can_answer(acting_user, order))
    order.state = ORDER.target("acknowledge", order.state)
    order.acknowledged_at = clock.now()
    order.save(update_fields=["state", "acknowledged_at"])
    served = (order.stop_sale_delivery_id, order.recall_delivery_id)
    notices.acknowledge(
        acting_user=acting_user, delivery_ids=[pk for pk in served if pk is not None]
    )
    _done(acting_user, order, Deed.ACKNOWLEDGE_ORDER)
    record(order, site=order.site_key)
    return order


@use_case("recalls.stock.counted")
def count_stock(
    *, acting_user: User, order_id: int, counted_kg: Decimal, photo: Proof | None = None
) -> Order:
    """The holder counted and set aside what is left; then the goods have to go, with proof."""
    order = locked_order(acting_user, order_id)
    require(policies.can_answer(acting_user, order))
    if counted_kg < ZERO:
        raise BadInput(fields=[FieldError("counted_kg", _("A quantity is not negative."))])
    order.state = ORDER.target("count", order.state)
    order.counted_at, order.counted_kg = clock.now(), counted_kg
    order.save(update_fields=["state", "counted_at", "counted_kg"])
    if photo is not None:
        evidence.keep(
            acting_user=acting_user,
            subject=order,
            kind=EvidenceKind.COUNT,
            filename=photo.filename,
            data=photo.data,
        )
    _done(acting_user, order, Deed.COUNT_STOCK)
    if counted_kg > ZERO:
        _owe_disposal(acting_user, order)
    record(order, counted_kg=counted_kg, ordered_kg=order.ordered_kg)
    return order


@use_case("recalls.disposal.reported")
def report_disposal(
    *,
    acting_user: User,
    order_id: int,
    kind: DisposalKind,
    kg: Decimal,
    witness: str,
    proof: Proof,
    to_order_id: int | None = None,
) -> Disposal:
    """Goods were returned to a holder up the chain, or destroyed; only with a file as proof.

    BadInput beyond what was counted; Conflict when the same proof was sent before.
    """
    order, receiver = _locked_pair(acting_user, order_id, to_order_id)
    require(policies.can_answer(acting_user, order))
    step = "return" if kind == DisposalKind.RETURNED else "destroy"
    order.state = ORDER.target(step, order.state)
    _check_disposal(order, receiver, kind, kg, witness)
    item = evidence.keep(
        acting_user=acting_user,
        subject=order,
        kind=EvidenceKind.DISPOSAL,
        filename=proof.filename,
        data=proof.data,
    )
    if order.disposals.filter(sha256=item.sha256).exists():
        raise Conflict(_("This proof was sent already; one proof shows one disposal."))
    disposal = Disposal.objects.create(
        order=order,
        kind=kind,
        kg=kg,
        at=clock.now(),
        to_order=receiver,
        evidence=item.pk,
        sha256=item.sha256,
        witness=witness,
    )
    _book(order, receiver, kind, kg)
    if selectors.left_to_dispose(order) == ZERO:
        _done(acting_user, order, Deed.REPORT_DISPOSAL)
    record(order, kind=kind, kg=kg, sha256=item.sha256, witness=witness, to=to_order_id)
    return disposal


def _locked_pair(
    acting_user: User, order_id: int, to_order_id: int | None
) -> tuple[Order, Order | None]:
    if to_order_id is None:
        return locked_order(acting_user, order_id), None
    if not policies.orders_visible_to(acting_user).filter(pk=order_id).exists():
        raise NotKnown
    both = locked_orders(acting_user, [order_id, to_order_id])
    return both[order_id], both[to_order_id]


def _check_disposal(
    order: Order, receiver: Order | None, kind: DisposalKind, kg: Decimal, witness: str
) -> None:
    wrong: list[FieldError] = []
    left = selectors.left_to_dispose(order)
    if not ZERO < kg <= left:
        wrong.append(
            FieldError("kg", _("Between 0 and %(left)s kg, what was counted.") % {"left": left})
        )
    if not witness.strip():
        wrong.append(FieldError("witness", _("Name the witness.")))
    returned = kind == DisposalKind.RETURNED
    if returned and (receiver is None or not _may_take_back(order, receiver)):
        wrong.append(FieldError("to_order", _("Goods go back to a holder nearer to the source.")))
    if not returned and receiver is not None:
        wrong.append(FieldError("to_order", _("Destroyed goods go to nobody.")))
    if wrong:
        raise BadInput(fields=wrong)


def _may_take_back(order: Order, receiver: Order) -> bool:
    same = order.recall_id == receiver.recall_id and receiver.pk != order.pk
    return same and receiver.tier < order.tier and not receiver.is_unregistered


def _book(order: Order, receiver: Order | None, kind: DisposalKind, kg: Decimal) -> None:
    """Double entry: what one holder gave back, another has to account for."""
    if kind == DisposalKind.DESTROYED:
        order.destroyed_kg += kg
    else:
        order.returned_out_kg += kg
    # Goods taken back from others were recovered there already.
    own = max(ZERO, order.destroyed_kg - order.returned_in_kg)
    order.recovered_kg = order.returned_out_kg + own
    order.save(update_fields=MASSES)
    if receiver is not None:
        receiver.returned_in_kg += kg
        own = max(ZERO, receiver.destroyed_kg - receiver.returned_in_kg)
        receiver.recovered_kg = receiver.returned_out_kg + own
        receiver.save(update_fields=["returned_in_kg", "recovered_kg"])


def _done(acting_user: User, order: Order, deed: Deed) -> None:
    duties.finish_for(
        acting_user=acting_user, deed=deed, subject=order, operator_id=order.operator_id
    )


def _owe_disposal(acting_user: User, order: Order) -> None:
    new = NewDuty(
        subject=order,
        office=order.recall.alert.owner_office,
        operator_id=order.operator_id,
        label=str(order.site),
    )
    duties.start_duties(acting_user=acting_user, deed=Deed.REPORT_DISPOSAL, duties=[new])
