"""Standards work: projects of the year's plan, their steps, public comments, adoptions."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import Office, User
from zhian.kernel.languages import in_reader_language
from zhian.registry.standards.models.editions import Edition, Standard
from zhian.registry.standards.vocabulary import (
    Adoption,
    CommentAnswer,
    ProjectKind,
    Stage,
)


class Project(models.Model):
    """One making or revision of a standard, from proposal to the day it binds (S126, S128)."""

    number = models.CharField(_("plan number"), max_length=40, unique=True)
    year = models.PositiveSmallIntegerField(_("year of the plan"))
    kind = models.CharField(_("kind"), max_length=12, choices=ProjectKind)
    title_zh = models.CharField(_("Title in Chinese"), max_length=200)
    title_en = models.CharField(_("Title in English"), max_length=300, blank=True)
    standard_code = models.CharField(_("standard"), max_length=40, blank=True)
    replaces = models.CharField(_("replaces"), max_length=200, blank=True)
    rapid = models.BooleanField(_("rapid mechanism"), default=False)
    trigger = models.CharField(_("what triggered it"), max_length=500, blank=True)
    adopts = models.CharField(_("international standard"), max_length=100, blank=True)
    adoption = models.CharField(_("degree of adoption"), max_length=3, choices=Adoption, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.PROPOSAL)
    stage_since = models.DateTimeField(_("in this stage since"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("to be published by"))
    draft_text = models.TextField(_("draft for comment"), blank=True)
    comment_until = models.DateField(_("comments until"), null=True, blank=True)
    in_force_on = models.DateField(_("in force from"), null=True, blank=True)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rapid=False) | ~Q(trigger=""), name="standards_rapid_has_a_trigger"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_reader_language(self.title_zh, self.title_en)

    def takes_comments(self, today: date) -> bool:
        """Whether anyone may comment today."""
        return (
            self.stage == Stage.COMMENT
            and self.comment_until is not None
            and today <= self.comment_until
        )


class ProjectStep(models.Model):
    """One step a project took: who, when, from where to where, why."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="steps")
    step = models.CharField(_("step"), max_length=20)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("step of a project")
        verbose_name_plural = _("steps of a project")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.step}"


class Comment(models.Model):
    """What somebody says of a draft; name and address are theirs to give or not."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="comments")
    serial = models.PositiveIntegerField(_("number"))
    clause = models.CharField(_("clause"), max_length=100, blank=True)
    text = models.TextField(_("comment"), max_length=4000)
    author = models.CharField(_("name"), max_length=100, blank=True)
    contact = models.CharField(_("how to reach you"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received at"))
    answer = models.CharField(_("answer"), max_length=12, choices=CommentAnswer, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("public comment")
        verbose_name_plural = _("public comments")
        ordering = ["project", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["project", "serial"], name="standards_comment_once"),
            models.CheckConstraint(
                condition=Q(answer__in=["", CommentAnswer.ADOPTED]) | ~Q(reason=""),
                name="standards_comment_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}-{self.serial}"


class AdoptedStandard(models.Model):
    """A standard of ours that takes over an international one, and how far (S131)."""

    standard = models.ForeignKey(Standard, models.CASCADE, related_name="adoptions")
    international = models.CharField(_("international standard"), max_length=100)
    degree = models.CharField(_("degree of adoption"), max_length=3, choices=Adoption)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        ordering = ["standard__code", "international"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "international"], name="standards_adopted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id}: {self.international} ({self.degree})"
