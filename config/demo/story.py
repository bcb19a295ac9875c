"""The story played to its end, unattended, with the seconds of each step."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import uuid4

from config.demo.flows import CONTEXT
from config.demo.people import PIN
from zhian.chain.events import services as events
from zhian.fieldwork.sampling import services as sampling
from zhian.fieldwork.sampling.models import TestReport
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices import services as office_services
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import UserKind
from zhian.kernel import clock, outbox
from zhian.oversight.accountability import selectors as accountability
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects import services as register
from zhian.response.alerts import selectors as alerts
from zhian.response.alerts.models import Alert
from zhian.response.recalls import selectors as recalls
from zhian.response.recalls import services as recalling
from zhian.response.recalls.models import Order, Recall
from zhian.response.recalls.services import Proof
from zhian.response.recalls.vocabulary import DisposalKind, RecallState

Say = Callable[[str], None]
T = TypeVar("T")
ANSWERING = 60  # shops that answer at once; the others stay open, as on the first day of a recall
PATIENCE = 900.0  # seconds; a province has nine thousand holders


@dataclass
class Clocked:
    """Seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    def step(self, name: str) -> None:
        """Note what this step took."""
        now = time.perf_counter()
        self.seconds[name] = round(now - self.started, 3)
        self.started = now


def play(say: Say) -> dict[str, Any]:
    """From the signature to a recall that is being answered; returns the report."""
    timing = Clocked()
    begun = time.perf_counter()
    chen, wang = _user("chen"), _user("wang")
    report = TestReport.objects.filter(state="DRAFT").get()
    sampling.sign_report(acting_user=chen, report_id=report.pk, pin=PIN)
    timing.step("sign")
    alert = _until("alert", lambda: alerts.alert_of_report(report.pk))
    timing.step("alert_opened")
    recall = _until("scope", lambda: recalls.recall_of_alert(alert.pk))
    timing.step("scope_proposed")
    owner = alert.owner_officer or wang
    recalling.confirm_scope(acting_user=owner, recall_id=recall.pk, reason="三聚氰胺超限，全部召回")
    timing.step("scope_confirmed_all_orders_served")
    _until("accountability", lambda: _traced_since(alert, recall))
    timing.step("accountability_ready")
    total = time.perf_counter() - begun
    say("the orders are served; holders answer")
    timing.started = time.perf_counter()
    answered = _answer(recall)
    timing.step("holders_answered")
    _reappear(recall)
    _until("reappearance", recall.reappearances.first)
    timing.step("reappearance_found")
    return _report(recall, alert, {"signature_to_accountability": round(total, 3),
                                   **timing.seconds}, answered)  # fmt: skip


def _user(name: str) -> User:
    found = offices.user_by_name(name)
    if found is None:
        raise LookupError(f"nobody is called {name}: is the county seeded?")
    return found


def _until(what: str, ready: Callable[[], T | None]) -> T:
    """Work the queue (a running worker helps) until something is there."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        found = ready()
        if found is not None:
            return found
        if outbox.drain(limit=20) == 0:
            time.sleep(0.05)
    raise TimeoutError(f"{what} did not come within {PATIENCE:.0f} s")


def _traced_since(alert: Alert, recall: Recall) -> object | None:
    recall.refresh_from_db()
    trace = accountability.latest_trace(alert)
    if trace is None or recall.confirmed_at is None or trace.built_at < recall.confirmed_at:
        return None
    return trace


def _clerk(order: Order) -> User | None:
    """Somebody who speaks for the holder; made when the firm had no account yet."""
    if order.operator_id is None:
        return None
    known = subjects.clerks_of([order.operator_id]).get(order.operator_id)
    if known:
        return known[0]
    admin = _user("admin")
    user = office_services.create_user(
        acting_user=admin,
        username=f"op{order.operator_id}",
        display_name=order.operator.first_responsible if order.operator else "",
        kind=UserKind.OPERATOR,
    )
    register.add_clerk(
        acting_user=admin, user_id=user.pk, operator_id=order.operator_id, role="R01"
    )
    return user


def _answer(recall: Recall) -> int:
    """The chain's big holders and some shops acknowledge, count and destroy with proof."""
    orders = list(
        Order.objects.filter(recall=recall, served_at__isnull=False)
        .select_related("operator")
        .order_by("tier", "pk")
    )
    big = [order for order in orders if order.operator and order.operator.kind not in
           {"SHOP", "CANTEEN"}]  # fmt: skip
    small = [order for order in orders if order not in big][:ANSWERING]
    for number, order in enumerate([*big, *small]):
        clerk = _clerk(order)
        if clerk is None:
            continue
        recalling.acknowledge_order(acting_user=clerk, order_id=order.pk)
        if number % 7 == 6:
            continue
        counted = (order.ordered_kg * Decimal("0.9")).quantize(Decimal("0.001"))
        recalling.count_stock(acting_user=clerk, order_id=order.pk, counted_kg=counted)
        if counted > 0 and number % 5 != 4:
            recalling.report_disposal(
                acting_user=clerk,
                order_id=order.pk,
                kind=DisposalKind.DESTROYED,
                kg=counted,
                witness="李秀英",
                proof=Proof(f"destroyed-{order.pk}.txt", _proof(order, counted)),
            )  # fmt: skip
    return len(big) + len(small)


def _proof(order: Order, counted: Decimal) -> bytes:
    return f"销毁记录 {order.pk} {counted} kg".encode()


def _reappear(recall: Recall) -> None:
    """A holder that had the goods uses them after the recall began: an event says so."""
    order = (
        Order.objects.filter(recall=recall, operator__kind="WORKSHOP").first()
        or Order.objects.filter(recall=recall, operator__isnull=False).order_by("-tier").first()
    )
    if order is None:
        raise LookupError("the recall has no order")
    at = clock.now()
    event = {
        "type": "TransformationEvent",
        "eventID": f"urn:uuid:{uuid4()}",
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "eventTimeZoneOffset": "+08:00",
        "bizStep": "creating_class_instance",
        "bizLocation": {"id": order.site_key},
        "inputQuantityList": [{"epcClass": order.lots[0], "quantity": 2.5, "uom": "KGM"}],
        "outputQuantityList": [
            {
                "epcClass": f"{recall.source_lot.rsplit('.', 1)[0]}.AGAIN-{recall.pk}",
                "quantity": 8.0,
                "uom": "KGM",
            }
        ],
    }
    document = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": (at + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "epcisBody": {"eventList": [event]},
    }
    events.capture_document(
        acting_user=offices.system_user(),
        raw=json.dumps(document).encode(),
        media_type="application/ld+json",
    )


def _report(
    recall: Recall, alert: Alert, seconds: dict[str, float], answered: int
) -> dict[str, Any]:
    total = recalls.progress(recall).total
    trace = accountability.latest_trace(alert)
    return {
        "seconds": seconds,
        "alert": alert.number,
        "recall_state": str(RecallState(recall.state).value),
        "holders": total.holders,
        "served": total.served,
        "answered": answered,
        "acknowledged": total.acknowledged,
        "recalled_kg": total.recalled_kg,
        "recovered_kg": total.recovered_kg,
        "destroyed_kg": total.destroyed_kg,
        "reappeared_kg": total.reappeared_kg,
        "never_acknowledged_kg": total.never_acknowledged_kg,
        "unproven_kg": total.unproven_kg,
        "balance_holds": total.holds,
        "accountability_lines": trace.lines.count() if trace else 0,
        "signals": len(accountability.signals_about(alert)),
        "public_notice": recall.public_notice.number,
    }
