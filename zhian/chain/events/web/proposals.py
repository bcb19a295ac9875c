"""Master data that came with documents: what is proposed, and the decision of a person."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.chain.events import policies, services
from zhian.chain.events.models import MasterDataProposal, ProposalKind, ProposalState
from zhian.chain.events.selectors.masterdata import proposal, registered
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import BadInput, Conflict
from zhian.kernel.lists import ChoiceFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.registry.subjects import policies as subjects
from zhian.registry.subjects.vocabulary import ChainLink

_COLOURS = {
    ProposalState.PROPOSED: "yellow",
    ProposalState.ACCEPTED: "green",
    ProposalState.REFUSED: "grey",
}


@require_GET
def proposals(request: HttpRequest) -> HttpResponseBase:
    """Every proposal one may see, the undecided ones first to be found."""
    page = ListPage(
        title=_("Master data proposals"),
        queryset=policies.proposals_visible_to(signed_in(request.user)),
        columns=[
            ListColumn("proposed_at", _("Proposed"), sort="proposed_at"),
            ListColumn("kind", _("Register"), value=lambda one: ProposalKind(one.kind).label),
            ListColumn("name", _("Name"), sort="name"),
            ListColumn("key", _("Key")),
            ListColumn(
                "state",
                _("State"),
                value=lambda one: ProposalState(one.state).label,
                badge=lambda one: _COLOURS[ProposalState(one.state)],
            ),
        ],
        search=("name__icontains", "key__icontains"),
        filters=[
            ChoiceFilter("state", _("State"), ProposalState.choices),
            ChoiceFilter("kind", _("Register"), ProposalKind.choices),
        ],
        default_sort="-proposed_at",
        empty=_("No document has brought master data yet."),
        export_name="master-data",
        row_url=lambda one: reverse("events:proposal", args=[one.pk]),
    )
    return page.respond(request)


class SiteForm(forms.Form):
    """What master data does not say of a site."""

    link = forms.ChoiceField(label=_("Link of the chain"), choices=ChainLink.choices)
    region = forms.CharField(label=_("Region code"), max_length=12)

    def __init__(self, user: User, data: QueryDict | None) -> None:
        super().__init__(data)
        operators = subjects.operators_visible_to(user)
        self.fields["operator"] = forms.ModelChoiceField(operators, label=_("Operator"))


@require_http_methods(["GET", "HEAD", "POST"])
def one_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One proposal beside what the register says; POST decides."""
    user = signed_in(request.user)
    found = proposal(user, proposal_id)
    form = SiteForm(user, request.POST or None) if found.kind == ProposalKind.SITE else None
    if request.method == "POST" and _decided(request, found, form):
        return redirect("events:proposal", proposal_id=found.pk)
    context = {
        "title": found.name or found.key,
        "proposal": found,
        "kind": ProposalKind(found.kind).label,
        "state": ProposalState(found.state).label,
        "colour": _COLOURS[ProposalState(found.state)],
        "said": sorted(found.attributes.items()),
        "registered": registered(found),
        "form": form,
        "open": found.state == ProposalState.PROPOSED and bool(policies.can_decide_proposals(user)),
        "can_accept": found.kind in (ProposalKind.PRODUCT, ProposalKind.SITE),
    }
    return render(request, "events/proposal.html", context)


def _decided(request: HttpRequest, found: MasterDataProposal, form: SiteForm | None) -> bool:
    """Carry out what was asked; a reason against it is shown on the page."""
    user = signed_in(request.user)
    try:
        if "refuse" in request.POST:
            reason = request.POST.get("reason", "")
            services.refuse_proposal(acting_user=user, proposal_id=found.pk, reason=reason)
        elif form is None:
            services.accept_product(acting_user=user, proposal_id=found.pk)
        elif form.is_valid():
            services.accept_site(acting_user=user, proposal_id=found.pk, details=_details(form))
        else:
            return False
    except (BadInput, Conflict) as error:
        said = [str(field.message) for field in getattr(error, "fields", ())] or [str(error)]
        messages.error(request, "; ".join(said))
        return False
    messages.success(request, gettext("Decided."))
    return True


def _details(form: SiteForm) -> services.SiteDetails:
    data = form.cleaned_data
    return services.SiteDetails(
        operator_id=data["operator"].pk,
        link=ChainLink(data["link"]),
        region_code=data["region"],
    )
