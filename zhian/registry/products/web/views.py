"""Products: the list, one product with its places, registering, placing, importing."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.exchange import ImportView, Row, RowError
from zhian.kernel.forms import answer
from zhian.kernel.lists import Action, ListColumn, ListPage, TextFilter
from zhian.kernel.pages import render
from zhian.registry.products import policies, services
from zhian.registry.products.models import Product
from zhian.registry.products.web.forms import NodesForm, ProductForm
from zhian.registry.products.web.sheets import PRODUCTS
from zhian.registry.standards import selectors as standards


@require_GET
def product_list(request: HttpRequest) -> HttpResponseBase:
    """Every registered product."""
    user = signed_in(request.user)
    actions = []
    if policies.can_edit(user):
        actions = [
            Action(_("Import"), reverse("products:import")),
            Action(_("Register a product"), reverse("products:register")),
        ]
    return ListPage(
        title=_("Products"),
        queryset=policies.products_visible_to(user),
        columns=[
            ListColumn("name", _("Product"), href=_address, sort="name_zh"),
            ListColumn("category", _("category"), sort="category_zh"),
            ListColumn("gtin", _("GTIN"), sort="gtin"),
            ListColumn("producer_name", _("producer"), sort="producer_name"),
            ListColumn("places", _("Food categories"), value=_places),
        ],
        search=("name_zh__icontains", "name_en__icontains", "gtin__icontains",
                "producer_name__icontains"),
        filters=[TextFilter("category_zh", _("category"))],
        default_sort="name",
        empty=_("No product yet. Register one, or import a list."),
        export_name="products",
        actions=actions,
    ).respond(request)  # fmt: skip


def _address(product: Product) -> str:
    return reverse("products:detail", args=[product.pk])


def _places(product: Product) -> str:
    return "; ".join(f"{standard} {code}" for standard, code in product.food_nodes())


@require_GET
def product_detail(request: HttpRequest, product_id: int) -> HttpResponse:
    """One product, its codes, and where each standard places it."""
    product = _visible(request, product_id)
    places = [
        (standard, standards.node_named(standard, code)) for standard, code in product.food_nodes()
    ]
    context = {
        "title": product.name,
        "product": product,
        "places": places,
        "may_edit": policies.can_edit(signed_in(request.user)).allowed,
    }
    return render(request, "products/product.html", context)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Enter a product."""
    user = signed_in(request.user)
    policies.require_editor(user)

    def deed(values: dict[str, Any]) -> str:
        facts = services.ProductFacts(**values)
        return _address(services.register_product(acting_user=user, facts=facts))

    return answer(
        request,
        ProductForm.of(request),
        deed,
        title=_("Register a product"),
        submit_label=_("Register"),
        cancel_url=reverse("products:list"),
        done=_("The product is registered. Place it in the food categories next."),
    )


@require_http_methods(["GET", "POST"])
def map_nodes(request: HttpRequest, product_id: int) -> HttpResponse:
    """Say where each standard's food tree holds the product."""
    user = signed_in(request.user)
    product = _visible(request, product_id)
    policies.require_editor(user)
    form = NodesForm.of(request, product=product)

    def deed(_values: dict[str, Any]) -> str:
        services.map_product(acting_user=user, product_id=product.pk, nodes=form.nodes())
        return _address(product)

    return answer(
        request,
        form,
        deed,
        title=_("Food categories of %(product)s") % {"product": product.name},
        explanation=_("The limit that binds a product is that of its category in each standard."),
        submit_label=_("Save"),
        cancel_url=_address(product),
        done=_("The food categories are saved."),
    )


def _visible(request: HttpRequest, product_id: int) -> Product:
    found = policies.products_visible_to(signed_in(request.user)).filter(pk=product_id).first()
    if found is None:
        raise NotKnown
    return found


def _allow(user: object) -> None:
    policies.require_editor(signed_in(user))


def _commit(user: User, rows: list[Row]) -> Sequence[RowError]:
    return services.import_products(acting_user=user, rows=rows)


import_page = ImportView(
    sheet=PRODUCTS,
    title=PRODUCTS.title,
    commit=_commit,
    allow=_allow,
    back_url=lambda: reverse("products:list"),
)
