"""The walks of the index give what their slow twin gives, compiled and as plain Python."""

from hypothesis import given, settings

from tests.chain.tracing.index_models import (
    OUTSIDE,
    ROOTS,
    graph_of,
    plain_links,
    uncompiled,
)
from zhian.chain.tracing.engine.index import twin
from zhian.chain.tracing.engine.index.twin import PlainLink
from zhian.chain.tracing.engine.index.walking import Walker


def close(fast: float, exact: object) -> bool:
    """Equal within 1e-12 of the exact share."""
    return abs(float(fast) - float(exact)) <= 1e-12 * max(1e-3, float(exact))  # type: ignore[arg-type]


def compare(links: list[PlainLink], outside: dict[int, float], roots: set[int]) -> None:
    walker = Walker(graph_of(links, outside))
    for _again in range(2):  # the boards are clean after a walk
        reach = walker.forward(sorted(roots))
        exact = twin.forward(links, outside, roots)
        assert reach.nodes.tolist() == sorted(exact)
        for node, *fast in zip(
            reach.nodes.tolist(), reach.values, reach.lowers, reach.uppers, strict=True
        ):
            assert all(map(close, fast, exact[node])), (node, fast, exact[node])
        back = walker.backward(sorted(roots))
        shares = twin.backward(links, outside, roots)
        assert sorted(back.nodes.tolist()) == sorted(shares)
        for node, fast_share in zip(back.nodes.tolist(), back.values, strict=True):
            assert close(fast_share, shares[node]), (node, fast_share, shares[node])


@given(links=plain_links(), outside=OUTSIDE, roots=ROOTS)
@settings(max_examples=300)
def test_a_walk_reaches_and_shares_as_its_twin(
    links: list[PlainLink], outside: dict[int, float], roots: set[int]
) -> None:
    compare(links, outside, roots)


@given(links=plain_links(), outside=OUTSIDE, roots=ROOTS)
@settings(max_examples=80)
def test_the_uncompiled_walk_does_the_same(
    links: list[PlainLink], outside: dict[int, float], roots: set[int]
) -> None:
    with uncompiled():
        compare(links, outside, roots)


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
