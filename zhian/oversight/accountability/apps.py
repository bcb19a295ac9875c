"""The accountability room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountabilityConfig(AppConfig):
    """Who answered for it."""

    name = "zhian.oversight.accountability"
    label = "accountability"
    verbose_name = _("Accountability")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here."""
        from zhian.foundation.ledger import vocabulary as ledger
        from zhian.oversight.accountability import policies

        for kind, text in (
            ("accountability.trace.built", _("Responsibility trace built")),
            ("accountability.signal.decided", _("Accountability signal decided")),
            ("reaction.trace_alert", _("Responsibility traced on the alert")),
            ("reaction.trace_recall", _("Responsibility traced on the recall")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject("accountability.responsibilitytrace", _("Responsibility trace"))
        ledger.name_subject(
            "accountability.signal",
            _("Accountability signal"),
            lambda key: f"/accountability/signals/{key}/",
            policies.signals_visible_to,
        )
