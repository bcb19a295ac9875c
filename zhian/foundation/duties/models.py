"""Who owes what to whom by when, and what became of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhian.foundation.duties import terms, wording
from zhian.foundation.duties.engine.calendar import share_left
from zhian.foundation.duties.vocabulary import Card, DutyState, Light, StepKind, TermRule
from zhian.kernel import clock

UNFINISHED = (DutyState.OPEN, DutyState.STOPPED)


class DutyQuerySet(models.QuerySet["Duty"]):
    """Reads of duties as sentences."""

    def named(self) -> "DutyQuerySet":
        """With everything a line of a list shows, in the same query."""
        return self.select_related("office", "officer", "escalated_to")

    def unfinished(self) -> "DutyQuerySet":
        """Duties still owed, clock running or not."""
        return self.filter(state__in=UNFINISHED)

    def overdue(self, now: datetime) -> "DutyQuerySet":
        """Duties whose clock runs and has run out."""
        return self.filter(state=DutyState.OPEN, due_at__lt=now)

    def about(self, subject_type: str, subject_id: str) -> "DutyQuerySet":
        """Duties owed over one subject."""
        return self.filter(subject_type=subject_type, subject_id=subject_id)


class Duty(models.Model):
    """One deed owed by an office (and perhaps an officer) or by an operator, with a clock.

    `operator_ref` is the id of an operator of the register; there is no foreign key upward.
    `stopped_total` is time the law does not count. `calendar_pending` marks a due moment counted
    over a year whose working days are not announced yet: it is settled when they are.
    """

    deed = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=120)
    subject_id = models.CharField(max_length=200)
    subject_label = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, null=True, related_name="duties")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="duties"
    )
    operator_ref = models.BigIntegerField(null=True)
    legal_basis = models.CharField(max_length=300)
    pack_id = models.CharField(max_length=100)
    term_amount = models.PositiveIntegerField(null=True)
    term_unit = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    calendar_pending = models.BooleanField(default=False)
    stopped_since = models.DateTimeField(null=True)
    stopped_total = models.DurationField(default=timedelta)
    state = models.CharField(max_length=10, choices=DutyState.choices, default=DutyState.OPEN)
    done_at = models.DateTimeField(null=True)
    done_entry = models.UUIDField(null=True)
    escalated_to = models.ForeignKey(
        "offices.Office", models.PROTECT, null=True, related_name="escalated_duties"
    )
    escalated_at = models.DateTimeField(null=True)
    card = models.CharField(max_length=6, choices=Card.choices, default=Card.NONE)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["office", "due_at"],
                name="duty_open_by_office",
                condition=Q(state__in=["OPEN", "STOPPED"]),
            ),
            models.Index(
                fields=["officer", "due_at"],
                name="duty_open_by_officer",
                condition=Q(state__in=["OPEN", "STOPPED"]),
            ),
            models.Index(
                fields=["operator_ref", "due_at"],
                name="duty_open_by_operator",
                condition=Q(state__in=["OPEN", "STOPPED"]),
            ),
            models.Index(fields=["due_at"], name="duty_open_due", condition=Q(state="OPEN")),
            models.Index(fields=["subject_type", "subject_id"], name="duty_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="duty_has_a_bearer",
                condition=Q(office__isnull=False) | Q(operator_ref__isnull=False),
            ),
            models.CheckConstraint(
                name="done_duty_says_when",
                condition=Q(state=DutyState.DONE, done_at__isnull=False, done_entry__isnull=False)
                | ~Q(state=DutyState.DONE) & Q(done_at__isnull=True),
            ),
            models.CheckConstraint(
                name="stopped_duty_says_since_when",
                condition=Q(state=DutyState.STOPPED, stopped_since__isnull=False)
                | ~Q(state=DutyState.STOPPED) & Q(stopped_since__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["deed", "subject_type", "subject_id", "office", "operator_ref"],
                condition=Q(state__in=["OPEN", "STOPPED"]),
                nulls_distinct=False,
                name="one_open_duty_per_deed_and_bearer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words} · {self.subject_label}"

    def get_absolute_url(self) -> str:
        """The page of the duty itself; `url` leads to its subject."""
        return reverse("duties:detail", args=[self.pk])

    @property
    def rule(self) -> TermRule | None:
        """The rule of law it was started under; None when the pack is gone."""
        return terms.rule_named(self.deed, self.pack_id)

    @property
    def words(self) -> str:
        """The deed as a verb, in the reader's language."""
        rule = self.rule
        return terms.in_reader_language(rule.zh, rule.en) if rule else self.deed

    @property
    def basis(self) -> str:
        """The legal basis in the reader's language; as it was stated when an order stated it."""
        rule = self.rule
        if rule is None or self.legal_basis != rule.basis_zh:
            return self.legal_basis
        return terms.in_reader_language(rule.basis_zh, rule.basis_en)

    @property
    def verified(self) -> bool:
        """False when no text confirms the term (grade L): shown as unverified."""
        rule = self.rule
        return rule is not None and rule.grade != "L"

    @property
    def light(self) -> Light:
        """Green while more than a third of the time is left, yellow after, red when overdue."""
        share = share_left(
            started_at=self.started_at,
            due_at=self.due_at,
            stopped=self.stopped_total,
            now=self.judged_at,
        )
        if share < 0:
            return Light.RED
        return Light.GREEN if share > 1 / 3 else Light.YELLOW

    @property
    def judged_at(self) -> datetime:
        """The moment its clock shows: now while it runs, else when it was done or stopped."""
        return self.done_at or self.stopped_since or clock.now()

    @property
    def remaining(self) -> str:
        """How much time is left, in the unit of the term and with the moment it ends."""
        return wording.remaining(
            due_at=self.due_at, unit=self.term_unit, state=self.state, now=self.judged_at
        )


class DutyStop(models.Model):
    """An interval in which a duty's clock did not run (testing time of a complaint, 20)."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="stops")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                fields=["duty"], condition=Q(until__isnull=True), name="one_running_stop"
            ),
            models.CheckConstraint(
                name="stop_ends_after_it_began",
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id}: {self.since}–{self.until or ''}"


class DutyStep(models.Model):
    """One line of a duty's history, pointing at the ledger entry that proves it."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    entry_id = models.UUIDField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.duty_id}: {self.kind}"
