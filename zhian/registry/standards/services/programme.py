"""The standards programme: projects proposed, moved from stage to stage, read from a workbook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import Office, User
from zhian.kernel import clock, rules
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown
from zhian.kernel.exchange import Row, RowError
from zhian.kernel.use_cases import record, use_case
from zhian.registry.standards import packs, policies
from zhian.registry.standards.lifecycles import PROJECT
from zhian.registry.standards.models import AdoptedStandard, Project, ProjectStep, Standard
from zhian.registry.standards.vocabulary import Adoption, ProjectKind, Stage

LAST_MOMENT = time(23, 59, 59)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What is said of a project when it is proposed."""

    number: str
    year: int
    kind: ProjectKind
    title_zh: str
    due_on: date
    office: Office
    title_en: str = ""
    standard_code: str = ""
    replaces: str = ""
    rapid: bool = False
    trigger: str = ""
    adopts: str = ""
    adoption: str = ""
    officer: User | None = None


@dataclass(frozen=True, kw_only=True)
class StepFacts:
    """What a step needs to be told: the draft, the day it comes into force, why."""

    note: str = ""
    draft_text: str = ""
    in_force_on: date | None = None


NO_FACTS = StepFacts()


@use_case("standards.project.proposed")
def propose_project(*, acting_user: User, proposal: Proposal) -> Project:
    """Propose a making, a revision or a weeding out; a rapid one names what triggered it. S126."""
    policies.require_clerk(acting_user)
    _refuse_flawed(proposal)
    project = Project.objects.create(
        number=proposal.number,
        year=proposal.year,
        kind=proposal.kind,
        title_zh=proposal.title_zh,
        title_en=proposal.title_en,
        standard_code=proposal.standard_code,
        replaces=proposal.replaces,
        rapid=proposal.rapid,
        trigger=proposal.trigger,
        adopts=proposal.adopts,
        adoption=proposal.adoption,
        office=proposal.office,
        officer=proposal.officer,
        due_on=proposal.due_on,
        stage=Stage.PROPOSAL,
        stage_since=clock.now(),
    )
    _note(project, "propose", acting_user, proposal.trigger)
    record(project, number=project.number, kind=project.kind, due_on=project.due_on)
    return project


def _refuse_flawed(proposal: Proposal) -> None:
    wrong = []
    if Project.objects.filter(number=proposal.number).exists():
        wrong.append(FieldError("number", _("this number is already in the programme")))
    if proposal.rapid and not proposal.trigger.strip():
        wrong.append(FieldError("trigger", _("the rapid mechanism needs the event behind it")))
    if bool(proposal.adopts) != bool(proposal.adoption):
        wrong.append(FieldError("adoption", _("name the standard and the degree of adoption")))
    if wrong:
        raise BadInput(fields=wrong)


@use_case("standards.project.moved")
def move_project(
    *, acting_user: User, project_id: int, step: str, facts: StepFacts = NO_FACTS
) -> Project:
    """Take a project one step on; the clocks of the programme start and stop with the steps."""
    policies.require_clerk(acting_user)
    project = _locked(project_id)
    if step not in PROJECT.steps:
        raise NotKnown
    stage = PROJECT.target(step, project.stage)
    _BEFORE.get(step, _nothing)(project, facts)
    project.stage, project.stage_since = stage, clock.now()
    project.save(
        update_fields=["stage", "stage_since", "draft_text", "comment_until", "in_force_on"]
    )
    _clocks(project, step, acting_user)
    _note(project, step, acting_user, facts.note)
    record(project, step=step, stage=stage, note=facts.note)
    return project


def _nothing(project: Project, facts: StepFacts) -> None:
    """Most steps need nothing but the stage they start from."""


def _only_rapid(project: Project, facts: StepFacts) -> None:
    if not project.rapid:
        raise Conflict(_("Only a project of the rapid mechanism is drafted at once."))


def _open_comment(project: Project, facts: StepFacts) -> None:
    if not facts.draft_text.strip():
        raise BadInput(fields=[FieldError("draft_text", _("the public needs the draft"))])
    today = clock.today()
    work = rules.in_force(packs.STANDARDS_WORK, on=today).content
    days = work.rapid_comment_days if project.rapid else work.comment_days
    project.draft_text = facts.draft_text
    project.comment_until = today + timedelta(days=days)


def _comments_done(project: Project, facts: StepFacts) -> None:
    if project.takes_comments(clock.today()):
        raise Conflict(_("The public may comment until %(day)s.") % {"day": project.comment_until})
    waiting = project.comments.filter(answer="").count()
    if waiting:
        raise Conflict(_("%(count)d comments are not answered yet.") % {"count": waiting})


def _publish(project: Project, facts: StepFacts) -> None:
    if facts.in_force_on is None or facts.in_force_on < clock.today():
        missing = FieldError("in_force_on", _("state the day from which it binds"))
        raise BadInput(fields=[missing])
    project.in_force_on = facts.in_force_on


def _in_force(project: Project, facts: StepFacts) -> None:
    if project.in_force_on is None or project.in_force_on > clock.today():
        raise Conflict(_("It is not in force before %(day)s.") % {"day": project.in_force_on})


def _reasoned(project: Project, facts: StepFacts) -> None:
    if not facts.note.strip():
        raise BadInput(fields=[FieldError("note", _("say why"))])


_BEFORE: dict[str, Callable[[Project, StepFacts], None]] = {
    "draft_rapidly": _only_rapid,
    "open_comment": _open_comment,
    "start_review": _comments_done,
    "publish": _publish,
    "come_into_force": _in_force,
    "back_to_draft": _reasoned,
    "stop": _reasoned,
}


def _clocks(project: Project, step: str, user: User) -> None:
    """The plan's date runs from the plan to publication; comments are answered in their time."""
    if step in {"take_into_plan", "draft_rapidly"} and not _planned(project):
        _start(project, user, Deed.PUBLISH_STANDARD, due_at=_end_of(project.due_on))
    if step == "open_comment":
        assert project.comment_until is not None  # _open_comment set it
        _start(project, user, Deed.ANSWER_COMMENTS, started_at=_end_of(project.comment_until))
    if step == "start_review":
        duties.finish_for(acting_user=user, deed=Deed.ANSWER_COMMENTS, subject=project)
    if step == "publish":
        # nobody needs to be reached any more: what people gave of themselves goes
        project.comments.exclude(contact="").update(contact="")
        duties.finish_for(acting_user=user, deed=Deed.PUBLISH_STANDARD, subject=project)
    if step == "stop":
        duties.cancel_for(acting_user=user, subject=project, reason=str(_("project stopped")))


def _planned(project: Project) -> bool:
    """Whether the plan's clock already runs."""
    return project.steps.filter(step__in=["take_into_plan", "draft_rapidly"]).exists()


def _start(
    project: Project,
    user: User,
    deed: Deed,
    *,
    due_at: datetime | None = None,
    started_at: datetime | None = None,
) -> None:
    duties.start_duty(
        acting_user=user,
        deed=deed,
        subject=project,
        office=project.office,
        officer=project.officer,
        label=str(project),
        started_at=started_at,
        due_at=due_at,
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day, LAST_MOMENT, tzinfo=clock.BEIJING)


def _note(project: Project, step: str, user: User, note: str = "") -> None:
    ProjectStep.objects.create(
        project=project, step=step, stage=project.stage, at=clock.now(), by=user, note=note[:500]
    )


def _locked(project_id: int) -> Project:
    found = Project.objects.select_for_update().filter(pk=project_id).first()
    if found is None:
        raise NotKnown
    return found


@use_case("standards.programme.imported")
def import_programme(*, acting_user: User, rows: Sequence[Row]) -> int:
    """Take the projects of a workbook into the programme, all or none."""
    policies.require_clerk(acting_user)
    errors = checked_projects(rows)
    if errors:
        raise BadInput(f"{errors[0].row}: {errors[0]}")
    owners = _offices(rows)
    for row in rows:
        proposal = _proposal(row, owners[str(row.values["office"])])
        propose_project(acting_user=acting_user, proposal=proposal)
    record("standards:programme", rows=len(rows))
    return len(rows)


def checked_projects(rows: Sequence[Row]) -> list[RowError]:
    """What is wrong with rows of the programme, without writing anything."""
    owners = _offices(rows)
    taken = set(
        Project.objects.filter(number__in=[row.values["number"] for row in rows]).values_list(
            "number", flat=True
        )
    )
    errors = []
    for row in rows:
        if str(row.values["office"]) not in owners:
            errors.append(RowError(row.number, str(_("office code")), str(_("no such office"))))
        if row.values["number"] in taken:
            message = _("this number is already in the programme")
            errors.append(RowError(row.number, str(_("plan number")), str(message)))
        errors.extend(_flaws(row))
    return errors


def _flaws(row: Row) -> list[RowError]:
    found = []
    if row.values.get("rapid") and not row.values.get("trigger"):
        message = _("the rapid mechanism needs the event behind it")
        found.append(RowError(row.number, str(_("what triggered it")), str(message)))
    if bool(row.values.get("adopts")) != bool(row.values.get("adoption")):
        message = _("name the standard and the degree of adoption")
        found.append(RowError(row.number, str(_("degree of adoption")), str(message)))
    return found


def _offices(rows: Sequence[Row]) -> dict[str, Office]:
    codes = {str(row.values["office"]) for row in rows}
    return {code: found for code in codes if (found := offices.office_by_code(code)) is not None}


def _proposal(row: Row, office: Office) -> Proposal:
    values = {key: value for key, value in row.values.items() if value is not None}
    return Proposal(**{**values, "kind": ProjectKind(values["kind"]), "office": office})


@use_case("standards.adoptions.imported")
def import_adoptions(*, acting_user: User, rows: Sequence[Row]) -> int:
    """Which of our standards take over international ones, and how far; a known pair is renewed."""
    policies.require_clerk(acting_user)
    errors = checked_adoptions(rows)
    if errors:
        raise BadInput(f"{errors[0].row}: {errors[0]}")
    known = _standards(rows)
    for row in rows:
        AdoptedStandard.objects.update_or_create(
            standard=known[str(row.values["standard"])],
            international=row.values["international"],
            defaults={
                "degree": Adoption(row.values["degree"]),
                "source": row.values.get("source") or "",
            },
        )
    record("standards:adoptions", rows=len(rows))
    return len(rows)


def checked_adoptions(rows: Sequence[Row]) -> list[RowError]:
    """Rows that name a standard the library does not hold."""
    known = _standards(rows)
    message = str(_("this standard is not in the library"))
    return [
        RowError(row.number, str(_("standard")), message)
        for row in rows
        if str(row.values["standard"]) not in known
    ]


def _standards(rows: Sequence[Row]) -> dict[str, Standard]:
    codes = {str(row.values["standard"]) for row in rows}
    return {one.code: one for one in Standard.objects.filter(code__in=codes).order_by("pk")}
