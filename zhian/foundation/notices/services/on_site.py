"""Service on the spot: handed over or refused at the addressee's, shown by a paper or a witness."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhian.foundation.notices import policies, selectors
from zhian.foundation.notices.lifecycles import DELIVERY
from zhian.foundation.notices.models import Delivery
from zhian.foundation.notices.services.proving import proving
from zhian.foundation.notices.services.serving import (
    WHY_REFUSED,
    locked,
    mark_refused,
    mark_served,
)
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError
from zhian.kernel.use_cases import record, use_case


@use_case("notices.delivery.served_on_site")
def serve_on_site(
    *,
    acting_user: User,
    delivery_id: int,
    at: datetime,
    receiver_name: str,
    receiver_role: str,
    paper: UUID | None,
    remark: str = "",
) -> Delivery:
    """The notice was handed to somebody at the addressee's, shown by a paper kept before.

    Conflict when it was served or refused meanwhile; BadInput for a time before the notice or to
    come, a receiver without name or role, and where nothing shows it.
    """
    delivery = _waiting(acting_user, delivery_id)
    moment = _moment(delivery, at)
    _need(
        ("receiver_name", receiver_name.strip(), _("Say who received it.")),
        ("receiver_role", receiver_role.strip(), _("Say what this person is there.")),
        ("proof", paper, _("Add a photograph or the signed receipt.")),
    )
    receiver = f"{receiver_name.strip()} · {receiver_role.strip()}"
    proof = _proof_on_site(acting_user, delivery, at=moment, receiver=receiver, paper=paper)
    served = mark_served({delivery.pk: proof}, moment, acting_user)[0]
    _remember(served, remark)
    record(served, proof=proof, receiver=receiver, remark=remark)
    return served


@use_case("notices.delivery.refused_on_site")
def refuse_on_site(
    *,
    acting_user: User,
    delivery_id: int,
    at: datetime,
    reason: str,
    witness: str = "",
    paper: UUID | None = None,
    remark: str = "",
) -> Delivery:
    """The addressee would not take the notice on the spot: before a witness, or on a recording.

    Conflict when it was served or refused meanwhile; BadInput where neither witness nor paper
    shows it, and for a time before the notice or to come.
    """
    delivery = _waiting(acting_user, delivery_id)
    moment, reason, witness = _moment(delivery, at), reason.strip(), witness.strip()
    _need(
        ("reason", reason, WHY_REFUSED),
        ("witness", witness or paper, _("Name a witness or add a recording.")),
    )
    proof = _proof_on_site(
        acting_user, delivery, at=moment, refusal=reason, witness=witness, paper=paper
    )
    mark_refused(delivery, proof, reason, moment)
    _remember(delivery, remark)
    record(delivery, reason=reason, proof=proof, witness=witness, remark=remark)
    return delivery


def keep_paper(*, acting_user: User, delivery_id: int, filename: str, data: bytes) -> UUID:
    """Keep a photograph or scan of service on the spot, before the rest of the form is right."""
    delivery = selectors.delivery(delivery_id)
    require(policies.can_serve(acting_user, delivery))
    keep = proving().keep
    return keep(acting_user=acting_user, subject=delivery, filename=filename, data=data)


def _need(*given: tuple[str, object, Promise]) -> None:
    missing = [FieldError(name, why) for name, value, why in given if not value]
    if missing:
        raise BadInput(fields=missing)


def _waiting(acting_user: User, delivery_id: int) -> Delivery:
    delivery = locked([delivery_id])[0]
    require(policies.can_serve(acting_user, delivery))
    if not DELIVERY.allows("serve", delivery.state):
        raise Conflict(selectors.what_became_of(delivery))
    return delivery


def _moment(delivery: Delivery, at: datetime) -> datetime:
    """People write minutes: within the minute of the issue, the issue itself."""
    issued = delivery.notice.issued_at
    if at > clock.now():
        raise BadInput(fields=[FieldError("at", _("This lies in the future."))])
    if at < issued.replace(second=0, microsecond=0):
        day = f"{clock.beijing(issued):%Y-%m-%d %H:%M}"
        message = _("The notice was issued only at %(at)s.") % {"at": day}
        raise BadInput(fields=[FieldError("at", message)])
    return max(at, issued)


def _proof_on_site(acting_user: User, delivery: Delivery, **how: Any) -> UUID:
    about = f"notices.notice:{delivery.notice_id}"
    prove = proving().on_site
    return prove(acting_user=acting_user, subject=delivery, notice_ref=about, **how)


def _remember(delivery: Delivery, remark: str) -> None:
    delivery.remark = remark.strip()
    delivery.save(update_fields=["remark"])
