from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """This room as a Django app."""

    name = "zhian.response.cases"
    label = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here."""
        from zhian.foundation.ledger import vocabulary as ledger
        from zhian.response.cases import policies

        for kind, text in (
            ("cases.case.opened", _("Case opened")),
            ("cases.case.opened_on_reappearance", _("Case opened on a reappearance")),
            ("cases.evidence.added", _("Evidence added to a case")),
            ("cases.case.filed", _("Case filed")),
            ("cases.value.stated", _("Value of the goods stated")),
            ("cases.case.investigated", _("Investigation begun")),
            ("cases.case.decided", _("Case decided")),
            ("cases.case.closed", _("Case closed")),
            ("reaction.open_case", _("Case opened by the platform")),
            ("reaction.add_scope", _("Recall scope added to the case")),
            ("reaction.open_reappearance_case", _("Case opened on goods that reappeared")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject(
            "cases.case", _("Case"), lambda key: f"/cases/{key}/", policies.cases_visible_to
        )
