"""Where the table of reactions is hung in; the last app to start."""

from typing import Any

from django.apps import AppConfig

from zhian.kernel import outbox, rules


class ConfigConfig(AppConfig):
    """Knows every room; nobody imports it."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Connect the reactions and read the law."""
        from config.reactions import REACTIONS
        from zhian.foundation.evidence import policies as evidence_policies
        from zhian.foundation.evidence import selectors as evidence_selectors
        from zhian.foundation.evidence import services as evidence
        from zhian.foundation.notices import policies as notices_policies
        from zhian.foundation.notices import selectors as notices_selectors
        from zhian.foundation.notices import services as notices
        from zhian.foundation.offices import selectors as offices
        from zhian.registry.subjects import selectors as subjects

        notices_policies.know_operators(_operator_id)
        outbox.connect(REACTIONS, actor=offices.system_user)
        notices.prove_with(
            notices.Proving(
                evidence.prove_electronically, evidence.prove_on_site, evidence.keep_paper
            )
        )
        notices_selectors.read_proofs_with(evidence_selectors.service_proofs)
        notices_selectors.know_sites(
            subjects.sites_by_id, lambda code: subjects.sites_in(regions=[code])
        )
        evidence_policies.register_reader("notices.delivery", notices_policies.can_read_papers)
        rules.load_all()


def _operator_id(user: Any) -> int | None:
    """The operator a user speaks for, as the register knows it."""
    from zhian.registry.subjects import selectors as subjects

    operator = subjects.operator_of(user)
    return None if operator is None else operator.pk
