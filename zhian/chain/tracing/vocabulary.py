"""Words of the trace: rings, reasons, gaps, directions."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = [
    "Direction",
    "GapKind",
    "GapWord",
    "Reason",
    "ReasonWord",
    "RequestKind",
    "Ring",
    "RingWord",
]


class GapKind(StrEnum):
    """What the records leave open; each is a fact of its own."""

    SHIPPED_NEVER_RECEIVED = "shipped_never_received"
    RECEIVED_FROM_NOWHERE = "received_from_nowhere"
    NO_LEDGER = "no_ledger"
    MASS_DOES_NOT_ADD_UP = "mass_does_not_add_up"
    RETURNED = "returned"
    USED_BEFORE_MADE = "used_before_made"
    LEFT_BEFORE_ARRIVED = "left_before_arrived"
    RECEIVED_BEFORE_SENT = "received_before_sent"


class Ring(StrEnum):
    """MUST holds mass of the source by recorded links, MAY might hold some."""

    MUST = "must"
    MAY = "may"


class Reason(StrEnum):
    """Why a holding is in the recall scope."""

    SOURCE = "source"  # the source lot was made here
    MADE = "made"  # made here with goods that hold mass of the source
    RECEIVED = "received"  # received by recorded events
    DISPATCHED_HERE = "dispatched_here"  # sent here, the receipt was never recorded
    RECEIVED_UNSENT = "received_unsent"  # received, nobody recorded the dispatch
    NAMED_AS_SENDER = "named_as_sender"  # a receiver named this site; it recorded nothing
    SHARED_LINE = "shared_line"  # made on the same site within the window
    UNRECORDED_USE = "unrecorded_use"  # made of unrecorded goods where the source lay unaccounted
    SITE_MIXING = "site_mixing"  # made at a mixing site after affected goods, before a cleaning
    CANDIDATE_LINK = "candidate_link"  # a doubtful link that a person accepted leads here
    FROM_MAY = "from_may"  # made of, or moved with, a lot of the may ring


class RequestKind(models.TextChoices):
    """What can be asked to make a recall scope smaller."""

    SAMPLE = "sample", _("test a sample of the lot")
    RECEIPT = "receipt", _("ask whether the goods ever came")
    PRODUCTION_RECORD = "production_record", _("ask what the goods were made of")
    CLEANING_RECORD = "cleaning_record", _("ask for the cleaning records")
    TREATMENT_RECORD = "treatment_record", _("ask for the record of the heat treatment")


class Direction(models.TextChoices):
    """Which way the goods are followed."""

    BOTH = "both", _("both ways")
    FORWARD = "forward", _("forward, to the shops")
    BACKWARD = "backward", _("backward, to the source")


class RingWord(models.TextChoices):
    """The two rings of a recall scope."""

    MUST = Ring.MUST.value, _("must be recalled")
    MAY = Ring.MAY.value, _("may be affected")


class ReasonWord(models.TextChoices):
    """Why a lot at a site is in the scope."""

    SOURCE = Reason.SOURCE.value, _("the source lot was made here")
    MADE = Reason.MADE.value, _("made here with goods of the source lot")
    RECEIVED = Reason.RECEIVED.value, _("received; dispatch and receipt are recorded")
    DISPATCHED_HERE = (
        Reason.DISPATCHED_HERE.value,
        _("dispatched to here; the receipt is not recorded"),
    )
    RECEIVED_UNSENT = (
        Reason.RECEIVED_UNSENT.value,
        _("received here; no dispatch is recorded"),
    )
    NAMED_AS_SENDER = (
        Reason.NAMED_AS_SENDER.value,
        _("named as sender by the receiver; recorded nothing itself"),
    )
    SHARED_LINE = (
        Reason.SHARED_LINE.value,
        _("made at the same site within a day of affected goods"),
    )
    UNRECORDED_USE = (
        Reason.UNRECORDED_USE.value,
        _("made without recorded ingredients where affected goods are unaccounted for"),
    )
    SITE_MIXING = (
        Reason.SITE_MIXING.value,
        _("made after affected goods at a site where goods mix; no cleaning in between"),
    )
    CANDIDATE_LINK = (
        Reason.CANDIDATE_LINK.value,
        _("probably the same goods under another lot number or sender"),
    )
    FROM_MAY = Reason.FROM_MAY.value, _("made of, or moved with, a lot that may be affected")


class GapWord(models.TextChoices):
    """What the records leave open."""

    SHIPPED_NEVER_RECEIVED = (
        GapKind.SHIPPED_NEVER_RECEIVED.value,
        _("dispatched, receipt never recorded"),
    )
    RECEIVED_FROM_NOWHERE = (
        GapKind.RECEIVED_FROM_NOWHERE.value,
        _("received, dispatch never recorded"),
    )
    NO_LEDGER = GapKind.NO_LEDGER.value, _("received, no ledger of what became of it")
    MASS_DOES_NOT_ADD_UP = GapKind.MASS_DOES_NOT_ADD_UP.value, _("masses do not add up")
    RETURNED = GapKind.RETURNED.value, _("returned goods")
    USED_BEFORE_MADE = GapKind.USED_BEFORE_MADE.value, _("used before it was made")
    LEFT_BEFORE_ARRIVED = (
        GapKind.LEFT_BEFORE_ARRIVED.value,
        _("left before it had arrived or was made"),
    )
    RECEIVED_BEFORE_SENT = (
        GapKind.RECEIVED_BEFORE_SENT.value,
        _("received before it was dispatched"),
    )


class ReplyState(models.TextChoices):
    """What became of a workbook that came back."""

    WAITING = "waiting", _("waiting to be looked at")
    MERGED = "merged", _("merged")
    REFUSED = "refused", _("not taken")
