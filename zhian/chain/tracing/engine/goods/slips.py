"""How probable it is that a written lot number is a slip of another (trace 2.2-9).

A cheapest chain of slips turns the true text into the written one: characters that look alike,
neighbours on the number pad, other digits, two characters exchanged, one left out, one struck
twice. Costs are negative logarithms, so that independent slips add and e^-cost is a likelihood.
"""

import math

ALIKE = 2.5  # 0 and O, 1 and l: read wrongly
BESIDE = 3.5  # neighbours on the number pad: struck wrongly
OTHER = 5.0  # any other digit for a digit, letter for a letter
STRANGE = 7.0  # a digit for a letter that looks nothing like it
EXCHANGED = 3.0  # two neighbours in the wrong order
DROPPED = 4.0  # a character left out
DOUBLED = 3.0  # a character struck twice, or one of two lost
ADDED = 5.0  # a character from nowhere
DASH = 0.7  # a separator or a letter's case written otherwise

_ALIKE = [set(group) for group in ("0oqd", "1il7", "2z", "5s", "6bg", "8b", "9gq", "uv", "mn")]
_DASHES = set("-_ ./")
_PAD = {key: (row, column) for row, keys in enumerate(("789", "456", "123"))
        for column, key in enumerate(keys)} | {"0": (3, 0)}  # fmt: skip


def slip_cost(true: str, written: str) -> float:
    """Cost of the cheapest chain of slips; 0 for equal texts."""
    rows = [[0.0] * (len(written) + 1) for _ in range(len(true) + 1)]
    for i in range(len(true) + 1):
        for j in range(len(written) + 1):
            if i or j:
                rows[i][j] = min(
                    rows[i - di][j - dj] + cost for di, dj, cost in last_slips(true, written, i, j)
                )
    return rows[-1][-1]


def last_slips(true: str, written: str, i: int, j: int) -> list[tuple[int, int, float]]:
    """What can have been the last slip of the first i and j characters, with its cost."""
    steps = []
    if i and j:
        steps.append((1, 1, swap_cost(true[i - 1], written[j - 1])))
    if i:
        steps.append((1, 0, lost_cost(true[:i], i - 1)))
    if j:
        steps.append((0, 1, added_cost(written[:j], j - 1)))
    if i > 1 and j > 1 and true[i - 2 : i] == written[j - 2 : j][::-1] != written[j - 2 : j]:
        steps.append((2, 2, EXCHANGED))
    return steps


def swap_cost(true: str, written: str) -> float:
    """Cost of one character for another."""
    if true == written:
        return 0.0
    a, b = true.lower(), written.lower()
    if a == b or (a in _DASHES and b in _DASHES):
        return DASH
    if any(a in group and b in group for group in _ALIKE):
        return ALIKE
    if a in _PAD and b in _PAD and math.dist(_PAD[a], _PAD[b]) < 1.5:
        return BESIDE
    return OTHER if a.isdigit() == b.isdigit() else STRANGE


def lost_cost(text: str, at: int) -> float:
    """Cost of leaving out the character at this place; a doubled one is easily lost."""
    if text[at] in _DASHES:
        return DASH
    return DOUBLED if at and text[at - 1] == text[at] else DROPPED


def added_cost(text: str, at: int) -> float:
    """Cost of an additional character at this place; one struck twice is cheaper."""
    if text[at] in _DASHES:
        return DASH
    return DOUBLED if at and text[at - 1] == text[at] else ADDED


def slip_cost_twin(true: str, written: str) -> float:
    """The same by trying every chain of slips; exponential."""
    if not true and not written:
        return 0.0
    return min(
        cost + slip_cost_twin(true[: len(true) - di], written[: len(written) - dj])
        for di, dj, cost in last_slips(true, written, len(true), len(written))
    )
