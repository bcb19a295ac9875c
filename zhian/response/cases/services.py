"""The writes about cases: opened with evidence, filed by a person, decided on a stated basis."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown
from zhian.kernel.numbering import next_serial, printed
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case
from zhian.response.alerts import selectors as alerts
from zhian.response.alerts import services as alert_services
from zhian.response.alerts.models import Alert
from zhian.response.alerts.vocabulary import StepCode
from zhian.response.cases import policies, selectors
from zhian.response.cases.lifecycles import CASE
from zhian.response.cases.models import Case, CaseEvidence
from zhian.response.cases.vocabulary import (
    CaseCause,
    CaseFiled,
    CaseOpened,
    CaseState,
    EvidenceKind,
)
from zhian.response.recalls import selectors as recalls
from zhian.response.recalls import services as recall_services


@dataclass(frozen=True)
class _Piece:
    """One thing that goes into the file."""

    kind: EvidenceKind
    subject: Model
    label: str
    url: str = ""


@use_case("cases.case.opened")
def open_case(*, acting_user: User, alert_id: int) -> Case:
    """Open the case of a failed sample with its evidence; an officer files it."""
    if selectors.case_of_alert(alert_id) is not None:
        raise Conflict(_("This alert already has a case."))
    alert = alerts.alert(alert_id)
    case = _new_case(alert, CaseCause.FAILED_SAMPLE)
    case.operator, case.site = alert.operator, alert.site
    case.cause_zh = f"{alert.product.name_zh}：{alert.hazard_zh}"
    case.cause_en = f"{alert.product.name_en or alert.product.name_zh}: {alert.hazard_en}"
    _store(acting_user, case, _pieces(alert))
    return case


@use_case("cases.case.opened_on_reappearance")
def open_reappearance_case(*, acting_user: User, reappearance_id: int) -> Case:
    """Goods under recall were used, shipped or sold: a case against whoever did it (T9)."""
    if selectors.case_of_reappearance(reappearance_id) is not None:
        raise Conflict(_("This reappearance already has a case."))
    one = recalls.reappearance(reappearance_id)
    alert = alerts.alert(one.recall.alert_id)
    case = _new_case(alert, CaseCause.REAPPEARANCE)
    case.reappearance, case.site = one, one.site
    case.operator = one.site.operator if one.site is not None else None
    case.act_on = clock.beijing(one.happened_at).date()
    case.possible_bases = selectors.as_stored(selectors.bases_of(case))
    kg = "" if one.kg is None else f" {recalls.plain(one.kg)} kg"
    place = one.site.name_zh if one.site is not None else one.site_key
    case.cause_zh = f"{place}：召回中的产品{kg}重新出现（{one.lot_key}）"
    case.cause_en = f"{place}: goods under recall{kg} reappeared ({one.lot_key})"
    piece = _Piece(
        EvidenceKind.REAPPEARANCE, one, f"{one.kind} {one.event_id}", one.recall.get_absolute_url()
    )
    _store(acting_user, case, [piece, *_pieces(alert)])
    recall_services.note_case(
        acting_user=acting_user, reappearance_id=one.pk, case_number=case.number
    )
    return case


def _new_case(alert: Alert, cause: CaseCause) -> Case:
    office, year = alert.owner_office, clock.today().year
    serial = next_serial(
        Case.objects.filter(office=office, year=year), lock=f"case:{office.pk}:{year}"
    )
    case = Case(
        number=printed(f"{office.name_zh}案", year, serial),
        year=year,
        serial=serial,
        alert=alert,
        cause=cause,
        state=CaseState.OPENED,
        office=office,
        officer=alert.owner_officer,
        act_on=alerts.day_of(alert),
        opened_at=clock.now(),
    )
    case.possible_bases = selectors.as_stored(selectors.bases_of(case))
    return case


def _pieces(alert: Alert) -> list[_Piece]:
    """The file as it stands the moment the case is opened."""
    sample_url = alert.sample.get_absolute_url()
    found = [
        _Piece(
            EvidenceKind.REPORT, alert.report, str(alert.report), alert.report.get_absolute_url()
        ),
        _Piece(EvidenceKind.SAMPLE, alert.sample, str(alert.sample), sample_url),
        _Piece(EvidenceKind.TRACE, alert, alert.lot_key, alerts.trace_url(alert.lot_key)),
    ]
    recall = recalls.recall_of_alert(alert.pk)
    if recall is not None:
        found.append(_Piece(EvidenceKind.SCOPE, recall, str(alert), recall.get_absolute_url()))
    return found


def _store(acting_user: User, case: Case, pieces: list[_Piece]) -> None:
    case.save(force_insert=True)
    CaseEvidence.objects.bulk_create(_evidence(case, piece) for piece in pieces)
    duties.start_duty(
        acting_user=acting_user,
        deed=Deed.FILE_CASE,
        subject=case,
        office=case.office,
        officer=case.officer,
    )
    alert_services.note_step(
        acting_user=acting_user,
        alert_id=case.alert_id,
        code=StepCode.CASE_OPENED,
        note_zh=case.number,
        note_en=case.number,
        url=case.get_absolute_url(),
    )
    record(case, alert=case.alert.number, cause=case.cause, evidence=[one.label for one in pieces])
    publish(CaseOpened(case.pk, case.alert_id))


def _evidence(case: Case, piece: _Piece) -> CaseEvidence:
    return CaseEvidence(
        case=case,
        kind=piece.kind,
        subject_type=piece.subject._meta.label_lower,
        subject_id=str(piece.subject.pk),
        label=piece.label[:300],
        url=piece.url,
        added_at=clock.now(),
    )


@use_case("cases.evidence.added")
def add_scope(*, acting_user: User, case_id: int) -> int:
    """Put the recall's scope into the file once it is known; how many pieces were added."""
    case = Case.objects.select_for_update(of=("self",)).select_related("alert").get(pk=case_id)
    recall = recalls.recall_of_alert(case.alert_id)
    if recall is None:
        raise NotKnown
    piece = _Piece(EvidenceKind.SCOPE, recall, str(case.alert), recall.get_absolute_url())
    known = case.evidence.filter(kind=piece.kind, subject_id=str(recall.pk)).exists()
    if not known:
        _evidence(case, piece).save(force_insert=True)
    record(case, recall=recall.pk, added=not known)
    return int(not known)


@use_case("cases.case.filed")
def file_case(*, acting_user: User, case_id: int, reason: str) -> Case:
    """An officer files the case; the period of decision begins (Penalty Law 2021 Art. 60)."""
    case = _locked(acting_user, case_id)
    require(policies.can_lead(acting_user, case))
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Give the reason for filing."))])
    case.state = CASE.target("file", case.state)
    case.officer, case.filed_at = acting_user, clock.now()
    case.save(update_fields=["state", "officer", "filed_at"])
    duties.finish_for(acting_user=acting_user, deed=Deed.FILE_CASE, subject=case)
    duties.start_duty(
        acting_user=acting_user,
        deed=Deed.DECIDE_CASE,
        subject=case,
        office=case.office,
        officer=acting_user,
    )
    if case.cause == CaseCause.FAILED_SAMPLE:
        alert_services.note_step(
            acting_user=acting_user,
            alert_id=case.alert_id,
            code=StepCode.CASE_FILED,
            note_zh=case.number,
            note_en=case.number,
            url=case.get_absolute_url(),
        )
    record(case, reason=reason)
    publish(CaseFiled(case.pk, case.alert_id))
    return case


@use_case("cases.value.stated")
def state_value(*, acting_user: User, case_id: int, value_yuan: Decimal) -> Case:
    """The officer types the value of the goods; the ranges shown for it are kept."""
    case = _locked(acting_user, case_id)
    require(policies.can_lead(acting_user, case))
    if value_yuan < 0:
        raise BadInput(fields=[FieldError("value_yuan", _("A value is not negative."))])
    if case.state in (CaseState.DECIDED, CaseState.CLOSED):
        raise Conflict(_("The case is decided."))
    case.goods_value_yuan = value_yuan
    case.possible_bases = selectors.as_stored(selectors.bases_of(case, value_yuan))
    case.save(update_fields=["goods_value_yuan", "possible_bases"])
    record(case, value_yuan=value_yuan, bases=case.possible_bases)
    return case


@use_case("cases.case.investigated")
def investigate(*, acting_user: User, case_id: int) -> Case:
    """The investigation begins."""
    case = _locked(acting_user, case_id)
    require(policies.can_lead(acting_user, case))
    case.state = CASE.target("investigate", case.state)
    case.save(update_fields=["state"])
    record(case)
    return case


@use_case("cases.case.decided")
def decide(*, acting_user: User, case_id: int, basis: str, reason: str, decision: str) -> Case:
    """The officer states the chosen basis and why it goes before the others (Order 503 Art. 2)."""
    case = _locked(acting_user, case_id)
    require(policies.can_lead(acting_user, case))
    state = CASE.target("decide", case.state)
    offered = {one["id"] for one in case.possible_bases}
    wrong = []
    if basis not in offered:
        wrong.append(FieldError("basis", _("Choose one of the bases shown.")))
    if not reason.strip():
        wrong.append(FieldError("reason", _("Say why this basis applies and not the others.")))
    if not decision.strip():
        wrong.append(FieldError("decision", _("Write the decision.")))
    if wrong:
        raise BadInput(fields=wrong)
    case.state, case.decided_at = state, clock.now()
    case.chosen_basis, case.choice_reason, case.decision = basis, reason, decision
    case.save(update_fields=["state", "decided_at", "chosen_basis", "choice_reason", "decision"])
    duties.finish_for(acting_user=acting_user, deed=Deed.DECIDE_CASE, subject=case)
    record(case, basis=basis, reason=reason, offered=sorted(offered))
    return case


@use_case("cases.case.closed")
def close_case(*, acting_user: User, case_id: int) -> Case:
    """File the decided case away."""
    case = _locked(acting_user, case_id)
    require(policies.can_lead(acting_user, case))
    case.state = CASE.target("close", case.state)
    case.closed_at = clock.now()
    case.save(update_fields=["state", "closed_at"])
    record(case)
    return case


def _locked(acting_user: User, case_id: int) -> Case:
    visible = policies.cases_visible_to(acting_user).filter(pk=case_id)
    case = visible.select_for_update(of=("self",)).first()
    if case is None:
        raise NotKnown
    return case
