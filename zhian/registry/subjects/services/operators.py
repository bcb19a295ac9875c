"""Operators enter the register, are corrected and renamed; their licence state is written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.vocabulary import OfficeLevel
from zhian.foundation.regions.selectors import regions_by_code
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, FieldError, NotKnown
from zhian.kernel.identifiers import parse_uscc
from zhian.kernel.outbox import publish
from zhian.kernel.races import told_apart
from zhian.kernel.use_cases import record, use_case
from zhian.registry.subjects import policies
from zhian.registry.subjects.engine.names import search_text
from zhian.registry.subjects.models import Operator
from zhian.registry.subjects.vocabulary import (
    FoundBy,
    LicenceState,
    OperatorKind,
    OperatorsRegistered,
)

TOWNSHIP = "township"


@dataclass(frozen=True)
class OperatorFacts:
    """What is known of an operator when it is found; the licence is not part of it (P11)."""

    name_zh: str
    kind: OperatorKind
    region_code: str
    first_responsible: str
    found_by: FoundBy = FoundBy.CENSUS
    found_at: date | None = None
    name_en: str = ""
    uscc: str | None = None
    address: str = ""
    phone: str = ""
    former_names: tuple[str, ...] = ()
    township_office_id: int | None = None


@use_case("subjects.operator.registered")
def register_operator(*, acting_user: User, facts: OperatorFacts) -> Operator:
    """Enter one operator. BadInput names each wrong field; Refused outside the territory."""
    made = _registered(acting_user, [facts])[0]
    record(made, name=made.name_zh, kind=made.kind, region=made.region_id, uscc=made.uscc)
    publish(OperatorsRegistered((made.pk,)))
    return made


@use_case("subjects.operators.registered")
def register_operators(*, acting_user: User, rows: Sequence[OperatorFacts]) -> list[Operator]:
    """Enter many operators at once, in the order given; all or none."""
    made = _registered(acting_user, rows)
    ids = [one.pk for one in made]
    record("subjects.operator:many", ids=ids, names=[one.name_zh for one in made])
    publish(OperatorsRegistered(tuple(ids)))
    return made


@use_case("subjects.operator.corrected")
def correct_operator(*, acting_user: User, operator_id: int, facts: OperatorFacts) -> Operator:
    """Correct what is known; a changed name keeps the old one findable."""
    seen = policies.visible_operator(acting_user, operator_id)
    policies.require_register(acting_user, {seen.region_id, facts.region_code})
    _refuse(problems_of([facts], own_id=operator_id).get(0, []))
    operator = Operator.objects.select_for_update().get(pk=operator_id)
    before = _described(operator)
    former = list(operator.former_names)
    if operator.name_zh != facts.name_zh.strip() and operator.name_zh not in former:
        former.append(operator.name_zh)
    _fill(operator, replace(facts, former_names=tuple(former)), _townships([facts]))
    with told_apart(_("Somebody else entered the same at this moment. Look again.")):
        operator.save()
    after = _described(operator)
    changed = [key for key in after if before[key] != after[key]]
    record(
        operator,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )
    return operator


@use_case("subjects.licence_states.recorded")
def record_licence_states(*, acting_user: User, states: Mapping[int, LicenceState]) -> int:
    """Write down what `permits` computed, so that it can be counted (S018); how many changed."""
    changed = []
    known = Operator.objects.select_for_update().in_bulk(list(states))
    for operator_id, operator in known.items():
        if operator.licence_state != states[operator_id]:
            operator.licence_state = states[operator_id]
            changed.append(operator)
    Operator.objects.bulk_update(changed, ["licence_state"], batch_size=1000)
    record("subjects.operator:many", states={str(o.pk): str(o.licence_state) for o in changed})
    return len(changed)


def problems_of(
    rows: Sequence[OperatorFacts], own_id: int | None = None
) -> dict[int, list[FieldError]]:
    """What is wrong with each row (by its place in the list), in four queries for any number."""
    regions = regions_by_code({row.region_code for row in rows})
    codes = {row.uscc for row in rows if row.uscc}
    taken = set(
        Operator.objects.filter(uscc__in=codes)
        .exclude(pk=own_id or 0)
        .values_list("uscc", flat=True)
    )
    townships = _townships(rows)
    seen: set[str] = set()
    found: dict[int, list[FieldError]] = {}
    for place, row in enumerate(rows):
        problems = [*_name_problems(row), *_code_problems(row, taken, seen)]
        if row.region_code not in regions:
            problems.append(FieldError("region", _("No such region")))
        elif row.kind == OperatorKind.WORKSHOP and _township_of(row, townships) is None:
            problems.append(
                FieldError("region", _("A workshop needs a township whose office answers for it"))
            )
        if problems:
            found[place] = problems
    return found


def _name_problems(row: OperatorFacts) -> Iterable[FieldError]:
    if not row.name_zh.strip():
        yield FieldError("name_zh", _("Give the name"))
    if not row.first_responsible.strip():
        yield FieldError("first_responsible", _("Name the person who answers first"))
    limits = {"name_zh": 120, "name_en": 240, "address": 240, "first_responsible": 60, "phone": 40}
    for field, limit in limits.items():
        if len(getattr(row, field)) > limit:
            yield FieldError(field, _("At most %(limit)d characters") % {"limit": limit})
    if row.found_at is not None and row.found_at > clock.today():
        yield FieldError("found_at", _("This day is still to come"))


def _code_problems(row: OperatorFacts, taken: set[str | None], seen: set[str]) -> list[FieldError]:
    if not row.uscc:
        return []
    message: str | Promise | None = None
    try:
        parse_uscc(row.uscc)
    except ValueError as error:
        message = str(error)
    if row.uscc in taken or row.uscc in seen:
        message = _("An operator with this credit code is registered already")
    seen.add(row.uscc)
    return [FieldError("uscc", message)] if message else []


def _registered(acting_user: User, rows: Sequence[OperatorFacts]) -> list[Operator]:
    rows = [replace(row, uscc=compact_code(row.uscc)) for row in rows]
    policies.require_register(acting_user, {row.region_code for row in rows})
    problems = problems_of(rows)
    _refuse(
        [
            FieldError(one.field, one.message, row=place + 1 if len(rows) > 1 else None)
            for place, found in problems.items()
            for one in found
        ]
    )
    townships = _townships(rows)
    made = []
    for row in rows:
        operator = Operator(registered_at=clock.now())
        _fill(operator, row, townships)
        made.append(operator)
    with told_apart(_("Somebody else entered the same at this moment. Look again.")):
        return Operator.objects.bulk_create(made, batch_size=1000)


def _fill(operator: Operator, row: OperatorFacts, townships: Mapping[str, Office | None]) -> None:
    operator.name_zh, operator.name_en = row.name_zh.strip(), row.name_en.strip()
    operator.former_names = [name.strip() for name in row.former_names if name.strip()]
    operator.uscc = compact_code(row.uscc)
    operator.kind = row.kind
    operator.region_id = row.region_code
    operator.address, operator.phone = row.address.strip(), row.phone.strip()
    operator.first_responsible = row.first_responsible.strip()
    operator.found_by = row.found_by
    operator.found_at = row.found_at or operator.found_at or clock.today()
    operator.township_office = _township_of(row, townships)
    operator.search_text = search_text(
        [operator.name_zh, operator.name_en, *operator.former_names], [operator.uscc]
    )


def compact_code(raw: str | None) -> str | None:
    """A credit code without spaces, in capitals; None for nothing. Wrong ones stay to be named."""
    cleaned = "".join((raw or "").split()).upper()
    return cleaned or None


def _townships(rows: Sequence[OperatorFacts]) -> dict[str, Office | None]:
    """The township office of each region that has a workshop among the rows."""
    found: dict[str, Office | None] = {}
    for row in rows:
        if row.kind == OperatorKind.WORKSHOP and row.region_code not in found:
            found[row.region_code] = _township_office(row.region_code)
    return found


def _township_office(region_code: str) -> Office | None:
    try:
        office = office_selectors.responsible_office(region_code, TOWNSHIP, clock.today())
    except NotKnown:
        return None
    return office if office.level >= OfficeLevel.TOWNSHIP else None


def _township_of(row: OperatorFacts, townships: Mapping[str, Office | None]) -> Office | None:
    """The named township office if it covers the place, else the one that does anyway."""
    if row.kind != OperatorKind.WORKSHOP:
        return None
    if row.township_office_id is None:
        return townships.get(row.region_code)
    named = office_selectors.offices_by_id([row.township_office_id]).get(row.township_office_id)
    if named is None or not row.region_code.startswith(named.region_code):
        return None
    return named if named.department_id == TOWNSHIP else None


def _refuse(problems: Sequence[FieldError]) -> None:
    if problems:
        raise BadInput(fields=problems)


def _described(operator: Operator) -> dict[str, object]:
    return {
        "name_zh": operator.name_zh,
        "name_en": operator.name_en,
        "former_names": list(operator.former_names),
        "uscc": operator.uscc,
        "kind": str(operator.kind),
        "region": operator.region_id,
        "address": operator.address,
        "phone": operator.phone,
        "first_responsible": operator.first_responsible,
        "found_by": str(operator.found_by),
        "found_at": operator.found_at.isoformat(),
        "township_office": operator.township_office_id,
    }
