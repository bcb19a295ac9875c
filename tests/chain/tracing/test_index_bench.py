"""The benchmark measures what it says, on a small country; and draws how it grows."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from zhian.chain.tracing.commands import bench, deep, trace
from zhian.chain.tracing.commands.bench import bench_trace
from zhian.chain.tracing.engine.index import quick


def run(*arguments: str) -> str:
    result = CliRunner().invoke(bench_trace, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_all_figures_are_measured_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "WARM_LOTS", 380)
    monkeypatch.setattr(bench, "SQL_LOTS", 3)
    found = json.loads(run("--links", "20000", "--json"))
    assert found["links"] == 20_000
    assert found["postgres_agrees"] is True
    for name in ("build_s", "hub_ms", "ns_per_link", "random_access_ns", "ratio_cte", "scipy_ms"):
        assert found[name] > 0, name
    assert found["forward_ms"]["p50"] <= found["forward_ms"]["p95"] <= found["forward_ms"]["max"]


def test_what_is_not_measured_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "MOST_FOR_OTHERS", 5_000)
    found = json.loads(run("--links", "6000", "--json"))
    assert found["postgres_cte_ms"] is None
    assert "5000" in found["postgres_why_not"]
    assert "not asked for" in run("--links", "6000", "--no-references")


def test_every_engine_goes_through_a_long_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    found = json.loads(run("--deep", "600", "--json"))
    assert set(found) == {"hops", "index", "mass", "scores", "goods"}
    monkeypatch.setattr(deep, "ENGINES", (lambda hops: hops < 600,))
    refused = CliRunner().invoke(bench_trace, ["--deep", "600"])
    assert refused.exit_code == 1
    assert "not all 600 hops were traced" in refused.output


def test_growth_is_drawn_without_what_was_not_measured(tmp_path: Path) -> None:
    lines = [
        {"links": 10**6, "forward_ms": {"p50": 0.1}, "hub_cpu_ms": 4.0, "igraph_ms": 0.05},
        {"links": 10**8, "forward_ms": {"p50": 0.2}, "hub_cpu_ms": 500.0, "igraph_ms": None},
    ]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, lines)))
    run("--plot", str(tmp_path / "r.jsonl"), str(tmp_path / "r.svg"))
    drawn = ElementTree.fromstring((tmp_path / "r.svg").read_text())
    assert len(drawn.findall("{*}circle")) == 5


def test_the_walks_can_be_compiled_before_anybody_waits_for_them() -> None:
    result = CliRunner().invoke(trace, ["index", "compile"], catch_exceptions=False)
    assert result.exit_code == 0
    assert set(json.loads(result.output)) == {"seconds"}
    assert quick.quick.signatures  # type: ignore[attr-defined]
