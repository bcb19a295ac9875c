"""The writes about recalls: scope, orders, answers of the holders, reappearances, the end."""

from zhian.response.recalls.services.answers import (
    Proof,
    acknowledge_order,
    count_stock,
    report_disposal,
)
from zhian.response.recalls.services.confirming import NoticeText, confirm_scope
from zhian.response.recalls.services.finishing import close_orders, close_recall, finish_recall
from zhian.response.recalls.services.proposing import propose_recall, refresh_scope
from zhian.response.recalls.services.reappearing import (
    lift_block,
    note_case,
    search_reappearances,
)

__all__ = [
    "NoticeText",
    "Proof",
    "acknowledge_order",
    "close_orders",
    "close_recall",
    "confirm_scope",
    "count_stock",
    "finish_recall",
    "lift_block",
    "note_case",
    "propose_recall",
    "refresh_scope",
    "report_disposal",
    "search_reappearances",
]
