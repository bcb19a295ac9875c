"""What permits do when the register changes."""

from zhian.foundation.offices.models import User
from zhian.registry.permits import services
from zhian.registry.subjects.vocabulary import SitesChanged


def judge_standing(happening: SitesChanged, *, acting_user: User) -> None:
    """A site opened or closed: what its operator needs, and so its licence state, may differ."""
    services.judge_standing(acting_user=acting_user, operator_ids=happening.operator_ids)
