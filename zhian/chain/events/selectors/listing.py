"""What the repository knows: types, words, places and things of the events one may see."""

from dataclasses import dataclass

from django.core import signing
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.chain.events import policies
from zhian.chain.events.engine.grammar.parameters import EVENT_TYPES
from zhian.chain.events.engine.words import BIZ_STEP, DISPOSITION
from zhian.chain.events.models import EventLot, EventParty, NameKind
from zhian.chain.events.selectors import names
from zhian.chain.events.selectors.querying import TOKEN_AGE, bounded, is_closed
from zhian.chain.events.vocabulary import PartyRole
from zhian.chain.events.vocabulary.problems import BadQuery
from zhian.foundation.offices.policies import Person

_SALT = "zhian.events.list"
_COLUMNS = {
    NameKind.TYPE: "type",
    NameKind.STEP: "biz_step",
    NameKind.DISPOSITION: "disposition",
}
_STANDARD = {
    NameKind.TYPE: EVENT_TYPES,
    NameKind.STEP: tuple(sorted(BIZ_STEP.words)),
    NameKind.DISPOSITION: tuple(sorted(DISPOSITION.words)),
}


@dataclass(frozen=True, slots=True)
class Members:
    """One page of a list and the token of the next, empty on the last."""

    values: list[str]
    next_token: str = ""


def words(user: Person, kind: NameKind) -> list[str]:
    """The standard's own values and the private ones of events one may see."""
    events = policies.events_visible_to(user)
    private = [
        word
        for word in names.private_words(kind)
        if events.filter(**{_COLUMNS[kind]: word}).exists()
    ]
    return [*_STANDARD[kind], *private]


def goods(user: Person, size: int, token: str | None) -> Members:
    """The lots, items and units events name, by key."""
    rows = EventLot.objects.filter(_in_sight(user)).values_list("lot", flat=True)
    return _cut("lot", rows, size, token)


def places(user: Person, role: PartyRole, size: int, token: str | None) -> Members:
    """The places events name in a role, by key."""
    rows = EventParty.objects.filter(_in_sight(user), role=role.value)
    return _cut("site", rows.values_list("site", flat=True), size, token)


def knows_place(user: Person, role: PartyRole, sites: frozenset[str]) -> bool:
    """Whether an event one may see names one of the places in this role."""
    rows = EventParty.objects.filter(_in_sight(user), role=role.value, site__in=sorted(sites))
    return rows.exists()


def _in_sight(user: Person) -> Exists:
    return Exists(policies.events_visible_to(user).filter(pk=OuterRef("event_id")))


def _cut(column: str, rows: QuerySet[EventLot, str] | QuerySet[EventParty, str], size: int,
         token: str | None) -> Members:  # fmt: skip
    """Values in order behind the last one of the page before."""
    if token is not None:
        rows = rows.filter(**{f"{column}__gt": read_token(column, token)})
    with bounded():
        found = list(rows.order_by(column).distinct()[: size + 1])
    if len(found) <= size:
        return Members(found)
    return Members(found[:size], make_token(column, found[size - 1]))


def make_token(column: str, last: str) -> str:
    """The token that continues behind a value."""
    return signing.dumps([column, last], salt=_SALT, compress=True)


def read_token(column: str, token: str) -> str:
    """The value a token continues behind; BadQuery when it is not ours or no longer good."""
    try:
        of, last = signing.loads(token, salt=_SALT, max_age=TOKEN_AGE)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadQuery(_("The nextPageToken is not valid or no longer so.")) from error
    if of != column or is_closed(token):
        raise BadQuery(_("The nextPageToken is not valid or no longer so."))
    return str(last)


def is_list_token(token: str) -> bool:
    """Whether this is a token of one of these lists that has not ended."""
    try:
        signing.loads(token, salt=_SALT, max_age=TOKEN_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return not is_closed(token)
