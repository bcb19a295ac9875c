"""The writes of sampling: goods under seal, hands, reports, the signature."""

from zhian.fieldwork.sampling.services.differing import note_disagreement
from zhian.fieldwork.sampling.services.markets import declare_for_market, stop_declared_lots
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
    "declare_for_market",
    "draft_report",
    "draw_sample",
    "hand_over",
    "note_disagreement",
    "receive_sample",
    "rejudge_reports",
    "sign_report",
    "stop_declared_lots",
    "withdraw_report",
]
