"""Schemathesis drives the query interface from its own description: no 500, nothing undeclared."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from config.wsgi import application
from tests.casting import Cast
from tests.chain.events.test_capture import FARM, MILK, PLANT, ship, transform
from tests.chain.events.test_documents_refused import document
from zhian.chain.events import services
from zhian.chain.events.api.description import addresses, description
from zhian.foundation.offices import services as offices

pytestmark = pytest.mark.django_db
# a moment before the year 1000 fits the description and is refused all the same
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(autouse=True)
def connection_of_the_test() -> Iterator[None]:
    """The application runs on the test's own connection, as under Django's test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_no_request_from_the_description_breaks_the_interface(cast: Cast) -> None:
    services.capture_document(
        acting_user=cast.wang, raw=document(ship(8, MILK, FARM, PLANT, 5), transform(9))
    )
    _token, raw = offices.issue_token(acting_user=cast.wang, user_id=cast.wang.pk, label="fuzz")
    headers = {"Authorization": f"Bearer {raw}", "Accept": "application/json"}
    schema = schemathesis.openapi.from_wsgi("/epcis/openapi.json", application, headers=headers)
    asked = 0

    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=2,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy())
        def holds(case: Any) -> None:
            nonlocal asked
            case.call_and_validate(headers=headers, checks=CHECKS)
            asked += 1

        holds()
    assert asked > len(description()["paths"])


def test_the_description_names_every_address() -> None:
    paths = description()["paths"]
    assert set(paths) == set(addresses())
    named = {one["name"] for one in paths["/events"]["get"]["parameters"]}
    assert {"MATCH_anyEPC", "WD_bizLocation", "GE_percRank", "nextPageToken"} <= named
