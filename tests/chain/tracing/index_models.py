"""Small random graphs for the index, as the twin reads them and as the index does."""

import types
from collections.abc import Iterator
from contextlib import contextmanager

import numba
import numpy as np
from hypothesis import strategies as st

from zhian.chain.tracing.engine.index import (
    bits,
    building,
    careful,
    counting,
    entries,
    generated,
    kernels,
    measuring,
    merging,
    mixing,
    quick,
    rows,
    sweeping,
)
from zhian.chain.tracing.engine.index.nouns import ODD, UNKNOWN, Graph, Links, Supply
from zhian.chain.tracing.engine.index.twin import PlainLink

NODES = 7
KERNELS = (kernels, bits, rows, sweeping, quick, careful, mixing, counting, generated,
           measuring, entries, merging)  # fmt: skip
_GRAMS = st.sampled_from([None, 0.0, 1.0, 2.0, 3.0, 7.0, 0.5, 5e9, 4e6])


@st.composite
def plain_links(draw: st.DrawFn) -> list[PlainLink]:
    """Links of any kind: loops, contradictions, goods that leave before they came."""
    ends = st.integers(0, NODES - 1)
    moments = st.integers(0, 5)
    return draw(st.lists(st.builds(PlainLink, ends, ends, _GRAMS, moments, moments), max_size=14))


OUTSIDE = st.dictionaries(st.integers(0, NODES - 1), st.sampled_from([1.0, 2.5, 6e9]), max_size=4)
ROOTS = st.sets(st.integers(0, NODES - 1), min_size=1, max_size=3)


def coded(grams: list[float | None]) -> tuple[np.ndarray, np.ndarray]:
    """Masses as the index writes them, and the table of odd ones."""
    codes, odd = [], []
    for mass in grams:
        if mass is None:
            codes.append(UNKNOWN)
        elif mass == int(mass) and mass < ODD:
            codes.append(int(mass))
        else:
            codes.append(ODD + len(odd))
            odd.append(mass)
    return np.array(codes, np.uint32), np.array(odd, np.float64)


def arrays_of(
    links: list[PlainLink], nodes: int, outside: dict[int, float]
) -> tuple[Links, Supply]:
    """The same links as arrays."""
    grams, odd = coded([link.grams for link in links])
    columns = {
        name: np.array([getattr(link, field) for link in links], np.uint32)
        for name, field in (
            ("sources", "source"), ("targets", "target"), ("departed", "departed"),
            ("arrived", "arrived"),
        )
    }  # fmt: skip
    made, odd_made = coded([outside.get(node, 0.0) for node in range(nodes)])
    return Links(grams=grams, odd_grams=odd, **columns), Supply(
        np.arange(nodes, dtype=np.uint32), made, odd_made
    )


def graph_of(links: list[PlainLink], outside: dict[int, float], nodes: int = NODES) -> Graph:
    """The index of these links, its nodes numbered as they are."""
    return building.build(*arrays_of(links, nodes, outside))


@contextmanager
def uncompiled() -> Iterator[None]:
    """Run the compiled functions as the Python they are written in, so that they are measured."""
    replaced: list[tuple[types.ModuleType, str, object]] = []
    for module in KERNELS:
        for name, value in vars(module).copy().items():
            if isinstance(value, numba.core.registry.CPUDispatcher):
                replaced.append((module, name, value))
                setattr(module, name, value.py_func)
    try:
        yield
    finally:
        for module, name, value in replaced:
            setattr(module, name, value)
