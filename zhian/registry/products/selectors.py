"""What may be read of products: by number, by lot key, by code."""

from collections.abc import Iterable

from django.db.models import QuerySet

from zhian.kernel.errors import NotKnown
from zhian.registry.products.models import Product
from zhian.registry.products.vocabulary import class_prefix_of, own_number_of


def products() -> QuerySet[Product]:
    """All products with their places in the food trees."""
    return Product.objects.prefetch_related("nodes").order_by("name_zh", "pk")


def product(product_id: int) -> Product:
    """One product; NotKnown when there is none."""
    found = products().filter(pk=product_id).first()
    if found is None:
        raise NotKnown
    return found


def product_of_lot(lot_key: str) -> Product | None:
    """The product a lot is of; None when nobody registered it."""
    return products_of_lots([lot_key]).get(lot_key)


def products_of_lots(lot_keys: Iterable[str]) -> dict[str, Product]:
    """Products by lot key, for the lots whose product is registered; two queries at most."""
    keys = set(lot_keys)
    prefixes = {key: prefix for key in keys if (prefix := class_prefix_of(key))}
    numbers = {key: number for key in keys if (number := own_number_of(key)) is not None}
    by_prefix = {
        one.class_prefix: one
        for one in products().filter(class_prefix__in=set(prefixes.values()))
        if prefixes
    }
    by_number = (
        {one.pk: one for one in products().filter(pk__in=set(numbers.values()))} if numbers else {}
    )
    found: dict[str, Product] = {}
    for key in keys:
        one = by_prefix.get(prefixes.get(key)) or by_number.get(numbers.get(key, 0))
        if one is not None:
            found[key] = one
    return found


def product_of_gtin(gtin: str) -> Product | None:
    """The product with this GTIN of 14 digits."""
    return products().filter(gtin=gtin).first()
