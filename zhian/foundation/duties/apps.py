from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutiesConfig(AppConfig):
    """Gives the ledger words for what happens to duties."""

    name = "zhian.foundation.duties"
    label = "duties"
    verbose_name = _("Duties")

    def ready(self) -> None:
        """Register texts; importing the terms declares the kinds of rule packs."""
        from zhian.foundation.duties import policies, terms
        from zhian.foundation.ledger import vocabulary as ledger

        assert terms.TERMS.name == "duty_terms"
        for kind, text in (
            ("duties.duty.started", _("Duty started")),
            ("duties.duties.started", _("Duties started")),
            ("duties.duty.assigned", _("Duty assigned to an officer")),
            ("duties.duty.chased", _("Duty chased")),
            ("duties.clock.stopped", _("Clock of a duty stopped")),
            ("duties.clock.resumed", _("Clock of a duty resumed")),
            ("duties.duty.finished", _("Duty done")),
            ("duties.duty.finished_by_hand", _("Duty reported as done")),
            ("duties.duties.finished", _("Duties done")),
            ("duties.duties.finished_for", _("Duties done")),
            ("duties.duty.cancelled", _("Duty cancelled")),
            ("duties.duties.cancelled_for", _("Duties cancelled")),
            ("duties.duty.escalated", _("Overdue duty told to the superior office")),
            ("duties.duty.settled", _("Provisional due moment counted again")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject(
            "duties.duty", _("Duty"), lambda key: f"/duties/{key}/", policies.duties_visible_to
        )
        ledger.name_subject("duties.deed", _("Duty"))
        ledger.title_subject("duties.deed", terms.deed_words)
