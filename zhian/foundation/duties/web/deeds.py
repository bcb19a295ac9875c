"""What a person does to a duty: report it done, assign, chase, stop and resume its clock."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhian.foundation.duties import policies, services
from zhian.foundation.duties.models import Duty
from zhian.foundation.duties.web.forms import AssignForm, NoteForm, NothingForm
from zhian.foundation.duties.web.views import visible_duty
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.pages import render

both = require_http_methods(["GET", "HEAD", "POST"])


def _ask(
    request: HttpRequest, duty: Duty, form: forms.Form, label: str, act: Callable[[Any], object]
) -> HttpResponse:
    """Show the form; when it is filled in rightly, act and go back to the duty."""
    if request.method == "POST" and form.is_valid():
        act(form.cleaned_data)
        messages.success(request, _("Done: %(deed)s") % {"deed": label})
        return redirect(duty)
    context = {
        "title": f"{label} · {duty}",
        "form": form,
        "explanation": f"{duty.basis} · {duty.remaining}",
        "submit_label": label,
        "cancel_url": duty.get_absolute_url(),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@both
def finish(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Report with a note that the duty is done."""
    user, duty = signed_in(request.user), visible_duty(request, duty_id)
    require(policies.can_finish(user, duty))
    form = NoteForm(_posted(request), label=_("What was done"))

    def act(data: Any) -> object:
        return services.finish_by_hand(acting_user=user, duty_id=duty_id, note=data["note"])

    return _ask(request, duty, form, _("Report as done"), act)


@both
def assign(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Give the duty to an officer."""
    user, duty = signed_in(request.user), visible_duty(request, duty_id)
    require(policies.can_assign(user, duty))
    officers = offices.officers_in(duty.office) if duty.office else ()
    form = AssignForm(_posted(request), officers=officers)

    def act(data: Any) -> object:
        officer = int(data["officer"])
        return services.assign(acting_user=user, duty_id=duty_id, officer_id=officer)

    return _ask(request, duty, form, _("Assign to an officer"), act)


@both
def chase(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Urge the office on."""
    user, duty = signed_in(request.user), visible_duty(request, duty_id)
    require(policies.can_assign(user, duty))

    def act(data: Any) -> object:
        return services.chase(acting_user=user, duty_id=duty_id, note=data["note"])

    return _ask(request, duty, NoteForm(_posted(request)), _("Chase"), act)


@both
def stop(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Stop the clock where the law does not count what follows."""
    user, duty = signed_in(request.user), visible_duty(request, duty_id)
    require(policies.can_stop(user, duty))
    form = NoteForm(_posted(request), label=_("Reason"))

    def act(data: Any) -> object:
        return services.stop_clock(acting_user=user, duty_id=duty_id, reason=data["note"])

    return _ask(request, duty, form, _("Stop the clock"), act)


@both
def resume(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Let the clock run again."""
    user, duty = signed_in(request.user), visible_duty(request, duty_id)
    require(policies.can_stop(user, duty))

    def act(_data: Any) -> object:
        return services.resume_clock(acting_user=user, duty_id=duty_id)

    return _ask(request, duty, NothingForm(_posted(request)), _("Let the clock run again"), act)
