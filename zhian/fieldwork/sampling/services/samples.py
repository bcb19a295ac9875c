"""Goods under seal and the hands they pass through (S093, T5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhian.fieldwork.sampling import policies
from zhian.fieldwork.sampling.engine.doubts import RULES, Act, doubts
from zhian.fieldwork.sampling.lifecycles import SAMPLE
from zhian.fieldwork.sampling.models import CustodyStep, Sample
from zhian.fieldwork.sampling.vocabulary import (
    CustodyKind,
    Flag,
    SampleDrawn,
    SampleOrigin,
    SampleState,
)
from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.evidence import services as evidence
from zhian.foundation.evidence.vocabulary import EvidenceKind
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.policies import require
from zhian.foundation.offices.selectors import office_of, user_by_id
from zhian.foundation.offices.vocabulary import Line
from zhian.kernel import clock, rules
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown, Refused
from zhian.kernel.numbering import next_serial, printed
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case

# Longer ago than this nobody can have been too far away (half the earth at 120 km/h).
LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True)
class Place:
    """Where something happened, as the device says it; degrees, WGS 84."""

    name: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None


@dataclass(frozen=True)
class Photo:
    """A picture of the seal or of the hand-over."""

    filename: str
    data: bytes


NOWHERE = Place()


@dataclass(frozen=True)
class Draw:
    """What is taken where: one lot at one place under one seal; `unit` as in the sampling sheet."""

    site_id: int
    product_id: int
    lot_key: str
    quantity: Decimal
    unit: str
    seal_number: str
    second_officer_id: int | None = None
    origin: SampleOrigin = SampleOrigin.DRAWN
    lot_text: str = ""
    produced_on: date | None = None
    laboratory_id: int | None = None
    spare_quantity: Decimal | None = None
    population_size: int | None = None
    random_index: int | None = None
    sender_name: str = ""
    routine: bool = True


@use_case("sampling.sample.drawn")
def draw_sample(
    *, acting_user: User, draw: Draw, place: Place = NOWHERE, photo: Photo | None = None
) -> Sample:
    """Take goods under seal, by two officers; or take in what a firm sent, marked for good."""
    require(policies.can_draw(acting_user))
    office = office_of(acting_user)
    if office is None:
        raise Refused(_("Only an officer with a post may do this."))
    _check_draw(acting_user, draw)
    if Sample.objects.filter(seal_number=draw.seal_number).exists():
        raise Conflict(_("Seal %(seal)s stands on another sample.") % {"seal": draw.seal_number})
    year = clock.today().year
    serial = next_serial(
        Sample.objects.filter(office=office, year=year), lock=f"sample:{office.pk}:{year}"
    )
    sample = Sample(
        number=printed(f"{office.name_zh}抽样", year, serial),
        year=year,
        serial=serial,
        office=office,
        drawn_at=clock.now(),
        drawn_by=acting_user,
        longitude=place.longitude,
        latitude=place.latitude,
        state=SampleState.DRAWN,
        **vars(draw),
    )
    sample.flags = _doubts_about(sample)
    sample.save(force_insert=True)
    evidence.affix_seal(acting_user=acting_user, number=draw.seal_number, subject=sample)
    _step(sample, acting_user, CustodyKind.DRAWN, Hands(place, to_user_id=acting_user.pk), photo)
    duties.start_duty(
        acting_user=acting_user,
        deed=Deed.SEND_SAMPLE,
        subject=sample,
        office=office,
        officer=acting_user,
    )
    record(sample, seal=draw.seal_number, lot=draw.lot_key, origin=draw.origin, flags=sample.flags)
    publish(SampleDrawn(sample.pk))
    return sample


def _check_draw(acting_user: User, draw: Draw) -> None:
    wrong: list[FieldError] = []
    if draw.origin == SampleOrigin.DRAWN and draw.second_officer_id in (None, acting_user.pk):
        wrong.append(
            FieldError("second_officer", _("A second, different officer must be present."))
        )
    if draw.quantity <= 0:
        wrong.append(FieldError("quantity", _("The quantity must be more than zero.")))
    if draw.random_index is not None and not (
        1 <= draw.random_index <= (draw.population_size or 0)
    ):
        wrong.append(
            FieldError(
                "random_index", _("The pack drawn must lie between 1 and the packs counted.")
            )
        )
    if not draw.seal_number.strip() or not draw.lot_key.strip():
        wrong.append(FieldError("seal_number", _("Lot and seal number are both needed.")))
    if wrong:
        raise BadInput(fields=wrong)


def _doubts_about(sample: Sample) -> list[str]:
    """Flags of the new sample against what its officers did in the days before."""
    people = [pk for pk in (sample.drawn_by_id, sample.second_officer_id) if pk is not None]
    earlier = Sample.objects.filter(
        Q(drawn_by__in=people) | Q(second_officer__in=people),
        drawn_at__gte=sample.drawn_at - LOOK_BACK,
        origin=SampleOrigin.DRAWN,
    )
    if sample.origin == SampleOrigin.SENT:
        return [Flag.SENT_BY_FIRM.value]
    acts = [_act(one) for one in earlier] + [_act(sample)]
    content = rules.in_force(RULES, on=clock.today()).content
    return sorted(doubts(acts, content).get(sample.seal_number, set()))


def _act(sample: Sample) -> Act:
    people = (sample.drawn_by_id, sample.second_officer_id)
    return Act(
        key=sample.seal_number,
        officers=tuple(pk for pk in people if pk is not None),
        at=sample.drawn_at,
        seal=sample.seal_number,
        longitude=None if sample.longitude is None else float(sample.longitude),
        latitude=None if sample.latitude is None else float(sample.latitude),
    )


@dataclass(frozen=True)
class Hands:
    """Where a sample changed hands, who takes it, and what the seal looked like."""

    place: Place = NOWHERE
    to_user_id: int | None = None
    to_name: str = ""
    seal_intact: bool = True


@use_case("sampling.sample.handed_over")
def hand_over(
    *, acting_user: User, sample_id: int, hands: Hands, photo: Photo | None = None
) -> CustodyStep:
    """Give the sealed sample to a colleague, a carrier or the laboratory's people."""
    sample = _locked(acting_user, sample_id)
    require(policies.can_hand_over(acting_user, sample))
    if hands.to_user_id is None and not hands.to_name.strip():
        raise BadInput(fields=[FieldError("to_name", _("Say who takes the sample."))])
    sample.state = SAMPLE.target("hand_over", sample.state)
    _note_seal(sample, hands.seal_intact)
    sample.laboratory_id = sample.laboratory_id or _laboratory_of(hands.to_user_id)
    sample.save(update_fields=["state", "flags", "laboratory"])
    step = _step(sample, acting_user, CustodyKind.HANDED_OVER, hands, photo)
    record(sample, to_user=hands.to_user_id, to_name=hands.to_name, seal_intact=hands.seal_intact)
    return step


@use_case("sampling.sample.received")
def receive_sample(
    *,
    acting_user: User,
    sample_id: int,
    seal_intact: bool,
    place: Place = NOWHERE,
    photo: Photo | None = None,
) -> CustodyStep:
    """Take the sample in at the laboratory and look at the seal; the period of testing runs."""
    sample = _locked(acting_user, sample_id)
    require(policies.can_receive(acting_user, sample))
    laboratory = cast("Office", office_of(acting_user))  # the policy has seen the laboratory
    sample.state = SAMPLE.target("receive", sample.state)
    sample.laboratory = laboratory
    _note_seal(sample, seal_intact)
    sample.save(update_fields=["state", "laboratory", "flags"])
    hands = Hands(place, to_user_id=acting_user.pk, seal_intact=seal_intact)
    step = _step(sample, acting_user, CustodyKind.RECEIVED, hands, photo)
    duties.finish_for(acting_user=acting_user, subject=sample, deed=Deed.SEND_SAMPLE)
    duties.start_duty(
        acting_user=acting_user, deed=Deed.TEST_SAMPLE, subject=sample, office=laboratory
    )
    record(sample, laboratory=laboratory.code, seal_intact=seal_intact)
    return step


def _locked(acting_user: User, sample_id: int) -> Sample:
    visible = policies.samples_visible_to(acting_user).filter(pk=sample_id)
    sample = visible.select_for_update(of=("self",)).first()
    if sample is None:
        raise NotKnown
    return sample


def _laboratory_of(user_id: int | None) -> int | None:
    """Goods handed to an analyst are on their way to the analyst's laboratory."""
    if user_id is None:
        return None
    office = office_of(user_by_id(user_id))
    is_laboratory = office is not None and office.department.line == Line.LABORATORY
    return office.pk if office is not None and is_laboratory else None


def _note_seal(sample: Sample, seal_intact: bool) -> None:
    if not seal_intact:
        sample.flags = sorted({*sample.flags, Flag.SEAL_BROKEN.value})


def _step(
    sample: Sample, acting_user: User, kind: CustodyKind, hands: Hands, photo: Photo | None
) -> CustodyStep:
    place = hands.place
    return CustodyStep.objects.create(
        sample=sample,
        kind=kind,
        from_user=acting_user,
        to_user_id=hands.to_user_id,
        to_name=hands.to_name,
        at=clock.now(),
        place=place.name,
        longitude=place.longitude,
        latitude=place.latitude,
        seal_intact=hands.seal_intact,
        item=_kept(sample, acting_user, place, photo) if photo is not None else None,
    )


def _kept(sample: Sample, acting_user: User, place: Place, photo: Photo) -> UUID:
    return evidence.keep(
        acting_user=acting_user,
        subject=sample,
        kind=EvidenceKind.CUSTODY,
        filename=photo.filename,
        data=photo.data,
        taken_at=clock.now(),
        longitude=place.longitude,
        latitude=place.latitude,
    ).pk
