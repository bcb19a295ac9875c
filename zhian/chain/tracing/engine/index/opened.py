"""An index as a process reads it: the mapped graph, its patch, its names, walks over it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zhian.chain.tracing.engine.index import folder as folders
from zhian.chain.tracing.engine.index.deriving import MAKING, NOWHERE, Key
from zhian.chain.tracing.engine.index.merging import Changes, patch_of
from zhian.chain.tracing.engine.index.nouns import U4, Graph, frozen
from zhian.chain.tracing.engine.index.segments import Torn, read_segment
from zhian.chain.tracing.engine.index.standing import Standing, among
from zhian.chain.tracing.engine.index.telling import together
from zhian.chain.tracing.engine.index.walking import Reach, Walker, sources_of


@dataclass(frozen=True, slots=True)
class Held:
    """One holding that a walk reached, with the share of the source between its bounds."""

    site: str
    lot: str
    value: float
    lower: float
    upper: float


class Index:
    """The whole of what was written and told, for one thread."""

    def __init__(self, folder: Path, manifest: folders.Manifest) -> None:
        arrays = read_segment(folder / manifest.base.file, manifest.base.size)
        self.manifest = manifest
        standing = Standing(arrays)
        self._directory, self._size = standing.directory, standing.size
        self.graph = standing.graph
        self._new_keys: list[Key] = []
        self._new_holdings: dict[str, list[int]] = {}
        self._gone = np.zeros(0, np.int64)
        told = folders.read_told(folder, manifest)
        if told:
            self.graph = self._patched(Changes(standing, together(told)))
        self._walker = Walker(self.graph)

    def _patched(self, changes: Changes) -> Graph:
        patch, odd_grams = patch_of(changes)
        self._new_keys, self._gone = changes.new_keys, changes.gone
        for row, key in enumerate(changes.new_keys):
            if key[0] != MAKING:
                self._new_holdings.setdefault(key[1], []).append(self._size + row)
        return frozen(self.graph._replace(patch=patch, odd_grams=odd_grams))

    def key_of(self, node: int) -> Key:
        """Site and lot of a holding, or the event of a making."""
        if node >= self._size:
            return self._new_keys[node - self._size]
        return self._directory.key_of(node)

    def holdings_of(self, lot: str) -> list[int]:
        """The nodes of a lot, everywhere it was held."""
        known = self._directory.nodes_of(lot).astype(np.int64)
        there: list[int] = known[~among(known, self._gone)].tolist()
        return there + self._new_holdings.get(lot, [])

    def reach(self, lots: Iterable[str], *, forward: bool) -> Reach:
        """Walk by what the records show: forward from every holding of the lots, backward from
        their makings, because what was moved is no other mixture."""
        nodes = [node for lot in lots for node in self.holdings_of(lot)]
        if forward:
            return self._walker.forward(nodes)
        return self._walker.backward(*self._births(nodes))

    def _births(self, nodes: list[int]) -> tuple[list[int], list[float]]:
        """The makings of lots with their part in them; or else the holdings nobody fed; or all."""
        among = set(nodes)
        inputs = {node: sources_of(self.graph, node) for node in nodes}
        made: dict[int, float] = {}
        for source, grams in (pair for pairs in inputs.values() for pair in pairs):
            if self.key_of(source)[0] == MAKING and self.key_of(source) != NOWHERE:
                made[source] = made.get(source, 0.0) + grams
        if sum(made.values()) > 0:
            born = {node: grams for node, grams in made.items() if grams > 0}
            return list(born), [grams / sum(born.values()) for grams in born.values()]
        first = [n for n in nodes if among.isdisjoint(source for source, _grams in inputs[n])]
        roots = list(made) or first or nodes
        return roots, [1 / max(1, len(roots))] * len(roots)

    def walk(self, roots: list[int] | U4, *, forward: bool) -> Reach:
        """Walk from these nodes."""
        return self._walker.forward(roots) if forward else self._walker.backward(roots)

    def held(self, reach: Reach) -> list[Held]:
        """The holdings of a walk by name, in the order of their numbers."""
        columns = (reach.nodes.tolist(), reach.values, reach.lowers, reach.uppers)
        keys = ((self.key_of(node), *rest) for node, *rest in zip(*columns, strict=True))
        return [
            Held(key[0], key[1], *map(float, shares))
            for key, *shares in keys
            if key[0] != MAKING and key != NOWHERE
        ]

    def lots_met(self, lots: Iterable[str], *, forward: bool) -> set[str]:
        """Every lot that a walk meets when goods are followed by their number as well.

        Where a receipt or a dispatch is missing the number leads on: all holdings of a lot that
        was met count as met.
        """
        met, fresh = set[str](), set(lots)
        roots: list[int] = []
        while fresh:
            met |= fresh
            roots += [node for lot in sorted(fresh) for node in self.holdings_of(lot)]
            reached = self.walk(np.array(roots, np.uint32), forward=forward).nodes
            fresh = self._lots_of(reached) - met
        return met

    def _lots_of(self, nodes: U4) -> set[str]:
        old = nodes[nodes < self._size]
        new = (self.key_of(node) for node in nodes[nodes >= self._size].tolist())
        return self._directory.lots_of(old) | {key[1] for key in new if key[0] != MAKING}


def open_index(folder: Path) -> Index | None:
    """The present index; None when there is none, Torn when it must be rebuilt."""
    manifest = folders.read_manifest(folder)
    if manifest is None:
        return None
    try:
        return Index(folder, manifest)
    except KeyError as missing:
        raise Torn(f"of another layout: no {missing}") from missing


__all__ = ["Held", "Index", "Torn", "open_index"]
