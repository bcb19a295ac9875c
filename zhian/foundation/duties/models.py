"""Who owes what to whom by when, and what became of it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from zhian.foundation.duties.vocabulary import Card, DutyState, StepKind

UNFINISHED = (DutyState.OPEN, DutyState.STOPPED)


class DutyQuerySet(models.QuerySet["Duty"]):
    """Reads of duties as sentences."""

    def unfinished(self) -> "DutyQuerySet":
        """Duties still owed, clock running or not."""
        return self.filter(state__in=UNFINISHED)

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
        return f"{self.deed} {self.subject_label}"


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
