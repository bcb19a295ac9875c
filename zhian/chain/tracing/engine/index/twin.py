"""The slow obvious twin of the walks: links as a list, moments compared, exact fractions.

A link is used when something of the source had arrived before it left; what a node holds is the
mixture of all that came, whatever came when. Forward that is the mass trace of `engine.mass`
over the used links.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf

from zhian.chain.tracing.engine import mass_twin
from zhian.chain.tracing.engine.mass_model import Input, MassModel

Triple = tuple[Fraction, Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class PlainLink:
    """Goods that went from one node to another; grams None when nobody recorded them."""

    source: int
    target: int
    grams: float | None
    departed: int
    arrived: int


def used_forward(links: Sequence[PlainLink], roots: Collection[int]) -> tuple[set[int], set[int]]:
    """Nodes that goods of the roots reach, and the rows of the links by which they do."""
    since: dict[int, float] = dict.fromkeys(roots, -inf)
    rows: set[int] = set()
    grown = True
    while grown:
        grown = False
        for row, link in enumerate(links):
            if link.target in roots or since.get(link.source, inf) > link.departed:
                continue
            rows.add(row)
            if link.arrived < since.get(link.target, inf):
                since[link.target] = link.arrived
                grown = True
    return set(since), rows


def used_backward(links: Sequence[PlainLink], roots: Collection[int]) -> tuple[set[int], set[int]]:
    """Nodes whose goods reach the roots, and the rows of the links by which they do."""
    mirrored = [
        PlainLink(link.target, link.source, link.grams, -link.arrived, -link.departed)
        for link in links
    ]
    return used_forward(mirrored, roots)


def forward(
    links: Sequence[PlainLink], outside: Mapping[int, float], roots: Collection[int]
) -> dict[int, Triple]:
    """(value, lower, upper) of every node reached."""
    reached, rows = used_forward(links, roots)
    inputs = [
        Input(str(link.source) if row in rows else None, str(link.target), link.grams)
        for row, link in enumerate(links)
    ]
    inputs += [Input(None, str(node), grams) for node, grams in outside.items() if grams]
    ends = {node for link in links for node in (link.source, link.target)}
    times = dict.fromkeys((str(node) for node in ends | reached | set(outside)), 0.0)
    model = MassModel(times, tuple(inputs), frozenset(map(str, roots)), frozenset())
    found = mass_twin.fractions(model)
    return {node: found[str(node)] for node in reached}


def backward(
    links: Sequence[PlainLink], outside: Mapping[int, float], roots: Collection[int]
) -> dict[int, Fraction]:
    """The share of every node in the roots together."""
    reached, rows = used_backward(links, roots)
    climbs = [(links[row].target, links[row].source, links[row].grams) for row in sorted(rows)]
    group = {node: _loop(node, climbs) for node in reached}
    found = {node: Fraction(1, len(roots)) for node in roots}
    while len(found) < len(reached):
        for node, members in group.items():
            into = [c for c in climbs if c[1] in members and c[0] not in members]
            if node not in found and all(c[0] in found for c in into):
                found[node] = sum(
                    (found[c[0]] * _part(c, group[c[0]], climbs, links, outside) for c in into),
                    Fraction(),
                )
    return found


Climb = tuple[int, int, float | None]


def _loop(node: int, climbs: Sequence[Climb]) -> frozenset[int]:
    """The nodes that both lead to this one and are led to by it, itself included."""
    return frozenset(
        {node} | (_closure(node, climbs) & _closure(node, [(b, a, m) for a, b, m in climbs]))
    )


def _closure(node: int, steps: Sequence[Climb]) -> set[int]:
    found = {node}
    while more := {b for a, b, _mass in steps if a in found} - found:
        found |= more
    return found


def _part(
    climb: Climb,
    members: frozenset[int],
    climbs: Sequence[Climb],
    links: Sequence[PlainLink],
    outside: Mapping[int, float],
) -> Fraction:
    """The part of a mixture that came by one link, unknown masses at the mean of the known."""
    inner = [c[2] for c in climbs if c[0] in members and c[1] in members]
    masses = [link.grams for link in links if link.target in members]
    for mass in inner:
        masses.remove(mass)
    masses += [outside[node] for node in members if outside.get(node)]
    known = [Fraction(mass) for mass in masses if mass is not None]
    total = sum(known, Fraction())
    each = total / len(known) if total else Fraction(1)
    whole = total + each * masses.count(None)
    grams = climb[2]
    own = each if grams is None else Fraction(grams)
    return own / whole if whole else Fraction()
