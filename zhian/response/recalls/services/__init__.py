"""The writes about recalls: scope and what it grows by, orders, answers, reappearances, the end."""

from zhian.response.recalls.services.answers import (
    Proof,
    acknowledge_order,
    count_stock,
    report_disposal,
)
from zhian.response.recalls.services.confirming import (
    NoticeText,
    confirm_extension,
    confirm_scope,
)
from zhian.response.recalls.services.extending import search_new_holders
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
    "confirm_extension",
    "confirm_scope",
    "count_stock",
    "finish_recall",
    "lift_block",
    "note_case",
    "propose_recall",
    "refresh_scope",
    "report_disposal",
    "search_new_holders",
    "search_reappearances",
]
