"""The slow obvious twin of the goods graph: loops over the facts, every path walked, fractions.

For records without loops and without unknown masses.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from zhian.chain.events.vocabulary import EventFact, EventKind, LotQuantity


def lots_of(fact: EventFact) -> set[str]:
    """Every lot an event speaks of."""
    return {item.lot for item in (*fact.inputs, *fact.outputs)}


def born(facts: list[EventFact], lot: str) -> list[EventFact]:
    """Events by which a lot comes to be known."""
    return [
        f
        for f in facts
        if lot in lots_of(f)
        and (f.kind is not EventKind.TRANSFORM or lot in {i.lot for i in f.outputs})
    ]


def usable(facts: list[EventFact], made: EventFact, lot: str) -> bool:
    """Whether the lot was known when it was used."""
    first = [f.at for f in born(facts, lot)]
    return not first or min(first) <= made.at


def kg(goods: Iterable[LotQuantity], lot: str | None = None) -> Fraction:
    """Sum of the masses, of one lot or of all."""
    return sum(
        (Fraction(item.kg) for item in goods if item.kg and lot in {None, item.lot}), Fraction()
    )


def makings(facts: list[EventFact]) -> list[EventFact]:
    """The transformations."""
    return [f for f in facts if f.kind is EventKind.TRANSFORM]


def paths(
    facts: list[EventFact], source: str, lot: str
) -> Iterator[list[tuple[str, EventFact, str]]]:
    """Every way from the source to the lot as (lot in, transformation, lot out)."""
    done: list[list[tuple[str, EventFact, str]]] = [[]]
    while done:
        path = done.pop()
        here = path[-1][2] if path else source
        if here == lot:
            yield path
            continue
        for made in makings(facts):
            if here in {i.lot for i in made.inputs} and usable(facts, made, here):
                done.extend(
                    [*path, (here, made, out)] for out in sorted({i.lot for i in made.outputs})
                )


def share(facts: list[EventFact], source: str, lot: str) -> Fraction | None:
    """Share of the source in the lot, path by path; None when no path leads there."""
    total = None
    for path in paths(facts, source, lot):
        part = Fraction(1)
        for lot_in, made, lot_out in path:
            batch = max(kg(made.inputs), kg(made.outputs))
            all_made = sum((kg(m.outputs, lot_out) for m in makings(facts)), Fraction())
            part *= kg(made.inputs, lot_in) / batch * kg(made.outputs, lot_out) / all_made
        total = part + (total or 0)
    return total


def balance(facts: list[EventFact], site: str, lot: str) -> Fraction:
    """What must lie at the site; every movement is taken at its receipt where there is one."""
    papers = {
        kind: {(f.documents, lot) for f in facts if f.kind is kind for lot in lots_of(f)}
        for kind in (EventKind.SHIP, EventKind.RECEIVE)
    }
    rest = Fraction()
    for f in facts:
        if f.kind is EventKind.SHIP:
            answered = (f.documents, lot) in papers[EventKind.RECEIVE]
            rest -= kg(f.inputs, lot) if f.site == site else 0
            rest += kg(f.inputs, lot) if f.destination_site == site and not answered else 0
        elif f.kind is EventKind.RECEIVE:
            announced = (f.documents, lot) in papers[EventKind.SHIP]
            rest += kg(f.outputs, lot) if f.site == site else 0
            rest -= kg(f.outputs, lot) if f.source_site == site and not announced else 0
        elif f.site == site:
            rest += _own(facts, f, lot)
    return rest


def _own(facts: list[EventFact], fact: EventFact, lot: str) -> Fraction:
    """What an event that moves nothing adds to a site."""
    if fact.kind is EventKind.TRANSFORM:
        return kg(fact.outputs, lot) - kg(fact.inputs, lot)
    if fact.kind is EventKind.COMMISSION:
        made_here = any(
            m.site == fact.site and lot in {i.lot for i in m.outputs} for m in makings(facts)
        )
        return Fraction() if made_here else kg(fact.outputs, lot)
    return -kg(fact.inputs, lot) if fact.kind in {EventKind.SELL, EventKind.DESTROY} else Fraction()


def holders(facts: list[EventFact], lot: str) -> set[str]:
    """Every site that any event names as having had the lot."""
    found: set[str | None] = set()
    for f in facts:
        if lot in lots_of(f):
            found |= {f.site, f.source_site, f.destination_site}
    return {site for site in found if site}
