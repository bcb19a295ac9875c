"""The arrays of the index.

A *node* is a lot in a site's hands (a holding) or one making, in which inputs become one mixture.
A *link* is a movement between holdings, an input into a making or an output of it. Nodes are
numbered by the moment they came to be, so nearly every link leads to a higher number.

A *half* holds the links of one direction: forward in the order of departure, backward in the
reverse order of arrival. A link says how many of the first links of the node it leads to are
barred, because they had left before these goods arrived; nearly always none, so only the others
are listed. That replaces two moments for each link.

Masses are grams in 32 bits; what is no whole number of grams, or too many, is a number in a table.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

U1 = NDArray[np.uint8]
U2 = NDArray[np.uint16]
U4 = NDArray[np.uint32]
I8 = NDArray[np.int64]
F8 = NDArray[np.float64]

BARRED = 0x80000000  # in a link's target: its entry stands in `skips`
TARGET = 0x7FFFFFFF
ODD = 0xF0000000  # from here on: number of the mass in a table of odd ones
VAGUE = 0xF8000000  # of totals, from here on: the same, and the mass of an input is not known
UNKNOWN = 0xFFFFFFFF  # of links: no mass was recorded


class Half(NamedTuple):
    """The links of one direction, in compressed rows."""

    offsets: U4  # nodes + 1
    pairs: U4  # target, grams; twice the links
    skip_links: U4  # links that may not use the first links of their target, ascending
    skips: U4  # how many


class Nodes(NamedTuple):
    """What came in at each node, and when it came to be."""

    totals: U4  # grams of all inputs, recorded links and outside mass together
    odd_totals: F8
    days: U2  # since 1970


class Patch(NamedTuple):
    """Nodes whose links changed since the segment was written; empty when none did."""

    touched: U4  # one bit for each node of the segment
    nodes: U4  # the changed and the new nodes, ascending
    forward: Half
    backward: Half
    facts: Nodes


class Graph(NamedTuple):
    """Everything a walk reads."""

    forward: Half
    backward: Half
    nodes: Nodes
    odd_grams: F8  # masses of links that 32 bits do not hold
    patch: Patch


class Links(NamedTuple):
    """Links as they come, in any order: what a segment is built from."""

    sources: U4
    targets: U4
    grams: U4
    departed: U4  # ticks: any numbers in the order of time
    arrived: U4
    odd_grams: F8


class Supply(NamedTuple):
    """The nodes as they come: when they began (seconds), and what was made or came from outside."""

    born: U4
    outside: U4  # grams
    odd_grams: F8


def no_u4() -> U4:
    """An empty list of numbers."""
    return np.zeros(0, np.uint32)


def no_f8() -> F8:
    """An empty list of masses."""
    return np.zeros(0, np.float64)


def frozen(graph: Graph) -> Graph:
    """The graph read-only, as it is when it is mapped from a file: one machine code for both."""
    for part in (*graph.forward, *graph.backward, *graph.nodes, graph.odd_grams):
        part.flags.writeable = False
    patch = graph.patch
    for part in (*patch[:2], *patch.forward, *patch.backward, *patch.facts):
        part.flags.writeable = False
    return graph


def no_half() -> Half:
    """A direction without nodes."""
    return Half(np.zeros(1, np.uint32), no_u4(), no_u4(), no_u4())


def no_patch() -> Patch:
    """Nothing changed."""
    return Patch(
        no_u4(), no_u4(), no_half(), no_half(), Nodes(no_u4(), no_f8(), np.zeros(0, np.uint16))
    )
