"""What may be read about permits: types, an operator's instruments, the standing of sites."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from zhian.kernel import clock, rules
from zhian.registry.permits.models import Instrument, StatusChange
from zhian.registry.permits.vocabulary import (
    INSTRUMENT_TYPES,
    InstrumentState,
    InstrumentType,
    InstrumentTypes,
    StandingState,
)
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects.models import Site


@dataclass
class Standing:
    """What a site held on a day, of what its link needs."""

    state: StandingState
    instruments: list[Instrument] = field(default_factory=list)
    missing_types: list[str] = field(default_factory=list)
    type_names: Mapping[str, rules.Text] = field(default_factory=dict)


def types_on(on: date) -> rules.Pack[InstrumentTypes]:
    """The types and requirements that applied that day; NotInForce outside the packs we have."""
    return rules.in_force(INSTRUMENT_TYPES, on=on)


def instrument_type(code: str, on: date | None = None) -> InstrumentType | None:
    """A type by its code, from the pack of the day or else the latest that knew it."""
    packs = rules.packs(INSTRUMENT_TYPES)
    day = on or clock.today()
    known = [pack for pack in packs if code in pack.content.types]
    known.sort(key=lambda pack: (pack.applies_on(day), pack.effective_from))
    return known[-1].content.types[code] if known else None


def type_names() -> dict[str, rules.Text]:
    """Names of every type any pack knows, the latest wording wins."""
    packs = sorted(rules.packs(INSTRUMENT_TYPES), key=lambda pack: pack.effective_from)
    return {code: one.name for pack in packs for code, one in pack.content.types.items()}


def instruments_of(operator_id: int) -> QuerySet[Instrument]:
    """Every instrument of an operator, ended ones too, latest first."""
    return (
        Instrument.objects.filter(operator_id=operator_id)
        .select_related("site", "issuing_office", "accountable_office", "acting_office")
        .order_by("-valid_from", "-pk")
    )


def changes_of(instrument_id: int) -> QuerySet[StatusChange]:
    """The life of an instrument, oldest first."""
    return (
        StatusChange.objects.filter(instrument_id=instrument_id)
        .select_related("office")
        .order_by("on", "pk")
    )


def standing_on(
    site_ids: Iterable[int],
    on: date,
    *,
    making: Mapping[int, Collection[str]] | None = None,
) -> dict[int, Standing]:
    """The standing of each site that day, judged by the pack of that day; four queries at most.

    `making` names, per site, the food classes it handles: a site whose permits cover none of
    them is out of scope. An operator's own papers (business licence) count for all its sites.
    """
    sites = list(subjects.sites_by_id(site_ids).values())
    pack = types_on(on)
    names = type_names()
    held = _held_on(sites, on)
    found = {}
    for site in sites:
        needed = pack.content.required_of(site.operator.kind, site.link)
        words = (making or {}).get(site.pk, ())
        found[site.pk] = _judged(needed, held[site.pk], words, names)
    return found


@dataclass
class _Held:
    """Instruments of one site by what they were worth that day."""

    valid: list[Instrument] = field(default_factory=list)
    suspended: list[Instrument] = field(default_factory=list)
    expired: list[Instrument] = field(default_factory=list)


def _held_on(sites: list[Site], on: date) -> dict[int, _Held]:
    by_operator: dict[int, list[Instrument]] = defaultdict(list)
    granted = (
        Instrument.objects.filter(
            operator_id__in={site.operator_id for site in sites}, valid_from__lte=on
        )
        .select_related("issuing_office", "accountable_office__department", "acting_office")
        .order_by("valid_from", "pk")
    )
    for instrument in granted:
        by_operator[instrument.operator_id].append(instrument)
    states = _states_on([one.pk for many in by_operator.values() for one in many], on)
    held: dict[int, _Held] = {}
    for site in sites:
        held[site.pk] = _Held()
        for instrument in by_operator[site.operator_id]:
            if instrument.site_id in {None, site.pk}:
                _place(held[site.pk], instrument, states.get(instrument.pk), on)
    return held


def _states_on(instrument_ids: list[int], on: date) -> dict[int, str]:
    """The state each instrument had at the end of that day, from its history."""
    changes = StatusChange.objects.filter(instrument_id__in=instrument_ids, on__lte=on)
    return dict(changes.order_by("on", "pk").values_list("instrument_id", "state"))


def _place(held: _Held, instrument: Instrument, state: str | None, on: date) -> None:
    if state == InstrumentState.SUSPENDED:
        held.suspended.append(instrument)
    elif state == InstrumentState.VALID and instrument.expired_on(on):
        held.expired.append(instrument)
    elif state == InstrumentState.VALID:
        held.valid.append(instrument)


def _judged(
    needed: tuple[tuple[str, ...], ...],
    held: _Held,
    words: Collection[str],
    names: Mapping[str, rules.Text],
) -> Standing:
    has = {one.type_code for one in held.valid}
    lacking = [group for group in needed if not has.intersection(group)]
    missing = [group[0] for group in lacking]
    shown = [*held.valid, *held.suspended, *held.expired]
    return Standing(_state(needed, lacking, held, words), shown, missing, names)


def _state(
    needed: tuple[tuple[str, ...], ...],
    lacking: list[tuple[str, ...]],
    held: _Held,
    words: Collection[str],
) -> StandingState:
    if not needed:
        return StandingState.NOT_REQUIRED
    if lacking:
        # the gravest reason that explains a gap names the state
        for state, instruments in (
            (StandingState.SUSPENDED, held.suspended),
            (StandingState.EXPIRED, held.expired),
        ):
            if any(one.type_code in group for group in lacking for one in instruments):
                return state
        return StandingState.NONE if len(lacking) == len(needed) else StandingState.INCOMPLETE
    scoped = [word for one in held.valid if one.site_id is not None for word in one.scope]
    if words and not set(words).intersection(scoped):
        return StandingState.OUT_OF_SCOPE
    return StandingState.COMPLETE
