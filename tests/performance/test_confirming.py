"""What the page costs on which a person confirms the scope of a recall."""

from tests.incident import Incident
from tests.performance.counting import MOST_ON_A_DESK, PROPOSED_KEY, Page, check, queries_of


def test_confirming_a_scope_costs_what_it_cost(incident: Incident) -> None:
    found = queries_of(Page(PROPOSED_KEY, wants=("recall",)), incident)
    check({PROPOSED_KEY: found})
    assert len(found) <= MOST_ON_A_DESK
