"""Facts beside the editions: food trees, names and numbers of substances, functional classes."""

from collections.abc import Callable, Sequence
from typing import Any

from zhian.kernel.exchange import Row
from zhian.registry.standards.engine import lists, tables
from zhian.registry.standards.engine.choosing import bare_name
from zhian.registry.standards.engine.lists import Naming
from zhian.registry.standards.engine.tables import TableError, TableNode
from zhian.registry.standards.models import FoodNode, FunctionalClass, ResidueComponent, Substance
from zhian.registry.standards.services.drafts import ADDITIVE_STANDARD, ROOT_NAME, texts
from zhian.registry.standards.services.library import Substances, keep_nodes, standard_named
from zhian.registry.standards.vocabulary import Table


def _food_categories(rows: Sequence[Row]) -> int:
    """GB 2760 table E.1: the tree of food codes under the root "all food"."""
    nodes = [TableNode(tables.ROOT, ROOT_NAME)]
    for row in sorted(rows, key=lambda row: str(row.values["code"])):
        name = str(row.values["name"])
        parent = str(row.values.get("parent") or tables.ROOT)
        words = tuple(tables.foods_in(name)) if name != "—" else ()
        nodes.append(TableNode(str(row.values["code"]), name, parent, words))
    return keep_nodes(standard_named(ADDITIVE_STANDARD), nodes)


def _exclusions(rows: Sequence[Row]) -> int:
    """GB 2760 table A.2: numbers by which general permissions name what they leave out."""
    numbers: dict[str, Any] = {str(row.values["food_code"]): row.values["no"] for row in rows}
    nodes = list(FoodNode.objects.filter(standard__code=ADDITIVE_STANDARD, code__in=numbers))
    for node in nodes:
        node.exclusion_number = numbers[node.code]
    FoodNode.objects.bulk_update(nodes, ["exclusion_number"])
    return len(nodes)


def _foods(rows: Sequence[Row]) -> int:
    """A food tree by the platform's template."""
    first = rows[0].values
    nodes, _errors = lists.food_tree(texts(rows))
    market = str(first.get("market") or "").lower()
    return keep_nodes(standard_named(str(first["standard"]), market=market), nodes)


def _functions(rows: Sequence[Row]) -> int:
    """GB 2760 appendix D."""
    made = FunctionalClass.objects.bulk_create(
        [
            FunctionalClass(
                code=str(row.values["code"]),
                name_zh=str(row.values["name"]),
                definition_zh=str(row.values.get("definition") or "")[:500],
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_zh", "definition_zh"],
    )
    return len(made)


def _index(rows: Sequence[Row]) -> int:
    """GB 2760 appendix F: further names and INS numbers of known additives."""
    known = Substances()
    namings, _errors = lists.additive_index(texts(rows), known.known_names())
    return _named(known, namings)


def _substances(rows: Sequence[Row]) -> int:
    """Substances by the platform's template, with the components of their residues."""
    known = Substances()
    namings, _errors = lists.substances(texts(rows))
    written = _named(known, namings)
    for naming in namings:
        substance = known.found(naming.names)
        if substance is not None and naming.components:
            _compose(substance, naming, known)
    return written


def _named(known: Substances, namings: Sequence[Naming]) -> int:
    for naming in namings:
        substance = known.found(naming.names) or known.add(naming.names[0], naming.name_en)
        known.name(substance, naming.folded())
        known.complete(
            substance,
            ins=naming.ins[:400],
            cas=naming.cas,
            e_number=naming.e_number,
            kind=naming.kind,
            residue_zh=naming.residue_zh[:500],
            residue_en=naming.residue_en[:500],
        )
    known.keep()
    return len(namings)


def _compose(substance: Substance, naming: Naming, known: Substances) -> None:
    """Replace the components of a residue; one that is not yet known is made by its name."""
    parts = {
        name: known.found([name]) or known.add(name, "") for name, _factor in naming.components
    }
    for name, part in parts.items():
        known.name(part, {bare_name(name): name})
    known.keep()
    substance.components.all().delete()
    ResidueComponent.objects.bulk_create(
        ResidueComponent(substance=substance, component=parts[name], factor=factor)
        for name, factor in naming.components
    )


REFERENCE: dict[Table, Callable[[Sequence[Row]], int]] = {
    Table.FOOD_CATEGORIES: _food_categories,
    Table.EXCLUSIONS: _exclusions,
    Table.FUNCTIONS: _functions,
    Table.ADDITIVE_INDEX: _index,
    Table.SUBSTANCES: _substances,
    Table.FOODS: _foods,
}


def reference_errors(table: Table, rows: Sequence[Row]) -> Sequence[TableError]:
    """What is wrong with the rows of a table that is kept beside the editions."""
    numbered = texts(rows)
    if table is Table.FOOD_CATEGORIES:
        codes = {row["code"] for _number, row in numbered}
        return _unknown(numbered, "parent", codes)
    if table is Table.EXCLUSIONS:
        nodes = FoodNode.objects.filter(standard__code=ADDITIVE_STANDARD)
        return _unknown(numbered, "food_code", set(nodes.values_list("code", flat=True)))
    if table is Table.ADDITIVE_INDEX:
        return lists.additive_index(numbered, Substances().known_names())[1]
    if table is Table.SUBSTANCES:
        return lists.substances(numbered)[1]
    return lists.food_tree(numbered)[1] if table is Table.FOODS else ()


def _unknown(
    numbered: Sequence[tables.NumberedRow], column: str, codes: set[str]
) -> list[TableError]:
    return [
        TableError(number, column, "unknown_food")
        for number, row in numbered
        if row.get(column) and row[column] not in codes
    ]
