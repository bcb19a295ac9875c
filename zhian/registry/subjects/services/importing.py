"""Operators from a sheet: good rows are registered, the others come back with their reason."""

from __future__ import annotations

from collections.abc import Sequence

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices.models import User
from zhian.kernel.exchange import Row, RowError
from zhian.kernel.use_cases import record, use_case
from zhian.registry.subjects import policies
from zhian.registry.subjects.services.operators import (
    OperatorFacts,
    compact_code,
    problems_of,
    register_operators,
)
from zhian.registry.subjects.vocabulary import FoundBy, OperatorKind


@use_case("subjects.operators.imported")
def import_operators(*, acting_user: User, rows: Sequence[Row]) -> list[RowError]:
    """Register the rows that can be; returns what is wrong with the rest."""
    refused = check_rows(acting_user, rows)
    failed = {error.row for error in refused}
    good = [facts_of(row) for row in rows if row.number not in failed]
    if good:
        register_operators(acting_user=acting_user, rows=good)
    record("subjects.operator:import", registered=len(good), refused=len(failed))
    return refused


def check_rows(user: User, rows: Sequence[Row]) -> list[RowError]:
    """What the register knows to be wrong with rows that read well; nothing is written."""
    offices.require(policies.can_keep_register(user))
    facts = [facts_of(row) for row in rows]
    found = [
        RowError(rows[place].number, str(one.field), str(one.message))
        for place, problems in problems_of(facts).items()
        for one in problems
    ]
    named = {error.row for error in found}
    for row, fact in zip(rows, facts, strict=True):
        decision = offices.covers(user, fact.region_code)
        if not decision and row.number not in named:
            found.append(RowError(row.number, "region", str(decision.reason)))
    return found


def facts_of(row: Row) -> OperatorFacts:
    """A row of the sheet as facts; absent cells keep their defaults."""
    cell = row.values.get
    names = str(cell("former_names") or "").replace("；", ";").replace("、", ";")
    return OperatorFacts(
        name_zh=cell("name_zh") or "",
        name_en=cell("name_en") or "",
        uscc=compact_code(cell("uscc")),
        kind=OperatorKind(str(cell("kind"))),
        region_code=cell("region") or "",
        address=cell("address") or "",
        first_responsible=cell("first_responsible") or "",
        phone=cell("phone") or "",
        found_by=FoundBy(cell("found_by") or FoundBy.CENSUS),
        found_at=cell("found_at"),
        former_names=tuple(names.split(";")) if names else (),
    )
