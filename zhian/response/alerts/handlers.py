"""Reactions of alerts to what laboratories found."""

from zhian.fieldwork.sampling.vocabulary import SampleFailed
from zhian.foundation.offices.models import User
from zhian.response.alerts import selectors, services


def open_alert(happening: SampleFailed, *, acting_user: User) -> None:
    """A failed sample becomes an alert, once."""
    if selectors.alert_of_report(happening.report_id) is None:
        services.open_alert(acting_user=acting_user, report_id=happening.report_id)
