"""Nine hundred holders get their orders in a few statements, and two deeds never collide."""

import itertools
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests import factories_response as story
from tests import factories_subjects as subjects
from tests.casting import Cast
from tests.chain.tracing import captured_stories as captured
from zhian.foundation.notices import selectors as notices
from zhian.kernel.errors import Conflict
from zhian.kernel.use_cases import unguarded
from zhian.registry.subjects.models import Operator, Site
from zhian.registry.subjects.vocabulary import ChainLink, FoundBy, OperatorKind
from zhian.response.recalls import selectors, services
from zhian.response.recalls.models import Order, Recall, ScopeLine
from zhian.response.recalls.vocabulary import DisposalKind

HOLDERS = 900


@pytest.fixture(autouse=True)
def no_jobs_left(db: None) -> Iterator[None]:
    """Jobs outlive the rows of a test that really commits; the next test must not meet them."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def many_holders(recall: Recall, count: int) -> None:
    """So many shops with 2 kg each, as the trace would have proposed them."""
    day = datetime(2007, 1, 1, tzinfo=UTC)
    with unguarded(make.SET_UP):
        owners = Operator.objects.bulk_create(
            Operator(
                name_zh=f"便民店{n}", kind=OperatorKind.SHOP, region_id=subjects.TOWNSHIP,
                first_responsible="王小二", found_by=FoundBy.CENSUS, found_at=day.date(),
                registered_at=day, search_text=f"便民店{n}",
            )
            for n in range(count)
        )  # fmt: skip
        sites = Site.objects.bulk_create(
            Site(
                operator=owner, name_zh=owner.name_zh, sgln=f"urn:epc:id:sgln:7999999.{n:05}.0",
                link=ChainLink.CIRCULATION, region_id=subjects.TOWNSHIP, opened_on=day.date(),
            )
            for n, owner in enumerate(owners)
        )  # fmt: skip
        ScopeLine.objects.bulk_create(
            ScopeLine(
                recall=recall, site_key=site.sgln, site=site, operator_id=site.operator_id,
                lot_key=story.LOT, ring="MUST", tier=1, kg_received=Decimal(2),
                kg_on_hand=Decimal(2), reason="received", event_ids=[],
            )
            for site in sites
        )  # fmt: skip


def confirm(cast: Cast, recall: Recall) -> int:
    """Statements of a confirmation; what it takes in seconds is `zhian story --play`'s to say."""
    with CaptureQueriesContext(connection) as captured:
        services.confirm_scope(acting_user=cast.wang, recall_id=recall.pk, reason="全部召回")
    return len(captured)


@pytest.mark.django_db
def test_nine_hundred_holders_are_served_in_few_statements(cast: Cast) -> None:
    alert = story.alerted(cast, story.thousand_kilograms(cast))
    many_holders(alert.recall, HOLDERS)
    statements = confirm(cast, alert.recall)
    assert alert.recall.orders.filter(state="SERVED").count() == HOLDERS + 4
    served = notices.deliveries_about(alert.recall).filter(state="SERVED")
    assert served.count() == 2 * (HOLDERS + 4)
    assert statements < 90, statements
    total = selectors.progress(alert.recall).total
    assert (total.recalled_kg, total.holders) == (1000 + 2 * HOLDERS, HOLDERS + 4)


def race(*deeds: object) -> list[str]:
    """Run deeds at the same moment on connections of their own; what became of each."""
    gate, told = threading.Barrier(len(deeds)), []

    def run(deed: object) -> None:
        gate.wait()
        try:
            deed()  # type: ignore[operator]
            told.append("done")
        except Conflict:
            told.append("conflict")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(told)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_do_the_same_at_once_one_does_it(cast: Cast) -> None:
    made = story.thousand_kilograms(cast)
    recall = story.alerted(cast, made).recall
    confirmation = {"acting_user": cast.wang, "recall_id": recall.pk, "reason": "x"}
    twice = [lambda: services.confirm_scope(**confirmation)] * 2
    assert race(*twice) == ["conflict", "done"]
    assert Order.objects.count() == 4
    order, clerk = story.order_of(recall, made.quick), made.quick.clerk
    reading = {"acting_user": clerk, "order_id": order.pk}
    assert race(*[lambda: services.acknowledge_order(**reading)] * 2) == ["conflict", "done"]
    counting = {**reading, "counted_kg": Decimal(200)}
    assert race(*[lambda: services.count_stock(**counting)] * 2) == ["conflict", "done"]
    disposal = {
        **reading, "kind": DisposalKind.DESTROYED, "kg": Decimal(50), "witness": "李",
        "proof": story.proof(),
    }  # fmt: skip
    assert race(*[lambda: services.report_disposal(**disposal)] * 2) == ["conflict", "done"]
    order.refresh_from_db()
    assert order.destroyed_kg == 50


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_on_new_holders_one_does_it(cast: Cast) -> None:
    made = story.thousand_kilograms(cast)
    recall = story.confirmed(cast, story.alerted(cast, made))
    more = story.holder("四号店")
    captured.capture(cast.system, captured.receive(2, made.slow.site, more.site, (story.LOT, 30)))
    searching = {"acting_user": cast.system, "recall_id": recall.pk}
    assert race(*[lambda: services.search_new_holders(**searching)] * 2) == ["done", "done"]
    extension = recall.extensions.get()
    decision = {"acting_user": cast.wang, "extension_id": extension.pk, "reason": "x"}
    twice = [lambda: services.confirm_extension(**decision)] * 2
    assert race(*twice) == ["conflict", "done"]
    assert extension.orders.count() == 1


@pytest.mark.django_db(transaction=True)
def test_goods_returned_crosswise_never_lock_each_other_out(cast: Cast) -> None:
    made = story.thousand_kilograms(cast)
    recall = story.confirmed(cast, story.alerted(cast, made))
    orders = {}
    for one in (made.dairy, made.quick, made.slow):
        order = orders[one] = story.order_of(recall, one)
        services.acknowledge_order(acting_user=one.clerk, order_id=order.pk)
        services.count_stock(acting_user=one.clerk, order_id=order.pk, counted_kg=Decimal(100))
    files = itertools.count()

    def back(one: story.Holder) -> object:
        text = f"送货单{next(files)}"
        return lambda: services.report_disposal(
            acting_user=one.clerk, order_id=orders[one].pk, kind=DisposalKind.RETURNED,
            kg=Decimal(10), witness="李", proof=story.proof(text),
            to_order_id=orders[made.dairy].pk,
        )  # fmt: skip

    assert (
        race(back(made.quick), back(made.slow), back(made.quick), back(made.slow)) == ["done"] * 4
    )
    orders[made.dairy].refresh_from_db()
    assert orders[made.dairy].returned_in_kg == 40
    assert selectors.progress(recall).total.holds
