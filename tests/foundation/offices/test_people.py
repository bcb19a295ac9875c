"""Posts, delegations, offices, owners of tasks."""

from datetime import date
from typing import Any

import pytest

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices import policies, selectors, services
from zhian.foundation.offices.models import Delegation, Office, Officer, Task
from zhian.foundation.offices.vocabulary import OfficeLevel, Role
from zhian.foundation.regions.models import Region
from zhian.foundation.regions.vocabulary import AreaClass
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused


def appoint(cast: Cast, **changes: Any) -> Officer:
    given: dict[str, Any] = {
        "acting_user": cast.admin,
        "user_id": make.user("newcomer", "新人").pk,
        "office_id": cast.office.pk,
        "title_zh": "科员",
        "title_en": "Officer",
        "roles": [Role.FRONTLINE],
    }
    return services.appoint_officer(**(given | changes))


def fields_of(error: pytest.ExceptionInfo[BadInput]) -> set[str]:
    return {problem.field for problem in error.value.fields}


def test_an_appointment_gives_sight_and_roles(cast: Cast) -> None:
    officer = appoint(cast)
    assert policies.subtree_of(officer.user) == "130123"
    assert officer.roles == ["R09"]
    entry = Entry.objects.order_by("seq").last()
    assert entry is not None
    assert entry.kind == "offices.officer.appointed"
    assert entry.data["before"] is None


def test_a_second_appointment_moves_the_officer_and_the_ledger_knows_from_where(cast: Cast) -> None:
    first = appoint(cast)
    second = appoint(cast, office_id=cast.other_office.pk)
    assert first.pk == second.pk
    assert policies.subtree_of(second.user) == "130126"
    entry = Entry.objects.order_by("seq").last()
    assert entry is not None
    assert entry.data["before"]["office"] == "qts-130123"
    assert entry.data["after"]["office"] == "qts-130126"


def test_a_head_needs_no_other_role(cast: Cast) -> None:
    officer = appoint(cast, office_id=cast.other_office.pk, roles=[], is_head=True)
    assert officer.roles == ["R18"]
    assert selectors.head_of(cast.other_office) == officer
    supervisor = make.office("supervision", "1301")
    with pytest.raises(BadInput):
        appoint(cast, office_id=supervisor.pk, roles=[Role.FRONTLINE])
    assert appoint(cast, office_id=supervisor.pk, roles=[], is_head=True).is_head


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roles": []}, "roles"),
        ({"roles": [Role.CONSUMER]}, "roles"),
        ({"roles": [Role.SUPERVISION]}, "roles"),
        ({"is_head": True}, "is_head"),
    ],
)
def test_a_wrong_appointment_names_the_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as error:
        appoint(cast, **changes)
    assert fields_of(error) == {field}
    assert not Officer.objects.filter(user__username="newcomer").exists()


def test_an_operators_account_cannot_hold_a_post(cast: Cast) -> None:
    with pytest.raises(BadInput) as error:
        appoint(cast, user_id=cast.dian.pk)
    assert fields_of(error) == {"user"}


def test_posts_are_given_and_ended_by_administrators_only(cast: Cast) -> None:
    with pytest.raises(Refused):
        appoint(cast, acting_user=cast.head)
    officer = selectors.officer_of(cast.wang)
    assert officer is not None
    with pytest.raises(Refused):
        services.end_appointment(acting_user=cast.head, officer_id=officer.pk)


def test_an_ended_post_gives_nothing_from_the_next_day(cast: Cast) -> None:
    officer = Officer.objects.get(user=cast.wang)
    services.end_appointment(acting_user=cast.admin, officer_id=officer.pk, until=date(2020, 1, 1))
    officer.refresh_from_db()
    assert officer.holds_on(date(2020, 1, 1))
    assert not officer.holds_on(date(2020, 1, 2))
    with pytest.raises(Conflict):
        services.end_appointment(acting_user=cast.admin, officer_id=officer.pk)
    with pytest.raises(NotKnown):
        services.end_appointment(acting_user=cast.admin, officer_id=0)


def test_a_post_cannot_end_before_it_began(cast: Cast) -> None:
    officer = Officer.objects.get(user=cast.wang)
    with pytest.raises(BadInput):
        services.end_appointment(
            acting_user=cast.admin, officer_id=officer.pk, until=date(1999, 1, 1)
        )


def delegate(cast: Cast, **changes: Any) -> Delegation:
    given: dict[str, Any] = {
        "acting_user": cast.head,
        "from_office_id": cast.office.pk,
        "to_office_id": cast.other_office.pk,
        "matter": "食品生产企业巡查",
        "document_ref": "正质监〔2026〕3号",
    }
    return services.delegate(**(given | changes))


def test_a_delegation_is_a_dated_act_seen_by_both_offices(cast: Cast) -> None:
    act = delegate(cast)
    assert list(selectors.delegations_on(cast.office)) == [act]
    assert list(selectors.delegations_on(cast.other_office)) == [act]
    assert str(act).count("→") == 1
    services.end_delegation(acting_user=cast.head, delegation_id=act.pk)
    with pytest.raises(Conflict):
        services.end_delegation(acting_user=cast.head, delegation_id=act.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"matter": " "}, "matter"),
        ({"document_ref": ""}, "document_ref"),
        ({"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "until"),
    ],
)
def test_a_wrong_delegation_names_the_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as error:
        delegate(cast, **changes)
    assert fields_of(error) == {field}
    assert not Delegation.objects.exists()


def test_nobody_delegates_to_oneself_or_to_the_supervision_organ(cast: Cast) -> None:
    for office in (cast.office, cast.supervision):
        with pytest.raises(BadInput):
            delegate(cast, to_office_id=office.pk)


def test_strangers_to_the_office_neither_make_nor_end_its_delegations(cast: Cast) -> None:
    for person in (cast.wang, cast.zhao, cast.zu, cast.jian):
        with pytest.raises(Refused):
            delegate(cast, acting_user=person)
    act = delegate(cast)
    with pytest.raises(Refused):
        services.end_delegation(acting_user=cast.zhao, delegation_id=act.pk)
    with pytest.raises(NotKnown):
        services.end_delegation(acting_user=cast.head, delegation_id=0)
    with pytest.raises(BadInput):
        services.end_delegation(acting_user=cast.head, delegation_id=act.pk, until=date(2000, 1, 1))
    act.refresh_from_db()
    assert act.until is None


def create(cast: Cast, **changes: Any) -> Office:
    given: dict[str, Any] = {
        "acting_user": cast.admin,
        "code": "ciq-tianjin-port",
        "name_zh": "天津港口岸检验检疫办事处",
        "name_en": "Tianjin Port Inspection Office",
        "department_code": "ciq",
        "region_code": None,
        "level": OfficeLevel.CITY,
    }
    return services.create_office(**(given | changes))


def test_a_port_office_has_no_region(cast: Cast) -> None:
    office = create(cast, superior_id=cast.port_office.pk)
    assert office.region is None
    assert office.region_code == ""
    assert selectors.superior_of(office) == cast.port_office
    assert policies.subtree_of(make.officer("quay", at=office).user) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"department_code": "magic"}, "department"),
        ({"region_code": "999999"}, "region"),
        ({"code": "qts-130123"}, "code"),
        ({"name_zh": ""}, "name_zh"),
    ],
)
def test_a_wrong_office_names_the_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as error:
        create(cast, **changes)
    assert fields_of(error) == {field}


def test_the_supervision_organ_stands_in_nobodys_line(cast: Cast) -> None:
    with pytest.raises(BadInput):
        create(cast, superior_id=cast.supervision.pk)
    with pytest.raises(BadInput):
        create(cast, department_code="supervision", superior_id=cast.government.pk)
    below = create(cast, department_code="supervision", superior_id=cast.supervision.pk)
    assert below.superior == cast.supervision


def test_offices_are_opened_by_administrators_only(cast: Cast) -> None:
    with pytest.raises(Refused):
        create(cast, acting_user=cast.head)


def test_the_leading_group_gives_a_task_to_another_department(cast: Cast) -> None:
    services.load_departments(acting_user=cast.admin)
    services.assign_task(
        acting_user=cast.zu,
        task_code="catering",
        department_code="sfda",
        reason="2026 年第 1 号会议纪要",
    )
    assert selectors.owner_of_task("catering").code == "sfda"
    # loading the pack again keeps what people decided
    services.load_departments(acting_user=cast.admin)
    assert selectors.owner_of_task("catering").code == "sfda"
    assert str(Task.objects.get(pk="catering")) == "餐饮消费"


def test_a_refused_change_of_owner_changes_nothing(cast: Cast) -> None:
    services.load_departments(acting_user=cast.admin)
    with pytest.raises(Refused):
        services.assign_task(
            acting_user=cast.wang, task_code="catering", department_code="qts", reason="x"
        )
    for task, department, reason, error in (
        ("nothing", "qts", "x", NotKnown),
        ("catering", "magic", "x", BadInput),
        ("catering", "qts", " ", BadInput),
    ):
        with pytest.raises(error):
            services.assign_task(
                acting_user=cast.zu, task_code=task, department_code=department, reason=reason
            )
    assert selectors.owner_of_task("catering").code == "health"


def test_only_administrators_load_departments(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.load_departments(acting_user=cast.head)


@pytest.mark.parametrize(
    ("name", "allowed"), [("zu", True), ("head", True), ("admin", True), ("wang", False)]
)
def test_the_class_of_an_area_is_corrected_by_those_who_count(
    cast: Cast, name: str, allowed: bool
) -> None:
    def correct() -> Region:
        return services.correct_area_class(
            acting_user=getattr(cast, name),
            region_code="130123100",
            area_class=AreaClass.FRINGE,
            reason="2026 年现场核实",
        )

    if allowed:
        assert correct().area_class == AreaClass.FRINGE
    else:
        with pytest.raises(Refused):
            correct()
        assert Region.objects.get(pk="130123100").area_class != AreaClass.FRINGE


def test_the_class_of_an_area_elsewhere_is_not_mine_to_correct(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.correct_area_class(
            acting_user=cast.zu, region_code="130126", area_class=AreaClass.CITY, reason="x"
        )
