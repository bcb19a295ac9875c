"""The application of the process that holds websockets (subscriptions to events)."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from asgiref.sync import sync_to_async  # noqa: E402

from zhian.chain.events.api.sockets import serve_socket  # noqa: E402
from zhian.chain.events.services.subscribing import end_left_sockets  # noqa: E402
from zhian.foundation.offices import selectors as offices  # noqa: E402


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
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await sync_to_async(_end_left)()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _end_left() -> None:
    """Sockets of a process that was killed have nobody behind them any more."""
    end_left_sockets(acting_user=offices.system_user())
