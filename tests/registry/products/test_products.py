"""Products: registered once, placed in the food trees, found by their lots."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.casting import Cast
from zhian.foundation.offices.models import User
from zhian.kernel.errors import BadInput, NotKnown, Refused
from zhian.registry.products import policies, selectors, services
from zhian.registry.products.models import Product
from zhian.registry.products.services import ProductFacts
from zhian.registry.products.vocabulary import class_prefix_of, own_number_of
from zhian.registry.standards import services as standards

pytestmark = pytest.mark.django_db
PREFIX = "urn:epc:class:lgtin:6901234.056789"
GTIN = "06901234567892"


@pytest.fixture
def trees(cast: Cast) -> int:
    return standards.load_starter_limits(acting_user=cast.system)


def facts(**values: object) -> ProductFacts:
    given: dict[str, object] = {
        "name_zh": "婴幼儿配方乳粉",
        "name_en": "Infant formula",
        "category_zh": "婴幼儿配方食品",
        "gtin": GTIN,
        "class_prefix": PREFIX,
        "nodes": {"公告2011-10": "infant_formula"},
    }
    return ProductFacts(**(given | values))  # type: ignore[arg-type]


def register(cast: Cast, **values: object) -> Product:
    return services.register_product(acting_user=cast.system, facts=facts(**values))


def as_user(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_a_product_is_found_by_its_lots(cast: Cast, trees: int) -> None:
    product = register(cast)
    lot = f"{PREFIX}.L2026.10"
    own = f"urn:zhian:lot:{product.pk}.L1"
    assert selectors.product_of_lot(lot) == product
    assert selectors.products_of_lots([lot, own, "urn:epc:id:sgln:1.2.3", f"{PREFIX}9.L"]) == {
        lot: product,
        own: product,
    }
    assert selectors.product_of_lot("nonsense") is None
    assert selectors.product_of_gtin(GTIN) == product
    assert list(product.food_nodes()) == [("公告2011-10", "infant_formula")]
    assert class_prefix_of("urn:epc:class:lgtin:1.2") is None
    assert own_number_of("urn:zhian:lot:x.1") is None
    with pytest.raises(NotKnown):
        selectors.product(0)


def test_a_code_is_registered_once_and_checked(cast: Cast, trees: int) -> None:
    register(cast)
    for values, field in (
        ({}, "gtin"),
        ({"gtin": None}, "class_prefix"),
        ({"gtin": "06901234567890", "class_prefix": None}, "gtin"),
        ({"gtin": None, "class_prefix": None, "name_zh": " "}, "name_zh"),
        ({"gtin": None, "class_prefix": None, "nodes": {"GB 2760": "99.99"}}, "nodes"),
    ):
        with pytest.raises(BadInput) as refused:
            register(cast, **values)
        assert [error.field for error in refused.value.fields] == [field]
    assert Product.objects.count() == 1


def test_placing_a_product_replaces_what_was_said(cast: Cast, trees: int) -> None:
    product = register(cast)
    placed = services.map_product(
        acting_user=cast.wang, product_id=product.pk, nodes={"GB 2762": "婴幼儿配方食品"}
    )
    assert list(placed.food_nodes()) == [("GB 2762", "婴幼儿配方食品")]
    with pytest.raises(Refused):
        services.map_product(acting_user=cast.jian, product_id=product.pk, nodes={})


def test_who_sees_products(cast: Cast, trees: int) -> None:
    product = register(cast)
    assert list(policies.products_visible_to(cast.zhao)) == [product]
    assert not policies.products_visible_to(cast.dian).exists()
    assert not policies.products_visible_to(cast.public).exists()


def test_products_are_listed_registered_and_placed_on_pages(cast: Cast, trees: int) -> None:
    client = as_user(cast.wang)
    assert "No product yet" in client.get(reverse("products:list")).content.decode()
    form = {"name_zh": "全脂乳粉", "name_en": "Whole milk powder", "gtin": GTIN}
    assert client.get(reverse("products:register")).status_code == 200
    wrong = client.post(reverse("products:register"), form | {"gtin": "06901234567890"})
    assert wrong.status_code == 422
    made = client.post(reverse("products:register"), form)
    product = Product.objects.get()
    assert made.headers["Location"] == reverse("products:detail", args=[product.pk])
    assert client.post(reverse("products:register"), form).status_code == 422
    page = client.get(made.headers["Location"]).content.decode()
    assert "Nobody has placed this product" in page
    place = reverse("products:map", args=[product.pk])
    assert "乳粉和调制乳粉" in client.get(place).content.decode()
    client.post(place, {"GB 2762": "乳粉和调制乳粉"})
    assert "乳粉和调制乳粉" in client.get(reverse("products:list")).content.decode()
    assert "GB 2762" in client.get(made.headers["Location"]).content.decode()
    assert client.get(reverse("products:detail", args=[0])).status_code == 404
    assert as_user(cast.dian).get(reverse("products:detail", args=[product.pk])).status_code == 404
    assert as_user(cast.jian).get(place).status_code == 403


def test_a_list_of_products_is_imported_and_known_ones_come_back(cast: Cast, trees: int) -> None:
    register(cast, nodes={})
    client = as_user(cast.wang)
    address = reverse("products:import")
    table = (
        "name_zh,gtin,node_2762,producer_uscc\n"
        f"婴幼儿配方乳粉,{GTIN},,\n"
        "全脂乳粉,,乳粉和调制乳粉,\n"
        "米粉,,不存在,\n"
    )
    file = SimpleUploadedFile("products.csv", table.encode("gb18030"))
    preview = client.post(address, {"file": file}).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', preview)
    assert token is not None
    done = client.post(address, {"token": token[1]}).content.decode()
    assert "a product with this code is registered" in done
    assert sorted(Product.objects.values_list("name_zh", flat=True)) == [
        "全脂乳粉",
        "婴幼儿配方乳粉",
    ]
    assert as_user(cast.jian).get(address).status_code == 403
