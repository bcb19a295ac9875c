"""Notices are served or refused on the spot: on a phone, with a picture, and nothing is lost."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.casting import Cast
from tests.factories_subjects import site as make_site
from zhian.foundation.evidence.models import Item, ServiceProof
from zhian.foundation.ledger.models import Entry
from zhian.foundation.notices import policies, selectors, services
from zhian.foundation.notices.models import Delivery
from zhian.foundation.notices.vocabulary import (
    Addressee,
    AddresseeKind,
    DeliveryState,
    NoticeKind,
)
from zhian.kernel import clock
from zhian.kernel.clock import BEIJING
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
ISSUED_AT = datetime(2026, 11, 20, 10, 0, 30, tzinfo=BEIJING)
NOW = datetime(2026, 11, 20, 15, tzinfo=BEIJING)
SERVED_AT = "2026-11-20T14:30"


@pytest.fixture
def client(client: Client) -> Client:
    """A browser that asks for English, unless a test says otherwise."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture(autouse=True)
def in_the_afternoon(settings: LazySettings, tmp_path: Path):
    settings.ZHIAN_DATA = tmp_path
    with clock.at(NOW):
        yield


def issue(cast: Cast, *, at: datetime = ISSUED_AT, site_id: int = 7, user=None, **more) -> Delivery:
    shop = Addressee(AddresseeKind.OPERATOR, 77, "便民超市", site_id=site_id)
    with clock.at(at):
        notice = services.issue(
            acting_user=user or cast.wang, subject=cast.county, addressees=[shop],
            kind=more.pop("kind", NoticeKind.STOP_SALE),
            title_zh="责令停止销售", title_en="Stop sale", body_zh="正文", body_en="Text",
        )  # fmt: skip
    return notice.deliveries.get()


@pytest.fixture
def delivery(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """One delivery to operator 77, for whom `dian` speaks."""
    monkeypatch.setattr(policies, "_operator_of", [lambda user: 77 if user == cast.dian else None])
    return issue(cast)


def photo(data: bytes = PNG, name: str = "店门.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


def taken(**more: object) -> dict[str, object]:
    filled = {"receiver_name": "李芳", "receiver_role": "店长", "at": SERVED_AT, "remark": "雨天"}
    return {**filled, "proof": photo(), **more}


def refused(**more: object) -> dict[str, object]:
    return {"reason": "拒不签收", "witness": "孙某，居委会", "at": SERVED_AT, **more}


def kept_of(text: str) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def paper_of(cast: Cast, one: Delivery) -> UUID:
    return services.keep_paper(
        acting_user=cast.wang, delivery_id=one.pk, filename="a.png", data=PNG
    )


def serve(cast: Cast, one: Delivery, **more) -> Delivery:
    filled = {"at": NOW, "receiver_name": "李芳", "receiver_role": "店长", "acting_user": cast.wang}
    more.setdefault("paper", None)
    return services.serve_on_site(delivery_id=one.pk, **{**filled, **more})


def refuse(cast: Cast, one: Delivery, **more) -> Delivery:
    filled = {"at": NOW, "reason": "拒收", "acting_user": cast.wang}
    return services.refuse_on_site(delivery_id=one.pk, **{**filled, **more})


def state_of(one: Delivery) -> str:
    return Delivery.objects.get(pk=one.pk).state


def test_a_notice_is_served_on_the_spot_and_the_proof_opens(
    cast: Cast, client: Client, delivery: Delivery
) -> None:
    client.force_login(cast.li)
    notice, page = delivery.notice.get_absolute_url(), f"/notices/deliveries/{delivery.pk}/serve/"
    assert page in client.get(notice).content.decode()
    form = client.get(page).content.decode()
    assert 'value="2026-11-20T15:00"' in form
    assert 'accept="image/*,application/pdf"' in form
    assert 'capture="environment"' in form
    done = client.post(page, taken())
    assert (done.status_code, done.headers["Location"]) == (302, notice)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remark) == (DeliveryState.SERVED, "雨天")
    assert delivery.served_at == datetime(2026, 11, 20, 14, 30, tzinfo=BEIJING)
    proof = ServiceProof.objects.get(pk=delivery.service_proof)
    assert (proof.receiver_name, proof.way, proof.recorded_by) == (
        "李芳 · 店长", "ON_SITE", cast.li,
    )  # fmt: skip
    text = client.get(notice).content.decode()
    assert all(
        part in text for part in ("李芳 · 店长", "雨天", "李秀英", f"/evidence/{proof.item_id}/")
    )
    assert page not in text
    listed = client.get(f"{notice}deliveries/").content.decode()
    assert f"/evidence/{proof.item_id}/" in listed
    for user, status in ((cast.sun, 200), (cast.dian, 200), (cast.zhao, 404), (cast.chen, 404)):
        client.force_login(user)
        assert client.get(f"/evidence/{proof.item_id}/file").status_code == status
        back = client.get(f"/notices/deliveries/{delivery.pk}/")
        assert back.status_code == (302 if status == 200 else status)
        if status == 200:
            about = client.get(f"/evidence/{proof.item_id}/").content.decode()
            assert f"/notices/deliveries/{delivery.pk}/" in about
            assert back.headers["Location"] == notice


def test_the_ledger_remembers_who_served_whom(cast: Cast, delivery: Delivery) -> None:
    serve(cast, delivery, paper=paper_of(cast, delivery), remark="当面")
    entry = Entry.objects.get(kind="notices.delivery.served_on_site")
    assert (entry.subject_id, entry.data["receiver"]) == (str(delivery.pk), "李芳 · 店长")
    assert entry.data["remark"] == "当面"
    assert [one["kind"] for one in entry.happenings] == ["NoticeServed"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_wrong_form_keeps_the_picture_and_every_word(
    cast: Cast, client: Client, delivery: Delivery, language: str
) -> None:
    client.force_login(cast.wang)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    page = f"/notices/deliveries/{delivery.pk}/serve/"
    for at, why in (
        ("2026-11-20T15:01", {"en": "lies in the future", "zh-hans": "将来"}),
        ("2026-11-20T09:59", {"en": "issued only at 2026-11-20 10:00", "zh-hans": "才签发"}),
        ("", {"en": "required", "zh-hans": "必填"}),
    ):
        wrong = client.post(page, taken(at=at))
        text = wrong.content.decode()
        assert wrong.status_code == 422
        assert why[language] in text
        assert all(part in text for part in ("李芳", "店长", "雨天"))
        assert f"/evidence/{kept_of(text)}/" in text
        assert state_of(delivery) == DeliveryState.ISSUED
    again = {**taken(kept=kept_of(text)), "proof": ""}
    assert client.post(page, again).status_code == 302
    assert str(ServiceProof.objects.get().item_id) == kept_of(text)
    assert Item.objects.filter(subject_type="notices.delivery").count() == 3


def test_within_the_minute_of_the_issue_counts_as_the_issue(cast: Cast, delivery: Delivery) -> None:
    at = ISSUED_AT.replace(second=0)
    served = serve(cast, delivery, at=at, paper=paper_of(cast, delivery))
    assert served.served_at == ISSUED_AT


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("file", "en", "zh"),
    [
        (None, "required", "必填"),
        (b"MZ\x00program", "A photograph", "照片"),
        (b"plain text is no proof", "A photograph", "照片"),
        (b"%PDF-" + b"0" * (20 * 1024 * 1024), "at most 20 MiB", "20 MiB"),
    ],
    ids=["none", "program", "text", "large"],
)
def test_what_proves_nothing_is_not_taken(
    cast: Cast, client: Client, delivery: Delivery, language: str, file: bytes | None,
    en: str, zh: str,
) -> None:  # fmt: skip
    client.force_login(cast.wang)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    filled = taken(proof=photo(file, "x.jpg")) if file else taken(proof="")
    answer = client.post(f"/notices/deliveries/{delivery.pk}/serve/", filled)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert (en if language == "en" else zh) in text
    assert "李芳" in text
    assert not Item.objects.exists()
    assert state_of(delivery) == DeliveryState.ISSUED


def test_somebody_elses_file_is_no_proof(cast: Cast, client: Client, delivery: Delivery) -> None:
    client.force_login(cast.wang)
    other = paper_of(cast, issue(cast))
    page = f"/notices/deliveries/{delivery.pk}/serve/"
    for kept, why in ((other, "not about this delivery"), (uuid4(), "not about this delivery")):
        answer = client.post(page, {**taken(kept=str(kept)), "proof": ""})
        assert answer.status_code == 422
        assert why in answer.content.decode()
    assert client.post(page, {**taken(kept="rubbish"), "proof": ""}).status_code == 422
    assert state_of(delivery) == DeliveryState.ISSUED


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "王建国 has recorded this already: Refused"), ("zh-hans", "王建国已经记录：拒收")],
)
def test_who_comes_too_late_is_told_and_loses_nothing(
    cast: Cast, client: Client, delivery: Delivery, language: str, words: str
) -> None:
    client.force_login(cast.li)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    refuse(cast, delivery, witness="孙某")
    page = f"/notices/deliveries/{delivery.pk}/serve/"
    late = client.post(page, taken())
    text = late.content.decode()
    assert late.status_code == 422
    assert all(part in text for part in (words, "李芳", "雨天", kept_of(text)))
    assert Item.objects.get().subject_id == str(delivery.pk)
    assert ServiceProof.objects.count() == 1
    opened = client.get(page, follow=True)
    assert opened.redirect_chain[0][0] == delivery.notice.get_absolute_url()
    assert words in opened.content.decode()


def test_a_refusal_needs_a_witness_or_a_recording(
    cast: Cast, client: Client, delivery: Delivery
) -> None:
    client.force_login(cast.wang)
    page = f"/notices/deliveries/{delivery.pk}/refuse/"
    assert "counts only before a witness" in client.get(page).content.decode()
    nobody = client.post(page, refused(witness=""))
    assert nobody.status_code == 422
    assert "Name a witness or add a recording" in nobody.content.decode()
    assert client.post(page, refused(reason="")).status_code == 422
    assert client.post(page, refused(at="2026-11-21T10:00")).status_code == 422
    assert client.post(page, refused(remark="已留置")).status_code == 302
    delivery.refresh_from_db()
    assert (delivery.state, delivery.refusal_reason, delivery.remark) == (
        DeliveryState.REFUSED, "拒不签收", "已留置",
    )  # fmt: skip
    proof = ServiceProof.objects.get()
    assert (proof.witness, proof.refusal_reason, proof.item) == ("孙某，居委会", "拒不签收", None)
    entry = Entry.objects.get(kind="notices.delivery.refused_on_site")
    assert (entry.data["witness"], entry.happenings[0]["kind"]) == ("孙某，居委会", "NoticeRefused")
    text = client.get(delivery.notice.get_absolute_url()).content.decode()
    assert all(part in text for part in ("拒不签收", "孙某，居委会", "已留置"))
    assert client.get(f"{delivery.notice.get_absolute_url()}deliveries/").status_code == 200


def test_a_recording_alone_is_enough(cast: Cast, client: Client, delivery: Delivery) -> None:
    client.force_login(cast.wang)
    page = f"/notices/deliveries/{delivery.pk}/refuse/"
    assert client.post(page, refused(witness="", proof=photo())).status_code == 302
    assert ServiceProof.objects.get().item.subject_id == str(delivery.pk)


def test_the_services_say_what_is_missing(cast: Cast, delivery: Delivery) -> None:
    with pytest.raises(BadInput) as served:
        serve(cast, delivery, receiver_name=" ", receiver_role="")
    assert [one.field for one in served.value.fields] == ["receiver_name", "receiver_role", "proof"]
    with pytest.raises(BadInput) as not_taken:
        refuse(cast, delivery, reason=" ")
    assert [one.field for one in not_taken.value.fields] == ["reason", "witness"]
    with pytest.raises(NotKnown):
        serve(cast, Delivery(pk=0))
    serve(cast, delivery, paper=paper_of(cast, delivery))
    for deed in (serve, refuse):
        with pytest.raises(Conflict, match="王建国"):
            deed(cast, delivery)


def test_only_the_issuing_office_keeps_papers_and_serves(
    cast: Cast, client: Client, delivery: Delivery
) -> None:
    paper = paper_of(cast, delivery)
    everybody = (cast.zhao, cast.sun, cast.jian, cast.zu, cast.mayor, cast.dian, cast.admin)
    for user in everybody:
        with pytest.raises(Refused):
            serve(cast, delivery, acting_user=user, paper=paper)
        with pytest.raises(Refused):
            services.keep_paper(acting_user=user, delivery_id=delivery.pk, filename="x", data=PNG)
    statuses = [(cast.li, 200), (cast.sun, 403), (cast.jian, 403), (cast.dian, 403),
                (cast.zhao, 404), (cast.chen, 404), (cast.admin, 404)]  # fmt: skip
    for user, status in statuses:
        client.force_login(user)
        for deed in ("serve", "refuse"):
            page = f"/notices/deliveries/{delivery.pk}/{deed}/"
            assert client.get(page).status_code == status, (user, deed)
            if status != 200:
                assert client.post(page, taken()).status_code == status
                assert (
                    deed + "/"
                    not in client.get(delivery.notice.get_absolute_url()).content.decode()
                )
    assert Item.objects.count() == 1
    assert serve(cast, delivery, acting_user=cast.system, paper=paper).state == DeliveryState.SERVED


def test_who_may_know_of_a_delivery(cast: Cast, delivery: Delivery) -> None:
    names = ("wang", "li", "zhao", "chen", "sun", "jian", "dian", "admin", "system", "port")
    knowing = {n for n in names if policies.can_read_papers(getattr(cast, n), str(delivery.pk))}
    assert knowing == {"wang", "li", "sun", "jian", "dian", "system"}
    assert not policies.can_read_papers(cast.public, str(delivery.pk))
    serving = {n for n in names if policies.deliveries_to_serve(getattr(cast, n)).exists()}
    assert serving == {"wang", "li", "system"}
    assert not policies.deliveries_to_serve(cast.public).exists()


def names_in(client: Client, query: str = "") -> list[str]:
    text = client.get(f"/notices/waiting/{query}").content.decode()
    return list(dict.fromkeys(re.findall(r"/notices/deliveries/(\d+)/serve/", text)))


def test_what_waits_is_listed_oldest_first_and_narrowed(cast: Cast, client: Client) -> None:
    here = make_site(region=str(cast.township.code))
    young = issue(cast, site_id=here.pk)
    old = issue(cast, at=NOW - timedelta(days=8), kind=NoticeKind.RECTIFICATION)
    issue(cast, user=cast.zhao)
    client.force_login(cast.wang)
    assert names_in(client) == [str(old.pk), str(young.pk)]
    assert names_in(client, "?age=7") == [str(old.pk)]
    assert names_in(client, "?kind=STOP_SALE") == [str(young.pk)]
    assert names_in(client, f"?region={cast.township.code}") == [str(young.pk)]
    assert names_in(client, f"?region={cast.other_county.code}") == []
    text = client.get("/notices/waiting/").content.decode()
    assert here.address in text
    workbook = client.get("/notices/waiting/?export=xlsx")
    assert b"".join(workbook.streaming_content)[:2] == b"PK"
    services.serve_electronically(
        acting_user=cast.wang, notice_ids=[old.notice_id, young.notice_id]
    )
    empty = client.get("/notices/waiting/", headers={"accept-language": "zh"}).content.decode()
    assert "交付" in empty
    assert "/notices/waiting/" in client.get("/notices/").content.decode()


def test_only_officers_have_the_list(cast: Cast, client: Client) -> None:
    for user, status in ((cast.wang, 200), (cast.jian, 200), (cast.dian, 404), (cast.admin, 404)):
        client.force_login(user)
        assert client.get("/notices/waiting/").status_code == status
        assert ("/notices/waiting/" in client.get("/notices/").content.decode()) == (status == 200)


def test_many_that_wait_are_chosen_from_the_deliveries(cast: Cast, client: Client) -> None:
    shops = [Addressee(AddresseeKind.OPERATOR, n, f"店{n}", site_id=n) for n in range(1, 8)]
    notice = services.issue(
        acting_user=cast.wang, kind="ALERT", subject=cast.county, addressees=shops,
        title_zh="预警", title_en="Alert", body_zh="正文", body_en="Text",
    )  # fmt: skip
    client.force_login(cast.wang)
    text = client.get(notice.get_absolute_url()).content.decode()
    assert f"/notices/{notice.pk}/deliveries/?state=ISSUED" in text
    listed = client.get(f"/notices/{notice.pk}/deliveries/?state=ISSUED").content.decode()
    assert len(re.findall(r"/notices/deliveries/\d+/serve/", listed)) == 7


def test_without_the_rooms_above_there_are_no_proofs_to_show(
    cast: Cast, client: Client, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(cast, delivery, paper=paper_of(cast, delivery))
    waits = issue(cast)
    monkeypatch.setattr(selectors, "_readers", [])
    monkeypatch.setattr(selectors, "_registers", [])
    delivery.refresh_from_db()
    assert cast.office.name in selectors.what_became_of(delivery)
    assert selectors.places_of([waits]) == {}
    assert list(selectors.in_region(Delivery.objects.all(), "99")) == [delivery, waits]
    client.force_login(cast.wang)
    assert client.get(delivery.notice.get_absolute_url()).status_code == 200
