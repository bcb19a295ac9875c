"""Service on the spot: what waits for it, who took the notice, or who refused it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.notices import policies, selectors, services
from zhian.foundation.notices.lifecycles import DELIVERY
from zhian.foundation.notices.models import Delivery
from zhian.foundation.notices.vocabulary import NoticeKind
from zhian.foundation.notices.web.forms import OnSiteForm, RefuseForm, ServeForm
from zhian.foundation.notices.web.outcomes import SERVE_COLUMN
from zhian.foundation.offices.policies import at_work, require, signed_in
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ChoiceFilter, ListColumn, ListPage, TextFilter
from zhian.kernel.templatetags.zhian import name_in_language

F = TypeVar("F", bound=OnSiteForm)
AGES = (
    ("1", gettext_lazy("a day or longer")),
    ("3", gettext_lazy("three days or longer")),
    ("7", gettext_lazy("seven days or longer")),
    ("30", gettext_lazy("thirty days or longer")),
)


def _to_serve(one: Delivery) -> str:
    return reverse("notices:serve", args=[one.pk])


def _older(found: QuerySet[Delivery], days: str) -> QuerySet[Delivery]:
    return found.filter(notice__issued_at__lte=clock.now() - timedelta(days=int(days)))


def _attach_places(rows: list[Any]) -> None:
    places = selectors.places_of(rows)
    for row in rows:
        place = places.get(row.site_id)
        row.address = place.address if place else ""


WAITING_COLUMNS = (
    ListColumn("addressee_name", gettext_lazy("Addressee"), href=_to_serve, sort="addressee_name"),
    ListColumn("address", gettext_lazy("Address")),
    ListColumn(
        "notice",
        gettext_lazy("Notice"),
        value=lambda one: f"{one.notice.get_kind_display()} {one.notice.number}",
        href=lambda one: one.notice.get_absolute_url(),
    ),
    ListColumn(
        "title", gettext_lazy("Heading"), value=lambda one: name_in_language(one.notice, "title")
    ),
    ListColumn(
        "issued_at",
        gettext_lazy("Issued"),
        value=lambda one: one.notice.issued_at,
        sort="notice__issued_at",
    ),
    ListColumn(
        "days",
        gettext_lazy("Waits, days"),
        value=lambda one: (clock.now() - one.notice.issued_at).days,
        numeric=True,
    ),
    SERVE_COLUMN,
)


@require_GET
def waiting(request: HttpRequest) -> HttpResponseBase:
    """What my office still has to serve on the spot, oldest first."""
    return ListPage(
        title=_("To be served on the spot"),
        queryset=policies.deliveries_to_serve(at_work(request.user)),
        columns=WAITING_COLUMNS,
        search=("addressee_name__icontains", "notice__title_zh__icontains"),
        filters=[
            TextFilter("region", _("Region code begins with"), narrow_by=selectors.in_region),
            ChoiceFilter("kind", _("Kind"), NoticeKind.choices, field="notice__kind"),
            ChoiceFilter("age", _("Waits"), AGES, narrow_by=_older),
        ],
        default_sort="issued_at",
        empty=_(
            "Nothing waits. A notice of your office that has not reached an addressee stands here "
            "until somebody hands it over or records the refusal."
        ),
        export_name="to-serve",
        prepare=_attach_places,
        actions=[Action(_("All notices"), reverse("notices:list"))],
    ).respond(request)


@require_GET
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """A delivery has no page of its own: its notice says what became of it."""
    return redirect(_known(request, delivery_id).notice)


@require_http_methods(["GET", "POST"])
def serve(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Somebody took the notice: who, when, and what shows it."""

    def act(found: Delivery, values: dict[str, Any]) -> None:
        services.serve_on_site(acting_user=signed_in(request.user), delivery_id=found.pk, **values)

    return _on_site(
        request, delivery_id, ServeForm, act,
        done=_("Served. The proof is kept."),
        heading=_("Serve on the spot"),
        submit_label=_("Record the service"),
        explanation=_("From the moment you state, the notice counts for the addressee."),
        other_url=reverse("notices:refuse", args=[delivery_id]),
        other_label=_("It was refused"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Nobody would take the notice: why, and which witness or recording shows it."""

    def act(found: Delivery, values: dict[str, Any]) -> None:
        services.refuse_on_site(acting_user=signed_in(request.user), delivery_id=found.pk, **values)

    return _on_site(
        request, delivery_id, RefuseForm, act,
        done=_("The refusal is recorded."),
        heading=_("Record a refusal"),
        submit_label=_("Record the refusal"),
        explanation=_("A refusal counts only before a witness or with a recording."),
        other_url=reverse("notices:serve", args=[delivery_id]),
        other_label=_("It was taken after all"),
    )  # fmt: skip


def _on_site(
    request: HttpRequest,
    delivery_id: int,
    kind: type[F],
    act: Callable[[Delivery, dict[str, Any]], None],
    *,
    heading: str,
    **words: str,
) -> HttpResponse:
    found, user = _known(request, delivery_id), signed_in(request.user)
    require(policies.can_serve(user, found))
    notice = found.notice
    if request.method == "GET" and not DELIVERY.allows("serve", found.state):
        messages.info(request, selectors.what_became_of(found))
        return redirect(notice)

    def keep(filename: str, data: bytes) -> Any:
        return services.keep_paper(
            acting_user=user, delivery_id=found.pk, filename=filename, data=data
        )

    def deed(values: dict[str, Any]) -> str:
        paper = values.pop("kept")
        del values["proof"]
        act(found, {**values, "paper": paper})
        return notice.get_absolute_url()

    form = kind.of(request, files=request.FILES or None, keep=keep)
    _attach_places([found])
    return answer(
        request, form, deed, template="notices/on_site.html", title=heading,
        delivery=found, notice=notice, cancel_url=notice.get_absolute_url(), **words,
    )  # fmt: skip


def _known(request: HttpRequest, delivery_id: int) -> Delivery:
    found = policies.known_deliveries(signed_in(request.user)).filter(pk=delivery_id).first()
    if found is None:
        raise NotKnown
    return found
