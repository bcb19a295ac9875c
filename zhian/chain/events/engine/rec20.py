"""Which unit codes exist: UN/ECE Recommendation 20 (codes in force and deprecated ones), and 21.

Deleted codes (such as KG, a keg, or BX, a box) are no units; packages are written as X and the code
of Recommendation 21. `rec20_codes.txt` is the list and names its source.
"""

import re
from collections.abc import Iterator
from pathlib import Path

_PACKAGE = re.compile(r"X[A-Z0-9]{2}")


def is_unit(code: str) -> bool:
    """Whether a code of two or three signs is a unit of measure or a package."""
    return code in _CODES or _PACKAGE.fullmatch(code) is not None


def _read(text: str) -> frozenset[str]:
    """Families of numbered codes, a line each, then the others after a star."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    families, _, others = "\n".join(lines).partition("\n*\n")
    numbered = (code for line in families.splitlines() for code in _family(line))
    return frozenset([*numbered, *others.split()])


def _family(line: str) -> Iterator[str]:
    """`A 1-3 05` is A1, A2, A3 and A05."""
    letter, *spans = line.split()
    for span in spans:
        first, _, last = span.partition("-")
        if not last:
            yield letter + first
            continue
        for number in range(int(first), int(last) + 1):
            yield f"{letter}{number}"


_CODES = _read(Path(__file__).with_name("rec20_codes.txt").read_text("ascii"))
