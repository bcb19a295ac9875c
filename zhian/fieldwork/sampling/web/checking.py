"""Sampling records of other systems, examined without keeping them (T5)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.fieldwork.sampling import policies, selectors
from zhian.fieldwork.sampling.web.sheets import RECORDS
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.pages import render


class RecordsForm(forms.Form):
    """A workbook or CSV file."""

    file = forms.FileField(label=_("Excel or CSV file"))


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Which records are hard to believe, and why; nothing is stored."""
    require(policies.can_draw(signed_in(request.user)))
    context: dict[str, Any] = {"title": _("Check sampling records"), "form": RecordsForm()}
    if request.method == "POST":
        form = context["form"] = RecordsForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            reading = RECORDS.read(file.name, file.read())
            context |= {
                "examined": selectors.examined([row.values for row in reading.rows]),
                "errors": reading.errors,
            }
    status = 422 if context["form"].errors else 200
    return render(request, "sampling/check.html", context, status=status)


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook."""
    signed_in(request.user)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = HttpResponse(RECORDS.template(), content_type=kind)
    answer.headers["Content-Disposition"] = 'attachment; filename="sampling-records.xlsx"'
    return answer
