"""The products room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductsConfig(AppConfig):
    """What goods there are."""

    name = "zhian.registry.products"
    label = "products"
    verbose_name = _("Products")
