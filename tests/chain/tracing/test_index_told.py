"""What is told afterwards gives the same index as building it anew, and both what the books say."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.chain.tracing.goods_stories import (
    fact,
    kgs,
    make,
    melamine,
    receive,
    ship,
    stories,
)
from tests.chain.tracing.index_models import uncompiled
from zhian.chain.events.vocabulary import EventFact, EventKind
from zhian.chain.tracing.commands.appending import lay_country
from zhian.chain.tracing.engine.goods.ledger import build_ledger
from zhian.chain.tracing.engine.goods.trace import trace_forward
from zhian.chain.tracing.engine.index import folder
from zhian.chain.tracing.engine.index.deriving import tell
from zhian.chain.tracing.engine.index.generated import invented
from zhian.chain.tracing.engine.index.opened import Index, open_index

Shares = dict[tuple[str, str], tuple[float, float, float]]


def opened(place: Path) -> Index:
    found = open_index(place)
    assert found is not None
    return found


def shares(index: Index, lot: str, *, forward: bool = True) -> Shares:
    reach = index.reach([lot], forward=forward)
    return {(h.site, h.lot): (h.value, h.lower, h.upper) for h in index.held(reach)}


def lots_of(facts: list[EventFact]) -> set[str]:
    return {item.lot for one in facts for item in (*one.inputs, *one.outputs)}


def test_a_story_told_at_once_gives_the_shares_of_the_books(tmp_path: Path) -> None:
    facts = melamine()
    folder.rebuild(tmp_path, tell(facts), 18)
    index = opened(tmp_path)
    found = shares(index, "milk")
    exact = trace_forward(build_ledger(facts), "milk").lots
    assert {lot for _site, lot in found} == set(exact) == {"milk", "powder"}
    for (_site, lot), share in found.items():
        assert share[0] == pytest.approx(exact[lot].value, rel=1e-12)
    assert ("shop3", "powder") not in found  # no record leads there …
    assert index.lots_met(["milk"], forward=True) == {"milk", "powder"}  # … but its number does
    assert index.lots_met(["syrup"], forward=False) == {"syrup", "sugar"}
    back = shares(index, "powder", forward=False)
    assert back["farm", "milk"][0] == pytest.approx(0.5)
    assert back["dairy", "sugar"][0] == pytest.approx(0.5)


def test_an_empty_index_knows_nothing(tmp_path: Path) -> None:
    folder.rebuild(tmp_path, tell([]), 0)
    assert opened(tmp_path).lots_met(["milk"], forward=True) == {"milk"}
    assert shares(opened(tmp_path), "milk") == {}


def test_masses_that_nobody_recorded_give_bounds(tmp_path: Path) -> None:
    facts = [
        fact("a", EventKind.COMMISSION, 0, site="farm", outputs=kgs(("milk", 10))),
        fact("b", EventKind.COMMISSION, 0, site="farm", outputs=kgs(("sugar", "10.00000001"))),
        make("c", 1, "farm", kgs(("milk", None), ("sugar", "2.5")), kgs(("candy", 5))),
        receive("d", 2, ">shop", kgs(("candy", None))),
        ship("e", 3, "shop>", kgs(("candy", 1))),
        make("f", 4, "", kgs(("candy", 1)), kgs(("box", 1))),
    ]
    folder.rebuild(tmp_path, tell(facts), 6)
    found = shares(opened(tmp_path), "milk")
    assert found["farm", "candy"] == pytest.approx((0.5, 0, 1))
    assert ("shop", "candy") not in found
    back = shares(opened(tmp_path), "candy", forward=False)
    assert back == {("farm", "milk"): (0.5, 0.5, 0.5), ("farm", "sugar"): (0.5, 0.5, 0.5)}
    box = shares(opened(tmp_path), "box", forward=False)
    assert box["", "candy"] == (1, 1, 1)
    milk = shares(opened(tmp_path), "milk", forward=False)
    assert milk == {("farm", "milk"): (1, 1, 1)}


@given(facts=stories(), cut=st.integers(0, 12), again=st.integers(0, 12))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_telling_afterwards_is_building_anew(
    tmp_path_factory: pytest.TempPathFactory, facts: list[EventFact], cut: int, again: int
) -> None:
    place = tmp_path_factory.mktemp("index")
    first, second = sorted((cut, again))
    folder.rebuild(place / "grown", tell(facts[:first]), first)
    for start, end in ((first, second), (second, len(facts))):
        new = lots_of(facts[start:end])
        folder.append(place / "grown", tell(facts[:end], new), end)
    folder.rebuild(place / "anew", tell(facts), len(facts))
    grown, anew = opened(place / "grown"), opened(place / "anew")
    same_answers(grown, anew, facts)
    folder.merge(place / "grown")
    same_answers(opened(place / "grown"), anew, facts)


@given(facts=stories(), cut=st.integers(0, 12))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_telling_single_holdings_is_building_anew(
    tmp_path_factory: pytest.TempPathFactory, facts: list[EventFact], cut: int
) -> None:
    """With everything that is said of the lots, where every holding of them is named."""
    place = tmp_path_factory.mktemp("index")
    folder.rebuild(place / "grown", tell(facts[:cut]), cut)
    new = lots_of(facts[cut:])
    books = build_ledger(facts)
    cells = [key for key in books.holdings if key[1] in new]
    fresh = {one.event_id for one in facts[cut:]}
    told = tell(facts, (), cells=cells, fresh=fresh, grown=new)
    folder.append(place / "grown", told, len(facts))
    folder.rebuild(place / "anew", tell(facts), len(facts))
    anew = opened(place / "anew")
    same_answers(opened(place / "grown"), anew, facts)
    folder.merge(place / "grown")
    same_answers(opened(place / "grown"), anew, facts)


def same_answers(grown: Index, anew: Index, facts: list[EventFact]) -> None:
    for lot in sorted(lots_of(facts)):
        for forward in (True, False):
            before, after = shares(grown, lot, forward=forward), shares(anew, lot, forward=forward)
            assert before.keys() == after.keys(), lot
            for key, share in before.items():
                assert share == pytest.approx(after[key], rel=1e-12, abs=1e-15), (lot, key)
            assert grown.lots_met([lot], forward=forward) == anew.lots_met([lot], forward=forward)
    assert grown.holdings_of("nobody's") == []


TANGLED = [
    fact("a", EventKind.COMMISSION, 0, site="A", outputs=kgs(("a", 10))),
    make("m", 5, "A", kgs(("a", 4), ("c", "0.0005")), kgs(("b", 4))),
    make("n", 3, "A", kgs(("b", 1)), kgs(("d", 1))),
    make("o", 7, "A", kgs(("b", None), ("a", 1)), kgs(("e", 3))),
    make("p", 7, "A", kgs(("e", None)), kgs(("b", 1))),
    ship("s", 8, "A>B", kgs(("e", 1))),
    make("q", 9, "A", kgs(("a", 1)), kgs(("f", 1))),
    receive("r", 9, ">C", kgs(("f", None))),
    receive("t", 9.5, "A>C", kgs(("f", "0.0001"))),
    ship("u", 9.6, "C>A", kgs(("f", 1)), kind=EventKind.RETURN_),
]


@pytest.mark.parametrize("told", [{"a"}, {"a", "e"}, {"b", "f"}, {"c"}])
def test_loops_and_unknown_masses_in_what_was_told(tmp_path: Path, told: set[str]) -> None:
    """Uncompiled, so that the ways through the patch are measured; compiled, the same."""
    folder.rebuild(tmp_path, tell(TANGLED), 8)
    lots = sorted(lots_of(TANGLED))

    def answers() -> dict[tuple[object, ...], float]:
        index = opened(tmp_path)
        return {
            (lot, forward, key, column): value
            for lot in lots
            for forward in (True, False)
            for key, triple in shares(index, lot, forward=forward).items()
            for column, value in enumerate(triple)
        }

    whole = answers()
    folder.append(tmp_path, tell(TANGLED, told), 8)
    assert answers() == pytest.approx(whole)
    with uncompiled():
        assert answers() == pytest.approx(whole)
    assert opened(tmp_path).lots_met(["a"], forward=True) == set("abdef")


def test_a_wide_walk_looks_ahead_in_the_segment_and_past_it(tmp_path: Path) -> None:
    """Enough nodes that the set of what comes next has words to look ahead to."""
    made = [
        fact("m", EventKind.COMMISSION, 0, site="A", outputs=kgs(("salt", 500))),
        *(
            make(f"x{n:03}", 1 + n / 10, "A", kgs(("salt", 1)), kgs((f"box{n:03}", 2)))
            for n in range(220)
        ),
    ]
    folder.rebuild(tmp_path / "whole", tell(made), 1)
    folder.rebuild(tmp_path / "grown", tell(made[:1]), 1)
    folder.append(tmp_path / "grown", tell(made, lots_of(made)), 2)
    whole = shares(opened(tmp_path / "whole"), "salt")
    assert len(whole) == 221
    with uncompiled():
        assert shares(opened(tmp_path / "whole"), "salt") == whole
        assert shares(opened(tmp_path / "grown"), "salt") == whole


def test_a_making_is_told_although_one_of_its_lots_is_not(tmp_path: Path) -> None:
    """The segment had missed it: what is told is a part, and the rest as good as it can be."""
    known = fact("z", EventKind.COMMISSION, 0, site="A", outputs=kgs(("c", 1)))
    folder.rebuild(tmp_path, tell([*TANGLED[:1], known]), 1)
    folder.append(tmp_path, tell(TANGLED, {"a"}), 8)
    with uncompiled():
        found = shares(opened(tmp_path), "a")
    assert {lot for _site, lot in found} >= {"a", "b", "f"}


def test_a_segment_that_was_not_derived_is_added_to_and_merged(tmp_path: Path) -> None:
    """The invented country of the benchmark, with a story told on top of it."""
    lay_country(tmp_path, invented(500))
    facts = melamine()
    told = tell(facts)
    folder.append(tmp_path, told, 18)
    before = shares(opened(tmp_path), "milk")
    folder.merge(tmp_path)
    merged = opened(tmp_path)
    assert shares(merged, "milk") == before
    assert merged.lots_met(["milk"], forward=True) == {"milk", "powder"}
    assert merged.manifest.told == ()
    here = folder.rebuild(tmp_path, told, 18, missed=lambda: (tell(facts, {"powder"}), 20))
    assert (here.event, len(here.told)) == (20, 1)
    assert shares(opened(tmp_path), "milk") == before
    assert folder.lots_told_since(tmp_path, None) == {"powder"}
    assert folder.lots_told_since(tmp_path, here) == set()
    (tmp_path / here.told[0].file).unlink()
    assert folder.lots_told_since(tmp_path, None) == set()
