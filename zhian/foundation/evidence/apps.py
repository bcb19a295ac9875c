from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    """Gives the ledger words for what happens to evidence."""

    name = "zhian.foundation.evidence"
    label = "evidence"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        """Register texts."""
        from zhian.foundation.ledger import vocabulary as ledger

        for kind, text in (
            ("evidence.item.kept", _("File kept as evidence")),
            ("evidence.seal.affixed", _("Seal affixed")),
            ("evidence.seal.broken", _("Seal broken")),
            ("evidence.signing_key.created", _("Signing key created")),
            ("evidence.service.proved", _("Service of a notice proved")),
            ("evidence.service.proved_electronically", _("Electronic service proved")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject("evidence.item", _("File"), lambda key: f"/evidence/{key}/")
        ledger.name_subject("evidence.seal", _("Seal"))
        ledger.name_subject("evidence.signingkey", _("Signing key"))
        ledger.name_subject("evidence.serviceproof", _("Proof of service"))
