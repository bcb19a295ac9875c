"""The operator's counter: my orders and the steps that answer them."""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.incident import Incident
from zhian.response.recalls.models import Order


def shop(running: Incident) -> tuple[Client, Order]:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(running.users["dian"])
    order = Order.objects.get(
        recall=running.recall, operator_id=running.seeded.register.operator["shop0012"]
    )
    return client, order


def post(client: Client, order: Order, step: str, **values: object) -> int:
    return client.post(reverse(f"counter:{step}", args=[order.pk]), values).status_code


def proof(name: str = "proof.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "销毁记录".encode(), "text/plain")


def test_the_shop_sees_what_it_must_do(running: Incident) -> None:
    client, order = shop(running)
    page = client.get(reverse("counter:home")).content.decode()
    assert reverse("counter:order", args=[order.pk]) in page
    page = client.get(reverse("counter:order", args=[order.pk])).content.decode()
    assert order.lots[0].rsplit(".", 1)[-1] in page
    assert "第一步" in page


def test_acknowledge_count_destroy(running: Incident) -> None:
    client, order = shop(running)
    assert post(client, order, "acknowledge") == 302
    photo = SimpleUploadedFile("shelf.txt", b"photo", "text/plain")
    assert post(client, order, "count", counted_kg="4.5", photo=photo) == 302
    values = {"kind": "DESTROYED", "kg": "4.5", "witness": "李秀英", "proof": proof()}
    assert post(client, order, "disposal", **values) == 302
    order.refresh_from_db()
    assert (order.counted_kg, order.destroyed_kg) == (Decimal("4.5"), Decimal("4.5"))
    page = client.get(reverse("counter:order", args=[order.pk])).content.decode()
    assert "李秀英" in page


def test_goods_go_back_to_the_one_who_sent_them(running: Incident) -> None:
    client, order = shop(running)
    post(client, order, "acknowledge")
    post(client, order, "count", counted_kg="2")
    page = client.get(reverse("counter:order", args=[order.pk]))
    choices = page.context["disposal_form"].fields["to_order"].choices
    receiver = next(value for value, _name in choices if value)
    values = {
        "kind": "RETURNED",
        "kg": "2",
        "witness": "王",
        "proof": proof(),
        "to_order": receiver,
    }
    assert post(client, order, "disposal", **values) == 302
    order.refresh_from_db()
    assert order.returned_out_kg == Decimal(2)


def test_what_is_wrong_is_said_beside_the_field_and_nothing_changes(running: Incident) -> None:
    client, order = shop(running)
    post(client, order, "acknowledge")
    assert post(client, order, "count", counted_kg="-1") == 422
    assert post(client, order, "count", counted_kg="") == 422
    post(client, order, "count", counted_kg="3")
    assert post(client, order, "disposal", kind="DESTROYED", kg="3", witness="李") == 422
    values = {"kind": "DESTROYED", "kg": "99", "witness": "李", "proof": proof()}
    assert post(client, order, "disposal", **values) == 422
    order.refresh_from_db()
    assert order.destroyed_kg == 0


def test_a_step_out_of_turn_is_a_conflict(running: Incident) -> None:
    client, order = shop(running)
    assert post(client, order, "count", counted_kg="1") == 409
    post(client, order, "acknowledge")
    assert post(client, order, "acknowledge") == 409


def test_another_operators_order_is_not_there(running: Incident) -> None:
    client, _order = shop(running)
    other = Order.objects.filter(recall=running.recall).exclude(operator_id=_order.operator_id)
    found = other.first()
    assert found is not None
    assert client.get(reverse("counter:order", args=[found.pk])).status_code == 404
    assert post(client, found, "acknowledge") == 404


def test_an_officer_has_no_counter(running: Incident) -> None:
    client = Client()
    client.force_login(running.users["wang"])
    assert client.get(reverse("counter:home")).status_code == 404
