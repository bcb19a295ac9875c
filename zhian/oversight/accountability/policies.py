"""Who may see the three columns, and who may decide on a signal."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import YES, Decision, can_write_findings
from zhian.foundation.offices.vocabulary import UserKind
from zhian.oversight.accountability.models import ResponsibilityTrace, Signal
from zhian.response.alerts import policies as alerts
from zhian.response.alerts.models import Alert


def traces_visible_to(user: User) -> QuerySet[ResponsibilityTrace]:
    """The traces of the alerts a person may see."""
    return ResponsibilityTrace.objects.filter(alert__in=alerts.alerts_visible_to(user))


def signals_visible_to(user: User) -> QuerySet[Signal]:
    """The signals of the alerts a person may see."""
    return Signal.objects.filter(alert__in=alerts.alerts_visible_to(user))


def can_build(user: User, alert: Alert) -> Decision:
    """The platform, whose office handles the alert, and the supervision organ of the territory."""
    if user.kind == UserKind.SYSTEM:
        return YES
    handling = alerts.can_handle(user, alert)
    if handling or can_write_findings(user, str(alert.site.region_id)):
        return YES
    return handling


def can_decide(user: User, signal: Signal) -> Decision:
    """Only the supervision organ of the territory, and nobody about themselves (R22, T6)."""
    if signal.officer_id == user.pk:
        return Decision(False, _("Nobody decides about themselves."))
    return can_write_findings(user, str(signal.alert.site.region_id))
