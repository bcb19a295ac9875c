"""SimpleEventQuery: parameters of the address become one WHERE clause and a stable order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.keys import lot_key, site_key
from zhian.chain.events.engine.values import moment
from zhian.chain.events.engine.words import BIZ_STEP, DISPOSITION, Vocabulary
from zhian.chain.events.models import Event, EventLot, EventParty
from zhian.chain.events.vocabulary import LotRole, PartyRole
from zhian.kernel.errors import ZhianError

MOST_PER_PAGE = 1_000
PER_PAGE = 30
MOST_VALUES = 200
_SALT = "zhian.events.page"


class BadQuery(ZhianError):
    """A query parameter is unknown or its value cannot be read."""

    code = "epcis-query-parameter"
    status = 400
    title = _("The query cannot be answered")

    def problem(self) -> dict[str, Any]:
        """RFC 7807 with the exception type of EPCIS 2.0."""
        return {**super().problem(), "type": "epcisException:QueryParameterException"}


Clause = Callable[[Sequence[str]], Q]


def _equal(field: str) -> Clause:
    return lambda values: Q(**{f"{field}__in": list(values)})


def _word(field: str, vocabulary: Vocabulary) -> Clause:
    """A standard value in any of its forms, or a private URI."""
    return lambda values: Q(**{f"{field}__in": [vocabulary.word_of(v) or v for v in values]})


def _time(lookup: str) -> Clause:
    def clause(values: Sequence[str]) -> Q:
        at = moment(values[0])
        if at is None or len(values) > 1:
            raise BadQuery(_("“%(value)s” is not a date and time with an offset.") % _shown(values))
        return Q(**{lookup: at})

    return clause


def _lots(*roles: LotRole) -> Clause:
    """Events naming one of the goods; a pattern ending in `*` names everything it begins."""

    def clause(values: Sequence[str]) -> Q:
        named = Q()
        for value in values:
            if value.endswith("*"):
                start = value[:-1].replace("urn:epc:idpat:", "urn:epc:id:")
                named |= Q(lot__startswith=start) | Q(lot=value)
            else:
                named |= Q(lot=lot_key(value))
        rows = EventLot.objects.filter(named, event=OuterRef("pk"))
        if roles:
            rows = rows.filter(role__in=[role.value for role in roles])
        return Q(Exists(rows))

    return clause


def _place(role: PartyRole, field: str) -> Clause:
    """The place in either spelling; the index finds its site, the event says which door of it."""

    def clause(values: Sequence[str]) -> Q:
        keys = [site_key(value) for value in values]
        rows = EventParty.objects.filter(event=OuterRef("pk"), role=role.value, site__in=keys)
        spellings = {spelling for value in values for spelling in _spellings(value)}
        return Q(Exists(rows)) & Q(**{f"{field}__in": sorted(spellings)})

    return clause


def _spellings(value: str) -> set[str]:
    canonical, site = identify(value).canonical, site_key(value)
    whole_site = identify(site).canonical == canonical
    return {value, canonical, *([site] if whole_site else [])}


_GOODS = (LotRole.EPC, LotRole.CHILD)
CLAUSES: dict[str, Clause] = {
    "eventType": _equal("type"),
    "EQ_action": _equal("action"),
    "EQ_eventID": _equal("event_id"),
    "EQ_bizStep": _word("biz_step", BIZ_STEP),
    "EQ_disposition": _word("disposition", DISPOSITION),
    "EQ_readPoint": _place(PartyRole.READ_POINT, "read_point"),
    "EQ_bizLocation": _place(PartyRole.BIZ_LOCATION, "biz_location"),
    "GE_eventTime": _time("event_time__gte"),
    "LT_eventTime": _time("event_time__lt"),
    "GE_recordTime": _time("record_time__gte"),
    "LT_recordTime": _time("record_time__lt"),
    "MATCH_epc": _lots(*_GOODS),
    "MATCH_epcClass": _lots(*_GOODS),
    "MATCH_parentID": _lots(LotRole.PARENT),
    "MATCH_inputEPC": _lots(LotRole.INPUT),
    "MATCH_inputEPCClass": _lots(LotRole.INPUT),
    "MATCH_outputEPC": _lots(LotRole.OUTPUT),
    "MATCH_outputEPCClass": _lots(LotRole.OUTPUT),
    "MATCH_anyEPC": _lots(),
    "MATCH_anyEPCClass": _lots(),
}
_ORDERS = {"eventTime": "event_time", "recordTime": "record_time"}
_OTHER = frozenset({"perPage", "nextPageToken", "orderBy", "orderDirection"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of events and the token of the next, empty on the last."""

    events: list[Event]
    next_token: str


def _shown(values: Iterable[str]) -> dict[str, str]:
    return {"value": "|".join(values)[:80]}


def answer(events: QuerySet[Event], parameters: Iterable[tuple[str, str]]) -> Answer:
    """One page of the events that pass; BadQuery for parameters that cannot be understood."""
    given = _read(parameters)
    for name, values in given.items():
        if name not in _OTHER:
            events = events.filter(CLAUSES[name](values))
    field, down = _order(given)
    size = _per_page(given)
    token = given.get("nextPageToken")
    if token is not None:
        events = events.filter(_after(token[0], field, down=down))
    minus = "-" if down else ""
    rows = list(events.order_by(f"{minus}{field}", f"{minus}pk")[: size + 1])
    if len(rows) <= size:
        return Answer(rows, "")
    last = rows[size - 1]
    return Answer(
        rows[:size],
        signing.dumps([field, down, getattr(last, field).isoformat(), last.pk], salt=_SALT),
    )


def _read(parameters: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name, text in parameters:
        if name not in CLAUSES and name not in _OTHER:
            raise BadQuery(
                _("The parameter “%(name)s” is unknown or not supported.") % {"name": name[:80]}
            )
        values = text.split("|") if name in CLAUSES else [text]
        given.setdefault(name, []).extend(values)
        if len(given[name]) > MOST_VALUES or "\x00" in text:
            raise BadQuery(_("“%(name)s” has too many values or an unusable one.") % {"name": name})
    return given


def _order(given: dict[str, list[str]]) -> tuple[str, bool]:
    """The ordering field and whether it runs downwards; by default in order of recording."""
    if "orderBy" not in given:
        return "record_time", False
    field = _ORDERS.get(given["orderBy"][0])
    direction = given.get("orderDirection", ["DESC"])[0]
    if field is None or direction not in ("ASC", "DESC"):
        raise BadQuery(_("Events are ordered by eventTime or recordTime, ASC or DESC."))
    return field, direction == "DESC"


def _per_page(given: dict[str, list[str]]) -> int:
    text = given.get("perPage", [str(PER_PAGE)])[0]
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) > 0):
        raise BadQuery(_("perPage is a number from 1 to %(most)d.") % {"most": MOST_PER_PAGE})
    return min(int(text), MOST_PER_PAGE)


def _after(token: str, field: str, *, down: bool) -> Q:
    """Behind the last event of the page before; a token belongs to one order."""
    try:
        token_field, token_down, text, pk = signing.loads(token, salt=_SALT, max_age=86_400)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadQuery(_("The nextPageToken is not valid or no longer so.")) from error
    if (token_field, token_down) != (field, down):
        raise BadQuery(_("The nextPageToken belongs to another query."))
    at, side = datetime.fromisoformat(text), "lt" if down else "gt"
    return Q(**{f"{field}__{side}": at}) | Q(**{field: at, f"pk__{side}": pk})
