"""The default area class of a division, from its code and its county's name.

The third segment of a nine-digit code tells the kind of place (GB/T 10114: 001–099 streets,
100–199 towns, 200–399 townships, 400–599 farms and the like run by an enterprise). The class
itself is our default [D]: the campaign names the classes without delimiting them
(requirements 2.5).
"""

from collections.abc import Collection

CITY = "CITY"
COUNTY_SEAT = "COUNTY_SEAT"
TOWNSHIP = "TOWNSHIP"
VILLAGE = "VILLAGE"
FRINGE = "FRINGE"

STREETS = range(1, 100)
TOWNS = range(100, 200)
FARMS = range(400, 600)
SEAT_TOWN = 100


def is_district(county_name: str) -> bool:
    """Whether a county-level division is a district of a city (区, but not 林区 or 特区)."""
    return county_name.endswith("区") and not county_name.endswith(("林区", "特区"))


def area_class(
    code: str, name: str, county_name: str = "", county_has_streets: bool = False
) -> str:
    """The class of one division; `county_*` describe the county of a nine-digit code."""
    if len(code) <= 4:
        return CITY
    if len(code) == 6:
        return CITY if is_district(name) else COUNTY_SEAT
    kind = int(code[6:9])
    if kind in STREETS:
        return CITY if is_district(county_name) else COUNTY_SEAT
    if kind in FARMS:
        return VILLAGE
    if is_district(county_name):
        return FRINGE if kind in TOWNS else TOWNSHIP
    # A county without streets has its seat in the town numbered first, by convention of the list.
    seat = kind == SEAT_TOWN and not county_has_streets
    return COUNTY_SEAT if seat else TOWNSHIP


def counties_with_streets(codes: Collection[str]) -> frozenset[str]:
    """Six-digit codes of the counties that have at least one street."""
    return frozenset(code[:6] for code in codes if len(code) == 9 and int(code[6:9]) in STREETS)
