"""Reactions: the picture is built as soon as there is an alert, and again when orders are out."""

from zhian.foundation.offices.models import User
from zhian.oversight.accountability import services
from zhian.response.alerts.vocabulary import AlertOpened
from zhian.response.recalls.vocabulary import RecallExtended, RecallStarted


def trace_alert(happening: AlertOpened, *, acting_user: User) -> None:
    """Build the first picture."""
    services.build_trace(acting_user=acting_user, alert_id=happening.alert_id)


def trace_recall(happening: RecallStarted | RecallExtended, *, acting_user: User) -> None:
    """Build it again: now it is known who was told, at the start or later."""
    services.build_trace(acting_user=acting_user, alert_id=happening.alert_id)
