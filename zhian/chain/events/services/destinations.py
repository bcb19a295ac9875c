"""Where subscribers may be told: https to public addresses, anything else only when allowed.

`ZHIAN_WEBHOOK_HOSTS` names hosts inside the own network; without it nobody can make the platform
speak to a machine that only the platform reaches. The address is looked up once and the request
goes to that very address, so that a second look-up cannot lead elsewhere.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.vocabulary.problems import WrongControls

LONGEST = 2_048


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked address: the URL as given, host, port, and the IP address to speak to."""

    url: str
    host: str
    port: int
    address: str

    @property
    def pinned_url(self) -> str:
        """The URL with the IP address in place of the host."""
        parts = urlsplit(self.url)
        shown = f"[{self.address}]" if ":" in self.address else self.address
        return parts._replace(netloc=f"{shown}:{self.port}").geturl()

    @property
    def host_header(self) -> str:
        """The host as the receiver knows itself."""
        parts = urlsplit(self.url)
        return parts.netloc.rpartition("@")[2]


def check_form(url: str) -> SplitResult:
    """WrongControls unless it is an address we may ever speak to (no look-up)."""
    parts = _split(url)
    host = parts.hostname or ""
    if not host or parts.username is not None or len(url) > LONGEST:
        raise WrongControls.at("dest", _("The destination is not a web address."))
    if parts.scheme == "https" or (parts.scheme == "http" and _allowed(host)):
        return parts
    raise WrongControls.at("dest", _("A destination must be an https address."))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.port == 0:
            raise ValueError("port 0")
    except ValueError as error:
        raise WrongControls.at("dest", _("The destination is not a web address.")) from error
    return parts


def resolve(url: str) -> Destination:
    """The address a destination has now; WrongControls for one inside a network."""
    parts = check_form(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WrongControls(_("The destination has no address.")) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not _allowed(host) and not all(map(_is_public, addresses)):
        raise WrongControls(_("The destination lies in a private network."))
    return Destination(url, host, port, addresses[0])


def _allowed(host: str) -> bool:
    return host.lower() in {name.lower() for name in settings.ZHIAN_WEBHOOK_HOSTS}


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or found
    return inner.is_global and not inner.is_multicast
