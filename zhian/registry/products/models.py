"""Products and where they hang in the food trees of the standards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """One trade item; `class_prefix` begins the keys of its lots (urn:epc:class:lgtin:CP.ITEM.)."""

    gtin = models.CharField(_("GTIN"), max_length=14, unique=True, null=True, blank=True)
    class_prefix = models.CharField(_("lot key prefix"), max_length=80, unique=True, null=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    category_zh = models.CharField(_("category in Chinese"), max_length=120)
    category_en = models.CharField(_("category in English"), max_length=160, blank=True)
    producer_uscc = models.CharField(_("producer's credit code"), max_length=18, blank=True)
    producer_name = models.CharField(_("producer"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name_zh", "pk"]
        indexes = [models.Index(fields=["producer_uscc"], name="products_producer")]

    def __str__(self) -> str:
        return self.name_zh


class ProductNode(models.Model):
    """Where a product hangs in the food tree of one standard."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="nodes", verbose_name=_("product")
    )
    standard_code = models.CharField(_("standard"), max_length=60)
    node_code = models.CharField(_("food category"), max_length=60)

    class Meta:
        verbose_name = _("food category of a product")
        verbose_name_plural = _("food categories of products")
        ordering = ["product_id", "standard_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "standard_code"], name="products_one_node_per_standard"
            )
        ]

    def __str__(self) -> str:
        return f"{self.standard_code} {self.node_code}"
