"""Reactions of cases: an alert and a reappearance each open one, with the evidence."""

from zhian.foundation.offices.models import User
from zhian.response.alerts.vocabulary import AlertOpened
from zhian.response.cases import selectors, services
from zhian.response.recalls.vocabulary import RecalledGoodsReappeared, RecallProposed


def open_case(happening: AlertOpened, *, acting_user: User) -> None:
    """Open the case of an alert, once."""
    if selectors.case_of_alert(happening.alert_id) is None:
        services.open_case(acting_user=acting_user, alert_id=happening.alert_id)


def open_reappearance_case(happening: RecalledGoodsReappeared, *, acting_user: User) -> None:
    """Open the case of a reappearance, once."""
    if selectors.case_of_reappearance(happening.reappearance_id) is None:
        services.open_reappearance_case(
            acting_user=acting_user, reappearance_id=happening.reappearance_id
        )


def add_scope(happening: RecallProposed, *, acting_user: User) -> None:
    """The scope goes into the file, whichever of case and recall came first."""
    case = selectors.case_of_alert(happening.alert_id)
    if case is not None:
        services.add_scope(acting_user=acting_user, case_id=case.pk)
