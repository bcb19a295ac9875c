"""Goods: what is sold under one name and code, and where each standard places it."""

from collections.abc import Sequence

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhian.registry.products.vocabulary import OWN

GTIN_FORM = RegexValidator(r"^\d{14}$", _("14 digits"))
CLASS_FORM = RegexValidator(r"^urn:epc:(class:lgtin|idpat:sgtin):[\d.]+$", _("an EPC class prefix"))


class Product(models.Model):
    """One kind of goods of one producer.

    `class_prefix` is `urn:epc:class:lgtin:CP.ITEM`; a lot key is this plus `.LOT`. The producer is
    named by code, not linked: the register of operators stands beside this room.
    """

    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    category_zh = models.CharField(_("category"), max_length=200, blank=True)
    category_en = models.CharField(_("category (English)"), max_length=300, blank=True)
    gtin = models.CharField(
        _("GTIN"), max_length=14, unique=True, null=True, blank=True, validators=[GTIN_FORM]
    )
    class_prefix = models.CharField(
        _("lot code prefix"), max_length=80, unique=True, null=True, blank=True,
        validators=[CLASS_FORM],
    )  # fmt: skip
    producer_uscc = models.CharField(_("producer's credit code"), max_length=18, blank=True)
    producer_name = models.CharField(_("producer"), max_length=200, blank=True)
    registered_at = models.DateTimeField(_("registered at"))

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name_zh", "pk"]
        indexes = [models.Index(fields=["producer_uscc"], name="products_by_producer")]
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh=""), name="products_have_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        english = (get_language() or "").startswith("en")
        return (self.name_en if english else "") or self.name_zh

    @property
    def category(self) -> str:
        """The category in the reader's language."""
        english = (get_language() or "").startswith("en")
        return (self.category_en if english else "") or self.category_zh

    def lot_key(self, lot_text: str) -> str:
        """How events and samples name a lot of it, from the lot as printed."""
        return f"{self.class_prefix or f'{OWN}{self.pk}'}.{lot_text}"

    def food_nodes(self) -> Sequence[tuple[str, str]]:
        """Pairs of standard and food code an officer chose; the verdict starts from these."""
        return [(node.standard_code, node.node_code) for node in self.nodes.all()]


class ProductNode(models.Model):
    """Where one standard's food tree holds the product (rules.md 3.16: map product to node)."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="nodes")
    standard_code = models.CharField(_("standard"), max_length=40)
    node_code = models.CharField(_("food code"), max_length=160)

    class Meta:
        verbose_name = _("food category of a product")
        verbose_name_plural = _("food categories of products")
        ordering = ["standard_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "standard_code"], name="products_one_node_per_standard"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard_code} {self.node_code}"
