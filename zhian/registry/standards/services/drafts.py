"""What the rows of one table would write: a draft of an edition, or facts kept beside editions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhian.kernel.exchange import Row
from zhian.registry.standards import packs
from zhian.registry.standards.engine import additives, lists, tables, template
from zhian.registry.standards.engine.lists import RuleItem
from zhian.registry.standards.engine.tables import TableContent, TableError
from zhian.registry.standards.models import FoodNode
from zhian.registry.standards.vocabulary import Grade, Table

ADDITIVE_STANDARD = "GB 2760"
INSPECTION_STANDARD = "国家食品安全监督抽检实施细则"


@dataclass(frozen=True)
class Draft:
    """What an import will write into one edition: limits on its food nodes, or items to inspect."""

    standard: str
    edition: str
    effective_from: date | None
    effective_to: date | None
    grade: str
    content: TableContent
    items: Sequence[RuleItem] = ()
    market: str = ""
    kind: str = ""


def texts(rows: Sequence[Row]) -> list[tuple[int, Mapping[str, str]]]:
    """Rows as the engine reads them: an empty cell is an empty text, a day is ISO."""
    return [
        (row.number, {key: str(value or "") for key, value in row.values.items()}) for row in rows
    ]


def _known(code: str) -> packs.EditionFacts | None:
    return next((facts for facts in packs.known_editions() if facts.code == code), None)


def _published(rows: Sequence[Row], content: TableContent, code: str = "") -> Draft:
    """The draft of a table whose edition the platform knows by its printed name."""
    code = str(rows[0].values.get("standard") or "") or code
    facts = _known(code)
    others = tuple(
        TableError(row.number, "standard", "two_editions")
        for row in rows
        if (row.values.get("standard") or code) != code
    )
    content = TableContent(content.limits, content.nodes, (*content.errors, *others))
    return Draft(
        standard=facts.standard if facts else code,
        edition=code,
        effective_from=facts.effective_from if facts else None,
        effective_to=facts.effective_to if facts else None,
        grade=facts.grade if facts else Grade.M,
        content=content,
    )


def _newest(standard: str) -> str:
    """The newest edition of a standard the platform knows the dates of."""
    known = [one for one in packs.known_editions() if one.standard == standard]
    return max(known, key=lambda one: one.effective_from).code


def _parents() -> dict[str, str]:
    nodes = FoodNode.objects.filter(standard__code=ADDITIVE_STANDARD)
    return {code: parent or "" for code, parent in nodes.values_list("code", "parent__code")}


def _additives(rows: Sequence[Row]) -> Draft:
    numbered = FoodNode.objects.filter(
        standard__code=ADDITIVE_STANDARD, exclusion_number__isnull=False
    )
    excluded = {int(n or 0): code for n, code in numbered.values_list("exclusion_number", "code")}
    return _published(rows, additives.additive_limits(texts(rows), _parents(), excluded))


def _no_flavours(rows: Sequence[Row]) -> Draft:
    content = lists.no_flavour_foods(texts(rows), _parents())
    return _published(rows, content, _newest(ADDITIVE_STANDARD))


def _flavourings(rows: Sequence[Row]) -> Draft:
    return _published(rows, _at_root(lists.flavourings(texts(rows))), _newest(ADDITIVE_STANDARD))


def _processing_aids(rows: Sequence[Row]) -> Draft:
    content = _at_root(lists.processing_aids(texts(rows)))
    return _published(rows, content, _newest(ADDITIVE_STANDARD))


def _at_root(content: TableContent) -> TableContent:
    """A list whose limits hold for all food needs the root of the tree, imported or not."""
    return TableContent(content.limits, (tables.TableNode(tables.ROOT, ROOT_NAME),), content.errors)


ROOT_NAME = "各类食品"


def _contaminants(rows: Sequence[Row]) -> Draft:
    return _published(rows, tables.contaminant_limits(texts(rows)))


def _general(rows: Sequence[Row]) -> Draft:
    """The platform's own template: every row names edition, dates, food and limit itself."""
    first = rows[0].values
    standard = str(first["standard"])
    known = FoodNode.objects.filter(standard__code=standard).values_list("code", flat=True)
    return Draft(
        standard=standard,
        edition=str(first["edition"]),
        effective_from=first["effective_from"],
        effective_to=first.get("effective_to"),
        grade=str(first.get("grade") or Grade.M),
        content=template.general_limits(texts(rows), set(known)),
        market=str(first.get("market") or "").lower(),
        kind=str(first.get("standard_kind") or ""),
    )


def _inspection_rules(rows: Sequence[Row]) -> Draft:
    first = rows[0].values
    code = str(first.get("edition") or "") or _newest(INSPECTION_STANDARD)
    items, errors = lists.inspection_items(texts(rows))
    facts = _known(code)
    return Draft(
        standard=INSPECTION_STANDARD,
        edition=code,
        effective_from=first.get("effective_from") or (facts.effective_from if facts else None),
        effective_to=None,
        grade=facts.grade if facts else Grade.M,
        content=TableContent(errors=tuple(errors)),
        items=items,
    )


DRAFTS: dict[Table, Callable[[Sequence[Row]], Draft]] = {
    Table.ADDITIVES: _additives,
    Table.NO_FLAVOURS: _no_flavours,
    Table.FLAVOURINGS: _flavourings,
    Table.PROCESSING_AIDS: _processing_aids,
    Table.CONTAMINANTS: _contaminants,
    Table.INSPECTION_RULES: _inspection_rules,
    Table.GENERAL: _general,
}
