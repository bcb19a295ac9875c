"""Depth, cycles and many sources at once: no walk is a recursion."""

import numpy as np
import pytest

from zhian.chain.tracing.engine.index.building import build
from zhian.chain.tracing.engine.index.nouns import Graph, Links, Supply, no_f8
from zhian.chain.tracing.engine.index.walking import Walker

LENGTH = 1_000_000


def chain(*, closed: bool) -> Graph:
    """A million holdings, each feeding the next; closed, the last one feeds the first."""
    sources = np.arange(LENGTH - 1 + closed, dtype=np.uint32)
    targets = ((sources.astype(np.int64) + 1) % LENGTH).astype(np.uint32)
    grams = np.full(len(sources), 1_000, np.uint32)
    departed = sources.copy()
    links = Links(sources, targets, grams, departed, departed, no_f8())
    return build(
        links,
        Supply(np.arange(LENGTH, dtype=np.uint32), np.zeros_like(grams, shape=LENGTH), no_f8()),
    )


def test_a_chain_of_a_million_hops_is_walked_to_its_ends() -> None:
    walker = Walker(chain(closed=False))
    reach = walker.forward([0])
    assert len(reach.nodes) == LENGTH
    assert (reach.values == 1).all()
    back = walker.backward([LENGTH - 1])
    assert back.nodes.tolist() == list(range(LENGTH))
    assert (back.values == 1).all()


def test_a_loop_of_a_million_holdings_is_one_mixture() -> None:
    """The goods go round once in time, so the last may feed the second round only later."""
    walker = Walker(chain(closed=True))
    reach = walker.forward([0])
    assert len(reach.nodes) == LENGTH
    assert reach.values[0] == 1


@pytest.mark.parametrize("sources", [1, 10, 1_000])
def test_many_sources_are_walked_as_one(sources: int) -> None:
    reach = Walker(chain(closed=False)).forward(list(range(0, LENGTH, LENGTH // sources)))
    assert len(reach.nodes) == LENGTH
    assert (reach.values == 1).all()


def test_a_long_return_makes_a_loop_that_mixes() -> None:
    """All goods come back to the second holding: one mixture with the goods made there."""
    size = 200_000
    sources = np.arange(size, dtype=np.uint32)
    targets = np.concatenate([sources[1:], np.array([1], np.uint32)])
    moments = np.zeros(size, np.uint32)
    links = Links(sources, targets, np.full(size, 1_000, np.uint32), moments, moments, no_f8())
    outside = np.zeros(size, np.uint32)
    outside[1] = 3_000
    reach = Walker(build(links, Supply(sources.copy(), outside, no_f8()))).forward([0])
    assert len(reach.nodes) == size
    assert reach.values[1:] == pytest.approx(0.25)
