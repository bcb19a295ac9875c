"""Reactions of recalls: an alert needs a scope, new events may show recalled goods or holders."""

from zhian.chain.events.vocabulary.happenings import EventsCaptured
from zhian.foundation.offices.models import User
from zhian.response.alerts.vocabulary import AlertOpened
from zhian.response.recalls import selectors, services
from zhian.response.recalls.vocabulary import RecallStarted


def propose_recall(happening: AlertOpened, *, acting_user: User) -> None:
    """Compute the scope of a new alert, once."""
    if selectors.recall_of_alert(happening.alert_id) is None:
        services.propose_recall(acting_user=acting_user, alert_id=happening.alert_id)


def watch_recalled_lots(happening: EventsCaptured, *, acting_user: User) -> None:
    """Look whether the new events touch goods under recall."""
    lots = None if happening.more_lots else happening.lot_keys
    for recall_id in selectors.recalls_to_search(lots):
        services.search_reappearances(acting_user=acting_user, recall_id=recall_id)


def follow_recalled_lots(happening: EventsCaptured, *, acting_user: User) -> None:
    """Look whether the new events show holders that a running recall has not reached."""
    lots = None if happening.more_lots else happening.lot_keys
    for recall_id in selectors.recalls_to_extend(lots):
        services.search_new_holders(acting_user=acting_user, recall_id=recall_id)


def follow_started_recall(happening: RecallStarted, *, acting_user: User) -> None:
    """What was captured while the scope waited for its confirmation is not forgotten."""
    services.search_new_holders(acting_user=acting_user, recall_id=happening.recall_id)
