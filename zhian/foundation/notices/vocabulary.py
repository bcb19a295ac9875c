"""Names the other rooms may use for notices (no models, no queries)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from zhian.kernel.outbox import Happening


class NoticeKind(TextChoices):
    """What a notice orders or tells; each office numbers each kind by year."""

    STOP_SALE = "STOP_SALE", _("Stop-sale notice")
    RECALL_ORDER = "RECALL_ORDER", _("Recall order")
    ALERT = "ALERT", _("Risk early-warning notice")
    INFORMATION = "INFORMATION", _("Information notice")
    RECTIFICATION = "RECTIFICATION", _("Rectification order")


class AddresseeKind(TextChoices):
    """Who a notice is addressed to."""

    OPERATOR = "OPERATOR", _("Operator")
    OFFICE = "OFFICE", _("Office")
    OFFICER = "OFFICER", _("Officer")


class DeliveryState(TextChoices):
    """A notice counts only once served; refusal with a witness counts as served."""

    ISSUED = "ISSUED", _("Issued, not yet served")
    SERVED = "SERVED", _("Served")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("Acknowledged")
    REFUSED = "REFUSED", _("Refused before a witness")


@dataclass(frozen=True, slots=True)
class Addressee:
    """One party a notice goes to; `id` is the id within its kind."""

    kind: AddresseeKind
    id: int
    name: str
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One notice of a bulk issue: texts for one subject and its addressees."""

    subject_type: str
    subject_id: str
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    addressees: tuple[Addressee, ...]


class PlaceOfSite(Protocol):
    """What a page says of the place where a notice has to be brought."""

    address: str


class ProofOfService(Protocol):
    """What a page says of a proof of service; `evidence` keeps it."""

    receiver_name: str
    witness: str
    recorded_by: Any
    item_id: UUID | None


@dataclass(frozen=True)
class NoticeServed(Happening):
    """Deliveries of one notice were served (bulk: one happening for all of them)."""

    notice_id: int
    notice_kind: str
    delivery_ids: tuple[int, ...]
    served_at: datetime


@dataclass(frozen=True)
class NoticeRefused(Happening):
    """An addressee refused a notice before a witness or on a recording."""

    notice_id: int
    delivery_id: int
    reason: str
