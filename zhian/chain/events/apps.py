from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """This room as a Django app."""

    name = "zhian.chain.events"
    label = "events"
    verbose_name = _("Traceability events")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here."""
        from zhian.foundation.ledger import vocabulary as ledger

        for kind, text in (
            ("events.document.captured", _("Event document captured")),
            ("events.document.accepted", _("Event document accepted")),
            ("events.document.refused", _("Event document refused")),
            ("events.proposal.accepted", _("Master data taken over")),
            ("events.proposal.refused", _("Master data not taken over")),
            ("reaction.store_accepted_document", _("Accepted document stored")),
            ("reaction.tell_subscribers", _("Subscribers told of new events")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject("events.capturejob", _("Capture of events"))
        ledger.name_subject("events.masterdataproposal", _("Master data proposal"))
