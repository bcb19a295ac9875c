"""Units as laboratories print them, and exact conversion between those of one quantity.

A unit is a numerator over a portion (`mg/kg`, `CFU/250mL`, `mg/100cm2`, `/25g`); mass in a volume
never becomes mass in a mass, and CFU never become MPN. Source: rules.md 3.18 item 1.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

_MASS = {"kg": "1000", "g": "1", "mg": "1e-3", "μg": "1e-6", "ug": "1e-6", "mcg": "1e-6",
         "ng": "1e-9", "pg": "1e-12",
         "千克": "1000", "公斤": "1000", "克": "1", "毫克": "1e-3", "微克": "1e-6"}  # fmt: skip
_VOLUME = {"l": "1000", "dl": "100", "ml": "1", "μl": "1e-3", "升": "1000", "毫升": "1"}
_AREA = {"cm2": "1", "dm2": "100", "m2": "10000", "cm^2": "1", "dm^2": "100", "m^2": "10000"}
_AIR = {"m3": "1", "m^3": "1"}
_DAY = {"d": "1", "day": "1", "天": "1", "日": "1", "每日": "1", "每天": "1"}
_COUNT = {"cfu": "CFU", "mpn": "MPN", "个": "pieces", "bq": "becquerel", "iu": "IU", "": "presence"}
_PORTIONS = {"mass": _MASS, "volume": _VOLUME, "area": _AREA, "air": _AIR, "day": _DAY}
_WHOLE = {
    "%": ("mass/mass", "1e-2"),
    "‰": ("mass/mass", "1e-3"),
    "ppm": ("mass/mass", "1e-6"),
    "ppb": ("mass/mass", "1e-9"),
    "%vol": ("volume/volume", "1e-2"),
    "%(v/v)": ("volume/volume", "1e-2"),
    "%v/v": ("volume/volume", "1e-2"),
    "vol%": ("volume/volume", "1e-2"),
    "": ("number", "1"),
}
_FIVES = {5**power: power for power in range(64)}
_SHAPE = re.compile(r"(?P<top>[^/\d]*)/(?P<size>\d+(?:\.\d+)?)?(?P<bottom>[^\d/][^/]*)")
# Digits may end a unit ("cm2") but never begin one; "/25g" begins with the stroke.


@dataclass(frozen=True, slots=True)
class Unit:
    """A printed unit: what it measures, its size in base units, and the portion it speaks of."""

    symbol: str
    quantity: str
    factor: Fraction
    portion: Fraction = Fraction(0)

    @property
    def is_count(self) -> bool:
        """Counts and presence are statements about the portion that was examined."""
        return self.quantity.split("/")[0] in {"CFU", "MPN", "presence", "pieces"}


@lru_cache(maxsize=4096)
def unit_named(symbol: str) -> Unit:
    """The unit of a tidied symbol; an unknown one is comparable only with itself."""
    symbol = symbol.removeprefix("(").removesuffix(")") if symbol.startswith("(") else symbol
    symbol = "" if symbol == "/" else symbol
    whole = _WHOLE.get(symbol.lower())
    if whole is not None:
        return Unit(symbol, whole[0], Fraction(Decimal(whole[1])))
    found = _SHAPE.fullmatch(symbol)
    parts = _fraction(found) if found is not None else None
    if parts is None:
        return Unit(symbol, f"as printed: {symbol.lower()}", Fraction(1))
    quantity, top, bottom = parts
    return Unit(symbol, quantity, top / bottom, bottom)


def _fraction(found: re.Match[str]) -> tuple[str, Fraction, Fraction] | None:
    top = _numerator(found["top"].lower())
    bottom = _portion(found["bottom"].lower())
    if top is None or bottom is None:
        return None
    size = Fraction(Decimal(found["size"] or "1"))
    if size == 0:
        return None
    return f"{top[0]}/{bottom[0]}", top[1], bottom[1] * size


def _numerator(name: str) -> tuple[str, Fraction] | None:
    if name in _MASS:
        return "mass", Fraction(Decimal(_MASS[name]))
    if name in _VOLUME:
        return "volume", Fraction(Decimal(_VOLUME[name]))
    if name in _COUNT:
        return _COUNT[name], Fraction(1)
    return None


def _portion(name: str) -> tuple[str, Fraction] | None:
    for quantity, sizes in _PORTIONS.items():
        if name in sizes:
            return quantity, Fraction(Decimal(sizes[name]))
    return None


def convertible(one: Unit, other: Unit) -> bool:
    """Whether a number in one unit means something in the other without outside knowledge."""
    return one.quantity == other.quantity


def convert(value: Fraction, source: Unit, target: Unit) -> Fraction:
    """The same amount in another unit of the same quantity; ValueError where there is none."""
    if not convertible(source, target):
        raise ValueError(f"{source.symbol or 'no unit'} cannot become {target.symbol or 'no unit'}")
    return value * source.factor / target.factor


def plain(value: Fraction) -> str:
    """A number for people: exact decimals where they end, six significant digits otherwise."""
    twos = (value.denominator & -value.denominator).bit_length() - 1
    fives = _FIVES.get(value.denominator >> twos)
    if fives is None:
        return f"{float(value):.6g}"
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits
