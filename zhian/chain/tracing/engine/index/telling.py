"""Several tellings as one: a later one replaces what it speaks of."""

from collections.abc import Sequence

from zhian.chain.tracing.engine.index.deriving import MAKING, Key, Told

_Link = tuple[Key, Key, float | None, int, int]


class Spoken:
    """Of what some tellings speak: lots, makings and single holdings."""

    def __init__(self) -> None:
        self.lots, self.events = set[str](), set[str]()
        self.cells = set[Key]()

    def add(self, told: Told) -> None:
        """Of this one too."""
        self.lots.update(told.lots)
        self.events.update(told.events)
        self.cells.update(told.cells)

    def is_whole(self, key: Key) -> bool:
        """Whether everything about the node is told anew."""
        return key[1] in (self.events if key[0] == MAKING else self.lots)

    def is_about(self, key: Key) -> bool:
        """Whether everything that leads into the node is told anew."""
        return key in self.cells or self.is_whole(key)

    def has_replaced(self, source: Key, target: Key) -> bool:
        """Whether a link that was there before is gone, unless it was told again."""
        return self.is_whole(source) or self.is_about(target)


def together(told: Sequence[Told]) -> Told:
    """All of them, the latest last; read from there, so that each link is looked at once."""
    later, grown = Spoken(), set[str]()
    nodes: dict[Key, tuple[int, float]] = {}
    sure = set[Key]()  # nodes of which everything was told
    links: list[_Link] = []
    for one in reversed(told):
        keys = [key for key, _at, _outside in one.nodes]
        links += [
            (keys[a], keys[b], mass, left, came)
            for a, b, mass, left, came in one.links
            if not later.has_replaced(keys[a], keys[b])
        ]
        own = Spoken()
        own.add(one)
        for key, at, outside in one.nodes:
            if key in sure or later.is_whole(key):
                continue  # what was told later counts; what was not told again is gone
            if own.is_about(key):
                sure.add(key)
                nodes[key] = (at, outside)
            else:
                nodes[key] = (min(at, nodes.get(key, (at, 0.0))[0]), 0.0)
        later.add(one)
        grown.update(one.grown)
    return _as_told(later, grown, nodes, links)


def _as_told(
    spoken: Spoken, grown: set[str], nodes: dict[Key, tuple[int, float]], links: list[_Link]
) -> Told:
    number = {key: row for row, key in enumerate(nodes)}
    return Told(
        sorted(spoken.lots),
        sorted(spoken.events),
        [(key, at, outside) for key, (at, outside) in nodes.items()],
        [(number[a], number[b], mass, left, came) for a, b, mass, left, came in links],
        sorted(grown),
        sorted(spoken.cells),
    )
