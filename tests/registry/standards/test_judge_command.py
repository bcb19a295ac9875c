"""`zhian judge`: the public contract, on made cases and on the real notices."""

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.shared_data import shared
from zhian.registry.standards.commands import bench_judge, judge
from zhian.registry.standards.commands.bench import failed_items
from zhian.registry.standards.judging import CaseRow, date_of, full_reason, judge_row, reason_text

HEADER = ["id", "product", "category", "item", "result", "limit", "unit", "produced_on", "market"]
FORMULA = ("婴幼儿配方乳粉", "婴幼儿配方食品-婴幼儿配方乳粉")


def write_cases(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def run(cases: Path, *options: str) -> tuple[int, str, list[dict[str, str]]]:
    out = cases.with_suffix(".out.csv")
    done = CliRunner().invoke(judge, [str(cases), "--out", str(out), *options])
    if done.exit_code:
        return done.exit_code, done.output, []
    with out.open(encoding="utf-8", newline="") as file:
        return 0, done.output, list(csv.DictReader(file))


def case(result: str, limit: str = "", **cells: str) -> CaseRow:
    given = {"product": FORMULA[0], "category": FORMULA[1], "item": "三聚氰胺", **cells}
    return CaseRow(result=result, limit=limit, **given)


def test_each_case_gets_its_verdict_and_reason(tmp_path: Path) -> None:
    rows = [
        ["a", "韭菜", "蔬菜", "腐霉利", "6.71mg/kg", "≤5mg/kg", "", "2025-12-01", ""],
        ["b", *FORMULA, "三聚氰胺", "2563", "", "mg/kg", "2026-10-01", "CN"],
        ["c", "韭菜", "蔬菜", "镉(以Cd计)", "0.04", "≤0.05", "mg/kg", "", ""],
        ["d", "韭菜", "蔬菜", "镉(以Cd计)", "0.04mg/kg", "", "", "", ""],
    ]
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        code, _output, found = run(write_cases(tmp_path / "cases.csv", rows, encoding))
        assert code == 0
        assert [row["verdict"] for row in found] == ["不合格", "不合格", "合格", "需人工"]
        assert [row["id"] for row in found] == ["a", "b", "c", "d"]
        assert all(row["reason"] for row in found)
    assert found[1]["reason"].endswith("该限量未经核实（卫生部等5部门2011年第10号公告 公告正文）")
    english = run(tmp_path / "cases.csv", "--language", "en")[2]
    assert english[0]["reason"] == "6.71mg/kg breaks the limit ≤5mg/kg"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,product\n", "row 1: column missing: category, item, result, limit"),
        ("", "row 1: column missing"),
        ("id,product,category,item,result,limit,limit\n", "column stands twice: limit"),
        ("id,product,category,item,result,limit\n1,a,b,c\n", "row 2, column result"),
        ("id,product,category,item,result,limit\n,a,b,c,d,e\n", "row 2, column id: empty"),
        ("id,product,category,item,result,limit\n1,a,b,c,1,2,3,4\n", "row 2: 8 cells for 6"),
        ('id,product,category,item,result,limit\n1,a,b,c,1,"2\n', "row 2: unexpected end"),
        ("id\0,product\n", "not a CSV text file"),
    ],
)
def test_a_bad_file_is_refused_naming_row_and_column(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    code, output, _rows = run(path)
    assert code == 1
    assert message in output


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(b"id,product\xff\xff\n")
    code, output, _rows = run(path)
    assert code == 1
    assert "neither UTF-8 nor GB18030" in output


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    cases = write_cases(tmp_path / "cases.csv", [["a", "x", "y", "z", "1", "≤2", "", "", ""]])
    done = CliRunner().invoke(judge, [str(cases), "--out", str(tmp_path / "no" / "out.csv")])
    assert done.exit_code == 1
    assert "cannot be written" in done.output


def test_the_clause_stands_beside_the_reason() -> None:
    row = case("0.5mg/kg", item="铅", product="乳粉", category="", produced_on="2026-10-01")
    assert full_reason(judge_row(row), "en") == (
        "0.5mg/kg breaks the limit ≤0.2mg/kg; GB 2762-2025 表1"
    )


def test_empty_lines_are_passed_over(tmp_path: Path) -> None:
    rows = [["a", "x", "y", "z", "1", "≤2", "", "", ""], [""] * 9]
    assert len(run(write_cases(tmp_path / "cases.csv", rows))[2]) == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (case("2563mg/kg", produced_on="2026-10-01"), "beyond"),
        (case("0.5mg/kg", produced_on="2026-10-01"), "within"),
        (case("0.5mg/kg", produced_on="2011-04-05"), "no_limit_loaded"),
        (case("0.5mg/kg"), "production_date_missing"),
        (
            case("2mg/kg", product="某牌较大婴儿配方奶粉", category="", produced_on="2026-10-01"),
            "no_limit_loaded",
        ),
        (
            case(
                "2mg/kg", product="某牌婴幼儿配方奶粉(1段)", category="", produced_on="2026-10-01"
            ),
            "beyond",
        ),
        (case("0.5mg/kg", produced_on="soon"), "production_date_unreadable"),
        (case("0.5mg/kg", item="不明物", produced_on="2026-10-01"), "substance_unknown"),
        (case("0.5mg/kg", product="砖", category="", produced_on="2026-10-01"), "category_unknown"),
        (case("0.5mg/kg", market="jp", produced_on="2026-10-01"), "market_unknown"),
        (case("2mg/kg", "≤2.5mg/kg", produced_on="2026-10-01"), "printed_and_loaded_disagree"),
        (case("2mg/kg", "≤1mg/kg", produced_on="2026-10-01"), "beyond"),
        (case("2mg/kg", "≤0.1mg/kg", produced_on="2011-04-05"), "beyond"),
        (case("0.5mg/kg", "≤0.1mg/kg", produced_on="2026-10-01"), "beyond"),
        (case("什么", "≤0.1mg/kg", produced_on="2026-10-01"), "result_unreadable"),
    ],
)
def test_the_limit_in_force_on_the_day_of_production_applies(row: CaseRow, code: str) -> None:
    verdict = judge_row(row)
    assert verdict.reason.code == code
    assert "—" not in reason_text(verdict.reason, "zh")


def test_the_deepest_food_node_wins_and_unverified_limits_say_so() -> None:
    milk = {"product": "乳粉", "category": "乳制品", "item": "总砷(以As计)"}
    verdict = judge_row(case("0.4mg/kg", produced_on="2026-10-01", **milk))
    assert verdict.outcome.printed == "合格"
    assert verdict.clause == "GB 2762-2025 表4"
    melamine = judge_row(case("0.4mg/kg", produced_on="2026-10-01"))
    assert "limit_unverified" in {step.code for step in melamine.steps}
    noted = judge_row(
        case("0.2mg/kg", item="铅", product="小麦粉", category="", produced_on="2026-10-01")
    )
    assert "limit_note" in {step.code for step in noted.steps}


def test_dates_are_read_as_notices_print_them() -> None:
    assert str(date_of("2025/9/8")) == "2025-09-08"
    assert str(date_of("45951.0")) == "2025-10-21"
    assert str(date_of("2025-05-20（购进日期）")) == "2025-05-20"
    assert str(date_of("20250520")) == "2025-05-20"
    assert str(date_of("2025年5月2日")) == "2025-05-02"
    assert date_of("2025-13-01") is None


def test_an_unworded_code_is_shown_rather_than_hidden() -> None:
    from zhian.registry.standards.engine.verdict import step

    assert reason_text(step("no_such_code"), "zh") == "no_such_code"


NOTICES = "inspections/cn_unqualified_2026_sd_ln_cq.jsonl"


def notices() -> list[CaseRow]:
    lines = shared(NOTICES).read_text(encoding="utf-8").splitlines()
    return [case for line in lines for case in failed_items(json.loads(line))]


def test_no_officially_failed_record_passes_and_nearly_all_fail() -> None:
    verdicts = [(row, judge_row(row)) for row in notices()]
    counts = Counter(verdict.outcome.printed for _row, verdict in verdicts)
    assert counts["合格"] == 0
    assert counts["不合格"] >= 0.98 * len(verdicts)
    for _row, verdict in verdicts:
        if verdict.outcome.printed == "需人工":
            assert reason_text(verdict.reason, "zh") != verdict.reason.code
        assert all(reason_text(step, "en") != step.code for step in verdict.steps)


def test_a_command_prints_the_counts_of_the_real_notices() -> None:
    done = CliRunner().invoke(
        bench_judge, ["--json", "--verdicts", "20", "--notices", str(shared(NOTICES))]
    )
    found = json.loads(done.output)["notices"]
    assert found["records"] == len(notices()) > 700
    assert found["share"] >= 0.98
    assert found["conforming"] == 0
    assert found["nonconforming"] + found["needs_person"] == found["records"]


def test_results_lowered_far_below_a_maximum_never_fail() -> None:
    plain = [row for row in notices() if row.limit.startswith("≤") and "mg/kg" in row.result]
    assert plain
    for row in plain:
        lowered = judge_row(
            CaseRow(row.product, row.category, row.item, "0.000001mg/kg", row.limit)
        )
        assert lowered.outcome.printed == "合格", row


def test_the_command_answers_within_a_second_without_a_database(tmp_path: Path) -> None:
    cases = write_cases(tmp_path / "cases.csv", [["a", "x", "y", "z", "1", "≤2", "", "", ""]])
    arguments = [sys.executable, "-m", "config.cli", "judge", str(cases)]
    environment = {**os.environ, "ZHIAN_DATABASE_URL": "postgresql://nowhere.invalid/none"}
    # processor seconds: the wall clock of a busy machine says nothing about the command
    best = 60.0
    for _attempt in range(3):
        before = os.times()
        subprocess.run(
            [*arguments, "--out", str(tmp_path / "out.csv")],
            check=True, env=environment, capture_output=True,
        )  # fmt: skip
        after = os.times()
        used = after.children_user + after.children_system
        best = min(best, used - before.children_user - before.children_system)
    assert best < 1.0


def test_the_bench_counts_verdicts_it_really_gave() -> None:
    done = CliRunner().invoke(bench_judge, ["--json", "--verdicts", "300"])
    facts = json.loads(done.output)
    assert facts["verdicts"] == 300
    assert 0 < facts["nonconforming"] < 300
    assert facts["verdicts_per_s"] > 0
    assert "verdicts/s" in CliRunner().invoke(bench_judge, ["--verdicts", "30"]).output
