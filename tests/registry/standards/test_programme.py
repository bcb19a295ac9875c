"""The standards programme: stages, clocks, public comments, the workbook, adoption rates."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import translation

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.duties.models import Duty
from zhian.foundation.duties.vocabulary import Deed, DutyState
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.kernel.exchange import Row
from zhian.registry.standards import services
from zhian.registry.standards.models import AdoptedStandard, Comment, Project
from zhian.registry.standards.selectors import programme
from zhian.registry.standards.services import Proposal, StepFacts
from zhian.registry.standards.vocabulary import CommentAnswer, ProjectKind, Stage

pytestmark = pytest.mark.django_db
FAR = date(2027, 6, 30)


@pytest.fixture(autouse=True)
def english(clerk: User) -> Iterator[None]:
    """The words of errors in English; people are made before."""
    with translation.override("en"):
        yield


@pytest.fixture
def clerk(cast: Cast) -> User:
    return make.officer(cast.office, "biao", roles=[Role.STANDARDS_CLERK]).user


def proposal(cast: Cast, **values: object) -> Proposal:
    facts: dict[str, object] = {
        "number": "2026-001", "year": 2026, "kind": ProjectKind.REVISION,
        "title_zh": "食品中污染物限量", "title_en": "Contaminants in food",
        "due_on": FAR, "office": cast.office,
    }  # fmt: skip
    return Proposal(**(facts | values))  # type: ignore[arg-type]


@pytest.fixture
def project(cast: Cast, clerk: User) -> Project:
    return services.propose_project(acting_user=clerk, proposal=proposal(cast))


def move(clerk: User, project: Project, step: str, **facts: object) -> Project:
    return services.move_project(
        acting_user=clerk, project_id=project.pk, step=step, facts=StepFacts(**facts)  # type: ignore[arg-type]
    )  # fmt: skip


def at_comment(clerk: User, project: Project) -> Project:
    move(clerk, project, "take_into_plan")
    move(clerk, project, "start_drafting")
    return move(clerk, project, "open_comment", draft_text="第三条 铅的限量改为0.1 mg/kg。")


def duty(project: Project, deed: Deed) -> Duty:
    return Duty.objects.get(deed=deed, subject_id=str(project.pk))


def test_a_project_goes_from_proposal_to_the_day_it_binds(clerk: User, project: Project) -> None:
    at_comment(clerk, project)
    today = clock.today()
    owed = duty(project, Deed.PUBLISH_STANDARD)
    assert clock.beijing(owed.due_at).date() == FAR
    assert owed.office == project.office
    asked = Project.objects.get()
    assert asked.comment_until == today + timedelta(days=60)
    with clock.at(clock.now() + timedelta(days=61)):
        move(clerk, project, "start_review")
        move(clerk, project, "pass_review")
        binding = clock.today() + timedelta(days=180)
        move(clerk, project, "publish", in_force_on=binding)
        owed.refresh_from_db()
        assert owed.state == DutyState.DONE
        with pytest.raises(Conflict, match="not in force before"):
            move(clerk, project, "come_into_force")
    with clock.at(clock.now() + timedelta(days=61 + 180)):
        assert move(clerk, project, "come_into_force").stage == Stage.IN_FORCE
    steps = [one.step for one in project.steps.all()]
    assert steps == ["propose", "take_into_plan", "start_drafting", "open_comment", "start_review",
                     "pass_review", "publish", "come_into_force"]  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "last", "error"),
    [
        ([], "publish", Conflict),
        ([], "nonsense", NotKnown),
        ([], "draft_rapidly", Conflict),
        ([], "stop", BadInput),
        (["take_into_plan", "start_drafting"], "open_comment", BadInput),
    ],
)
def test_a_step_out_of_turn_changes_nothing(
    clerk: User, project: Project, steps: list[str], last: str, error: type[Exception]
) -> None:
    for step in steps:
        move(clerk, project, step)
    before = Project.objects.get().stage
    with pytest.raises(error):
        move(clerk, project, last)
    assert Project.objects.get().stage == before


def test_publication_needs_a_day_that_has_not_passed(clerk: User, project: Project) -> None:
    at_comment(clerk, project)
    with clock.at(clock.now() + timedelta(days=61)):
        move(clerk, project, "start_review")
        move(clerk, project, "pass_review")
        for day in (None, clock.today() - timedelta(days=1)):
            with pytest.raises(BadInput):
                move(clerk, project, "publish", in_force_on=day)


def test_the_rapid_mechanism_drafts_at_once_and_asks_for_a_shorter_time(
    cast: Cast, clerk: User
) -> None:
    with pytest.raises(BadInput):
        services.propose_project(acting_user=clerk, proposal=proposal(cast, rapid=True))
    rapid = proposal(cast, rapid=True, trigger="三聚氰胺事件")
    project = services.propose_project(acting_user=clerk, proposal=rapid)
    assert "draft_rapidly" in programme.open_steps(project)
    move(clerk, project, "draft_rapidly")
    found = move(clerk, project, "open_comment", draft_text="临时限量 ≤1mg/kg")
    assert found.comment_until == clock.today() + timedelta(days=30)
    assert duty(project, Deed.PUBLISH_STANDARD).state == DutyState.OPEN


def test_a_project_is_proposed_once_by_a_clerk_and_completely(cast: Cast, clerk: User) -> None:
    with pytest.raises(Refused):
        services.propose_project(acting_user=cast.wang, proposal=proposal(cast))
    services.propose_project(acting_user=clerk, proposal=proposal(cast))
    with pytest.raises(BadInput) as refused:
        services.propose_project(acting_user=clerk, proposal=proposal(cast, adopts="CXS 193-1995"))
    assert {one.field for one in refused.value.fields} == {"number", "adoption"}


def test_a_stopped_project_owes_nothing_more(clerk: User, project: Project) -> None:
    move(clerk, project, "take_into_plan")
    move(clerk, project, "stop", note="并入另一项目")
    assert duty(project, Deed.PUBLISH_STANDARD).state == DutyState.CANCELLED


def test_a_draft_sent_back_keeps_the_clock_of_the_plan(clerk: User, project: Project) -> None:
    at_comment(clerk, project)
    with clock.at(clock.now() + timedelta(days=61)):
        move(clerk, project, "start_review")
        with pytest.raises(BadInput):
            move(clerk, project, "back_to_draft")
        move(clerk, project, "back_to_draft", note="数据不足")
        move(clerk, project, "open_comment", draft_text="第二稿")
    assert Duty.objects.filter(deed=Deed.PUBLISH_STANDARD).count() == 1
    assert Duty.objects.filter(deed=Deed.ANSWER_COMMENTS).count() == 2


def test_anyone_comments_and_every_comment_is_answered_with_a_reason(
    cast: Cast, clerk: User, project: Project
) -> None:
    at_comment(clerk, project)
    send = {"acting_user": cast.system, "project_id": project.pk}
    first = services.send_comment(**send, text="限量过宽", contact="a@example.org")  # type: ignore[arg-type]
    second = services.send_comment(**send, text="赞成", author="某人")  # type: ignore[arg-type]
    assert (first.serial, second.serial) == (1, 2)
    for text in ("", "  ", "长" * 4001):
        with pytest.raises(BadInput):
            services.send_comment(**send, text=text)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="may comment until"):
        move(clerk, project, "start_review")
    with clock.at(clock.now() + timedelta(days=61)):
        with pytest.raises(Conflict, match="not open for comments"):
            services.send_comment(**send, text="迟了")  # type: ignore[arg-type]
        with pytest.raises(Conflict, match="2 comments"):
            move(clerk, project, "start_review")
        answer(clerk, second, CommentAnswer.ADOPTED)
        with pytest.raises(BadInput):
            answer(clerk, first, CommentAnswer.NOT_ADOPTED)
        answer(clerk, first, CommentAnswer.PARTLY, "改为0.2 mg/kg")
        move(clerk, project, "start_review")
        assert duty(project, Deed.ANSWER_COMMENTS).state == DutyState.DONE
        move(clerk, project, "pass_review")
        move(clerk, project, "publish", in_force_on=FAR)
    assert Comment.objects.get(serial=1).contact == ""
    found = programme.projects().get()
    assert (found.comment_count, found.waiting_count) == (2, 0)  # type: ignore[attr-defined]


def answer(clerk: User, comment: Comment, given: CommentAnswer, reason: str = "") -> Comment:
    return services.answer_comment(
        acting_user=clerk, comment_id=comment.pk, answer=given, reason=reason
    )


def test_unknown_projects_and_comments_and_strangers_are_refused(
    cast: Cast, clerk: User, project: Project
) -> None:
    with pytest.raises(NotKnown):
        services.move_project(acting_user=clerk, project_id=0, step="stop")
    with pytest.raises(NotKnown):
        services.send_comment(acting_user=cast.system, project_id=0, text="x")
    with pytest.raises(NotKnown):
        services.answer_comment(acting_user=clerk, comment_id=0, answer=CommentAnswer.ADOPTED)
    with pytest.raises(Refused):
        move(cast.wang, project, "take_into_plan")


def row(cast: Cast, **values: object) -> Row:
    facts: dict[str, object] = {
        "number": "2026-101", "year": 2026, "kind": "MAKING", "title_zh": "婴幼儿配方食品",
        "due_on": FAR, "office": cast.office.code, "rapid": False, "adopts": "CXS 72-1981",
        "adoption": "MOD", "title_en": None,
    }  # fmt: skip
    return Row(3, facts | values)


def test_the_plan_of_a_year_comes_from_a_workbook(cast: Cast, clerk: User) -> None:
    rows = [row(cast), row(cast, number="2026-102")]
    assert services.import_programme(acting_user=clerk, rows=rows) == 2
    assert Project.objects.filter(adoption="MOD").count() == 2
    again = services.checked_projects(rows)
    assert len(again) == 2
    with pytest.raises(BadInput):
        services.import_programme(acting_user=clerk, rows=rows)
    flawed = row(cast, number="x", office="nowhere", rapid=True, adoption=None)
    assert len(services.checked_projects([flawed])) == 3


def test_the_board_shows_every_stage_and_what_is_late(
    cast: Cast, clerk: User, project: Project
) -> None:
    columns = programme.board(2026)
    assert [column.stage for column in columns] == list(Stage)
    assert columns[0].projects == [project]
    assert programme.years() == [2026]
    assert programme.late(project, FAR + timedelta(days=1))
    assert not programme.late(project, FAR)
    assert not programme.open_for_comment(clock.today()).exists()
    assert programme.draft_shown(project.pk) is None
    at_comment(clerk, project)
    assert programme.draft_shown(project.pk) == project
    assert list(programme.open_for_comment(clock.today())) == [project]


def test_adoption_rates_open_to_the_standards_behind_them(cast: Cast, clerk: User) -> None:
    services.load_starter_limits(acting_user=cast.system)
    adopted = Row(2, {"standard": "GB 2762", "international": "CXS 193-1995", "degree": "NEQ"})
    assert services.import_adoptions(acting_user=clerk, rows=[adopted]) == 1
    better = Row(2, adopted.values | {"degree": "MOD"})
    services.import_adoptions(acting_user=clerk, rows=[better])
    assert AdoptedStandard.objects.get().degree == "MOD"
    today = clock.today()
    rates = {rate.adoption: rate for rate in programme.adoption_rates(today)}
    total = programme.home_standards(today).count()
    assert (rates["MOD"].count, rates["MOD"].of) == (1, total)
    assert rates["MOD"].percent == round(100 / total, 1)
    assert rates[""].count == total - 1
    unknown = Row(2, adopted.values | {"standard": "GB 0"})
    with pytest.raises(BadInput):
        services.import_adoptions(acting_user=clerk, rows=[unknown])


def test_no_standard_no_rate() -> None:
    assert [rate.percent for rate in programme.adoption_rates(clock.today())] == [None] * 4
