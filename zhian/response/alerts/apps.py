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

        for kind, text in (
            ("alerts.alert.opened", _("Alert opened")),
            ("alerts.alert.taken", _("Alert taken in hand")),
            ("alerts.alert.reported", _("Alert reported upward")),
            ("alerts.alert.closed", _("Alert closed")),
            ("alerts.class.changed", _("Recall class changed")),
            ("alerts.grade.suggested", _("Incident grade suggested")),
            ("alerts.grade.set", _("Incident grade set")),
            ("alerts.step.noted", _("Step of the incident noted")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject("alerts.alert", _("Alert"), lambda key: f"/alerts/{key}/")
