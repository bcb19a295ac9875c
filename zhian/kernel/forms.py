"""A form that does one deed: shown, filled in, done or handed back with what was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from zhian.kernel.errors import BadInput, Conflict, Text
from zhian.kernel.pages import render


class DeedForm(forms.Form):
    """A form that can show what a use case refused, beside the field it names."""

    required_css_class = "required"

    @classmethod
    def of(cls, request: HttpRequest, **arguments: Any) -> Self:
        """Filled from what was posted, even when that is nothing at all."""
        return cls(request.POST if request.method == "POST" else None, **arguments)

    def show(self, error: BadInput | Conflict) -> None:
        """Put the refused fields of a use case into the form."""
        for problem in error.fields:
            name = problem.field if problem.field in self.fields else None
            self.add_error(name, str(problem.message))
        if not error.fields:
            self.add_error(None, str(error.message))


def answer(
    request: HttpRequest,
    form: DeedForm,
    deed: Callable[[dict[str, Any]], str],
    *,
    done: Text = "",
    template: str = "form.html",
    **context: Any,
) -> HttpResponse:
    """Show the form; or do the deed with the cleaned values and go to the address it returns.

    `context` holds title, submit_label, cancel_url and what else the template wants.
    """
    if request.method == "POST" and form.is_valid():
        try:
            address = deed(form.cleaned_data)
        except (BadInput, Conflict) as error:
            form.show(error)
        else:
            if done:
                messages.success(request, str(done))
            return redirect(address)
    status = 422 if form.errors else 200
    return render(request, template, {**context, "form": form}, status=status)
