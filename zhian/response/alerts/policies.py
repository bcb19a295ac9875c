"""Who sees an alert and who may act on it."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.policies import (
    Decision,
    Person,
    any_of,
    can_edit_records,
    jurisdiction,
)
from zhian.foundation.offices.selectors import office_of
from zhian.response.alerts.models import Alert


def alerts_visible_to(user: Person) -> QuerySet[Alert]:
    """Alerts found in one's territory, or given to one's office."""
    office = office_of(user)
    own = Q(owner_office=office) if office is not None else Q(pk__in=[])
    return Alert.objects.filter(any_of(jurisdiction(user, "site__region"), own)).select_related(
        "product", "site__region", "operator", "owner_office", "owner_officer"
    )


def can_handle(user: Person, alert: Alert) -> Decision:
    """The owner office handles its alert; nobody else, however high."""
    return can_edit_records(user, alert.owner_office)


def can_close(user: Person, alert: Alert) -> Decision:
    """Nothing is closed before the goods and the operator are dealt with (rules 0 no. 6)."""
    right = can_handle(user, alert)
    if not right:
        return right
    missing = []
    if alert.recall_finished_at is None:
        missing.append(str(_("the recall is not finished")))
    if alert.case_filed_at is None:
        missing.append(str(_("the case is not filed")))
    if missing:
        return Decision(
            False, _("The alert cannot be closed: %(missing)s.") % {"missing": "; ".join(missing)}
        )
    return right
