"""Recalls: the recall and its scope, the holders' orders, the public notice."""

from zhian.response.recalls.models.notice import PublicNotice
from zhian.response.recalls.models.order import Disposal, LotBlock, Order, Reappearance
from zhian.response.recalls.models.recall import Recall, ScopeLine

__all__ = [
    "Disposal",
    "LotBlock",
    "Order",
    "PublicNotice",
    "Reappearance",
    "Recall",
    "ScopeLine",
]
