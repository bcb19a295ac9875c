from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """This room as a Django app."""

    name = "zhian.chain.events"
    label = "events"
    verbose_name = _("Traceability events")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here; declare the packs of profiles."""
        from zhian.chain.events.engine.profiles import PROFILES
        from zhian.foundation.ledger import vocabulary as ledger

        assert PROFILES.name == "event_profiles"

        for kind, text in (
            ("events.document.captured", _("Event document captured")),
            ("events.document.accepted", _("Event document accepted")),
            ("events.document.refused", _("Event document refused")),
            ("events.proposal.accepted", _("Master data taken over")),
            ("events.proposal.refused", _("Master data not taken over")),
            ("events.proposals.handed", _("Master data proposals handed to an office")),
            ("events.query.kept", _("Query kept under a name")),
            ("events.query.dropped", _("Named query dropped")),
            ("events.token.closed", _("Page token given back")),
            ("events.subscription.made", _("Subscription made")),
            ("events.subscription.ended", _("Subscription ended")),
            ("events.subscription.paused", _("Subscription paused")),
            ("events.subscription.resumed", _("Subscription resumed")),
            ("events.subscription.caught_up", _("Subscription caught up")),
            ("events.subscription.reported", _("Subscription reported by its schedule")),
            ("events.subscribers.told", _("Events bundled for subscribers")),
            ("events.sockets.ended", _("Abandoned websockets ended")),
            ("events.delivery.taken", _("Delivery taken by the subscriber")),
            ("events.delivery.failed", _("Delivery not taken by the subscriber")),
            ("events.delivery.held", _("Delivery held back while paused")),
            ("events.delivery.dropped", _("Delivery dropped by hand")),
            ("events.delivery.sent_again", _("Delivery sent again")),
            ("reaction.store_accepted_document", _("Accepted document stored")),
            ("reaction.hand_over_master_data", _("Somebody asked to decide on master data")),
            ("reaction.tell_subscribers", _("Subscribers told of new events")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject("events.capturejob", _("Capture of events"))
        ledger.name_subject("events.masterdataproposal", _("Master data proposal"))
        ledger.name_subject("events.namedquery", _("Named query"))
        ledger.name_subject("events.subscription", _("Subscription"))
        ledger.name_subject("events.delivery", _("Delivery to a subscriber"))
        ledger.name_subject("events.closedtoken", _("Page token"))
