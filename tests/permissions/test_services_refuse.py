"""The deeds themselves refuse whoever may not do them, whatever door was used to reach them."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from tests.incident import Incident
from tests.permissions.things import Things, lay_out
from zhian.fieldwork.sampling import services as sampling
from zhian.foundation.duties import services as duties
from zhian.foundation.notices import services as notices
from zhian.foundation.offices import services as offices
from zhian.foundation.offices.models import User
from zhian.kernel.errors import NotKnown, Refused, ZhianError
from zhian.oversight.accountability import services as accountability
from zhian.registry.permits import services as permits
from zhian.registry.standards import services as standards
from zhian.registry.subjects import services as subjects
from zhian.response.alerts import services as alerts
from zhian.response.alerts.vocabulary import Grade, RecallClass
from zhian.response.cases import services as cases
from zhian.response.recalls import services as recalls
from zhian.response.recalls.services import Proof
from zhian.response.recalls.vocabulary import DisposalKind

Deed = Callable[[User, Mapping[str, Any]], object]
BUREAU = frozenset({"wang", "li", "qian", "head"})
WHY = "核查"
DEEDS: dict[str, tuple[frozenset[str], Deed]] = {
    "take the alert": (BUREAU, lambda user, of: alerts.take_alert(
        acting_user=user, alert_id=of["alert_id"])),
    "report upward": (BUREAU, lambda user, of: alerts.report_upward(
        acting_user=user, alert_id=of["alert_id"], text=WHY)),
    "change the class": (BUREAU, lambda user, of: alerts.change_class(
        acting_user=user, alert_id=of["alert_id"], recall_class=RecallClass(2), reason=WHY)),
    "set the grade": (BUREAU, lambda user, of: alerts.set_grade(
        acting_user=user, alert_id=of["alert_id"], grade=next(iter(Grade)), reason=WHY)),
    "close the alert": (frozenset(), lambda user, of: alerts.close_alert(
        acting_user=user, alert_id=of["alert_id"])),
    "confirm the scope": (BUREAU, lambda user, of: recalls.confirm_scope(
        acting_user=user, recall_id=of["recall_id"], reason=WHY)),
    "decide on new holders": (BUREAU, lambda user, of: recalls.confirm_extension(
        acting_user=user, extension_id=of["extension_id"], reason=WHY)),
    "close orders": (BUREAU, lambda user, of: recalls.close_orders(
        acting_user=user, recall_id=of["recall_id"], order_ids=[of["order_id"]], reason=WHY)),
    "lift a block": (BUREAU, lambda user, of: recalls.lift_block(
        acting_user=user, block_id=of["block_id"], reason=WHY)),
    "acknowledge an order": (frozenset({"dian"}), lambda user, of: recalls.acknowledge_order(
        acting_user=user, order_id=of["order_id"])),
    "count the stock": (frozenset({"dian"}), lambda user, of: recalls.count_stock(
        acting_user=user, order_id=of["order_id"], counted_kg=Decimal(1))),
    "report a disposal": (frozenset({"dian"}), lambda user, of: recalls.report_disposal(
        acting_user=user, order_id=of["order_id"], kind=DisposalKind.DESTROYED, kg=Decimal(1),
        witness="王建国", proof=Proof("a.txt", b"proof"))),
    "acknowledge a notice": (frozenset({"dian"}), lambda user, of: notices.acknowledge(
        acting_user=user, delivery_ids=[of["delivery_id"]])),
    "file the case": (BUREAU, lambda user, of: cases.file_case(
        acting_user=user, case_id=of["case_id"], reason=WHY)),
    "investigate the case": (BUREAU, lambda user, of: cases.investigate(
        acting_user=user, case_id=of["case_id"])),
    "state the value": (BUREAU, lambda user, of: cases.state_value(
        acting_user=user, case_id=of["case_id"], value_yuan=Decimal(1))),
    "close the case": (BUREAU, lambda user, of: cases.close_case(
        acting_user=user, case_id=of["case_id"])),
    "finish a duty by hand": (frozenset({"qian", "head"}), lambda user, of: duties.finish_by_hand(
        acting_user=user, duty_id=of["duty_id"], note=WHY)),
    "assign a duty": (frozenset({"head", "zu"}), lambda user, of: duties.assign(
        acting_user=user, duty_id=of["duty_id"], officer_id=of["user_id"])),
    "chase a duty": (frozenset({"head", "zu"}), lambda user, of: duties.chase(
        acting_user=user, duty_id=of["duty_id"], note=WHY)),
    "withdraw a report": (frozenset({"chen"}), lambda user, of: sampling.withdraw_report(
        acting_user=user, report_id=of["report_id"], reason=WHY)),
    "sign a report": (frozenset({"chen"}), lambda user, of: sampling.sign_report(
        acting_user=user, report_id=of["report_id"], pin="246810")),
    "decide a signal": (frozenset({"jian"}), lambda user, of: accountability.decide_signal(
        acting_user=user, signal_id=of["signal_id"], step="confirm", reason=WHY)),
    "build the picture": (BUREAU | {"jian"}, lambda user, of: accountability.build_trace(
        acting_user=user, alert_id=of["alert_id"])),
    "suspend a permit": (frozenset({"head"}), lambda user, of: permits.suspend(
        acting_user=user, instrument_id=of["own_permit"], reason=WHY)),
    "close a site": (BUREAU, lambda user, of: subjects.close_site(
        acting_user=user, site_id=of["site_id"], reason=WHY)),
    "put in charge of a site": (frozenset({"head", "zu"}),
        lambda user, of: subjects.assign_supervision(
        acting_user=user, site_id=of["site_id"], officer_id=of["officer_id"])),
    "put an edition in force": (frozenset(), lambda user, of: standards.activate_edition(
        acting_user=user, edition_id=of["edition_id"])),
    "judge results anew": (frozenset(), lambda user, of: sampling.rejudge_reports(
        acting_user=user, edition_id=of["edition_id"], reason=WHY)),
    "lock an account": (frozenset({"admin"}), lambda user, of: offices.lock_user(
        acting_user=user, user_id=of["user_id"], reason=WHY)),
    "reset a password": (frozenset({"admin"}), lambda user, of: offices.reset_password(
        acting_user=user, user_id=of["user_id"])),
    "withdraw a token": (frozenset({"admin", "wang"}), lambda user, of: offices.revoke_token(
        acting_user=user, token_id=of["token_id"])),
}  # fmt: skip


@pytest.fixture(scope="module")
def things(running_of_module: Incident) -> Things:
    """One thing of every kind."""
    return lay_out(running_of_module)


@pytest.mark.django_db
@pytest.mark.parametrize("deed", list(DEEDS))
def test_a_deed_is_refused_to_all_but_those_it_belongs_to(
    things: Things, running_of_module: Incident, deed: str
) -> None:
    allowed, act = DEEDS[deed]
    users = {**running_of_module.users, "admin": User.objects.get(username="admin")}
    let_in = {name for name, user in users.items() if not _refused(act, user, things.values)}
    assert let_in == allowed


def _refused(act: Deed, user: User, values: Mapping[str, object]) -> bool:
    """Whether the deed was refused or its object unknown; anything done is undone."""
    try:
        with transaction.atomic():
            act(user, values)
            transaction.set_rollback(True)
    except (Refused, NotKnown):
        return True
    except ZhianError:
        # let in, and told that the thing is not in the right state
        return False
    return False
