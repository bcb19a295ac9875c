"""What an edition holds."""

from django.utils.translation import gettext as _

from zhian.registry.standards.models import Edition


def edition_counts(edition: Edition) -> list[tuple[str, int]]:
    """How much an edition holds, as label and number."""
    limits = edition.limits.all()
    return [
        (_("Limits"), limits.count()),
        (_("Substances"), limits.values("substance").distinct().count()),
        (_("Food categories"), limits.values("node").distinct().count()),
    ]
