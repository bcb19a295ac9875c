"""The terms of law by deed, as the rule packs state them (kinds `duty_terms` and beside it)."""

from datetime import date, datetime
from functools import cache

from django.utils.translation import get_language

from zhian.foundation.duties.engine.calendar import (
    BEIJING,
    CalendarNotAnnounced,
    Stop,
    Term,
    Unit,
    WorkingDays,
    due,
)
from zhian.foundation.duties.vocabulary import (
    STATED,
    DutyCards,
    DutyTerms,
    TermRule,
    WorkingDayOverrides,
)
from zhian.kernel import rules
from zhian.kernel.rules import Example, Pack


def counted(start: datetime, term: Term, stops: tuple[Stop, ...] = ()) -> tuple[datetime, bool]:
    """When a term ends, and whether that is provisional for want of an announced calendar."""
    try:
        return due(start, term, calendar(), stops), False
    except CalendarNotAnnounced:
        return due(start, term, calendar(provisional=True), stops), True


def term_of(rule: TermRule) -> Term:
    """The term a rule states; ValueError for a deed whose term each order states itself."""
    return Term(rule.amount, Unit(rule.unit))


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).replace(tzinfo=BEIJING)


def _check_terms(content: DutyTerms, example: Example) -> None:
    """An example says: this deed, begun then, is due then (Beijing time), perhaps with stops."""
    rule = next(rule for rule in content.terms if rule.deed == example["deed"])
    stops = tuple(
        Stop(_moment(stop["since"]), _moment(stop["until"])) for stop in example.get("stops", ())
    )
    found = due(_moment(example["start"]), term_of(rule), calendar(), stops)
    assert found == _moment(example["due"]), f"{rule.deed}: {found.astimezone(BEIJING)}"


def _check_overrides(content: WorkingDayOverrides, example: Example) -> None:
    """An example says whether a day works."""
    day = date.fromisoformat(str(example["day"]))
    assert working_days(content).is_working(day) is example["works"], day


def _check_cards(content: DutyCards, example: Example) -> None:
    """An example says which card stands after so many hours past the due moment."""
    assert content.card_after(example["hours"]) == example["card"], example


TERMS = rules.kind("duty_terms", DutyTerms, check=_check_terms)
OVERRIDES = rules.kind("working_day_overrides", WorkingDayOverrides, check=_check_overrides)
CARDS = rules.kind("duty_cards", DutyCards, check=_check_cards)


def working_days(*tables: WorkingDayOverrides, provisional: bool = False) -> WorkingDays:
    """The calendar that the installed one and these tables make together."""
    return WorkingDays(
        announced=frozenset(year for table in tables for year in table.announced),
        rest=frozenset(date.fromisoformat(day) for table in tables for day in table.rest),
        work=frozenset(date.fromisoformat(day) for table in tables for day in table.work),
        provisional=provisional,
    )


@cache
def calendar(*, provisional: bool = False) -> WorkingDays:
    """The working days of the country, every override pack applied."""
    tables = [pack.content for pack in rules.packs(OVERRIDES, "cn")]
    return working_days(*tables, provisional=provisional)


def rule_for(deed: str, on: date) -> tuple[Pack[DutyTerms], TermRule]:
    """The one rule for a deed in force on a day; NotInForce when there is none or several."""
    found = [
        (pack, rule)
        for pack in rules.competing(TERMS, on=on)
        for rule in pack.content.terms
        if rule.deed == deed
    ]
    if len(found) != 1:
        names = ", ".join(pack.id for pack, _rule in found) or "none"
        raise rules.NotInForce(f"duty {deed} on {on.isoformat()}: {names}")
    return found[0]


def rule_named(deed: str, pack_id: str) -> TermRule | None:
    """The newest rule for a deed in the pack a duty was started under."""
    found = [
        rule
        for pack in rules.packs(TERMS)
        if pack.id == pack_id
        for rule in pack.content.terms
        if rule.deed == deed
    ]
    return found[-1] if found else None


def deed_words(deed: str) -> str:
    """A deed as a verb, in the reader's language."""
    for pack in rules.packs(TERMS):
        for rule in pack.content.terms:
            if rule.deed == deed:
                return in_reader_language(rule.zh, rule.en)
    return deed


def is_stated(rule: TermRule) -> bool:
    """Whether each order states the term itself (限期)."""
    return rule.unit == STATED


def in_reader_language(zh: str, en: str) -> str:
    """The Chinese text for Chinese readers, the English one for everybody else."""
    return zh if (get_language() or "zh").startswith("zh") else en
