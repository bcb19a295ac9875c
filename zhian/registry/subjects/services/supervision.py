"""Every site has one office and one named officer who answer for it, from a day on (S005)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices.models import Officer, User
from zhian.foundation.offices.vocabulary import UserKind
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown
from zhian.kernel.outbox import publish
from zhian.kernel.races import told_apart
from zhian.kernel.use_cases import record, use_case
from zhian.registry.subjects import policies
from zhian.registry.subjects.models import Site, Supervision
from zhian.registry.subjects.vocabulary import SupervisionAssigned


@dataclass(frozen=True)
class SupervisionFacts:
    """Which officer answers for which site from which day (today unless said)."""

    site_id: int
    officer_id: int
    since: date | None = None


@use_case("subjects.supervision.assigned")
def assign_supervision(
    *, acting_user: User, site_id: int, officer_id: int, since: date | None = None
) -> Supervision:
    """Hand a site to an officer; whoever answered before answers until the day before.

    Nobody but the platform's own set-up may date it back: who answered is not rewritten.
    """
    policies.visible_site(acting_user, site_id)
    made = _assigned(acting_user, [SupervisionFacts(site_id, officer_id, since)])[0]
    record(
        made.site,
        supervision=made.pk,
        office=made.office_id,
        officer=made.officer_id,
        since=made.since.isoformat(),
    )
    publish(SupervisionAssigned((site_id,), made.office_id))
    return made


@use_case("subjects.supervisions.assigned")
def assign_supervisions(
    *, acting_user: User, rows: Sequence[SupervisionFacts]
) -> list[Supervision]:
    """Hand many sites to officers at once; all or none."""
    made = _assigned(acting_user, rows)
    record(
        "subjects.site:many",
        supervisions=[[one.site_id, one.office_id, one.officer_id] for one in made],
    )
    by_office: dict[int, list[int]] = defaultdict(list)
    for one in made:
        by_office[one.office_id].append(one.site_id)
    for office_id, site_ids in by_office.items():
        publish(SupervisionAssigned(tuple(site_ids), office_id))
    return made


def _assigned(acting_user: User, rows: Sequence[SupervisionFacts]) -> list[Supervision]:
    sites = Site.objects.select_for_update().in_bulk([row.site_id for row in rows])
    officers = office_selectors.officers_by_id({row.officer_id for row in rows})
    running = _running(set(sites))
    made = []
    for row in rows:
        site, officer = sites.get(row.site_id), officers.get(row.officer_id)
        if site is None or officer is None:
            raise NotKnown
        since = row.since or clock.today()
        _refuse_bad(acting_user, site, officer, since, running.get(site.pk))
        made.append(Supervision(site=site, office=officer.office, officer=officer, since=since))
    _end(running, {one.site_id: one.since for one in made})
    with told_apart(_("Another officer answers for this site at that time.")):
        return Supervision.objects.bulk_create(made, batch_size=1000)


def _running(site_ids: set[int]) -> dict[int, Supervision]:
    """The open-ended supervision of each site."""
    found = Supervision.objects.select_for_update().filter(site_id__in=site_ids)
    return {one.site_id: one for one in found.filter(until__isnull=True)}


def _refuse_bad(
    user: User, site: Site, officer: Officer, since: date, running: Supervision | None
) -> None:
    offices.require(policies.can_assign_supervision(user, officer.office, site.region_id))
    if not site.active:
        raise Conflict(_("This site is closed."))
    problems = []
    if not office_selectors.holds_post(officer, since):
        problems.append(FieldError("officer", _("This officer holds no post on that day")))
    if since < clock.today() and user.kind != UserKind.SYSTEM:
        problems.append(FieldError("since", _("Not in the past: who answered is not rewritten")))
    if since < site.opened_on:
        problems.append(FieldError("since", _("The site was not open yet")))
    if running is not None and since <= running.since:
        problems.append(
            FieldError(
                "since",
                _("%(officer)s answers from %(day)s on; choose a later day")
                % {"officer": running.officer.user.display_name, "day": running.since.isoformat()},
            )
        )
    if problems:
        raise BadInput(fields=problems)


def _end(running: dict[int, Supervision], starts: dict[int, date]) -> None:
    """Whoever answered before answers until the day before."""
    ended = []
    for site_id, former in running.items():
        former.until = starts[site_id] - timedelta(days=1)
        ended.append(former)
    Supervision.objects.bulk_update(ended, ["until"], batch_size=1000)
