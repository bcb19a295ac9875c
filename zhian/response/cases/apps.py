from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from zhian.foundation.offices.models import User


class CasesConfig(AppConfig):
    """This room as a Django app."""

    name = "zhian.response.cases"
    label = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here."""
        from zhian.foundation.evidence.policies import register_reader
        from zhian.foundation.ledger import vocabulary as ledger
        from zhian.response.cases import policies

        for kind, text in (
            ("cases.case.opened", _("Case opened")),
            ("cases.case.opened_on_reappearance", _("Case opened on reappeared goods")),
            ("cases.case.filed", _("Case filed")),
            ("cases.case.investigated", _("Investigation of the case begun")),
            ("cases.case.decided", _("Case decided")),
            ("cases.case.closed", _("Case closed")),
            ("cases.value.stated", _("Value of the goods stated")),
            ("cases.evidence.added", _("Evidence added to the case")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject("cases.case", _("Case"), lambda key: f"/cases/{key}/")

        def may_read(user: User, case_id: str) -> bool:
            return policies.cases_visible_to(user).filter(pk=case_id).exists()

        register_reader("cases.case", may_read)
