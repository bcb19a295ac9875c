from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from zhian.foundation.offices.models import User


class SamplingConfig(AppConfig):
    """This room as a Django app."""

    name = "zhian.fieldwork.sampling"
    label = "sampling"
    verbose_name = _("Samples and test reports")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here; say who reads the evidence."""
        from zhian.fieldwork.sampling import policies
        from zhian.foundation.evidence.policies import register_reader
        from zhian.foundation.ledger import vocabulary as ledger

        for kind, text in (
            ("sampling.sample.drawn", _("Sample drawn")),
            ("sampling.sample.handed_over", _("Sample handed over")),
            ("sampling.sample.received", _("Sample received by the laboratory")),
            ("sampling.report.drafted", _("Test report drafted")),
            ("sampling.report.signed", _("Test report signed")),
            ("sampling.report.withdrawn", _("Test report withdrawn")),
            ("sampling.reports.rejudged", _("Signed results judged anew")),
            ("sampling.disagreement.noted", _("Differing verdict of a laboratory noted")),
            ("sampling.market.declared", _("Lot declared for a market")),
            ("sampling.market.stopped", _("Declared lots held against a new report")),
            ("reaction.settle_disagreement", _("Differing verdict given to the office to settle")),
            ("reaction.stop_declared_lots", _("Declared lots held against a new report")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject(
            "sampling.sample",
            _("Sample"),
            lambda key: f"/samples/{key}/",
            policies.samples_visible_to,
        )
        ledger.name_subject(
            "sampling.testreport",
            _("Test report"),
            lambda key: f"/samples/reports/{key}/",
            policies.reports_visible_to,
        )

        ledger.name_subject(
            "sampling.rejudgement",
            _("Results judged anew"),
            lambda key: f"/samples/rejudgements/{key}/",
            policies.rejudgements_visible_to,
        )

        ledger.name_subject(
            "sampling.marketdeclaration",
            _("Declaration for a market"),
            lambda _key: "/samples/markets/",
            policies.declarations_visible_to,
        )

        def may_read(user: User, sample_id: str) -> bool:
            return policies.samples_visible_to(user).filter(pk=sample_id).exists()

        register_reader("sampling.sample", may_read)
