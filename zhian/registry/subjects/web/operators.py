"""Operators: the list, one operator, entering, correcting, importing."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.exchange import ImportView, Row, RowError
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ChoiceFilter, ListColumn, ListPage, TextFilter
from zhian.kernel.pages import render
from zhian.registry.subjects import policies, selectors, services
from zhian.registry.subjects.models import Operator
from zhian.registry.subjects.vocabulary import LICENCE_BADGES, LicenceState, OperatorKind
from zhian.registry.subjects.web.forms import OperatorForm
from zhian.registry.subjects.web.sheets import OPERATORS


def operator_url(operator: Operator) -> str:
    """The page of an operator."""
    return reverse("subjects:detail", args=[operator.pk])


COLUMNS = (
    ListColumn("name", _("Name"), sort="name_zh"),
    ListColumn("kind", _("Kind"), value=lambda o: o.get_kind_display(), sort="kind"),
    ListColumn("uscc", _("Unified social credit code"), sort="uscc"),
    ListColumn("region", _("Region"), value=lambda o: o.region.name, sort="region_id"),
    ListColumn("first_responsible", _("First responsible person")),
    ListColumn(
        "licence_state",
        _("Licences"),
        value=lambda o: o.get_licence_state_display(),
        badge=lambda o: LICENCE_BADGES[LicenceState(o.licence_state)],
        sort="licence_state",
    ),
    ListColumn("found_at", _("Found on"), sort="found_at"),
)


@require_GET
def operator_list(request: HttpRequest) -> HttpResponseBase:
    """Every operator of my territory, licensed or not."""
    user = signed_in(request.user)
    actions = [Action(_("Sites"), reverse("subjects:sites"))]
    if policies.can_keep_register(user):
        actions += [
            Action(_("Import"), reverse("subjects:import")),
            Action(_("Register an operator"), reverse("subjects:register")),
        ]
    return ListPage(
        title=_("Register of operators"),
        queryset=policies.operators_visible_to(user).select_related("region"),
        columns=COLUMNS,
        search_by=lambda word: Q(search_text__contains=word.casefold()),
        filters=[
            ChoiceFilter("kind", _("Kind"), OperatorKind.choices),
            ChoiceFilter("licence_state", _("Licences"), LicenceState.choices),
            TextFilter("region", _("Region code begins with"), lookup="region__code__startswith"),
        ],
        default_sort="name",
        empty=_("No operator like this. Clear the filters, or register the one you found."),
        export_name="operators",
        row_url=operator_url,
        actions=actions,
    ).respond(request)


@require_GET
def operator_detail(request: HttpRequest, operator_id: int) -> HttpResponse:
    """What is registered of one operator, and its sites with who answers for each."""
    user = signed_in(request.user)
    operator = policies.visible_operator(user, operator_id)
    sites = list(selectors.sites_of(operator_id).order_by("-active", "pk"))
    supervisions = selectors.supervision_on([site.pk for site in sites], clock.today())
    context = {
        "title": operator.name,
        "operator": operator,
        "badge": LICENCE_BADGES[LicenceState(operator.licence_state)],
        "place": " ".join(operator.region.path_names),
        "sites": [(site, supervisions.get(site.pk)) for site in sites],
        "doubts": selectors.doubts_about(operator),
        "can_edit": policies.can_register(user, operator.region_id),
    }
    return render(request, "subjects/operator.html", context)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Enter one operator."""
    user = signed_in(request.user)
    offices.require(policies.can_keep_register(user))
    form = OperatorForm.of(request, user=user, initial={"found_at": clock.today()})

    def deed(_data: dict[str, Any]) -> str:
        return operator_url(services.register_operator(acting_user=user, facts=form.facts()))

    return answer(
        request,
        form,
        deed,
        done=_("The operator is registered."),
        title=_("Register an operator"),
        submit_label=_("Register the operator"),
        cancel_url=reverse("subjects:list"),
    )


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Correct what is known of one operator."""
    user = signed_in(request.user)
    operator = policies.visible_operator(user, operator_id)
    offices.require(policies.can_register(user, operator.region_id))
    form = OperatorForm.of(request, user=user, initial=OperatorForm.initial_of(operator))

    def deed(_data: dict[str, Any]) -> str:
        services.correct_operator(acting_user=user, operator_id=operator_id, facts=form.facts())
        return operator_url(operator)

    return answer(
        request,
        form,
        deed,
        done=_("The entry is corrected."),
        title=_("Correct %(name)s") % {"name": operator.name},
        submit_label=_("Save the corrections"),
        cancel_url=operator_url(operator),
    )


def _may_import(person: object) -> None:
    offices.require(policies.can_keep_register(signed_in(person)))


def _imported(person: object, rows: list[Row]) -> list[RowError]:
    return services.import_operators(acting_user=signed_in(person), rows=rows)


def _known_problems(person: object, rows: list[Row]) -> list[RowError]:
    return services.check_rows(signed_in(person), rows)


operator_import = ImportView(
    sheet=OPERATORS,
    title=_("Import operators"),
    commit=_imported,
    allow=_may_import,
    check=_known_problems,
    back_url=lambda: reverse("subjects:list"),
)
