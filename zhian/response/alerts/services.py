"""The writes about alerts; rooms above write their steps down here (S008, S098)."""

from collections.abc import Collection
from dataclasses import asdict

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.fieldwork.sampling import selectors as sampling
from zhian.fieldwork.sampling.models import TestReport
from zhian.foundation.duties import selectors as duty_selectors
from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.notices import services as notices
from zhian.foundation.notices.vocabulary import Addressee, AddresseeKind, NoticeKind
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown
from zhian.kernel.numbering import next_serial, printed
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import current_entry_id, record, use_case
from zhian.response.alerts import policies, selectors
from zhian.response.alerts.engine.grades import spread
from zhian.response.alerts.lifecycles import ALERT
from zhian.response.alerts.models import Alert, AlertStep
from zhian.response.alerts.vocabulary import (
    AlertClosed,
    AlertOpened,
    AlertState,
    Grade,
    RecallClass,
    StepCode,
)


@use_case("alerts.alert.opened")
def open_alert(*, acting_user: User, report_id: int) -> Alert:
    """Turn a failed report into an alert with an owner, clocks and notices upward.

    Conflict when the report already has one; BadInput when nothing of it failed.
    """
    if selectors.alert_of_report(report_id) is not None:
        raise Conflict(_("This report already has an alert."))
    report = sampling.report_with_sample(report_id)
    failed = list(sampling.failed_results(report_id))
    if not failed:
        raise BadInput(_("Nothing in this report fails."))
    alert = _new_alert(report)
    proposed, alert.class_pack = selectors.proposed_class(one.item_zh for one in failed)
    alert.hazard_zh, alert.hazard_en = selectors.hazard_texts(failed)
    alert.hazard_category = proposed.hazard.category
    alert.recall_class = alert.proposed_class = proposed.hazard.recall_class
    alert.save(force_insert=True)
    _add_step(acting_user, alert, StepCode.OPENED, (alert.hazard_zh, alert.hazard_en))
    _start_clocks(acting_user, alert, report)
    _inform_upward(acting_user, alert, NoticeKind.ALERT)
    record(
        alert,
        report=report.number,
        lot=alert.lot_key,
        hazard=alert.hazard_zh,
        recall_class=alert.recall_class,
        owner=alert.owner_office.code,
    )
    publish(AlertOpened(alert.pk, alert.lot_key))
    return alert


def _new_alert(report: TestReport) -> Alert:
    sample = report.sample
    owner = selectors.owner_of(report)
    county, year = sample.site.region_id[:6], clock.today().year
    serial = next_serial(
        Alert.objects.filter(county_code=county, year=year), lock=f"alert:{county}:{year}"
    )
    return Alert(
        number=printed(f"{selectors.county_name(county)}食安警", year, serial),
        county_code=county,
        year=year,
        serial=serial,
        report=report,
        sample=sample,
        product=sample.product,
        lot_key=sample.lot_key,
        site=sample.site,
        operator=sample.site.operator,
        owner_office=owner.office,
        owner_officer_id=owner.officer_id,
        state=AlertState.OPEN,
        opened_at=clock.now(),
    )


def _start_clocks(acting_user: User, alert: Alert, report: TestReport) -> None:
    """The risk is known from the signature on: every clock of the owner starts there."""
    for deed in (
        Deed.REPORT_UPWARD,
        Deed.CONFIRM_SCOPE,
        _start_deed(alert.recall_class),
        Deed.DISPOSE_UNQUALIFIED,
    ):
        _start_clock(acting_user, alert, deed, report)


def _start_clock(acting_user: User, alert: Alert, deed: Deed, report: TestReport) -> None:
    duties.start_duty(
        acting_user=acting_user,
        deed=deed,
        subject=alert,
        label=f"{alert.product.name_zh} {alert.number}",
        office=alert.owner_office,
        officer=alert.owner_officer,
        started_at=report.signed_at,
        url=reverse("alerts:detail", args=[alert.pk]),
    )


def _start_deed(recall_class: int) -> Deed:
    return Deed(f"start_recall_class{recall_class}")


def _inform_upward(acting_user: User, alert: Alert, kind: NoticeKind, words: str = "") -> None:
    """Tell the superior office and the county government, served electronically with proof."""
    told = selectors.informed_offices(alert)
    if not told:
        return
    notice = notices.issue(
        acting_user=acting_user,
        kind=kind,
        subject=alert,
        office=alert.owner_office,
        title_zh=f"关于{alert.product.name_zh}的风险预警（{alert.number}）",
        title_en=f"Risk early warning about {alert.product.name_en} ({alert.number})",
        body_zh=f"{alert.operator.name_zh}：{alert.hazard_zh}。{words}",
        body_en=f"{alert.operator.name_en or alert.operator.name_zh}: {alert.hazard_en}. {words}",
        addressees=[Addressee(AddresseeKind.OFFICE, one.pk, one.name_zh) for one in told],
    )
    notices.serve_electronically(acting_user=acting_user, notice_ids=[notice.pk])
    _add_step(acting_user, alert, StepCode.INFORMED, _names(told))


def _names(offices: Collection[Office]) -> tuple[str, str]:
    return (
        "、".join(one.name_zh for one in offices),
        ", ".join(one.name_en or one.name_zh for one in offices),
    )


@use_case("alerts.alert.reported")
def report_upward(*, acting_user: User, alert_id: int, text: str) -> Alert:
    """The officer's own report to the superior office and the government; ends that duty."""
    alert = _locked(acting_user, alert_id)
    require(policies.can_handle(acting_user, alert))
    if not text.strip():
        raise BadInput(fields=[FieldError("text", _("Write what you report."))])
    if alert.reported_at is not None:
        raise Conflict(_("This was reported already."))
    alert.reported_at = clock.now()
    alert.save(update_fields=["reported_at"])
    _inform_upward(acting_user, alert, NoticeKind.INFORMATION, text.strip())
    _add_step(acting_user, alert, StepCode.REPORTED, (text, text))
    duties.finish_for(acting_user=acting_user, subject=alert, deed=Deed.REPORT_UPWARD)
    record(alert, text=text)
    return alert


@use_case("alerts.alert.taken")
def take_alert(*, acting_user: User, alert_id: int) -> Alert:
    """The owner office takes the alert in hand."""
    alert = _locked(acting_user, alert_id)
    require(policies.can_handle(acting_user, alert))
    alert.state = ALERT.target("take", alert.state)
    alert.owner_officer = acting_user
    alert.save(update_fields=["state", "owner_officer"])
    _add_step(acting_user, alert, StepCode.TAKEN)
    record(alert, officer=acting_user.display_name)
    return alert


@use_case("alerts.class.changed")
def change_class(
    *, acting_user: User, alert_id: int, recall_class: RecallClass, reason: str
) -> Alert:
    """Another class than the proposed one, by a person, with a reason; its clock starts afresh."""
    alert = _locked(acting_user, alert_id)
    require(policies.can_handle(acting_user, alert))
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Give the reason for the other class."))])
    if alert.recall_class == recall_class:
        raise Conflict(_("The alert already has this class."))
    if selectors.recall_has_started(alert):
        raise Conflict(_("The recall has started; its class stands."))
    before = alert.recall_class
    for duty in duty_selectors.duties_about(alert).unfinished().filter(deed=_start_deed(before)):
        duties.cancel_duty(acting_user=acting_user, duty_id=duty.pk, reason=reason)
    alert.recall_class, alert.class_reason = recall_class, reason
    alert.save(update_fields=["recall_class", "class_reason"])
    _start_clock(acting_user, alert, _start_deed(recall_class), alert.report)
    _add_step(acting_user, alert, StepCode.CLASSED, (reason, reason))
    record(alert, before=before, after=int(recall_class), reason=reason)
    return alert


@use_case("alerts.grade.suggested")
def suggest_grade(*, acting_user: User, alert_id: int, region_codes: Collection[str]) -> Alert:
    """Write down what the spread computed by the trace means for the grade (rules 3.10)."""
    alert = _found(alert_id)
    facts = spread(frozenset(region_codes))
    found = selectors.graded(facts)
    alert.suggested_grade = found.grade
    alert.grade_facts = {
        "facts": asdict(facts),
        "reasons": [{"zh": one.zh, "en": one.en} for one in found.reasons],
    }
    alert.save(update_fields=["suggested_grade", "grade_facts"])
    record(alert, grade=found.grade, facts=asdict(facts))
    return alert


@use_case("alerts.grade.set")
def set_grade(*, acting_user: User, alert_id: int, grade: Grade, reason: str) -> Alert:
    """A person grades the incident; the suggestion stays beside it."""
    alert = _locked(acting_user, alert_id)
    require(policies.can_handle(acting_user, alert))
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Give the reason for the grade."))])
    alert.grade = grade
    alert.save(update_fields=["grade"])
    _add_step(acting_user, alert, StepCode.GRADED, (f"{grade}：{reason}", f"{grade}: {reason}"))
    record(alert, grade=grade, suggested=alert.suggested_grade, reason=reason)
    return alert


@use_case("alerts.alert.closed")
def close_alert(*, acting_user: User, alert_id: int) -> Alert:
    """Shut the file; refused until the recall is finished and the case is filed."""
    alert = _locked(acting_user, alert_id)
    state = ALERT.target("close", alert.state)
    require(policies.can_close(acting_user, alert))
    alert.state, alert.closed_at = state, clock.now()
    alert.save(update_fields=["state", "closed_at"])
    _add_step(acting_user, alert, StepCode.CLOSED)
    duties.finish_for(acting_user=acting_user, subject=alert, deed=Deed.DISPOSE_UNQUALIFIED)
    record(alert)
    publish(AlertClosed(alert.pk))
    return alert


@use_case("alerts.step.noted")
def note_step(
    *,
    acting_user: User,
    alert_id: int,
    code: StepCode,
    note_zh: str = "",
    note_en: str = "",
    url: str = "",
) -> AlertStep:
    """A room above writes a step of the story down; some steps also move the alert itself."""
    alert = _found(alert_id)
    changed = _EFFECTS.get(code, ())
    for field in changed:
        if getattr(alert, field) is None:
            setattr(alert, field, clock.now())
    if code == StepCode.SCOPE_CONFIRMED:
        changed = (*changed, *_take_in_hand(acting_user, alert))
    if changed:
        alert.save(update_fields=changed)
    step = _add_step(acting_user, alert, code, (note_zh, note_en), url)
    record(alert, step=code, note=note_zh)
    return step


_EFFECTS: dict[StepCode, tuple[str, ...]] = {
    StepCode.RECALL_FINISHED: ("recall_finished_at",),
    StepCode.CASE_FILED: ("case_filed_at",),
}


def _take_in_hand(acting_user: User, alert: Alert) -> tuple[str, ...]:
    """Confirming the scope takes the alert in hand and ends the two duties before it."""
    for deed in (Deed.CONFIRM_SCOPE, _start_deed(alert.recall_class)):
        duties.finish_for(acting_user=acting_user, subject=alert, deed=deed)
    if not ALERT.allows("take", alert.state):
        return ()
    alert.state = ALERT.target("take", alert.state)
    return ("state",)


def _add_step(
    acting_user: User,
    alert: Alert,
    code: StepCode,
    note: tuple[str, str] = ("", ""),
    url: str = "",
) -> AlertStep:
    return AlertStep.objects.create(
        alert=alert,
        code=code,
        at=clock.now(),
        actor=acting_user,
        note_zh=note[0],
        note_en=note[1],
        url=url,
        entry_id=current_entry_id(),
    )


def _locked(acting_user: User, alert_id: int) -> Alert:
    visible = policies.alerts_visible_to(acting_user).filter(pk=alert_id)
    alert = visible.select_for_update(of=("self",)).first()
    if alert is None:
        raise NotKnown
    return alert


def _found(alert_id: int) -> Alert:
    """For rooms above, which decided already that the acting user may do it."""
    alert = Alert.objects.select_for_update().filter(pk=alert_id).first()
    if alert is None:
        raise NotKnown
    return alert
