"""Incidents made for tests through the services, from the sample to the confirmed recall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests import factories as make
from tests import factories_subjects as subjects
from tests.casting import Cast
from tests.chain.tracing import captured_stories as captured
from zhian.fieldwork.sampling import services as sampling
from zhian.fieldwork.sampling.models import Sample, TestReport
from zhian.fieldwork.sampling.services import Draw, Hands, Place, ResultInput
from zhian.fieldwork.sampling.vocabulary import SampleOrigin
from zhian.foundation.evidence import services as evidence
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role, UserKind
from zhian.kernel import clock, outbox
from zhian.kernel.use_cases import unguarded
from zhian.registry.products.models import Product
from zhian.registry.standards import services as standards
from zhian.registry.subjects.models import Site
from zhian.registry.subjects.vocabulary import OperatorKind
from zhian.response.alerts.models import Alert
from zhian.response.recalls import services as recalls
from zhian.response.recalls.models import Order, Recall
from zhian.response.recalls.services import Proof

PIN = "246810"
PREFIX = "urn:epc:class:lgtin:6901234.000024"
LOT = f"{PREFIX}.P0"
SIGNED = datetime(2026, 9, 11, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Beijing
MELAMINE = ResultInput("三聚氰胺", "2.6", "mg/kg", "0.05", "melamine")
CLEAN = ResultInput("三聚氰胺", "0.2", "mg/kg", "0.05", "melamine")


def product(name_zh: str = "婴幼儿配方乳粉", prefix: str = PREFIX) -> Product:
    """Goods whose lots the trace names."""
    with unguarded(make.SET_UP):
        found, _made = Product.objects.get_or_create(
            class_prefix=prefix,
            defaults={
                "name_zh": name_zh,
                "name_en": "Infant formula",
                "category_zh": "婴幼儿配方食品",
                "category_en": "Infant food",
                "gtin": "06901234000245",
                "producer_name": "正定乳品厂",
                "registered_at": datetime(2007, 1, 1, tzinfo=UTC),
            },
        )
    return found


def analyst(cast: Cast) -> User:
    """The colleague of chen who does the analysis."""
    return make.officer("lin", "林悦", at=cast.lab, roles=[Role.LABORATORY]).user


def shop(name: str = "便民超市", kind: OperatorKind = OperatorKind.SHOP) -> Site:
    """A site in the home township."""
    return subjects.site(subjects.operator(name, kind))


def draw_facts(cast: Cast, site: Site, seal: str = "S-0001", **more: object) -> Draw:
    """A correct sampling sheet."""
    facts: dict[str, object] = {
        "site_id": site.pk,
        "product_id": product().pk,
        "lot_key": LOT,
        "lot_text": "P0",
        "quantity": Decimal(2),
        "unit": "kg",
        "seal_number": seal,
        "second_officer_id": cast.li.pk,
        "produced_on": SIGNED.date() - timedelta(days=30),
        "laboratory_id": cast.lab.pk,
        "population_size": 200,
        "random_index": 17,
    }
    return Draw(**(facts | more))  # type: ignore[arg-type]


def sample(cast: Cast, site: Site, seal: str = "S-0001", **more: object) -> Sample:
    """A sample drawn by wang and li two days before the signature."""
    with clock.at(SIGNED - timedelta(days=2)):
        return sampling.draw_sample(
            acting_user=cast.wang, draw=draw_facts(cast, site, seal, **more), place=Place("货架")
        )


def received(cast: Cast, drawn: Sample, *, seal_intact: bool = True) -> Sample:
    """The sample handed to the laboratory's analyst and taken in."""
    lin = analyst(cast)
    with clock.at(SIGNED - timedelta(days=2) + timedelta(hours=3)):
        sampling.hand_over(
            acting_user=cast.wang, sample_id=drawn.pk, hands=Hands(to_user_id=lin.pk)
        )
    with clock.at(SIGNED - timedelta(days=2) + timedelta(hours=4)):
        sampling.receive_sample(acting_user=lin, sample_id=drawn.pk, seal_intact=seal_intact)
    drawn.refresh_from_db()
    return drawn


def drafted(cast: Cast, drawn: Sample, *results: ResultInput) -> TestReport:
    """A draft by the analyst."""
    with clock.at(SIGNED - timedelta(days=1)):
        return sampling.draft_report(
            acting_user=analyst(cast),
            sample_id=drawn.pk,
            method="GB/T 22388-2008",
            results=results or (MELAMINE,),
        )


def key(user: User) -> None:
    """A signing key for the person."""
    evidence.create_signing_key(acting_user=user, pin=PIN)


def signed(cast: Cast, site: Site, *results: ResultInput, seal: str = "S-0001") -> TestReport:
    """A report signed by chen; a failed one starts the incident when the queue is drained."""
    report = drafted(cast, received(cast, sample(cast, site, seal)), *results)
    key(cast.chen)
    with clock.at(SIGNED):
        return sampling.sign_report(acting_user=cast.chen, report_id=report.pk, pin=PIN)


def sent_by_firm(cast: Cast, site: Site) -> Sample:
    """A sample the firm brought itself."""
    return sample(
        cast, site, "S-SENT", origin=SampleOrigin.SENT, second_officer_id=None, sender_name="厂方"
    )


@dataclass(frozen=True)
class Holder:
    """A site with somebody who answers for it."""

    site: Site
    clerk: User


def holder(name: str, kind: OperatorKind = OperatorKind.SHOP) -> Holder:
    """An operator with one site and one clerk."""
    made = shop(name, kind)
    account = make.user(f"clerk{made.pk}", f"{name}店员", UserKind.OPERATOR)
    subjects.clerk(account, made.operator)
    return Holder(made, account)


@dataclass(frozen=True)
class Incident:
    """A thousand kilograms of one lot, sold to three holders, and a workshop nearby."""

    dairy: Holder
    quick: Holder  # 200 kg: acknowledges and destroys all with proof
    slow: Holder  # 400 kg: acknowledges, sends no proof
    silent: Holder  # 400 kg: never answers
    workshop: Holder


def thousand_kilograms(cast: Cast, *, unregistered_kg: int = 0) -> Incident:
    """The lot is made and delivered; nothing is left at the dairy."""
    made = Incident(
        holder("正定乳品厂", OperatorKind.PRODUCER),
        holder("一号店"),
        holder("二号店"),
        holder("三号店"),
        holder("刘记糖坊", OperatorKind.WORKSHOP),
    )
    product()
    dairy = made.dairy.site
    kg = {made.quick: 200, made.slow: 400, made.silent: 400 - unregistered_kg}
    events = [captured.event(0, "commissioning", dairy, (LOT, 1000))]
    for one, mass in kg.items():
        events.append(captured.ship(1, dairy, one.site, (LOT, mass)))
        events.append(captured.receive(1.5, dairy, one.site, (LOT, mass)))
    if unregistered_kg:
        nobody = Site(sgln="urn:epc:id:sgln:6999999.99999.0")
        events.append(captured.ship(1, dairy, nobody, (LOT, unregistered_kg)))
    with clock.at(SIGNED - timedelta(days=3)):
        captured.capture(cast.system, *events)
    return made


def alerted(cast: Cast, made: Incident) -> Alert:
    """The lot fails at the first shop; every reaction has run."""
    standards.load_starter_limits(acting_user=cast.system)
    with unguarded(make.SET_UP):
        subjects.supervision(made.quick.site, cast.wang.officer)
    report = signed(cast, made.quick.site)
    with clock.at(SIGNED + timedelta(minutes=1)):
        outbox.drain()
    return Alert.objects.get(report=report)


def confirmed(cast: Cast, alert: Alert) -> Recall:
    """Wang confirms the whole scope half an hour after the signature."""
    with clock.at(SIGNED + timedelta(minutes=30)):
        recall = recalls.confirm_scope(
            acting_user=cast.wang, recall_id=alert.recall.pk, reason="三聚氰胺超限，全部召回"
        )
        outbox.drain()
    return recall


def order_of(recall: Recall, one: Holder) -> Order:
    """The holder's order."""
    return Order.objects.get(recall=recall, site=one.site)


def proof(text: str = "销毁照片") -> Proof:
    """A file that shows what happened."""
    return Proof("proof.txt", text.encode())
