"""What the leading-group office keeps: owners of the tasks, classes of the areas."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.offices import policies, selectors, services
from zhian.foundation.offices.models import Task
from zhian.foundation.offices.policies import signed_in
from zhian.foundation.offices.web.forms import AreaForm, TaskForm
from zhian.foundation.regions.vocabulary import AreaClass
from zhian.kernel.errors import BadInput, NotKnown
from zhian.kernel.lists import ListColumn, ListPage
from zhian.kernel.pages import render


@require_GET
def task_list(request: HttpRequest) -> HttpResponseBase:
    """The eight tasks, who owns each, and how sure that is."""
    changing = policies.can_own_task(signed_in(request.user)).allowed

    def row_url(task: Task) -> str | None:
        return reverse("offices:task", args=[task.code]) if changing else None

    return ListPage(
        title=_("Tasks"),
        queryset=selectors.tasks_visible_to(signed_in(request.user)),
        columns=[
            ListColumn("name", _("Task")),
            ListColumn("department", _("Owner department"), value=lambda t: t.department.name),
            ListColumn("grade", _("How sure"), value=lambda t: t.get_grade_display()),
            ListColumn("source", _("Source")),
            ListColumn("targets", _("Targets")),
        ],
        search=("name_zh__icontains", "name_en__icontains"),
        default_sort="targets",
        empty=_("No tasks are loaded. The administrator loads them when the platform is set up."),
        export_name="tasks",
        row_url=row_url,
    ).respond(request)


@require_http_methods(["GET", "POST"])
def task_assign(request: HttpRequest, code: str) -> HttpResponse:
    """Give a task to another department."""
    user = signed_in(request.user)
    task = selectors.tasks_visible_to(user).filter(pk=code).first()
    if task is None:
        raise NotKnown
    policies.require(policies.can_own_task(user))
    form = TaskForm.of(request, initial={"department": task.department_id})
    if request.method == "POST" and form.is_valid():
        try:
            services.assign_task(
                acting_user=user,
                task_code=code,
                department_code=form.cleaned_data["department"].code,
                reason=form.cleaned_data["reason"],
            )
        except BadInput as error:
            form.show(error)
        else:
            messages.success(request, _("The task has its new owner."))
            return redirect("offices:tasks")
    context = {
        "form": form,
        "title": _("Owner of the task “%(task)s”") % {"task": task.name},
        "submit_label": _("Assign the task"),
        "cancel_url": reverse("offices:tasks"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def area_class(request: HttpRequest) -> HttpResponse:
    """Correct the class of an area in one's own territory."""
    user = signed_in(request.user)
    policies.require(policies.can_classify_areas(user))
    form = AreaForm.of(request, initial={"region_code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        try:
            region = services.correct_area_class(
                acting_user=user,
                region_code=form.cleaned_data["region_code"].strip(),
                area_class=AreaClass(form.cleaned_data["area_class"]),
                reason=form.cleaned_data["reason"],
            )
        except BadInput as error:
            form.show(error)
        else:
            messages.success(request, _("The class of the area is corrected."))
            return redirect("regions:region", code=region.code)
    context = {
        "form": form,
        "title": _("Correct an area class"),
        "explanation": _("The targets of the campaign are counted by the class of the area."),
        "submit_label": _("Correct"),
        "cancel_url": reverse("offices:list"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)
