"""What is done with duties: start, assign, chase, stop, finish, cancel, escalate, settle."""

from zhian.foundation.duties.services.clocks import (
    escalate,
    escalate_overdue,
    resume_clock,
    settle,
    settle_pending,
    stop_clock,
)
from zhian.foundation.duties.services.endings import (
    cancel_duty,
    cancel_for,
    finish_by_hand,
    finish_duties,
    finish_duty,
    finish_for,
)
from zhian.foundation.duties.services.starts import NewDuty, assign, chase, start_duties, start_duty

__all__ = [
    "NewDuty",
    "assign",
    "cancel_duty",
    "cancel_for",
    "chase",
    "escalate",
    "escalate_overdue",
    "finish_by_hand",
    "finish_duties",
    "finish_duty",
    "finish_for",
    "resume_clock",
    "settle",
    "settle_pending",
    "start_duties",
    "start_duty",
    "stop_clock",
]
