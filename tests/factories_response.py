"""Incidents made for tests through the services, from the sample to the confirmed recall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests import factories as make
from tests import factories_subjects as subjects
from tests.casting import Cast
from zhian.fieldwork.sampling import services as sampling
from zhian.fieldwork.sampling.models import Sample, TestReport
from zhian.fieldwork.sampling.services import Draw, Hands, Place, ResultInput
from zhian.fieldwork.sampling.vocabulary import SampleOrigin
from zhian.foundation.evidence import services as evidence
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role, UserKind
from zhian.kernel import clock
from zhian.kernel.use_cases import unguarded
from zhian.registry.products.models import Product
from zhian.registry.subjects.models import Site
from zhian.registry.subjects.vocabulary import OperatorKind

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
