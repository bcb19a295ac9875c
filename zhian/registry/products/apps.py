from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductsConfig(AppConfig):
    """Goods with their codes and their places in the food trees."""

    name = "zhian.registry.products"
    label = "products"
    verbose_name = _("Products")

    def ready(self) -> None:
        """Give the ledger the words for what this room records."""
        from zhian.foundation.ledger import vocabulary as ledger

        ledger.describe("products.product.registered", _("Product registered"))
        ledger.describe("products.product.mapped", _("Product placed in a food category"))
        ledger.describe("products.list.imported", _("Products imported"))
        ledger.name_subject("products.product", _("Product"))
