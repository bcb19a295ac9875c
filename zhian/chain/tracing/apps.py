"""The tracing room as a Django app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from zhian.foundation.offices.models import User


class TracingConfig(AppConfig):
    """Where goods came from and where they went."""

    name = "zhian.chain.tracing"
    label = "tracing"
    verbose_name = _("tracing")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here; say who reads the replies."""
        from zhian.chain.tracing import policies
        from zhian.foundation.evidence.policies import register_reader
        from zhian.foundation.ledger import vocabulary as ledger

        for kind, text in (
            ("tracing.investigation.begun", _("Trace investigation begun")),
            ("tracing.investigation.marked", _("Evidence of an investigation changed")),
            ("tracing.reply.received", _("Reply to a request form received")),
            ("tracing.reply.merged", _("Reply merged line by line")),
            ("tracing.reply.refused", _("Reply refused")),
            ("tracing.view.saved", _("View of a trace saved")),
            ("tracing.view.dropped", _("Saved view removed")),
            ("reaction.add_to_index", _("Trace index extended by new events")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject(
            "tracing.investigation",
            _("Investigation"),
            lambda key: f"/trace/investigations/{key}/",
            policies.investigations_visible_to,
        )
        ledger.name_subject(
            "tracing.reply",
            _("Reply"),
            lambda key: f"/trace/replies/{key}/",
            policies.replies_visible_to,
        )
        ledger.name_subject(
            "tracing.savedview",
            _("View"),
            lambda key: f"/trace/views/{key}/",
            policies.views_visible_to,
        )

        def may_read(user: User, investigation_id: str) -> bool:
            seen = policies.investigations_visible_to(user)
            return seen.filter(pk=investigation_id).exists()

        register_reader("tracing.investigation", may_read)
