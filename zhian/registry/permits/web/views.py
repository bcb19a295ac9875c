"""Permits: the list, one permit with its life, granting, and every later decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown, Refused
from zhian.kernel.forms import answer
from zhian.kernel.languages import enumerated
from zhian.kernel.lists import Action, ChoiceFilter, DateFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.registry.permits import policies, selectors, services
from zhian.registry.permits.lifecycles import INSTRUMENT
from zhian.registry.permits.models import Instrument
from zhian.registry.permits.vocabulary import InstrumentState, Step
from zhian.registry.permits.web.forms import GrantForm, ReasonForm, in_words
from zhian.registry.subjects import policies as subject_policies
from zhian.registry.subjects import selectors as subjects

BADGES = {
    InstrumentState.VALID: "green",
    InstrumentState.SUSPENDED: "yellow",
    InstrumentState.REVOKED: "red",
    InstrumentState.WITHDRAWN: "red",
    InstrumentState.CANCELLED: "grey",
}


@dataclass(frozen=True)
class Decision:
    """A step as its page asks for it."""

    serve: Callable[..., Instrument]
    title: str | Promise
    consequence: str | Promise
    danger: bool = True


DECISIONS = {
    Step.SUSPEND: Decision(
        services.suspend,
        _("Suspend the permit"),
        _("Until it is resumed the holder may not do what this permit allows."),
    ),
    Step.RESUME: Decision(
        services.resume,
        _("Resume the permit"),
        _("The holder may again do what this permit allows."),
        danger=False,
    ),
    Step.REVOKE: Decision(
        services.revoke,
        _("Revoke the permit"),
        _("A sanction: the permit ends for good; the number is never given again."),
    ),
    Step.WITHDRAW: Decision(
        services.withdraw,
        _("Withdraw the permit"),
        _("It should not have been granted: the permit ends for good."),
    ),
    Step.CANCEL: Decision(
        services.cancel,
        _("Cancel the permit"),
        _("The holder gave it up or no longer exists: the permit ends for good."),
    ),
}


def permit_url(instrument: Instrument) -> str:
    """The page of a permit."""
    return reverse("permits:detail", args=[instrument.pk])


def type_label(code: str) -> str:
    """What a type is called; the code only when no pack knows it any more."""
    name = selectors.type_names().get(code)
    return in_words(name) if name else code


def state_label(instrument: Instrument) -> str | Promise:
    """The state in words; a valid permit whose time ran out is expired."""
    if instrument.state == InstrumentState.VALID and instrument.expired_on(clock.today()):
        return _("Expired")
    return instrument.get_state_display()


def state_badge(instrument: Instrument) -> str:
    """The colour of the state."""
    if instrument.state == InstrumentState.VALID and instrument.expired_on(clock.today()):
        return "red"
    return BADGES[InstrumentState(instrument.state)]


COLUMNS = (
    ListColumn("number", _("Number"), sort="number"),
    ListColumn(
        "type", _("Type of permit"), value=lambda i: type_label(i.type_code), sort="type_code"
    ),
    ListColumn(
        "operator",
        _("Holder"),
        value=lambda i: i.operator.name,
        href=lambda i: reverse("subjects:detail", args=[i.operator_id]),
        sort="operator__name_zh",
    ),
    ListColumn("scope", _("Scope"), value=lambda i: enumerated(i.scope)),
    ListColumn("office", _("Accountable office"), value=lambda i: i.accountable_office.name),
    ListColumn("valid_from", _("Valid from"), sort="valid_from"),
    ListColumn("valid_to", _("Valid to"), sort="valid_to"),
    ListColumn("state", _("State"), value=state_label, badge=state_badge, sort="state"),
)


@require_GET
def permit_list(request: HttpRequest) -> HttpResponseBase:
    """Every permit I may know of."""
    user = signed_in(request.user)
    types = [(code, in_words(name)) for code, name in selectors.type_names().items()]
    granting = policies.can_grant(user)
    return ListPage(
        title=_("Permits"),
        queryset=policies.instruments_visible_to(user).select_related(
            "operator", "accountable_office"
        ),
        columns=COLUMNS,
        search=("number__icontains", "operator__search_text__icontains"),
        filters=[
            ChoiceFilter("type_code", _("Type of permit"), types),
            ChoiceFilter("state", _("State"), InstrumentState.choices),
            DateFilter("valid_to", _("Valid to")),
        ],
        default_sort="-valid_from",
        empty=_("No permit like this. Clear the filters, or grant one from its operator."),
        export_name="permits",
        row_url=permit_url,
        actions=[Action(_("Grant a permit"), reverse("permits:choose"))] if granting else [],
    ).respond(request)


@require_GET
def choose_holder(request: HttpRequest) -> HttpResponseBase:
    """Find the operator a permit is to be granted to."""
    user = signed_in(request.user)
    offices.require(policies.can_grant(user))
    return ListPage(
        title=_("Grant a permit: to whom?"),
        queryset=subject_policies.operators_visible_to(user).select_related("region"),
        columns=[
            ListColumn("name", _("Name"), sort="name_zh"),
            ListColumn("uscc", _("Unified social credit code")),
            ListColumn("region", _("Region"), value=lambda o: o.region.name, sort="region_id"),
        ],
        search_by=lambda word: Q(search_text__contains=word.casefold()),
        default_sort="name",
        empty=_("No operator like this. Register it first."),
        row_url=lambda o: reverse("permits:grant", args=[o.pk]),
    ).respond(request)


@require_GET
def permit_detail(request: HttpRequest, instrument_id: int) -> HttpResponse:
    """One permit: what it allows, who answers for it, what was decided when."""
    user = signed_in(request.user)
    instrument = policies.visible_instrument(user, instrument_id)
    decision = policies.can_decide(user, instrument)
    kind = selectors.instrument_type(instrument.type_code, instrument.valid_from)
    context = {
        "title": instrument.number,
        "instrument": instrument,
        "type_name": type_label(instrument.type_code),
        "kind": kind,
        "state": state_label(instrument),
        "badge": state_badge(instrument),
        "changes": selectors.changes_of(instrument_id),
        "steps": [
            (step.name, DECISIONS[Step(step.name)].title)
            for step in INSTRUMENT.open_steps(instrument.state)
        ]
        if decision
        else [],
        "closed_because": decision.reason,
    }
    return render(request, "permits/permit.html", context)


@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Grant a permit to an operator in the name of the own office."""
    user = signed_in(request.user)
    operator = subject_policies.visible_operator(user, operator_id)
    offices.require(policies.can_grant(user))
    office = office_selectors.office_of(user)
    if office is None:
        raise Refused(_("Only an officer with a post may do this."))
    sites = list(subjects.sites_of(operator_id).filter(active=True))
    today = clock.today()
    types = selectors.types_on(today).content
    form = GrantForm.of(
        request, types=types, office=office, sites=sites, initial={"valid_from": today}
    )

    def deed(_data: dict[str, Any]) -> str:
        facts = form.facts(operator_id, office.pk)
        return permit_url(services.grant(acting_user=user, facts=facts))

    return answer(
        request,
        form,
        deed,
        done=_("The permit is granted; your office answers for it."),
        title=_("Grant a permit to %(name)s") % {"name": operator.name},
        explanation=_("Who issues, supervises and answers: %(office)s") % {"office": office.name},
        submit_label=_("Grant the permit"),
        cancel_url=reverse("subjects:detail", args=[operator_id]),
    )


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, instrument_id: int, step: str) -> HttpResponse:
    """One step of a permit's life, with its reason."""
    user = signed_in(request.user)
    instrument = policies.visible_instrument(user, instrument_id)
    decision = DECISIONS.get(Step(step)) if step in Step.values else None
    if decision is None:
        raise NotKnown
    offices.require(policies.can_decide(user, instrument))
    form = ReasonForm.of(request)

    def deed(data: dict[str, Any]) -> str:
        decision.serve(acting_user=user, instrument_id=instrument_id, reason=data["reason"])
        return permit_url(instrument)

    return answer(
        request,
        form,
        deed,
        done=_("The decision is recorded."),
        template="confirm.html",
        title=f"{decision.title} {instrument.number}",
        consequence=decision.consequence,
        facts=[(_("Holder"), instrument.operator.name), (_("State"), state_label(instrument))],
        submit_label=decision.title,
        cancel_url=permit_url(instrument),
        danger=decision.danger,
    )
