"""What events mean for a trace, and the one key of every lot and place."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chain.events.test_documents_refused import LOT, event
from zhian.chain.events.engine.facts import KILOGRAMS, Touched, summarise
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.keys import lot_key, site_key
from zhian.chain.events.engine.translation import translate
from zhian.chain.events.vocabulary import EventKind, LotRole, PartyRole

RMA = [{"type": "rma", "bizTransaction": "urn:x:1"}]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"bizStep": "commissioning"}, "commission"),
        ({"bizStep": "creating_class_instance"}, "commission"),
        ({"action": "ADD"}, "commission"),
        ({"action": "DELETE"}, "destroy"),
        ({}, "observe"),
        ({"action": "ADD", "bizStep": "inspecting"}, "observe"),
        ({"bizStep": "shipping"}, "ship"),
        ({"bizStep": "https://ref.gs1.org/cbv/BizStep-departing"}, "ship"),
        ({"bizStep": "urn:epcglobal:cbv:bizstep:arriving"}, "receive"),
        ({"bizStep": "receiving", "disposition": "returned"}, "receive"),
        ({"bizStep": "shipping", "disposition": "returned"}, "return_"),
        ({"bizStep": "shipping", "bizTransactionList": RMA}, "return_"),
        ({"bizStep": "https://example.com/steps/returning"}, "return_"),
        ({"disposition": "returned"}, "return_"),
        ({"bizStep": "storing", "disposition": "returned"}, "return_"),
        ({"bizStep": "retail_selling"}, "sell"),
        ({"disposition": "retail_sold", "bizStep": "stocking"}, "sell"),
        ({"bizStep": "destroying"}, "destroy"),
        ({"bizStep": "storing", "disposition": "disposed"}, "destroy"),
        ({"type": "TransformationEvent", "bizStep": "shipping"}, "transform"),
        ({"type": "AggregationEvent", "action": "ADD", "bizStep": "packing"}, "aggregate"),
        ({"type": "AssociationEvent", "action": "DELETE"}, "disaggregate"),
        ({"type": "AggregationEvent", "bizStep": "shipping"}, "ship"),
        ({"type": "TransactionEvent", "action": "ADD"}, "observe"),
        ({"type": "ex:Feast"}, "observe"),
    ],
)
def test_the_kind_of_an_event(fields: dict[str, Any], kind: str) -> None:
    assert summarise(event(**fields)).kind == EventKind(kind)


def test_lots_are_weighed_when_their_unit_is_a_mass() -> None:
    elements = [
        {"epcClass": LOT, "quantity": Decimal("2.5"), "uom": "TNE"},
        {"epcClass": LOT, "quantity": 3},
        {"epcClass": LOT},
        {"epcClass": LOT, "quantity": Decimal("9e30"), "uom": "KGM"},
    ]
    found = summarise(event(quantityList=elements, parentID="urn:x:box", epcList=["urn:x:e"]))
    assert found.lots == (
        Touched(LotRole.PARENT, "urn:x:box"),
        Touched(LotRole.EPC, "urn:x:e"),
        Touched(LotRole.EPC, LOT, Decimal("2.5"), "TNE", Decimal(2500)),
        Touched(LotRole.EPC, LOT, Decimal(3)),
        Touched(LotRole.EPC, LOT),
        Touched(LotRole.EPC, LOT, Decimal("9e30"), "KGM"),
    )


@given(st.decimals(0, 10**9, places=6), st.sampled_from(sorted(KILOGRAMS)))
def test_masses_are_exact(quantity: Decimal, uom: str) -> None:
    element = {"epcClass": LOT, "quantity": quantity, "uom": uom}
    (lot,) = summarise(event(quantityList=[element])).lots
    assert lot.kg is not None
    # the twin counts in whole micrograms of whole numbers
    micro = int(quantity * 10**6) * int(KILOGRAMS[uom] * 10**12)
    assert int(lot.kg * 10**18) == pytest.approx(micro, rel=1e-20)


def test_the_place_of_an_event() -> None:
    door, hall = "urn:epc:id:sgln:6901234.00001.door", "urn:epc:id:sgln:6901234.00002.0"
    site = "urn:epc:id:sgln:6901234.00001.0"
    both = {"readPoint": {"id": door}, "bizLocation": {"id": hall}}
    assert summarise(event(bizStep="shipping", **both)).site == site
    assert summarise(event(bizStep="receiving", **both)).site == hall
    assert summarise(event(bizStep="shipping", bizLocation={"id": hall})).site == hall
    assert summarise(event()).site is None


def test_the_nearest_party_counts() -> None:
    sources = [
        {"type": "owning_party", "source": "urn:epc:id:pgln:6901234.00003"},
        {"type": "https://e.x/kind", "source": "urn:x:other"},
        {"type": "location", "source": "urn:epc:id:sgln:6901234.00001.0"},
    ]
    found = summarise(event(sourceList=sources))
    assert found.nearest(PartyRole.SOURCE) == "urn:epc:id:sgln:6901234.00001.0"
    assert found.nearest(PartyRole.DESTINATION) is None
    owner = summarise(event(sourceList=sources[:2]))
    assert owner.nearest(PartyRole.SOURCE) == "urn:epc:id:sgln:6901234.00003.0"


@pytest.mark.parametrize(
    "urn",
    [
        "urn:epc:id:sgtin:4012345.011111.A%2F1!",
        "urn:epc:class:lgtin:4012345.012345.998877",
        "urn:epc:id:upui:4012345.012345.ab",
        "urn:epc:idpat:sgtin:4012345.066666.*",
        "urn:epc:id:sscc:4012345.0000000111",
        "urn:epc:id:sgln:4012345.00005.0",
        "urn:epc:id:sgln:4012345.00011.987",
        "urn:epc:id:pgln:4012345.00000",
        "urn:epc:id:gdti:4012345.11111.123",
        "urn:epc:id:grai:4012345.55555.987",
        "urn:epc:idpat:grai:4012345.55555.*",
        "urn:epc:id:giai:4000001.111",
        "urn:epc:id:gsrn:4012345.0000000001",
        "urn:epc:id:gsrnp:4012345.0000000001",
        "urn:epc:id:gsin:4012345.000000001",
        "urn:epc:id:ginc:4012345.xyz",
        "urn:epc:id:sgcn:4012345.11111.12",
        "urn:epc:id:cpi:4012345.PQ.7",
        "urn:epc:idpat:cpi:4012345.PQ.*",
        "urn:epc:id:itip:4012345.012345.01.02.9",
        "urn:epc:idpat:itip:4012345.012345.01.02.*",
    ],
)
def test_there_and_back_gives_the_same_urn(urn: str) -> None:
    there = translate(urn)
    assert there.valid
    assert there.digital_link is not None
    back = translate(there.digital_link)
    assert (back.urn, back.digital_link) == (urn, there.digital_link)
    assert back.element_string == there.element_string


@pytest.mark.parametrize(
    "link",
    [
        "00/120000000000000000",
        "01/12000000000000",
        "414/2000000000000",
        "417/2000000000000",
        "253/2000000000000",
        "8004/x",
        "8010/x",
        "8006/120000000000000102",
    ],
)
def test_without_a_known_company_prefix_there_is_no_urn(link: str) -> None:
    """Numbers that begin with 2 belong to no company: shops use them inside the house."""
    found = identify(f"https://id.gs1.org/{link}")
    if found.fault == "bad-check-digit":
        ai, _, value = link.partition("/")
        last = 13 if ai == "8006" else len(value) - 1
        right = f"{ai}/{value[:last]}{found.expected}{value[last + 1 :]}"
        found = identify(f"https://id.gs1.org/{right}")
    spelled = translate(found.uri)
    assert (spelled.valid, spelled.urn) == (True, None)
    assert lot_key(found.uri) == found.canonical
    assert site_key(found.uri).startswith("https://id.gs1.org/")


def test_what_is_no_key_is_not_spelled() -> None:
    assert translate("hello").error == "bad-identifier"
    assert translate("urn:epc:id:sgtin:1.2.3").error == "bad-identifier"
    assert translate("https://id.gs1.org/01/04012345111119").error == "bad-check-digit"
    assert translate("https://id.gs1.org/401/4012345xyz").element_string == "(401)4012345xyz"


def test_keys_do_not_depend_on_the_spelling() -> None:
    link = "https://id.gs1.org/01/06901234000177/10/L%211"
    assert lot_key(link) == lot_key("urn:epc:class:lgtin:6901234.000017.L!1")
    assert lot_key(f"{link}/21/7") == lot_key(link)
    assert lot_key("https://example.com/a") == "https://example.com/a"
    assert lot_key("https://id.gs1.org/01/1") == "https://id.gs1.org/01/1"
    assert site_key("https://id.gs1.org/414/6901234000016/254/x") == (
        "urn:epc:id:sgln:6901234.00001.0"
    )
    assert site_key("geo:1,2") == "geo:1,2"
