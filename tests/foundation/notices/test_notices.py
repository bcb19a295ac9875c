"""Notices are numbered without gaps, served with proof, refused before witnesses, acknowledged."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.casting import Cast
from zhian.foundation.evidence.models import ServiceProof
from zhian.foundation.ledger import selectors as ledger
from zhian.foundation.ledger.models import Entry
from zhian.foundation.notices import policies, selectors, services
from zhian.foundation.notices.models import Delivery, Notice, NumberSeries
from zhian.foundation.notices.vocabulary import (
    Addressee,
    AddresseeKind,
    DeliveryState,
    Draft,
    NoticeKind,
)
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.clock import BEIJING
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.kernel.use_cases import record, use_case

TEXTS = {"title_zh": "责令召回", "title_en": "Recall", "body_zh": "正文", "body_en": "Text"}


@pytest.fixture(autouse=True)
def in_november(settings: LazySettings, tmp_path: Path):
    settings.ZHIAN_DATA = tmp_path
    with clock.at(datetime(2026, 11, 20, 10, tzinfo=BEIJING)):
        yield


@pytest.fixture
def shop(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Addressee:
    """Operator 77, for whom `dian` speaks."""
    monkeypatch.setattr(policies, "_operator_of", [lambda user: 77 if user == cast.dian else None])
    return Addressee(AddresseeKind.OPERATOR, 77, "便民超市", site_id=7)


def to_office(office) -> Addressee:
    return Addressee(AddresseeKind.OFFICE, office.pk, office.name_zh)


def issue(cast: Cast, *addressees: Addressee, kind=NoticeKind.RECALL_ORDER, **more) -> Notice:
    more.setdefault("acting_user", cast.wang)
    return services.issue(
        kind=kind, subject=cast.county, addressees=addressees, **{**TEXTS, **more}
    )


def test_numbers_run_by_office_kind_and_year(cast: Cast, shop: Addressee) -> None:
    numbers = [issue(cast, shop).number for _one in range(3)]
    assert numbers == ["〔2026〕第 1 号", "〔2026〕第 2 号", "〔2026〕第 3 号"]
    assert issue(cast, shop, kind=NoticeKind.STOP_SALE).serial == 1
    assert issue(cast, shop, acting_user=cast.zhao).serial == 1
    with clock.at(datetime(2026, 12, 31, 23, tzinfo=BEIJING)):
        assert issue(cast, shop).number == "〔2026〕第 4 号"
    with clock.at(datetime(2027, 1, 1, 0, 30, tzinfo=BEIJING)):
        assert issue(cast, shop).number == "〔2027〕第 1 号"


def test_a_failed_issue_leaves_no_gap(cast: Cast, shop: Addressee) -> None:
    issue(cast, shop)

    @use_case("tests.fails")
    def fail(*, acting_user: User) -> None:
        issue(cast, shop)
        record("tests.thing:1")
        raise Conflict("no")

    with pytest.raises(Conflict):
        fail(acting_user=cast.wang)
    assert issue(cast, shop).serial == 2
    series = NumberSeries.objects.get()
    assert (series.last, str(series)) == (2, f"{cast.office.pk} RECALL_ORDER 2026: 2")


def test_nine_hundred_addressees_take_a_handful_of_queries(
    cast: Cast, django_assert_max_num_queries
) -> None:
    drafts = [
        Draft("recalls.order", str(n), *TEXTS.values(),
              (Addressee(AddresseeKind.OPERATOR, n, f"店{n}", n),))
        for n in range(1, 901)
    ]  # fmt: skip
    with django_assert_max_num_queries(16):
        made = services.issue_many(acting_user=cast.wang, kind=NoticeKind.STOP_SALE, drafts=drafts)
    assert [one.serial for one in made] == list(range(1, 901))
    with django_assert_max_num_queries(16):
        by_site = services.serve_electronically(
            acting_user=cast.wang, notice_ids=[one.pk for one in made]
        )
    assert sorted(by_site) == list(range(1, 901))
    assert Delivery.objects.filter(state=DeliveryState.SERVED).count() == 900
    assert ServiceProof.objects.filter(way="ELECTRONIC").count() == 900
    assert (
        len(Entry.objects.order_by("-seq").filter(kind__startswith="notices")[0].happenings) == 900
    )


def test_a_notice_needs_an_office_and_an_addressee(cast: Cast, shop: Addressee) -> None:
    with pytest.raises(BadInput, match="addressed to"):
        issue(cast)
    with pytest.raises(Refused, match="Only an office"):
        issue(cast, shop, acting_user=cast.system)
    assert issue(cast, shop, acting_user=cast.system, office=cast.office).issued_by == cast.office
    assert services.issue_many(acting_user=cast.wang, kind="ALERT", drafts=[]) == []


def test_a_notice_is_served_with_proof_and_only_once(cast: Cast, shop: Addressee) -> None:
    notice = issue(cast, shop, to_office(cast.city_office))
    assert not any(one.served_at for one in selectors.deliveries_of(notice))
    by_site = services.serve_electronically(acting_user=cast.wang, notice_ids=[notice.pk])
    delivery = selectors.delivery(by_site[7])
    assert (delivery.state, delivery.served_at) == (DeliveryState.SERVED, clock.now())
    proof = ServiceProof.objects.get(pk=delivery.service_proof)
    assert (proof.notice_ref, proof.receiver_name) == (f"notices.notice:{notice.pk}", "便民超市")
    served = Entry.objects.get(kind="notices.deliveries.served_electronically")
    assert [one["kind"] for one in served.happenings] == ["NoticeServed"]
    assert services.serve_electronically(acting_user=cast.wang, notice_ids=[notice.pk]) == {}
    with pytest.raises(Conflict):
        services.serve(acting_user=cast.wang, delivery_ids=[delivery.pk], proof_id=uuid4())


def test_several_deliveries_may_share_one_proof(cast: Cast, shop: Addressee) -> None:
    notice = issue(cast, shop, to_office(cast.city_office))
    ids = list(notice.deliveries.values_list("pk", flat=True))
    proof = uuid4()
    served = services.serve(acting_user=cast.wang, delivery_ids=ids, proof_id=proof)
    assert {one.service_proof for one in served} == {proof}
    with pytest.raises(NotKnown):
        services.serve(acting_user=cast.wang, delivery_ids=[0], proof_id=proof)


def test_only_the_issuing_office_serves(cast: Cast, shop: Addressee) -> None:
    delivery = issue(cast, shop).deliveries.get()
    for user in (cast.zhao, cast.jian, cast.zu, cast.dian, cast.sun):
        with pytest.raises(Refused):
            services.serve(acting_user=user, delivery_ids=[delivery.pk], proof_id=uuid4())
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ISSUED


def test_a_refusal_counts_and_says_why(cast: Cast, shop: Addressee) -> None:
    delivery = issue(cast, shop).deliveries.get()
    with pytest.raises(BadInput, match="why"):
        services.refuse(
            acting_user=cast.wang, delivery_id=delivery.pk, proof_id=uuid4(), reason=" "
        )
    refused = services.refuse(
        acting_user=cast.wang, delivery_id=delivery.pk, proof_id=uuid4(), reason="would not sign"
    )
    assert (refused.state, refused.refusal_reason) == (DeliveryState.REFUSED, "would not sign")
    assert Entry.objects.first().happenings[0]["kind"] == "NoticeRefused"


def test_only_the_addressee_acknowledges_what_was_served(cast: Cast, shop: Addressee) -> None:
    notice = issue(cast, shop, to_office(cast.city_office),
                   Addressee(AddresseeKind.OFFICER, cast.sun.pk, "孙志远"))  # fmt: skip
    shops, offices, suns = notice.deliveries.order_by("pk")
    with pytest.raises(Conflict):
        services.acknowledge(acting_user=cast.dian, delivery_ids=[shops.pk])
    services.serve_electronically(acting_user=cast.wang, notice_ids=[notice.pk])
    for user in (cast.wang, cast.zhao, cast.admin):
        with pytest.raises(Refused):
            services.acknowledge(acting_user=user, delivery_ids=[shops.pk])
    assert not policies.can_acknowledge(cast.public, shops)
    done = services.acknowledge(acting_user=cast.dian, delivery_ids=[shops.pk])[0]
    assert (done.state, done.acknowledged_by) == (DeliveryState.ACKNOWLEDGED, cast.dian)
    with pytest.raises(Conflict):
        services.acknowledge(acting_user=cast.dian, delivery_ids=[shops.pk])
    assert services.acknowledge(acting_user=cast.sun, delivery_ids=[suns.pk])
    with pytest.raises(Refused):
        services.acknowledge(acting_user=cast.sun, delivery_ids=[offices.pk])


def test_what_was_served_is_known(cast: Cast, shop: Addressee) -> None:
    notice = issue(cast, shop, Addressee(AddresseeKind.OFFICER, cast.sun.pk, "孙志远"))
    assert [one.who for one in ledger.who_knew("regions.region", cast.county.pk)] == []
    services.serve_electronically(acting_user=cast.wang, notice_ids=[notice.pk])
    known = ledger.who_knew("regions.region", cast.county.pk)
    assert [(one.who, one.user_id) for one in known] == [
        ("便民超市", None),
        ("孙志远", cast.sun.pk),
    ]
    assert known[0].url == notice.get_absolute_url()


def test_notices_are_found_by_subject_and_addressee(cast: Cast, shop: Addressee) -> None:
    notice = issue(cast, shop, to_office(cast.city_office))
    first = notice.deliveries.order_by("pk")[0]
    assert (str(notice), str(first)) == ("责令召回〔2026〕第 1 号", f"{notice.pk} → 便民超市")
    assert list(selectors.notices_about(cast.county)) == [notice]
    assert list(selectors.notices_about("regions.region", "1")) == []
    assert next(iter(selectors.deliveries_about(cast.county).order_by("pk"))) == first
    assert list(selectors.deliveries_for_operator(77)) == [first]
    assert list(selectors.notices_to_office(cast.city_office)) == [notice]
    assert selectors.deliveries_to_office(cast.city_office).count() == 1
    assert not selectors.deliveries_to_officer(cast.sun).exists()
    assert selectors.notice(notice.pk) == notice
    for missing in (selectors.notice, selectors.delivery):
        with pytest.raises(NotKnown):
            missing(0)
    assert [count for _state, count in selectors.counts_by_state(notice.deliveries.all())] == [
        2,
        0,
        0,
        0,
    ]


def test_who_may_see_a_notice(cast: Cast, shop: Addressee) -> None:
    notice = issue(cast, shop)
    names = ("wang", "li", "zhao", "chen", "sun", "jian", "dian", "admin", "system", "port")
    seen = {
        name
        for name in names
        if policies.notices_visible_to(getattr(cast, name)).filter(pk=notice.pk).exists()
    }
    assert seen == {"wang", "li", "sun", "jian", "dian", "system"}
    assert not policies.notices_visible_to(cast.public).exists()
    other = Addressee(AddresseeKind.OPERATOR, 5, "别家")
    both = issue(cast, shop, other)
    assert [one.addressee_name for one in policies.deliveries_visible_to(cast.dian, both)] == [
        "便民超市"
    ]
    for user in (cast.wang, cast.sun, cast.system):
        assert policies.deliveries_visible_to(user, both).count() == 2
    assert not policies.deliveries_visible_to(cast.public, both).exists()
    assert not policies.deliveries_addressed_to(cast.public).exists()
    assert policies.can_serve(cast.system, both.deliveries.all()[0])


def test_pages_of_notices(cast: Cast, client: Client, shop: Addressee) -> None:
    notice = issue(cast, shop)
    page, own = f"/notices/{notice.pk}/", notice.deliveries.get()
    for user, status in ((cast.wang, 200), (cast.dian, 200), (cast.zhao, 404), (cast.chen, 404)):
        client.force_login(user)
        assert client.get(page).status_code == status
        assert client.get(page + "deliveries/").status_code == status
        for every in ("/notices/", "/notices/received/"):
            found = client.get(every)
            assert found.status_code == 200
    client.force_login(cast.wang)
    text = client.get(page, headers={"accept-language": "zh"}).content.decode()
    assert all(part in text for part in ("〔2026〕第 1 号", "便民超市", "责令召回", "正文"))
    assert client.post(page).status_code == 405
    workbook = client.get("/notices/?export=xlsx")
    assert workbook.getvalue()[:2] == b"PK"
    acknowledge = f"/notices/deliveries/{own.pk}/acknowledge/"
    assert client.post(acknowledge).status_code == 404
    client.force_login(cast.dian)
    assert client.post(acknowledge).status_code == 409
    services.serve_electronically(acting_user=cast.wang, notice_ids=[notice.pk])
    assert acknowledge in client.get(page).content.decode()
    assert client.get(acknowledge).status_code == 405
    assert client.post(acknowledge).status_code == 302
    own.refresh_from_db()
    assert own.state == DeliveryState.ACKNOWLEDGED
    assert client.post(acknowledge).status_code == 409


def test_without_a_prover_nothing_is_served(
    cast: Cast, shop: Addressee, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = issue(cast, shop)
    monkeypatch.setattr(services.proving, "_provers", [])
    with pytest.raises(RuntimeError, match="nobody proves service"):
        services.serve_electronically(acting_user=cast.wang, notice_ids=[notice.pk])
    assert notice.deliveries.get().state == DeliveryState.ISSUED
