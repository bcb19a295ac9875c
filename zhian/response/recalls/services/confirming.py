"""A person confirms what the trace found: the first scope, later what a recall grows by (S059)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhian.foundation.duties import selectors as owed
from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import Conflict
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case
from zhian.response.alerts import services as alert_services
from zhian.response.alerts.vocabulary import StepCode
from zhian.response.recalls import policies, selectors
from zhian.response.recalls.lifecycles import EXTENSION, RECALL
from zhian.response.recalls.models import Extension, Order, Recall
from zhian.response.recalls.services.locking import locked_extension, locked_recall
from zhian.response.recalls.services.publishing import NoticeText, publish_notice
from zhian.response.recalls.services.serving import Decided, decide, serve_orders
from zhian.response.recalls.vocabulary import RecallExtended, RecallStarted

__all__ = ["NoticeText", "confirm_extension", "confirm_scope"]


@use_case("recalls.scope.confirmed")
def confirm_scope(
    *,
    acting_user: User,
    recall_id: int,
    excluded: Mapping[int, str] | None = None,
    reason: str,
    notice: NoticeText | None = None,
) -> Recall:
    """Start the recall: orders and stop-sale notices to every included holder, the public told.

    `excluded` gives the reason for every line left out. Confirming twice: Conflict.
    """
    recall = locked_recall(acting_user, recall_id)
    require(policies.can_handle(acting_user, recall))
    recall.state = RECALL.target("confirm", recall.state)
    excluded = dict(excluded or {})
    lines = decide(selectors.lines_of(recall), excluded, reason, at_least=1)
    now = clock.now()
    recall.recall_class = recall.alert.recall_class
    recall.confirmed_by, recall.confirmed_at, recall.confirm_reason = acting_user, now, reason
    recall.save(
        update_fields=["state", "recall_class", "confirmed_by", "confirmed_at", "confirm_reason"]
    )
    decided = Decided(recall, lines, now)
    orders = serve_orders(acting_user, decided)
    finish_by = _start_clock(acting_user, recall)
    public = publish_notice(decided, finish_by, notice)
    _tell_alert(acting_user, recall, orders, public.number)
    record(recall, **_facts(decided, excluded, reason), notice=public.number)
    publish(RecallStarted(recall.pk, recall.alert_id, recall.source_lot, now))
    return recall


@use_case("recalls.extension.confirmed")
def confirm_extension(
    *,
    acting_user: User,
    extension_id: int,
    excluded: Mapping[int, str] | None = None,
    reason: str,
    notice: NoticeText | None = None,
) -> Extension:
    """The recall grows: what was found after the start is ordered back like the first scope.

    Every line may be left out, with its reason: then nobody is ordered anything. Conflict when it
    was decided before or the trace shows it no more.
    """
    extension = locked_extension(acting_user, extension_id)
    recall = extension.recall
    require(policies.can_handle(acting_user, recall))
    if not EXTENSION.open_steps(extension.state):
        raise Conflict(_("These goods were decided on already; look at the recall as it is now."))
    excluded = dict(excluded or {})
    lines = decide(selectors.undecided_lines(recall), excluded, reason, at_least=0)
    step, now = "confirm" if lines else "decline", clock.now()
    extension.state = EXTENSION.target(step, extension.state)
    extension.decided_by, extension.decided_at, extension.reason = acting_user, now, reason
    extension.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    duties.finish_for(acting_user=acting_user, deed=Deed.CONFIRM_SCOPE, subject=extension)
    decided = Decided(recall, lines, now, extension)
    public = _extend(acting_user, decided, notice) if lines else ""
    record(extension, **_facts(decided, excluded, reason), notice=public)
    return extension


def _extend(acting_user: User, decided: Decided, notice: NoticeText | None) -> str:
    """Orders, the supplementary notice to the public, the story; answers the notice's number."""
    recall, extension = decided.recall, decided.extension
    assert extension is not None
    orders = serve_orders(acting_user, decided)
    public = publish_notice(decided, _finish_by(recall), notice)
    _tell_alert(acting_user, recall, orders, public.number, more=True)
    publish(RecallExtended(extension.pk, recall.pk, recall.alert_id, decided.at))
    return public.number


def _start_clock(acting_user: User, recall: Recall) -> datetime:
    """The clock of the owner office; answers when the recall must be finished."""
    return duties.start_duty(
        acting_user=acting_user,
        deed=_finishing(recall),
        subject=recall,
        label=f"{recall.alert.product.name_zh} {recall.alert.number}",
        office=recall.alert.owner_office,
        officer=recall.alert.owner_officer,
        started_at=recall.confirmed_at,
        url=recall.get_absolute_url(),
    ).due_at


def _finish_by(recall: Recall) -> datetime:
    """New holders do not move the day by which the recall must be finished."""
    return owed.duties_about(recall).filter(deed=_finishing(recall)).latest("due_at").due_at


def _finishing(recall: Recall) -> Deed:
    return Deed(f"finish_recall_class{recall.recall_class}")


def _facts(decided: Decided, excluded: Mapping[int, str], reason: str) -> dict[str, object]:
    """What the ledger keeps of a decision."""
    numbers = selectors.consequence(decided.lines)
    return {
        "holders": numbers.holders,
        "unregistered": numbers.unregistered,
        "kg": numbers.kg,
        "excluded": excluded,
        "reason": reason,
    }


def _tell_alert(
    acting_user: User,
    recall: Recall,
    orders: Sequence[Order],
    notice_number: str,
    *,
    more: bool = False,
) -> None:
    served = sum(1 for order in orders if order.served_at is not None)
    silent = len(orders) - served
    kg = selectors.plain(sum((order.ordered_kg for order in orders), Decimal(0)))
    since = f"启动后新发现，共 {kg} kg：", f"found since the start, {kg} kg: "
    start = since if more else ("", "")
    alert_services.note_step(
        acting_user=acting_user,
        alert_id=recall.alert_id,
        code=StepCode.SCOPE_CONFIRMED,
        note_zh=f"{start[0]}向 {served} 家送达；{silent} 处未登记，无法送达",
        note_en=f"{start[1]}served on {served} holders; {silent} not registered, cannot be served",
        url=recall.get_absolute_url(),
    )
    alert_services.note_step(
        acting_user=acting_user,
        alert_id=recall.alert_id,
        code=StepCode.PUBLISHED,
        note_zh=notice_number,
        note_en=notice_number,
    )
