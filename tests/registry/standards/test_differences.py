"""What changed between two editions: the rules, a slow twin, and the report on real tables."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from click import ClickException
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.casting import Cast
from tests.shared_data import shared
from zhian.foundation.offices.models import User
from zhian.kernel.exchange import Row
from zhian.registry.standards import services
from zhian.registry.standards.commands.changes import report
from zhian.registry.standards.engine.differences import (
    Change,
    Difference,
    Entry,
    counted,
    differences,
)
from zhian.registry.standards.engine.verdict import Direction
from zhian.registry.standards.models import Edition
from zhian.registry.standards.selectors import differences as selectors
from zhian.registry.standards.services.sheets import SHEETS
from zhian.registry.standards.vocabulary import Table

TREE = {"谷物": "", "大米": "谷物", "糙米": "大米", "蔬菜": ""}


def maximum(_substance: str) -> Direction:
    return Direction.MAXIMUM


def entry(demand: str, node: str = "谷物", **more: str) -> Entry:
    return Entry(1, "镉", node, demand, **more)


def between(old: list[Entry], new: list[Entry]) -> list[Difference]:
    return differences(old, new, TREE, maximum)


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("≤0.2mg/kg", "≤0.1mg/kg", Change.STRICTER),
        ("≤0.1mg/kg", "≤200μg/kg", Change.LOOSER),
        ("≤0.1mg/kg", "不得检出", Change.STRICTER),
        ("按生产需要适量使用", "≤1g/kg", Change.STRICTER),
        ("≤0.1mg/kg", "≤0.1mg/L", Change.OTHER_TERMS),
        ("≤0.1mg/kg", "≤0.1mg/kg(干重计)", Change.OTHER_TERMS),
        ("/", "≤0.1mg/kg", Change.NEW),
        ("≤0.1mg/kg", "/", Change.GONE),
    ],
)
def test_one_limit_changes_into_another(old: str, new: str, change: Change) -> None:
    (found,) = between([entry(old)], [entry(new)])
    assert found.change is change


def test_the_same_limit_in_another_spelling_is_no_change() -> None:
    assert between([entry("≤0.1mg/kg")], [entry("≤100μg/kg")]) == []
    (moved,) = between([entry("≤0.1mg/kg", clause="表1")], [entry("≤100μg/kg", clause="表2")])
    assert moved.change is Change.CLAUSE


def test_a_new_line_is_held_against_what_the_food_inherited() -> None:
    old = [entry("≤0.2mg/kg")]
    (found,) = between(old, [*old, entry("≤0.1mg/kg", "糙米")])
    assert (found.change, found.through, found.ratio) == (Change.STRICTER, "谷物", Fraction(2))
    (same,) = between(old, [*old, entry("≤0.2mg/kg", "大米")])
    assert same.change is Change.RESTATED
    (back,) = between([*old, entry("≤0.1mg/kg", "大米")], old)
    assert (back.change, back.through) == (Change.LOOSER, "谷物")
    (new,) = between(old, [*old, entry("≤0.1mg/kg", "大米", condition="仅限有机")])
    assert new.change is Change.NEW
    (alone,) = between([], [entry("≤0.1mg/kg", "蔬菜")])
    assert alone.change is Change.NEW


entries = st.lists(
    st.builds(
        Entry,
        key=st.just(1),
        substance=st.sampled_from(["铅", "镉"]),
        node=st.sampled_from(list(TREE)),
        demand=st.sampled_from(["≤0.1mg/kg", "≤0.2mg/kg", "≤1g/kg", "不得检出", "/", "≤5CFU/g"]),
        clause=st.sampled_from(["表1", "表2"]),
    ),
    max_size=5,
    unique_by=lambda one: (one.substance, one.node),
)


def slowly(old: list[Entry], new: list[Entry]) -> set[tuple[str, str, bool]]:
    """The obvious twin: which lines of either edition the other does not write word for word."""
    said = {(e.substance, e.node): (e.demand, e.clause) for e in old if e.demand != "/"}
    says = {(e.substance, e.node): (e.demand, e.clause) for e in new if e.demand != "/"}
    return {
        (*key, key in said and key in says)
        for key in said.keys() | says.keys()
        if said.get(key) != says.get(key)
    }


@settings(max_examples=200)
@given(entries, entries)
def test_every_line_that_differs_is_reported_once_and_no_other(
    old: list[Entry], new: list[Entry]
) -> None:
    found = between(old, new)
    told = {(one.substance, one.node, one.old is not None is not one.new) for one in found}
    assert {(s, n) for s, n, _both in told} == {(s, n) for s, n, _both in slowly(old, new)}
    assert len(found) == len(slowly(old, new)) == sum(counted(found).values())
    mirrored = counted(between(new, old))
    counts = counted(found)
    assert counts[Change.STRICTER] == mirrored[Change.LOOSER]
    assert counts[Change.NEW] == mirrored[Change.GONE]


def limits(edition: str, day: date, rows: list[dict[str, object]]) -> list[Row]:
    whole = {"standard": "GB 2763", "edition": edition, "effective_from": day, "grade": "M"}
    return [Row(number, whole | row) for number, row in enumerate(rows, start=2)]


def loaded(user: User, table: Table, rows: list[Row], *, activate: bool = True) -> Edition:
    edition = services.import_table(acting_user=user, table=table, rows=rows)
    assert edition is not None
    if activate:
        services.activate_edition(acting_user=user, edition_id=edition.pk)
    return edition


@pytest.mark.django_db
def test_a_lawyer_reads_what_changed_between_two_editions(cast: Cast, tmp_path: Path) -> None:
    leek: dict[str, object] = {"substance": "毒死蜱", "food_path": "蔬菜 > 韭菜"}
    rice: dict[str, object] = {"substance": "毒死蜱", "food_path": "谷物", "limit": "≤0.5mg/kg"}
    loaded(
        cast.system, Table.GENERAL,
        limits("GB 2763-2021", date(2021, 9, 3), [leek | {"limit": "≤0.1mg/kg"}, rice]),
    )  # fmt: skip
    loaded(
        cast.system, Table.GENERAL,
        limits("GB 2763-2026", date(2026, 9, 3), [leek | {"limit": "≤0.02mg/kg"}]),
    )  # fmt: skip
    text = report("GB 2763-2021", "gb 2763-2026", out=tmp_path / "diff.xlsx", language="en")
    assert text.splitlines()[0].startswith("Stricter 1 · Looser 0 · New 0 · Gone 1")
    assert "≤0.1mg/kg\t≤0.02mg/kg" in text
    assert "5 times stricter" in text
    assert (tmp_path / "diff.xlsx").stat().st_size > 2000
    found = json.loads(report("GB 2763-2021", "GB 2763-2026#1", as_json=True))
    assert found["counts"]["GONE"] == 1
    assert {row["change"] for row in found["rows"]} == {"更严", "取消"}
    with pytest.raises(ClickException, match="no edition"):
        report("GB 2763-2021", "GB 9999")


@pytest.mark.django_db
def test_the_real_edition_is_held_against_the_former_sample(cast: Cast) -> None:
    services.load_starter_limits(acting_user=cast.system)
    file = shared("limits/gb2762_2025_contaminants.csv")
    reading = SHEETS[Table.CONTAMINANTS].read(file.name, file.read_bytes())
    new = loaded(cast.system, Table.CONTAMINANTS, reading.rows)
    old = selectors.edition_named("GB 2762-2022")
    assert old is not None
    found = selectors.changes_between(old, new)
    counts = {change: number for change, _label, number in found.counts}
    assert counts[Change.NEW] > 150
    assert counts[Change.NEW] + counts[Change.STRICTER] + counts[Change.LOOSER] <= len(found.rows)
    assert found.of("NEW") == tuple(row for row in found.rows if row.change is Change.NEW)
    # the typed starter set of the same edition agrees with the table it was typed from
    first = selectors.edition_named("GB 2762-2025#1")
    assert first is not None
    again = [row for row in selectors.changes_between(first, new).rows if not row.inherited]
    assert not [row for row in again if row.change in {Change.STRICTER, Change.LOOSER}]
    # where the sample knew only the category above, the table's own line is said to be looser
    assert [row for row in found.rows if row.inherited]
