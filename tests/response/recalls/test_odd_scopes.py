"""Recalls of goods that nobody recorded, and of holders that nobody registered."""

import pytest

from tests import factories_response as story
from tests.casting import Cast
from tests.factories_response import Incident
from zhian.response.recalls import selectors
from zhian.response.recalls.models import Order
from zhian.response.recalls.vocabulary import OrderState

pytestmark = pytest.mark.django_db


def test_a_lot_nobody_recorded_is_recalled_where_it_was_sampled(cast: Cast) -> None:
    nothing = Incident(*[story.holder(f"店{n}") for n in range(5)])
    alert = story.alerted(cast, nothing)
    line = alert.recall.lines.get()
    assert (line.site, line.kg_on_hand) == (nothing.quick.site, None)
    assert line.reason_text
    numbers = selectors.consequence([line])
    assert (numbers.quantity_unknown, numbers.kg) == (1, 0)


def test_an_unregistered_holder_stays_visible_and_is_never_served(cast: Cast) -> None:
    alert = story.alerted(cast, story.thousand_kilograms(cast, unregistered_kg=100))
    recall = story.confirmed(cast, alert)
    order = Order.objects.get(recall=recall, site__isnull=True)
    assert order.state == OrderState.ISSUED
    assert order.is_unregistered
    total = selectors.progress(recall).total
    assert (total.unregistered, total.served, total.holders) == (1, 4, 5)
    assert total.never_acknowledged_kg == 1000
    assert total.holds
