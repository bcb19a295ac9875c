"""Permits are granted and decided about; each step has a day, a reason, an office and an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.vocabulary import UserKind
from zhian.kernel import clock, identifiers
from zhian.kernel.errors import BadInput, FieldError, NotKnown, Text
from zhian.kernel.outbox import Happening, publish
from zhian.kernel.races import told_apart
from zhian.kernel.use_cases import current_entry_id, record, use_case
from zhian.registry.permits import policies, selectors
from zhian.registry.permits.lifecycles import INSTRUMENT
from zhian.registry.permits.models import Instrument, StatusChange
from zhian.registry.permits.vocabulary import (
    InstrumentGranted,
    InstrumentRevoked,
    InstrumentState,
    InstrumentSuspended,
    InstrumentType,
    StandingState,
    Step,
)
from zhian.registry.subjects import selectors as registered
from zhian.registry.subjects import services as subjects
from zhian.registry.subjects.models import Operator
from zhian.registry.subjects.vocabulary import LicenceState

_PARSERS = {
    "uscc": identifiers.parse_uscc,
    "sc": identifiers.parse_food_licence,
    "jy": identifiers.parse_trade_licence,
}


@dataclass(frozen=True)
class InstrumentFacts:
    """A permit as it is granted; the issuing office becomes the accountable one (P1)."""

    type_code: str
    number: str
    operator_id: int
    issuing_office_id: int
    site_id: int | None = None
    scope: tuple[str, ...] = ()
    acting_office_id: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@use_case("permits.instrument.granted")
def grant(*, acting_user: User, facts: InstrumentFacts) -> Instrument:
    """Grant one permit. BadInput names every field that is wrong."""
    made = _granted(acting_user, [facts])[0]
    record(
        made,
        type=made.type_code,
        number=made.number,
        operator=made.operator_id,
        site=made.site_id,
        scope=list(made.scope),
        office=made.accountable_office_id,
        valid_from=made.valid_from.isoformat(),
        valid_to=made.valid_to.isoformat() if made.valid_to else None,
    )
    publish(InstrumentGranted(made.pk, made.operator_id))
    _write_licence_states(acting_user, [made.operator_id])
    return made


@use_case("permits.instruments.granted")
def grant_many(*, acting_user: User, rows: Sequence[InstrumentFacts]) -> list[Instrument]:
    """Grant many permits at once, in the order given; all or none."""
    made = _granted(acting_user, rows)
    record(
        "permits.instrument:many",
        granted=[[one.pk, one.type_code, one.number] for one in made],
    )
    _write_licence_states(acting_user, {one.operator_id for one in made})
    return made


@use_case("permits.instrument.suspended")
def suspend(
    *, acting_user: User, instrument_id: int, reason: str, on: date | None = None
) -> Instrument:
    """Take the effect of a permit away until it is resumed; what depends on it stops at once."""
    found = _decided(acting_user, instrument_id, Step.SUSPEND, reason, on)
    publish(InstrumentSuspended(found.pk, found.operator_id, found.site_id, reason.strip()))
    return found


@use_case("permits.instrument.resumed")
def resume(
    *, acting_user: User, instrument_id: int, reason: str, on: date | None = None
) -> Instrument:
    """Give a suspended permit its effect back."""
    return _decided(acting_user, instrument_id, Step.RESUME, reason, on)


@use_case("permits.instrument.revoked")
def revoke(
    *, acting_user: User, instrument_id: int, reason: str, on: date | None = None
) -> Instrument:
    """Take a permit away for good for what its holder did (吊销)."""
    found = _decided(acting_user, instrument_id, Step.REVOKE, reason, on)
    publish(_gone(found, Step.REVOKE, reason))
    return found


@use_case("permits.instrument.withdrawn")
def withdraw(
    *, acting_user: User, instrument_id: int, reason: str, on: date | None = None
) -> Instrument:
    """Take a permit back that should not have been granted (撤销)."""
    found = _decided(acting_user, instrument_id, Step.WITHDRAW, reason, on)
    publish(_gone(found, Step.WITHDRAW, reason))
    return found


@use_case("permits.instrument.cancelled")
def cancel(
    *, acting_user: User, instrument_id: int, reason: str, on: date | None = None
) -> Instrument:
    """End a permit its holder gave up or no longer exists to hold (注销)."""
    found = _decided(acting_user, instrument_id, Step.CANCEL, reason, on)
    publish(_gone(found, Step.CANCEL, reason))
    return found


@use_case("permits.standings.recomputed")
def recompute_licence_states(*, acting_user: User) -> int:
    """Write every operator's licence state anew, as permits end with time; how many changed."""
    offices.require(policies.can_grant(acting_user))
    ids = registered.operator_ids()
    changed = sum(
        _write_licence_states(acting_user, ids[start : start + 2000])
        for start in range(0, len(ids), 2000)
    )
    record("permits.instrument:all", operators=len(ids), changed=changed)
    return changed


@use_case("permits.standing.judged")
def judge_standing(*, acting_user: User, operator_ids: Sequence[int]) -> int:
    """Write the licence state of these operators as it is today; how many changed."""
    offices.require(policies.can_grant(acting_user))
    changed = _write_licence_states(acting_user, operator_ids)
    record("permits.instrument:all", operators=len(operator_ids), changed=changed)
    return changed


def _gone(instrument: Instrument, step: Step, reason: str) -> Happening:
    return InstrumentRevoked(
        instrument.pk, instrument.operator_id, instrument.site_id, str(step), reason.strip()
    )


def _decided(
    acting_user: User, instrument_id: int, step: Step, reason: str, on: date | None
) -> Instrument:
    """One step of the lifecycle by the office that answers; never dated back by people."""
    seen = policies.visible_instrument(acting_user, instrument_id)
    offices.require(policies.can_decide(acting_user, seen))
    instrument = (
        Instrument.objects.select_for_update(of=("self",))
        .select_related("accountable_office")
        .get(pk=instrument_id)
    )
    state = InstrumentState(INSTRUMENT.target(step, instrument.state))
    day = on or clock.today()
    problems = []
    if not reason.strip():
        problems.append(FieldError("reason", _("Say why")))
    elif len(reason.strip()) > 400:
        problems.append(FieldError("reason", _("At most %(limit)d characters") % {"limit": 400}))
    if day != clock.today() and acting_user.kind != UserKind.SYSTEM:
        problems.append(FieldError("on", _("A decision takes effect on the day it is made")))
    if problems:
        raise BadInput(fields=problems)
    instrument.state = state
    instrument.save(update_fields=["state"])
    _changed(instrument, step, day, reason.strip()).save()
    record(instrument, step=str(step), state=str(state), reason=reason.strip(), on=day.isoformat())
    _write_licence_states(acting_user, [instrument.operator_id])
    return instrument


def _changed(instrument: Instrument, step: Step, on: date, reason: str) -> StatusChange:
    return StatusChange(
        instrument=instrument,
        step=step,
        state=instrument.state,
        on=on,
        reason=reason,
        office=instrument.accountable_office,
        entry_id=current_entry_id(),
        recorded_at=clock.now(),
    )


def _granted(acting_user: User, rows: Sequence[InstrumentFacts]) -> list[Instrument]:
    operators = registered.operators_by_id(row.operator_id for row in rows)
    issuers = office_selectors.offices_by_id(row.issuing_office_id for row in rows)
    _require_known(acting_user, rows, operators, issuers)
    clean, problems = _checked(rows, issuers)
    if problems:
        raise BadInput(fields=problems)
    with told_apart(_("Somebody else entered the same at this moment. Look again.")):
        made = Instrument.objects.bulk_create([_built(row) for row in clean], batch_size=1000)
    for one in made:
        one.operator, one.accountable_office = (
            operators[one.operator_id],
            issuers[one.accountable_office_id],
        )
    StatusChange.objects.bulk_create(
        [_changed(one, Step.GRANT, one.valid_from, "") for one in made], batch_size=1000
    )
    return made


def _require_known(
    acting_user: User,
    rows: Iterable[InstrumentFacts],
    operators: dict[int, Operator],
    issuers: dict[int, Office],
) -> None:
    asked = set()
    for row in rows:
        if row.operator_id not in operators or row.issuing_office_id not in issuers:
            raise NotKnown
        asked.add((row.issuing_office_id, operators[row.operator_id].region_id))
    for office_id, region_code in sorted(asked):
        offices.require(policies.can_grant_for(acting_user, issuers[office_id], region_code))


def _built(row: InstrumentFacts) -> Instrument:
    return Instrument(
        type_code=row.type_code,
        number=row.number,
        operator_id=row.operator_id,
        site_id=row.site_id,
        scope=[word.strip() for word in row.scope if word.strip()],
        issuing_office_id=row.issuing_office_id,
        accountable_office_id=row.issuing_office_id,
        acting_office_id=row.acting_office_id,
        valid_from=row.valid_from or clock.today(),
        valid_to=row.valid_to,
    )


def _checked(
    rows: Sequence[InstrumentFacts], issuers: dict[int, Office]
) -> tuple[list[InstrumentFacts], list[FieldError]]:
    """Rows with number and dates as they will be kept, and everything wrong with them."""
    sites = registered.sites_by_id(row.site_id for row in rows if row.site_id is not None)
    site_owner = {pk: site.operator_id for pk, site in sites.items()}
    taken = set(
        Instrument.objects.filter(number__in={_compact(row.number) for row in rows}).values_list(
            "type_code", "number"
        )
    )
    clean: list[InstrumentFacts] = []
    problems: list[FieldError] = []
    for place, given in enumerate(rows):
        number = place + 1 if len(rows) > 1 else None
        start = given.valid_from or clock.today()
        kind = selectors.instrument_type(given.type_code, start)
        row = _completed(given, start, kind)
        found = _row_problems(row, kind, issuers[row.issuing_office_id], site_owner)
        if (row.type_code, row.number) in taken:
            found.append(("number", _("This number has been given already")))
        taken.add((row.type_code, row.number))
        problems.extend(FieldError(field, text, row=number) for field, text in found)
        clean.append(row)
    return clean, problems


def _completed(row: InstrumentFacts, start: date, kind: InstrumentType | None) -> InstrumentFacts:
    """The row with its first and last day: a type that lasts n years ends the day before."""
    end = row.valid_to
    if end is None and kind is not None and kind.valid_years:
        end = _years_later(start, kind.valid_years) - timedelta(days=1)
    return replace(row, number=_compact(row.number), valid_from=start, valid_to=end)


def _row_problems(
    row: InstrumentFacts,
    kind: InstrumentType | None,
    issuer: Office,
    site_owner: dict[int, int],
) -> list[tuple[str, Text]]:
    if kind is None:
        return [("type_code", _("No such type of permit"))]
    found: list[tuple[str, Text]] = list(_number_problems(row.number, kind))
    if issuer.department_id not in kind.departments:
        found.append(("issuing_office", _("An office of this department does not issue it")))
    if row.site_id is not None and site_owner.get(row.site_id) != row.operator_id:
        found.append(("site", _("This site belongs to somebody else")))
    if row.site_id is None and kind.for_site:
        found.append(("site", _("This permit is given for a site")))
    if row.valid_to is not None and row.valid_from is not None and row.valid_to < row.valid_from:
        found.append(("valid_to", _("The end is before the beginning.")))
    return found


def _number_problems(number: str, kind: InstrumentType) -> Iterator[tuple[str, Text]]:
    if not number or len(number) > 60:
        yield "number", _("Give the number")
    elif kind.number_form in _PARSERS:
        try:
            _PARSERS[kind.number_form](number)
        except ValueError as error:
            yield "number", str(error)


def _compact(number: str) -> str:
    return "".join(number.split()).upper()


def _years_later(day: date, years: int) -> date:
    """The same day years later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _write_licence_states(acting_user: User, operator_ids: Iterable[int]) -> int:
    """Tell the register how complete the papers of these operators are today (S018)."""
    ids = set(operator_ids)
    owner = registered.owners_of_active_sites(ids)
    states: dict[int, list[StandingState]] = {one: [] for one in ids}
    for site_id, standing in selectors.standing_on(owner, clock.today()).items():
        states[owner[site_id]].append(standing.state)
    return subjects.record_licence_states(
        acting_user=acting_user,
        states={operator_id: _summary(found) for operator_id, found in states.items()},
    )


def _summary(states: list[StandingState]) -> LicenceState:
    """One word for all sites of an operator; sites that need nothing do not count."""
    asked = [state for state in states if state != StandingState.NOT_REQUIRED]
    if not states:
        return LicenceState.UNKNOWN
    if all(state == StandingState.COMPLETE for state in asked):
        return LicenceState.COMPLETE
    if all(state == StandingState.NONE for state in asked):
        return LicenceState.NONE
    return LicenceState.INCOMPLETE
