"""How a subscription and its bundles fare, as pages show it: words and colours."""

from django.utils.translation import gettext_lazy as _

from zhian.chain.events.models import DeliveryState, Standing, Subscription
from zhian.chain.events.vocabulary import SOCKET

COLOURS = {
    Standing.RUNNING: "green",
    Standing.RETRYING: "yellow",
    Standing.STUCK: "red",
    Standing.PAUSED: "grey",
}
BUNDLE_COLOURS = {
    DeliveryState.COLLECTING: "blue",
    DeliveryState.PENDING: "yellow",
    DeliveryState.HELD: "grey",
    DeliveryState.DELIVERED: "green",
    DeliveryState.DEAD: "red",
    DeliveryState.DROPPED: "grey",
}


def standing_of(one: Subscription) -> Standing:
    """How a subscription of `selectors.standing` fares."""
    return Standing(one.standing)  # type: ignore[attr-defined]


def way_text(one: Subscription) -> str:
    """How a subscriber is told."""
    return str(_("open connection") if one.dest == SOCKET else _("message to an address"))


def where_text(one: Subscription) -> str:
    """Where a subscriber is told: the address, or that it holds a connection open."""
    return way_text(one) if one.dest == SOCKET else one.dest
