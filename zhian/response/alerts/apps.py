from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    """This room as a Django app."""

    name = "zhian.response.alerts"
    label = "alerts"
    verbose_name = _("Alerts")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here."""
        from zhian.foundation.ledger import vocabulary as ledger
        from zhian.response.alerts import policies

        for kind, text in (
            ("alerts.alert.opened", _("Alert opened")),
            ("alerts.alert.reported", _("Alert reported upward")),
            ("alerts.alert.taken", _("Alert taken in hand")),
            ("alerts.class.changed", _("Recall class changed")),
            ("alerts.grade.suggested", _("Incident grade suggested")),
            ("alerts.grade.set", _("Incident graded")),
            ("alerts.alert.closed", _("Alert closed")),
            ("alerts.step.noted", _("Step of an alert noted")),
            ("reaction.open_alert", _("Alert opened by the platform")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject(
            "alerts.alert",
            _("Alert"),
            lambda key: f"/alerts/{key}/",
            policies.alerts_visible_to,
        )
