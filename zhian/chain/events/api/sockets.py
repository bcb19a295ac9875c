"""Subscriptions by websocket: `GET /epcis/queries/{name}/events?stream=true` with an Upgrade.

The site speaks WSGI; sockets are held by a process of their own (`config/sockets.py`). The site
sends a client there with a ticket that is good for a minute; a client may also go there directly
with its bearer token. A socket is a subscription like any other: its bundles are fetched here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from asgiref.sync import sync_to_async
from django.core import signing
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.api.answers import VERSIONS
from zhian.chain.events.engine.schedule import FIELDS
from zhian.chain.events.engine.values import moment
from zhian.chain.events.models import Subscription
from zhian.chain.events.selectors import subscriptions as reading
from zhian.chain.events.services import (
    bundling,
    delivering,
    holding,
    posting,
    subscribing,
    tickets,
)
from zhian.chain.events.services.subscribing import Controls
from zhian.chain.events.services.tickets import PATH_END, PATH_START
from zhian.chain.events.vocabulary import SOCKET
from zhian.chain.events.vocabulary.problems import EpcisProblem, NoSuchQuery, WrongControls
from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as people
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import Person
from zhian.kernel.errors import ZhianError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LOOK_EVERY = 0.3
_POLICY_VIOLATION, _GOING_AWAY = 1008, 1001


class NoSockets(EpcisProblem):
    """No process holds sockets here."""

    code = "epcis-no-sockets"
    status = 501
    title = _("Subscriptions by websocket are not served here")


def wants_socket(request: HttpRequest) -> bool:
    """Whether the client asks to upgrade the connection."""
    return request.headers.get("Upgrade", "").lower() == "websocket"


def sent_to_socket(request: HttpRequest, user: User, name: str) -> HttpResponse:
    """307 to the process that holds sockets, with a ticket."""
    reading.named_query(user, name)
    asked = {name: str(value) for name, value in request.GET.items()}
    controls_of(asked)
    if not tickets.are_sockets_held():
        raise NoSockets
    origin = tickets.origin(request.get_host(), secure=request.is_secure())
    place = origin + tickets.socket_path(name, user, asked)
    return HttpResponse(status=307, headers={**VERSIONS, "Location": place})


def controls_of(asked: Mapping[str, str]) -> Controls:
    """What the address says: `stream=true`, or the fields of a schedule."""
    schedule = {name: asked[name] for name in FIELDS if name in asked}
    stream = asked.get("stream", "").lower() == "true"
    if stream == bool(schedule):
        raise WrongControls(_("Either stream is true or a schedule is given, not both."))
    beginning = asked.get("initialRecordTime", "")
    at = moment(beginning) if beginning else None
    if beginning and at is None:
        raise WrongControls(_("initialRecordTime is not a date and time with an offset."))
    return Controls(
        dest=SOCKET,
        stream=stream,
        schedule=schedule or None,
        report_if_empty=asked.get("reportIfEmpty", "").lower() == "true",
        initial_record_time=at,
        epc_format=asked.get("epcFormat", ""),
    )


# --- the process that holds sockets -------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Listener:
    """One open socket and the subscription behind it."""

    user: User
    name: str
    subscription: Subscription


async def serve_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """One connection from its opening to its end."""
    await receive()  # websocket.connect
    try:
        listener = await _in_thread(_open, scope)
    except (ZhianError, signing.BadSignature):
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    try:
        await send({"type": "websocket.accept"})
        await _tell_until_gone(listener, receive, send)
    finally:
        await _in_thread(_close, listener)


async def _tell_until_gone(listener: Listener, receive: Receive, send: Send) -> None:
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        while not gone.done():
            for key, body in await _in_thread(_waiting, listener):
                await send({"type": "websocket.send", "text": body.decode()})
                await _in_thread(_taken, key)
            await asyncio.wait([gone], timeout=LOOK_EVERY)
    except NoSuchQuery:  # the query was deleted meanwhile
        # the server closes nothing while somebody still waits for what the client says
        gone.cancel()
        await asyncio.wait([gone])
        await send({"type": "websocket.close", "code": _GOING_AWAY})
    finally:
        gone.cancel()


async def _until_gone(receive: Receive) -> None:
    """Whatever the client says is not for us; its leaving is."""
    while (await receive())["type"] != "websocket.disconnect":
        continue


async def _in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    def run() -> Any:
        close_old_connections()
        try:
            return function(*arguments)
        finally:
            close_old_connections()

    return await sync_to_async(run)()


def _open(scope: Scope) -> Listener:
    path = str(scope["path"])
    if not (path.startswith(PATH_START) and path.endswith(PATH_END)):
        raise NoSuchQuery
    name = path.removeprefix(PATH_START).removesuffix(PATH_END)
    asked = dict(parse_qsl(bytes(scope.get("query_string", b"")).decode()))
    user = offices.signed_in(_person(scope, asked))
    controls = replace(controls_of(asked), held_by=holding.KEY)
    made = subscribing.subscribe(acting_user=user, name=name, controls=controls)
    bundling.catch_up(acting_user=people.system_user(), subscription_pk=made.pk)
    return Listener(user, name, made)


def _person(scope: Scope, asked: Mapping[str, str]) -> Person | None:
    """The account of the ticket or of the bearer token."""
    if "ticket" in asked:
        return people.user_by_id(tickets.account_of(asked["ticket"]))
    headers = {bytes(name).lower(): bytes(value).decode() for name, value in scope["headers"]}
    kind, _space, token = headers.get(b"authorization", "").partition(" ")
    return offices.user_of_token(token.strip()) if kind.lower() == "bearer" else None


def _waiting(listener: Listener) -> list[tuple[int, bytes]]:
    if not Subscription.objects.filter(pk=listener.subscription.pk).exists():
        raise NoSuchQuery
    ready = reading.waiting_for(listener.subscription)
    return [(one.pk, posting.body_of(one)) for one in ready]


def _taken(key: int) -> None:
    delivering.note_taken(acting_user=people.system_user(), delivery_pk=key)


def _close(listener: Listener) -> None:
    number = str(listener.subscription.subscription_id)
    try:
        subscribing.unsubscribe(
            acting_user=listener.user, name=listener.name, subscription_id=number
        )
    except NoSuchQuery:
        return
