"""Ask every address as every role with every method, and undo what each request did."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from tests.incident import Incident
from tests.measuring import unmeasured
from tests.permissions.addresses import Address, every_address
from tests.permissions.things import Things, lay_out
from zhian.foundation.offices import services as offices
from zhian.foundation.offices.models import User
from zhian.kernel.lists import Page

TABLE = Path(__file__).with_name("expected.json")
ROLES = (
    "anonymous", "admin", "chen", "wang", "li", "head", "mayor", "zhao", "gao", "sun", "jian",
    "zu", "dian", "dairy",
)  # fmt: skip
# No address of a page takes these (a kept query aside): they share one undoing.
REFUSED_EVERYWHERE = ("PUT", "PATCH", "DELETE")
METHODS = {"GET": "G", "POST": "P", "PUT": "U", "PATCH": "A", "DELETE": "D"}
# Sessions and the job queue are plumbing, not records.
_ROWS_WRITTEN = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
    WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND relname <> 'django_session'
"""


@dataclass
class Answers:
    """Every status, and what was noticed on the way."""

    addresses: list[Address]
    things: Things
    users: dict[str, User]
    status: dict[tuple[str, str, str], int] = field(default_factory=dict)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    target: dict[tuple[str, str], str] = field(default_factory=dict)
    written_by_get: dict[str, list[str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def of(self, role: str, name: str, method: str = "GET") -> int:
        """The status of one request."""
        return self.status[role, name, method]

    def table(self) -> dict[str, dict[str, str]]:
        """As it is kept in the file."""
        return {
            address.name: {
                role: " ".join(
                    f"{letter}{self.status[role, address.name, method]}"
                    for method, letter in METHODS.items()
                )
                for role in ROLES
            }
            for address in self.addresses
        }


def expected() -> dict[str, dict[str, str]]:
    """The table as it was last looked at."""
    found: dict[str, dict[str, str]] = json.loads(TABLE.read_text())
    return found


def keep(table: dict[str, dict[str, str]]) -> None:
    """Write the table anew, one role a line."""
    TABLE.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n")


def ask_everything(running: Incident, admin: User) -> Answers:
    """All addresses, all roles, all methods."""
    answers = Answers(every_address(), lay_out(running), {**running.users, "admin": admin})
    # Thousands of refusals are the point here, not something to report.
    logger = logging.getLogger("django.request")
    logger.disabled = True
    try:
        # seventeen thousand requests
        with unmeasured():
            _ask_all(answers)
    finally:
        logger.disabled = False
    return answers


def _ask_all(answers: Answers) -> None:
    for role in ROLES:
        asker = Asker(answers, role)
        before = _traces()
        for address in answers.addresses:
            asker.ask(address, "GET")
        answers.written_by_get[role] = sorted(
            name for name, rows in _traces().items() if rows != before.get(name)
        )
        for address in answers.addresses:
            asker.ask(address, "POST")
            asker.ask(address, *REFUSED_EVERYWHERE)


class Asker:
    """One role with its browser and its bearer token."""

    def __init__(self, answers: Answers, role: str) -> None:
        self.answers, self.role = answers, role
        self.client = Client(raise_request_exception=False)
        self.bearer: dict[str, str] = {}
        if role != "anonymous":
            user = answers.users[role]
            self.client.force_login(user)
            _token, raw = offices.issue_token(acting_user=user, user_id=user.pk, label="matrix")
            self.bearer = {"authorization": f"Bearer {raw}"}
        self.session = {name: one.value for name, one in self.client.cookies.items()}

    def ask(self, address: Address, *methods: str) -> None:
        """Note the status of one request by each method, then undo what they did."""
        with undone():
            for method in methods:
                self._note(address, method)

    def _note(self, address: Address, method: str) -> None:
        response = self._send(address, method)
        where = f"{self.role} {method} {address.name}"
        if isinstance(response, StreamingHttpResponse):
            list(response)
        if response.status_code >= 500:
            self.answers.broken.append(f"{where}: {getattr(response, 'exc_info', None)}")
        self.answers.status[self.role, address.name, method] = response.status_code
        if method == "GET":
            place = response.headers.get("Location", "")
            self.answers.target[self.role, address.name] = place
            self._count_rows(address, response)

    def _count_rows(self, address: Address, response: HttpResponseBase) -> None:
        page = (getattr(response, "context", None) or {}).get("page")
        if isinstance(page, Page):
            self.answers.rows[self.role, address.name] = page.total
        elif isinstance(found := _json(response), list):
            self.answers.rows[self.role, address.name] = len(found)

    def _send(self, address: Address, method: str) -> HttpResponseBase:
        self.client.cookies.clear()
        self.client.cookies.load(self.session)
        things = self.answers.things
        path = address.path(things.for_address(address.name))
        headers = self.bearer if address.is_for_machines else {}
        if method == "GET":
            return self.client.get(path, _query(address, things), headers=headers)
        if method == "POST":
            return self.client.post(path, headers=headers)
        return self.client.generic(method, path, headers=headers)


def _json(response: HttpResponseBase) -> object:
    is_json = response.headers.get("Content-Type") == "application/json; charset=utf-8"
    return json.loads(response.content) if is_json and isinstance(response, HttpResponse) else None


def _query(address: Address, things: Things) -> dict[str, str]:
    if address.name.startswith("tracing:lot"):
        return {"lot": things.lot}
    if address.name == "tracing:investigation_export":
        return {"format": "graphml"}
    return {"q": "奶"} if address.name == "desk:search" else {}


def _traces() -> dict[str, int]:
    """Rows written so far by table, as PostgreSQL itself counted, undone ones too."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS_WRITTEN)
        return dict(cursor.fetchall())


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
