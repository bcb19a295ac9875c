"""What the public is told, with the fields of Article 16 (Order 12 of 2015, rules 3.7)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.response.alerts.vocabulary import RecallClass


class PublicNotice(models.Model):
    """The published recall notice; it is never edited, a correction is a new notice.

    It tells of the start of a recall, or of an extension of it.
    """

    recall = models.OneToOneField(
        "recalls.Recall",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="public_notice",
        verbose_name=_("recall"),
    )
    extension = models.OneToOneField(
        "recalls.Extension",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="public_notice",
        verbose_name=_("extension"),
    )
    number = models.CharField(_("number"), max_length=80, unique=True)
    county_code = models.CharField(_("county"), max_length=12)
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial number"))
    published_at = models.DateTimeField(_("published"))
    producer_name = models.CharField(_("producer"), max_length=200)
    producer_contact = models.CharField(_("producer's contact"), max_length=300)
    product_zh = models.CharField(_("product in Chinese"), max_length=200)
    product_en = models.CharField(_("product in English"), max_length=200)
    batch_text = models.CharField(_("batch"), max_length=200)
    reason_zh = models.TextField(_("reason in Chinese"))
    reason_en = models.TextField(_("reason in English"))
    recall_class = models.PositiveSmallIntegerField(_("recall class"), choices=RecallClass)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("to be finished by"))
    regions_zh = models.TextField(_("regions in Chinese"))
    regions_en = models.TextField(_("regions in English"))
    returns_zh = models.TextField(_("return and compensation in Chinese"))
    returns_en = models.TextField(_("return and compensation in English"))
    gtins = ArrayField(models.CharField(max_length=14), verbose_name=_("GTINs"))
    lots = ArrayField(models.CharField(max_length=200), verbose_name=_("lots"))

    class Meta:
        verbose_name = _("public recall notice")
        verbose_name_plural = _("public recall notices")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "year", "serial"], name="recalls_notice_serial_once"
            ),
            models.CheckConstraint(
                condition=models.Q(recall__isnull=True) ^ models.Q(extension__isnull=True),
                name="recalls_notice_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.number
