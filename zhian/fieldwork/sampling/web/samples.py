"""Samples: the list, one sample with its custody chain, drawing, handing over, receiving."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.chain.tracing import policies as tracing
from zhian.fieldwork.sampling import policies, selectors, services
from zhian.fieldwork.sampling.models import Sample
from zhian.fieldwork.sampling.services import Draw, Hands, Photo, Place
from zhian.fieldwork.sampling.vocabulary import Flag, SampleOrigin, SampleState
from zhian.fieldwork.sampling.web.forms import DrawForm, HandOverForm, ReceiveForm
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ChoiceFilter, DateFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.registry.products import selectors as products

STATE_BADGES = {
    SampleState.DRAWN: "blue",
    SampleState.IN_TRANSIT: "yellow",
    SampleState.RECEIVED: "blue",
    SampleState.TESTED: "green",
    SampleState.DISPOSED: "grey",
}


@require_GET
def sample_list(request: HttpRequest) -> HttpResponseBase:
    """Samples of one's territory, office or laboratory."""
    user = signed_in(request.user)
    return ListPage(
        title=_("Samples"),
        queryset=policies.samples_visible_to(user),
        columns=[
            ListColumn("number", _("Number"), sort="number"),
            ListColumn("product", _("Product"), value=lambda one: one.product.name),
            ListColumn("lot_text", _("Lot")),
            ListColumn("site", _("Place"), value=lambda one: one.site.name),
            ListColumn("drawn_at", _("Drawn"), sort="drawn_at"),
            ListColumn("origin", _("Origin"), value=lambda one: one.get_origin_display()),
            ListColumn(
                "state",
                _("State"),
                value=lambda one: one.get_state_display(),
                badge=lambda one: STATE_BADGES[SampleState(one.state)],
                sort="state",
            ),
            ListColumn("flags", _("Doubts"), value=_flags),
        ],
        search=(
            "number__icontains", "lot_text__icontains", "lot_key", "product__name_zh__icontains",
            "site__name_zh__icontains", "seal_number__icontains",
        ),
        filters=[
            ChoiceFilter("state", _("State"), SampleState.choices),
            ChoiceFilter("origin", _("Origin"), SampleOrigin.choices),
            DateFilter("drawn_at", _("Drawn"), moment=True),
        ],
        default_sort="-drawn_at",
        empty=_("No sample yet. Draw one on site, or wait for one to be sent to your laboratory."),
        export_name="samples",
        row_url=lambda one: one.get_absolute_url(),
        actions=_actions(user),
    ).respond(request)  # fmt: skip


def _actions(user: User) -> list[Action]:
    """What this person may do beside reading."""
    found = []
    if policies.can_rejudge(user):
        found.append(Action(_("Results judged anew"), reverse("sampling:rejudgements")))
    if policies.can_declare(user):
        found.append(Action(_("Lots for other markets"), reverse("sampling:markets")))
    if policies.can_draw(user):
        found.append(Action(_("Check sampling records"), reverse("sampling:check")))
        found.append(Action(_("Draw a sample"), reverse("sampling:draw")))
    return found


def _flags(sample: Sample) -> str:
    return "；".join(str(Flag(flag).label) for flag in sample.flags)


def visible_sample(request: HttpRequest, sample_id: int) -> Sample:
    """One sample this person may know of."""
    visible = policies.samples_visible_to(signed_in(request.user))
    found = visible.select_related("drawn_by", "second_officer", "laboratory").filter(pk=sample_id)
    sample = found.first()
    if sample is None:
        raise NotKnown
    return sample


@require_GET
def detail(request: HttpRequest, sample_id: int) -> HttpResponse:
    """One sample: what was drawn, through whose hands it went, what was found."""
    sample, user = visible_sample(request, sample_id), signed_in(request.user)
    return render(
        request,
        "sampling/sample.html",
        {
            "sample": sample,
            "badge_colour": STATE_BADGES[SampleState(sample.state)],
            "doubts": [Flag(flag).label for flag in sample.flags],
            "certificate": policies.can_support_certificate(sample),
            "custody": selectors.custody_of(sample),
            "reports": policies.reports_visible_to(user).filter(sample=sample),
            "deeds": selectors.next_deeds(user, sample),
            "traceable": tracing.can_trace(user)
            and tracing.trace_visible_to(user, [sample.site.sgln]),
        },
    )


@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest) -> HttpResponse:
    """The sampling sheet."""
    user = signed_in(request.user)
    require(policies.can_draw(user))
    form = DrawForm.of(request, initial=request.GET.dict())
    form.offer(user)

    def act(values: dict[str, Any]) -> str:
        sample = services.draw_sample(
            acting_user=user, draw=_draw(values), place=_place(values), photo=_photo(values)
        )
        return sample.get_absolute_url()

    return answer(
        request,
        form,
        act,
        title=_("Draw a sample"),
        submit_label=_("Seal and register the sample"),
        cancel_url=reverse("sampling:list"),
        done=_("The sample is under seal and registered."),
    )


def _draw(values: dict[str, Any]) -> Draw:
    product = products.product(int(values["product"]))
    return Draw(
        site_id=values["site"],
        product_id=product.pk,
        lot_key=product.lot_key(values["lot_text"]),
        lot_text=values["lot_text"],
        produced_on=values["produced_on"],
        quantity=values["quantity"],
        unit=values["unit"],
        spare_quantity=values["spare_quantity"],
        population_size=values["population_size"],
        random_index=values["random_index"],
        seal_number=values["seal_number"],
        second_officer_id=int(values["second_officer"]) if values["second_officer"] else None,
        laboratory_id=int(values["laboratory"]) if values["laboratory"] else None,
        origin=SampleOrigin(values["origin"]),
        sender_name=values["sender_name"],
    )


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, sample_id: int) -> HttpResponse:
    """Give the sample on."""
    sample, user = visible_sample(request, sample_id), signed_in(request.user)
    require(policies.can_hand_over(user, sample))
    form = HandOverForm.of(request)
    near = [one for one in (sample.office, sample.laboratory) if one is not None]
    people = [post for office in near for post in offices.officers_in(office)]
    form.offer([(str(post.user_id), f"{post.user} · {post.office}") for post in people])

    def act(values: dict[str, Any]) -> str:
        to_user = int(values["to_user"]) if values["to_user"] else None
        hands = Hands(_place(values), to_user, values["to_name"], values["seal_intact"])
        services.hand_over(acting_user=user, sample_id=sample.pk, hands=hands, photo=_photo(values))
        return sample.get_absolute_url()

    return answer(
        request,
        form,
        act,
        title=_("Hand over %(number)s") % {"number": sample.number},
        submit_label=_("Hand the sample over"),
        cancel_url=sample.get_absolute_url(),
        done=_("Handed over."),
    )


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, sample_id: int) -> HttpResponse:
    """Take the sample in at the laboratory."""
    sample, user = visible_sample(request, sample_id), signed_in(request.user)
    require(policies.can_receive(user, sample))

    def act(values: dict[str, Any]) -> str:
        services.receive_sample(
            acting_user=user,
            sample_id=sample.pk,
            seal_intact=values["seal_intact"],
            place=_place(values),
            photo=_photo(values),
        )
        return sample.get_absolute_url()

    return answer(
        request,
        ReceiveForm.of(request),
        act,
        title=_("Receive %(number)s") % {"number": sample.number},
        submit_label=_("Receive the sample"),
        cancel_url=sample.get_absolute_url(),
        explanation=_("Look at the seal before opening anything. A broken seal is noted for good."),
        done=_("Received."),
    )


def _place(values: dict[str, Any]) -> Place:
    return Place(values["place"], values["longitude"], values["latitude"])


def _photo(values: dict[str, Any]) -> Photo | None:
    file = values["photo"]
    return Photo(file.name, file.read()) if file else None
