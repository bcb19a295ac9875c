from types import ModuleType

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
        vocabulary.title_subject("reaction", vocabulary.reaction_title)
        vocabulary.name_subject("ledger.checkpoint", _("Checkpoint"))
        self._name_what_lies_below(vocabulary)

    def _name_what_lies_below(self, ledger: ModuleType) -> None:
        """Regions and offices stand below the ledger and cannot register themselves."""
        for kind, text in (
            ("offices.platform.set_up", _("Platform set up")),
            ("offices.departments.loaded", _("Departments loaded")),
            ("offices.standard_offices.opened", _("Standard offices opened")),
            ("offices.office.created", _("Office created")),
            ("offices.officer.appointed", _("Officer appointed")),
            ("offices.officer.left", _("Officer left the post")),
            ("offices.work.delegated", _("Field work delegated")),
            ("offices.delegation.ended", _("Delegation ended")),
            ("offices.task.assigned", _("Owner of a task changed")),
            ("offices.area_class.corrected", _("Area class corrected")),
            ("offices.token.issued", _("Access token issued")),
            ("offices.token.withdrawn", _("Access token withdrawn")),
            ("offices.user.created", _("Account created")),
            ("offices.user.language_chosen", _("Language chosen")),
            ("offices.user.locked", _("Account locked")),
            ("offices.user.unlocked", _("Account unlocked")),
            ("offices.user.password_changed", _("Password changed")),
            ("offices.user.password_reset", _("Password reset")),
            ("offices.user.sign_in_failed", _("Sign-in failed")),
            ("offices.user.signed_in", _("Signed in")),
            ("offices.user.signed_out", _("Signed out")),
            ("regions.divisions.loaded", _("Divisions loaded")),
            ("regions.changes.imported", _("Changes of divisions imported")),
            ("regions.area_class.corrected", _("Area class of a region corrected")),
        ):
            ledger.describe(kind, text)
        ledger.name_subject("offices.user", _("Account"))
        ledger.name_subject("offices.office", _("Office"), lambda key: f"/offices/{key}/")
        ledger.name_subject("offices.officer", _("Officer"))
        ledger.name_subject("regions.region", _("Region"), lambda key: f"/regions/{key}/")
