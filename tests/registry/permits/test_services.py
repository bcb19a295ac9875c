"""Permits are granted, suspended, resumed and taken away; the standing of a site follows."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from tests import factories as make
from tests import factories_subjects as firms
from tests.casting import COUNTY, OTHER_COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Cast
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel import clock, outbox, rules
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.registry.permits import policies, selectors, services, tasks
from zhian.registry.permits.models import Instrument, StatusChange
from zhian.registry.permits.services import InstrumentFacts
from zhian.registry.permits.vocabulary import (
    INSTRUMENT_TYPES,
    InstrumentState,
    InstrumentType,
    InstrumentTypes,
    StandingState,
)
from zhian.registry.subjects import services as subjects
from zhian.registry.subjects.models import Site
from zhian.registry.subjects.services import OperatorFacts
from zhian.registry.subjects.vocabulary import ChainLink, LicenceState, OperatorKind

USCC = "91310112MA1GD5WP62"
SC = "SC10314012101087"
JY = "JY13101140093802"
DAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


@pytest.fixture
def mixer(db: None) -> Site:
    return firms.site(firms.operator(kind=OperatorKind.MIXER))


@pytest.fixture
def aic(cast: Cast) -> Office:
    return make.office("aic", COUNTY)


@pytest.fixture
def licence(cast: Cast, mixer: Site) -> InstrumentFacts:
    return InstrumentFacts(
        "food_production", SC, mixer.operator_id, cast.office.pk, mixer.pk, ("饮料",)
    )


def state_of(site: Site, on: date | None = None) -> StandingState:
    return selectors.standing_on([site.pk], on or clock.today())[site.pk].state


def test_who_issues_answers(cast: Cast, licence: InstrumentFacts) -> None:
    made = services.grant(acting_user=cast.head, facts=licence)
    assert made.issuing_office == made.accountable_office == cast.office
    assert (made.state, made.valid_from, made.valid_to) == ("VALID", clock.today(), None)
    change = StatusChange.objects.get()
    entry = Entry.objects.get(kind="permits.instrument.granted")
    assert (change.step, change.state, change.entry_id) == ("grant", "VALID", entry.id)
    assert entry.happenings[0]["kind"] == "InstrumentGranted"
    assert list(selectors.instruments_of(licence.operator_id)) == [made]


def test_a_type_with_a_term_ends_the_day_before(cast: Cast, licence: InstrumentFacts) -> None:
    health = make.office("health", COUNTY)
    with clock.at(clock.datetime(2008, 2, 29, 4, tzinfo=clock.UTC)):
        made = services.grant(acting_user=cast.system, facts=licence)
        assert (made.valid_from, made.valid_to) == (date(2008, 2, 29), date(2011, 2, 28))
        hygiene = replace(licence, type_code="hygiene", number="卫 1", issuing_office_id=health.pk)
        made = services.grant(acting_user=cast.system, facts=hygiene)
    assert (made.number, made.valid_to) == ("卫1", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type_code": "driving"}, "type_code"),
        ({"number": " "}, "number"),
        ({"number": "1" * 61}, "number"),
        ({"number": "SC10314012101088"}, "number"),
        ({"type_code": "food_business", "number": SC}, "number"),
        ({"type_code": "raw_milk_purchase"}, "issuing_office"),
        ({"site_id": None}, "site"),
        ({"site_id": 0}, "site"),
        ({"valid_from": DAY, "valid_to": DAY - timedelta(days=1)}, "valid_to"),
    ],
)
def test_what_is_wrong_is_named(
    cast: Cast, licence: InstrumentFacts, changes: dict[str, object], field: str
) -> None:
    facts = replace(licence, **changes)  # type: ignore[arg-type]
    with pytest.raises(BadInput) as caught:
        services.grant(acting_user=cast.head, facts=facts)
    assert [one.field for one in caught.value.fields] == [field]
    assert not Instrument.objects.exists()


def test_a_number_is_given_once_even_after_its_end(cast: Cast, licence: InstrumentFacts) -> None:
    made = services.grant(acting_user=cast.head, facts=licence)
    services.cancel(acting_user=cast.head, instrument_id=made.pk, reason="停产")
    with pytest.raises(BadInput, match="already"):
        services.grant(acting_user=cast.head, facts=licence)
    with pytest.raises(BadInput) as caught:
        services.grant_many(acting_user=cast.head, rows=[replace(licence, number="SC1"), licence])
    assert [(one.field, one.row) for one in caught.value.fields] == [("number", 1), ("number", 2)]


@pytest.mark.parametrize("name", ["wang", "zhao", "sun", "chen", "jian", "zu", "dian", "admin"])
def test_only_the_licensing_office_decides(cast: Cast, licence: InstrumentFacts, name: str) -> None:
    user: User = getattr(cast, name)
    with pytest.raises(Refused):
        services.grant(acting_user=user, facts=licence)
    made = services.grant(acting_user=cast.head, facts=licence)
    with pytest.raises((Refused, NotKnown)):
        services.revoke(acting_user=user, instrument_id=made.pk, reason="x")
    made.refresh_from_db()
    assert made.state == InstrumentState.VALID


def test_an_office_grants_in_its_own_name_and_territory(
    cast: Cast, licence: InstrumentFacts
) -> None:
    fan = make.officer("fan", "范明", at=cast.other_office, roles=[Role.LICENCE_AUTHORITY]).user
    with pytest.raises(Refused):
        services.grant(acting_user=fan, facts=licence)
    facts = replace(licence, issuing_office_id=cast.other_office.pk)
    with pytest.raises(Refused, match="territory"):
        services.grant(acting_user=fan, facts=facts)
    with pytest.raises(NotKnown):
        services.grant(acting_user=fan, facts=replace(licence, operator_id=0))


def test_a_permit_is_suspended_resumed_and_revoked(cast: Cast, licence: InstrumentFacts) -> None:
    made = services.grant(acting_user=cast.head, facts=licence)

    def take(step: Callable[..., Instrument]) -> str:
        step(acting_user=cast.head, instrument_id=made.pk, reason="抽检不合格")
        made.refresh_from_db()
        return made.state

    assert take(services.suspend) == InstrumentState.SUSPENDED
    with pytest.raises(Conflict):
        take(services.suspend)
    assert take(services.resume) == InstrumentState.VALID
    assert take(services.revoke) == InstrumentState.REVOKED
    for step in (services.resume, services.suspend, services.withdraw, services.cancel):
        with pytest.raises(Conflict):
            take(step)
    steps = [(one.step, one.state) for one in selectors.changes_of(made.pk)]
    assert steps == [
        ("grant", "VALID"),
        ("suspend", "SUSPENDED"),
        ("resume", "VALID"),
        ("revoke", "REVOKED"),
    ]
    happened = [one["kind"] for entry in Entry.objects.order_by("seq") for one in entry.happenings]
    assert happened == ["InstrumentGranted", "InstrumentSuspended", "InstrumentRevoked"]


def test_a_permit_that_should_not_have_been_is_withdrawn(
    cast: Cast, licence: InstrumentFacts
) -> None:
    made = services.grant(acting_user=cast.head, facts=licence)
    services.withdraw(acting_user=cast.head, instrument_id=made.pk, reason="材料虚假")
    entry = Entry.objects.get(kind="permits.instrument.withdrawn")
    assert entry.happenings[0]["step"] == "withdraw"


def test_a_decision_has_a_reason_and_is_not_dated_back(
    cast: Cast, licence: InstrumentFacts
) -> None:
    made = services.grant(acting_user=cast.head, facts=licence)
    yesterday = clock.today() - timedelta(days=1)
    for reason, on, field in (
        (" ", None, "reason"),
        ("长" * 401, None, "reason"),
        ("x", yesterday, "on"),
    ):
        with pytest.raises(BadInput) as caught:
            services.suspend(acting_user=cast.head, instrument_id=made.pk, reason=reason, on=on)
        assert [one.field for one in caught.value.fields] == [field]


# --- standing


def test_a_site_is_complete_when_it_holds_one_of_each(cast: Cast, mixer: Site, aic: Office) -> None:
    assert state_of(mixer) == StandingState.NONE
    firms.instrument(mixer, aic, "business", for_site=False)
    standing = selectors.standing_on([mixer.pk], clock.today())[mixer.pk]
    assert (standing.state, standing.missing_types) == (
        StandingState.INCOMPLETE,
        ["food_production"],
    )
    assert standing.type_names["food_production"].zh == "食品生产许可证"
    firms.instrument(mixer, cast.office, "food_production")
    assert state_of(mixer) == StandingState.COMPLETE


def test_another_site_of_the_same_operator_needs_its_own_licence(cast: Cast, mixer: Site) -> None:
    firms.instrument(mixer, cast.office, "business", for_site=False)
    firms.instrument(mixer, cast.office, "food_production")
    second = firms.site(mixer.operator)
    assert (state_of(mixer), state_of(second)) == (
        StandingState.COMPLETE,
        StandingState.INCOMPLETE,
    )


def test_alternatives_count(cast: Cast, aic: Office) -> None:
    shop = firms.site()
    firms.instrument(shop, aic, "business", for_site=False)
    firms.instrument(shop, aic, "prepackaged_filing")
    assert state_of(shop) == StandingState.COMPLETE


def test_the_standing_is_that_of_the_day(cast: Cast, aic: Office) -> None:
    shop = firms.site()
    firms.instrument(shop, aic, "business", for_site=False)
    made = firms.instrument(shop, aic, valid_from=date(2020, 1, 1), valid_to=date(2025, 12, 31))
    assert state_of(shop, date(2019, 12, 31)) == StandingState.INCOMPLETE
    assert state_of(shop, date(2025, 12, 31)) == StandingState.COMPLETE
    assert state_of(shop, date(2026, 1, 1)) == StandingState.EXPIRED
    services.suspend(
        acting_user=cast.system, instrument_id=made.pk, reason="x", on=date(2021, 5, 1)
    )
    services.resume(acting_user=cast.system, instrument_id=made.pk, reason="x", on=date(2021, 6, 1))
    services.revoke(acting_user=cast.system, instrument_id=made.pk, reason="x", on=date(2022, 1, 1))
    assert state_of(shop, date(2021, 4, 30)) == StandingState.COMPLETE
    assert state_of(shop, date(2021, 5, 1)) == StandingState.SUSPENDED
    assert state_of(shop, date(2021, 6, 1)) == StandingState.COMPLETE
    assert state_of(shop, date(2022, 1, 1)) == StandingState.INCOMPLETE


def test_goods_outside_the_scope_are_seen(cast: Cast, mixer: Site) -> None:
    firms.instrument(mixer, cast.office, "business", for_site=False, scope=("方便食品",))
    firms.instrument(mixer, cast.office, "food_production", scope=("饼干",))

    def making(*words: str) -> StandingState:
        found = selectors.standing_on([mixer.pk], clock.today(), making={mixer.pk: words})
        return found[mixer.pk].state

    assert making("方便食品") == StandingState.OUT_OF_SCOPE
    assert making("方便食品", "饼干") == StandingState.COMPLETE
    assert making() == StandingState.COMPLETE


def test_a_farm_needs_nothing_we_know_of(cast: Cast) -> None:
    farm = firms.site(firms.operator(kind=OperatorKind.FARM))
    assert state_of(farm) == StandingState.NOT_REQUIRED


def test_standing_costs_few_queries(
    cast: Cast, django_assert_max_num_queries: Callable[..., object]
) -> None:
    sites = [firms.site() for _ in range(25)]
    for site in sites:
        firms.instrument(site, cast.office)
    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        found = selectors.standing_on([site.pk for site in sites], clock.today())
        names = {one.accountable_office.name for s in found.values() for one in s.instruments}
    assert len(found) == 25
    assert names == {cast.office.name}


def test_the_register_learns_how_complete_the_papers_are(
    cast: Cast, mixer: Site, licence: InstrumentFacts, aic: Office
) -> None:
    def state() -> str:
        mixer.operator.refresh_from_db()
        return mixer.operator.licence_state

    made = services.grant(acting_user=cast.head, facts=licence)
    assert state() == LicenceState.INCOMPLETE
    business = InstrumentFacts("business", USCC, mixer.operator_id, aic.pk)
    services.grant_many(acting_user=cast.system, rows=[business])
    assert state() == LicenceState.COMPLETE
    services.suspend(acting_user=cast.head, instrument_id=made.pk, reason="x")
    assert state() == LicenceState.INCOMPLETE
    for one in Instrument.objects.filter(state__in=["VALID", "SUSPENDED"]):
        services.cancel(acting_user=cast.system, instrument_id=one.pk, reason="x")
    assert state() == LicenceState.NONE


def test_an_operator_is_judged_as_soon_as_its_site_opens_or_closes(cast: Cast) -> None:
    facts = OperatorFacts("无名小店", OperatorKind.SHOP, TOWNSHIP, "甲")
    shop = subjects.register_operator(acting_user=cast.wang, facts=facts)
    opened = subjects.SiteFacts(shop.pk, "门店", ChainLink.CIRCULATION, TOWNSHIP)
    site = subjects.open_site(acting_user=cast.wang, facts=opened)
    assert outbox.drain() == 1
    shop.refresh_from_db()
    assert shop.licence_state == LicenceState.NONE
    subjects.close_site(acting_user=cast.wang, site_id=site.pk, reason="停业")
    outbox.drain()
    shop.refresh_from_db()
    assert shop.licence_state == LicenceState.UNKNOWN
    with pytest.raises(Refused):
        services.judge_standing(acting_user=cast.wang, operator_ids=[shop.pk])


def test_time_alone_ends_permits_once_a_day(cast: Cast) -> None:
    shop, alone = firms.site(), firms.operator()
    with pytest.raises(Refused):
        services.recompute_licence_states(acting_user=cast.wang)
    tasks.recompute_licence_states(0)
    shop.operator.refresh_from_db()
    alone.refresh_from_db()
    assert (shop.operator.licence_state, alone.licence_state) == ("NONE", "UNKNOWN")


def test_hundreds_of_permits_are_granted_in_a_few_queries(
    cast: Cast, aic: Office, django_assert_max_num_queries: Callable[..., object]
) -> None:
    sites = [firms.site() for _ in range(60)]
    rows = [
        InstrumentFacts("prepackaged_filing", f"B{n}", s.operator_id, aic.pk, s.pk)
        for n, s in enumerate(sites)
    ]
    with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
        made = services.grant_many(acting_user=cast.system, rows=rows)
    assert [one.number for one in made] == [row.number for row in rows]


# --- who sees, what the packs say


def test_permits_are_seen_from_the_territory_and_from_the_office_that_issued(cast: Cast) -> None:
    here = firms.instrument(firms.site(), cast.province_office)
    there = firms.instrument(
        firms.site(firms.operator(region=OTHER_TOWNSHIP)), make.office("aic", OTHER_COUNTY)
    )
    ciq = firms.instrument(firms.site(), cast.port_office)
    firms.clerk(cast.dian, here.operator)

    def seen(user: object) -> set[int]:
        return set(policies.instruments_visible_to(user).values_list("pk", flat=True))  # type: ignore[arg-type]

    assert seen(cast.wang) == {here.pk, ciq.pk}
    assert seen(cast.zhao) == {there.pk}
    assert seen(cast.sun) == seen(cast.system) == {here.pk, there.pk, ciq.pk}
    assert seen(cast.port) == {ciq.pk}
    assert seen(cast.dian) == {here.pk}
    assert seen(cast.chen) == seen(cast.admin) == seen(cast.public) == set()
    with pytest.raises(NotKnown):
        policies.visible_instrument(cast.zhao, here.pk)


def test_types_are_remembered_after_their_pack_ended() -> None:
    assert selectors.types_on(date(2008, 1, 1)).content.types["hygiene"].departments == ("health",)
    hygiene = selectors.instrument_type("hygiene", DAY)
    assert hygiene is not None
    assert hygiene.name.en == "hygiene licence"
    assert selectors.instrument_type("driving", DAY) is None
    assert selectors.type_names()["business"].zh == "营业执照"
    with pytest.raises(rules.NotInForce):
        selectors.types_on(date(1990, 1, 1))


def test_the_packs_follow_each_other_without_gap() -> None:
    packs = sorted(rules.packs(INSTRUMENT_TYPES), key=lambda pack: pack.effective_from)
    for earlier, later in itertools.pairwise(packs):
        assert earlier.effective_to == later.effective_from - timedelta(days=1)


def test_a_pack_cannot_require_what_it_does_not_describe() -> None:
    with pytest.raises(ValueError, match="nobody issues"):
        InstrumentType(rules.Text("甲", "a"), (), "free", "某条", "M")
    requirement = rules.packs(INSTRUMENT_TYPES)[0].content.requirements[0]
    with pytest.raises(ValueError, match="not described"):
        InstrumentTypes({}, (requirement,))
    assert not InstrumentTypes({}, ()).required_of("SHOP", ChainLink.CIRCULATION)
