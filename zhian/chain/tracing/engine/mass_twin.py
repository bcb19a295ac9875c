"""The slow obvious twin of the mass trace: exact fractions, lot by lot until nothing changes."""

from fractions import Fraction

from zhian.chain.tracing.engine.mass_model import Input, MassModel

Triple = tuple[Fraction, Fraction, Fraction]
ZERO: Triple = (Fraction(0), Fraction(0), Fraction(0))


def fractions(model: MassModel) -> dict[str, Triple]:
    """(value, lower, upper) of every lot."""
    group = {lot: _loop(model, lot) for lot in model.time}
    found: dict[str, Triple] = {lot: (Fraction(1),) * 3 for lot in model.roots}
    while len(found) < len(group):
        for lot, members in group.items():
            outer = [
                i for i in model.inputs if i.child in members and not _inner(model, i, members)
            ]
            needed = {i.parent for i in outer if i.parent is not None and model.carries(i)}
            if lot not in found and needed <= found.keys():
                found[lot] = _joint(model, outer, found)
    return found


def _loop(model: MassModel, lot: str) -> frozenset[str]:
    """The lots that both feed and are fed by this one, itself included."""
    down = _closure(model, lot, forward=True)
    return frozenset({lot} | (down & _closure(model, lot, forward=False)))


def _closure(model: MassModel, lot: str, *, forward: bool) -> set[str]:
    found: set[str] = {lot}
    grown = True
    while grown:
        grown = False
        for item in model.inputs:
            if item.parent is None or item.child in model.roots or not model.carries(item):
                continue
            here, there = (item.parent, item.child) if forward else (item.child, item.parent)
            if here in found and there not in found:
                found.add(there)
                grown = True
    return found


def _inner(model: MassModel, item: Input, members: frozenset[str]) -> bool:
    return item.parent in members and model.carries(item)


def _joint(model: MassModel, outer: list[Input], found: dict[str, Triple]) -> Triple:
    known: list[tuple[Fraction, Triple]] = []
    unknown: list[Triple] = []
    for item in outer:
        share = found[item.parent] if item.parent is not None and model.carries(item) else ZERO
        if item.mass is None:
            unknown.append(share)
        else:
            known.append((Fraction(item.mass), share))
    total = sum((mass for mass, _ in known), Fraction())

    def alone(which: int) -> list[Fraction]:
        if not total:
            return []
        return [sum((m * s[which] for m, s in known), Fraction()) / total]

    lower = [s[1] for s in unknown] + alone(1)
    upper = [s[2] for s in unknown] + alone(2)
    if not lower:
        return ZERO
    each = total / len(known) if total else Fraction(1)
    parts = [*known, *((each, s) for s in unknown)]
    mass = sum((m for m, _ in parts), Fraction())
    value = sum((m * s[0] for m, s in parts), Fraction()) / mass
    return (value, min(lower), max(upper))
