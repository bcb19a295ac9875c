"""An invented library as large as the real ones together, and results nobody has seen before.

For measuring only: the same number always gives the same limit and case.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from zhian.registry.standards.engine.choosing import StoredLimit, bare_name
from zhian.registry.standards.engine.library import Food, Library, Tree

STANDARDS = ("GB 2760", "GB 2762", "GB 2763", "GB 2761", "GB 29921", "GB 31650")
SUBSTANCES = 900
FOODS = 240
LIMITS_EACH = 15
_BEGINS = date(2020, 1, 1)
_UNITS = ("mg/kg", "g/kg", "μg/kg")


def invented_library() -> Library:
    """13,500 limits on 900 substances in six trees of 240 foods, two editions in time."""
    names = {bare_name(name_of(number)): str(number) for number in range(SUBSTANCES)}
    return Library(names, _limits(), [Tree(standard, _foods()) for standard in STANDARDS])


def name_of(number: int) -> str:
    """A substance's invented name."""
    return f"试物{number}号"


def food_of(number: int) -> str:
    """An invented food."""
    return f"试制食品{number % FOODS}类"


def _foods() -> Iterator[Food]:
    for number in range(FOODS):
        parent = "" if number == 0 else str((number - 1) // 4)
        yield Food(str(number), parent, (food_of(number), f"{food_of(number)}罐头"))


def _limits() -> Iterator[StoredLimit]:
    for key in range(SUBSTANCES * LIMITS_EACH):
        substance, turn = key % SUBSTANCES, key // SUBSTANCES
        late = turn % 2 == 1
        yield StoredLimit(
            key=key,
            substance=str(substance),
            standard=STANDARDS[substance % len(STANDARDS)],
            edition=f"第{1 + late}版",
            node=str((substance * 7 + turn // 2) % 60),
            node_name=food_of(substance * 7 + turn // 2),
            demand=f"≤{(substance % 50 + 1) / 10}{_UNITS[substance % 3]}",
            clause=f"表{turn}",
            grade="H",
            effective_from=_BEGINS + timedelta(days=2000 * late),
            effective_to=None if late else _BEGINS + timedelta(days=1999),
        )


def made_on(number: int) -> str:
    """A day of production among the last two years."""
    return (date(2026, 11, 1) - timedelta(days=number * 37 % 700)).isoformat()
