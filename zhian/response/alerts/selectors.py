"""What may be read about alerts: the rule behind the class, the owner, the story."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhian.fieldwork.sampling import selectors as sampling
from zhian.fieldwork.sampling.models import TestReport, TestResult
from zhian.foundation.notices import selectors as notices
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import Office
from zhian.foundation.regions import selectors as regions
from zhian.kernel import clock, rules
from zhian.kernel.errors import NotKnown
from zhian.kernel.languages import in_reader_language
from zhian.registry.subjects import selectors as subjects
from zhian.response.alerts.engine.classes import CLASSES, PROPOSALS, Proposed, propose
from zhian.response.alerts.engine.grades import GRADES, Facts, Graded, grade
from zhian.response.alerts.engine.owners import DEPARTMENTS
from zhian.response.alerts.models import Alert
from zhian.response.alerts.vocabulary import AlertState, StepCode

Words = str | Promise


@dataclass(frozen=True)
class StoryItem:
    """One line of the timeline of an incident, from whichever room it came."""

    at: datetime
    what: Words
    who: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Owner:
    """The office that must act, and the officer where one is named."""

    office: Office
    officer_id: int | None


def alert(alert_id: int) -> Alert:
    """One alert, whoever asks; NotKnown when there is none."""
    found = (
        Alert.objects.select_related(
            "site__region", "operator", "product", "sample", "report", "owner_office"
        )
        .filter(pk=alert_id)
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def alert_held(alert_id: int) -> Alert:
    """One alert, locked for the transaction, so that two deeds about it follow each other."""
    found = Alert.objects.select_for_update(of=("self",)).filter(pk=alert_id).first()
    if found is None:
        raise NotKnown
    return found


def alert_of_report(report_id: int) -> Alert | None:
    """The alert a report already has."""
    return Alert.objects.filter(report_id=report_id).first()


def day_of(alert: Alert) -> date:
    """The day of the act: when the goods were found, Beijing time."""
    return clock.beijing(alert.sample.drawn_at).date()


def about_of(alert: Alert) -> str:
    """What a case about the hazard is about, as the packs of legal bases call it."""
    hazards = rules.in_force(PROPOSALS, on=day_of(alert)).content.hazards
    found = [hazard.about for hazard in hazards if hazard.category == alert.hazard_category]
    return found[0] if found else hazards[-1].about


def trace_url(lot_key: str) -> str:
    """The page that traces a lot."""
    return f"{reverse('tracing:lot')}?{urlencode({'lot': lot_key})}"


def recall_has_started(alert: Alert) -> bool:
    """Whether the recall of the alert was confirmed, as its own story tells."""
    return alert.steps.filter(code=StepCode.SCOPE_CONFIRMED).exists()


def county_name(county_code: str) -> str:
    """The county's Chinese name for document numbers; NotKnown where there is none."""
    return regions.region(county_code).name_zh


def open_alerts() -> QuerySet[Alert]:
    """Alerts not yet closed."""
    return Alert.objects.exclude(state=AlertState.CLOSED)


def proposed_class(items: Iterable[str]) -> tuple[Proposed, str]:
    """The class the pack of today proposes for failed items, and the pack's id."""
    pack = rules.in_force(PROPOSALS, on=clock.today())
    return propose(items, pack.content), pack.id


def class_terms(number: int) -> tuple[int, int]:
    """Hours to start and working days to finish a recall of the class (Order 12 of 2015)."""
    rule = rules.in_force(CLASSES, on=clock.today()).content.of(number)
    return rule.start_hours, rule.finish_working_days


def graded(facts: Facts) -> Graded:
    """The grade the pack of today gives to the facts."""
    return grade(facts, rules.in_force(GRADES, on=clock.today()).content)


def hazard_texts(results: Iterable[TestResult]) -> tuple[str, str]:
    """The hazard in Chinese and English: substance, value, limit of every failed item."""
    results = list(results)
    chinese = "；".join(_hazard(one, one.item_zh, "限量") for one in results)
    english = "; ".join(_hazard(one, one.item_en or one.item_zh, "limit") for one in results)
    return chinese[:400], english[:400]


def _hazard(result: TestResult, item: str, word: str) -> str:
    measured = f"{item} {result.value_text} {result.unit}".strip()
    limit = str(result.limit.get("demand") or "").strip()
    if not limit:
        return measured
    return f"{measured}（{word} {limit}）" if word == "限量" else f"{measured} ({word} {limit})"


def owner_of(report: TestReport) -> Owner:
    """Who supervised the site that day; else the nearest responsible office of its link."""
    site = report.sample.site
    on = clock.today()
    supervision = subjects.supervision_on([site.pk], on).get(site.pk)
    if supervision is not None:
        return Owner(supervision.office, supervision.officer.user_id)
    department = rules.in_force(DEPARTMENTS, on=on).content.of(str(site.link))
    try:
        office = offices.responsible_office(site.region_id, department, on)
    except NotKnown:
        # An alert is never without an owner: whoever drew the sample has it until it is handed on.
        office = report.sample.office
    head = offices.head_of(office, on)
    return Owner(office, head.user_id if head else None)


def informed_offices(alert: Alert) -> list[Office]:
    """Who must be told upward: the superior of the owner, and the government of the county."""
    found = [
        offices.superior_of(alert.owner_office),
        offices.government_of(alert.site.region_id),
    ]
    known: dict[int, Office] = {office.pk: office for office in found if office is not None}
    known.pop(alert.owner_office_id, None)
    return list(known.values())


def story(alert: Alert) -> list[StoryItem]:
    """The incident from the goods under seal to now, oldest first: one timeline of all rooms."""
    items = [*_of_sample(alert), *_of_deliveries(alert), *_of_steps(alert)]
    return sorted(items, key=lambda item: item.at)


def _of_sample(alert: Alert) -> list[StoryItem]:
    report = sampling.report_with_sample(alert.report_id)
    url = reverse("sampling:detail", args=[alert.sample_id])
    items = [
        StoryItem(
            step.at,
            step.get_kind_display(),
            step.from_user.display_name if step.from_user else step.to_name,
            step.place,
            url,
        )
        for step in report.sample.custody.select_related("from_user")
    ]
    if report.signed_at and report.signed_by:
        items.append(
            StoryItem(
                report.signed_at,
                _("Test report signed"),
                report.signed_by.display_name,
                report.number,
                reverse("sampling:report", args=[report.pk]),
            )
        )
    return items


def _of_deliveries(alert: Alert) -> list[StoryItem]:
    return [
        StoryItem(
            delivery.served_at,
            _("Notice served"),
            delivery.addressee_name,
            in_reader_language(delivery.notice.title_zh, delivery.notice.title_en),
            delivery.notice.get_absolute_url(),
        )
        for delivery in notices.deliveries_about(alert)
        if delivery.served_at is not None
    ]


def _of_steps(alert: Alert) -> list[StoryItem]:
    return [
        StoryItem(step.at, step.get_code_display(), step.actor.display_name, step.note, step.url)
        for step in alert.steps.select_related("actor")
    ]
