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
        ledger.describe("standards.markets.compared", _("Limits of two markets compared"))
        ledger.describe("standards.foods.mapped", _("Food categories mapped"))
        ledger.describe("standards.mapping.removed", _("Mapping of food categories taken back"))
        ledger.describe("standards.items.unlimited", _("Sampled items without limit noted"))
        ledger.describe("standards.project.proposed", _("Project of a standard proposed"))
        ledger.describe("standards.project.moved", _("Project of a standard moved on"))
        ledger.describe("standards.programme.imported", _("Programme of standards imported"))
        ledger.describe("standards.adoptions.imported", _("Adoptions of standards imported"))
        ledger.describe("standards.comment.received", _("Public comment received"))
        ledger.describe("standards.comment.answered", _("Public comment answered"))
        ledger.describe("standards.regulations.loaded", _("Directory of law loaded"))
        ledger.describe("standards.regulations.imported", _("Regulations imported"))
        ledger.name_subject(
            "standards.project",
            _("Project of a standard"),
            lambda key: f"/standards/programme/{key}/",
        )
        ledger.name_subject("standards.comment", _("Public comment"))
        ledger.name_subject("standards.comparison", _("Comparison of limits"))
        ledger.name_subject("standards.foodmapping", _("Mapping of food categories"))
        ledger.name_subject("standards.edition", _("Edition of a standard"))
        ledger.name_subject("standards", _("Limit library"))
