"""The list of divisions: loading, the tree, its changes."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Count

from tests import factories as make
from tests.casting import Cast
from tests.shared_data import shared
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices.models import User
from zhian.foundation.regions import selectors, services
from zhian.foundation.regions.models import Region, RegionChange
from zhian.foundation.regions.vocabulary import AreaClass, ChangeKind
from zhian.kernel.errors import BadInput, NotKnown
from zhian.kernel.use_cases import unguarded

pytestmark = pytest.mark.empty_platform

FILES: dict[str, object] = {
    "provinces.json": [{"code": "13", "name": "河北省"}, {"code": "50", "name": "重庆市"}],
    "cities.json": [
        {"code": "1301", "name": "石家庄市", "provinceCode": "13"},
        {"code": "5001", "name": "市辖区", "provinceCode": "50"},
        {"code": "5002", "name": "县", "provinceCode": "50"},
    ],
    "areas.json": [
        {"code": "130123", "name": "正定县"},
        {"code": "500101", "name": "万州区"},
        {"code": "500229", "name": "城口县"},
    ],
    "streets.json": [
        {"code": "130123001", "name": "诸福屯街道"},
        {"code": "130123100", "name": "正定镇"},
        {"code": "500101001", "name": "高笋塘街道"},
        {"code": "500101100", "name": "小周镇"},
        {"code": "500229100", "name": "葛城街道"},
        {"code": "500229500", "name": "某农场"},
    ],
    "HK-MO-TW.json": {"香港特别行政区": {}, "澳门特别行政区": {}, "台湾省": {}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return tmp_path


@pytest.fixture
def system(db: None) -> User:
    return make.system_user()


def test_loading_gives_every_level_with_both_names(system: User, folder: Path) -> None:
    assert not selectors.any_loaded()
    counts = services.load_divisions(acting_user=system, folder=folder)
    assert counts == {"1": 5, "2": 3, "3": 3, "4": 6}
    assert selectors.any_loaded()
    county = selectors.region("130123")
    assert (county.name_zh, county.name_en, county.level) == ("正定县", "Zhengding County", 3)
    assert county.area_class == AreaClass.COUNTY_SEAT
    assert {r.code for r in Region.objects.filter(virtual=True)} == {"5001", "5002"}
    assert selectors.region("81").name_en == "Hong Kong Special Administrative Region"
    entry = Entry.objects.get()
    assert (entry.kind, entry.data["total"]) == ("regions.divisions.loaded", 17)


def test_loading_again_renews_names_and_keeps_corrected_classes(system: User, folder: Path) -> None:
    services.load_divisions(acting_user=system, folder=folder)
    services.correct_area_class(
        acting_user=system, code="130123100", area_class=AreaClass.FRINGE, reason="现场核实"
    )
    with unguarded("set-up"):
        Region.objects.filter(pk="130123").update(name_zh="旧名")
    services.load_divisions(acting_user=system, folder=folder)
    assert selectors.region("130123").name_zh == "正定县"
    assert selectors.region("130123100").area_class == AreaClass.FRINGE
    assert Region.objects.count() == 17
    assert RegionChange.objects.count() == 2


def test_a_missing_file_is_named_and_nothing_is_loaded(system: User, folder: Path) -> None:
    (folder / "areas.json").unlink()
    with pytest.raises(BadInput) as error:
        services.load_divisions(acting_user=system, folder=folder)
    assert error.value.fields[0].field == "areas.json"
    assert not Region.objects.exists()


def test_the_list_without_the_three_regions_is_enough(system: User, folder: Path) -> None:
    (folder / "HK-MO-TW.json").unlink()
    assert services.load_divisions(acting_user=system, folder=folder)["1"] == 2


def test_a_correction_needs_a_reason(system: User) -> None:
    make.region("130123")
    with pytest.raises(BadInput):
        services.correct_area_class(
            acting_user=system, code="130123", area_class=AreaClass.CITY, reason=" "
        )
    with pytest.raises(NotKnown):
        services.correct_area_class(
            acting_user=system, code="99", area_class=AreaClass.CITY, reason="x"
        )


def test_the_tree_skips_bookkeeping_nodes(system: User, folder: Path) -> None:
    services.load_divisions(acting_user=system, folder=folder)
    assert [r.code for r in selectors.children_of("50")] == ["500101", "500229"]
    assert [r.code for r in selectors.children_of("")] == ["13", "50", "71", "81", "82"]
    assert selectors.children_of("130123100") == []
    assert [r.code for r in selectors.ancestors_of("500101001")] == ["50", "500101"]
    assert selectors.region("500101001").path_names == ("重庆市", "万州区", "高笋塘街道")
    assert selectors.region("5001").path_names == ("重庆市",)
    assert selectors.full_name("500101") == "重庆市 万州区"
    assert selectors.full_name("99") == "99"
    assert selectors.region("500101001").parent_code == "500101"
    assert selectors.region("50").parent_code == ""
    assert {r.code for r in selectors.regions_under("50")} == {
        "50", "5001", "5002", "500101", "500229",
        "500101001", "500101100", "500229100", "500229500",
    }  # fmt: skip


def test_a_subtree_is_found_by_the_index_on_the_prefix(db: None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = selectors.regions_under("1301").order_by().explain()
    assert "like" in plan
    assert "~>=~" in plan


def test_names_for_readers(system: User, folder: Path) -> None:
    services.load_divisions(acting_user=system, folder=folder)
    assert selectors.region_name("130123") == "正定县"
    assert selectors.region_name("nowhere") == "nowhere"
    assert selectors.code_by_path(("重庆市", "万州区")) == "500101"
    assert selectors.code_by_path(("重庆市", "没有区")) == ""
    assert str(selectors.region("13")) == "河北省"
    with pytest.raises(NotKnown):
        selectors.region("99")


def change(kind: str, old: str, new: str, on: date, old_path: str = "") -> RegionChange:
    with unguarded("set-up"):
        return RegionChange.objects.create(
            kind=kind, old_code=old, new_code=new, on=on, old_path=old_path, source="test"
        )


def test_a_code_is_read_as_of_its_day(db: None) -> None:
    make.region("130123")
    change("RECODED", "130198", "130199", date(2010, 1, 1), "河北省 石家庄市 甲县")
    change("RECODED", "130199", "130123", date(2015, 1, 1), "河北省 石家庄市 乙县")
    change("RENAMED", "", "130123", date(2020, 1, 1), "河北省 石家庄市 丙县")
    for code, on, expected in (
        ("130198", date(2009, 1, 1), ("130198", "甲县")),
        ("130198", date(2012, 1, 1), ("130199", "乙县")),
        ("130198", date(2016, 1, 1), ("130123", "丙县")),
        ("130198", date(2021, 1, 1), ("130123", "正定县")),
        ("130123", date(2021, 1, 1), ("130123", "正定县")),
    ):
        found = selectors.region_on(code, on)
        assert found is not None
        assert (found.code, found.name_zh) == expected
    assert selectors.region_on("999999", date(2021, 1, 1)) is None


def test_a_circle_of_changes_ends(db: None) -> None:
    change("RECODED", "1", "2", date(2010, 1, 1))
    change("RECODED", "2", "1", date(2010, 1, 1))
    assert selectors.current_code("1", date(2020, 1, 1)) in ("1", "2")


def test_a_merged_division_leaves_the_name_of_the_other_alone(db: None) -> None:
    make.region("130123")
    change("MERGED", "", "130123", date(2020, 1, 1), "河北省 石家庄市 并入县")
    found = selectors.region_on("130123", date(2019, 1, 1))
    assert found is not None
    assert found.name_zh == "正定县"


LIST = [
    "2019-06-27\t国批\t河北省\t河北\t石家庄市\t石家庄\t正定市\t正定=>河北省\t石家庄市\t正定县\n",
    "2019-06-27\t国批\t河北省\t河北\t石家庄市\t石家庄\t正定市\t正定=>河北省\t石家庄市\t正定县\n",
    "2010-12-09\t民批\t河北省\t河北\t石门市\t石门=>河北省\t石家庄市\n",
]


def test_a_list_of_changes_is_imported_once(system: User) -> None:
    make.region("130123")
    assert services.import_region_changes(acting_user=system, lines=LIST, source="某清单") == 2
    assert services.import_region_changes(acting_user=system, lines=LIST, source="某清单") == 0
    renamed = RegionChange.objects.get(on=date(2019, 6, 27))
    assert (renamed.kind, renamed.old_code, renamed.new_code) == ("RENAMED", "", "130123")
    assert renamed.source == "某清单（国批）"
    assert str(renamed) == "2019-06-27 河北省 石家庄市 正定市 → 河北省 石家庄市 正定县"
    found = selectors.region_on("130123", date(2019, 1, 1))
    assert found is not None
    assert found.name_zh == "正定市"


def test_a_line_that_is_no_change_is_named(system: User) -> None:
    with pytest.raises(BadInput) as error:
        services.import_region_changes(acting_user=system, lines=[LIST[0], "x"], source="s")
    assert error.value.fields[0].row == 2
    assert not RegionChange.objects.exists()


def test_the_national_list_loads_in_seconds_with_its_changes(system: User) -> None:
    counts = services.load_divisions(acting_user=system, folder=settings.ZHIAN_BUILD / "divisions")
    assert counts == {"1": 34, "2": 342, "3": 2978, "4": 41352}
    assert Region.objects.filter(virtual=True).count() == 9
    classes = dict(Region.objects.filter(level=4).values_list("area_class").annotate(n=Count("pk")))
    assert set(classes) == set(AreaClass.values)
    lines = Path(shared("divisions/division_changes_2002_2023.txt")).read_text("utf-8")
    added = services.import_region_changes(
        acting_user=system, lines=lines.splitlines(), source="jionlp 1.5.31"
    )
    assert added == 119
    unknown = RegionChange.objects.filter(new_code="").count()
    assert unknown <= 10
    found = selectors.region_on("429021", date(2020, 1, 1))
    assert found is not None
    assert found.name_zh == "神农架林区"
    laiwu = selectors.region_on("3712", date(2018, 1, 1))
    assert laiwu is not None
    assert (laiwu.name_zh, laiwu.current) == ("莱芜市", None)
    jinan = selectors.region_on("3712", date(2020, 1, 1))
    assert jinan is not None
    assert jinan.name_zh == "济南市"
    assert ChangeKind.MERGED in RegionChange.objects.values_list("kind", flat=True)


def test_codes_have_a_form_the_database_holds(cast: Cast) -> None:
    from django.db import IntegrityError, transaction

    with unguarded("set-up"), pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.create(pk="123", name_zh="x", name_en="x", level=1, area_class="CITY")
