"""The limit library in memory: which limits bind an item in a product made on a day.

Names, trees and choices are looked up in tables built once; an answer is remembered, because
products and items come back while results do not. Source: rules.md 3.16.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhian.registry.standards.engine.choosing import (
    Place,
    StoredLimit,
    bare_name,
    choose,
    segments_of,
)
from zhian.registry.standards.engine.tables import EVERYTHING, NO_DEMAND
from zhian.registry.standards.engine.text import tidy
from zhian.registry.standards.engine.unlisted import Unlisted

_SHORTEST_INSIDE = 4
_MOST = 100_000
PERMISSIONS = "ADDITIVES"


@dataclass(frozen=True, slots=True)
class Food:
    """A node of a food tree: its code, its parent's ("" at the root), the words that lead to it."""

    code: str
    parent: str
    words: Sequence[str]


def path_of(code: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """Codes from a node to its root; a circle in the data ends the path."""
    path = [code]
    while parents.get(path[-1]) and parents[path[-1]] not in path:
        path.append(parents[path[-1]])
    return tuple(path)


class Tree:
    """One standard's food tree with its words indexed."""

    def __init__(self, standard: str, foods: Iterable[Food]) -> None:
        self.standard = standard
        self.parents: dict[str, str] = {}
        self._words: dict[str, list[str]] = {}
        for food in foods:
            self.parents[food.code] = food.parent
            for word in food.words:
                self._words.setdefault(tidy(word), []).append(food.code)
        self._lengths = sorted(
            {len(word) for word in self._words if len(word) >= _SHORTEST_INSIDE}, reverse=True
        )

    def at(self, code: str) -> Place:
        """The place an officer chose."""
        return Place(self.standard, self._ended(path_of(code, self.parents)))

    def place(self, product: str, category: str) -> Place | None:
        """The one path the product's words lead to; None where they lead nowhere or to several."""
        paths = [path_of(node, self.parents) for node in self._matching(product, category)]
        deepest = max(paths, key=len, default=())
        if not deepest or any(path[0] not in deepest for path in paths):
            return Place(self.standard, (EVERYTHING,)) if EVERYTHING in self.parents else None
        return Place(self.standard, self._ended(deepest))

    def _ended(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """A list that binds all goods stands above every tree of its standard."""
        return path if EVERYTHING not in self.parents else (*path, EVERYTHING)

    def _matching(self, product: str, category: str) -> tuple[str, ...]:
        """Nodes whose words are a category segment, or else stand inside the product's name."""
        segments = segments_of(product, category)
        exact = [node for word in segments for node in self._words.get(word, ())]
        if exact:
            return tuple(exact)
        name = tidy(product)
        for length in self._lengths:
            inside = [
                node
                for start in range(len(name) - length + 1)
                for node in self._words.get(name[start : start + length], ())
            ]
            if inside:
                return tuple(dict.fromkeys(inside))
        return ()


@dataclass(frozen=True, slots=True)
class ListSpan:
    """A list that was imported whole, and the days on which its edition binds."""

    market: str
    kind: str
    standard: str
    edition: str
    begins: date
    ends: date | None = None

    def in_force(self, made: date) -> bool:
        """Whether it bound goods made on the day."""
        return self.begins <= made and (self.ends is None or made <= self.ends)


@dataclass(frozen=True, slots=True)
class Binding:
    """The limits that bind, or the code that says why none is known."""

    limits: tuple[StoredLimit, ...] = ()
    missing: str = ""
    places: tuple[Place, ...] = ()


class Library:
    """Substances by every name, limits by substance, trees by standard."""

    def __init__(
        self,
        substances: Mapping[str, str],
        limits: Iterable[StoredLimit],
        trees: Iterable[Tree],
        kinds: Mapping[str, str] | None = None,
        lists: Iterable[ListSpan] = (),
    ) -> None:
        self.substances = substances
        self._kinds = kinds or {}
        self.trees = {tree.standard: tree for tree in trees}
        self._lists = tuple(lists)
        self._limits: dict[tuple[str, str], list[StoredLimit]] = {}
        for limit in limits:
            self._limits.setdefault((limit.substance, limit.market), []).append(limit)
        self._places: dict[tuple[str, str, Sequence[tuple[str, str]]], dict[str, Place | None]] = {}
        self._bound: dict[object, Binding] = {}

    @property
    def size(self) -> int:
        """How many limits it holds."""
        return sum(len(limits) for limits in self._limits.values())

    def substance(self, item: str) -> str | None:
        """The substance a printed name means."""
        return self.substances.get(bare_name(item))

    def kind(self, item: str) -> str:
        """What sort of substance an item is, "" where nobody said."""
        return self._kinds.get(self.substance(item) or "", "")

    def has_list(self, market: str, kind: str, made: date) -> bool:
        """Whether a complete list of this kind is loaded for the market and day."""
        return any(
            (one.market, one.kind) == (market, kind) and one.in_force(made) for one in self._lists
        )

    def unlisted(self, binding: Binding, item: str, made: date, market: str) -> Unlisted | None:
        """The complete list of permissions that does not permit this additive in this food."""
        substance = self.substance(item)
        if substance is None or any(limit.demand != NO_DEMAND for limit in binding.limits):
            return None
        listed = {limit.standard for limit in self._limits.get((substance, market), ())}
        for place in binding.places:
            for one in self._lists:
                mine = (one.market, one.kind, one.standard) == (market, PERMISSIONS, place.standard)
                if mine and place.standard in listed and one.in_force(made):
                    food, day = place.path[0], made.isoformat()
                    return Unlisted(substance, place.standard, one.edition, food, day, market)
        return None

    def permitted(self, unlisted: Unlisted, node: str) -> Sequence[StoredLimit]:
        """What the same list permits in an ingredient."""
        tree = self.trees.get(unlisted.standard)
        if tree is None or node not in tree.parents:
            return ()
        loaded = self._limits.get((unlisted.substance, unlisted.market), ())
        made = date.fromisoformat(unlisted.made)
        found = choose(loaded, unlisted.substance, [tree.at(node)], made, unlisted.market)
        return [limit for limit in found if limit.demand != NO_DEMAND]

    def binding(
        self,
        item: str,
        product: str,
        category: str,
        nodes: tuple[tuple[str, str], ...],
        made: date,
        market: str,
    ) -> Binding:
        """What binds an item in a product made on a day and sold in a market."""
        key = (item, product, category, nodes, made, market)
        known = self._bound.get(key)
        if known is None:
            if len(self._bound) >= _MOST:
                self._bound.clear()
            known = self._bound[key] = self._found(item, product, category, nodes, made, market)
        return known

    def _found(
        self,
        item: str,
        product: str,
        category: str,
        nodes: tuple[tuple[str, str], ...],
        made: date,
        market: str,
    ) -> Binding:
        substance = self.substance(item)
        if substance is None:
            return Binding(missing="substance_unknown")
        loaded = self._limits.get((substance, market), ())
        if not loaded:
            return Binding(missing="market_unknown" if market != "cn" else "no_limit_loaded")
        standards = dict.fromkeys(limit.standard for limit in loaded)
        places = tuple(
            place
            for standard in standards
            if (place := self._place(standard, product, category, nodes)) is not None
        )
        if not places:
            return Binding(missing="category_unknown")
        limits = choose(loaded, substance, places, made, market)
        return Binding(limits, "" if limits else "no_limit_loaded", places)

    def _place(
        self, standard: str, product: str, category: str, nodes: tuple[tuple[str, str], ...]
    ) -> Place | None:
        found = self._places.setdefault((product, category, nodes), {})
        if standard not in found:
            tree = self.trees.get(standard) or Tree(standard, ())
            mapped = dict(nodes).get(standard)
            found[standard] = tree.at(mapped) if mapped else tree.place(product, category)
        return found[standard]
