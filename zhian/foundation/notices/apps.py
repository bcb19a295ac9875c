from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Gives the ledger words for notices, and what was served as an answer to "who knew"."""

    name = "zhian.foundation.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        """Register texts and the source of knowledge."""
        from zhian.foundation.ledger import vocabulary as ledger
        from zhian.foundation.notices import policies, selectors

        for kind, text in (
            ("notices.notice.issued", _("Notice issued")),
            ("notices.notices.issued", _("Notices issued")),
            ("notices.delivery.served", _("Notice served")),
            ("notices.deliveries.served_electronically", _("Notices served electronically")),
            ("notices.delivery.served_on_site", _("Notice served on the spot")),
            ("notices.delivery.refused", _("Notice refused")),
            ("notices.delivery.refused_on_site", _("Notice refused on the spot")),
            ("notices.delivery.acknowledged", _("Notice acknowledged")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject("notices.notice", _("Notice"), lambda key: f"/notices/{key}/")
        ledger.name_subject(
            "notices.delivery",
            _("Delivery of a notice"),
            lambda key: f"/notices/deliveries/{key}/",
            policies.known_deliveries,
        )
        ledger.name_subject("notices.kind", _("Notices"))
        ledger.add_knowledge_source(selectors.who_received)
