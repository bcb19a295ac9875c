"""Published tables, imported whole: checked row by row, written as a draft edition."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import BadInput
from zhian.kernel.exchange import Row, RowError
from zhian.kernel.use_cases import record, use_case
from zhian.registry.standards import packs, policies
from zhian.registry.standards.engine import tables
from zhian.registry.standards.engine.tables import TableContent, TableLimit, TableNode
from zhian.registry.standards.models import Edition, FoodNode, Limit
from zhian.registry.standards.services.library import Substances, keep_nodes, standard_named
from zhian.registry.standards.services.sheets import SHEETS
from zhian.registry.standards.vocabulary import EditionState, Grade, Table

ADDITIVE_STANDARD = "GB 2760"


@dataclass(frozen=True)
class Draft:
    """What an import will write: one edition, its limits, its food nodes."""

    standard: str
    edition: str
    effective_from: date | None
    effective_to: date | None
    grade: str
    content: TableContent


@use_case("standards.edition.imported")
def import_table(
    *, acting_user: User, table: Table, rows: Sequence[Row], source: str = ""
) -> Edition | None:
    """Write the rows of one table; an edition comes as a draft, a food tree at once.

    The rows must have passed `checked_rows`; BadInput names the first that did not.
    """
    policies.require_clerk(acting_user)
    errors = checked_rows(table, rows)
    if errors:
        raise BadInput(f"{errors[0].row}: {errors[0]}")
    if table in _TREES:
        changed = _TREES[table](rows)
        record(f"standards:{table}", table=table.value, rows=len(rows), changed=changed)
        return None
    draft = _DRAFTS[table](rows)
    edition, written = _write(draft, source or table.value)
    record(edition, edition=edition.code, revision=edition.revision, limits=written)
    return edition


def checked_rows(table: Table, rows: Sequence[Row]) -> list[RowError]:
    """What is wrong with the rows of a table, without writing anything."""
    if not rows:
        return []
    if table in _TREES:
        return _tree_errors(table, rows)
    draft = _DRAFTS[table](rows)
    if draft.effective_from is None:
        message = _("it is not known when this edition came into force; use the general template")
        return [RowError(row.number, _("standard"), message) for row in rows]
    labels = {column.key: str(column.label) for column in SHEETS[table].columns}
    return [
        RowError(error.row, labels.get(error.column, error.column), error_text(error.code))
        for error in draft.content.errors
    ]


def error_text(code: str) -> str:
    """What is wrong with a row, in the reader's language."""
    return {
        "missing": _("must be filled in"),
        "unknown_food": _("this food code is not known; import the food categories first"),
        "unreadable_limit": _("this limit cannot be read"),
        "two_editions": _("one file holds one edition"),
    }[code]


def _texts(rows: Sequence[Row]) -> list[tuple[int, Mapping[str, str]]]:
    """Rows as the engine reads them: an empty cell is an empty text."""
    return [
        (row.number, {key: str(value or "") for key, value in row.values.items()}) for row in rows
    ]


def _known(code: str) -> packs.EditionFacts | None:
    return next((facts for facts in packs.known_editions() if facts.code == code), None)


def _published(rows: Sequence[Row], content: TableContent) -> Draft:
    """The draft of a table whose edition the platform knows by its printed name."""
    code = str(rows[0].values.get("standard") or "")
    facts = _known(code)
    others = tuple(
        tables.TableError(row.number, "standard", "two_editions")
        for row in rows
        if row.values.get("standard") != code
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


def _additives(rows: Sequence[Row]) -> Draft:
    nodes = FoodNode.objects.filter(standard__code=ADDITIVE_STANDARD)
    parents = {code: parent or "" for code, parent in nodes.values_list("code", "parent__code")}
    excluded = {
        number: code
        for number, code in nodes.values_list("exclusion_number", "code")
        if number is not None
    }
    return _published(rows, tables.additive_limits(_texts(rows), parents, excluded))


def _contaminants(rows: Sequence[Row]) -> Draft:
    return _published(rows, tables.contaminant_limits(_texts(rows)))


def _general(rows: Sequence[Row]) -> Draft:
    """The platform's own template: every row names edition, dates, food and limit itself."""
    first = rows[0].values
    content = tables.general_limits(_texts(rows))
    return Draft(
        standard=str(first["standard"]),
        edition=str(first["edition"]),
        effective_from=first["effective_from"],
        effective_to=first.get("effective_to"),
        grade=str(first.get("grade") or Grade.M),
        content=content,
    )


_DRAFTS: dict[Table, Callable[[Sequence[Row]], Draft]] = {
    Table.ADDITIVES: _additives,
    Table.CONTAMINANTS: _contaminants,
    Table.GENERAL: _general,
}


def _write(draft: Draft, source: str) -> tuple[Edition, int]:
    assert draft.effective_from is not None  # checked_rows refused such a table
    standard = standard_named(draft.standard)
    last = Edition.objects.filter(code=draft.edition).aggregate(last=Max("revision"))["last"]
    edition = Edition.objects.create(
        standard=standard,
        code=draft.edition,
        revision=(last or 0) + 1,
        effective_from=draft.effective_from,
        effective_to=draft.effective_to,
        state=EditionState.DRAFT,
        grade=draft.grade,
        source=source[:300],
        imported_at=clock.now(),
    )
    keep_nodes(standard, draft.content.nodes)
    nodes = dict(FoodNode.objects.filter(standard=standard).values_list("code", "pk"))
    substances = Substances()
    made = Limit.objects.bulk_create(
        [_limit(one, edition, substances.of(one), nodes[one.node]) for one in draft.content.limits],
        batch_size=1000,
    )
    return edition, len(made)


def _limit(one: TableLimit, edition: Edition, substance_id: int, node_id: int) -> Limit:
    return Limit(
        edition=edition,
        substance_id=substance_id,
        node_id=node_id,
        demand=one.demand[:200],
        clause=one.clause[:100],
        condition=one.condition[:500],
        note=one.note[:1000],
        grade=edition.grade,
    )


def _food_categories(rows: Sequence[Row]) -> int:
    """GB 2760 table E.1: the tree of food codes under the root "all food"."""
    standard = standard_named(ADDITIVE_STANDARD)
    nodes = [TableNode(tables.ROOT, "各类食品")]
    for row in sorted(rows, key=lambda row: str(row.values["code"])):
        name = str(row.values["name"])
        parent = str(row.values.get("parent") or tables.ROOT)
        words = tuple(tables.foods_in(name)) if name != "—" else ()
        nodes.append(TableNode(str(row.values["code"]), name, parent, words))
    return keep_nodes(standard, nodes) + keep_nodes(standard, nodes)


def _exclusions(rows: Sequence[Row]) -> int:
    """GB 2760 table A.2: numbers by which general permissions name what they leave out."""
    numbers: dict[str, Any] = {str(row.values["food_code"]): row.values["no"] for row in rows}
    nodes = list(FoodNode.objects.filter(standard__code=ADDITIVE_STANDARD, code__in=numbers))
    for node in nodes:
        node.exclusion_number = numbers[node.code]
    FoodNode.objects.bulk_update(nodes, ["exclusion_number"])
    return len(nodes)


_TREES: dict[Table, Callable[[Sequence[Row]], int]] = {
    Table.FOOD_CATEGORIES: _food_categories,
    Table.EXCLUSIONS: _exclusions,
}


def _tree_errors(table: Table, rows: Sequence[Row]) -> list[RowError]:
    if table is Table.FOOD_CATEGORIES:
        codes = {row.values["code"] for row in rows}
        column = "parent"
    else:
        nodes = FoodNode.objects.filter(standard__code=ADDITIVE_STANDARD)
        codes = set(nodes.values_list("code", flat=True))
        column = "food_code"
    label = str(SHEETS[table].by_key[column].label)
    return [
        RowError(row.number, label, error_text("unknown_food"))
        for row in rows
        if row.values.get(column) and row.values[column] not in codes
    ]
