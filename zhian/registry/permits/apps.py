from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PermitsConfig(AppConfig):
    """This room as a Django app."""

    name = "zhian.registry.permits"
    label = "permits"
    verbose_name = _("Permits and certificates")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here."""
        from zhian.foundation.ledger import vocabulary as ledger
        from zhian.registry.permits import policies

        for kind, text in (
            ("permits.instrument.granted", _("Permit granted")),
            ("permits.instruments.granted", _("Permits granted")),
            ("permits.instrument.suspended", _("Permit suspended")),
            ("permits.instrument.resumed", _("Permit in force again")),
            ("permits.instrument.revoked", _("Permit revoked")),
            ("permits.instrument.withdrawn", _("Permit withdrawn")),
            ("permits.instrument.cancelled", _("Permit cancelled")),
            ("permits.standing.judged", _("Licence standing judged")),
            ("permits.standings.recomputed", _("Licence standing recomputed")),
            ("reaction.judge_standing", _("Licence standing of sites judged")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject(
            "permits.instrument",
            _("Permit or certificate"),
            lambda key: f"/permits/{key}/",
            policies.instruments_visible_to,
        )
