"""Names the other rooms may use for duties (no models, no queries)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from zhian.kernel import rules
from zhian.kernel.outbox import Happening

STATED = "STATED"


class DutyState(TextChoices):
    """Where a duty is; OPEN runs against its clock, STOPPED does not."""

    OPEN = "OPEN", _("Open")
    STOPPED = "STOPPED", _("Clock stopped")
    DONE = "DONE", _("Done")
    CANCELLED = "CANCELLED", _("Cancelled")


class Card(TextChoices):
    """The card an office gets for a late duty (rules.md 5, item 2: yellow and red cards)."""

    NONE = "NONE", _("None")
    YELLOW = "YELLOW", _("Yellow card")
    RED = "RED", _("Red card")


class Light(TextChoices):
    """Green while more than a third of the time is left, yellow after, red when overdue."""

    GREEN = "GREEN", _("In time")
    YELLOW = "YELLOW", _("Due soon")
    RED = "RED", _("Overdue")


class StepKind(TextChoices):
    """What happened to a duty, for its history."""

    STARTED = "STARTED", _("Duty started")
    ASSIGNED = "ASSIGNED", _("Officer assigned")
    CHASED = "CHASED", _("Chased")
    STOPPED = "STOPPED", _("Clock stopped")
    RESUMED = "RESUMED", _("Clock resumed")
    ESCALATED = "ESCALATED", _("Told to the superior office")
    CARDED = "CARDED", _("Card given")
    DUE_SET = "DUE_SET", _("Due date fixed")
    DONE = "DONE", _("Duty done")
    CANCELLED = "CANCELLED", _("Duty cancelled")


class Deed(TextChoices):
    """What can be owed; words, term and legal basis are data (rules/cn/duty_terms*.yaml)."""

    REPORT_UPWARD = "report_upward", _("Report to the superior office and the government")
    CONFIRM_SCOPE = "confirm_scope", _("Confirm the recall scope")
    STOP_SALE = "stop_sale", _("Stop the sale")
    START_RECALL_CLASS1 = "start_recall_class1", _("Start the class I recall")
    START_RECALL_CLASS2 = "start_recall_class2", _("Start the class II recall")
    START_RECALL_CLASS3 = "start_recall_class3", _("Start the class III recall")
    FINISH_RECALL_CLASS1 = "finish_recall_class1", _("Finish the class I recall")
    FINISH_RECALL_CLASS2 = "finish_recall_class2", _("Finish the class II recall")
    FINISH_RECALL_CLASS3 = "finish_recall_class3", _("Finish the class III recall")
    ACKNOWLEDGE_ORDER = "acknowledge_order", _("Acknowledge the recall order")
    COUNT_STOCK = "count_stock", _("Count and set aside the stock")
    REPORT_RECALL_END = "report_recall_end", _("Report the end of the high-risk recall")
    REPORT_DISPOSAL = "report_disposal", _("Return or destroy the goods, with proof")
    FILE_CASE = "file_case", _("Check the lead and decide on filing the case")
    DECIDE_CASE = "decide_case", _("Decide the case")
    FOLLOW_UP_FINDING = "follow_up_finding", _("Follow up the finding")
    RECTIFY = "rectify", _("Rectify")
    DISPOSE_UNQUALIFIED = "dispose_unqualified", _("Verify and dispose of the unqualified food")
    GIVE_VERDICT = "give_verdict", _("Give a verdict")
    SEND_SAMPLE = "send_sample", _("Hand the sample over to the laboratory")
    TEST_SAMPLE = "test_sample", _("Issue the test report")
    ACCEPT_COMPLAINT = "accept_complaint", _("Accept or refuse the complaint")
    END_MEDIATION = "end_mediation", _("End the mediation")
    CHECK_LEAD = "check_lead", _("Check the lead")
    APPROVE_TRANSFER = "approve_transfer", _("Approve or refuse the transfer to the police")
    TRANSFER_TO_POLICE = "transfer_to_police", _("Transfer the case to the police")
    DECIDE_PERMIT = "decide_permit", _("Decide on the permit")
    SERVE_DECISION = "serve_decision", _("Serve the decision")
    REQUEST_HEARING = "request_hearing", _("Request a hearing")
    PAY_PENALTY = "pay_penalty", _("Pay the penalty")
    PUBLISH_PENALTY = "publish_penalty", _("Publish the penalty decision")
    DECIDE_EVIDENCE = "decide_preserved_evidence", _("Decide on the preserved evidence")
    PUBLISH_STANDARD = "publish_standard", _("Finish and publish the standard as planned")
    ANSWER_COMMENTS = "answer_comments", _("Answer every public comment")
    DECIDE_MASTER_DATA = "decide_master_data", _("Decide on the proposed master data")


class TermRule(rules.Content, frozen=True):
    """One deed's term as a rule pack states it.

    `unit` is HOURS, CALENDAR_DAYS, WORKING_DAYS, or STATED when each order states it (限期).
    `stops`: the law lets the clock stop. `by_hand`: no service finishes the duty by itself, so
    the bearer says so with a note.
    """

    deed: str
    zh: str
    en: str
    unit: Literal["HOURS", "CALENDAR_DAYS", "WORKING_DAYS", "STATED"]
    basis_zh: str
    basis_en: str
    grade: Literal["H", "M", "L"]
    amount: int = 0
    from_zh: str = ""
    from_en: str = ""
    stops: bool = False
    by_hand: bool = False

    def __post_init__(self) -> None:
        if (self.unit == STATED) != (self.amount == 0):
            raise ValueError("an amount, or unit STATED without one")


class DutyTerms(rules.Content, frozen=True):
    """Content of a rule pack of kind `duty_terms`."""

    terms: tuple[TermRule, ...]


class DutyCards(rules.Content, frozen=True):
    """Content of a rule pack of kind `duty_cards`: hours past due after which a card is given."""

    yellow_after_hours: int
    red_after_hours: int

    def card_after(self, hours: float) -> str:
        """The card that stands so many hours past the due moment."""
        if hours >= self.red_after_hours:
            return Card.RED.value
        return Card.YELLOW.value if hours >= self.yellow_after_hours else Card.NONE.value


class WorkingDayOverrides(rules.Content, frozen=True):
    """Content of a rule pack of kind `working_day_overrides` (ISO dates).

    `announced` lists years whose arrangement is given completely by this pack; for such a year
    Monday to Friday work unless listed in `rest`, and the weekend rests unless listed in `work`.
    In other years `rest` and `work` correct single days of the installed calendar.
    """

    announced: tuple[int, ...] = ()
    rest: tuple[str, ...] = ()
    work: tuple[str, ...] = ()


@dataclass(frozen=True)
class DutyOverdue(Happening):
    """A duty passed its due moment and was told to the superior office (A-triggers, B09)."""

    duty_id: int
    deed: str
    subject_type: str
    subject_id: str
    office_id: int | None
    operator_id: int | None
    superior_id: int | None
    officer_user_id: int | None
    card: str
    due_at: datetime
