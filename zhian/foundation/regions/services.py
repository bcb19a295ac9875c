"""The writes of the territory: the list of divisions, its changes, the class of an area."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from zhian.foundation.regions import selectors
from zhian.foundation.regions.engine.area_classes import area_class, counties_with_streets
from zhian.foundation.regions.engine.changes import (
    REGION_CHANGES,
    Malformed,
    ReadChange,
    read_changes,
)
from zhian.foundation.regions.engine.names import english_name
from zhian.foundation.regions.models import Region, RegionChange
from zhian.foundation.regions.vocabulary import CODE_DIGITS, AreaClass
from zhian.kernel import rules
from zhian.kernel.errors import BadInput, FieldError
from zhian.kernel.use_cases import ActingUser, record, use_case

FILES = ("provinces.json", "cities.json", "areas.json", "streets.json")
# The list has no codes for these three; GB/T 2260 gives them.
WITHOUT_CODE = {"台湾省": "71", "香港特别行政区": "81", "澳门特别行政区": "82"}
# Nodes that stand where a province has no cities: kept for the path, never shown.
VIRTUAL = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
LEVEL_OF_LENGTH = {digits: level for level, digits in CODE_DIGITS.items()}


class Division(TypedDict):
    """One entry of the npm list; the parent's codes beside it are not needed."""

    code: str
    name: str


@use_case("regions.divisions.loaded")
def load_divisions(*, acting_user: ActingUser, folder: Path) -> dict[str, int]:
    """Load or renew every division from the folder of `china-division`; counts by level.

    An area class somebody corrected is kept. BadInput when a file is missing.
    """
    divisions = list(_read(folder))
    regions = list(_regions(divisions))
    Region.objects.bulk_create(
        regions,
        batch_size=5000,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_zh", "name_en", "level", "virtual"],
    )
    _load_known_changes()
    counts = Counter(str(region.level) for region in regions)
    record("regions.region:china-division", counts=dict(counts), total=len(regions))
    return dict(counts)


def _read(folder: Path) -> Iterator[Division]:
    for name in FILES:
        path = folder / name
        if not path.exists():
            raise BadInput(fields=[FieldError(name, _("The file is missing"))])
        yield from json.loads(path.read_text("utf-8"))
    others = folder / "HK-MO-TW.json"
    if others.exists():
        for name in json.loads(others.read_text("utf-8")):
            yield Division(code=WITHOUT_CODE[name], name=name)


def _regions(divisions: list[Division]) -> Iterator[Region]:
    names = {division["code"]: division["name"] for division in divisions}
    with_streets = counties_with_streets(names)
    for code, name in names.items():
        county = code[:6]
        yield Region(
            code=code,
            name_zh=name,
            name_en=english_name(name),
            level=LEVEL_OF_LENGTH[len(code)],
            area_class=area_class(code, name, names.get(county, ""), county in with_streets),
            virtual=len(code) == 4 and name in VIRTUAL,
        )


def _load_known_changes() -> None:
    known = [change for pack in rules.packs(REGION_CHANGES) for change in pack.content.changes]
    RegionChange.objects.bulk_create(
        [
            RegionChange(
                kind=change.kind,
                old_code=change.old_code,
                new_code=change.new_code,
                old_path=change.old_path,
                new_path=change.new_path,
                on=change.day,
                source=change.source,
            )
            for change in known
        ],
        ignore_conflicts=True,
    )


@use_case("regions.changes.imported")
def import_region_changes(*, acting_user: ActingUser, lines: Iterable[str], source: str) -> int:
    """Import a list of renamed and merged divisions; how many were new.

    Importing the same list twice changes nothing. BadInput names the line that is not a change.
    """
    try:
        read = read_changes(lines)
    except Malformed as error:
        problem = FieldError("file", _("This line is not a change of division"), error.number)
        raise BadInput(fields=[problem]) from error
    before = RegionChange.objects.count()
    RegionChange.objects.bulk_create(_changes(read, source), ignore_conflicts=True)
    added = RegionChange.objects.count() - before
    record(f"regions.regionchange:{source[:60]}", source=source, read=len(read), added=added)
    return added


def _changes(read: list[ReadChange], source: str) -> Iterator[RegionChange]:
    codes: dict[tuple[str, ...], str] = {}

    def code(path: tuple[str, ...]) -> str:
        if path not in codes:
            codes[path] = selectors.code_by_path(path)
        return codes[path]

    for change in read:
        yield RegionChange(
            kind=change.kind,
            # a division that was renamed or merged away has no code in today's list
            old_code=code(change.old),
            new_code=code(change.new),
            old_path=" ".join(change.old),
            new_path=" ".join(change.new),
            on=change.on,
            source=f"{source}（{change.approved_by}）"[:200],
        )


@use_case("regions.area_class.corrected")
def correct_area_class(
    *, acting_user: ActingUser, code: str, area_class: AreaClass, reason: str
) -> Region:
    """Put a region into another area class than the computed one; the reason is kept."""
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Say why"))])
    region = selectors.region(code)
    before = region.area_class
    region.area_class = area_class
    region.save(update_fields=["area_class"])
    record(region, before=before, after=str(area_class), reason=reason)
    return region
