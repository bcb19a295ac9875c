"""Who gets what from every address: one table of statuses, and the rules it must obey.

The table is rewritten by `UPDATE_MATRIX=1 pytest tests/permissions`; the rules are not.
"""

import os

import pytest
from django.conf import settings

from tests.incident import Incident
from tests.permissions.addresses import Address
from tests.permissions.asking import METHODS, ROLES, Answers, ask_everything, expected, keep
from tests.permissions.things import KNOWN, KNOWN_AT, NAMED_ONLY
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import UserKind
from zhian.response.recalls import policies as recalls

pytestmark = pytest.mark.django_db
SIGNED_IN = ROLES[1:]
PUBLIC = {
    "api:openapi-json", "desk:start", "healthz", "offices:sign_in", "offices:sign_out",
    "portal:draft", "portal:drafts", "portal:home", "portal:item", "portal:lot",
    "portal:recall", "portal:recalls", "set_language",
}  # fmt: skip
# The description of the interface answers any method with the same text.
ANY_METHOD = {"api:openapi-json"}
CLOSED = {401, 403, 404, 405}
OWN_ACCOUNT = {
    "api:openapi-json", "epcis:queries", "epcis:subscriptions", "events:keep_query",
    "events:subscribe", "evidence:signing_key",
    "offices:language", "offices:password",
    "offices:sign_in", "offices:sign_out", "offices:token_issue", "set_language",
}  # fmt: skip
SENDING = {"epcis:capture", "epcis:events", "events:purchases", "events:upload"}
# Things of the home county that no officer of another county may know of.
OF_THE_COUNTY = {
    "alert_id", "capture_id", "case_id", "delivery_id", "duty_id", "event_id", "instrument_id",
    "item_id", "operator_id", "order_id", "pk", "proposal_id", "query_id", "report_id",
    "sample_id", "seq", "signal_id", "site_id", "user_id",
}  # fmt: skip


@pytest.fixture(scope="module")
def answers(running_of_module: Incident) -> Answers:
    """Everything asked once for all tests of this module."""
    admin = User.objects.get(username="admin")
    return ask_everything(running_of_module, admin)


def with_things(answers: Answers) -> list[Address]:
    """Addresses of one record."""
    return [
        one for one in answers.addresses if not one.is_public and set(one.parameters) - NAMED_ONLY
    ]


def open_to(answers: Answers, role: str) -> set[str]:
    """Addresses where the role may post: done, or asked to fill in the form."""
    return {
        one.name
        for one in answers.addresses
        if answers.of(role, one.name, "POST") not in {*CLOSED, 400}
    }


def test_the_table_of_statuses_holds(answers: Answers) -> None:
    found = answers.table()
    if os.environ.get("UPDATE_MATRIX") == "1":
        keep(found)
    known = expected()
    assert set(found) - set(known) == set(), "addresses the table does not name"
    assert set(known) - set(found) == set(), "the table names addresses that are gone"
    different = [
        f"{name} {role}: {known[name].get(role)} → {status}"
        for name, roles in found.items()
        for role, status in roles.items()
        if known[name].get(role) != status
    ]
    assert different == []


def test_nothing_breaks(answers: Answers) -> None:
    assert answers.broken == []


def test_reading_changes_no_row(answers: Answers) -> None:
    assert answers.written_by_get == {role: [] for role in ROLES}


def test_every_kind_of_thing_has_its_policy_here(answers: Answers) -> None:
    used = {name for one in answers.addresses for name in one.parameters}
    assert used == set(KNOWN) | NAMED_ONLY


def test_strangers_get_public_pages_only(answers: Answers) -> None:
    open_ones = {
        one.name
        for one in answers.addresses
        if answers.of("anonymous", one.name) == 200
        or not answers.target["anonymous", one.name].startswith(settings.LOGIN_URL)
    } - {one.name for one in answers.addresses if answers.of("anonymous", one.name) == 401}
    assert open_ones == PUBLIC
    marked = {one.name for one in answers.addresses if one.is_public}
    assert marked == PUBLIC - ANY_METHOD
    for one in answers.addresses:
        if one.name not in PUBLIC:
            turned_away = 401 if one.is_for_machines else 302
            assert {answers.of("anonymous", one.name, method) for method in METHODS} == {
                turned_away
            }, one.name


@pytest.mark.parametrize("role", SIGNED_IN)
def test_what_one_may_not_know_of_is_not_found(answers: Answers, role: str) -> None:
    user, leaks, hidden = answers.users[role], [], []
    for one in with_things(answers):
        values = answers.things.for_address(one.name)
        known = all(KNOWN[name](user, values[name]) for name in one.parameters if name in KNOWN)
        if one.name in KNOWN_AT:
            known = KNOWN_AT[one.name](user, values)
        # A machine that sends rubbish is told so before anything is looked up.
        unknown = {404, 405, 400} if one.is_for_machines else {404, 405}
        for method in ("GET", "POST"):
            status = answers.of(role, one.name, method)
            if not known and status not in unknown:
                leaks.append((one.name, method, status))
        if known and answers.of(role, one.name) == 404 and not not_their_door(user, one.name):
            hidden.append(one.name)
    assert (leaks, hidden) == ([], [])


def not_their_door(user: User, name: str) -> bool:
    """The desk is the officers', the counter the operators', whatever they know of."""
    if name.startswith("desk:"):
        return user.kind != UserKind.OFFICER
    return name.startswith("counter:") and user.kind != UserKind.OPERATOR


def test_another_county_knows_of_nothing_but_what_it_holds(
    answers: Answers, running_of_module: Incident
) -> None:
    zhao, seen = answers.users["zhao"], []
    for one in with_things(answers):
        if set(one.parameters) & OF_THE_COUNTY:
            seen += [
                (one.name, method)
                for method in ("GET", "POST")
                if answers.of("zhao", one.name, method) not in {400, 404, 405}
            ]
    assert seen == []
    orders = recalls.orders_visible_to(zhao)
    assert {str(order.region_id)[:6] for order in orders} == {"230224"}
    recall = running_of_module.recall
    assert recall in recalls.recalls_visible_to(zhao), "a holder of his county is in it"
    assert answers.of("zhao", "recalls:detail") == 200
    assert answers.of("zhao", "recalls:finish", "POST") == 403


# one's own kept query, as the standard has it; anybody else's is not found
OWN_TO_DROP = {("epcis:query", "DELETE")}


@pytest.mark.parametrize("role", SIGNED_IN)
def test_nobody_deletes_or_replaces_anything_by_address(answers: Answers, role: str) -> None:
    different = [
        (one.name, method)
        for one in answers.addresses
        for method in ("PUT", "PATCH", "DELETE")
        if answers.of(role, one.name, method) not in {403, 404, 405} and one.name not in ANY_METHOD
    ]
    assert set(different) <= OWN_TO_DROP
    assert [one.name for one in answers.addresses if "delete" in one.name] == []


@pytest.mark.parametrize("role", ["head", "mayor"])
def test_no_head_touches_signals_or_the_ledger(answers: Answers, role: str) -> None:
    for one in answers.addresses:
        if one.name.startswith(("ledger:", "accountability:signal")):
            assert answers.of(role, one.name, "POST") in {403, 405}, one.name


def test_the_county_head_runs_no_alert_recall_or_case(answers: Answers) -> None:
    for one in with_things(answers):
        if one.name.startswith(("alerts:", "recalls:", "cases:", "sampling:", "accountability:")):
            assert answers.of("mayor", one.name, "POST") in {403, 405}, one.name


def test_the_county_head_appoints_supervisors_and_keeps_no_records(answers: Answers) -> None:
    assert open_to(answers, "mayor") == OWN_ACCOUNT | {"offices:area", "subjects:assign"}


def test_the_supervision_organ_decides_signals_and_writes_nothing_else(answers: Answers) -> None:
    assert open_to(answers, "jian") == OWN_ACCOUNT | {
        "accountability:rebuild", "accountability:signal",
    }  # fmt: skip
    deciding = {r for r in SIGNED_IN if "accountability:signal" in open_to(answers, r)}
    assert deciding == {"jian"}


def test_the_leading_group_assigns_and_chases_and_writes_nothing_else(answers: Answers) -> None:
    assert open_to(answers, "zu") == OWN_ACCOUNT | {
        "duties:assign", "duties:chase", "offices:area", "offices:task", "subjects:assign",
    }  # fmt: skip


def test_administrators_keep_accounts_and_see_no_records(answers: Answers) -> None:
    assert open_to(answers, "admin") == OWN_ACCOUNT | {
        "offices:create", "offices:task", "offices:token_revoke", "offices:user_appoint",
        "offices:user_create", "offices:user_end_post", "offices:user_lock",
        "offices:user_reset", "offices:user_unlock",
    }  # fmt: skip
    with_rows = {name for (role, name), rows in answers.rows.items() if role == "admin" and rows}
    rooms = {name.partition(":")[0] for name in with_rows}
    assert rooms - {"api"} == {"ledger", "offices", "regions", "standards"}
    # the law, the limits and the plan of standards are public
    assert {name for name in with_rows if name.startswith("api:")} <= {
        "api:comparisons", "api:law", "api:projects", "api:rows",
    }  # fmt: skip


def test_operators_answer_for_themselves_only(answers: Answers) -> None:
    assert open_to(answers, "dairy") == OWN_ACCOUNT | SENDING
    assert open_to(answers, "dian") == OWN_ACCOUNT | SENDING | {
        "api:acknowledge", "counter:acknowledge", "counter:count", "counter:disposal",
        "notices:acknowledge",
    }  # fmt: skip
    with_rows = {name for (role, name), rows in answers.rows.items() if role == "dairy" and rows}
    officers = {"accountability", "alerts", "cases", "desk", "duties", "ledger", "recalls",
                "sampling"}  # fmt: skip
    assert {name.partition(":")[0] for name in with_rows} & officers == set()


def test_lists_hold_something_for_the_home_county(answers: Answers) -> None:
    for name in ("alerts:list", "cases:list", "recalls:list", "sampling:list", "duties:all",
                 "accountability:signals", "subjects:list", "permits:list"):  # fmt: skip
        assert answers.rows["wang", name] > 0, name
