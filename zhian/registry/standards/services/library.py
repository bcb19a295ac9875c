"""Finding or making what limits refer to: standards, food nodes, substances with their names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from zhian.kernel.rules import Text
from zhian.registry.standards import packs
from zhian.registry.standards.engine.choosing import bare_name
from zhian.registry.standards.engine.measures import measure
from zhian.registry.standards.engine.pinyin import typed
from zhian.registry.standards.engine.tables import TableNode
from zhian.registry.standards.models import FoodNode, Standard, Substance, SubstanceName
from zhian.registry.standards.vocabulary import StandardKind


def standard_named(
    code: str, title: Text | None = None, *, market: str = "", kind: str = ""
) -> Standard:
    """The standard, made when it is new; the pack's titles name the known ones."""
    known = next((one for one in packs.known_editions() if one.standard == code), None)
    kind = kind or (known.kind if known else "") or StandardKind.OTHER
    found = Standard.objects.filter(code=code).first()
    if found is not None:
        if found.kind == StandardKind.OTHER != kind:
            found.kind = kind
            found.save(update_fields=["kind"])
        return found
    title = title or (known.title if known else None)
    return Standard.objects.create(
        code=code,
        name_zh=title.zh if title else code,
        name_en=title.en if title else code,
        market=market or "cn",
        kind=kind,
    )


def columns(demand: str) -> dict[str, Any]:
    """A limit's text as the columns of the table."""
    return asdict(measure(demand))


def keep_nodes(standard: Standard, nodes: Sequence[TableNode]) -> int:
    """Make the food nodes that are new and fill in words and names of known ones.

    A parent may stand below its child in the file: nodes are made first and hung up afterwards.
    """
    known = {node.code: node for node in FoodNode.objects.filter(standard=standard)}
    fresh: dict[str, FoodNode] = {}
    for node in nodes:
        if node.code not in known:
            fresh.setdefault(
                node.code,
                FoodNode(
                    standard=standard,
                    code=node.code,
                    name_zh=node.name,
                    name_en=node.name_en,
                    pinyin=typed(node.name),
                ),
            )
    FoodNode.objects.bulk_create(fresh.values(), batch_size=500)
    known |= fresh
    changed = [known[node.code] for node in nodes if _completed(known[node.code], node, known)]
    FoodNode.objects.bulk_update(
        {node.pk: node for node in changed}.values(),
        ["words", "parent", "name_en"],
        batch_size=500,
    )
    return len(fresh)


def _completed(existing: FoodNode, node: TableNode, known: Mapping[str, FoodNode]) -> bool:
    """Fill in what the node did not have; what it has stays. Whether anything changed."""
    parent = known.get(node.parent)
    words = list(dict.fromkeys([*existing.words, *node.words]))
    hung = existing.parent_id or (parent.pk if parent is not None else None)
    name_en = existing.name_en or node.name_en
    if (words, hung, name_en) == (existing.words, existing.parent_id, existing.name_en):
        return False
    existing.words, existing.parent_id, existing.name_en = words, hung, name_en
    return True


class Named(Protocol):
    """What a table says of a substance."""

    @property
    def substance(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def name_en(self) -> str: ...
    @property
    def cns(self) -> str: ...
    @property
    def ins(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def functions(self) -> tuple[str, ...]: ...


class Substances:
    """All substances by every folded name; makes the missing ones, many at once."""

    def __init__(self) -> None:
        known = {one.pk: one for one in Substance.objects.all()}
        self._by_name: dict[str, Substance] = {
            folded: known[key]
            for folded, key in SubstanceName.objects.values_list("folded", "substance_id")
        }
        self._keys = {one.key for one in known.values()}
        self._changed: dict[int, Substance] = {}
        self._fresh: list[Substance] = []
        self._names: list[SubstanceName] = []

    def of_all(self, limits: Iterable[Named]) -> list[int]:
        """The key of each limit's substance, found by any of its names or made with all."""
        found = [self._of(limit) for limit in limits]
        self.keep()
        return [substance.pk for substance in found]

    def keep(self) -> None:
        """Write what was made and changed since the last time."""
        Substance.objects.bulk_create(self._fresh, batch_size=500)
        SubstanceName.objects.bulk_create(self._names, batch_size=1000)
        Substance.objects.bulk_update(
            self._changed.values(),
            ["functions", "kind", "ins", "e_number", "cas", "residue_zh", "residue_en"],
            batch_size=500,
        )
        self._fresh, self._names, self._changed = [], [], {}

    def found(self, names: Iterable[str]) -> Substance | None:
        """The substance one of the names means."""
        return next(
            (self._by_name[key] for name in names if (key := bare_name(name)) in self._by_name),
            None,
        )

    def known_names(self) -> dict[str, int]:
        """Every folded name with its substance's key."""
        return {folded: substance.pk for folded, substance in self._by_name.items()}

    def _of(self, limit: Named) -> Substance:
        names = (limit.substance, *limit.names)
        found = self.found(names) or self._made(limit)
        functions = list(dict.fromkeys([*found.functions, *limit.functions]))
        self.complete(found, functions=functions, kind=limit.kind)
        self.name(found, {bare_name(name): name for name in names})
        return found

    def _made(self, limit: Named) -> Substance:
        made = Substance(
            key=self._free_key(limit.substance),
            name_zh=limit.substance[:200],
            name_en=limit.name_en[:300],
            cns=limit.cns[:400],
            ins=limit.ins[:400],
            kind=limit.kind,
        )
        self._fresh.append(made)
        return made

    def add(self, name: str, name_en: str) -> Substance:
        """A new substance by its name alone."""
        made = Substance(key=self._free_key(name), name_zh=name[:200], name_en=name_en[:300])
        self._fresh.append(made)
        return made

    def _free_key(self, name: str) -> str:
        key, number = name[:120], 2
        while key in self._keys:
            key, number = f"{name[:110]} #{number}", number + 1
        self._keys.add(key)
        return key

    def complete(self, substance: Substance, **facts: Any) -> None:
        """Fill in facts the substance did not have; functions grow, all else stays as it was."""
        for field, value in facts.items():
            had = getattr(substance, field)
            if value and value != had and (field == "functions" or not had):
                setattr(substance, field, value)
                if substance.pk is not None:
                    self._changed[substance.pk] = substance

    def name(self, substance: Substance, folded: Mapping[str, str]) -> None:
        """Give a substance further names; a name that belongs to another stays there."""
        for key, name in folded.items():
            if key and key not in self._by_name:
                self._by_name[key] = substance
                self._names.append(
                    SubstanceName(
                        substance=substance,
                        name=name[:300],
                        folded=key[:300],
                        pinyin=typed(name),
                    )
                )
