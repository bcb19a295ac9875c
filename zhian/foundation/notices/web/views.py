"""Notices to read and print, their deliveries, and the addressee's acknowledgement."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zhian.foundation.ledger.vocabulary import subject_link, subject_name
from zhian.foundation.notices import policies, selectors, services
from zhian.foundation.notices.lifecycles import DELIVERY
from zhian.foundation.notices.models import Delivery, Notice
from zhian.foundation.notices.vocabulary import DeliveryState, NoticeKind
from zhian.foundation.notices.web import outcomes
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import signed_in
from zhian.foundation.offices.vocabulary import UserKind
from zhian.kernel.errors import NotKnown
from zhian.kernel.lists import Action, ChoiceFilter, DateFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.kernel.templatetags.zhian import name_in_language

COLOURS = {
    DeliveryState.ISSUED: "yellow",
    DeliveryState.SERVED: "blue",
    DeliveryState.ACKNOWLEDGED: "green",
    DeliveryState.REFUSED: "red",
}
DELIVERY_COLUMNS = (
    ListColumn(
        "state",
        gettext_lazy("State"),
        value=lambda one: one.get_state_display(),
        badge=lambda one: COLOURS[DeliveryState(one.state)],
    ),
    ListColumn("served_at", gettext_lazy("Served"), sort="served_at"),
    ListColumn("acknowledged_at", gettext_lazy("Acknowledged"), sort="acknowledged_at"),
    ListColumn(
        "acknowledged_by",
        gettext_lazy("Acknowledged by"),
        value=lambda one: one.acknowledged_by or "",
    ),
)


def _address(notice: Notice) -> str:
    return notice.get_absolute_url()


NOTICE_COLUMNS = (
    ListColumn("number", gettext_lazy("Number"), href=_address),
    ListColumn("kind", gettext_lazy("Kind"), value=lambda one: one.get_kind_display()),
    ListColumn(
        "title",
        gettext_lazy("Heading"),
        value=lambda one: name_in_language(one, "title"),
        href=_address,
    ),
    ListColumn("office", gettext_lazy("Issued by"), value=lambda one: one.issued_by.name),
    ListColumn("issued_at", gettext_lazy("Issued"), sort="issued_at"),
    ListColumn("sent", gettext_lazy("Addressees"), numeric=True),
    ListColumn("unserved", gettext_lazy("Not yet served"), numeric=True),
)


@require_GET
def notice_list(request: HttpRequest) -> HttpResponseBase:
    """Notices of my territory and those addressed to me, newest first."""
    unserved = Count("deliveries", filter=Q(deliveries__state=DeliveryState.ISSUED))
    visible = policies.notices_visible_to(signed_in(request.user))
    return ListPage(
        title=_("Notices"),
        queryset=visible.annotate(sent=Count("deliveries"), unserved=unserved),
        columns=NOTICE_COLUMNS,
        search=("title_zh__icontains", "title_en__icontains", "serial__iexact"),
        filters=[
            ChoiceFilter("kind", _("Kind"), NoticeKind.choices),
            DateFilter("issued_at", _("Issued"), moment=True),
        ],
        default_sort="-issued_at",
        empty=_("No notices yet. They appear when an alert or a recall issues them."),
        export_name="notices",
        actions=_lists(signed_in(request.user)),
    ).respond(request)


def _lists(user: User) -> list[Action]:
    """The other lists of the room; only an officer serves."""
    found = [Action(_("Received by us"), reverse("notices:received"))]
    if user.kind in (UserKind.OFFICER, UserKind.SYSTEM):
        found.append(Action(_("To be served on the spot"), reverse("notices:waiting")))
    return found


@require_GET
def received(request: HttpRequest) -> HttpResponseBase:
    """What was addressed to me, my office or my operator."""
    return ListPage(
        title=_("Notices received"),
        queryset=policies.deliveries_addressed_to(signed_in(request.user)),
        columns=[
            ListColumn(
                "notice",
                _("Number"),
                value=lambda one: one.notice.number,
                href=lambda one: one.notice.get_absolute_url(),
            ),
            ListColumn(
                "title",
                _("Heading"),
                value=lambda one: name_in_language(one.notice, "title"),
                href=lambda one: one.notice.get_absolute_url(),
            ),
            ListColumn("office", _("Issued by"), value=lambda one: one.notice.issued_by.name),
            *DELIVERY_COLUMNS,
        ],
        search=("notice__title_zh__icontains", "notice__title_en__icontains"),
        filters=[ChoiceFilter("state", _("State"), DeliveryState.choices)],
        default_sort="-served_at",
        empty=_("Nothing was addressed to you yet."),
        export_name="notices-received",
    ).respond(request)


@require_GET
def notice_detail(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice as a document, printable on A4, with what became of its deliveries."""
    user = signed_in(request.user)
    notice = _visible(request, notice_id)
    deliveries = policies.deliveries_visible_to(user, notice)
    mine = policies.deliveries_addressed_to(user).filter(notice=notice)
    waiting = [one for one in mine if DELIVERY.allows("acknowledge", one.state)]
    context = {
        "title": name_in_language(notice, "title"),
        "notice": notice,
        "subject": subject_name(notice.subject_type),
        "subject_url": subject_link(notice.subject_type, notice.subject_id, user),
        "total": deliveries.count(),
        "few": deliveries.order_by("pk")[: outcomes.FEW],
        "counts": selectors.counts_by_state(deliveries),
        "waiting": [one for one in waiting if policies.can_acknowledge(user, one)],
        "to_serve": outcomes.to_serve(user, notice, deliveries),
        "outcomes": outcomes.last_of(deliveries),
    }
    return render(request, "notices/notice.html", context)


@require_GET
def delivery_list(request: HttpRequest, notice_id: int) -> HttpResponseBase:
    """Whom the notice went to and what became of each delivery."""
    notice, user = _visible(request, notice_id), signed_in(request.user)
    return ListPage(
        title=_("Deliveries of %(number)s") % {"number": notice.number},
        queryset=policies.deliveries_visible_to(user, notice),
        columns=[
            ListColumn("addressee_name", _("Addressee"), sort="addressee_name"),
            *outcomes.serving(user, notice),
            ListColumn("kind", _("Kind"), value=lambda one: one.get_addressee_kind_display()),
            *DELIVERY_COLUMNS[:2],
            outcomes.HOW_COLUMN,
            *DELIVERY_COLUMNS[2:],
        ],
        prepare=outcomes.attach_proofs,
        search=("addressee_name__icontains",),
        filters=[ChoiceFilter("state", _("State"), DeliveryState.choices)],
        default_sort="pk",
        export_name="deliveries",
        actions=[Action(_("The notice"), notice.get_absolute_url())],
    ).respond(request)


@require_POST
def acknowledge(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """The addressee says it has read the notice."""
    user = signed_in(request.user)
    delivery = _mine(request, delivery_id)
    services.acknowledge(acting_user=user, delivery_ids=[delivery.pk])
    messages.success(request, _("Acknowledged."))
    return redirect(delivery.notice)


def _visible(request: HttpRequest, notice_id: int) -> Notice:
    found = policies.notices_visible_to(signed_in(request.user)).filter(pk=notice_id).first()
    if found is None:
        raise NotKnown
    return found


def _mine(request: HttpRequest, delivery_id: int) -> Delivery:
    mine = policies.deliveries_addressed_to(signed_in(request.user))
    found = mine.filter(pk=delivery_id).first()
    if found is None:
        raise NotKnown
    return found
