"""Sending a bundle to its subscriber: one signed POST, no redirects, nothing but a 2xx counts.

`GS1-Signature` is the HMAC-SHA256 of the body under the subscriber's own secret.
"""

import hashlib
import hmac

import httpx

from zhian.chain.events.engine.grammar.formats import EpcFormat
from zhian.chain.events.models import Delivery, DeliveryState
from zhian.chain.events.selectors import subscriptions as reading
from zhian.chain.events.selectors.rendering import query_document, to_json
from zhian.chain.events.services.delivering import note_failed, note_held, note_taken
from zhian.chain.events.services.destinations import Destination, resolve
from zhian.foundation.offices.models import User
from zhian.kernel.errors import ZhianError

SECONDS = 10.0
ALGORITHM = "sha256"


def body_of(delivery: Delivery) -> bytes:
    """The bundle as a query document."""
    one = delivery.subscription
    form = EpcFormat(one.epc_format) if one.epc_format else EpcFormat.NEVER
    document = query_document(
        reading.contents(delivery),
        form,
        name=one.query.name,
        subscription=str(one.subscription_id),
    )
    return to_json(document)


def signature(secret: str, body: bytes) -> str:
    """`sha256=…` over the very bytes sent."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return f"{ALGORITHM}={digest}"


def send(*, acting_user: User, delivery_pk: int) -> bool:
    """Send one bundle if it still is to be sent; whether the subscriber took it."""
    found = (
        Delivery.objects.select_related("subscription__query")
        .filter(pk=delivery_pk, state=DeliveryState.PENDING)
        .first()
    )
    if found is None:
        return False
    if found.subscription.paused_at is not None:
        note_held(acting_user=acting_user, delivery_pk=delivery_pk)
        return False
    try:
        problem = _post(resolve(found.subscription.dest), found)
    except (httpx.HTTPError, ZhianError) as error:
        problem = f"{type(error).__name__}: {error}"
    if problem:
        note_failed(acting_user=acting_user, delivery_pk=delivery_pk, problem=problem)
        return False
    note_taken(acting_user=acting_user, delivery_pk=delivery_pk)
    return True


def _post(destination: Destination, delivery: Delivery) -> str:
    """What went wrong, empty when the subscriber said 2xx."""
    body = body_of(delivery)
    one = delivery.subscription
    headers = {
        "Host": destination.host_header,
        "Content-Type": "application/json",
        "GS1-EPCIS-Version": "2.0.0",
        "GS1-CBV-Version": "2.0.0",
        "Idempotency-Key": str(delivery.delivery_id),
    }
    if one.signature_token:
        headers["GS1-Signature"] = signature(one.signature_token, body)
    with httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
        request = client.build_request(
            "POST",
            destination.pinned_url,
            content=body,
            headers=headers,
            extensions={"sni_hostname": destination.host},
        )
        answer = client.send(request, stream=True)
        answer.close()
    return "" if answer.is_success else f"HTTP {answer.status_code}"
