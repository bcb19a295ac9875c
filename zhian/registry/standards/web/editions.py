"""Editions: the list, one with its limits counted, and putting one in force."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import DeedForm, answer
from zhian.kernel.lists import Action, ChoiceFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.registry.standards import policies, selectors, services
from zhian.registry.standards.lifecycles import EDITION
from zhian.registry.standards.models import Edition
from zhian.registry.standards.vocabulary import EditionState, Grade
from zhian.registry.standards.web.forms import ReasonForm

STATE_COLOURS = {
    EditionState.DRAFT: "yellow",
    EditionState.ACTIVE: "green",
    EditionState.REPLACED: "grey",
    EditionState.DISCARDED: "grey",
}


@require_GET
def edition_list(request: HttpRequest) -> HttpResponseBase:
    """Every edition with the days on which it binds."""
    user = signed_in(request.user)
    actions = []
    if policies.can_import(user):
        actions.append(Action(_("Import a table"), reverse("standards:imports")))
    return ListPage(
        title=_("Editions"),
        queryset=policies.editions_visible_to(user),
        columns=[
            ListColumn("code", _("Edition"), href=_address, sort="code"),
            ListColumn("name", _("Standard"), value=lambda one: one.standard.name),
            ListColumn("effective_from", _("In force from"), sort="effective_from"),
            ListColumn("effective_to", _("In force to"), sort="effective_to"),
            ListColumn("revision", _("Import no."), numeric=True),
            ListColumn("state", _("State"), value=_state, badge=_colour),
            ListColumn("grade", _("Evidence grade"), value=lambda one: Grade(one.grade).label),
        ],
        search=("code__icontains", "standard__name_zh__icontains", "standard__name_en__icontains"),
        filters=[ChoiceFilter("state", _("State"), EditionState.choices)],
        default_sort="code",
        empty=_("No edition loaded. Import the tables of a standard."),
        export_name="editions",
        actions=actions,
    ).respond(request)


def _address(edition: Edition) -> str:
    return reverse("standards:edition", args=[edition.pk])


def _state(edition: Edition) -> str:
    return str(EditionState(edition.state).label)


def _colour(edition: Edition) -> str:
    return STATE_COLOURS[EditionState(edition.state)]


@require_GET
def edition_detail(request: HttpRequest, edition_id: int) -> HttpResponse:
    """One edition, what it holds, what putting it in force would change."""
    edition = _visible(request, edition_id)
    steps = {step.name for step in EDITION.open_steps(edition.state)}
    context = {
        "title": edition.code,
        "edition": edition,
        "state": _state(edition),
        "state_colour": _colour(edition),
        "grade": Grade(edition.grade).label,
        "counts": selectors.edition_counts(edition),
        "steps": steps if policies.can_import(signed_in(request.user)) else set(),
    }
    return render(request, "standards/edition.html", context)


@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Put an imported edition in force, whole."""
    user = signed_in(request.user)
    policies.require_clerk(user)
    edition = _visible(request, edition_id)

    def deed(_values: dict[str, Any]) -> str:
        services.activate_edition(acting_user=user, edition_id=edition.pk)
        return _address(edition)

    return answer(
        request,
        DeedForm.of(request),
        deed,
        template="confirm.html",
        title=_("Put %(edition)s in force") % {"edition": edition.code},
        consequence=_(
            "Results on goods produced from %(day)s on will be judged by this import. The former "
            "import is replaced, the former edition ends the day before. Verdicts already given "
            "do not change."
        )
        % {"day": edition.effective_from},
        facts=selectors.edition_counts(edition),
        submit_label=_("Put in force"),
        cancel_url=_address(edition),
        done=_("The edition is in force."),
    )


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Throw an imported edition away."""
    user = signed_in(request.user)
    policies.require_clerk(user)
    edition = _visible(request, edition_id)

    def deed(values: dict[str, Any]) -> str:
        services.discard_edition(acting_user=user, edition_id=edition.pk, reason=values["reason"])
        return reverse("standards:editions")

    return answer(
        request,
        ReasonForm.of(request),
        deed,
        title=_("Discard %(edition)s") % {"edition": edition.code},
        submit_label=_("Discard"),
        cancel_url=_address(edition),
        done=_("The import is discarded."),
    )


def _visible(request: HttpRequest, edition_id: int) -> Edition:
    found = policies.editions_visible_to(signed_in(request.user)).filter(pk=edition_id).first()
    if found is None:
        raise NotKnown
    return found
