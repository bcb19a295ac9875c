"""Names the other rooms may use for evidence (no models, no queries)."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EvidenceKind(TextChoices):
    """What a kept file proves."""

    PHOTO = "PHOTO", _("Photo")
    DOCUMENT = "DOCUMENT", _("Document")
    REPORT = "REPORT", _("Test report")
    SIGNATURE = "SIGNATURE", _("Signature")
    SERVICE = "SERVICE", _("Proof of service")
    DISPOSAL = "DISPOSAL", _("Proof of disposal")
    CUSTODY = "CUSTODY", _("Custody of a sample")
    COUNT = "COUNT", _("Stock count")
    EVENT_DOCUMENT = "EVENT_DOCUMENT", _("Captured event document")


class ServiceWay(TextChoices):
    """How a notice reached its addressee (Penalty Law 61: on the spot, else within 7 days)."""

    ON_SITE = "ON_SITE", _("Handed over on site")
    SIGNED = "SIGNED", _("Signed for")
    POST = "POST", _("By post")
    ELECTRONIC = "ELECTRONIC", _("Electronic, with receipt")
    PUBLIC = "PUBLIC", _("Public announcement")


class SealState(TextChoices):
    """Where a numbered seal is in its life."""

    AFFIXED = "AFFIXED", _("Affixed")
    BROKEN = "BROKEN", _("Broken")


@dataclass(frozen=True, slots=True)
class Signature:
    """An Ed25519 signature; both values in lower-case hexadecimal."""

    public_key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Service:
    """One act of serving a notice, as told to `prove_service_many`; `key` is the caller's own."""

    key: str
    notice_ref: str
    receiver_name: str
    place: str = ""


MAX_FILE_BYTES = 20 * 1024 * 1024
# how service on the spot is shown: a photograph, or the signed receipt scanned
SERVICE_PAPERS = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
MIN_PIN_LENGTH = 6
PIN_ATTEMPTS = 5
PIN_LOCK_SECONDS = 900
