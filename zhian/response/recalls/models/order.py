"""What each holder was ordered to do and what became of the goods (S059, S100, S101, T9)."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.response.recalls.vocabulary import DisposalKind, OrderState

ZERO = Decimal(0)


def _kg(label: object) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(label, max_digits=18, decimal_places=3, default=ZERO)  # type: ignore[arg-type]


class Order(models.Model):
    """The recall order to one holder; the masses are sums of its disposals, kept in step.

    A holder at whose place more was found later gets a second order, of the extension.
    A holder nobody has registered gets an order without a site: it cannot be served, and its
    goods stay visible as never acknowledged.
    """

    recall = models.ForeignKey(
        "recalls.Recall", models.PROTECT, related_name="orders", verbose_name=_("recall")
    )
    extension = models.ForeignKey(
        "recalls.Extension",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("extension"),
    )
    site = models.ForeignKey(
        "subjects.Site",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recall_orders",
        verbose_name=_("place"),
    )
    site_key = models.CharField(_("place key"), max_length=200)
    operator = models.ForeignKey(
        "subjects.Operator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recall_orders",
        verbose_name=_("operator"),
    )
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    tier = models.PositiveSmallIntegerField(_("tier"))
    lots = ArrayField(models.CharField(max_length=200), verbose_name=_("lots"))
    state = models.CharField(_("state"), max_length=14, choices=OrderState)
    issued_at = models.DateTimeField(_("issued"))
    served_at = models.DateTimeField(_("served"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    counted_at = models.DateTimeField(_("counted on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    close_reason = models.TextField(_("reason for closing"), blank=True)
    quantity_known = models.BooleanField(_("quantity known"), default=True)
    ordered_kg = _kg(_("ordered, kg"))
    counted_kg = models.DecimalField(
        _("counted, kg"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    returned_in_kg = _kg(_("taken back, kg"))
    returned_out_kg = _kg(_("returned, kg"))
    destroyed_kg = _kg(_("destroyed with proof, kg"))
    recovered_kg = _kg(_("recovered, kg"))
    reappeared_kg = _kg(_("reappeared, kg"))
    stop_sale_delivery_id = models.BigIntegerField(_("stop-sale notice"), null=True, blank=True)
    recall_delivery_id = models.BigIntegerField(_("recall order"), null=True, blank=True)

    class Meta:
        verbose_name = _("recall order")
        verbose_name_plural = _("recall orders")
        ordering = ["recall_id", "tier", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recall", "extension", "site_key"],
                nulls_distinct=False,
                name="recalls_order_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ordered_kg__gte=0,
                    returned_in_kg__gte=0,
                    returned_out_kg__gte=0,
                    destroyed_kg__gte=0,
                    recovered_kg__gte=0,
                    reappeared_kg__gte=0,
                ),
                name="recalls_no_negative_mass",
            ),
        ]
        indexes = [models.Index(fields=["recall", "tier", "region"], name="recalls_order_cut")]

    def __str__(self) -> str:
        return f"{self.recall_id}: {self.site_key}"

    def get_absolute_url(self) -> str:
        """The page about it."""
        return reverse("recalls:order", args=[self.pk])

    @property
    def is_unregistered(self) -> bool:
        """The holder is known by its key only."""
        return self.site_id is None

    @property
    def to_account_kg(self) -> Decimal:
        """What this holder must account for: ordered, plus taken back, minus returned."""
        return self.ordered_kg + self.returned_in_kg - self.returned_out_kg


class Disposal(models.Model):
    """Goods left the holder for good, or went back up the chain; without evidence it is not one."""

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="disposals", verbose_name=_("order")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=DisposalKind)
    kg = models.DecimalField(_("quantity, kg"), max_digits=18, decimal_places=3)
    at = models.DateTimeField(_("time"))
    to_order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="taken_back",
        verbose_name=_("returned to"),
    )
    evidence = models.UUIDField(_("evidence"))
    sha256 = models.CharField(_("SHA-256 of the evidence"), max_length=64)
    witness = models.CharField(_("witness"), max_length=80)

    class Meta:
        verbose_name = _("disposal")
        verbose_name_plural = _("disposals")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kg__gt=0), name="recalls_disposal_kg"),
            models.CheckConstraint(
                condition=models.Q(kind=DisposalKind.DESTROYED, to_order__isnull=True)
                | models.Q(kind=DisposalKind.RETURNED, to_order__isnull=False),
                name="recalls_returned_to_somebody",
            ),
            # One photograph proves one disposal: the same proof sent twice counts once.
            models.UniqueConstraint(fields=["order", "sha256"], name="recalls_proof_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.kg} kg"


class Reappearance(models.Model):
    """Goods under recall turned up in a later event: used, shipped or sold (S101, T9)."""

    recall = models.ForeignKey(
        "recalls.Recall", models.PROTECT, related_name="reappearances", verbose_name=_("recall")
    )
    lot_key = models.CharField(_("lot"), max_length=200)
    site_key = models.CharField(_("place key"), max_length=200)
    site = models.ForeignKey(
        "subjects.Site",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place"),
    )
    from_order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reappearances",
        verbose_name=_("came from"),
    )
    kg = models.DecimalField(
        _("quantity, kg"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    # what enters the balance: the same goods shipped, received and used count once
    counted_kg = _kg(_("counted in the balance, kg"))
    kind = models.CharField(_("kind of event"), max_length=12)
    event_id = models.CharField(_("event"), max_length=200)
    happened_at = models.DateTimeField(_("happened"))
    found_at = models.DateTimeField(_("found"))
    case_number = models.CharField(_("case"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("reappearance")
        verbose_name_plural = _("reappearances")
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recall", "event_id", "lot_key"], name="recalls_reappearance_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lot_key} → {self.site_key}"


class LotBlock(models.Model):
    """A lot that may not move: it is, or contains, goods under recall that reappeared."""

    lot_key = models.CharField(_("lot"), max_length=200, db_index=True)
    reappearance = models.ForeignKey(
        Reappearance, models.PROTECT, related_name="blocks", verbose_name=_("reappearance")
    )
    since = models.DateTimeField(_("since"))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lift_reason = models.TextField(_("reason for lifting"), blank=True)

    class Meta:
        verbose_name = _("blocked lot")
        verbose_name_plural = _("blocked lots")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["lot_key", "reappearance"], name="recalls_block_once")
        ]

    def __str__(self) -> str:
        return self.lot_key
