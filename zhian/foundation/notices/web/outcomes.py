"""What became of deliveries, in words, and what is still to be done about them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhian.foundation.ledger.vocabulary import subject_link
from zhian.foundation.notices import policies, selectors
from zhian.foundation.notices.lifecycles import DELIVERY
from zhian.foundation.notices.models import Delivery, Notice
from zhian.foundation.notices.vocabulary import DeliveryState, ProofOfService
from zhian.foundation.offices.models import User
from zhian.kernel.lists import ListColumn

FEW = 5


def serving(user: User, notice: Notice) -> list[ListColumn]:
    """The column with the deed, for whoever may serve and as long as something waits."""
    deliveries = policies.deliveries_visible_to(user, notice)
    return [SERVE_COLUMN] if to_serve(user, notice, deliveries) else []


def to_serve(user: User, notice: Notice, deliveries: QuerySet[Delivery]) -> list[Delivery]:
    """The first few that this user may serve on the spot."""
    if not policies.can_serve_notice(user, notice):
        return []
    return list(deliveries.filter(state=DeliveryState.ISSUED).order_by("pk")[:FEW])


def last_of(deliveries: QuerySet[Delivery]) -> list[dict[str, Any]]:
    """What became of the last few, as a timeline: when, who recorded it, what shows it."""
    done = list(deliveries.exclude(state=DeliveryState.ISSUED).order_by("-served_at", "-pk")[:FEW])
    attach_proofs(done)
    return [
        {
            "at": one.served_at,
            "what": f"{one.get_state_display()} · {one.addressee_name}",
            "who": _recorder(one),
            "note": _("; ").join(_said(one)),
            "evidence": [{"label": _("Open the proof"), "url": url} for url in _shown(one)],
        }
        for one in done
    ]


def attach_proofs(rows: list[Any]) -> None:
    """Give every delivery of a page its proof of service; in one query."""
    proofs = selectors.proofs_of(rows)
    for row in rows:
        row.proof = proofs.get(row.pk)


def _recorder(one: Any) -> str:
    return str(one.proof.recorded_by) if one.proof else ""


def _recorded(one: Any) -> Iterator[str]:
    if one.proof:
        yield _("recorded by %(name)s") % {"name": _recorder(one)}


def _shown(one: Any) -> Iterator[str]:
    proof: ProofOfService | None = one.proof
    if proof is not None and proof.item_id is not None:
        yield subject_link("evidence.item", str(proof.item_id))


def _said(one: Any) -> Iterator[str]:
    """Why it was refused, who took it or saw it, what the officer remarks."""
    proof: ProofOfService | None = one.proof
    yield from filter(None, [one.refusal_reason])
    if proof is not None and proof.receiver_name not in ("", one.addressee_name):
        yield _("received by %(name)s") % {"name": proof.receiver_name}
    if proof is not None and proof.witness:
        yield _("witness: %(name)s") % {"name": proof.witness}
    yield from filter(None, [one.remark])


def _serve_link(one: Delivery) -> str | None:
    waits = DELIVERY.allows("serve", one.state)
    return reverse("notices:serve", args=[one.pk]) if waits else None


SERVE_COLUMN = ListColumn(
    "deed",
    gettext_lazy("To do"),
    value=lambda one: _("Serve on the spot") if _serve_link(one) else "",
    href=_serve_link,
)
HOW_COLUMN = ListColumn(
    "how",
    gettext_lazy("Taken by, or refused because"),
    value=lambda one: _("; ").join([*_said(one), *_recorded(one)]),
    href=lambda one: next(_shown(one), None),
)
