"""What the page costs on which a person decides about goods found since the start."""

from tests.incident import Incident
from tests.performance.counting import EXTENDED_KEY, MOST_ON_A_DESK, Page, check, queries_of
from zhian.kernel import clock
from zhian.kernel.use_cases import unguarded
from zhian.response.recalls.models import Extension, ScopeLine


def test_deciding_on_what_was_found_since_costs_the_same(running: Incident) -> None:
    """With as many lines as the first scope has."""
    now, lines = clock.now(), list(running.recall.lines.all())
    with unguarded("set-up"):
        extension = Extension.objects.create(
            recall=running.recall, number=1, state="PROPOSED", proposed_at=now, scope_as_of=now
        )
        for line in lines:
            line.pk, line.extension = None, extension
        ScopeLine.objects.bulk_create(lines)
    found = queries_of(Page(EXTENDED_KEY, wants=("extension",)), running)
    check({EXTENDED_KEY: found})
    assert len(found) <= MOST_ON_A_DESK
