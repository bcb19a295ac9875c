"""Where the table of reactions is hung in; the last app to start."""

from django.apps import AppConfig

from zhian.kernel import outbox, rules


class ConfigConfig(AppConfig):
    """Knows every room; nobody imports it."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Connect the reactions and read the law."""
        from config.reactions import REACTIONS
        from zhian.foundation.evidence import services as evidence
        from zhian.foundation.notices import services as notices
        from zhian.foundation.offices import selectors as offices

        outbox.connect(REACTIONS, actor=offices.system_user)
        notices.prove_with(evidence.prove_electronically)
        rules.load_all()
