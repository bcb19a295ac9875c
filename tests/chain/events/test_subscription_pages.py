"""The pages for who subscribed: how it fares, made by a form, paused, ended, bundles mended."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core.signing import BadSignature
from django.test import Client
from django.utils.translation import override

from tests.casting import Cast
from tests.chain.events.test_epcis_api import bearer
from tests.chain.events.test_event_pages import page, signed_in, workbook
from tests.chain.events.test_subscriptions import MADE, Listener, capture, deliver_all, listener
from zhian.chain.events.models import Delivery, DeliveryState, NamedQuery, Subscription
from zhian.chain.events.services import subscribing, tickets
from zhian.chain.events.services.queries import keep_query
from zhian.chain.events.services.subscribing import Controls
from zhian.chain.events.vocabulary import SOCKET
from zhian.chain.events.web.schedules import schedule_text
from zhian.chain.events.web.subscription_forms import problem_text
from zhian.kernel.use_cases import unguarded

__all__ = ["listener"]
pytestmark = pytest.mark.django_db
LIST, NEW = "/events/subscriptions/", "/events/subscriptions/new/"
QUERIES = "/events/queries/"


def subscribed(cast: Cast, dest: str, **more: Any) -> str:
    """The address of the page of a new subscription of wang's."""
    if not NamedQuery.objects.exists():
        bearer(cast.wang).post("/epcis/queries", MADE, content_type="application/json")
    controls = Controls(dest=dest, **({"stream": True} | more))
    made = subscribing.subscribe(acting_user=cast.wang, name="made", controls=controls)
    return f"{LIST}{made.subscription_id}/"


def test_a_query_is_kept_and_subscribed_to_by_forms(cast: Cast, listener: Listener) -> None:
    client = signed_in(cast.wang)
    assert "Keep the first one" in page(client.get("/events/queries/"))
    kept = {"name": "乳粉", "type": "TransformationEvent", "step": "", "lot": ""}
    page(client.post("/events/queries/new/", kept | {"name": ""}), 422)
    page(client.post("/events/queries/new/"), 422)
    page(client.post(NEW), 422)
    page(client.post("/events/queries/new/", kept | {"name": "a/b"}), 422)
    answer = client.post("/events/queries/new/", kept)
    assert (answer.status_code, answer["Location"]) == (302, NEW)
    assert "exists already" in page(client.post("/events/queries/new/", kept), 422)
    everything = kept | {
        "name": "b", "step": "packing", "lot": "urn:epc:class:lgtin:6901234.000017.*",
    }  # fmt: skip
    client.post("/events/queries/new/", everything)
    assert NamedQuery.objects.get(name="b").query == {
        "eventType": ["TransformationEvent"],
        "EQ_bizStep": ["packing"],
        "MATCH_anyEPCClass": ["urn:epc:class:lgtin:6901234.000017.*"],
    }
    assert "乳粉" in page(client.get(NEW))
    wish = {"query": "乳粉", "dest": listener.url, "when": "", "signature_token": "s"}
    page(client.post(NEW, wish | {"query": "other"}), 422)
    assert "https" in page(client.post(NEW, wish | {"dest": "http://example.com/"}), 422)
    place = client.post(NEW, wish | {"since": "2000-01-01"})["Location"]
    one = Subscription.objects.get()
    assert place == f"{LIST}{one.subscription_id}/"
    assert (one.stream, one.signature_token, one.initial_record_time.year) == (True, "s", 1999)
    rows = workbook(client.get("/events/queries/", {"export": "xlsx"}))
    assert [row[:2] for row in rows[1:]] == [("b", 0), ("乳粉", 1)]


@pytest.mark.parametrize(
    ("said", "schedule", "words"),
    [
        ({"when": "hour"}, {"minute": "0"}, "every hour at minute 00"),
        ({"when": "day", "hour": "7"}, {"hour": "7", "minute": "0"}, "every day at 07:00"),
        (
            {"when": "week", "weekday": "3"},
            {"dayOfWeek": "3", "hour": "0", "minute": "0"},
            "Wednesday at 00:00",
        ),
    ],
)
def test_schedules_are_chosen_in_words(
    cast: Cast, listener: Listener, said: dict[str, str], schedule: dict[str, str], words: str
) -> None:
    client = signed_in(cast.wang)
    client.post("/events/queries/new/", {"name": "all"})
    place = client.post(NEW, {"query": "all", "dest": listener.url, **said})["Location"]
    assert Subscription.objects.get().schedule == schedule
    text = page(client.get(place))
    assert words in text
    assert "Next time" in text


def test_the_list_tells_how_each_fares(cast: Cast, listener: Listener) -> None:
    client = signed_in(cast.wang)
    assert "Nobody is told" in page(client.get(LIST))
    for number in range(4):
        subscribed(cast, f"{listener.url}&n={number}")
    subscribed(cast, SOCKET)
    capture(cast, 8)
    bundles = Delivery.objects.order_by("subscription__pk")
    with unguarded("set-up"):
        for bundle, state, attempts in zip(
            bundles,
            (DeliveryState.DEAD, DeliveryState.PENDING, DeliveryState.PENDING),
            (8, 3, 0),
            strict=False,
        ):
            Delivery.objects.filter(pk=bundle.pk).update(state=state, attempts=attempts)
    paused = Subscription.objects.order_by("pk")[3]
    client.post(f"{LIST}{paused.subscription_id}/pause/")
    for query, count in (
        ({}, 5), ({"state": "stuck"}, 1), ({"state": "retrying"}, 1), ({"state": "paused"}, 1),
        ({"state": "running"}, 2), ({"way": "socket"}, 1), ({"way": "webhook"}, 4),
        ({"q": "n=2"}, 1), ({"q": "made"}, 5), ({"created_at_to": "2020-01-01"}, 0),
    ):  # fmt: skip
        rows = workbook(client.get(LIST, {**query, "export": "xlsx"}))
        assert len(rows) - 1 == count, query
    stuck = workbook(client.get(LIST, {"state": "stuck", "export": "xlsx"}))[1]
    assert stuck[5:8] == (0, 0, 1)
    assert len(workbook(signed_in(cast.li).get(LIST, {"export": "xlsx"}))) == 1
    chinese = page(signed_in(cast.wang, "zh").get(LIST))
    for word in ("事件订阅", "正常", "已暂停", "有推送无法送达", "长连接", "即时"):
        assert word in chinese
    every = workbook(client.get("/events/bundles/", {"export": "xlsx"}))
    assert len(every) - 1 == 5
    dead = workbook(client.get("/events/bundles/", {"state": "dead", "export": "xlsx"}))
    assert len(dead) - 1 == 1
    assert "made" in page(client.get("/events/bundles/"))


def test_a_subscription_is_paused_resumed_and_ended(cast: Cast, listener: Listener) -> None:
    client, place = signed_in(cast.wang), subscribed(cast, listener.url)
    assert "Nothing was to be sent yet" in page(client.get(place))
    page(client.post(f"{place}pause/", follow=True))
    assert "Paused since" in page(client.get(place))
    assert client.post(f"{place}pause/").status_code == 409
    capture(cast, 8)
    deliver_all()
    assert "held back while paused" in page(client.get(place))
    page(client.post(f"{place}resume/", follow=True))
    deliver_all()
    assert listener.events() == [["urn:x:8"]]
    assert "not sent any more" in page(client.get(f"{place}end/"))
    strangers: list[Client] = [signed_in(cast.li), signed_in(cast.zhao)]
    for other in strangers:
        for deed in ("", "end/"):
            assert other.get(f"{place}{deed}").status_code == 404
        for deed in ("pause/", "resume/", "end/"):
            assert other.post(f"{place}{deed}").status_code == 404
    assert client.post(f"{place}end/")["Location"] == LIST
    assert not Subscription.objects.exists()


def test_bundles_given_up_are_sent_again_or_dropped(cast: Cast, listener: Listener) -> None:
    client, place = signed_in(cast.wang), subscribed(cast, listener.url)
    capture(cast, 8)
    capture(cast, 9)
    with unguarded("set-up"):
        Delivery.objects.update(state=DeliveryState.DEAD, last_problem="HTTP 500")
    text = page(client.get(place))
    assert text.count("The receiver answered with 500.") == 2
    assert "Send again" in text
    again, dropped = Delivery.objects.order_by("pk")
    for other in (signed_in(cast.li), signed_in(cast.zhao)):
        assert other.post(f"/events/bundles/{again.delivery_id}/again/").status_code == 404
        assert other.post(f"/events/bundles/{again.delivery_id}/drop/").status_code == 404
    assert client.post(f"/events/bundles/{again.delivery_id}/again/")["Location"] == place
    assert client.post(f"/events/bundles/{dropped.delivery_id}/drop/")["Location"] == place
    assert client.post(f"/events/bundles/{uuid4()}/drop/").status_code == 404
    deliver_all()
    assert listener.events() == [["urn:x:8"]]
    chinese = page(signed_in(cast.wang, "zh").get(place))
    assert "已人工放弃" in chinese
    assert "重新推送" not in chinese
    socket = subscribed(cast, SOCKET)
    assert "open connection" in page(client.get(socket))


def test_problems_and_schedules_in_words() -> None:
    odd: dict[str, object] = {"hour": "[8-9]", "minute": "5"}
    with override("en"):
        assert problem_text("") == ""
        assert problem_text("ConnectError: [Errno 111]") == "The receiver could not be reached."
        assert problem_text("Unheard: of") == "Unheard: of"
        assert schedule_text(odd) == "hour 8 to 9; minute 5"
        assert schedule_text({"month": 5}) == "month 5"
    with override("zh-hans"):
        assert problem_text("HTTP 503") == "接收方返回 503。"


def test_a_query_is_looked_at_and_dropped_with_its_subscriptions(
    cast: Cast, listener: Listener
) -> None:
    client = signed_in(cast.wang)
    kept = {"name": "a?b", "type": "ObjectEvent", "step": "packing", "lot": "urn:x:*"}
    client.post("/events/queries/new/", kept)
    one = NamedQuery.objects.get()
    place = f"{QUERIES}{one.pk}/"
    assert place in page(client.get(QUERIES))
    text = page(client.get(place))
    for word in ("Goods seen", "packing", "urn:x:*", "Nobody is told by this query yet"):
        assert word in text
    assert "a%3Fb" in text
    assert 'value="a?b" selected' in page(client.get(NEW, {"query": "a?b"}))
    assert "only the query itself is forgotten" in page(client.get(f"{place}drop/"))
    for dest in (f"{listener.url}&n=1", SOCKET):
        controls = Controls(dest=dest, stream=True)
        subscribing.subscribe(acting_user=cast.wang, name="a?b", controls=controls)
    assert "open connection" in page(client.get(place))
    text = page(client.get(f"{place}drop/"))
    for word in (
        "2 subscriptions end with the query",
        "n=1 · at once",
        "open connection · at once",
    ):
        assert word in text
    for other in (signed_in(cast.li), signed_in(cast.zhao)):
        for deed in ("", "drop/"):
            assert other.get(f"{place}{deed}").status_code == 404
        assert other.post(f"{place}drop/").status_code == 404
    assert NamedQuery.objects.exists()
    assert client.post(f"{place}drop/")["Location"] == QUERIES
    assert not NamedQuery.objects.exists()
    assert not Subscription.objects.exists()
    assert client.post(f"{place}drop/").status_code == 404


def test_of_many_subscriptions_the_first_are_named_before_a_query_goes(
    cast: Cast, listener: Listener
) -> None:
    for number in range(22):
        subscribed(cast, f"{listener.url}&n={number}")
    place = f"{QUERIES}{NamedQuery.objects.get().pk}/drop/"
    chinese = page(signed_in(cast.wang, "zh").get(place))
    assert "22 个订阅将随查询终止" in chinese
    assert chinese.count("即时") == 20
    assert "另有 2 个" in chinese


def test_filters_only_the_interface_sets_are_shown_as_it_has_them(cast: Cast) -> None:
    for name, query in (("all", {}), ("odd", {"GE_eventTime": "2026-01-01T00:00:00Z"})):
        keep_query(acting_user=cast.wang, name=name, query=query, prefixes={})
    client = signed_in(cast.wang)
    every, odd = NamedQuery.objects.order_by("name")
    assert "every event you may see" in page(client.get(f"{QUERIES}{every.pk}/"))
    assert "GE_eventTime" in page(client.get(f"{QUERIES}{odd.pk}/"))


def test_what_is_refused_stands_beside_its_field(cast: Cast, listener: Listener) -> None:
    client = signed_in(cast.wang, "zh")
    kept = {"name": "a", "lot": ""}
    client.post(f"{QUERIES}new/", kept)
    for wish, field, said in (
        (kept, "name", "已存在"),
        (kept | {"name": "a/b"}, "name", "不得含"),
        (kept | {"name": "b", "lot": "rice"}, "lot", "rice"),
    ):
        form = client.post(f"{QUERIES}new/", wish).context["form"]
        assert list(form.errors) == [field]
        assert said in str(form.errors[field])
    wish = {"query": "a", "dest": "http://example.com/", "signature_token": "geheim42"}
    answer = client.post(NEW, wish)
    assert list(answer.context["form"].errors) == ["dest"]
    assert "geheim42" not in page(answer, 422)
    with pytest.MonkeyPatch.context() as few:
        few.setattr(subscribing, "MOST_SUBSCRIPTIONS", 0)
        form = client.post(NEW, wish | {"dest": listener.url}).context["form"]
    assert list(form.errors) == ["__all__"]


def test_a_query_is_watched_where_sockets_are_held(cast: Cast, settings: Any) -> None:
    client = signed_in(cast.wang)
    client.post(f"{QUERIES}new/", {"name": "a b?"})
    place = f"{QUERIES}{NamedQuery.objects.get().pk}/live/"
    settings.ZHIAN_SOCKETS_PORT = 0
    assert "not served here" in page(client.get(place))
    assert client.get(f"{place}socket").status_code == 409
    settings.ZHIAN_SOCKETS_PORT = 8001
    answer = client.get(place)
    assert "live-data" in page(answer)
    assert "connect-src 'self' ws://testserver:8001;" in answer["Content-Security-Policy"]
    answer = client.get(f"{place}socket", {"since": "2026-11-22T00:00:00Z"})
    address = answer.json()["address"]
    assert address.startswith("ws://testserver:8001/epcis/queries/a%20b%3F/events?stream=true&")
    assert "initialRecordTime=2026-11-22T00%3A00%3A00Z" in address
    assert answer["Cache-Control"] == "no-store"
    assert "initialRecordTime" not in client.get(f"{place}socket").json()["address"]
    ticket = parse_qs(urlsplit(address).query)["ticket"][0]
    assert tickets.account_of(ticket) == cast.wang.pk
    with pytest.raises(BadSignature):
        tickets.account_of(f"{ticket}x")
    for other in (signed_in(cast.li), signed_in(cast.zhao)):
        assert other.get(place).status_code == 404
        assert other.get(f"{place}socket").status_code == 404
