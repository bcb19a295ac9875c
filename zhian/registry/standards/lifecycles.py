"""An edition (imported, put in force whole, replaced whole) and a project of the programme."""

from zhian.kernel.lifecycles import Lifecycle, Step
from zhian.registry.standards.vocabulary import EditionState, Stage

EDITION = Lifecycle(
    "edition",
    Step("activate", {EditionState.DRAFT}, EditionState.ACTIVE, by="standards clerk"),
    Step("discard", {EditionState.DRAFT}, EditionState.DISCARDED, by="standards clerk"),
    Step("replace", {EditionState.ACTIVE}, EditionState.REPLACED, by="the platform"),
)

_CLERK = "standards clerk"
_OPEN = {Stage.PROPOSAL, Stage.PLAN, Stage.DRAFT, Stage.COMMENT, Stage.REVIEW, Stage.APPROVAL}
PROJECT = Lifecycle(
    "project",
    Step("take_into_plan", {Stage.PROPOSAL}, Stage.PLAN, by=_CLERK),
    Step("start_drafting", {Stage.PLAN}, Stage.DRAFT, by=_CLERK),
    # the rapid mechanism drafts at once; the plan is amended by the same step
    Step("draft_rapidly", {Stage.PROPOSAL, Stage.PLAN}, Stage.DRAFT, by=_CLERK),
    Step("open_comment", {Stage.DRAFT}, Stage.COMMENT, by=_CLERK),
    Step("start_review", {Stage.COMMENT}, Stage.REVIEW, by=_CLERK),
    Step("back_to_draft", {Stage.REVIEW, Stage.APPROVAL}, Stage.DRAFT, by=_CLERK),
    Step("pass_review", {Stage.REVIEW}, Stage.APPROVAL, by=_CLERK),
    Step("publish", {Stage.APPROVAL}, Stage.PUBLISHED, by=_CLERK),
    Step("come_into_force", {Stage.PUBLISHED}, Stage.IN_FORCE, by=_CLERK),
    Step("stop", _OPEN, Stage.STOPPED, by=_CLERK),
)
