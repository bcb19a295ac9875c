"""The top-level resources: event types, EPCs, steps, places, dispositions; each with its events."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.api import negotiation
from zhian.chain.events.api.answers import endpoint, json_answer, paging
from zhian.chain.events.api.events import asked
from zhian.chain.events.engine.grammar import parameters
from zhian.chain.events.engine.grammar.faults import QueryFault
from zhian.chain.events.engine.grammar.predicates import Goods, Place, Predicate
from zhian.chain.events.engine.grammar.reading import MOST_PER_PAGE
from zhian.chain.events.engine.grammar.values import Asked
from zhian.chain.events.models import NameKind
from zhian.chain.events.selectors import listing, querying, whereabouts
from zhian.chain.events.selectors.rendering import collection
from zhian.chain.events.vocabulary import PartyRole
from zhian.chain.events.vocabulary.problems import BadQuery, NoSuchResource
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import signed_in

_ROLES = {"bizLocation": PartyRole.BIZ_LOCATION, "readPoint": PartyRole.READ_POINT}
_GOODS = (
    "epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList", "quantityList",
    "childQuantityList", "inputQuantityList", "outputQuantityList",
)  # fmt: skip
List = Callable[[User, int, str | None], listing.Members]


def _listed(request: HttpRequest, fetch: List) -> HttpResponse:
    """One page of a list; `perPage` and `nextPageToken` as for events."""
    negotiation.media_type(request, negotiation.JSON)
    size, token = page_asked(request)
    found = fetch(signed_in(request.user), size, token)
    return json_answer(collection(found.values), headers=paging(request, found.next_token, None))


def page_asked(request: HttpRequest) -> tuple[int, str | None]:
    """Page size and token of a list; BadQuery for anything else in the address."""
    strange = set(request.GET) - {"perPage", "nextPageToken"}
    if strange:
        raise BadQuery(
            _("The parameter “%(name)s” is not known here.") % {"name": sorted(strange)[0][:80]}
        )
    query = querying.read_address([(n, request.GET[n]) for n in request.GET], {})
    return min(query.per_page or querying.PER_PAGE, MOST_PER_PAGE), query.token


def _words(kind: NameKind) -> tuple[Callable[..., HttpResponse], Callable[..., HttpResponse]]:
    """The list of a vocabulary, and one of its words."""

    @endpoint("GET")
    def listed(request: HttpRequest) -> HttpResponse:
        return _listed(request, lambda user, size, token: _page_of(kind, user, size, token))

    @endpoint("GET")
    def one(request: HttpRequest, word: str) -> HttpResponse:
        negotiation.media_type(request, negotiation.JSON)
        _known_word(request, kind, word)
        return json_answer(collection(["events"]))

    return listed, one


def _page_of(kind: NameKind, user: User, size: int, token: str | None) -> listing.Members:
    """A vocabulary is short, yet cut into pages when the reader asks for small ones."""
    words = sorted(listing.words(user, kind))
    if token is not None:
        behind = listing.read_token(kind.value, token)
        words = [word for word in words if word > behind]
    if len(words) <= size:
        return listing.Members(words)
    return listing.Members(words[:size], listing.make_token(kind.value, words[size - 1]))


_PARAMETERS = {
    NameKind.TYPE: "eventType",
    NameKind.STEP: "EQ_bizStep",
    NameKind.DISPOSITION: "EQ_disposition",
}


def _known_word(request: HttpRequest, kind: NameKind, word: str) -> Predicate:
    """The predicate of a word; NoSuchResource when neither the standard nor any event has it."""
    predicate = predicate_of(_PARAMETERS[kind], word, request)
    known = set(listing.words(signed_in(request.user), kind))
    if not known & getattr(predicate, "values", frozenset()):
        raise NoSuchResource
    return predicate


def predicate_of(name: str, value: str, request: HttpRequest) -> Predicate:
    """What a value in the address asks for; NoSuchResource when it cannot name anything."""
    try:
        found = parameters.build(Asked(name, (value,), negotiation.prefixes(request)))
    except QueryFault as fault:
        raise NoSuchResource from fault
    assert found is not None, "these parameters always ask for something"
    return found


event_types, event_type = _words(NameKind.TYPE)
biz_steps, biz_step = _words(NameKind.STEP)
dispositions, disposition = _words(NameKind.DISPOSITION)


def _events_of_word(kind: NameKind) -> Callable[..., HttpResponse]:
    @endpoint("GET")
    def of_word(request: HttpRequest, word: str) -> HttpResponse:
        return asked(request, _known_word(request, kind, word))

    return of_word


event_type_events = _events_of_word(NameKind.TYPE)
biz_step_events = _events_of_word(NameKind.STEP)
disposition_events = _events_of_word(NameKind.DISPOSITION)


def _places(field: str) -> tuple[Callable[..., HttpResponse], ...]:
    """The list of places, one place, its events."""
    role = _ROLES[field]

    @endpoint("GET")
    def listed(request: HttpRequest) -> HttpResponse:
        return _listed(request, lambda user, size, token: listing.places(user, role, size, token))

    @endpoint("GET")
    def one(request: HttpRequest, place: str) -> HttpResponse:
        negotiation.media_type(request, negotiation.JSON)
        known(request, place)
        return json_answer(collection(["events"]))

    @endpoint("GET")
    def events_there(request: HttpRequest, place: str) -> HttpResponse:
        return asked(request, known(request, place))

    def known(request: HttpRequest, place: str) -> Predicate:
        wanted = predicate_of(f"EQ_{field}", place, request)
        assert isinstance(wanted, Place)
        if not listing.knows_place(signed_in(request.user), role, wanted.sites):
            raise NoSuchResource
        return wanted

    return listed, one, events_there


biz_locations, biz_location, biz_location_events = _places("bizLocation")
read_points, read_point, read_point_events = _places("readPoint")


@endpoint("GET")
def epcs(request: HttpRequest) -> HttpResponse:
    """The lots, items and units known."""
    return _listed(request, listing.goods)


@endpoint("GET")
def epc(request: HttpRequest, epc: str) -> HttpResponse:
    """One thing: its sub-resources, and where it is now."""
    negotiation.media_type(request, negotiation.JSON)
    state = whereabouts.current_state(signed_in(request.user), epc)
    if state is None:
        raise NoSuchResource
    told = whereabouts.state_in(state, negotiation.epc_format(request))
    return json_answer(collection(["events"], **{"zhian:state": told}))


@endpoint("GET")
def epc_events(request: HttpRequest, epc: str) -> HttpResponse:
    """Every event that names the thing, in whatever part."""
    items = predicate_of("MATCH_anyEPC", epc, request)
    assert isinstance(items, Goods)
    if not whereabouts.is_known(signed_in(request.user), epc):
        raise NoSuchResource
    return asked(request, Goods(_GOODS, items.patterns))
