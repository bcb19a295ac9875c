"""Registering products and placing them in the food trees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, FieldError
from zhian.kernel.exchange import Row, RowError
from zhian.kernel.identifiers import parse_gtin
from zhian.kernel.races import told_apart
from zhian.kernel.use_cases import record, use_case
from zhian.registry.products import policies, selectors
from zhian.registry.products.models import Product, ProductNode
from zhian.registry.standards import selectors as standards

# standard code → food code
Nodes = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ProductFacts:
    """What is known of a product; `nodes`: one food code for each standard."""

    name_zh: str
    name_en: str = ""
    category_zh: str = ""
    category_en: str = ""
    gtin: str | None = None
    class_prefix: str | None = None
    producer_uscc: str = ""
    producer_name: str = ""
    nodes: Nodes = ()


@use_case("products.product.registered")
def register_product(*, acting_user: User, facts: ProductFacts) -> Product:
    """Enter a product once, under its code; BadInput names the wrong field."""
    policies.require_editor(acting_user)
    product = _made(facts)
    record(product, name=facts.name_zh, gtin=product.gtin, nodes=dict(facts.nodes))
    return product


@use_case("products.product.mapped")
def map_product(*, acting_user: User, product_id: int, nodes: Nodes) -> Product:
    """Say in which food category of each standard a product belongs; replaces what was said."""
    policies.require_editor(acting_user)
    product = selectors.product(product_id)
    before = dict(product.food_nodes())
    product.nodes.all().delete()
    _place(product, nodes)
    record(product, before=before, after=dict(nodes))
    return selectors.product(product_id)


@use_case("products.list.imported")
def import_products(*, acting_user: User, rows: Sequence[Row]) -> list[RowError]:
    """Register the rows of a file; those already known come back with the reason."""
    policies.require_editor(acting_user)
    refused: list[RowError] = []
    for row in rows:
        try:
            with transaction.atomic():
                _made(facts_of(row))
        except BadInput as error:
            refused.extend(RowError(row.number, f.field, str(f.message)) for f in error.fields)
    record("products:import", rows=len(rows), refused=len(refused))
    return refused


def facts_of(row: Row) -> ProductFacts:
    """The facts a row of the import sheet states."""
    values = {key: value or "" for key, value in row.values.items()}
    nodes = {
        standard: values[key]
        for standard, key in (("GB 2760", "node_2760"), ("GB 2762", "node_2762"))
        if values.get(key)
    }
    return ProductFacts(
        name_zh=values["name_zh"],
        name_en=values.get("name_en", ""),
        category_zh=values.get("category_zh", ""),
        category_en=values.get("category_en", ""),
        gtin=values.get("gtin") or None,
        class_prefix=values.get("class_prefix") or None,
        producer_uscc=values.get("producer_uscc", ""),
        producer_name=values.get("producer_name", ""),
        nodes=nodes,
    )


def _made(facts: ProductFacts) -> Product:
    if not facts.name_zh.strip():
        raise BadInput(fields=[FieldError("name_zh", _("must be filled in"))])
    product = Product(
        name_zh=facts.name_zh.strip(),
        name_en=facts.name_en.strip(),
        category_zh=facts.category_zh.strip(),
        category_en=facts.category_en.strip(),
        gtin=_gtin(facts.gtin),
        class_prefix=facts.class_prefix or None,
        producer_uscc=facts.producer_uscc.strip(),
        producer_name=facts.producer_name.strip(),
        registered_at=clock.now(),
    )
    _refuse_known(product)
    with told_apart(_("A product with this code has just been registered.")):
        product.save(force_insert=True)
    _place(product, facts.nodes)
    return product


def _gtin(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return parse_gtin(text)
    except ValueError as error:
        raise BadInput(fields=[FieldError("gtin", str(error))]) from None


def _refuse_known(product: Product) -> None:
    for name in ("gtin", "class_prefix"):
        value = getattr(product, name)
        if value and Product.objects.filter(**{name: value}).exists():
            raise BadInput(fields=[FieldError(name, _("a product with this code is registered"))])


def _place(product: Product, nodes: Nodes) -> None:
    for standard, node in dict(nodes).items():
        if standards.node_named(standard, node) is None:
            message = _("%(standard)s has no food category %(node)s") % {
                "standard": standard,
                "node": node,
            }
            raise BadInput(fields=[FieldError("nodes", message)])
    ProductNode.objects.bulk_create(
        ProductNode(product=product, standard_code=standard, node_code=node)
        for standard, node in dict(nodes).items()
    )
