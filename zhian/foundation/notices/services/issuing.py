"""Numbered notices are issued: one, or many of one kind; a handful of queries for 900."""

from collections.abc import Sequence

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from zhian.foundation.notices.models import Delivery, Notice, NumberSeries
from zhian.foundation.notices.vocabulary import Addressee, Draft, NoticeKind
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import Office, User
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Refused
from zhian.kernel.use_cases import current_entry_id, record, use_case


@use_case("notices.notice.issued")
def issue(
    *,
    acting_user: User,
    kind: str,
    subject: Model,
    title_zh: str,
    title_en: str,
    body_zh: str,
    body_en: str,
    addressees: Sequence[Addressee],
    office: Office | None = None,
) -> Notice:
    """Issue one numbered notice to its addressees; it binds nobody until it is served.

    The issuing office is the acting officer's; a reaction of the platform names it.
    """
    draft = Draft(
        subject._meta.label_lower,
        str(subject.pk),
        title_zh,
        title_en,
        body_zh,
        body_en,
        tuple(addressees),
    )
    notice = _issue(acting_user, NoticeKind(kind), [draft], office)[0]
    names = [addressee.name for addressee in addressees]
    about = f"{draft.subject_type}:{draft.subject_id}"
    record(notice, number=notice.number, kind=kind, about=about, addressees=names)
    return notice


@use_case("notices.notices.issued")
def issue_many(
    *, acting_user: User, kind: str, drafts: Sequence[Draft], office: Office | None = None
) -> list[Notice]:
    """Issue many notices of one kind under gapless numbers: a handful of queries for 900."""
    notices = _issue(acting_user, NoticeKind(kind), drafts, office)
    numbers = [notice.number for notice in notices]
    span = {"first": numbers[0], "last": numbers[-1]} if numbers else {}
    deliveries = sum(len(draft.addressees) for draft in drafts)
    record(f"notices.kind:{kind}", count=len(notices), deliveries=deliveries, **span)
    return notices


def _issue(
    acting_user: User, kind: NoticeKind, drafts: Sequence[Draft], office: Office | None
) -> list[Notice]:
    issuer = office or offices.office_of(acting_user)
    if issuer is None:
        raise Refused(_("Only an office issues notices."))
    if any(not draft.addressees for draft in drafts):
        raise BadInput(_("A notice needs somebody it is addressed to."))
    now = clock.now()
    year = clock.beijing(now).year
    first = _take_numbers(issuer, kind, year, len(drafts))
    common = {
        "year": year,
        "kind": kind,
        "issued_by": issuer,
        "signed_by": acting_user,
        "issued_at": now,
        "entry_id": current_entry_id(),
    }
    notices = Notice.objects.bulk_create(
        Notice(
            serial=first + place,
            title_zh=draft.title_zh,
            title_en=draft.title_en,
            body_zh=draft.body_zh,
            body_en=draft.body_en,
            subject_type=draft.subject_type,
            subject_id=draft.subject_id,
            **common,
        )
        for place, draft in enumerate(drafts)
    )
    _address(notices, drafts)
    return notices


def _address(notices: Sequence[Notice], drafts: Sequence[Draft]) -> None:
    Delivery.objects.bulk_create(
        Delivery(
            notice=notice,
            addressee_kind=addressee.kind,
            addressee_id=addressee.id,
            addressee_name=addressee.name,
            site_id=addressee.site_id,
        )
        for notice, draft in zip(notices, drafts, strict=True)
        for addressee in draft.addressees
    )


def _take_numbers(office: Office, kind: NoticeKind, year: int, count: int) -> int:
    """The first of `count` numbers in a row; the series stays locked until the commit."""
    NumberSeries.objects.bulk_create(
        [NumberSeries(office=office, kind=kind, year=year)], ignore_conflicts=True
    )
    series = NumberSeries.objects.select_for_update(of=("self",)).get(
        office=office, kind=kind, year=year
    )
    first = series.last + 1
    series.last += count
    series.save(update_fields=["last"])
    return first
