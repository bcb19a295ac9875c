"""Drafts of standards laid open: anyone reads them, anyone comments, every answer is shown."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zhian.foundation.offices import selectors as offices
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import DeedForm, answer
from zhian.kernel.pages import public, render
from zhian.registry.standards import selectors as standards
from zhian.registry.standards import services
from zhian.registry.standards.vocabulary import CommentAnswer


class CommentForm(DeedForm):
    """What somebody says; name and address only if they want an answer."""

    clause = forms.CharField(label=gettext_lazy("Clause"), max_length=100, required=False)
    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    author = forms.CharField(
        label=gettext_lazy("Name or organisation"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("shown to the officers who answer; you may leave it empty"),
    )
    contact = forms.CharField(
        label=gettext_lazy("How to reach you"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("never published; erased when the standard is published"),
    )


@public
@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    """The drafts on which anyone may comment today."""
    drafts = standards.open_for_comment(clock.today())
    return render(request, "portal/drafts.html", {"drafts": drafts})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, project_id: int) -> HttpResponse:
    """One draft, the comments with their answers, and the form while it is open."""
    found = standards.draft_shown(project_id)
    if found is None:
        raise NotKnown
    here = reverse("portal:draft", args=[found.pk])

    def deed(values: dict[str, Any]) -> str:
        services.send_comment(acting_user=offices.system_user(), project_id=found.pk, **values)
        return here

    comments = [
        (one, CommentAnswer(one.answer).label if one.answer else _("not answered yet"))
        for one in standards.comments_of(found)
    ]
    return answer(
        request,
        CommentForm.of(request),
        deed,
        template="portal/draft.html",
        title=found.title,
        draft=found,
        comments=comments,
        open=found.takes_comments(clock.today()),
        done=_("Thank you. Your comment will be answered here."),
    )
