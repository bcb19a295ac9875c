"""What was told as arrays, and the order in which nodes are numbered."""

import numpy as np

from zhian.chain.tracing.engine.index.deriving import MAKING, Told
from zhian.chain.tracing.engine.index.nouns import F8, I8, ODD, U4, UNKNOWN, VAGUE, Links, Supply

_SECOND = 1_000_000
MOST_ODD = VAGUE - ODD  # masses that the table of odd ones has numbers for


def codes_of(masses: list[float | None]) -> tuple[U4, F8]:
    """Grams in 32 bits; those that do not fit by their number in a table."""
    codes = np.empty(len(masses), np.uint32)
    odd: list[float] = []
    for row, mass in enumerate(masses):
        if mass is None:
            codes[row] = UNKNOWN
        elif mass < ODD and mass == int(mass):
            codes[row] = int(mass)
        else:
            codes[row] = ODD + len(odd)
            odd.append(mass)
    return codes, np.array(odd, np.float64)


def arrays_of(told: Told) -> tuple[Links, Supply, I8]:
    """The links and nodes of a telling, numbered as they are told; moments become ticks.

    The third: the moment of each tick.
    """
    links = told.links
    moments = np.array([(left, came) for _a, _b, _mass, left, came in links], np.int64)
    every, ticks = np.unique(moments, return_inverse=True)
    ticks = ticks.reshape(-1, 2).astype(np.uint32)
    grams, odd = codes_of([mass for _a, _b, mass, _left, _came in links])
    ends = np.array([(a, b) for a, b, _mass, _left, _came in links], np.uint32).reshape(-1, 2)
    columns = [np.ascontiguousarray(column) for column in (*ends.T, *ticks.T)]
    outside, odd_outside = codes_of([mass for _key, _at, mass in told.nodes])
    born = np.array([at for _key, at, _mass in told.nodes], np.int64)
    return (
        Links(columns[0], columns[1], grams, columns[2], columns[3], odd),
        Supply(seconds_of(born), outside, odd_outside),
        every,
    )


def seconds_of(moments: I8) -> U4:
    """Microseconds since 1970 as whole seconds that fit."""
    return np.clip(moments // _SECOND, 0, 0xFFFFFFFF).astype(np.uint32)


def order_of(told: Told) -> list[int]:
    """The rows of the nodes in the order of time; of one moment: goods, making, what was made."""
    began = [at for _key, at, _outside in told.nodes]
    stage = [1 if key[0] == MAKING else 0 for key, _at, _outside in told.nodes]
    for source, target, _mass, _left, came in told.links:
        if stage[source] == 1 and came == began[target]:
            stage[target] = 2
    return sorted(range(len(began)), key=lambda row: (began[row], stage[row], told.nodes[row][0]))
