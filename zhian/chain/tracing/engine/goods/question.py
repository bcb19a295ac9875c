"""What is asked of the trace: from which lots, which way, as known when, under which rules."""

from dataclasses import dataclass
from datetime import datetime

from zhian.chain.tracing.engine.goods.rules import NO_RULES, Rules
from zhian.chain.tracing.vocabulary import Direction


@dataclass(frozen=True, slots=True)
class Question:
    """One trace to be made; two equal questions over the same records give the same answer."""

    lots: tuple[str, ...]
    direction: Direction = Direction.BOTH
    as_of: datetime | None = None
    rules: Rules = NO_RULES
