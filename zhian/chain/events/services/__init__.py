"""The writes of the room: capturing documents, laying partitions."""

from zhian.chain.events.engine.reading import MAX_BYTES
from zhian.chain.events.services.capturing import (
    LATER_ABOVE,
    PROCEED,
    ROLLBACK,
    accept_for_later,
    capture_document,
    capture_examined,
    fail_capture,
    finish_capture,
    judge,
    lay_months,
    note_refusal,
    submit_document,
)
from zhian.chain.events.services.masterdata import (
    SiteDetails,
    accept_product,
    accept_site,
    refuse_proposal,
)
from zhian.chain.events.services.refusals import RefusedDocument

__all__ = [
    "LATER_ABOVE",
    "MAX_BYTES",
    "PROCEED",
    "ROLLBACK",
    "RefusedDocument",
    "SiteDetails",
    "accept_for_later",
    "accept_product",
    "accept_site",
    "capture_document",
    "capture_examined",
    "fail_capture",
    "finish_capture",
    "judge",
    "lay_months",
    "note_refusal",
    "refuse_proposal",
    "submit_document",
]
