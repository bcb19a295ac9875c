"""Recalls: the recall and its scope, what was added, the holders' orders, the public notice."""

from zhian.response.recalls.models.extension import Extension
from zhian.response.recalls.models.notice import PublicNotice
from zhian.response.recalls.models.order import Disposal, LotBlock, Order, Reappearance
from zhian.response.recalls.models.recall import Recall, ScopeLine

__all__ = [
    "Disposal",
    "Extension",
    "LotBlock",
    "Order",
    "PublicNotice",
    "Reappearance",
    "Recall",
    "ScopeLine",
]
