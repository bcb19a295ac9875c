"""Published tables, imported whole: checked row by row, written as a draft edition."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import BadInput
from zhian.kernel.exchange import Row, RowError
from zhian.kernel.use_cases import record, use_case
from zhian.registry.standards import policies
from zhian.registry.standards.engine.choosing import bare_name
from zhian.registry.standards.engine.lists import RuleItem
from zhian.registry.standards.engine.tables import TableError, TableLimit
from zhian.registry.standards.models import (
    Edition,
    FoodNode,
    InspectionItem,
    Limit,
    Standard,
    Substance,
    SubstanceName,
)
from zhian.registry.standards.services.drafts import DRAFTS, Draft
from zhian.registry.standards.services.library import (
    Substances,
    columns,
    keep_nodes,
    standard_named,
)
from zhian.registry.standards.services.reference import REFERENCE, reference_errors
from zhian.registry.standards.services.sheets import SHEETS
from zhian.registry.standards.services.starter import STARTER
from zhian.registry.standards.vocabulary import EditionState, Table

_COUNTED = (FoodNode, InspectionItem, Limit, Substance, SubstanceName)


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
    if table in REFERENCE:
        changed = REFERENCE[table](rows)
        record(f"standards:{table}", table=table.value, rows=len(rows), changed=changed)
        return None
    draft = DRAFTS[table](rows)
    edition = _opened(draft, table, source or table.value)
    written = _write(draft, edition, table)
    _count_anew()
    record(
        edition,
        edition=edition.code,
        revision=edition.revision,
        table=table.value,
        limits=written,
    )
    return edition


def checked_rows(table: Table, rows: Sequence[Row]) -> list[RowError]:
    """What is wrong with the rows of a table, without writing anything."""
    if not rows:
        return []
    if table in REFERENCE:
        return _row_errors(table, reference_errors(table, rows))
    draft = DRAFTS[table](rows)
    if draft.effective_from is None:
        message = _("it is not known when this edition came into force; use the general template")
        return [RowError(row.number, _("standard"), message) for row in rows]
    return _row_errors(table, draft.content.errors)


def _row_errors(table: Table, errors: Sequence[TableError]) -> list[RowError]:
    labels = {column.key: str(column.label) for column in SHEETS[table].columns}
    return [
        RowError(error.row, labels.get(error.column, error.column), error_text(error.code))
        for error in errors
    ]


def error_text(code: str) -> str:
    """What is wrong with a row, in the reader's language."""
    return {
        "missing": _("must be filled in"),
        "unknown_food": _("this food code is not known; import the food categories first"),
        "unknown_substance": _("no additive of this name is loaded; import table A.1 first"),
        "unreadable_limit": _("this limit cannot be read"),
        "unreadable_components": _("components are names parted by ; with a factor after *"),
        "two_editions": _("one file holds one edition"),
        "unknown_unit": _("this unit is not known"),
        "ambiguous_unit": _("this unit can be read in several ways: write mg/kg, mg/L, % …"),
        "mixed_scripts": _("letters of two alphabets stand in one word: type it anew"),
        "invisible_characters": _("holds characters that cannot be seen: type it anew"),
        "impossible_limit": _("a limit above the whole amount is impossible"),
        "ends_before_it_begins": _("the end lies before the beginning"),
        "wrong_cas": _("the check digit of this CAS number is wrong"),
        "circle": _("a category cannot stand below itself"),
        "shifted_row": _("the cells of this row have moved: the item stands in another column"),
    }[code]


def _opened(draft: Draft, table: Table, source: str) -> Edition:
    """The draft this table joins: an open one without it, else a new one.

    A new draft takes over what other tables gave the edition in force, so that putting it in force
    never loses them.
    """
    assert draft.effective_from is not None  # checked_rows refused such a table
    standard = standard_named(draft.standard, market=draft.market, kind=draft.kind)
    imports = Edition.objects.select_for_update().filter(code=draft.edition)
    waiting = imports.filter(state=EditionState.DRAFT).order_by("-revision").first()
    if waiting is not None and table not in waiting.tables:
        waiting.tables = [*waiting.tables, table.value]
        waiting.save(update_fields=["tables"])
        return waiting
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
        tables=[table.value],
        imported_at=clock.now(),
    )
    former = waiting or imports.filter(state=EditionState.ACTIVE).first()
    if former is not None:
        _take_over(former, edition, table)
    return edition


def _take_over(former: Edition, edition: Edition, table: Table) -> None:
    """Copy the limits other published tables gave the former import (never the starter set)."""
    others = [name for name in former.tables if name not in {table.value, STARTER}]
    if not others:
        return
    limits = list(former.limits.filter(table__in=others))
    for limit in limits:
        limit.pk = None
        limit.edition = edition
    Limit.objects.bulk_create(limits, batch_size=1000)
    edition.tables = [*others, table.value]
    edition.save(update_fields=["tables"])


def _write(draft: Draft, edition: Edition, table: Table) -> int:
    """Write the draft's limits (or items to inspect) and give their number."""
    standard: Standard = edition.standard
    if draft.items:
        items = [_item(one, edition) for one in draft.items]
        return len(InspectionItem.objects.bulk_create(items, batch_size=1000))
    keep_nodes(standard, draft.content.nodes)
    nodes = dict(FoodNode.objects.filter(standard=standard).values_list("code", "pk"))
    substances = Substances().of_all(draft.content.limits)
    made = Limit.objects.bulk_create(
        [
            _limit(one, edition, substance, nodes[one.node], table)
            for one, substance in zip(draft.content.limits, substances, strict=True)
        ],
        batch_size=1000,
    )
    return len(made)


def _count_anew() -> None:
    """PostgreSQL plans by counts: with old ones it walks through all of thousands of new rows."""
    tables = [connection.ops.quote_name(one._meta.db_table) for one in _COUNTED]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def _limit(
    one: TableLimit, edition: Edition, substance_id: int, node_id: int, table: Table
) -> Limit:
    return Limit(
        edition=edition,
        substance_id=substance_id,
        node_id=node_id,
        demand=one.demand[:200],
        clause=one.clause[:100],
        condition=one.condition[:500],
        note=one.note[:1000],
        exceptions=one.exceptions[:500],
        use=one.use,
        effective_from=one.effective_from,
        effective_to=one.effective_to,
        grade=edition.grade,
        table=table.value,
        **columns(one.demand),
    )


def _item(one: RuleItem, edition: Edition) -> InspectionItem:
    return InspectionItem(
        edition=edition,
        big_category=one.big_category[:80],
        sub_category=one.sub_category[:160],
        table=one.table[:20],
        number=one.number[:10],
        item=one.item[:300],
        item_folded=bare_name(one.item)[:300],
        standard=one.standard[:300],
        method=one.method[:400],
        note=one.note[:1000],
    )
