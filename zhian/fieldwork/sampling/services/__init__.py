"""The writes of sampling: goods under seal, hands, reports, the signature."""

from zhian.fieldwork.sampling.services.rejudging import rejudge_reports
from zhian.fieldwork.sampling.services.reports import (
    ResultInput,
    draft_report,
    sign_report,
    withdraw_report,
)
from zhian.fieldwork.sampling.services.samples import (
    Draw,
    Hands,
    Photo,
    Place,
    draw_sample,
    hand_over,
    receive_sample,
)

__all__ = [
    "Draw",
    "Hands",
    "Photo",
    "Place",
    "ResultInput",
    "draft_report",
    "draw_sample",
    "hand_over",
    "receive_sample",
    "rejudge_reports",
    "sign_report",
    "withdraw_report",
]
