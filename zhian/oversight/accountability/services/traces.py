"""Build the three columns of an alert (S003, S004, house 1)."""

from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import current_entry_id, record, use_case
from zhian.oversight.accountability import policies
from zhian.oversight.accountability.models import Line, ResponsibilityTrace, Signal
from zhian.oversight.accountability.services.detectors import detect
from zhian.oversight.accountability.services.facts import gather
from zhian.oversight.accountability.services.statements import lines_of
from zhian.oversight.accountability.vocabulary import ResponsibilityTraced, SignalState
from zhian.response.alerts import selectors as alerts


@use_case("accountability.trace.built")
def build_trace(*, acting_user: User, alert_id: int) -> ResponsibilityTrace:
    """A new picture of who answers; older ones stay, so that one can see what changed."""
    alert = alerts.alert_held(alert_id)
    require(policies.can_build(acting_user, alert))
    facts = gather(alert)
    trace = ResponsibilityTrace.objects.create(
        alert=alert,
        built_at=clock.now(),
        on=facts.on,
        sites=len(facts.places),
        entry_id=current_entry_id(),
    )
    lines = list(lines_of(facts))
    for line in lines:
        line.trace = trace
    Line.objects.bulk_create(lines, batch_size=2000)
    signals = [_keep(trace, signal) for signal in detect(facts)]
    record(trace, alert=alert.number, lines=len(lines), signals=len(signals))
    publish(ResponsibilityTraced(alert.pk, trace.pk))
    return trace


def _keep(trace: ResponsibilityTrace, found: Signal) -> Signal:
    """Open the signal, or bring an open one up to date; a decided one is left as decided."""
    known = Signal.objects.filter(
        alert=trace.alert, trigger=found.trigger, office=found.office, officer=found.officer
    )
    if found.trigger == "A4":
        known = known.filter(evidence=found.evidence)
    existing = known.first()
    if existing is None:
        found.trace, found.alert, found.opened_at = trace, trace.alert, clock.now()
        found.save()
        return found
    if existing.state == SignalState.OPEN:
        existing.trace, existing.values, existing.evidence = trace, found.values, found.evidence
        existing.save(update_fields=["trace", "values", "evidence"])
    return existing
