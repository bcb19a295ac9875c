"""What the floors below know about the places of one trace, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from zhian.chain.tracing import selectors as tracing
from zhian.fieldwork.sampling import selectors as sampling
from zhian.fieldwork.sampling.models import Sample, TestReport
from zhian.foundation.duties import selectors as duties
from zhian.foundation.duties.models import Duty
from zhian.foundation.notices import selectors as notices
from zhian.foundation.notices.models import Delivery
from zhian.foundation.notices.vocabulary import AddresseeKind
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import Office, Officer
from zhian.kernel import clock
from zhian.registry.permits import selectors as permits
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects.models import Site, Supervision
from zhian.response.alerts.models import Alert


@dataclass(frozen=True)
class Government:
    """A government and its head on the day."""

    office: Office
    head: Officer | None


@dataclass
class Place:
    """One place of the trace and what is known of it."""

    key: str
    tier: int
    site: Site | None
    supervision: Supervision | None = None
    standing: permits.Standing | None = None
    sample: Sample | None = None
    reports: list[TestReport] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    late: list[Duty] = field(default_factory=list)
    government: Government | None = None


@dataclass
class Facts:
    """All places of an alert, and what concerns the alert as a whole."""

    alert: Alert
    on: date
    now: datetime
    places: list[Place]
    deliveries: list[Delivery]
    duties: list[Duty]
    told: dict[int, Office]


def gather(alert: Alert) -> Facts:
    """The facts of an alert on the day its sample was drawn."""
    now = clock.now()
    on = clock.beijing(alert.sample.drawn_at).date()
    places = _places(tracing.trace_lot(alert.lot_key), alert)
    known = {place.site.pk: place for place in places if place.site is not None}
    _join_register(known, on)
    _join_samples(known, alert, on)
    _join_orders(known, alert)
    _join_late_duties(known)
    _join_governments(known, on)
    deliveries = list(notices.deliveries_about(alert))
    return Facts(
        alert=alert,
        on=on,
        now=now,
        places=places,
        deliveries=deliveries,
        duties=list(duties.duties_about(alert)),
        told=offices.offices_by_id(
            delivery.addressee_id
            for delivery in deliveries
            if delivery.addressee_kind == AddresseeKind.OFFICE
        ),
    )


def _places(result: tracing.TraceResult, alert: Alert) -> list[Place]:
    tiers: dict[str, int] = {}
    for node in result.nodes:
        tiers[node.site] = min(tiers.get(node.site, node.tier), node.tier)
    tiers.setdefault(alert.site.sgln, 0)
    sites = subjects.sites_by_sgln(list(tiers))
    return [
        Place(key, tier, sites.get(key))
        for key, tier in sorted(tiers.items(), key=lambda item: (item[1], item[0]))
    ]


def _join_register(known: Mapping[int, Place], on: date) -> None:
    for site_id, supervision in subjects.supervision_on(list(known), on).items():
        known[site_id].supervision = supervision
    for site_id, standing in permits.standing_on(list(known), on).items():
        known[site_id].standing = standing


def _join_samples(known: Mapping[int, Place], alert: Alert, on: date) -> None:
    for site_id, sample in sampling.last_samples(list(known), before=on).items():
        known[site_id].sample = sample
    for report in sampling.signed_reports_at(list(known), until=on):
        if report.pk != alert.report_id:
            known[report.sample.site_id].reports.append(report)


def _join_orders(known: Mapping[int, Place], alert: Alert) -> None:
    recall = getattr(alert, "recall", None)
    if recall is None:
        return
    for delivery in notices.deliveries_about(recall):
        place = known.get(delivery.site_id) if delivery.site_id is not None else None
        if place is not None:
            place.deliveries.append(delivery)


def _join_late_duties(known: Mapping[int, Place]) -> None:
    """Duties about a place or its operator that ran past their moment."""
    by_subject: dict[tuple[str, str], list[Place]] = {}
    for place, site in _registered(known):
        for subject in (site, site.operator):
            name = (subject._meta.label_lower, str(subject.pk))
            by_subject.setdefault(name, []).append(place)
    for duty in duties.late_among(by_subject):
        for place in by_subject[(duty.subject_type, duty.subject_id)]:
            place.late.append(duty)


def _join_governments(known: Mapping[int, Place], on: date) -> None:
    """The county government of each place; for a workshop its township (P4, P5)."""
    found: dict[str, Government | None] = {}
    for place, site in _registered(known):
        code = str(site.region_id)
        wanted = code if site.operator.kind == "WORKSHOP" else code[:6]
        if wanted not in found:
            found[wanted] = _government(wanted)
        place.government = found[wanted]


def _registered(known: Mapping[int, Place]) -> list[tuple[Place, Site]]:
    return [(place, place.site) for place in known.values() if place.site is not None]


def _government(region_code: str) -> Government | None:
    office = offices.government_of(region_code)
    return None if office is None else Government(office, offices.head_of(office))


def supervised(places: Iterable[Place]) -> Sequence[tuple[Place, Supervision]]:
    """The places that had an officer in charge, with the assignment."""
    return [(place, place.supervision) for place in places if place.supervision is not None]
