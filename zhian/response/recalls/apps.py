from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from zhian.foundation.offices.models import User


class RecallsConfig(AppConfig):
    """This room as a Django app."""

    name = "zhian.response.recalls"
    label = "recalls"
    verbose_name = _("Recalls")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here; say who reads the evidence."""
        from zhian.foundation.evidence.policies import register_reader
        from zhian.foundation.ledger import vocabulary as ledger
        from zhian.response.recalls import policies

        for kind, text in (
            ("recalls.recall.proposed", _("Recall scope computed")),
            ("recalls.scope.refreshed", _("Recall scope traced again")),
            ("recalls.scope.confirmed", _("Recall scope confirmed, orders served")),
            ("recalls.new_holders.searched", _("Running recall traced again")),
            ("recalls.extension.confirmed", _("Goods found since the start decided on")),
            ("recalls.order.acknowledged", _("Recall order acknowledged")),
            ("recalls.stock.counted", _("Stock counted")),
            ("recalls.disposal.reported", _("Disposal reported with proof")),
            ("recalls.orders.closed", _("Recall orders closed")),
            ("recalls.recall.finished", _("Recall finished")),
            ("recalls.recall.closed", _("Recall closed")),
            ("recalls.reappearances.searched", _("Searched for recalled goods")),
            ("recalls.reappearance.case_noted", _("Case of a reappearance noted")),
            ("recalls.block.lifted", _("Block on a lot lifted")),
            ("reaction.propose_recall", _("Recall proposed by the platform")),
            ("reaction.watch_recalled_lots", _("New events compared with recalled lots")),
            ("reaction.follow_recalled_lots", _("New events followed to new holders")),
            ("reaction.follow_started_recall", _("Started recall traced again")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject(
            "recalls.recall",
            _("Recall"),
            lambda key: f"/recalls/{key}/",
            policies.recalls_visible_to,
        )
        ledger.name_subject("recalls.extension", _("Extension of a recall"))
        ledger.name_subject(
            "recalls.order",
            _("Recall order"),
            lambda key: f"/recalls/orders/{key}/",
            policies.orders_visible_to,
        )
        ledger.name_subject("recalls.reappearance", _("Reappearance"))
        ledger.name_subject("recalls.lotblock", _("Blocked lot"))

        def may_read(user: User, order_id: str) -> bool:
            return policies.orders_visible_to(user).filter(pk=order_id).exists()

        register_reader("recalls.order", may_read)
