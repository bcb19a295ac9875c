"""What is done with evidence: files kept, seals affixed and broken, signatures, service proved."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from zhian.foundation.evidence import selectors, storage
from zhian.foundation.evidence.engine import media, sealing
from zhian.foundation.evidence.lifecycles import SEAL
from zhian.foundation.evidence.models import Item, Seal, ServiceProof, SigningKey
from zhian.foundation.evidence.vocabulary import (
    MAX_FILE_BYTES,
    MIN_PIN_LENGTH,
    PIN_ATTEMPTS,
    PIN_LOCK_SECONDS,
    SERVICE_PAPERS,
    EvidenceKind,
    Service,
    ServiceWay,
    Signature,
)
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, Refused, TooLarge, Unsupported
from zhian.kernel.use_cases import current_entry_id, record, use_case

DEGREES = Decimal("0.000001")


@use_case("evidence.item.kept")
def keep(
    *,
    acting_user: User,
    subject: Model,
    kind: str,
    filename: str,
    data: bytes,
    taken_at: datetime | None = None,
    longitude: Decimal | float | None = None,
    latitude: Decimal | float | None = None,
) -> Item:
    """Keep a file about a subject; TooLarge past 20 MiB, Unsupported for types we do not keep.

    Place (degrees, WGS 84) and time are what the device or officer states.
    """
    item = Item.objects.create(
        sha256=_store(data),
        size=len(data),
        media_type=media.media_type(data) or "",
        filename=_safe_name(filename),
        kind=EvidenceKind(kind),
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        taken_at=_not_later(taken_at),
        longitude=_degrees("longitude", longitude, 180),
        latitude=_degrees("latitude", latitude, 90),
        added_at=clock.now(),
        added_by=acting_user,
        entry_id=current_entry_id(),
    )
    about = f"{item.subject_type}:{item.subject_id}"
    record(item, about=about, kind=item.kind, filename=item.filename, sha256=item.sha256)
    return item


def _store(data: bytes) -> str:
    if not data:
        raise BadInput(fields=[FieldError("file", _("The file is empty."))])
    if len(data) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024 // 1024
        raise TooLarge(_("A file may have at most %(limit)d MiB.") % {"limit": limit})
    if media.media_type(data) is None:
        raise Unsupported(
            _("Photos (JPEG, PNG, GIF, WebP), PDF, Word, Excel, JSON, XML and text are kept.")
        )
    return storage.write(data)


def _safe_name(filename: str) -> str:
    name = filename.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter for letter in name if letter.isprintable()).strip(" .")
    return printable[-255:] or "file"


def _not_later(taken_at: datetime | None) -> datetime | None:
    if taken_at is not None and taken_at > clock.now():
        raise BadInput(fields=[FieldError("taken_at", _("This lies in the future."))])
    return taken_at


def _degrees(name: str, value: Decimal | float | None, most: int) -> Decimal | None:
    if value is None:
        return None
    degrees = Decimal(str(value))
    if not degrees.is_finite() or abs(degrees) > most:
        raise BadInput(fields=[FieldError(name, _("This is no place on earth."))])
    return degrees.quantize(DEGREES)


@use_case("evidence.seal.affixed")
def affix_seal(*, acting_user: User, number: str, subject: Model) -> Seal:
    """Put a numbered seal on a thing; Conflict when the number was used before."""
    number = number.strip()
    if not number:
        raise BadInput(fields=[FieldError("seal_number", _("The seal has a number."))])
    try:
        with transaction.atomic():
            seal = Seal.objects.create(
                number=number,
                subject_type=subject._meta.label_lower,
                subject_id=str(subject.pk),
                affixed_at=clock.now(),
                affixed_by=acting_user,
            )
    except IntegrityError as error:
        raise Conflict(_("Seal %(number)s was used before.") % {"number": number}) from error
    record(seal, number=number, on=f"{seal.subject_type}:{seal.subject_id}")
    return seal


@use_case("evidence.seal.broken")
def break_seal(*, acting_user: User, number: str, reason: str) -> Seal:
    """Break a seal, with the reason; Conflict when it is broken already."""
    seal = Seal.objects.select_for_update(of=("self",)).filter(number=number.strip()).first()
    if seal is None:
        raise BadInput(fields=[FieldError("seal_number", _("No seal has this number."))])
    seal.state = SEAL.target("break", seal.state)
    seal.broken_at, seal.broken_by, seal.broken_reason = clock.now(), acting_user, reason
    seal.save(update_fields=["state", "broken_at", "broken_by", "broken_reason"])
    record(seal, number=seal.number, reason=reason)
    return seal


@use_case("evidence.signing_key.created")
def create_signing_key(*, acting_user: User, pin: str) -> SigningKey:
    """Give the acting user a new key, sealed by the PIN; an older key is retired, not removed."""
    if len(pin) < MIN_PIN_LENGTH:
        message = _("A PIN has at least %(n)d characters.") % {"n": MIN_PIN_LENGTH}
        raise BadInput(fields=[FieldError("pin", message)])
    now = clock.now()
    SigningKey.objects.filter(user=acting_user, until__isnull=True).update(until=now)
    private = sealing.new_key()
    key = SigningKey.objects.create(
        user=acting_user,
        public_key=sealing.public_hex(private),
        sealed_private_key=sealing.seal(private, pin),
        since=now,
    )
    cache.delete(_tries(key))
    record(key, public_key=key.public_key)
    return key


def sign(*, acting_user: User, pin: str, payload: bytes) -> Signature:
    """Sign a payload with the acting user's key; Refused for a wrong PIN, closed after five.

    Writes nothing: whoever calls keeps the signature. Tries are counted outside the transaction,
    which a wrong PIN rolls back.
    """
    key = selectors.signing_key_of(acting_user)
    if key is None:
        raise Refused(_("You have no signing key yet; create one first."))
    if int(cache.get(_tries(key), 0)) >= PIN_ATTEMPTS:
        minutes = PIN_LOCK_SECONDS // 60
        raise Refused(_("Too many wrong PINs; try again in %(n)d minutes.") % {"n": minutes})
    try:
        private = sealing.open_sealed(bytes(key.sealed_private_key), pin)
    except sealing.WrongPin:
        cache.add(_tries(key), 0, PIN_LOCK_SECONDS)
        cache.incr(_tries(key))
        raise Refused(_("The PIN is wrong.")) from None
    cache.delete(_tries(key))
    return Signature(key.public_key, private.sign(payload).hex())


def _tries(key: SigningKey) -> str:
    return f"evidence.pin.{key.pk}"


@use_case("evidence.service.proved")
def prove_service(
    *,
    acting_user: User,
    notice_ref: str,
    way: str,
    receiver_name: str = "",
    place: str = "",
    at: datetime | None = None,
    witness: str = "",
    refusal_reason: str = "",
    item: Item | None = None,
) -> ServiceProof:
    """Prove that a notice reached its addressee, or was refused before a witness or recording.

    Penalty Law 61. BadInput when nobody received it, or a refusal has neither witness nor file.
    """
    _check_service(way, receiver_name, witness, refusal_reason, item)
    proof = ServiceProof.objects.create(
        notice_ref=notice_ref,
        way=ServiceWay(way),
        at=_not_later(at) or clock.now(),
        place=place,
        receiver_name=receiver_name,
        witness=witness,
        refusal_reason=refusal_reason,
        item=item,
        recorded_by=acting_user,
    )
    record(proof, notice=notice_ref, way=proof.way, receiver=receiver_name, refusal=refusal_reason)
    return proof


def _check_service(
    way: str, receiver_name: str, witness: str, refusal_reason: str, item: Item | None
) -> None:
    wrong: list[FieldError] = []
    if refusal_reason and not witness and item is None:
        wrong.append(FieldError("witness", _("A refusal needs a witness or a recording.")))
    if not refusal_reason and not receiver_name and way != ServiceWay.PUBLIC:
        wrong.append(FieldError("receiver_name", _("Say who received it.")))
    if way in (ServiceWay.POST, ServiceWay.PUBLIC) and item is None:
        wrong.append(FieldError("item", _("Add the receipt or a picture of the announcement.")))
    if wrong:
        raise BadInput(fields=wrong)


@use_case("evidence.service.proved_electronically")
def prove_service_many(
    *, acting_user: User, services: Sequence[Service], at: datetime | None = None
) -> dict[str, ServiceProof]:
    """Prove electronic service of many notices in one insert; proofs by the caller's keys."""
    moment = _not_later(at) or clock.now()
    proofs = {
        service.key: ServiceProof(
            notice_ref=service.notice_ref,
            way=ServiceWay.ELECTRONIC,
            at=moment,
            place=service.place,
            receiver_name=service.receiver_name,
            recorded_by=acting_user,
        )
        for service in services
    }
    ServiceProof.objects.bulk_create(proofs.values())
    data: dict[str, Any] = {"count": len(proofs), "at": moment}
    record("evidence.serviceproof:", **data, notices=sorted({s.notice_ref for s in services}))
    return proofs


def prove_electronically(
    *, acting_user: User, received: Mapping[str, tuple[str, str]]
) -> dict[str, UUID]:
    """Proof numbers by the caller's keys for notices put into their receivers' accounts.

    `received` is key → (notice, receiver's name). Connected to notices in `config/apps.py`:
    the two rooms do not know each other.
    """
    services = [
        Service(key, notice_ref, receiver) for key, (notice_ref, receiver) in received.items()
    ]
    proofs = prove_service_many(acting_user=acting_user, services=services)
    return {key: proof.pk for key, proof in proofs.items()}


def keep_paper(*, acting_user: User, subject: Model, filename: str, data: bytes) -> UUID:
    """Keep what shows service on the spot: a photograph or a scanned receipt, nothing else.

    Connected to notices in `config/apps.py`, like `prove_on_site`.
    """
    if media.media_type(data) not in SERVICE_PAPERS:
        raise Unsupported(_("A photograph (JPEG, PNG, WebP) or a PDF proves service."))
    kind = EvidenceKind.SERVICE
    item = keep(acting_user=acting_user, subject=subject, kind=kind, filename=filename, data=data)
    return item.pk


def prove_on_site(
    *,
    acting_user: User,
    subject: Model,
    notice_ref: str,
    at: datetime,
    receiver: str = "",
    refusal: str = "",
    witness: str = "",
    paper: UUID | None = None,
) -> UUID:
    """Prove that a notice was handed over, or refused, on the spot; `paper` was kept before."""
    item = selectors.items_about(subject).filter(pk=paper).first() if paper else None
    if paper and item is None:
        raise BadInput(fields=[FieldError("proof", _("This file is not about this delivery."))])
    return prove_service(
        acting_user=acting_user,
        notice_ref=notice_ref,
        way=ServiceWay.ON_SITE,
        receiver_name=receiver,
        at=at,
        witness=witness,
        refusal_reason=refusal,
        item=item,
    ).pk
