"""`zhian judge` on several rows of one sample: sub-samples of a plan, mixtures and sums."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.casting import Cast
from tests.registry.standards.goods import activated
from tests.registry.standards.test_sums import additive
from zhian.kernel import clock
from zhian.kernel.exchange import Row
from zhian.registry.standards import services
from zhian.registry.standards.commands import judge
from zhian.registry.standards.commands.samples import Asked, judged, loaded_judge, together
from zhian.registry.standards.judging import CaseRow, starter_judge
from zhian.registry.standards.vocabulary import Table

PLAN = "n=5,c=2,m=10⁴,M=10⁵CFU/g"
HEADER = ["id", "product", "category", "item", "result", "limit", "unit", "produced_on", "sample"]


def row(identifier: str, result: str, sample: str = "", item: str = "菌落总数") -> list[str]:
    return [identifier, "糕点", "糕点-糕点", item, result, PLAN, "", "2026-10-01", sample]


def written(tmp_path: Path, rows: list[list[str]], *options: str) -> list[dict[str, str]]:
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    with cases.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    done = CliRunner().invoke(judge, [str(cases), "--out", str(out), *options])
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_of_one_sample_under_one_plan_are_its_sub_samples(tmp_path: Path) -> None:
    values = ["2×10⁴CFU/g", "10CFU/g", "3×10⁴CFU/g", "10CFU/g", "5×10⁴CFU/g"]
    failing = [row(f"a{number}", value, "S1") for number, value in enumerate(values)]
    passing = [
        row(f"b{number}", value, "S2") for number, value in enumerate([*values[:4], "10CFU/g"])
    ]
    alone = [row("c", "10CFU/g"), row("d", ";".join(values))]
    found = written(tmp_path, [*failing, *passing, *alone], "--language", "en")
    assert [one["id"] for one in found] == [line[0] for line in (*failing, *passing, *alone)]
    verdicts = [one["verdict"] for one in found]
    assert verdicts == ["不合格"] * 5 + ["合格"] * 5 + ["需人工", "不合格"]
    assert all("5 rows of one sample judged together" in one["reason"] for one in found[:10])


def test_rows_of_one_id_belong_together_too_and_other_items_stay_apart(tmp_path: Path) -> None:
    rows = [row("x", "10CFU/g") for _turn in range(5)] + [row("x", "10CFU/g", item="大肠菌群")]
    assert [one["verdict"] for one in written(tmp_path, rows)] == ["合格"] * 5 + ["需人工"]


@given(st.permutations(["10CFU/g", "2×10⁴CFU/g", "200000CFU/g", "10CFU/g", "11CFU/g"]))
def test_the_order_of_rows_is_irrelevant(values: list[str]) -> None:
    asked = [
        Asked(str(number), "S", CaseRow("糕点", "", "菌落总数", value, PLAN))
        for number, value in enumerate(values)
    ]
    outcomes = {one.outcome.printed for one in judged(asked, starter_judge(clock.today()))}
    assert outcomes == {"不合格"}


def test_six_rows_for_a_plan_of_five_need_a_person(tmp_path: Path) -> None:
    rows = [row(f"a{number}", "10CFU/g", "S1") for number in range(6)]
    assert {one["verdict"] for one in written(tmp_path, rows)} == {"需人工"}


def test_the_help_says_how_rows_belong_together() -> None:
    said = CliRunner().invoke(judge, ["--help"]).output
    assert "sub-samples" in said
    assert "--data" in said


@pytest.mark.django_db
def test_with_a_library_mixtures_and_residues_of_a_sample_are_judged(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the test's own database is open already
    monkeypatch.setattr("zhian.registry.standards.commands.samples.opened", lambda _data: None)
    services.load_starter_limits(acting_user=cast.system)
    tree = [Row(2, {"code": "07.02", "name": "糕点", "parent": None})]
    services.import_table(acting_user=cast.system, table=Table.FOOD_CATEGORIES, rows=tree)
    activated(
        cast.system,
        Table.ADDITIVES,
        [additive("山梨酸及其钾盐", "07.02", "1.0", 2), additive("脱氢乙酸", "07.02", "0.5", 3)],
    )
    case = {"product": "糕点", "category": "", "limit": "", "unit": "g/kg"}
    asked = [
        Asked(
            "1",
            "S1",
            CaseRow(item="山梨酸及其钾盐", result="0.6", produced_on="2026-10-01", **case),
        ),
        Asked("2", "S1", CaseRow(item="脱氢乙酸", result="0.45", produced_on="2026-10-01", **case)),
        Asked("3", "", CaseRow(item="脱氢乙酸", result="0.45", produced_on="2026-10-01", **case)),
    ]
    alone = judged(asked, loaded_judge(tmp_path))
    assert {one.outcome.printed for one in alone} == {"合格"}
    (line,) = together(asked)
    assert (line.verdict, line.identifier[:3]) == ("不合格", "S1:")
    assert line.reason_zh.startswith("山梨酸及其钾盐、脱氢乙酸：")
    cells = [["1", "糕点", "", "山梨酸及其钾盐", "0.6", "", "g/kg", "2026-10-01", "S1"],
             ["2", "糕点", "", "脱氢乙酸", "0.45", "", "g/kg", "2026-10-01", "S1"]]  # fmt: skip
    found = written(tmp_path, cells, "--data", str(tmp_path))
    assert [one["verdict"] for one in found] == ["合格", "合格", "不合格"]
