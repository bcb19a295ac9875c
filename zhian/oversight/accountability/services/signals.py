"""Decide on a signal: a named person of the supervision organ, with a reason."""

from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, FieldError, NotKnown
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case
from zhian.oversight.accountability import policies
from zhian.oversight.accountability.lifecycles import SIGNAL
from zhian.oversight.accountability.models import Signal
from zhian.oversight.accountability.vocabulary import SignalDecided


@use_case("accountability.signal.decided")
def decide_signal(*, acting_user: User, signal_id: int, step: str, reason: str) -> Signal:
    """Confirm or dismiss; what follows for a person needs a hearing elsewhere (rules 3.11)."""
    held = policies.signals_visible_to(acting_user).select_for_update(of=("self",))
    signal = held.filter(pk=signal_id).first()
    if signal is None:
        raise NotKnown
    require(policies.can_decide(acting_user, signal))
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Give the reason for the decision."))])
    signal.state = SIGNAL.target(step, signal.state)
    signal.decided_at, signal.decided_by, signal.reason = clock.now(), acting_user, reason.strip()
    signal.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    record(signal, step=step, reason=signal.reason)
    publish(SignalDecided(signal.pk, signal.trigger, signal.state))
    return signal
