"""Events that differ in plain values only: judged once, not member by member again and again.

Senders write the events of a document alike: the same members in the same order, other lots,
places, papers, times and amounts. The text of an event cut at its quotation marks shows at once
which pieces are the same as before. `learning` takes a *stencil* off an event the judge found
faultless; an event that fits it is judged by its values alone, and its pre-hash string and rows
are the stencil's with these values put in. Whatever fits no stencil goes the long way, the twin.
"""

from functools import lru_cache

from zhian.chain.events.engine.stencils.keeping import Shelf
from zhian.chain.events.engine.stencils.stencil import Imprint, LotSeen, PartySeen, Stencil

__all__ = ["Imprint", "LotSeen", "PartySeen", "Shelf", "Stencil", "shelf"]


@lru_cache(maxsize=4)
def shelf(prefixes: tuple[tuple[str, str], ...]) -> Shelf:
    """The stencils of events written under a set of prefixes, as far as they were learnt."""
    return Shelf(prefixes)
