"""The incident of the response tests, told once for all tests of a module.

What a test changes is rolled back, and it works on copies of its own of what was told. A test that
tells a different story stands in a module that does not ask for this one.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import factories_response as story
from tests.casting import Cast, everybody
from tests.factories_response import Incident
from tests.measuring import measured_once
from tests.worlds import held
from zhian.response.alerts.models import Alert


@dataclass(frozen=True)
class Told:
    """The people, the goods, and the alert after every reaction."""

    cast: Cast
    made: Incident
    alert: Alert


@pytest.fixture(scope="module")
def told_of_module(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Told]:
    """A thousand kilograms; a module may say how many are at nobody registered."""
    with held(django_db_blocker):
        with measured_once("told"):
            cast = everybody()
            unregistered = int(getattr(request.module, "UNREGISTERED_KG", 0))
            made = story.thousand_kilograms(cast, unregistered_kg=unregistered)
            alert = story.alerted(cast, made)
        yield Told(cast, made, alert)


@pytest.fixture
def told(told_of_module: Told, db: None) -> Told:
    """This test's own copy."""
    return copy.deepcopy(told_of_module)
