"""Building: every row in its order, every barred link found, every total added up."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.chain.tracing.index_models import arrays_of, uncompiled
from zhian.chain.tracing.engine.index import bits, generated, kernels, measuring
from zhian.chain.tracing.engine.index.building import build, ranks_by, renumber
from zhian.chain.tracing.engine.index.kernels import kernel, prefetch
from zhian.chain.tracing.engine.index.nouns import TARGET, Graph, Half
from zhian.chain.tracing.engine.index.twin import PlainLink
from zhian.chain.tracing.engine.index.walking import Walker

HUB = [PlainLink(0, 1 + n % 5, float(n), (7 * n) % 60, (11 * n) % 61) for n in range(60)]
BACK = [PlainLink(1 + n % 5, 0, 1.0, (3 * n) % 60, (5 * n) % 61) for n in range(70)]


def check_half(half: Half, links: list[PlainLink], *, forward: bool) -> None:
    """Each row holds its links in order, and bars what had left before."""

    def ends(link: PlainLink) -> tuple[int, int, int, int]:
        if forward:
            return link.source, link.target, link.departed, link.arrived
        return link.target, link.source, -link.arrived, -link.departed

    skips = dict(zip(half.skip_links.tolist(), half.skips.tolist(), strict=True))
    for node in range(len(half.offsets) - 1):
        first, last = int(half.offsets[node]), int(half.offsets[node + 1])
        mine = [ends(link) for link in links if ends(link)[0] == node]
        found = [int(half.pairs[2 * at]) & TARGET for at in range(first, last)]
        assert sorted(found) == sorted(end[1] for end in mine)
        barred = sorted(skips.get(at, 0) for at in range(first, last))
        leaving = {n: [ends(link)[2] for link in links if ends(link)[0] == n] for n in range(7)}
        assert barred == sorted(sum(at < end[3] for at in leaving[end[1]]) for end in mine)


@pytest.mark.parametrize("compiled", [True, False])
def test_hubs_and_plain_rows_are_laid_in_order(compiled: bool) -> None:
    links = HUB + BACK + [PlainLink(5, 6, None, 3, 4), PlainLink(4, 6, 0.25, 1, 1)]

    def laid() -> Graph:
        return build(*arrays_of(links, 7, {2: 5.0, 6: 0.5}))

    if compiled:
        graph = laid()
    else:
        with uncompiled():
            graph = laid()
    check_half(graph.forward, links, forward=True)
    check_half(graph.backward, links, forward=False)
    assert graph.nodes.totals[2] == 5 + sum(link.grams or 0 for link in HUB if link.target == 2)
    assert graph.nodes.odd_totals.tolist() == [0.75]


@pytest.mark.parametrize("compiled", [True, False])
def test_nodes_are_numbered_by_the_moment_they_came_to_be(compiled: bool) -> None:
    born = np.array([70_000, 5, 70_000, 4_000_000_000, 0], np.uint32)
    links, supply = arrays_of([PlainLink(4, 3, 2.0, 0, 0)], 5, {3: 7.0})
    supply = supply._replace(born=born)

    def ranked() -> list[int]:
        ranks = ranks_by(born)
        assert renumber(links, supply, ranks).outside.tolist() == [0, 0, 0, 0, 7]
        return ranks.tolist()  # type: ignore[no-any-return]

    if compiled:
        assert ranked() == [2, 1, 3, 4, 0]
    else:
        with uncompiled():
            assert ranked() == [2, 1, 3, 4, 0]
    assert (links.sources.tolist(), links.targets.tolist()) == ([0], [4])


def test_the_set_gives_its_smallest_over_several_levels() -> None:
    chance = np.random.default_rng(1)

    def check(numbers: list[int]) -> None:
        words, starts = bits.levels_for(40_000)
        for number in numbers:
            bits.add(words, starts, number)
        last, found = 0, []
        while last >= 0:
            last = bits.take_lowest(words, starts, last)
            found.append(last)
        assert found == [*sorted(set(numbers)), -1]
        assert not words.any()

    for numbers in (chance.integers(0, 40_000, 300).tolist(), [0], [31, 32, 1023, 1024]):
        check(numbers)
        with uncompiled():
            check(numbers)


def test_a_kernel_compiles_without_a_place_to_keep_it() -> None:
    asked: list[dict[str, Any]] = []

    def compiler(**options: Any) -> Any:
        asked.append(options)
        if "cache" in options:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    assert kernel(len, compiler) is len
    assert asked == [{"cache": True, "nogil": True}, {"nogil": True}]
    assert prefetch(np.zeros(1), 0) is None
    assert kernels.whole.py_func(np.uint32(7)) == 7  # type: ignore[attr-defined]


def test_the_invented_country_is_the_same_every_time_and_links_lead_on() -> None:
    made = generated.invented(14_000)
    again = generated.invented(14_000)
    with uncompiled():
        plain = generated.invented(14_000)
    for one, other, third in zip(made.links, again.links, plain.links, strict=True):
        assert np.array_equal(one, other)
        assert np.array_equal(one, third)
    assert np.array_equal(plain.supply.outside, made.supply.outside)
    born = made.supply.born.astype(np.int64)
    forth = born[made.links.targets] >= born[made.links.sources]
    assert 0.99 < forth.mean() < 1
    assert (made.links.departed <= made.links.arrived).all()
    assert not made.supply.outside[np.setdiff1d(made.links.targets, made.farms)].all()


def test_measuring_walks_what_it_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "HOPS", 2_000)
    country = generated.invented(20_000)
    built = measuring.built(country, tmp_path / "a.seg")
    assert built.size == (tmp_path / "a.seg").stat().st_size
    lots = built.ranks[country.farms[:5]].tolist()
    walker = Walker(built.graph)
    for forward in (True, False):
        walked = measuring.walk(walker, lots, forward=forward)
        assert (walked.milliseconds > 0).all()
    assert measuring.walk(walker, lots).reached.max() > 10
    with uncompiled():
        assert measuring.random_access_ns(100) > 0
    measuring.warm_up(tmp_path)
