"""What each operator has to answer: its gaps together, the heaviest first (trace 2.2-10)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from zhian.chain.tracing.engine.goods.nouns import ZERO, Gap
from zhian.chain.tracing.vocabulary import GapKind

# Whose record is missing: the site that the gap names, or its counterpart.
_OF_COUNTERPART = frozenset({GapKind.SHIPPED_NEVER_RECEIVED, GapKind.RECEIVED_FROM_NOWHERE})


@dataclass(frozen=True)
class GapList:
    """The gaps one party has to explain; `party` is an operator, or a site nobody registered."""

    party: str
    gaps: tuple[Gap, ...]
    sites: tuple[str, ...]
    kinds: tuple[GapKind, ...]
    kg: Decimal


def gap_lists(gaps: Iterable[Gap], party_of: Mapping[str, str]) -> list[GapList]:
    """Gaps by who must answer them, heaviest first; sites without a party stand for themselves.

    A dispatch that nobody received is asked of the receiver, a receipt that nobody sent of the
    named sender; where no counterpart is named, of the site that recorded its side.
    """
    found: dict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        site = answering(gap)
        if site:
            found[party_of.get(site, site)].append(gap)
    lists = [
        GapList(
            party,
            tuple(mine),
            tuple(sorted({site for gap in mine if (site := answering(gap))})),
            tuple(sorted({gap.kind for gap in mine})),
            sum((abs(gap.kg) for gap in mine if gap.kg is not None), ZERO),
        )
        for party, mine in found.items()
    ]
    return sorted(lists, key=lambda one: (-one.kg, one.party))


def answering(gap: Gap) -> str | None:
    """The site whose records would close the gap."""
    if gap.kind in _OF_COUNTERPART and gap.counterpart:
        return gap.counterpart
    return gap.site
