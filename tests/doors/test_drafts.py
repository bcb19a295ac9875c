"""Drafts of standards on the portal: anyone reads, comments and sees the answers."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.ledger import selectors as ledger
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel import clock
from zhian.registry.standards import services
from zhian.registry.standards.models import Comment, Project
from zhian.registry.standards.services import Proposal, StepFacts
from zhian.registry.standards.vocabulary import CommentAnswer, ProjectKind

pytestmark = pytest.mark.django_db
ENGLISH = Client(headers={"accept-language": "en"})


@pytest.fixture
def clerk(cast: Cast) -> User:
    return make.officer(cast.office, "biao", roles=[Role.STANDARDS_CLERK]).user


@pytest.fixture
def draft(cast: Cast, clerk: User) -> Project:
    proposal = Proposal(
        number="2026-1", year=2026, kind=ProjectKind.REVISION, title_zh="污染物限量",
        title_en="Contaminants", due_on=date(2027, 6, 30), office=cast.office,
    )  # fmt: skip
    project = services.propose_project(acting_user=clerk, proposal=proposal)
    for step, facts in (("take_into_plan", StepFacts()), ("start_drafting", StepFacts()),
                        ("open_comment", StepFacts(draft_text="第三条 <b>限量</b>"))):  # fmt: skip
        services.move_project(acting_user=clerk, project_id=project.pk, step=step, facts=facts)
    project.refresh_from_db()
    return project


def test_anyone_reads_a_draft_comments_and_sees_the_answer(draft: Project, clerk: User) -> None:
    address = reverse("portal:draft", args=[draft.pk])
    assert address in ENGLISH.get(reverse("portal:drafts")).content.decode()
    page = ENGLISH.get(address).content.decode()
    assert "&lt;b&gt;限量" in page
    sent = {"text": "过宽", "clause": "3", "author": "某人", "contact": "a@example.org"}
    answer = ENGLISH.post(address, sent)
    assert (answer.status_code, answer.url) == (302, address)  # type: ignore[attr-defined]
    comment = Comment.objects.get()
    shown = ENGLISH.get(address).content.decode()
    assert "过宽" in shown
    assert "not answered yet" in shown
    assert "example.org" not in shown
    assert "某人" not in shown
    services.answer_comment(
        acting_user=clerk,
        comment_id=comment.pk,
        answer=CommentAnswer.NOT_ADOPTED,
        reason="依据充分",
    )
    assert "依据充分" in ENGLISH.get(address).content.decode()


def test_the_ledger_keeps_no_name_and_no_address(draft: Project) -> None:
    address = reverse("portal:draft", args=[draft.pk])
    ENGLISH.post(address, {"text": "过宽", "author": "某人", "contact": "a@example.org"})
    (entry,) = ledger.entries_about(Comment.objects.get())
    assert "某人" not in str(entry.data)
    assert "example.org" not in str(entry.data)


def test_an_empty_comment_is_handed_back_and_a_closed_draft_takes_none(draft: Project) -> None:
    address = reverse("portal:draft", args=[draft.pk])
    assert ENGLISH.post(address, {"text": ""}).status_code == 422
    with clock.at(clock.now() + timedelta(days=61)):
        page = ENGLISH.get(address).content.decode()
        assert "Comments were taken until" in page
        assert "Send the comment" not in page
        assert ENGLISH.post(address, {"text": "迟了"}).status_code == 422
        assert "No draft is open" in ENGLISH.get(reverse("portal:drafts")).content.decode()
    assert not Comment.objects.exists()


def test_what_was_never_laid_open_is_not_there(cast: Cast, clerk: User) -> None:
    proposal = Proposal(
        number="2026-2", year=2026, kind=ProjectKind.MAKING, title_zh="甲",
        due_on=date(2027, 6, 30), office=cast.office,
    )  # fmt: skip
    hidden = services.propose_project(acting_user=clerk, proposal=proposal)
    assert ENGLISH.get(reverse("portal:draft", args=[hidden.pk])).status_code == 404
    assert ENGLISH.get(reverse("portal:draft", args=[0])).status_code == 404
    assert "/public/drafts/" in ENGLISH.get("/public/").content.decode()
