"""Doubts about sampling records, against the slow obvious twin (T5)."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhian.fieldwork.sampling.engine import doubts as engine
from zhian.fieldwork.sampling.engine.doubts import Act, SamplingRules, doubts
from zhian.kernel import rules

RULES = rules.packs(engine.RULES)[0].content
START = datetime(2026, 9, 1, tzinfo=UTC)


def twin(acts: list[Act], content: SamplingRules) -> dict[str, set[str]]:
    """Every pair of acts compared, whatever lies between them."""
    found: dict[str, set[str]] = {act.key: set() for act in acts}
    for one, other in combinations(acts, 2):
        if one.seal == other.seal:
            found[one.key].add(engine.SEAL_REUSED)
            found[other.key].add(engine.SEAL_REUSED)
        same_officer = set(one.officers) & set(other.officers)
        if same_officer and engine.impossible(one, other, content.travel_kmh):
            found[one.key].add(engine.IMPOSSIBLE_TRAVEL)
            found[other.key].add(engine.IMPOSSIBLE_TRAVEL)
    for act in acts:
        if len(set(act.officers)) < content.officers:
            found[act.key].add(engine.ONE_OFFICER)
    return {key: flags for key, flags in found.items() if flags}


places = st.sampled_from(
    [(None, None), (114.57, 38.14), (114.58, 38.15), (116.4, 39.9), (-65.43, -38.14)]
)
acts = st.lists(
    st.builds(
        lambda officers, hours, seal, place: (officers, hours, seal, place),
        st.lists(st.integers(1, 3), min_size=1, max_size=2),
        st.integers(0, 400),
        st.sampled_from("ABCDEFGH"),
        places,
    ),
    max_size=12,
)


@given(acts)
@example([([1], 0, "A", (114.57, 38.14)), ([1], 400, "B", (116.4, 39.9))])
@settings(max_examples=200, deadline=None)
def test_the_engine_finds_what_the_twin_finds(drawn: list[tuple]) -> None:  # type: ignore[type-arg]
    made = [
        Act(str(n), tuple(officers), START + timedelta(hours=hours), seal, *place)
        for n, (officers, hours, seal, place) in enumerate(drawn)
    ]
    assert doubts(made, RULES) == twin(made, RULES)


def test_five_records_with_impossible_journeys_and_reused_seals_are_all_flagged() -> None:
    beijing, zhengding = (116.4, 39.9), (114.57, 38.14)
    records = [
        Act("1", (1, 2), START, "S-1", *zhengding),
        Act("2", (1, 3), START + timedelta(minutes=20), "S-2", *beijing),
        Act("3", (4, 5), START, "S-3", *zhengding),
        Act("4", (6, 7), START + timedelta(days=2), "S-3", *zhengding),
        Act("5", (8, 8), START + timedelta(days=3), "S-5", *zhengding),
    ]
    found = doubts(records, RULES)
    assert found == {
        "1": {"IMPOSSIBLE_TRAVEL"},
        "2": {"IMPOSSIBLE_TRAVEL"},
        "3": {"SEAL_REUSED"},
        "4": {"SEAL_REUSED"},
        "5": {"ONE_OFFICER"},
    }


def test_a_journey_of_the_right_length_raises_no_doubt() -> None:
    records = [
        Act("1", (1, 2), START, "S-1", 114.57, 38.14),
        Act("2", (1, 2), START + timedelta(hours=5), "S-2", 116.4, 39.9),
    ]
    assert doubts(records, RULES) == {}


def test_every_example_of_the_pack_holds() -> None:
    pack = rules.packs(engine.RULES)[0]
    assert pack.examples
    assert all(rules.holds(engine.RULES, pack, example) for example in pack.examples)
