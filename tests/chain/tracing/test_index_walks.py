"""The walks of the index give what their slow twin gives, compiled and as plain Python."""

from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.chain.tracing.index_models import (
    OUTSIDE,
    ROOTS,
    graph_of,
    plain_links,
    uncompiled,
)
from zhian.chain.tracing.engine.index import quick, twin
from zhian.chain.tracing.engine.index.twin import PlainLink
from zhian.chain.tracing.engine.index.walking import Walker


def close(fast: float, exact: object) -> bool:
    """Equal within 1e-12 of the exact share."""
    return abs(float(fast) - float(exact)) <= 1e-12 * max(1e-3, float(exact))  # type: ignore[arg-type]


def compare(links: list[PlainLink], outside: dict[int, float], roots: set[int]) -> None:
    graph = graph_of(links, outside)
    exact, shares = twin.forward(links, outside, roots), twin.backward(links, outside, roots)
    for most_quick in (quick.MOST, 3, 0):
        walker = Walker(graph, most_quick)
        for _again in range(2):  # the boards are clean after a walk
            compare_walks(walker, sorted(roots), exact, shares)


def compare_walks(walker: Walker, roots: list[int], exact: Any, shares: Any) -> None:
    reach = walker.forward(roots)
    assert reach.nodes.tolist() == sorted(exact)
    for node, *fast in zip(
        reach.nodes.tolist(), reach.values, reach.lowers, reach.uppers, strict=True
    ):
        assert all(map(close, fast, exact[node])), (node, fast, exact[node])
    back = walker.backward(roots)
    assert sorted(back.nodes.tolist()) == sorted(shares)
    for node, fast_share in zip(back.nodes.tolist(), back.values, strict=True):
        assert close(fast_share, shares[node]), (node, fast_share, shares[node])


@given(links=plain_links(), outside=OUTSIDE, roots=ROOTS)
@settings(max_examples=300)
def test_a_walk_reaches_and_shares_as_its_twin(
    links: list[PlainLink], outside: dict[int, float], roots: set[int]
) -> None:
    compare(links, outside, roots)


LOOP = [
    PlainLink(0, 1, 1.0, 0, 0), PlainLink(1, 2, None, 1, 1), PlainLink(2, 1, 1.0, 2, 2),
    PlainLink(0, 1, 1.0, 3, 3),
]  # fmt: skip


@given(links=plain_links(), outside=OUTSIDE, roots=ROOTS)
@example(links=LOOP, outside={}, roots={0})
@example(links=[PlainLink(0, 1, None, 0, 0)], outside={1: 2.0}, roots={0})
@settings(max_examples=80)
def test_the_uncompiled_walk_does_the_same(
    links: list[PlainLink], outside: dict[int, float], roots: set[int]
) -> None:
    with uncompiled():
        compare(links, outside, roots)


ORDERLY = st.lists(
    st.builds(
        PlainLink, st.integers(0, 2), st.integers(3, 6), st.sampled_from([0.0, 1.0, 3.0]),
        st.integers(0, 5), st.integers(0, 5),
    ),
    max_size=14,
)  # fmt: skip


@given(links=ORDERLY, outside=st.dictionaries(st.integers(0, 6), st.just(4.0)), roots=ROOTS)
def test_the_quick_walk_gives_the_same_to_the_last_bit(
    links: list[PlainLink], outside: dict[int, float], roots: set[int]
) -> None:
    graph = graph_of(links, outside)
    fast, slow = Walker(graph), Walker(graph, 0)
    for way in ("forward", "backward"):
        one, other = getattr(fast, way)(sorted(roots)), getattr(slow, way)(sorted(roots))
        assert one.nodes.tolist() == other.nodes.tolist()
        assert one.values.tobytes() == other.values.tobytes()
        assert one.links == other.links
    for walker, quickly in ((fast, True), (slow, False)):
        start = np.array(sorted(roots), np.uint32)
        given = (*walker._quick_ways[True], start, np.ones(len(start)))
        assert (quick.quick(*given)[0] >= len(roots)) is quickly
        assert not walker._quick_boards[0][: quick.PLACES].any()


def test_a_walk_that_grows_too_large_for_the_quick_one_is_swept() -> None:
    size = quick.MOST + 5
    links = [PlainLink(n, n + 1, 1.0, n, n) for n in range(size)]
    walker = Walker(graph_of(links, {}, size + 1))
    assert len(walker.forward([0]).nodes) == size + 1
    assert len(walker.forward([6]).nodes) == quick.MOST
    assert not walker._quick_boards[0][: quick.PLACES].any()


def test_two_nodes_of_one_place_in_the_table_are_told_apart() -> None:
    with uncompiled():
        table, met = np.zeros(quick.PLACES, np.int64), np.zeros(quick.MOST, np.int64)
        first, place = 7, quick.place_of(table, met, 7)
        other = next(n for n in range(8, 10**6) if quick.place_of(table, met, n) == place)
        table[place], met[0] = 1, first
        assert quick.place_of(table, met, first) == place
        assert quick.place_of(table, met, other) == place + 1


def test_a_wide_walk_is_the_same_by_both_ways() -> None:
    """Wide enough that the sweep looks ahead, and asked for a node that nobody knows."""
    links = [PlainLink(0, n, 2.0, 1, 1) for n in range(40, 900, 3)]
    links += [PlainLink(n, n + 1, 1.0, 2, 2) for n in range(40, 900, 3)]
    graph = graph_of(links, {}, 902)
    with uncompiled():
        fast, slow = (Walker(graph, most).forward([0]) for most in (quick.MOST, 0))
        unknown = Walker(graph)._quick_ways[True]
        assert quick.quick(*unknown, np.array([902], np.uint32), np.ones(1)) == (-1, 0)
    assert fast.nodes.tolist() == slow.nodes.tolist()
    assert fast.values.tobytes() == slow.values.tobytes()
    assert len(fast.nodes) == 1 + 2 * len(range(40, 900, 3))


def test_a_long_loop_is_untied() -> None:
    """More holdings than the first lists have room for, in a loop with an unknown mass."""
    ring = [PlainLink(n, (n + 1) % 90, None if n == 40 else 2.0, 1, 1) for n in range(90)]
    late = [
        PlainLink(90, 91, 0.0, 3, 9),
        PlainLink(90, 91, 1.0, 4, 4),
        PlainLink(90, 91, 0.0, 6, 6),
    ]
    links = [*ring, PlainLink(90, 3, 2.0, 0, 0), *late, PlainLink(91, 92, 1.0, 5, 5)]

    def walked() -> list[float]:
        walker = Walker(graph_of(links, {5: 4.0}, 93))
        reach = walker.forward([90])
        assert set(reach.values[:90].round(9)) == {round(1 / 3, 9)}
        assert reach.nodes.tolist() == list(range(93))
        assert len(walker.backward([91]).nodes) == 2
        return [float(value) for value in reach.values]

    fast = walked()
    with uncompiled():
        assert walked() == fast
