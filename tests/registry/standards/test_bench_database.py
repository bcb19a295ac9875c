"""The database side of `zhian bench judge`: a small run tells every figure it promises."""

import pytest
from click.testing import CliRunner

from tests.casting import Cast
from tests.shared_data import shared
from zhian.registry.standards.commands import bench_judge, database_runs

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("cast")
def test_comparison_import_and_look_up_are_measured(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the tests' database is laid out already
    monkeypatch.setattr(database_runs, "call_command", lambda *_words, **_options: None)
    monkeypatch.setattr(database_runs.ledger, "ensure_checkpoint_key", lambda: None)
    found = database_runs.measured(None, 12, 100)
    assert found["comparison"]["their_limits"] == 100
    assert found["comparison"]["our_limits"] == 1136
    assert sum(one["lines"] for one in found["comparison"]["counts"].values()) >= 100
    assert found["import"].startswith("skipped")
    assert found["look_up"]["requests"] == 12
    assert 0 < found["look_up"]["p50_ms"] <= found["look_up"]["p95_ms"]
    assert found["look_up"]["most_queries"] <= 12
    assert found["limits_loaded"] == 1236
    assert cast.system.pk


@pytest.mark.usefixtures("cast")
def test_each_published_table_is_timed_by_its_name() -> None:
    folder = shared("limits/gb2760_2024_a2_excluded_categories.csv").parent
    names = sorted(file.name for file in folder.glob("gb27*.csv"))
    assert len(names) == 9
    few = {"gb2760_2024_e1_food_categories.csv", "gb2760_2024_d_functional_classes.csv"}
    found = database_runs.imported([folder / name for name in few])
    assert set(found["tables_s"]) == few
    assert found["additive_levels_s"] is None


def test_the_benchmark_wants_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIAN_DATABASE_URL", "postgresql://somewhere/else")
    done = CliRunner().invoke(bench_judge, ["--verdicts", "20", "--database"])
    assert done.exit_code == 1
    assert "unset the address" in done.output
