"""What may be read about the territory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhian.foundation.regions.models import Region, RegionChange, RegionQuerySet
from zhian.foundation.regions.vocabulary import CODE_DIGITS, ChangeKind, ancestor_codes_of
from zhian.kernel.errors import NotKnown

# A chain of successors longer than this is a circle in the data.
LONGEST_CHAIN = 12


@dataclass(frozen=True, slots=True)
class RegionOn:
    """What a code meant on a date: the code and name to use, and today's region if there is one."""

    code: str
    name_zh: str
    current: Region | None


def region(code: str) -> Region:
    """One region by its code; NotKnown when there is none."""
    found = find_region(code)
    if found is None:
        raise NotKnown
    return found


def find_region(code: str) -> Region | None:
    """One region by its code, or None."""
    return Region.objects.filter(pk=code).first()


def regions_by_code(codes: Iterable[str]) -> dict[str, Region]:
    """Several regions at once; unknown codes are absent."""
    return Region.objects.in_bulk(set(codes))


def regions_under(code: str) -> RegionQuerySet:
    """The region and all below it, bookkeeping nodes included; an empty code is the country."""
    return Region.objects.under(code)


def children_of(code: str) -> list[Region]:
    """The next real level below: children of a bookkeeping node stand in for it."""
    digits = list(CODE_DIGITS.values())
    depth = digits.index(len(code)) + 1 if code else 0
    if depth == len(digits):
        return []
    children: list[Region] = []
    for child in Region.objects.under(code).filter(level=depth + 1):
        children.extend(children_of(child.code) if child.virtual else [child])
    return children


def ancestors_of(code: str) -> list[Region]:
    """Real regions from the province down to the parent."""
    return list(Region.objects.real().filter(code__in=ancestor_codes_of(code)).order_by("code"))


def region_name(code: str) -> str:
    """The name in the reader's language; the code itself when nobody knows it."""
    found = find_region(code)
    return found.name if found else code


def full_name(code: str) -> str:
    """Names from the province down in one line, in the reader's language."""
    found = find_region(code)
    return " ".join(found.path_names) if found else code


def code_by_path(names: tuple[str, ...]) -> str:
    """The code of a region given by its Chinese names from the province down; empty if unknown."""
    code = ""
    for name in names:
        found = next((one for one in children_of(code) if one.name_zh == name), None)
        if found is None:
            return ""
        code = found.code
    return code


def current_code(code: str, on: date) -> str:
    """The code that answers on that date for a code that may have been replaced before it."""
    for _step in range(LONGEST_CHAIN):
        change = (
            RegionChange.objects.filter(old_code=code, on__lte=on)
            .exclude(new_code__in=("", code))
            .order_by("on", "pk")
            .last()
        )
        if change is None:
            return code
        code = change.new_code
    return code


def region_on(code: str, on: date) -> RegionOn | None:
    """What the code meant on the date; None when the code was never known."""
    now_code = current_code(code, on)
    current = find_region(now_code)
    later = RegionChange.objects.filter(on__gt=on)
    renamed = (
        later.filter(new_code=now_code, old_code__in=("", now_code))
        .exclude(kind=ChangeKind.MERGED)
        .order_by("on", "pk")
        .first()
    )
    gone = later.filter(old_code=now_code).order_by("on", "pk").first()
    change = gone or renamed
    if change is not None and change.old_path:
        return RegionOn(now_code, change.old_path.rsplit(" ", 1)[-1], current)
    return RegionOn(now_code, current.name_zh, current) if current else None


def any_loaded() -> bool:
    """Whether the list of divisions has been loaded."""
    return Region.objects.exists()
