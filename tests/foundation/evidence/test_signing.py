"""Keys open with their PIN only; seals are used once; service is proved."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.casting import Cast
from zhian.foundation.evidence import selectors, services
from zhian.foundation.evidence.engine import sealing
from zhian.foundation.evidence.models import Seal, ServiceProof, SigningKey
from zhian.foundation.evidence.vocabulary import Service, ServiceWay
from zhian.foundation.ledger.models import Entry
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused

PIN = "质安-123456"
CHEAP = 2**4


@pytest.fixture(autouse=True)
def quick(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ZHIAN_DATA = tmp_path
    cache.clear()


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
@settings(deadline=None, max_examples=30)
def test_only_the_pin_opens_a_sealed_key(pin: str, other: str) -> None:
    key = sealing.new_key()
    sealed = sealing.seal(key, pin, cost=CHEAP)
    assert sealing.public_hex(sealing.open_sealed(sealed, pin, cost=CHEAP)) == sealing.public_hex(
        key
    )
    if other != pin:
        with pytest.raises(sealing.WrongPin):
            sealing.open_sealed(sealed, other, cost=CHEAP)


@given(st.integers(0, 76))
@settings(deadline=None, max_examples=30)
def test_a_changed_byte_spoils_a_sealed_key(place: int) -> None:
    sealed = bytearray(sealing.seal(sealing.new_key(), PIN, cost=CHEAP))
    assert len(sealed) == 77
    sealed[place] ^= 1
    with pytest.raises(sealing.WrongPin):
        sealing.open_sealed(bytes(sealed), PIN, cost=CHEAP)


def test_a_person_signs_with_the_pin(cast: Cast) -> None:
    key = services.create_signing_key(acting_user=cast.chen, pin=PIN)
    signed = services.sign(acting_user=cast.chen, pin=PIN, payload="报告".encode())
    fact = {"public_key": signed.public_key, "signature": signed.signature}
    assert signed.public_key == key.public_key
    assert str(key) == key.public_key[:16]
    assert selectors.verify_signature(**fact, payload="报告".encode())
    assert not selectors.verify_signature(**fact, payload=b"another")
    assert not selectors.verify_signature(public_key="zz", signature="", payload=b"")
    assert selectors.owner_of_key(key.public_key) == cast.chen
    assert selectors.owner_of_key("00") is None
    assert str(PIN) not in str(Entry.objects.get().data)


def test_a_new_key_retires_the_old_one(cast: Cast) -> None:
    old = services.create_signing_key(acting_user=cast.chen, pin=PIN)
    new = services.create_signing_key(acting_user=cast.chen, pin="another-pin")
    old.refresh_from_db()
    assert old.until is not None
    assert selectors.signing_key_of(cast.chen) == new
    with pytest.raises(Refused, match="PIN is wrong"):
        services.sign(acting_user=cast.chen, pin=PIN, payload=b"x")


def test_a_wrong_pin_is_refused_and_five_close_the_key(cast: Cast) -> None:
    services.create_signing_key(acting_user=cast.chen, pin=PIN)
    for _try in range(4):
        with pytest.raises(Refused, match="PIN is wrong"):
            services.sign(acting_user=cast.chen, pin="wrong", payload=b"x")
    services.sign(acting_user=cast.chen, pin=PIN, payload=b"x")
    for _try in range(5):
        with pytest.raises(Refused, match="PIN is wrong"):
            services.sign(acting_user=cast.chen, pin="wrong", payload=b"x")
    with pytest.raises(Refused, match="Too many wrong PINs"):
        services.sign(acting_user=cast.chen, pin=PIN, payload=b"x")


def test_without_a_key_or_with_a_short_pin_nothing_is_signed(cast: Cast) -> None:
    with pytest.raises(Refused, match="no signing key"):
        services.sign(acting_user=cast.chen, pin=PIN, payload=b"x")
    with pytest.raises(BadInput, match="at least 6"):
        services.create_signing_key(acting_user=cast.chen, pin="12345")
    assert not SigningKey.objects.exists()


def test_the_page_makes_a_key(cast: Cast, client: Client) -> None:
    client.force_login(cast.chen)
    assert client.get("/evidence/signing-key/").status_code == 200
    wrong = client.post("/evidence/signing-key/", {"pin": PIN, "again": "other"})
    assert wrong.status_code == 422
    assert not SigningKey.objects.exists()
    right = client.post("/evidence/signing-key/", {"pin": PIN, "again": PIN})
    assert (right.status_code, SigningKey.objects.get().user) == (302, cast.chen)
    page = client.get("/evidence/signing-key/").content.decode()
    assert SigningKey.objects.get().public_key in page
    client = Client()
    assert client.get("/evidence/signing-key/").status_code == 302


def test_a_seal_is_used_once_and_broken_once(cast: Cast) -> None:
    by = {"acting_user": cast.wang}
    seal = services.affix_seal(**by, number=" F-001 ", subject=cast.county)
    assert (str(seal), seal.state) == ("F-001", "AFFIXED")
    assert selectors.seal_by_number("F-001") == seal
    assert list(selectors.seals_on(cast.county)) == [seal]
    with pytest.raises(Conflict, match="used before"):
        services.affix_seal(**by, number="F-001", subject=cast.township)
    broken = services.break_seal(acting_user=cast.chen, number="F-001", reason="opened in the lab")
    assert (broken.state, broken.broken_by) == ("BROKEN", cast.chen)
    with pytest.raises(Conflict):
        services.break_seal(**by, number="F-001", reason="again")
    with pytest.raises(BadInput, match="No seal"):
        services.break_seal(**by, number="F-002", reason="x")
    with pytest.raises(BadInput, match="has a number"):
        services.affix_seal(**by, number=" ", subject=cast.county)
    assert Seal.objects.count() == 1


def test_service_is_proved_by_who_received_it(cast: Cast) -> None:
    proof = services.prove_service(
        acting_user=cast.wang,
        notice_ref="notices.notice:1",
        way=ServiceWay.ON_SITE,
        receiver_name="便民超市 王老板",
        place="正定镇",
    )
    assert selectors.service_proof(proof.pk) == proof
    assert str(proof) == "ON_SITE notices.notice:1"
    assert selectors.service_proofs([proof.pk]) == {proof.pk: proof}
    assert list(selectors.proofs_of_notice("notices.notice:1")) == [proof]
    with pytest.raises(NotKnown):
        selectors.service_proof(uuid4())


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"way": ServiceWay.ON_SITE}, "receiver_name"),
        ({"way": ServiceWay.ON_SITE, "refusal_reason": "busy"}, "witness"),
        ({"way": ServiceWay.POST, "receiver_name": "王"}, "item"),
        ({"way": ServiceWay.PUBLIC}, "item"),
    ],
)
def test_service_without_proof_is_no_service(cast: Cast, facts: dict, missing: str) -> None:
    with pytest.raises(BadInput) as error:
        services.prove_service(acting_user=cast.wang, notice_ref="n:1", **facts)
    assert [field.field for field in error.value.fields] == [missing]
    assert not ServiceProof.objects.exists()


def test_a_refusal_is_proved_by_a_witness_or_a_recording(cast: Cast) -> None:
    refusal = {"way": ServiceWay.ON_SITE, "refusal_reason": "would not sign"}
    by = {"acting_user": cast.wang, "notice_ref": "n:1"}
    assert services.prove_service(**by, **refusal, witness="居委会 刘").refusal_reason
    recording = services.keep(
        acting_user=cast.wang,
        subject=cast.county,
        kind="SERVICE",
        filename="a.jpg",
        data=b"\xff\xd8\xff\xe0",
    )
    assert services.prove_service(**by, **refusal, item=recording).item == recording
    assert services.prove_service(**by, way=ServiceWay.PUBLIC, item=recording)


def test_service_does_not_lie_in_the_future(cast: Cast) -> None:
    later = clock.now() + timedelta(hours=1)
    with pytest.raises(BadInput, match="future"):
        services.prove_service(
            acting_user=cast.wang, notice_ref="n:1", way="SIGNED", receiver_name="王", at=later
        )


def test_nine_hundred_electronic_services_are_proved_at_once(
    cast: Cast, django_assert_max_num_queries
) -> None:
    many = [Service(str(n), f"n:{n}", f"店 {n}") for n in range(900)]
    with django_assert_max_num_queries(8):
        proofs = services.prove_service_many(acting_user=cast.wang, services=many)
    assert len(proofs) == ServiceProof.objects.filter(way="ELECTRONIC").count() == 900
    assert proofs["7"].receiver_name == "店 7"
    again = services.prove_electronically(acting_user=cast.wang, received={"a": ("n:1", "店")})
    assert ServiceProof.objects.get(pk=again["a"]).receiver_name == "店"
