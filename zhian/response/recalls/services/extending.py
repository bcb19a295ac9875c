"""A running recall follows the trace: what late records show waits for a person (S003, S100).

A lot at a place that the scope does not know is new. More of a lot whose holder has an order is
new too, once the records show clearly more than was ordered and taken back there. What a person
left out with a reason never comes back by itself.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhian.chain.tracing import selectors as tracing
from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.use_cases import record, use_case
from zhian.response.recalls import selectors
from zhian.response.recalls.lifecycles import EXTENSION
from zhian.response.recalls.models import Extension, Order, Recall, ScopeLine
from zhian.response.recalls.services.locking import locked_recall
from zhian.response.recalls.services.proposing import scope_lines, suggest_grade, tell_alert
from zhian.response.recalls.vocabulary import ExtensionState, RecallState

ZERO = Decimal(0)
GRAM = Decimal("0.001")
# The platform's own measure of "clearly more": weighing and rounding differ by less.
MORE_KG, MORE_SHARE = Decimal(1), Decimal("0.05")
Key = tuple[str, str]


@use_case("recalls.new_holders.searched")
def search_new_holders(*, acting_user: User, recall_id: int) -> Extension | None:
    """Trace again and keep what the running recall lacks as lines that wait for a person.

    The whole is computed each time, so late events only correct it. Answers what waits, if any.
    """
    recall = locked_recall(acting_user, recall_id)
    waiting = selectors.open_extension(recall)
    before = list(selectors.undecided_lines(recall))
    running = recall.state == RecallState.RUNNING
    found = _missing(recall) if running else before
    changed = sorted(map(_content, before)) != sorted(map(_content, found))
    if changed:
        waiting = _keep(acting_user, recall, waiting, found)
    record(recall, found=len(found), kg=selectors.consequence(found).kg, changed=changed)
    return waiting


def _missing(recall: Recall) -> list[ScopeLine]:
    """Lines of the trace as it is now that nobody decided on."""
    traced = scope_lines(recall, tracing.recall_scope(recall.source_lot).lines)
    decided: dict[Key, list[ScopeLine]] = defaultdict(list)
    for line in selectors.decided_lines(recall):
        decided[line.site_key, line.lot_key].append(line)
    taken_back = _taken_back(recall)
    found = []
    for key, line in sorted(traced.items()):
        known = decided.get(key)
        if known is None:
            found.append(line)
        elif all(one.included for one in known):
            extra = _extra(line, known, taken_back)
            if extra is not None:
                found.append(extra)
    return found


def _taken_back(recall: Recall) -> dict[str, Decimal]:
    """By place: what came back from other holders is accounted for already."""
    masses: dict[str, Decimal] = defaultdict(lambda: ZERO)
    orders = Order.objects.filter(recall=recall, returned_in_kg__gt=0)
    for key, kg in orders.values_list("site_key", "returned_in_kg"):
        masses[key] += kg
    return masses


def _extra(
    line: ScopeLine, known: Sequence[ScopeLine], taken_back: dict[str, Decimal]
) -> ScopeLine | None:
    """The same line with only what is beyond the known ones; None when it is not clearly more."""
    ordered = sum((selectors.line_kg(one) or ZERO for one in known), ZERO)
    more = (selectors.line_kg(line) or ZERO) - ordered
    back = max(ZERO, min(more, taken_back.get(line.site_key, ZERO)))
    if back:
        taken_back[line.site_key] -= back
    more -= back
    if more < max(MORE_KG, ordered * MORE_SHARE):
        return None
    seen = {event for one in known for event in one.event_ids}
    line.event_ids = [event for event in line.event_ids if event not in seen]
    line.kg_received = line.kg_on_hand = more
    line.kg_of_source = None
    return line


def _content(line: ScopeLine) -> tuple[str, ...]:
    """What a line says, to tell whether anything changed since it was stored."""
    masses = (line.kg_received, line.kg_on_hand, line.kg_of_source)
    stored = ("" if kg is None else str(Decimal(kg).quantize(GRAM)) for kg in masses)
    return (line.site_key, line.lot_key, line.ring, str(line.tier), line.reason, *stored,
            *sorted(line.event_ids))  # fmt: skip


def _keep(
    acting_user: User, recall: Recall, waiting: Extension | None, found: Sequence[ScopeLine]
) -> Extension | None:
    """Write the lines anew; story and clock begin with the first that was found."""
    selectors.undecided_lines(recall).delete()
    if not found and waiting is not None:
        _withdraw(acting_user, waiting)
        return None
    extension = waiting or _opened(acting_user, recall)
    extension.scope_as_of = clock.now()
    extension.save(update_fields=["scope_as_of"])
    for line in found:
        line.extension = extension
    lines = ScopeLine.objects.bulk_create(found)
    if waiting is None:
        tell_alert(acting_user, recall, lines, more=True)
    else:
        suggest_grade(acting_user, recall)
    return extension


def _opened(acting_user: User, recall: Recall) -> Extension:
    now = clock.now()
    extension = Extension.objects.create(
        recall=recall,
        number=recall.extensions.count() + 1,
        state=ExtensionState.PROPOSED,
        proposed_at=now,
        scope_as_of=now,
    )
    duties.start_duty(
        acting_user=acting_user,
        deed=Deed.CONFIRM_SCOPE,
        subject=extension,
        label=f"{recall.alert.product.name_zh} {extension}",
        office=recall.alert.owner_office,
        officer=recall.alert.owner_officer,
        url=recall.get_absolute_url(),
    )
    return extension


def _withdraw(acting_user: User, waiting: Extension) -> None:
    """Events that were taken back took the goods along; nobody has to decide on them."""
    waiting.state = EXTENSION.target("withdraw", waiting.state)
    waiting.save(update_fields=["state"])
    reason = str(_("The records were corrected; the trace does not reach these goods any more."))
    duties.cancel_for(acting_user=acting_user, subject=waiting, reason=reason)
