"""From what is known to lots: a number, an item code, a place and time, a product in a region."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from zhian.chain.events import policies as events_policies
from zhian.chain.events import selectors as events
from zhian.chain.events.models import Event
from zhian.foundation.offices.policies import Person
from zhian.registry.products import selectors as products
from zhian.registry.products.vocabulary import OWN
from zhian.registry.subjects import policies as subjects

MOST_LOTS = 200
_UNIT = "urn:epc:id:sscc:"  # a pallet is no lot


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person knows; everything given must fit. Moments are aware, `region` is a code.

    `lots` are lot keys (several at once), `gtin` an item code of 14 digits, `site` a site key.
    A sample is asked for by its lot and the site where it was drawn.
    """

    lots: tuple[str, ...] = ()
    gtin: str = ""
    product_id: int | None = None
    site: str = ""
    region: str = ""
    since: datetime | None = None
    until: datetime | None = None


def lots_asked_for(user: Person, asked: Asked, *, as_of: datetime | None = None) -> list[str]:
    """Lot keys that fit, among the events the user may see; at most 200, in order of the key."""
    rows = _events(user, asked, as_of)
    prefix = _prefix(asked)
    if prefix is None:
        return []
    if asked.lots:
        rows = rows.filter(lots__lot__in=asked.lots)
    elif prefix:
        rows = rows.filter(lots__lot__startswith=prefix)
    found = rows.order_by().values_list("lots__lot", flat=True).distinct()
    return sorted({lot for lot in found if lot and not lot.startswith(_UNIT)})[:MOST_LOTS]


def _events(user: Person, asked: Asked, as_of: datetime | None) -> QuerySet[Event]:
    rows = events_policies.events_visible_to(user)
    if as_of is not None:
        rows = rows.filter(record_time__lte=as_of)
    if asked.since is not None:
        rows = rows.filter(event_time__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(event_time__lte=asked.until)
    if asked.site:
        rows = events.naming_site(rows, asked.site)
    if asked.region:
        sites = subjects.sites_visible_to(user).filter(region__code__startswith=asked.region)
        rows = rows.filter(parties__site__in=sites.values("sgln"))
    return rows


def _prefix(asked: Asked) -> str | None:
    """How the keys of the product's lots begin; empty when any will do, None when nobody knows."""
    if asked.product_id is not None:
        product = products.product(asked.product_id)
        return f"{product.class_prefix or f'{OWN}{product.pk}'}."
    if not asked.gtin:
        return ""
    found = products.product_of_gtin(asked.gtin.zfill(14))
    return f"{found.class_prefix}." if found and found.class_prefix else None
