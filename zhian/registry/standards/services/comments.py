"""Public comments on drafts: sent in by anyone, answered one by one with reasons."""

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown
from zhian.kernel.use_cases import record, use_case
from zhian.registry.standards import policies
from zhian.registry.standards.models import Comment, Project
from zhian.registry.standards.vocabulary import CommentAnswer

LONGEST = 4000


@use_case("standards.comment.received")
def send_comment(
    *,
    acting_user: User,
    project_id: int,
    text: str,
    clause: str = "",
    author: str = "",
    contact: str = "",
) -> Comment:
    """Somebody says something of a draft that is open; the ledger keeps no name and no address.

    `acting_user` is the system for people without an account.
    """
    project = Project.objects.select_for_update().filter(pk=project_id).first()
    if project is None:
        raise NotKnown
    if not project.takes_comments(clock.today()):
        raise Conflict(_("This draft is not open for comments."))
    if not text.strip() or len(text) > LONGEST:
        raise BadInput(fields=[FieldError("text", _("between 1 and 4,000 characters"))])
    last = project.comments.aggregate(last=Max("serial"))["last"]
    comment = Comment.objects.create(
        project=project,
        serial=(last or 0) + 1,
        clause=clause[:100],
        text=text.strip(),
        author=author[:100],
        contact=contact[:200],
        received_at=clock.now(),
    )
    record(comment, project=project.number, serial=comment.serial)
    return comment


@use_case("standards.comment.answered")
def answer_comment(
    *, acting_user: User, comment_id: int, answer: CommentAnswer, reason: str = ""
) -> Comment:
    """Adopted, in part, or not; whatever is not fully adopted is given its reason."""
    policies.require_clerk(acting_user)
    comment = Comment.objects.select_for_update(of=("self",)).filter(pk=comment_id).first()
    if comment is None:
        raise NotKnown
    if answer is not CommentAnswer.ADOPTED and not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("say why"))])
    comment.answer, comment.reason = answer, reason.strip()
    comment.answered_at, comment.answered_by = clock.now(), acting_user
    comment.save(update_fields=["answer", "reason", "answered_at", "answered_by"])
    record(comment, answer=answer, reason=comment.reason)
    return comment
