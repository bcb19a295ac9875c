from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from zhian.foundation.offices.models import User


class SubjectsConfig(AppConfig):
    """This room as a Django app."""

    name = "zhian.registry.subjects"
    label = "subjects"
    verbose_name = _("Register of operators")

    def ready(self) -> None:
        """Give the ledger words and links for what happens here."""
        from zhian.foundation.ledger import vocabulary as ledger
        from zhian.foundation.notices import policies as notices
        from zhian.registry.subjects import policies, selectors

        for kind, text in (
            ("subjects.operator.registered", _("Operator registered")),
            ("subjects.operators.registered", _("Operators registered")),
            ("subjects.operator.corrected", _("Operator's file corrected")),
            ("subjects.operators.imported", _("Operators imported")),
            ("subjects.licence_states.recorded", _("Licence states recorded")),
            ("subjects.clerk.added", _("Operator's clerk added")),
            ("subjects.site.opened", _("Site opened")),
            ("subjects.sites.opened", _("Sites opened")),
            ("subjects.site.closed", _("Site closed")),
            ("subjects.supervision.assigned", _("Supervision assigned")),
            ("subjects.supervisions.assigned", _("Supervision of many sites assigned")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject(
            "subjects.operator",
            _("Operator"),
            lambda key: f"/operators/{key}/",
            policies.operators_visible_to,
        )
        ledger.name_subject(
            "subjects.site",
            _("Site"),
            lambda key: f"/operators/sites/{key}/",
            policies.sites_visible_to,
        )

        def operator_id(user: User) -> int | None:
            operator = selectors.operator_of(user)
            return operator.pk if operator is not None else None

        notices.know_operators(operator_id)
