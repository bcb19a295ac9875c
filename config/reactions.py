"""What happened → who reacts. The one table of every effect across rooms."""

from zhian.kernel.outbox import Reactions

REACTIONS: Reactions = {}
