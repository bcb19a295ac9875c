from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StandardsConfig(AppConfig):
    """Standards, their limits and the verdict engine."""

    name = "zhian.registry.standards"
    label = "standards"
    verbose_name = _("Standards and limits")

    def ready(self) -> None:
        """Give the ledger the words for what this room records; declare its rule packs."""
        from zhian.foundation.ledger import vocabulary as ledger
        from zhian.registry.standards import packs

        assert packs.VERDICT.name
        ledger.describe("standards.starter.loaded", _("Starter limits loaded"))
        ledger.describe("standards.edition.imported", _("Edition of a standard imported"))
        ledger.describe("standards.edition.activated", _("Edition of a standard put in force"))
        ledger.describe("standards.edition.discarded", _("Imported edition discarded"))
        ledger.name_subject("standards.edition", _("Edition of a standard"))
        ledger.name_subject("standards", _("Limit library"))
