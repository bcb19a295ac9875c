"""Where the process that holds sockets is, and the ticket that opens one: good for a minute."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core import signing
from django.http.request import split_domain_port

from zhian.foundation.offices.models import User

SECONDS = 60
PATH_START, PATH_END = "/epcis/queries/", "/events"
_SALT = "zhian.events.socket"


def are_sockets_held() -> bool:
    """Whether a process holds sockets here."""
    return bool(settings.ZHIAN_SOCKETS_PORT)


def origin(host: str, *, secure: bool) -> str:
    """The address of that process; it is on the host the client asked for, on its own port."""
    name, _ = split_domain_port(host)
    return f"{'wss' if secure else 'ws'}://{name}:{settings.ZHIAN_SOCKETS_PORT}"


def socket_path(query: str, user: User, asked: Mapping[str, str]) -> str:
    """The path that opens a socket of a kept query of the account, with its ticket."""
    ticket = signing.dumps(user.pk, salt=_SALT)
    path = f"{PATH_START}{quote(query, safe='')}{PATH_END}"
    return f"{path}?{urlencode({**asked, 'ticket': ticket})}"


def account_of(ticket: str) -> int:
    """The account a ticket was given to; BadSignature for a forged or an old one."""
    return int(signing.loads(ticket, salt=_SALT, max_age=SECONDS))
