"""Finding or making what limits refer to: standards, food nodes, substances with their names."""

from collections.abc import Iterable, Mapping

from zhian.kernel.rules import Text
from zhian.registry.standards import packs
from zhian.registry.standards.engine.choosing import bare_name
from zhian.registry.standards.engine.tables import TableLimit, TableNode
from zhian.registry.standards.models import FoodNode, Standard, Substance, SubstanceName


def standard_named(code: str, title: Text | None = None) -> Standard:
    """The standard, made when it is new; the pack's titles name the known ones."""
    found = Standard.objects.filter(code=code).first()
    if found is not None:
        return found
    known = title or next(
        (edition.title for edition in packs.known_editions() if edition.standard == code), None
    )
    return Standard.objects.create(
        code=code, name_zh=known.zh if known else code, name_en=known.en if known else code
    )


def keep_nodes(standard: Standard, nodes: Iterable[TableNode]) -> int:
    """Make the food nodes that are new and fill in words of known ones; parents come first."""
    known = {node.code: node for node in FoodNode.objects.filter(standard=standard)}
    made = 0
    for node in nodes:
        parent = known.get(node.parent)
        existing = known.get(node.code)
        if existing is None:
            known[node.code] = FoodNode.objects.create(
                standard=standard,
                code=node.code,
                name_zh=node.name,
                parent=parent,
                words=list(node.words),
            )
            made += 1
            continue
        words = list(dict.fromkeys([*existing.words, *node.words]))
        hung = existing.parent_id or (parent.pk if parent is not None else None)
        if words != existing.words or hung != existing.parent_id:
            existing.words, existing.parent_id = words, hung
            existing.save(update_fields=["words", "parent"])
    return made


class Substances:
    """All substances by every folded name; makes the missing ones."""

    def __init__(self) -> None:
        self._by_name: dict[str, int] = dict(
            SubstanceName.objects.values_list("folded", "substance_id")
        )

    def of(self, limit: TableLimit) -> int:
        """The key of the limit's substance, found by any of its names or made with all of them."""
        folded = {bare_name(name): name for name in (limit.substance, *limit.names)}
        found = next((self._by_name[name] for name in folded if name in self._by_name), None)
        if found is None:
            found = Substance.objects.create(
                key=limit.substance[:120],
                name_zh=limit.substance,
                name_en=limit.name_en,
                cns=limit.cns,
                ins=limit.ins,
            ).pk
        self.name(found, folded)
        return found

    def name(self, substance_id: int, folded: Mapping[str, str]) -> None:
        """Give a substance further names; a name that belongs to another stays there."""
        fresh = {key: name for key, name in folded.items() if key and key not in self._by_name}
        SubstanceName.objects.bulk_create(
            SubstanceName(substance_id=substance_id, name=name[:300], folded=key[:300])
            for key, name in fresh.items()
        )
        self._by_name.update(dict.fromkeys(fresh, substance_id))
