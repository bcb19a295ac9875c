"""Offices: the list, one office, new offices, delegations."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhian.foundation.offices import policies, selectors, services
from zhian.foundation.offices.models import Office
from zhian.foundation.offices.policies import signed_in
from zhian.foundation.offices.vocabulary import OfficeLevel, Role
from zhian.foundation.offices.web.forms import DelegationForm, OfficeForm
from zhian.foundation.regions.selectors import full_name, regions_under
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, NotKnown
from zhian.kernel.lists import Action, ChoiceFilter, ListColumn, ListPage, TextFilter
from zhian.kernel.pages import render


def visible_office(request: HttpRequest, office_id: int) -> Office:
    """One office this person may know of."""
    found = policies.offices_visible_to(signed_in(request.user)).filter(pk=office_id).first()
    if found is None:
        raise NotKnown
    return found


def office_url(office: Office) -> str:
    """The page of an office."""
    return reverse("offices:office", args=[office.pk])


@require_GET
def office_list(request: HttpRequest) -> HttpResponseBase:
    """Every office, by department, level and region."""
    user = signed_in(request.user)
    actions = [Action(_("Tasks"), reverse("offices:tasks"))]
    if policies.can_administer(user):
        actions += [
            Action(_("Accounts"), reverse("offices:users")),
            Action(_("Open an office"), reverse("offices:create")),
        ]
    departments = [(row.code, row.name) for row in selectors.departments()]
    return ListPage(
        title=_("Offices"),
        queryset=policies.offices_visible_to(user),
        columns=[
            ListColumn("name", _("Office"), sort="name_zh"),
            ListColumn("code", _("Code"), sort="code"),
            ListColumn("department", _("Department"), value=lambda o: o.department.name),
            ListColumn("level", _("Level"), value=lambda o: o.get_level_display(), sort="level"),
            ListColumn("region", _("Region"), value=lambda o: o.region.name if o.region else "—"),
            ListColumn(
                "superior",
                _("Superior office"),
                value=lambda o: o.superior.name if o.superior else "—",
            ),
        ],
        search=("name_zh__icontains", "name_en__icontains", "code__startswith"),
        filters=[
            ChoiceFilter("department", _("Department"), departments),
            ChoiceFilter("level", _("Level"), OfficeLevel.choices),
            TextFilter("region", _("Region code begins with"), lookup="region__code__startswith"),
        ],
        default_sort="level",
        empty=_("No office like this. Clear the filters, or open one."),
        export_name="offices",
        row_url=office_url,
        actions=actions,
    ).respond(request)


@require_GET
def office_detail(request: HttpRequest, office_id: int) -> HttpResponse:
    """One office: who works there, who is above, what it covers, what was delegated."""
    user = signed_in(request.user)
    office = visible_office(request, office_id)
    today = clock.today()
    officers = [
        (officer, [Role(code).label for code in officer.roles])
        for officer in selectors.officers_in(office, today)
    ]
    context = {
        "title": office.name,
        "office": office,
        "region_name": full_name(office.region_code) if office.region_code else "",
        "covered": regions_under(office.region_code).real().count() if office.region_id else None,
        "officers": officers,
        "subordinates": office.subordinates.select_related("department").order_by("code")[:200],
        "delegations": selectors.delegations_on(office, today),
        "tasks": selectors.tasks_of(office.department_id),
        "can_delegate": policies.can_delegate(user, office),
        "can_administer": policies.can_administer(user),
        "can_classify": policies.own_office(user) == office and policies.can_classify_areas(user),
    }
    return render(request, "offices/office.html", context)


@require_http_methods(["GET", "POST"])
def office_create(request: HttpRequest) -> HttpResponse:
    """Open an office outside the usual ones."""
    user = signed_in(request.user)
    policies.require(policies.can_administer(user))
    form = OfficeForm.of(request)
    if request.method == "POST" and form.is_valid():
        try:
            office = opened(request, form)
        except BadInput as error:
            form.show(error)
        else:
            messages.success(request, _("The office is opened."))
            return redirect(office_url(office))
    context = {
        "form": form,
        "title": _("Open an office"),
        "submit_label": _("Open the office"),
        "cancel_url": reverse("offices:list"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def opened(request: HttpRequest, form: OfficeForm) -> Office:
    """Open the office the form describes."""
    data = form.cleaned_data
    return services.create_office(
        acting_user=signed_in(request.user),
        code=data["code"],
        name_zh=data["name_zh"],
        name_en=data["name_en"],
        department_code=data["department"].code,
        region_code=data["region_code"].strip() or None,
        level=OfficeLevel(data["level"]),
        superior_id=data["superior"],
    )


@require_http_methods(["GET", "POST"])
def delegation_create(request: HttpRequest, office_id: int) -> HttpResponse:
    """Hand field work of this office to another by a dated act."""
    office = visible_office(request, office_id)
    policies.require(policies.can_delegate(signed_in(request.user), office))
    form = DelegationForm.of(request, initial={"since": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            delegated(request, office, form)
        except BadInput as error:
            form.show(error)
        else:
            messages.success(request, _("The delegation is in force."))
            return redirect(office_url(office))
    context = {
        "form": form,
        "title": _("Delegate field work"),
        "explanation": _("Your office still answers for the matter; the other office acts."),
        "submit_label": _("Delegate"),
        "cancel_url": office_url(office),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def delegated(request: HttpRequest, office: Office, form: DelegationForm) -> None:
    """Make the delegation the form describes."""
    data = form.cleaned_data
    services.delegate(
        acting_user=signed_in(request.user),
        from_office_id=office.pk,
        to_office_id=data["to_office"].pk,
        matter=data["matter"],
        document_ref=data["document_ref"],
        since=data["since"],
        until=data["until"],
    )


@require_POST
def delegation_end(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """End a delegation today."""
    delegation = services.end_delegation(
        acting_user=signed_in(request.user), delegation_id=delegation_id
    )
    messages.success(request, _("The delegation is ended."))
    return redirect(office_url(delegation.from_office))
