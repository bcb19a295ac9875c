"""Sites open and close."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import User
from zhian.foundation.regions.selectors import regions_by_code
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, Text
from zhian.kernel.identifiers import SGLN_PREFIX, parse_sgln
from zhian.kernel.outbox import publish
from zhian.kernel.races import told_apart
from zhian.kernel.use_cases import record, use_case
from zhian.registry.subjects import policies
from zhian.registry.subjects.models import Operator, Site, Supervision
from zhian.registry.subjects.vocabulary import ChainLink, SitesChanged

# for places nobody gave a GLN: EPCIS lets a place be named by any URI
OWN_PREFIX = "urn:zhian:site:"


@dataclass(frozen=True)
class SiteFacts:
    """A place where an operator does one link of the chain."""

    operator_id: int
    name_zh: str
    link: ChainLink
    region_code: str
    sgln: str = ""
    name_en: str = ""
    address: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    keeps_ledger: bool = False
    sale_area_code: str | None = None
    opened_on: date | None = None


@use_case("subjects.site.opened")
def open_site(*, acting_user: User, facts: SiteFacts) -> Site:
    """Enter one site. BadInput names every field that is wrong; Refused outside the territory."""
    made = _opened(acting_user, [facts])[0]
    record(made, operator=made.operator_id, sgln=made.sgln, link=str(made.link))
    publish(SitesChanged((made.operator_id,)))
    return made


@use_case("subjects.sites.opened")
def open_sites(*, acting_user: User, rows: Sequence[SiteFacts]) -> list[Site]:
    """Enter many sites at once, in the order given; all or none."""
    made = _opened(acting_user, rows)
    record("subjects.site:many", ids=[one.pk for one in made])
    publish(SitesChanged(tuple(sorted({one.operator_id for one in made}))))
    return made


@use_case("subjects.site.closed")
def close_site(
    *, acting_user: User, site_id: int, reason: str, closed_on: date | None = None
) -> Site:
    """Close a site; its supervision ends the same day, its history stays."""
    policies.require_register(acting_user, {policies.visible_site(acting_user, site_id).region_id})
    site = Site.objects.select_for_update().get(pk=site_id)
    day = closed_on or clock.today()
    if not site.active:
        raise Conflict(_("This site is closed already."))
    problems = []
    if not reason.strip():
        problems.append(FieldError("reason", _("Say why")))
    if not site.opened_on <= day <= clock.today():
        problems.append(FieldError("closed_on", _("Between the opening and today")))
    if problems:
        raise BadInput(fields=problems)
    site.active, site.closed_on = False, day
    site.save(update_fields=["active", "closed_on"])
    running = Supervision.objects.filter(site=site, since__lte=day)
    running.filter(until__isnull=True).update(until=day)
    record(site, reason=reason.strip(), closed_on=day.isoformat())
    publish(SitesChanged((site.operator_id,)))
    return site


def _opened(acting_user: User, rows: Sequence[SiteFacts]) -> list[Site]:
    policies.require_register(acting_user, {row.region_code for row in rows})
    problems = [
        FieldError(field, message, row=place + 1 if len(rows) > 1 else None)
        for place, field, message in _problems(rows)
    ]
    if problems:
        raise BadInput(fields=problems)
    made = [
        Site(
            operator_id=row.operator_id,
            name_zh=row.name_zh.strip(),
            name_en=row.name_en.strip(),
            sgln=row.sgln.strip() or f"{OWN_PREFIX}{uuid.uuid4()}",
            link=row.link,
            region_id=row.region_code,
            address=row.address.strip(),
            longitude=row.longitude,
            latitude=row.latitude,
            keeps_ledger=row.keeps_ledger,
            sale_area_id=row.sale_area_code or None,
            opened_on=row.opened_on or clock.today(),
        )
        for row in rows
    ]
    with told_apart(_("Somebody else entered the same at this moment. Look again.")):
        return Site.objects.bulk_create(made, batch_size=1000)


def _problems(rows: Sequence[SiteFacts]) -> list[tuple[int, str, Text]]:
    """Place in the list, field and message of everything wrong, in three queries."""
    named = {row.region_code for row in rows} | {row.sale_area_code for row in rows}
    regions = regions_by_code({code for code in named if code})
    asked = {row.operator_id for row in rows}
    operators = set(Operator.objects.filter(pk__in=asked).values_list("pk", flat=True))
    numbers = {row.sgln.strip() for row in rows if row.sgln.strip()}
    taken = set(Site.objects.filter(sgln__in=numbers).values_list("sgln", flat=True))
    found: list[tuple[int, str, Text]] = []
    for place, row in enumerate(rows):
        found.extend((place, field, text) for field, text in _number_problems(row, taken))
        if not row.name_zh.strip():
            found.append((place, "name_zh", _("Give the name")))
        if row.operator_id not in operators:
            found.append((place, "operator", _("No such operator")))
        if row.region_code not in regions:
            found.append((place, "region", _("No such region")))
        if row.sale_area_code and row.sale_area_code not in regions:
            found.append((place, "sale_area", _("No such region")))
        if (row.longitude is None) != (row.latitude is None):
            found.append((place, "latitude", _("Give both longitude and latitude, or neither")))
    return found


def _number_problems(row: SiteFacts, taken: set[str]) -> list[tuple[str, Text]]:
    number = row.sgln.strip()
    if not number:
        return []
    if number in taken:
        return [("sgln", _("A site with this number is registered already"))]
    taken.add(number)
    if number.startswith(SGLN_PREFIX) or not number.startswith(OWN_PREFIX):
        try:
            parse_sgln(number)
        except ValueError as error:
            return [("sgln", str(error))]
    return []
