"""Which unit codes exist: UN/ECE Recommendation 20 (revision 14 ff.), and 21 for packages.

Deleted codes (such as KG, a keg, or BX, a box) are no units; packages are written as X and the code
of Recommendation 21. The numbered families (A1 … Q42) are dense and taken as a whole.
"""

import re
from pathlib import Path

_NUMBERED = re.compile(r"[A-HJ-NPQ][0-9]{1,2}")
_PACKAGE = re.compile(r"X[A-Z0-9]{2}")
_CODES = frozenset(Path(__file__).with_name("rec20_codes.txt").read_text("ascii").split())


def is_unit(code: str) -> bool:
    """Whether a code of two or three signs is a unit of measure or a package."""
    if code in _CODES:
        return True
    return _NUMBERED.fullmatch(code) is not None or _PACKAGE.fullmatch(code) is not None
