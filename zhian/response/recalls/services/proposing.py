"""The scope as the trace sees it (S003, S100); a person confirms it."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from zhian.chain.tracing import selectors as tracing
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import Conflict
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case
from zhian.registry.products import selectors as products
from zhian.registry.subjects import selectors as subjects
from zhian.response.alerts import selectors as alerts
from zhian.response.alerts import services as alert_services
from zhian.response.alerts.models import Alert
from zhian.response.alerts.vocabulary import StepCode
from zhian.response.recalls import policies, selectors
from zhian.response.recalls.lifecycles import RECALL
from zhian.response.recalls.models import Recall, ScopeLine
from zhian.response.recalls.services.locking import locked_recall
from zhian.response.recalls.vocabulary import SAMPLED_HERE, RecallProposed, RecallState, Ring

UNKNOWN_PLACE = "unknown"


@use_case("recalls.recall.proposed")
def propose_recall(*, acting_user: User, alert_id: int) -> Recall:
    """Compute the scope from the trace of the alert's lot; Conflict when there is a recall."""
    if selectors.recall_of_alert(alert_id) is not None:
        raise Conflict(_("This alert already has a recall."))
    alert = alerts.alert(alert_id)
    now = clock.now()
    scope = tracing.recall_scope(alert.lot_key)
    recall = Recall.objects.create(
        alert=alert,
        source_lot=alert.lot_key,
        recall_class=alert.recall_class,
        state=RecallState.PROPOSED,
        reason_zh=alert.hazard_zh,
        reason_en=alert.hazard_en,
        proposed_at=now,
        scope_as_of=now,
        gap_count=len(scope.gaps),
    )
    lines = _write_lines(recall, alert, scope.lines)
    tell_alert(acting_user, recall, lines)
    record(recall, alert=alert.number, lines=len(lines), gaps=recall.gap_count)
    publish(RecallProposed(recall.pk, alert.pk))
    return recall


@use_case("recalls.scope.refreshed")
def refresh_scope(*, acting_user: User, recall_id: int) -> Recall:
    """Trace again with what was captured since, while nobody has confirmed yet."""
    recall = locked_recall(acting_user, recall_id)
    require(policies.can_handle(acting_user, recall))
    RECALL.target("confirm", recall.state)
    alert = alerts.alert(recall.alert_id)
    scope = tracing.recall_scope(recall.source_lot)
    before = recall.lines.count()
    recall.lines.all().delete()
    lines = _write_lines(recall, alert, scope.lines)
    recall.scope_as_of, recall.gap_count = clock.now(), len(scope.gaps)
    recall.save(update_fields=["scope_as_of", "gap_count"])
    tell_alert(acting_user, recall, lines)
    record(recall, before=before, after=len(lines))
    return recall


def _write_lines(
    recall: Recall, alert: Alert, traced: Iterable[tracing.ScopeLine]
) -> list[ScopeLine]:
    lines = scope_lines(recall, traced)
    _add_place_of_sample(recall, alert, lines)
    return ScopeLine.objects.bulk_create(lines.values())


def scope_lines(
    recall: Recall, traced: Iterable[tracing.ScopeLine]
) -> dict[tuple[str, str], ScopeLine]:
    """What the trace says as lines of the recall by place and lot, not yet stored."""
    found = list(traced)
    keys = {line.site_key for line in found if line.site_key}
    sites = subjects.sites_by_sgln(keys)
    goods = products.products_of_lots({line.lot for line in found})
    lines: dict[tuple[str, str], ScopeLine] = {}
    for one in found:
        key = one.site_key or UNKNOWN_PLACE
        site, product = sites.get(key), goods.get(one.lot)
        lines[key, one.lot] = ScopeLine(
            recall=recall,
            site_key=key,
            site=site,
            operator_id=site.operator_id if site else None,
            lot_key=one.lot,
            product=product,
            ring=one.ring.name,
            tier=abs(one.tier),
            kg_received=one.kg_received,
            kg_on_hand=one.kg_on_hand,
            kg_of_source=one.kg_of_source,
            reason=one.reason.value,
            event_ids=list(one.event_ids),
        )
    return lines


def _add_place_of_sample(
    recall: Recall, alert: Alert, lines: dict[tuple[str, str], ScopeLine]
) -> None:
    """Where the sample was drawn the goods lie, whatever the events say."""
    key = (alert.site.sgln, alert.lot_key)
    if key in lines:
        return
    lines[key] = ScopeLine(
        recall=recall,
        site_key=alert.site.sgln,
        site=alert.site,
        operator=alert.operator,
        lot_key=alert.lot_key,
        product=alert.product,
        ring=Ring.MUST,
        tier=0,
        reason=SAMPLED_HERE,
        event_ids=[],
    )


def tell_alert(
    acting_user: User, recall: Recall, lines: Sequence[ScopeLine], *, more: bool = False
) -> None:
    """The story gets its line (`more`: found after the start), the grade its facts."""
    numbers = selectors.consequence(lines)
    kg = selectors.plain(numbers.kg)
    zh, en = ("启动后新发现：", "found since the start: ") if more else ("", "")
    suggest_grade(acting_user, recall)
    alert_services.note_step(
        acting_user=acting_user,
        alert_id=recall.alert_id,
        code=StepCode.SCOPE_PROPOSED,
        note_zh=f"{zh}{numbers.holders} 家持有者，{numbers.unregistered} 处未登记，{kg} kg",
        note_en=f"{en}{numbers.holders} holders, {numbers.unregistered} not registered, {kg} kg",
        url=recall.get_absolute_url(),
    )


def suggest_grade(acting_user: User, recall: Recall) -> None:
    """The grade follows the spread of everything that is or may be in scope."""
    alert_services.suggest_grade(
        acting_user=acting_user,
        alert_id=recall.alert_id,
        region_codes=selectors.regions_in_scope(recall),
    )
