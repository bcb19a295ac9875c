"""The recall of the bad lot against the county's ground truth."""

from tests.incident import Incident
from zhian.oversight.accountability import selectors as accountability
from zhian.oversight.accountability.vocabulary import Trigger
from zhian.response.recalls import selectors as recalls
from zhian.response.recalls.models import Order


def test_the_officer_who_did_nothing_is_a_clue_for_supervision(running: Incident) -> None:
    signals = accountability.signals_about(running.alert)
    found = [signal for signal in signals if signal.trigger == Trigger.A4]
    assert [signal.officer for signal in found] == [running.users["qian"]]


def test_an_order_went_to_every_holder_and_to_nobody_else(running: Incident) -> None:
    firms = running.seeded.world.firms
    keys = running.seeded.world.truth["holders"]
    assert isinstance(keys, list)
    holders = {firms[key].site for key in keys}
    orders = Order.objects.filter(recall=running.recall)
    assert set(orders.values_list("site_key", flat=True)) == holders
    assert not orders.filter(served_at=None).exists()


def test_the_balance_of_the_recall_starts_with_every_holder(running: Incident) -> None:
    total = recalls.progress(running.recall).total
    assert total.holders == total.served
    assert total.holds
    assert total.recalled_kg > 0
