"""What the explorer draws: place by place while that can be moved smoothly, groups above."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import zhian.chain.tracing

SCRIPT = Path(zhian.chain.tracing.__file__).parent / "static" / "tracing" / "grouping.js"
ASK = """
import { arrange } from "./grouping.mjs";
import { readFileSync } from "node:fs";
const site = (n) => ({
  id: `s${n}`, tier: n ? 1 : 0, kind: "SHOP", region: `13010${n % 9}00${n % 7}`,
  operator: `o${n}`, lots: "L", office: "", name: `n${n}`,
});
const answers = JSON.parse(readFileSync(0, "utf8")).map(({ count, mode, open }) => {
  const sites = Array.from({ length: count }, (_, n) => site(n));
  const links = sites.slice(1).map((one) => ({ from: "s0", to: one.id, kg: 1 }));
  const desk = { data: { sites, links, regions: {} }, words: {} };
  const closed = arrange(desk, new Set(), mode);
  const groups = closed.nodes.filter((node) => !node.site).map((node) => node.id);
  const plan = open ? arrange(desk, new Set(groups), mode) : closed;
  const covered = sites.filter((one) => plan.standsFor.has(one.id)).length;
  return [plan.nodes.length, plan.nodes.filter((node) => !node.site).length, covered];
});
console.log(JSON.stringify(answers));
"""


def arranged(folder: Path, *asked: dict[str, Any]) -> list[list[int]]:
    """For each question: nodes drawn, groups among them, places that something stands for."""
    shutil.copy(SCRIPT, folder / "grouping.mjs")
    (folder / "ask.mjs").write_text(ASK, encoding="utf-8")
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    run = subprocess.run(
        [node, "ask.mjs"], cwd=folder, input=json.dumps(asked), text=True, capture_output=True,
        check=True,
    )  # fmt: skip
    found: list[list[int]] = json.loads(run.stdout)
    return found


def test_above_three_thousand_places_groups_are_drawn_whatever_is_asked_for(
    tmp_path: Path,
) -> None:
    at_most, above = 3_000, 3_001
    fits, *others = arranged(
        tmp_path,
        {"count": at_most, "mode": "none"},
        {"count": above, "mode": "none"},
        {"count": above, "mode": "operator"},
        {"count": 9_000, "mode": "tier", "open": True},
        {"count": 9_000, "mode": "auto", "open": True},
    )
    assert fits == [at_most, 0, at_most]
    for nodes, groups, covered in others:
        assert nodes <= 300
        assert groups >= 1
        assert covered in {above, 9_000}


def test_a_group_that_is_small_enough_opens(tmp_path: Path) -> None:
    closed, opened = arranged(
        tmp_path,
        {"count": 200, "mode": "tier"},
        {"count": 200, "mode": "tier", "open": True},
    )
    assert closed[:2] == [2, 1]
    assert opened == [201, 1, 200]
