"""What becomes of a recall scope when something is added: a test, a treatment, a cleaning (S100).

Kilograms count where goods came to rest: what a line's site got and did not send on or use up.
So no kilogram counts twice along the chain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from zhian.chain.tracing.engine.goods.ledger import Ledger, with_rules
from zhian.chain.tracing.engine.goods.nouns import ZERO
from zhian.chain.tracing.engine.goods.rules import Rules
from zhian.chain.tracing.engine.goods.scope import ScopeLine, scope_lines
from zhian.chain.tracing.engine.goods.trace import trace_forward
from zhian.chain.tracing.vocabulary import Ring


@dataclass(frozen=True, slots=True)
class Measure:
    """The size of a scope: lines, sites, kilograms at rest in each ring, kilograms of the source
    at rest in the must ring (None when a share is unknown)."""

    lines: int
    sites: int
    must_kg: Decimal
    may_kg: Decimal
    source_kg: Decimal

    @property
    def kg(self) -> Decimal:
        """Kilograms at rest in both rings."""
        return self.must_kg + self.may_kg


@dataclass(frozen=True)
class WhatIf:
    """A scope before and after: lines that left it, came into it, or changed ring or reason.

    `sites_dropped` are the sites of which no line is left.
    """

    before: Measure
    after: Measure
    dropped: tuple[ScopeLine, ...]
    added: tuple[ScopeLine, ...]
    changed: tuple[tuple[ScopeLine, ScopeLine], ...]
    sites_dropped: tuple[str, ...]

    @property
    def kg_dropped(self) -> Decimal:
        """Kilograms at rest that no longer have to be looked for."""
        return self.before.kg - self.after.kg


def lines_under(ledger: Ledger, sources: Iterable[str], rules: Rules) -> list[ScopeLine]:
    """The scope's lines when these rules are all that is added to the records."""
    found = tuple(sources)
    ruled = with_rules(ledger, rules, found)
    return scope_lines(ruled, trace_forward(ruled, *found))


def what_if(ledger: Ledger, sources: Iterable[str], added: Rules) -> WhatIf:
    """Compare the scope under the ledger's rules with the scope when more is added to them."""
    found = tuple(sources)
    before = lines_under(ledger, found, ledger.rules)
    after = lines_under(ledger, found, ledger.rules | added)
    return compared(ledger, before, after)


def compared(ledger: Ledger, before: list[ScopeLine], after: list[ScopeLine]) -> WhatIf:
    """What changed between two scopes over the same records."""
    old = {(line.site_key, line.lot): line for line in before}
    new = {(line.site_key, line.lot): line for line in after}
    changed = tuple(
        (old[key], new[key])
        for key in old
        if key in new and (old[key].ring, old[key].reason) != (new[key].ring, new[key].reason)
    )
    gone = {site for site, _ in old} - {site for site, _ in new}
    return WhatIf(
        before=measure(ledger, before),
        after=measure(ledger, after),
        dropped=tuple(line for key, line in old.items() if key not in new),
        added=tuple(line for key, line in new.items() if key not in old),
        changed=changed,
        sites_dropped=tuple(sorted(gone)),
    )


def measure(ledger: Ledger, lines: Iterable[ScopeLine]) -> Measure:
    """How much has to be looked for, and at how many places."""
    listed = list(lines)
    kg = {Ring.MUST: ZERO, Ring.MAY: ZERO}
    source = ZERO
    for line in listed:
        rest = at_rest(ledger, line)
        kg[line.ring] += rest
        if line.kg_of_source is not None and line.kg_received > 0:
            source += line.kg_of_source * rest / line.kg_received
    sites = len({line.site_key for line in listed})
    return Measure(len(listed), sites, kg[Ring.MUST], kg[Ring.MAY], source.quantize(_GRAM))


_GRAM = Decimal("0.001")


def at_rest(ledger: Ledger, line: ScopeLine) -> Decimal:
    """Kilograms that came to the line's site and did not go on: lying there, sold or destroyed."""
    holding = ledger.holdings[line.site_key, line.lot]
    onward = holding.shipped_kg + holding.undeclared_kg + holding.used_kg
    return max(holding.incoming_kg - onward, ZERO)
