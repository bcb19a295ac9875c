"""Queries kept under a name, and page tokens given back."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from zhian.chain.events import policies
from zhian.chain.events.models import ClosedToken, NamedQuery
from zhian.chain.events.selectors import listing, querying
from zhian.chain.events.selectors.subscriptions import named_query
from zhian.chain.events.vocabulary.problems import MalformedQuery, NameTaken, NoSuchResource
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.use_cases import record, use_case

LONGEST_NAME = 200
MOST_QUERIES = 1_000


@use_case("events.query.kept")
def keep_query(
    *, acting_user: User, name: str, query: Mapping[str, object], prefixes: Mapping[str, str]
) -> NamedQuery:
    """Keep a query under a name; it must be one that can be answered."""
    require(policies.can_subscribe(acting_user))
    if not name or len(name) > LONGEST_NAME or "\x00" in name or "/" in name:
        text = _("A query needs a name of at most 200 characters without “/”.")
        raise MalformedQuery.at("name", text)
    querying.read_definition(query, prefixes)
    own = NamedQuery.objects.filter(owner=acting_user)
    if own.count() >= MOST_QUERIES:
        raise MalformedQuery(_("This account keeps too many queries already."))
    kept, made = NamedQuery.objects.get_or_create(
        owner=acting_user,
        name=name,
        defaults={
            "query": query_json(query),
            "prefixes": dict(prefixes),
            "created_at": clock.now(),
        },
    )
    if not made:
        taken = _("A query called “%(name)s” exists already.") % {"name": name}
        raise NameTaken.at("name", taken)
    record(kept, name=name)
    return kept


def query_json(query: Mapping[str, object]) -> dict[str, object]:
    """The definition as PostgreSQL keeps it; numbers in a query are short enough for JSON."""
    return {name: _plain(value) for name, value in query.items()}


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | bool | dict | None) else str(value)


@use_case("events.query.dropped")
def drop_query(*, acting_user: User, name: str) -> None:
    """Forget a query with its subscriptions; what is on its way is not sent any more."""
    found = named_query(acting_user, name)
    record(found, name=name, subscriptions=found.subscriptions.count())
    found.delete()


@use_case("events.token.closed")
def close_token(*, acting_user: User, token: str) -> None:
    """End a nextPageToken before its time."""
    if not (querying.is_token(token) or listing.is_list_token(token)):
        raise NoSuchResource(_("The nextPageToken is not valid or no longer so."))
    now = clock.now()
    ClosedToken.objects.filter(until__lt=now).delete()
    digest = querying.token_digest(token)
    ClosedToken.objects.get_or_create(digest=digest, defaults={"until": now + querying.TOKEN_AGE})
    record(f"events.closedtoken:{digest[:12]}")
