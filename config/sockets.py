"""The application of the process that holds websockets (subscriptions to events)."""

import asyncio
import logging
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from django.db import DatabaseError, close_old_connections  # noqa: E402

from zhian.chain.events.api.sockets import serve_socket  # noqa: E402
from zhian.chain.events.selectors.subscriptions import left_sockets  # noqa: E402
from zhian.chain.events.services.holding import Hold  # noqa: E402
from zhian.chain.events.services.subscribing import end_left_sockets  # noqa: E402
from zhian.foundation.offices import selectors as offices  # noqa: E402

LOOK_EVERY = 5.0  # seconds
_log = logging.getLogger(__name__)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Sockets only; anything else is answered that it is at the wrong door."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await serve_socket(scope, receive, send)
    else:
        await send({"type": "http.response.start", "status": 426, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Any, send: Any) -> None:
    hold, keeper = Hold(), None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await sync_to_async(_look_after)(hold)
            keeper = asyncio.create_task(_keep(hold))
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            if keeper is not None:
                keeper.cancel()
            return


async def _keep(hold: Hold) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            await sync_to_async(_look_after)(hold)
        except DatabaseError as error:  # it is being restarted: look again
            _log.warning("the sockets' lock could not be looked after: %s", error)


def _look_after(hold: Hold) -> None:
    """Show that this process lives; sockets of one that does not have nobody behind them."""
    close_old_connections()
    hold.keep()
    if left_sockets().exists():
        end_left_sockets(acting_user=offices.system_user())
    close_old_connections()
