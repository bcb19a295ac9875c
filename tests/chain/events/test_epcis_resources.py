"""The resources of the EPCIS interface: lists, their events, formats, problems, current state."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.casting import OTHER_TOWNSHIP, TOWNSHIP, Cast
from tests.chain.events.test_capture import FARM, MILK, PLANT, POWDER, SHOP, at, ship, transform
from tests.chain.events.test_documents_refused import document, event
from tests.chain.events.test_epcis_api import bearer, listed
from tests.factories_subjects import site
from zhian.chain.events import services
from zhian.chain.events.engine.documents import examine
from zhian.foundation.offices.models import User

pytestmark = pytest.mark.django_db

BOX, PALLET = "urn:epc:id:sgtin:6901234.000031.1", "urn:epc:id:sscc:6901234.0000000001"
OTHER = "urn:epc:id:sgtin:6901234.000031.2"
VERSIONS = ("GS1-EPCIS-Version", "GS1-CBV-Version", "GS1-Extensions", "GS1-Vendor-Version")


def capture(by: User, *events: Any) -> None:
    services.capture_document(acting_user=by, raw=document(*events))


def thing(hour: int, step: str, **more: Any) -> dict[str, Any]:
    made = event(eventTime=at(hour), bizStep=step, epcList=[BOX]) | more
    del made["quantityList"]
    return made


def packed(hour: int, action: str, *children: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "AggregationEvent", "eventTime": at(hour), "eventTimeZoneOffset": "+08:00",
        "action": action, "parentID": PALLET, "childEPCs": list(children),
        "bizStep": "packing" if action == "ADD" else "unpacking", **more,
    }  # fmt: skip


def state(client: Client, epc: str = BOX, **headers: str) -> dict[str, Any]:
    answer = client.get(f"/epcis/epcs/{quote(epc, safe='')}", headers=headers)
    assert answer.status_code == 200, answer.content
    assert answer.json()["member"] == ["events"]
    found: dict[str, Any] = answer.json()["zhian:state"]
    return found


def test_every_resource_lists_what_one_may_see_and_its_events(cast: Cast) -> None:
    for place, region in ((FARM, TOWNSHIP), (PLANT, TOWNSHIP), (SHOP, OTHER_TOWNSHIP)):
        site(sgln=place, region=region)
    private = "https://x.example/baking"
    capture(
        cast.system,
        ship(8, MILK, FARM, PLANT, 5, eventID="urn:x:ship", disposition="in_transit"),
        transform(9, eventID="urn:x:made", bizStep=private),
        ship(10, POWDER, PLANT, SHOP, 5, eventID="urn:x:sold", bizStep="retail_selling"),
    )
    client, elsewhere = bearer(cast.wang), bearer(cast.zhao)

    def members(path: str, by: Client = client) -> list[str]:
        answer = by.get(f"/epcis/{path}")
        assert answer.status_code == 200, answer.content
        assert all(header in answer for header in VERSIONS)
        body = answer.json()
        assert body["type"] == "Collection"
        found: list[str] = body["member"]
        return found

    assert len(members("eventTypes")) == 5
    assert private in members("bizSteps?perPage=100")
    assert private not in members("bizSteps?perPage=100", elsewhere)
    assert set(members("epcs")) == {MILK, POWDER}
    assert members("epcs", elsewhere) == [POWDER]
    assert members("bizLocations") == [PLANT]
    assert members("readPoints") == [FARM, PLANT]
    assert members("readPoints", elsewhere) == [PLANT]
    assert "in_transit" in members("dispositions?perPage=1000")
    for path, found in {
        "eventTypes/TransformationEvent": ["made"],
        "epcs/" + quote(MILK, safe=""): ["ship", "made"],
        "epcs/" + quote("https://id.gs1.org/01/06901234000177/10/M1", safe=""): ["ship", "made"],
        "bizSteps/shipping": ["ship"],
        "bizSteps/" + quote(private, safe=""): ["made"],
        "bizLocations/" + quote(PLANT, safe=""): ["made"],
        "readPoints/" + quote(FARM, safe=""): ["ship"],
        "dispositions/in_transit": ["ship"],
    }.items():
        assert members(path) == ["events"]
        answer = client.get(f"/epcis/{path}/events")
        assert [one["eventID"][6:] for one in listed(answer)] == found, path
        assert listed(client.get(f"/epcis/{path}/events?LT_eventTime=2000-01-01T00:00:00Z")) == []
        for address in (path, f"{path}/events"):
            options = client.options(f"/epcis/{address}")
            assert (options.status_code, options["Allow"]) == (204, "GET, OPTIONS")
    for path in (
        "epcs/urn:x:none",
        "bizSteps/baking",
        "bizSteps/urn:x:none",
        "eventTypes/Party",
        "readPoints/urn:x:none",
        f"bizLocations/{FARM}/events",
        "epcs/no uri/events",
    ):
        answer = client.get(f"/epcis/{path}")
        assert answer.status_code == 404, path
        assert answer.json()["type"] == "epcisException:NoSuchResourceException"
    assert elsewhere.get(f"/epcis/epcs/{quote(MILK, safe='')}/events").status_code == 404


def test_lists_are_cut_into_pages(cast: Cast) -> None:
    capture(cast.wang, *[thing(hour, "packing", epcList=[f"{BOX}{hour}"]) for hour in (8, 9, 10)])
    client, seen = bearer(cast.wang), []
    address = "/epcis/epcs?perPage=1"
    while address:
        page = client.get(address)
        seen += page.json()["member"]
        address = page.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert seen == sorted(seen)
    assert len(seen) == 3
    first = client.get("/epcis/bizSteps?perPage=40").headers["Link"]
    rest = client.get(first.partition(">")[0].removeprefix("<")).json()["member"]
    assert rest
    assert rest[-1] == "void_shipping"
    assert client.get("/epcis/epcs?nextPageToken=forged").status_code == 400
    assert client.get("/epcis/epcs?colour=red").status_code == 400


def test_a_token_given_back_leads_nowhere(cast: Cast) -> None:
    capture(cast.wang, *[transform(hour) for hour in (8, 9, 10)])
    client = bearer(cast.wang)
    page = client.get("/epcis/events?perPage=1")
    assert page["GS1-Next-Page-Token-Expires"]
    link = page["Link"].partition(">")[0].removeprefix("<")
    token = link.partition("nextPageToken=")[2]
    assert client.get(link).status_code == 200
    assert client.delete(f"/epcis/nextPageToken/{token}").status_code == 204
    assert client.get(link).status_code == 400
    assert client.delete(f"/epcis/nextPageToken/{token}").status_code == 404
    assert client.delete("/epcis/nextPageToken/forged").status_code == 404


def test_order_and_limits(cast: Cast) -> None:
    context = {"@context": {"ex": "https://e.x/"}}
    weights = {8: 10, 9: 9, 10: "light", 11: None}
    for hour, weight in weights.items():
        more: dict[str, Any] = {} if weight is None else {"ex:weight": weight} | context
        raw = document(transform(hour, eventID=f"urn:x:{hour}") | more)
        services.capture_document(acting_user=cast.wang, raw=raw)
    client = bearer(cast.wang)

    def numbers(query: str) -> list[str]:
        seen: list[str] = []
        address = f"/epcis/events?{query}"
        while address:
            page = client.get(address)
            seen += [one["eventID"][6:] for one in listed(page)]
            address = page.headers.get("Link", "").partition(">")[0].removeprefix("<")
        return seen

    by_weight = "orderBy=ex:weight&orderDirection={}&perPage={}"
    assert numbers(by_weight.format("ASC", 1)) == ["11", "10", "9", "8"]
    assert numbers(by_weight.format("DESC", 3)) == ["8", "9", "10", "11"]
    assert numbers("orderBy=eventTime&eventCountLimit=3&perPage=2") == ["11", "10", "9"]
    assert numbers("orderBy=eventTime&eventCountLimit=2&perPage=2") == ["11", "10"]
    assert numbers("maxEventCount=4") == ["8", "9", "10", "11"]
    answer = client.get("/epcis/events?maxEventCount=3")
    assert (answer.status_code, answer.json()["type"]) == (
        413, "epcisException:QueryTooLargeException")  # fmt: skip
    answer = client.get("/epcis/events", {"EQ_eventID": "|".join(["a"] * 1001)})
    assert (answer.status_code, answer.json()["type"]) == (
        413, "epcisException:QueryTooComplexException")  # fmt: skip


def test_events_in_the_form_asked_for(cast: Cast) -> None:
    capture(cast.wang, ship(8, MILK, FARM, PLANT, 5, eventID="urn:x:a"))
    client = bearer(cast.wang)

    def lot(**headers: str) -> str:
        (one,) = listed(client.get("/epcis/events", headers=headers))
        return str(one["quantityList"][0]["epcClass"])

    linked = "https://id.gs1.org/01/06901234000177/10/M1"
    assert lot() == MILK
    assert lot(**{"GS1-EPC-Format": "Always_GS1_Digital_Link"}) == linked
    assert lot(**{"GS1-EPC-Format": "Always_EPC_URN"}) == MILK
    for headers, status in (
        ({"GS1-EPC-Format": "Sometimes"}, 406),
        ({"GS1-CBV-XML-Format": "Sometimes"}, 406),
        ({"Accept": "text/html"}, 406),
        ({"Accept": "application/json;q=0"}, 406),
        ({"GS1-EPCIS-Max": "1.2"}, 406),
        ({"GS1-CBV-Min": "3"}, 406),
        ({"GS1-CBV-Min": "three"}, 406),
        ({"GS1-EPCIS-Min": "1.0", "GS1-EPCIS-Max": "2.1", "Accept": "application/ld+json"}, 200),
        ({"Accept": "text/html;q=0.9, */*;q=broken, application/*;q=0.1"}, 200),
    ):
        answer = client.get("/epcis/events", headers=headers)
        assert answer.status_code == status, headers
    answer = client.get("/epcis/events", headers={"Accept": "application/xml"})
    assert answer["Content-Type"] == "application/xml"
    again = examine(answer.content)
    assert again.errors == ()
    assert again.document is not None
    assert again.document.events[0]["quantityList"] == [
        {"epcClass": MILK, "quantity": 5, "uom": "KGM"}
    ]


def test_two_senses_of_a_prefix_stay_apart_in_xml(cast: Cast) -> None:
    for namespace in ("https://a.example/", "https://b.example/"):
        one = transform(8, **{"ex:note": {"ex:in": [namespace]}, "eventID": f"urn:x:{namespace}"})
        raw = document(
            one,
            **{
                "@context": [
                    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                    {"ex": namespace},
                ]
            },
        )
        services.capture_document(acting_user=cast.wang, raw=raw)
    answer = bearer(cast.wang).get("/epcis/events", headers={"Accept": "application/xml"})
    assert b"https://a.example/" in answer.content
    assert b"https://b.example/" in answer.content
    found = examine(answer.content)
    assert found.errors == ()
    named = bearer(cast.wang).get(
        "/epcis/events", {"EXISTS_ex:note": ""}, headers={"GS1-Extensions": "ex=https://b.example/"}
    )
    assert [one["eventID"] for one in listed(named)] == ["urn:x:https://b.example/"]


def test_problems_speak_epcis_wherever_they_arise(cast: Cast) -> None:
    client = bearer(cast.wang)
    for answer, status, kind in (
        (Client().get("/epcis/events"), 401, "SecurityException"),
        (client.get("/epcis/nothing/here"), 404, "NoSuchResourceException"),
        (client.put("/epcis/events"), 405, "ImplementationException"),
        (client.get("/epcis/events/urn:x:none"), 404, "NoSuchResourceException"),
        (client.get("/epcis/events?x=" + "y" * 20_000), 414, "URITooLongException"),
        (client.get("/epcis/events?GE_eventTime=now"), 400, "QueryParameterException"),
        (client.get("/epcis/queries/none"), 404, "NoSuchNameException"),
        (client.get("/epcis/queries/none/subscriptions"), 404, "NoSuchNameException"),
        (client.post("/epcis/queries", "x", content_type="text/plain"), 415,
         "UnsupportedMediaTypeException"),
        (client.post("/epcis/queries", "[]", content_type="application/json"), 400,
         "QueryValidationException"),
    ):  # fmt: skip
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["type"] == f"epcisException:{kind}"
        assert answer.json()["status"] == status
        assert all(header in answer for header in VERSIONS)
    wanted = client.get("/epcis/events?x=1", headers={"Accept": "application/xml"})
    assert wanted["Content-Type"] == "application/problem+xml"
    assert b"<type>epcisException:QueryParameterException</type>" in wanted.content


def test_where_a_thing_is_follows_its_containers_and_forgets_what_was_wrong(cast: Cast) -> None:
    client = bearer(cast.wang)
    assert client.get(f"/epcis/epcs/{BOX}").status_code == 404
    capture(
        cast.wang,
        thing(
            8,
            "commissioning",
            action="ADD",
            bizLocation={"id": PLANT},
            disposition="active",
            persistentDisposition={"set": ["completeness_verified"]},
        ),
    )
    assert state(client) == {
        "exists": True, "bizLocation": PLANT, "destination": None, "disposition": "active",
        "persistentDisposition": ["completeness_verified"], "parentID": None, "childEPCs": [],
        "lastSeen": {"eventTime": "2026-03-01T00:00:00+00:00",
                     "eventID": state(client)["lastSeen"]["eventID"],
                     "bizStep": "commissioning", "readPoint": None},
    }  # fmt: skip
    capture(cast.wang, packed(9, "ADD", BOX, OTHER))
    assert state(client)["parentID"] == PALLET
    assert state(client, PALLET)["childEPCs"] == [BOX, OTHER]
    # the pallet leaves, and the box with it
    shipped = thing(
        10,
        "shipping",
        epcList=[PALLET],
        disposition="in_transit",
        readPoint={"id": PLANT},
        eventID="urn:x:shipped",
        destinationList=[{"type": "location", "destination": SHOP}],
    )
    capture(cast.wang, shipped)
    moving = state(client)
    assert (moving["bizLocation"], moving["destination"]) == (None, SHOP)
    assert (moving["disposition"], moving["lastSeen"]["readPoint"]) == ("in_transit", PLANT)
    assert state(client, OTHER)["destination"] == SHOP
    # a third box packed beside it says nothing about the first
    capture(
        cast.wang,
        packed(11, "ADD", "urn:epc:id:sgtin:6901234.000031.3", bizLocation={"id": FARM}),
    )
    assert state(client)["bizLocation"] is None
    # it arrives and is unpacked; the other stays inside
    capture(cast.wang, thing(12, "receiving", epcList=[PALLET], bizLocation={"id": SHOP}))
    capture(cast.wang, packed(13, "DELETE", BOX))
    assert (state(client)["parentID"], state(client)["bizLocation"]) == (None, SHOP)
    assert state(client, OTHER)["parentID"] == PALLET
    capture(cast.wang, packed(14, "DELETE"))
    assert (state(client, OTHER)["parentID"], state(client, PALLET)["childEPCs"]) == (None, [])
    # sold by mistake: the declaration takes the sale back
    sold = thing(
        15,
        "retail_selling",
        disposition="retail_sold",
        eventID="urn:x:sold",
        persistentDisposition={"unset": ["completeness_verified"]},
    )
    capture(cast.wang, sold)
    assert (state(client)["exists"], state(client)["disposition"]) == (False, "retail_sold")
    assert state(client)["persistentDisposition"] == []
    capture(
        cast.wang,
        sold | {"errorDeclaration": {"declarationTime": at(16), "reason": "did_not_occur"}},
    )
    back = state(client)
    assert (back["exists"], back["disposition"]) == (True, "in_transit")
    assert back["lastSeen"]["bizStep"] == "unpacking"
    told = state(client, **{"GS1-EPC-Format": "Always_GS1_Digital_Link"})
    assert told["bizLocation"] == "https://id.gs1.org/414/6901234000030"
    both = listed(client.get("/epcis/events/urn:x:sold"))
    assert ["errorDeclaration" in one for one in both] == [False, True]
    # used up in production it exists no more
    used = transform(17, inputEPCList=[BOX])
    capture(cast.wang, used)
    assert state(client)["exists"] is False
