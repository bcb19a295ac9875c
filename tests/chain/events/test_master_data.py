"""Master data of headers: proposed once, decided by a person, never overwriting a register."""

from typing import Any

import pytest
from django.test import Client

from tests.casting import TOWNSHIP, Cast
from tests.chain.events.test_documents_refused import document, event
from tests.factories_subjects import operator, site, supervision
from tests.shared_data import shared
from zhian.chain.events import services
from zhian.chain.events.engine import masterdata
from zhian.chain.events.engine.documents import examine
from zhian.chain.events.engine.masterdata import MOST_ENTRIES, entries
from zhian.chain.events.models import CaptureJob, MasterDataProposal, ProposalState
from zhian.chain.events.services import masterdata as masterdata_services
from zhian.chain.events.vocabulary.masterdata import MasterDataKind
from zhian.foundation.duties.models import Duty
from zhian.foundation.duties.vocabulary import Deed, DutyState
from zhian.foundation.offices import selectors as offices
from zhian.kernel import outbox
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused
from zhian.kernel.use_cases import unguarded
from zhian.registry.products import selectors as products
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects.vocabulary import ChainLink

SGLN = "urn:epc:id:sgln:6901234.00077.0"
VOCABULARY = "urn:epcglobal:epcis:vtype:"


def header(*lists: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    vocabularies = [
        {
            "type": VOCABULARY + kind,
            "vocabularyElementList": [
                {
                    "id": key,
                    "attributes": [
                        {"id": f"urn:epcglobal:cbv:mda#{name}", "attribute": value}
                        for name, value in said.items()
                    ],
                }
            ],
        }
        for kind, key, said in lists
    ]
    return {"epcisMasterData": {"vocabularyList": vocabularies}}


PRODUCT = ("EPCClass", "urn:epc:idpat:sgtin:6901234.000017.*", {"descriptionShort": "鲜牛奶"})
SITE = ("Location", SGLN, {"name": "桥南奶站", "city": "桥县", "streetAddressOne": "一号路"})
PARTY = ("Party", "urn:epc:id:pgln:6901234.00002", {"name": "大桥乳业"})


def captured(cast: Cast, *lists: tuple[str, str, dict[str, Any]]) -> list[MasterDataProposal]:
    raw = document(event(), epcisHeader=header(*lists))
    services.capture_document(acting_user=cast.wang, raw=raw)
    return list(MasterDataProposal.objects.order_by("pk"))


def test_the_header_of_a_published_document_is_read() -> None:
    raw = shared("epcis/openepcis/1.2/XML/GS1_US_Pharma_Example_2_2_1_1.xml").read_bytes()
    found = examine(raw).document
    assert found is not None
    read = entries(found.root)
    assert {one.kind for one in read} == {MasterDataKind.PRODUCT, MasterDataKind.SITE}
    assert ("00300010012343", "Epcistra") in [(one.key, one.name) for one in read] or any(
        one.name == "Epcistra" for one in read
    )
    assert "GS1 Pharma" in {one.name for one in read}


def test_what_is_no_master_data_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    assert entries({}) == []
    for odd in ({"vocabularyList": 1}, {"vocabularyList": [1, {"vocabularyElementList": [{}]}]}, 5):
        assert entries({"epcisHeader": {"epcisMasterData": odd}}) == []
    other = header(("Colour", "urn:x:red", {"shade": "dark"}), PRODUCT, PRODUCT)
    found = entries({"epcisHeader": other})
    assert (found[0].kind, found[0].key, found[0].name) == (MasterDataKind.OTHER, "urn:x:red", "")
    monkeypatch.setattr(masterdata, "MOST_ENTRIES", 2)
    assert len(entries({"epcisHeader": other})) == 2
    assert MOST_ENTRIES >= 1000


def test_repeated_attributes_are_a_list_and_names_need_no_prefix() -> None:
    pairs = (("name", "甲"), ("tag", "a"), ("tag", "b"), ("tag", "c"), ("", ""))
    said = [{"id": f"cbvmda:{name}", "attribute": value} for name, value in pairs]
    element = {"id": "https://example.org/x", "attributes": said}
    listed = {"type": "urn:x:Thing", "vocabularyElementList": [element]}
    (found,) = entries({"epcisHeader": {"epcisMasterData": {"vocabularyList": [listed]}}})
    assert found.attributes == {"name": "甲", "tag": ["a", "b", "c"], "cbvmda:": ""}


@pytest.mark.django_db
def test_the_same_words_are_proposed_once(cast: Cast) -> None:
    found = captured(cast, PRODUCT, SITE, PARTY)
    assert [(one.kind, one.key, one.name) for one in found] == [
        ("product", "06901234000177", "鲜牛奶"),
        ("site", SGLN, "桥南奶站"),
        ("party", "https://id.gs1.org/417/6901234000023", "大桥乳业"),
    ]
    assert len(captured(cast, PRODUCT, SITE)) == 3
    changed = (PRODUCT[0], PRODUCT[1], {"descriptionShort": "纯牛奶"})
    assert len(captured(cast, changed)) == 4


@pytest.mark.django_db
def test_a_product_is_taken_over_once_and_never_overwritten(cast: Cast) -> None:
    changed = (PRODUCT[0], PRODUCT[1], {"descriptionShort": "别的奶"})
    first, second, place, _party = captured(cast, PRODUCT, changed, SITE, PARTY)
    with pytest.raises(Conflict):
        services.accept_product(acting_user=cast.wang, proposal_id=place.pk)
    services.accept_product(acting_user=cast.wang, proposal_id=first.pk)
    made = products.product_of_gtin("06901234000177")
    assert made is not None
    assert made.name_zh == "鲜牛奶"
    with pytest.raises(Conflict):
        services.accept_product(acting_user=cast.wang, proposal_id=first.pk)
    with pytest.raises(Conflict):
        services.accept_product(acting_user=cast.wang, proposal_id=second.pk)
    with pytest.raises(BadInput):
        services.refuse_proposal(acting_user=cast.wang, proposal_id=second.pk, reason=" ")
    services.refuse_proposal(acting_user=cast.wang, proposal_id=second.pk, reason="名称不实")
    second.refresh_from_db()
    assert (second.state, second.reason) == (ProposalState.REFUSED, "名称不实")
    again = products.product_of_gtin("06901234000177")
    assert again is not None
    assert again.name_zh == "鲜牛奶"


@pytest.mark.django_db
def test_a_site_is_taken_over_with_what_a_person_adds(cast: Cast) -> None:
    owner = operator(region=TOWNSHIP)
    site(owner, region=TOWNSHIP)
    (place,) = captured(cast, SITE)
    details = services.SiteDetails(owner.pk, ChainLink.RAW_INTAKE, TOWNSHIP)
    services.accept_site(acting_user=cast.wang, proposal_id=place.pk, details=details)
    made = subjects.site_by_sgln(SGLN)
    assert made is not None
    assert (made.name_zh, made.address) == ("桥南奶站", "桥县 一号路")


@pytest.mark.django_db
def test_who_may_see_and_decide(cast: Cast, client: Client) -> None:
    found = captured(cast, PRODUCT)[0]
    with pytest.raises(NotKnown):
        services.accept_product(acting_user=cast.zhao, proposal_id=found.pk)
    with pytest.raises(Refused):
        services.refuse_proposal(acting_user=cast.jian, proposal_id=found.pk, reason="x")
    client.force_login(cast.zhao)
    assert client.get(f"/events/master-data/{found.pk}/").status_code == 404


@pytest.mark.django_db
def test_the_pages_show_and_decide(cast: Cast, client: Client) -> None:
    owner = operator(region=TOWNSHIP)
    product, place, party = captured(cast, PRODUCT, SITE, PARTY)
    client.force_login(cast.wang)
    listed = client.get("/events/master-data/").content.decode()
    assert "鲜牛奶" in listed
    assert "桥南奶站" in listed
    page = f"/events/master-data/{product.pk}/"
    assert "鲜牛奶" in client.get(page).content.decode()
    assert client.post(page, {"accept": "1"}).status_code == 302
    assert client.post(page, {"accept": "1"}).status_code == 200
    page = f"/events/master-data/{place.pk}/"
    assert client.post(page, {"accept": "1"}).status_code == 200
    sent = {"operator": owner.pk, "link": ChainLink.RAW_INTAKE.value, "region": TOWNSHIP}
    assert client.post(page, sent).status_code == 302
    page = f"/events/master-data/{party.pk}/"
    assert client.post(page, {"refuse": "1", "reason": ""}).status_code == 200
    assert client.post(page, {"refuse": "1", "reason": "登记在别处"}).status_code == 302
    states = MasterDataProposal.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["accepted", "accepted", "refused"]


def owed_about(found: MasterDataProposal) -> list[Duty]:
    return list(Duty.objects.filter(deed=Deed.DECIDE_MASTER_DATA, subject_id=str(found.job_id)))


@pytest.mark.django_db
def test_the_sender_s_office_owes_a_decision_until_the_last_one(cast: Cast) -> None:
    first, second = captured(cast, PRODUCT, PARTY)
    outbox.drain()
    (duty,) = owed_about(first)
    assert (duty.office, duty.state) == (cast.office, DutyState.OPEN)
    page = Client(headers={"Accept-Language": "en"})
    page.force_login(cast.li)
    assert page.get(duty.url).status_code == 200
    services.accept_product(acting_user=cast.wang, proposal_id=first.pk)
    assert owed_about(first)[0].state == DutyState.OPEN
    services.refuse_proposal(acting_user=cast.wang, proposal_id=second.pk, reason="已有登记")
    assert owed_about(first)[0].state == DutyState.DONE
    # the reaction once more, and a duty begun before: nobody is asked twice
    masterdata_services.hand_to_office(
        acting_user=offices.system_user(), capture_id=first.job.capture_id
    )
    assert len(owed_about(first)) == 1


@pytest.mark.django_db
def test_an_operator_s_master_data_goes_to_who_supervises_it(cast: Cast) -> None:
    found = captured(cast, PRODUCT)[0]
    firm = operator(region=TOWNSHIP)
    system = offices.system_user()
    for supervised in (False, True):
        if supervised:
            officer = offices.officer_of(cast.zhao)
            assert officer is not None
            supervision(site(firm, region=TOWNSHIP), officer)
        with unguarded("set-up"):
            Duty.objects.all().delete()
            CaptureJob.objects.filter(pk=found.job_id).update(operator_ref=firm.pk)
        masterdata_services.hand_to_office(acting_user=system, capture_id=found.job.capture_id)
        (duty,) = owed_about(found)
        assert duty.office == (cast.other_office if supervised else cast.office)
    for nobody in ({"operator_ref": 0}, {"operator_ref": None, "office": None}):
        with unguarded("set-up"):
            Duty.objects.all().delete()
            CaptureJob.objects.filter(pk=found.job_id).update(**nobody)
        masterdata_services.hand_to_office(acting_user=system, capture_id=found.job.capture_id)
        assert owed_about(found) == []
