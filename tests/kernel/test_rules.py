"""Rule packs: what is refused when a file is wrong, and which pack applies on a day."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from zhian.kernel import rules

WriteFile = Callable[..., Path]


class Clock(rules.Content, frozen=True):
    hours: int
    share: Decimal = Decimal(1)


class Clocks(rules.Content, frozen=True):
    classes: dict[str, Clock]


def check_clock(content: Clocks, example: rules.Example) -> None:
    assert content.classes[example["name"]].hours == example["hours"]


GOOD = """\
id: {id}
kind: test_clocks
title: {{zh: 期限, en: Clocks}}
citation: 某办法第一条
grade: {grade}
effective: {{from: {start}{end}}}
content:
  classes:
    first: {{hours: {hours}}}
examples:
  - {{name: first, hours: 24}}
"""


@pytest.fixture(autouse=True)
def _forget_test_kinds() -> Iterator[None]:
    known = dict(rules._kinds)
    yield
    rules._kinds.clear()
    rules._kinds.update(known)


@pytest.fixture
def clocks() -> rules.Kind[Clocks]:
    return rules.kind("test_clocks", Clocks, check=check_clock)


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    (tmp_path / "cn").mkdir()

    def write_one(
        *,
        name: str = "one",
        text: str = GOOD,
        id: str = "clocks",
        grade: str = "H",
        start: str = "2007-07-26",
        end: str = "",
        hours: int = 24,
    ) -> Path:
        path = tmp_path / "cn" / f"{name}.yaml"
        filled = text.format(
            id=id, grade=grade, start=start, hours=hours, end=f", to: {end}" if end else ""
        )
        path.write_text(filled, encoding="utf-8")
        return path

    return write_one


def serve(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = rules.Library(folder)
    monkeypatch.setattr(rules, "library", lambda: library)


def refused(folder: Path, kind: rules.Kind[Clocks]) -> rules.RulePackError:
    with pytest.raises(rules.RulePackError) as caught:
        rules.Library(folder).of_kind(kind)
    return caught.value


def test_a_pack_carries_its_source_and_its_values(
    clocks: rules.Kind[Clocks], write: WriteFile, tmp_path: Path
) -> None:
    path = write()
    (pack,) = rules.Library(tmp_path).of_kind(clocks)
    assert (pack.id, pack.jurisdiction, pack.citation) == ("clocks", "cn", "某办法第一条")
    assert (pack.title_zh, pack.title_en, pack.file) == ("期限", "Clocks", path)
    assert pack.content.classes["first"].hours == 24
    assert pack.verified
    assert rules.holds(clocks, pack, pack.examples[0])


def test_grade_l_is_unverified(
    clocks: rules.Kind[Clocks], write: WriteFile, tmp_path: Path
) -> None:
    write(grade="L")
    assert not rules.Library(tmp_path).of_kind(clocks)[0].verified


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("hours: {hours}", "hours: twenty"), "content.classes[...].hours"),
        (("hours: {hours}", "hours: '24'"), "content.classes[...].hours"),
        (("hours: {hours}", "hours: {hours}, days: 3"), "content.classes[...]"),
        (("grade: {grade}", "grade: X"), "grade"),
        (("grade: {grade}\n", ""), "file"),
        (("citation: 某办法第一条\n", ""), "file"),
        (("citation: 某办法第一条", "citation: ' '"), "file"),
        (("zh: 期限, en: Clocks", "zh: 期限, en: ''"), "title"),
        (("zh: 期限, en: Clocks", "zh: 期限"), "title"),
        (("grade: {grade}", "grade: {grade}\ncolour: red"), "file"),
        (("id: {id}", "id: Clocks 1"), "file"),
        (("grade: {grade}", "grade: {grade}\ngrade: M"), "yaml"),
        (("title: {{", "title: {{{{ ["), "yaml"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_field(
    clocks: rules.Kind[Clocks],
    write: WriteFile,
    tmp_path: Path,
    change: tuple[str, str],
    field: str,
) -> None:
    assert change[0] in GOOD
    path = write(text=GOOD.replace(*change))
    error = refused(tmp_path, clocks)
    assert error.field == field
    assert str(path) in str(error)


def test_a_file_without_a_kind_is_refused(
    clocks: rules.Kind[Clocks], write: WriteFile, tmp_path: Path
) -> None:
    write(text=GOOD.replace("kind: test_clocks\n", ""))
    assert refused(tmp_path, clocks).field == "kind"


def test_an_end_before_the_start_is_refused(
    clocks: rules.Kind[Clocks], write: WriteFile, tmp_path: Path
) -> None:
    write(end="2007-07-25")
    assert refused(tmp_path, clocks).field == "effective"


def test_two_versions_of_one_pack_may_not_apply_on_one_day(
    clocks: rules.Kind[Clocks], write: WriteFile, tmp_path: Path
) -> None:
    write(name="old", end="2015-09-01")
    write(name="new", start="2015-09-01")
    error = refused(tmp_path, clocks)
    assert error.field == "effective"
    assert "new.yaml" in str(error)
    assert "old.yaml" in str(error)


def test_the_version_of_the_day_applies(
    clocks: rules.Kind[Clocks], write: WriteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(name="old", end="2015-08-31", hours=24)
    write(name="new", start="2015-09-01", hours=48)
    serve(tmp_path, monkeypatch)

    def hours_on(day: date) -> int:
        return rules.in_force(clocks, on=day).content.classes["first"].hours

    assert hours_on(date(2007, 7, 26)) == 24
    assert hours_on(date(2015, 8, 31)) == 24
    assert hours_on(date(2015, 9, 1)) == 48
    with pytest.raises(rules.NotInForce, match="no test_clocks in force in cn on 2007-07-25"):
        rules.in_force(clocks, on=date(2007, 7, 25))
    with pytest.raises(rules.NotInForce):
        rules.in_force(clocks, on=date(2020, 1, 1), jurisdiction="eu")


def test_competing_packs_are_listed_and_never_picked_silently(
    clocks: rules.Kind[Clocks], write: WriteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(name="one", id="order_503")
    write(name="two", id="licence_regulation", hours=72)
    serve(tmp_path, monkeypatch)
    day = date(2008, 1, 1)
    assert [pack.id for pack in rules.competing(clocks, on=day)] == [
        "licence_regulation",
        "order_503",
    ]
    with pytest.raises(rules.NotInForce, match="compete"):
        rules.in_force(clocks, on=day)
    chosen = rules.in_force(clocks, on=day, pack_id="licence_regulation")
    assert chosen.content.classes["first"].hours == 72
    with pytest.raises(rules.NotInForce, match="test_clocks/nothing"):
        rules.in_force(clocks, on=day, pack_id="nothing")


def test_on_and_no_are_words_and_only_true_and_false_are_booleans(
    clocks: rules.Kind[Clocks], write: WriteFile, tmp_path: Path
) -> None:
    example = "  - {{on: 2007-07-26, no: off, yes: true}}\n"
    write(text=GOOD + example)
    (pack,) = rules.Library(tmp_path).of_kind(clocks)
    assert pack.examples[1] == {"on": date(2007, 7, 26), "no": "off", "yes": True}


def test_a_kind_nobody_declares_is_found(
    clocks: rules.Kind[Clocks], write: WriteFile, tmp_path: Path
) -> None:
    write()
    assert [p.id for p in rules.Library(tmp_path).load_all(strict=True)] == ["clocks"]
    forgotten = GOOD.replace("kind: test_clocks", "kind: test_forgotten")
    write(name="other", text=forgotten)
    assert [p.id for p in rules.Library(tmp_path).load_all()] == ["clocks"]
    with pytest.raises(rules.RulePackError, match="test_forgotten"):
        rules.Library(tmp_path).load_all(strict=True)
    write(name="other", text=forgotten.replace("grade: {grade}", "grade: X"))
    with pytest.raises(rules.RulePackError, match="grade"):
        rules.Library(tmp_path).load_all()


def test_a_kind_is_declared_once() -> None:
    rules.kind("test_once", Clocks)
    rules.kind("test_once", Clocks)
    with pytest.raises(ValueError, match="already declared"):
        rules.kind("test_once", Clock)
    with pytest.raises(ValueError, match="lower_snake_case"):
        rules.kind("Test Once", Clock)


def test_a_struct_that_ignores_unknown_fields_is_refused() -> None:
    import msgspec

    class Open(msgspec.Struct):
        hours: int

    class Holder(rules.Content, frozen=True):
        by_name: dict[str, tuple[Open, ...] | None]

    with pytest.raises(TypeError, match="Open"):
        rules.kind("test_open", Holder)


def test_an_example_needs_a_check_and_a_check_can_fail(
    clocks: rules.Kind[Clocks], write: WriteFile, tmp_path: Path
) -> None:
    write(hours=48)
    (pack,) = rules.Library(tmp_path).of_kind(clocks)
    with pytest.raises(AssertionError):
        rules.holds(clocks, pack, pack.examples[0])
    unchecked = rules.kind("test_clocks", Clocks)
    with pytest.raises(rules.RulePackError, match="no check"):
        rules.holds(unchecked, pack, pack.examples[0])
    saying_no = rules.kind("test_clocks", Clocks, check=lambda content, example: False)
    assert not rules.holds(saying_no, pack, pack.examples[0])
