from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Connects the ledger to the kernel's use cases."""

    name = "zhian.foundation.ledger"
    label = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        """Receive the entries of every use case from now on."""
        from zhian.foundation.ledger import services, vocabulary
        from zhian.kernel import use_cases

        use_cases.connect_ledger(services.ChainedLedger())
        vocabulary.describe("reaction", _("The platform reacted"))
        vocabulary.describe("ledger.checkpoint.signed", _("Checkpoint of the ledger signed"))
        vocabulary.name_subject("reaction", _("Reaction"))
        vocabulary.name_subject("ledger.checkpoint", _("Checkpoint"))
