"""Operators enter the register, sites open and close, officers answer for sites."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from tests import factories as make
from tests import factories_subjects as firms
from tests.casting import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Cast
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.kernel.exchange import Row
from zhian.kernel.races import told_apart
from zhian.kernel.use_cases import unguarded
from zhian.registry.subjects import policies, selectors, services
from zhian.registry.subjects.models import Operator, Site, Supervision
from zhian.registry.subjects.services import OperatorFacts, SiteFacts, SupervisionFacts
from zhian.registry.subjects.vocabulary import ChainLink, FoundBy, LicenceState, OperatorKind

USCC = "91310112MA1GD5WP62"
SHOP = OperatorFacts(
    name_zh="益昌食品店",
    kind=OperatorKind.SHOP,
    region_code=TOWNSHIP,
    first_responsible="王小二",
    name_en="Yichang Food Shop",
)


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


def fields_of(error: pytest.ExceptionInfo[BadInput]) -> list[tuple[str, int | None]]:
    return [(one.field, one.row) for one in error.value.fields]


def test_an_operator_is_registered_without_any_licence(cast: Cast) -> None:
    made = services.register_operator(acting_user=cast.wang, facts=replace(SHOP, uscc=None))
    assert (made.uscc, made.found_by, made.found_at) == (None, FoundBy.CENSUS, clock.today())
    assert made.licence_state == LicenceState.UNKNOWN
    entry = Entry.objects.get(kind="subjects.operator.registered")
    assert (entry.subject_type, entry.subject_id) == ("subjects.operator", str(made.pk))
    assert entry.happenings[0]["kind"] == "OperatorsRegistered"


def test_a_credit_code_is_kept_compact(cast: Cast) -> None:
    facts = replace(SHOP, uscc="  9131 0112ma1gd5wp62")
    assert services.register_operator(acting_user=cast.wang, facts=facts).uscc == USCC


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name_zh": " "}, ["name_zh"]),
        ({"name_zh": "长" * 121}, ["name_zh"]),
        ({"first_responsible": ""}, ["first_responsible"]),
        ({"uscc": "123"}, ["uscc"]),
        ({"found_at": date(2999, 1, 1)}, ["found_at"]),
        ({"region_code": "130123999"}, ["region"]),
        ({"kind": OperatorKind.WORKSHOP}, ["region"]),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, changes: dict[str, object], fields: list[str]) -> None:
    facts = replace(SHOP, **changes)  # type: ignore[arg-type]
    with pytest.raises(BadInput) as caught:
        services.register_operator(acting_user=cast.wang, facts=facts)
    assert [field for field, _row in fields_of(caught)] == fields
    assert not Operator.objects.exists()


def test_a_credit_code_is_registered_once(cast: Cast) -> None:
    services.register_operator(acting_user=cast.wang, facts=replace(SHOP, uscc=USCC))
    with pytest.raises(BadInput, match="registered already"):
        services.register_operator(acting_user=cast.li, facts=replace(SHOP, uscc=USCC))


@pytest.mark.parametrize("name", ["zhao", "chen", "jian", "zu", "dian", "admin", "port"])
def test_who_does_not_keep_this_register_is_refused_and_nothing_changes(
    cast: Cast, name: str
) -> None:
    with pytest.raises(Refused):
        services.register_operator(acting_user=getattr(cast, name), facts=SHOP)
    assert not Operator.objects.exists()


def test_many_operators_are_registered_in_one_act_or_none(cast: Cast) -> None:
    rows = [replace(SHOP, name_zh=f"店{n}") for n in range(30)]
    made = services.register_operators(acting_user=cast.wang, rows=rows)
    assert [one.name_zh for one in made] == [row.name_zh for row in rows]
    assert Entry.objects.get().data["ids"] == [one.pk for one in made]
    rows[3] = replace(rows[3], first_responsible="")
    rows[4] = replace(rows[4], uscc=USCC)
    rows[5] = replace(rows[5], uscc=USCC)
    with pytest.raises(BadInput) as caught:
        services.register_operators(acting_user=cast.wang, rows=rows)
    assert fields_of(caught) == [("first_responsible", 4), ("uscc", 6)]
    assert Operator.objects.count() == 30


def test_what_only_the_database_could_see_is_a_conflict(cast: Cast) -> None:
    firms.operator(uscc=USCC)
    with pytest.raises(Conflict, match="somebody else"), told_apart("somebody else"):
        firms.operator(uscc=USCC)
    # the transaction goes on
    assert services.register_operator(acting_user=cast.wang, facts=SHOP).pk


def test_a_workshop_gets_the_township_that_answers_for_it(cast: Cast) -> None:
    office = make.office("township", TOWNSHIP)
    facts = replace(SHOP, kind=OperatorKind.WORKSHOP)
    made = services.register_operator(acting_user=cast.wang, facts=facts)
    assert made.township_office == office
    assert list(selectors.workshops_of(office)) == [made]
    named = replace(facts, township_office_id=office.pk)
    assert services.register_operator(acting_user=cast.wang, facts=named).township_office == office


def test_a_workshop_cannot_choose_an_office_that_does_not_cover_it(cast: Cast) -> None:
    make.office("township", TOWNSHIP)
    elsewhere = make.office("township", OTHER_TOWNSHIP)
    for office in (elsewhere.pk, cast.office.pk, 0):
        facts = replace(SHOP, kind=OperatorKind.WORKSHOP, township_office_id=office)
        with pytest.raises(BadInput, match="township"):
            services.register_operator(acting_user=cast.wang, facts=facts)


def test_a_workshop_without_township_is_impossible_even_for_the_database(cast: Cast) -> None:
    workshop = firms.operator(kind=OperatorKind.WORKSHOP)
    workshop.township_office = None
    with unguarded("set-up"), pytest.raises(IntegrityError), transaction.atomic():
        workshop.save()


def test_a_new_name_keeps_the_old_one_findable(cast: Cast) -> None:
    made = services.register_operator(acting_user=cast.wang, facts=replace(SHOP, uscc=USCC))
    renamed = replace(SHOP, name_zh="福来商行", uscc=USCC)
    after = services.correct_operator(acting_user=cast.li, operator_id=made.pk, facts=renamed)
    assert after.former_names == ["益昌食品店"]
    for word in ("福来", "flsh", "fulaishanghang", "益昌", "ycspd", USCC.lower()):
        assert Operator.objects.filter(search_text__contains=word).exists(), word
    entry = Entry.objects.get(kind="subjects.operator.corrected")
    assert set(entry.data["after"]) == {"name_zh", "former_names", "name_en"} - {"name_en"}
    again = services.correct_operator(acting_user=cast.li, operator_id=made.pk, facts=renamed)
    assert again.former_names == ["益昌食品店"]


def test_correcting_is_for_those_who_know_it_and_keep_it(cast: Cast) -> None:
    made = firms.operator()
    with pytest.raises(NotKnown):
        services.correct_operator(acting_user=cast.zhao, operator_id=made.pk, facts=SHOP)
    with pytest.raises(Refused):
        services.correct_operator(acting_user=cast.jian, operator_id=made.pk, facts=SHOP)
    moved = replace(SHOP, region_code=OTHER_TOWNSHIP)
    with pytest.raises(Refused):
        services.correct_operator(acting_user=cast.wang, operator_id=made.pk, facts=moved)
    with pytest.raises(BadInput):
        services.correct_operator(
            acting_user=cast.wang, operator_id=made.pk, facts=replace(SHOP, name_zh="")
        )


# --- sites


def test_sites_open_with_their_number_or_get_one(cast: Cast) -> None:
    owner = firms.operator()
    facts = SiteFacts(owner.pk, "门店", ChainLink.CIRCULATION, TOWNSHIP)
    own = services.open_site(acting_user=cast.wang, facts=facts)
    assert own.sgln.startswith("urn:zhian:site:")
    number = "urn:epc:id:sgln:6922165.90299.0"
    given = services.open_site(acting_user=cast.wang, facts=replace(facts, sgln=number))
    assert selectors.site_by_sgln(number) == given
    assert selectors.site_by_sgln("urn:epc:id:sgln:6922165.90298.0") is None
    assert list(selectors.sites_of(owner.pk)) == [own, given]


def test_many_sites_open_at_once(cast: Cast) -> None:
    owner = firms.operator()
    rows = [
        SiteFacts(owner.pk, f"门店{n}", ChainLink.CIRCULATION, TOWNSHIP, sgln)
        for n, sgln in enumerate(("", "urn:zhian:site:market-stall-7"))
    ]
    made = services.open_sites(acting_user=cast.wang, rows=rows)
    assert [one.name_zh for one in made] == ["门店0", "门店1"]
    assert made[1].sgln == "urn:zhian:site:market-stall-7"
    assert Entry.objects.get(kind="subjects.sites.opened").data["ids"] == [s.pk for s in made]
    assert set(selectors.sites_by_id([one.pk for one in made])) == {one.pk for one in made}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_zh": ""}, "name_zh"),
        ({"operator_id": 0}, "operator"),
        ({"region_code": "130123999"}, "region"),
        ({"sale_area_code": "130123999"}, "sale_area"),
        ({"sgln": "6922165902996"}, "sgln"),
        ({"longitude": 114}, "latitude"),
    ],
)
def test_a_wrong_site_is_named(cast: Cast, changes: dict[str, object], field: str) -> None:
    facts = SiteFacts(firms.operator().pk, "门店", ChainLink.CIRCULATION, TOWNSHIP)
    with pytest.raises(BadInput) as caught:
        services.open_site(
            acting_user=cast.wang,
            facts=replace(facts, **changes),  # type: ignore[arg-type]
        )
    assert fields_of(caught) == [(field, None)]


def test_two_sites_cannot_have_one_number(cast: Cast) -> None:
    known = firms.site()
    facts = SiteFacts(known.operator_id, "门店", ChainLink.CIRCULATION, TOWNSHIP, known.sgln)
    fresh = replace(facts, sgln="urn:epc:id:sgln:6922165.90299.0")
    with pytest.raises(BadInput) as caught:
        services.open_sites(acting_user=cast.wang, rows=[facts, fresh, fresh])
    assert fields_of(caught) == [("sgln", 1), ("sgln", 3)]


def test_a_closed_site_ends_its_supervision_and_stays_closed(cast: Cast) -> None:
    site = firms.site()
    firms.supervision(site, cast.wang.officer)
    with pytest.raises(BadInput):
        services.close_site(acting_user=cast.wang, site_id=site.pk, reason=" ")
    with pytest.raises(BadInput):
        services.close_site(
            acting_user=cast.wang, site_id=site.pk, reason="x", closed_on=date(2999, 1, 1)
        )
    closed = services.close_site(acting_user=cast.wang, site_id=site.pk, reason="停业")
    assert (closed.active, closed.closed_on) == (False, clock.today())
    assert Supervision.objects.get(site=site).until == clock.today()
    with pytest.raises(Conflict):
        services.close_site(acting_user=cast.wang, site_id=site.pk, reason="停业")
    with pytest.raises(Conflict):
        services.assign_supervision(
            acting_user=cast.head, site_id=site.pk, officer_id=cast.li.officer.pk
        )


# --- supervision


def test_a_site_has_one_named_officer_at_any_time(cast: Cast) -> None:
    site = firms.site()
    firms.supervision(site, cast.wang.officer)
    today = clock.today()
    made = services.assign_supervision(
        acting_user=cast.head, site_id=site.pk, officer_id=cast.li.officer.pk
    )
    assert (made.office, made.since, made.until) == (cast.office, today, None)
    assert selectors.supervision_on([site.pk], today)[site.pk].officer.user == cast.li
    before = selectors.supervision_on([site.pk], today - timedelta(days=1))
    assert before[site.pk].officer.user == cast.wang
    assert selectors.supervision_on([site.pk], date(2006, 1, 1)) == {}
    assert [one.officer.user for one in selectors.supervisions_of(site.pk)] == [cast.li, cast.wang]
    assert list(selectors.sites_supervised_by(cast.li.officer)) == [site]


def test_the_database_refuses_two_officers_for_one_site_at_one_time(cast: Cast) -> None:
    site, other = firms.site(), firms.site()
    firms.supervision(site, cast.wang.officer)
    firms.supervision(other, cast.wang.officer)
    with pytest.raises(IntegrityError, match="subjects_one_supervision"), transaction.atomic():
        firms.supervision(site, cast.li.officer, date(2020, 1, 1))
    with unguarded("set-up"):
        Supervision.objects.filter(site=site).update(until=date(2019, 12, 31))
    firms.supervision(site, cast.li.officer, date(2020, 1, 1))
    with unguarded("set-up"), pytest.raises(IntegrityError), transaction.atomic():
        Supervision.objects.filter(site=site, officer=cast.wang.officer).update(
            until=date(2020, 1, 1)
        )


def test_who_answered_is_not_rewritten(cast: Cast) -> None:
    site = firms.site()
    yesterday = clock.today() - timedelta(days=1)
    for since, match in ((yesterday, "past"), (date(2006, 1, 1), "not open")):
        with pytest.raises(BadInput, match=match):
            services.assign_supervision(
                acting_user=cast.head,
                site_id=site.pk,
                officer_id=cast.li.officer.pk,
                since=since,
            )
    services.assign_supervision(
        acting_user=cast.head, site_id=site.pk, officer_id=cast.li.officer.pk
    )
    with pytest.raises(BadInput, match="later day"):
        services.assign_supervision(
            acting_user=cast.head, site_id=site.pk, officer_id=cast.wang.officer.pk
        )


def test_only_the_head_hands_out_sites_and_only_to_officers_who_reach_them(cast: Cast) -> None:
    site = firms.site()

    def assign(user: User, officer_id: int) -> None:
        services.assign_supervision(acting_user=user, site_id=site.pk, officer_id=officer_id)

    refused: list[tuple[User, int, type[Exception]]] = [
        (cast.wang, cast.wang.officer.pk, Refused),
        (cast.zhao, cast.zhao.officer.pk, NotKnown),
        (cast.head, cast.zhao.officer.pk, Refused),
        (cast.zu, cast.zhao.officer.pk, Refused),
        (cast.system, cast.zhao.officer.pk, Refused),
        (cast.head, 0, NotKnown),
    ]
    for user, officer_id, error in refused:
        with pytest.raises(error):
            assign(user, officer_id)
    assert not Supervision.objects.exists()
    assign(cast.zu, cast.wang.officer.pk)


def test_an_officer_without_a_post_cannot_answer(cast: Cast) -> None:
    site = firms.site()
    officer = cast.li.officer
    with unguarded("set-up"):
        officer.until = date(2020, 1, 1)
        officer.save()
    with pytest.raises(BadInput, match="no post"):
        services.assign_supervision(acting_user=cast.head, site_id=site.pk, officer_id=officer.pk)


def test_many_sites_are_handed_over_at_once(
    cast: Cast, django_assert_max_num_queries: Callable
) -> None:
    sites = [firms.site() for _ in range(40)]
    rows = [SupervisionFacts(s.pk, cast.wang.officer.pk, date(2020, 1, 1)) for s in sites]
    with django_assert_max_num_queries(60):
        made = services.assign_supervisions(acting_user=cast.system, rows=rows)
    assert len(made) == 40
    twice = [SupervisionFacts(firms.site().pk, cast.wang.officer.pk)] * 2
    with pytest.raises(Conflict, match="Another officer"):
        services.assign_supervisions(acting_user=cast.system, rows=twice)
    with unguarded("set-up"):
        Site.objects.filter(supervisions=None).delete()
    assert not selectors.without_supervision(Site.objects.all()).exists()
    uncovered = firms.site()
    assert list(selectors.without_supervision(Site.objects.all())) == [uncovered]


# --- clerks, import, visibility


def test_an_account_speaks_for_one_operator(cast: Cast) -> None:
    shop, other = firms.operator(), firms.operator()
    assert selectors.operator_of(cast.dian) is None
    services.add_clerk(
        acting_user=cast.wang, user_id=cast.dian.pk, operator_id=shop.pk, role="店长"
    )
    assert selectors.operator_of(cast.dian) == shop
    assert selectors.operator_of(cast.public) is None
    assert selectors.clerks_of([shop.pk, other.pk]) == {shop.pk: [cast.dian]}
    with pytest.raises(BadInput) as caught:
        services.add_clerk(
            acting_user=cast.admin, user_id=cast.dian.pk, operator_id=other.pk, role=""
        )
    assert [field for field, _row in fields_of(caught)] == ["user", "role"]
    with pytest.raises(BadInput):
        services.add_clerk(
            acting_user=cast.admin, user_id=cast.li.pk, operator_id=other.pk, role="店长"
        )
    with pytest.raises(NotKnown):
        services.add_clerk(
            acting_user=cast.zhao, user_id=cast.dian.pk, operator_id=other.pk, role="店长"
        )


def test_an_import_keeps_the_good_rows_and_explains_the_others(cast: Cast) -> None:
    def row(number: int, **values: object) -> Row:
        known = {
            "name_zh": f"店{number}",
            "kind": OperatorKind.SHOP,
            "region": TOWNSHIP,
            "first_responsible": "甲",
            "former_names": "旧名一；旧名二",
        }
        return Row(number, known | values)

    rows = [
        row(2),
        row(3, region=OTHER_TOWNSHIP),
        row(4, region="999"),
        row(5, uscc="1"),
        row(6, uscc=USCC, found_by=FoundBy.TIP),
        row(7, uscc=USCC),
    ]
    errors = services.import_operators(acting_user=cast.wang, rows=rows)
    assert sorted({(error.row, error.column) for error in errors}) == [
        (3, "region"),
        (4, "region"),
        (5, "uscc"),
        (7, "uscc"),
    ]
    assert list(Operator.objects.values_list("name_zh", flat=True)) == ["店2", "店6"]
    assert Operator.objects.all()[0].former_names == ["旧名一", "旧名二"]
    assert services.import_operators(acting_user=cast.wang, rows=[row(9, region="999")])
    assert Operator.objects.count() == 2
    with pytest.raises(Refused):
        services.import_operators(acting_user=cast.chen, rows=rows)


def test_everybody_sees_the_own_territory(cast: Cast) -> None:
    here = firms.operator()
    there = firms.operator(region=OTHER_TOWNSHIP)
    branch = firms.site(there, region=COUNTY)
    firms.clerk(cast.dian, here)

    def seen(user: object) -> set[int]:
        return set(policies.operators_visible_to(user).values_list("pk", flat=True))  # type: ignore[arg-type]

    both = {here.pk, there.pk}
    assert seen(cast.wang) == both  # there has a branch in wang's county
    assert seen(cast.zhao) == {there.pk}
    assert seen(cast.sun) == seen(cast.system) == both
    assert seen(cast.dian) == {here.pk}
    for nobody in (cast.chen, cast.port, cast.admin, cast.public):
        assert seen(nobody) == set()
    assert set(policies.sites_visible_to(cast.wang)) == {branch}
    assert not policies.sites_visible_to(cast.dian).exists()
    with pytest.raises(NotKnown):
        policies.visible_site(cast.zhao, branch.pk)


def test_licence_states_are_written_down_to_be_counted(cast: Cast) -> None:
    one, other = firms.operator(), firms.operator()
    states = {one.pk: LicenceState.COMPLETE, other.pk: LicenceState.UNKNOWN, 0: LicenceState.NONE}
    assert services.record_licence_states(acting_user=cast.system, states=states) == 1
    one.refresh_from_db()
    assert one.licence_state == LicenceState.COMPLETE


def test_things_nobody_knows(cast: Cast) -> None:
    for ask in (selectors.operator, selectors.site):
        with pytest.raises(NotKnown):
            ask(0)
    shop = firms.operator(uscc=USCC)
    assert selectors.operators_by_uscc([USCC, "1"]) == {USCC: shop}
    assert selectors.doubts_about(shop) == []
    assert selectors.doubts_about(firms.operator()) == []
