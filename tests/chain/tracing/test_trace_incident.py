"""Decisions over the incident of the demo in its smallest size."""

import pytest

from tests.incident import Incident
from zhian.chain.tracing import policies, selectors
from zhian.chain.tracing.selectors import Asked, Question, lots_asked_for
from zhian.chain.tracing.vocabulary import RequestKind, Ring

pytestmark = pytest.mark.django_db


def test_lots_of_a_registered_product(incident: Incident) -> None:
    user = incident.seeded.staff.users["wang"]
    product = incident.alert.product
    lots = lots_asked_for(user, Asked(product_id=product.pk))
    assert incident.alert.lot_key in lots
    assert lots_asked_for(user, Asked(gtin=product.gtin or "0")) == lots
    other = incident.alert.lot_key.replace("lgtin:", "lgtin:9")
    assert lots_asked_for(user, Asked(lots=(incident.alert.lot_key, other))) == [
        incident.alert.lot_key
    ]
    assert lots_asked_for(user, Asked(product_id=product.pk, lots=(other,))) == []


def test_the_scope_of_the_incident_shrinks_by_the_first_request(incident: Incident) -> None:
    question = Question((incident.alert.lot_key,))
    first = selectors.next_requests(question)[0]
    found = selectors.what_if(question, first.request.answer)
    assert found.kg_dropped == first.kg_dropped
    assert len(found.dropped) >= first.lines_dropped > 0


def test_every_line_of_the_scope_has_a_reason_and_every_gap_somebody_to_answer(
    incident: Incident,
) -> None:
    question = Question((incident.alert.lot_key,))
    scope = selectors.scope(question)
    assert Ring.MUST in {line.ring for line in scope.lines}
    assert all(line.reason and line.event_ids for line in scope.lines)
    parties = selectors.gaps_by_operator(question)
    assert sum(len(one.gaps.gaps) for one in parties) == len(selectors.trace(question).gaps)
    kinds = {one.request.kind for one in selectors.next_requests(question)}
    assert RequestKind.SAMPLE in kinds
    officers = incident.seeded.staff.users
    policies.require_sight(officers["wang"], [line.site_key for line in scope.lines])
