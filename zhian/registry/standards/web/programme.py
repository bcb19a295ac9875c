"""The standards programme: board, list, one project with its steps, comments, adoption rates."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.duties import selectors as duties
from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ChoiceFilter, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.registry.standards import policies, services
from zhian.registry.standards.lifecycles import PROJECT
from zhian.registry.standards.models import Comment, Project
from zhian.registry.standards.selectors import programme
from zhian.registry.standards.services import StepFacts
from zhian.registry.standards.vocabulary import (
    PROJECT_DEEDS,
    STAGE_COLOURS,
    Adoption,
    CommentAnswer,
    ProjectKind,
    Stage,
)
from zhian.registry.standards.web.project_forms import CommentAnswerForm, ProposalForm, StepForm

# the projects of two centuries of plans; anything else in the address is no year
_YEARS = range(1990, 2190)


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The projects of one year as columns by stage; on a phone one table."""
    user = signed_in(request.user)
    today = clock.today()
    asked = request.GET.get("year", "")
    known = programme.years()
    year = int(asked) if asked.isdigit() and int(asked) in _YEARS else (known or [today.year])[0]
    columns = programme.board(year)
    projects = [project for column in columns for project in column.projects]
    context = {
        "title": _("Standards programme %(year)s") % {"year": year},
        "year": year,
        "years": known,
        "columns": [(one, STAGE_COLOURS[one.stage]) for one in columns if one.projects],
        "total": len(projects),
        "done": sum(1 for one in projects if one.stage in {Stage.PUBLISHED, Stage.IN_FORCE}),
        "late": [one for one in projects if programme.late(one, today)],
        "may_edit": policies.can_import(user),
    }
    return render(request, "standards/programme.html", context)


@require_GET
def project_list(request: HttpRequest) -> HttpResponseBase:
    """Every project, to be filtered and taken away as a workbook."""
    signed_in(request.user)
    return ListPage(
        title=_("Projects"),
        queryset=programme.projects(),
        columns=[
            ListColumn("number", _("Plan number"), href=_address, sort="number"),
            ListColumn("title", _("Title of the standard"), sort="title_zh"),
            ListColumn("kind", _("Kind"), value=lambda one: ProjectKind(one.kind).label),
            ListColumn("standard_code", _("Standard"), sort="standard_code"),
            ListColumn("stage", _("Stage"), value=_stage, badge=_stage_colour, sort="stage"),
            ListColumn("due_on", _("To be published by"), sort="due_on"),
            ListColumn("office", _("Office"), value=lambda one: one.office.name),
            ListColumn("rapid", _("Rapid"), value=lambda one: _("yes") if one.rapid else ""),
            ListColumn("adopts", _("Adopts"), value=_adopts),
            ListColumn("comments", _("Comments"), value=lambda one: one.comment_count,
                       numeric=True),
        ],
        search=("number__icontains", "title_zh__icontains", "title_en__icontains",
                "standard_code__icontains"),
        filters=[
            ChoiceFilter("year", _("Year"), [(one, str(one)) for one in programme.years()]),
            ChoiceFilter("stage", _("Stage"), Stage.choices),
            ChoiceFilter("kind", _("Kind"), ProjectKind.choices),
            ChoiceFilter("adoption", _("Degree of adoption"), Adoption.choices),
        ],
        default_sort="number",
        empty=_("No project yet. Propose one, or import the plan of the year."),
        export_name="standards-programme",
        actions=[Action(_("Board"), reverse("standards:programme"))],
    ).respond(request)  # fmt: skip


def _address(project: Project) -> str:
    return reverse("standards:project", args=[project.pk])


def _stage(project: Project) -> str:
    return str(Stage(project.stage).label)


def _stage_colour(project: Project) -> str:
    return STAGE_COLOURS[Stage(project.stage)]


def _adopts(project: Project) -> str:
    return f"{project.adopts} ({project.adoption})" if project.adopts else ""


@require_GET
def project_detail(request: HttpRequest, project_id: int) -> HttpResponse:
    """One project: facts, next steps, clocks, comments, history."""
    user = signed_in(request.user)
    project = _known(project_id)
    may = policies.can_import(user)
    steps = programme.open_steps(project) if may else []
    context = {
        "title": project.title,
        "project": project,
        "stage": _stage(project),
        "stage_colour": _stage_colour(project),
        "adopts": _adopts(project),
        "late": programme.late(project, clock.today()),
        "steps": [(name, PROJECT_DEEDS[name]) for name in steps],
        "duties": duties.duties_about(project),
        "comments": [_comment(one) for one in programme.comments_of(project)],
        "may_edit": may,
        "entries": [
            {"at": one.at, "what": _step_words(one.step), "who": one.by.display_name,
             "note": one.note}
            for one in project.steps.select_related("by").order_by("-pk")
        ],
    }  # fmt: skip
    return render(request, "standards/project.html", context)


def _step_words(step: str) -> str:
    return str(PROJECT_DEEDS.get(step, _("Project proposed")))


def _comment(one: Comment) -> dict[str, Any]:
    answered = CommentAnswer(one.answer).label if one.answer else ""
    return {"comment": one, "answer": answered}


def _known(project_id: int) -> Project:
    found = programme.projects().filter(pk=project_id).first()
    if found is None:
        raise NotKnown
    return found


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a project."""
    user = signed_in(request.user)
    policies.require_clerk(user)
    form = ProposalForm.of(request, user=user)

    def deed(_values: dict[str, Any]) -> str:
        return _address(services.propose_project(acting_user=user, proposal=form.proposal()))

    return answer(
        request,
        form,
        deed,
        title=_("Propose a project"),
        submit_label=_("Propose"),
        cancel_url=reverse("standards:programme"),
        done=_("The project is proposed."),
    )


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, project_id: int, step: str) -> HttpResponse:
    """Take one step with a project."""
    user = signed_in(request.user)
    policies.require_clerk(user)
    project = _known(project_id)
    if step not in PROJECT.steps:
        raise NotKnown
    form = StepForm.of(request, step=step, project=project)

    def deed(values: dict[str, Any]) -> str:
        facts = StepFacts(**{key: value for key, value in values.items() if value})
        services.move_project(acting_user=user, project_id=project.pk, step=step, facts=facts)
        return _address(project)

    return answer(
        request,
        form,
        deed,
        title=f"{PROJECT_DEEDS[step]}: {project.title}",
        submit_label=PROJECT_DEEDS[step],
        cancel_url=_address(project),
        done=_("The project is in its next stage."),
    )


@require_GET
def comment_list(request: HttpRequest, project_id: int) -> HttpResponseBase:
    """The comments on one draft with their answers; the workbook is what is published."""
    user = signed_in(request.user)
    project = _known(project_id)
    columns = [
        ListColumn("serial", _("Number"), numeric=True, sort="serial"),
        ListColumn("clause", _("Clause")),
        ListColumn("text", _("Comment")),
        ListColumn("author", _("Name")),
        ListColumn("received_at", _("Comment received"), sort="received_at"),
        ListColumn("answer", _("Answer"), value=_answer_words),
        ListColumn("reason", _("Reason")),
    ]
    if policies.can_import(user):
        columns.append(ListColumn("answer_it", _("Answer it"), value=lambda _one: _("Answer it"),
                                  href=_answer_address))  # fmt: skip
    return ListPage(
        title=_("Comments on: %(title)s") % {"title": project.title},
        queryset=programme.comments_of(project),
        columns=columns,
        search=("text__icontains", "clause__icontains", "reason__icontains"),
        filters=[ChoiceFilter("answer", _("Answer"), CommentAnswer.choices)],
        default_sort="serial",
        empty=_("Nobody commented yet."),
        export_name=f"comments-{project.number}",
        actions=[Action(_("Project"), _address(project))],
    ).respond(request)


def _answer_words(comment: Comment) -> str:
    return str(CommentAnswer(comment.answer).label) if comment.answer else _("not answered yet")


def _answer_address(comment: Comment) -> str:
    return reverse("standards:answer", args=[comment.pk])


@require_http_methods(["GET", "POST"])
def answer_one(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Answer one public comment."""
    user = signed_in(request.user)
    policies.require_clerk(user)
    comment = Comment.objects.filter(pk=comment_id).first()
    if comment is None:
        raise NotKnown
    back = reverse("standards:comments", args=[comment.project_id])

    def deed(values: dict[str, Any]) -> str:
        services.answer_comment(
            acting_user=user,
            comment_id=comment.pk,
            answer=CommentAnswer(values["answer"]),
            reason=values["reason"],
        )
        return back

    return answer(
        request,
        CommentAnswerForm.of(request),
        deed,
        title=_("Answer comment %(number)s") % {"number": comment.serial},
        explanation=comment.text,
        submit_label=_("Answer"),
        cancel_url=back,
        done=_("The comment is answered."),
    )


@require_GET
def adoptions(request: HttpRequest) -> HttpResponseBase:
    """Our standards in force by what they adopt; the rates above open to these rows. S131."""
    user = signed_in(request.user)
    today = clock.today()
    rates = [
        {"rate": rate, "label": _degree(rate.adoption),
         "url": f"?degree={rate.adoption or 'none'}"}
        for rate in programme.adoption_rates(today)
    ]  # fmt: skip
    actions = []
    if policies.can_import(user):
        actions.append(Action(_("Import adoptions"), reverse("standards:import_adoptions")))
    return ListPage(
        title=_("Adoption of international standards"),
        queryset=programme.home_standards(today).prefetch_related("adoptions"),
        columns=[
            ListColumn("code", _("Standard"), sort="code"),
            ListColumn("name", _("Name"), sort="name_zh"),
            ListColumn("adopts", _("Adopts"), value=_taken_over),
        ],
        search=("code__icontains", "name_zh__icontains", "name_en__icontains",
                "adoptions__international__icontains"),
        filters=[ChoiceFilter("degree", _("Degree of adoption"),
                              [("none", _("none")), *Adoption.choices],
                              narrow_by=lambda rows, degree: rows.filter(
                                  programme.adopted("" if degree == "none" else degree)))],
        default_sort="code",
        empty=_("No standard of this kind."),
        export_name="adoptions",
        actions=actions,
    ).respond(request, template="standards/adoptions.html", rates=rates)  # fmt: skip


def _degree(degree: str) -> str:
    return str(Adoption(degree).label) if degree else _("Adopts none")


def _taken_over(standard: Any) -> str:
    return "; ".join(f"{one.international} ({one.degree})" for one in standard.adoptions.all())
