"""The demo's story in its smallest size, for tests: every role in it once (18 shops, 4 batches).

`eve` is the evening before the report is signed, `incident` is after the signature with every
reaction run, `running` is after the scope was confirmed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from config.demo import people, world
from config.demo import seed as seeding
from config.demo.seed import Seeded
from tests import factories as make
from tests.worlds import told_in
from zhian.fieldwork.sampling import services as sampling
from zhian.foundation.offices.models import User
from zhian.kernel import clock, outbox
from zhian.kernel.use_cases import unguarded
from zhian.registry.standards import services as standards
from zhian.response.alerts.models import Alert
from zhian.response.recalls import services as recalls
from zhian.response.recalls.models import Recall

TOWNS = ("100", "101", "102")


@dataclass
class Incident:
    """The seeded world and what came of it."""

    seeded: Seeded
    alert: Alert
    recall: Recall

    @property
    def users(self) -> dict[str, User]:
        """The cast by user name, officers and operators' clerks."""
        return {**self.seeded.staff.users, **self.seeded.register.clerk}


def lay_ground() -> None:
    """The regions, accounts and limits the seed stands on."""
    for county, name in world.COUNTIES:
        make.region(county, name)
        for number, town in enumerate(TOWNS):
            make.region(f"{county}{town}", f"{name[0]}{'东西南'[number]}镇")
    with unguarded("set-up"):
        system = make.system_user()
        make.admin()
        make.departments()
    standards.load_starter_limits(acting_user=system)


def seed_tiny() -> Seeded:
    """The evening before."""
    lay_ground()
    return seeding.seed("tiny", clock.today(), lambda _text: None)


def sign_and_react(seeded: Seeded) -> Incident:
    """The report is signed and everything reacts."""
    sampling.sign_report(
        acting_user=seeded.staff.users["chen"], report_id=seeded.report.pk, pin=people.PIN
    )
    outbox.drain()
    alert = Alert.objects.get(report_id=seeded.report.pk)
    return Incident(seeded, alert, alert.recall)


def confirm(found: Incident) -> Incident:
    """A person confirms the scope; orders are served and everything reacts again."""
    recalls.confirm_scope(
        acting_user=found.seeded.staff.users["wang"],
        recall_id=found.recall.pk,
        reason="三聚氰胺超限，全部召回",
    )
    outbox.drain()
    found.alert.refresh_from_db()
    found.recall.refresh_from_db()
    return found


def body_of(response: Any) -> bytes:
    """What was answered; a download is read to its end, which also closes it."""
    if response.streaming:
        return b"".join(response.streaming_content)
    return bytes(response.content)


@pytest.fixture(scope="module")
def eve_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Seeded]:
    """Seeded once for all tests."""
    with told_in("eve", seed_tiny, django_db_blocker) as found:
        yield found


@pytest.fixture(scope="module")
def incident_of_module(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Incident]:
    """Signed once for all tests."""
    with told_in("incident", lambda: sign_and_react(seed_tiny()), django_db_blocker) as found:
        yield found


@pytest.fixture(scope="module")
def running_of_module(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Incident]:
    """Confirmed once for all tests."""
    with told_in("running", _running, django_db_blocker) as found:
        yield found


def _running() -> Incident:
    return confirm(sign_and_react(seed_tiny()))


def _afresh(found: Incident) -> Incident:
    alert = Alert.objects.get(pk=found.alert.pk)
    return Incident(found.seeded, alert, Recall.objects.get(pk=found.recall.pk))


@pytest.fixture
def eve(eve_of_module: Seeded, db: None) -> Seeded:
    """The evening before the report is signed; what a test changes is rolled back."""
    return eve_of_module


@pytest.fixture
def incident(incident_of_module: Incident, db: None) -> Incident:
    """After the signature, every reaction run; what a test changes is rolled back."""
    return _afresh(incident_of_module)


@pytest.fixture
def running(running_of_module: Incident, db: None) -> Incident:
    """After the scope was confirmed; what a test changes is rolled back."""
    return _afresh(running_of_module)
